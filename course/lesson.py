"""A lesson as a translator sees it: the prose of its notebooks, each shared cell once."""

import json
import re
from dataclasses import dataclass, field
from json.decoder import scanstring
from pathlib import Path
from typing import Any

from course.anatomy import has_words
from course.errors import CourseError
from course.notebook import read_notebook
from course.settings import Course, Lesson
from course.translation import hash_source

# Of the lesson, from course.toml; no cell can be called so.
TITLE, QUESTION, SUMMARY = "@title", "@question", "@summary"
SPACE = " \t\n\r"


@dataclass(frozen=True)
class SourceCell:
    """A piece of English prose; `frameworks` are those of the notebooks that it stands in."""

    id: str
    text: str
    frameworks: tuple[str, ...] = ()
    hash: str = ""
    allow: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def has_words(self) -> bool:
        """Whether there is anything in it to translate; a formula alone is nobody's work."""
        return has_words(self.text)

    @property
    def words(self) -> int:
        """How many words it has, as a measure of work."""
        return len(self.text.split()) if self.has_words else 0


@dataclass(frozen=True)
class Prose:
    """A Markdown cell of a notebook: its source as a text, and as it stands in the file."""

    id: str
    text: str
    raw: str


@dataclass(frozen=True)
class Notebook:
    """A source notebook, and its text cut at the sources of its Markdown cells.

    `pieces` are the parts of the text that stay byte for byte; between two of them stands the
    source of the Markdown cell in `prose` of the same number.
    """

    path: Path
    framework: str
    data: dict[str, Any] = field(repr=False)
    pieces: tuple[str, ...] = field(repr=False)
    prose: tuple[Prose, ...] = field(repr=False)


@dataclass(frozen=True)
class SourceLesson:
    """A lesson in the source locale: its notebooks, and its prose in reading order."""

    lesson: Lesson
    notebooks: tuple[Notebook, ...]
    cells: tuple[SourceCell, ...]

    def get(self, cell_id: str) -> SourceCell | None:
        """Return the cell of that id."""
        return next((cell for cell in self.cells if cell.id == cell_id), None)


def read_lesson(course: Course, lesson: Lesson) -> SourceLesson:
    """Read the notebooks of a lesson.

    Where two notebooks differ in a shared cell, the first one's text is taken; `course check`
    reports the difference.

    Raises:
        CourseError: a notebook cannot be read; one line each.
    """
    notebooks, problems = [], []
    for framework in course.frameworks_of(lesson):
        try:
            path = course.notebook(lesson, framework)
            notebooks.append(cut_notebook(path, framework.id))
        except CourseError as error:
            problems.extend(error.args)
    if problems:
        raise CourseError(*problems)
    about = {TITLE: lesson.title, QUESTION: lesson.question, SUMMARY: lesson.summary}
    cells = [SourceCell(name, text, (), hash_source(text)) for name, text in about.items() if text]
    return SourceLesson(lesson, tuple(notebooks), tuple(cells + _prose(notebooks)))


def _prose(notebooks: list[Notebook]) -> list[SourceCell]:
    """Return the Markdown cells of all notebooks in reading order, each id once.

    A cell that a later notebook adds stands before the next cell that both have.
    """
    order: list[str] = []
    texts: dict[str, str] = {}
    where: dict[str, list[str]] = {}
    allow: dict[str, dict[str, str]] = {}
    for notebook in notebooks:
        added: list[str] = []
        waivers = {cell["id"]: waivers_of(cell) for cell in notebook.data["cells"]}
        for cell_id, text in ((cell.id, cell.text) for cell in notebook.prose):
            if not text.strip():
                continue  # nothing to translate
            if cell_id in texts:
                at = order.index(cell_id)
                order[at:at] = added
                added = []
            else:
                added.append(cell_id)
                texts[cell_id] = text
            where.setdefault(cell_id, []).append(notebook.framework)
            allow.setdefault(cell_id, {}).update(waivers[cell_id])
        order += added
    return [
        SourceCell(name, texts[name], tuple(where[name]), hash_source(texts[name]), allow[name])
        for name in order
    ]


def waivers_of(cell: dict[str, Any]) -> dict[str, str]:
    """Return the waivers of checks in a notebook cell's metadata: reasons by code."""
    allow = cell["metadata"].get("course", {})
    allow = allow.get("allow", {}) if isinstance(allow, dict) else {}
    return {str(code): str(reason) for code, reason in allow.items()} if allow else {}


def cut_notebook(path: Path, framework: str = "") -> Notebook:
    """Read a notebook and cut its text around the sources of its Markdown cells.

    Joining the pieces with the sources as they stand gives back the file byte for byte, however
    it was formatted.

    Raises:
        CourseError: as `read_notebook`.
    """
    data = read_notebook(path)
    text = path.read_bytes().decode("utf-8")
    pieces, prose, done = [], [], 0
    for cell, (start, end) in zip(data["cells"], value_spans(text, "source"), strict=True):
        if cell["cell_type"] == "markdown":
            pieces.append(text[done:start])
            prose.append(Prose(cell["id"], cell["source"], text[start:end]))
            done = end
    return Notebook(path, framework, data, (*pieces, text[done:]), tuple(prose))


def value_spans(text: str, key: str) -> list[tuple[int, int]]:
    """Return where the value of a key begins and ends in each cell of a notebook's text."""
    spans = []
    for top, start, _ in _members(text, _skip(text, 0)):
        if top == "cells":
            spans = []  # as JSON has it, the last of two equal keys counts
            at = _skip(text, start + 1)
            while text[at] != "]":
                found = [span for name, *span in _members(text, at) if name == key]
                spans.append(tuple(found[-1]))
                _, at = json.JSONDecoder().raw_decode(text, at)
                at = _skip(text, at)
                at = _skip(text, at + 1) if text[at] == "," else at
    return spans


def _members(text: str, at: int):
    """Yield key, start and end of value for each member of the JSON object at `at`."""
    decoder = json.JSONDecoder()
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, at = scanstring(text, at + 1)
        start = _skip(text, _skip(text, at) + 1)  # behind the colon
        _, end = decoder.raw_decode(text, start)
        yield key, start, end
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    while text[at] in SPACE:
        at += 1
    return at


def join_notebook(notebook: Notebook, texts: dict[str, str]) -> str:
    """Return the text of a notebook with other prose; every other byte is that of the source.

    A cell without a text in `texts`, or with its own, stays as it is.
    """
    parts = [notebook.pieces[0]]
    for cell, piece in zip(notebook.prose, notebook.pieces[1:], strict=True):
        text = texts.get(cell.id, cell.text)
        parts += [cell.raw if text == cell.text else encode_source(text), piece]
    return "".join(parts)


def encode_source(text: str) -> str:
    """Return a cell's source as Jupyter writes it: a JSON list of lines."""
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1].removesuffix("\n")
    lines = lines if lines[-1] else lines[:-1]
    inner = ",\n".join(f"    {json.dumps(line, ensure_ascii=False)}" for line in lines)
    # JSON can hold half a character (a lone surrogate), and UTF-8 cannot: it stays escaped.
    inner = re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", inner)
    return f"[\n{inner}\n   ]"
