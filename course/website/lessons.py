"""Rendered lessons of the site, and their cache between builds."""

import functools
import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from course.building.notebooks import warnings_of
from course.building.render import render_notebook
from course.errors import CourseError
from course.files import write_text
from course.formats.lesson import QUESTION, SUMMARY, TITLE, SourceLesson
from course.localization.align import MISSING, count_words
from course.localization.localize import LocalizedLesson
from course.rendering.blocks import Heading
from course.website import cloud
from course.website.beside import BesideWriter
from course.website.claims import ClaimRow, claim_rows
from course.website.page import PLOTS, Page, PageWriter
from course.website.shared import Shared

WORDS_A_MINUTE = 120  # careful reading of English; the figure of all languages
MINUTES_A_CELL = 0.25  # of code


@dataclass
class Stored:
    """A long text that a lesson's cache file has in a line of its own: its hash, and itself.

    It is None where it has not been read; `path` is the file that has it.
    """

    hash: str
    text: str | None = field(default=None, repr=False)
    path: str = ""

    def __str__(self) -> str:
        if self.text is not None:
            return self.text
        try:
            line = Path(self.path).read_bytes().split(b"\n")[2]
            text: str = json.loads(line)
        except (OSError, ValueError, IndexError):
            raise changed_meanwhile(self.path) from None
        return text


@dataclass
class LessonPages:
    """The pages of a lesson in a locale, and the data that other pages show of the lesson.

    `key` is the cache key. `said` has title, question and summary, `english` names the untranslated
    ones. `minutes` is the reading time. `words` are counts by status. `files` are the hashes of its
    plots and downloadable notebooks. `claims` are those that its notebooks prove. `beside` is
    the page that shows it side by side.
    """

    key: str
    said: dict[str, str]
    english: list[str]
    minutes: int
    words: dict[str, int]
    warnings: list[str]
    pages: list[Page]
    claims: list[ClaimRow]
    beside: Stored
    files: dict[str, str] = field(default_factory=dict)

    @property
    def shared_ids(self) -> set[str]:
        """The anchors that the pages of all frameworks have in common."""
        return set.intersection(*(set(page.ids) for page in self.pages))


def render_lesson(
    shared: Shared, localized: LocalizedLesson, key: str
) -> tuple[LessonPages, dict[str, bytes]]:
    """Render a lesson in a locale; return its pages, and its plots and notebooks by path.

    Paths are relative to the locale's folder in the site.

    Raises:
        CourseError: an output can't be rendered.
    """
    locale, lesson = localized.locale, localized.source
    words = shared.words[locale.id]
    links = shared.links(locale, lesson.lesson)
    plots: dict[str, bytes] = {}
    writers = [
        PageWriter(
            localized,
            notebook,
            shared.source,
            words,
            links.at(f"{notebook.path.stem}.html"),
            plots,
            shared.references,
            shared.plots[locale.id].of(lesson.lesson.id),
            shared.paint,
        )
        for notebook in lesson.notebooks
    ]
    pages = [writer.write() for writer in writers]
    names = {framework.id: framework.name for framework in shared.course.frameworks}
    source = functools.partial(shared.source_prose, lesson)
    beside = BesideWriter(localized, writers, names, source).write()
    rendered = LessonPages(
        key,
        *about(localized),
        minutes(lesson),
        dict(count_words(localized.cells)),
        warnings_of(localized),
        pages,
        claim_rows(localized, writers[0].links, shared.data(lesson)),
        Stored(hash_bytes(beside.encode("utf-8", "surrogatepass")), beside),
    )
    files = {f"{PLOTS}{name}": content for name, content in plots.items()}
    files |= downloads(shared, localized)
    rendered.files = {name: hash_bytes(content) for name, content in files.items()}
    return rendered, files


def about(lesson: LocalizedLesson) -> tuple[dict[str, str], list[str]]:
    """Return title, question and summary of a lesson, and the names of the untranslated ones."""
    cells = {name: lesson.get(name) for name in (TITLE, QUESTION, SUMMARY)}
    said = {name.removeprefix("@"): cell.text if cell else "" for name, cell in cells.items()}
    missing = [
        cell.id.removeprefix("@") for cell in cells.values() if cell and cell.status == MISSING
    ]
    return said, missing


def minutes(lesson: SourceLesson) -> int:
    """Return the reading time of a lesson in minutes, rounded to the nearest five."""
    cells = lesson.notebooks[0].data["cells"]
    words = sum(len(cell["source"].split()) for cell in cells if cell["cell_type"] == "markdown")
    code: int = sum(cell["cell_type"] == "code" for cell in cells)
    return max(5, 5 * round((words / WORDS_A_MINUTE + code * MINUTES_A_CELL) / 5))


def downloads(shared: Shared, lesson: LocalizedLesson) -> dict[str, bytes]:
    """Return the notebooks of a lesson for downloads and for Colab, by path."""
    course, words = shared.course, shared.words[lesson.locale.id]
    frameworks = course.frameworks_of(lesson.source.lesson)
    found: dict[str, bytes] = {}
    for notebook, framework in zip(lesson.source.notebooks, frameworks, strict=True):
        rendered = render_notebook(lesson, notebook, shared.source, words)
        content = rendered.encode("utf-8", "surrogatepass")
        found[notebook.path.name] = content
        if course.repository:
            name = f"{cloud.FOLDER}/{notebook.path.name}"
            found[name] = cloud.colab_notebook(content, course, framework, lesson.locale.id)
    return found


def hash_bytes(content: bytes) -> str:
    """Return the SHA-256 of a file's content in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def missing_files(files: dict[str, str], folder: Path) -> list[str]:
    """Return the names of files that are missing in a folder or differ from their hash."""
    return [
        name
        for name, known in files.items()
        if not (folder / name).is_file() or hash_bytes((folder / name).read_bytes()) != known
    ]


# The cache


@dataclass(frozen=True)
class Head:
    """The first line of a cache file, which validates it and has what other pages need.

    It has the lesson's `key`, `words` and `files`, and the hash of the lines below it.
    """

    key: str
    words: dict[str, int]
    files: dict[str, str]
    sum: str


def save_lesson(rendered: LessonPages, path: Path) -> None:
    """Cache a rendered lesson: a line that each build reads, one with the pages, and the rest."""
    stored = Stored(rendered.beside.hash, path=str(path))
    lines = [json.dumps(asdict(replace(rendered, beside=stored))), json.dumps(str(rendered.beside))]
    body = "\n".join(lines)
    head = Head(rendered.key, rendered.words, rendered.files, hash_bytes(body.encode()))
    write_text(path, f"{json.dumps(asdict(head))}\n{body}")


def load_head(path: Path) -> Head | None:
    """Return the head of a cache file; None if the file is missing or damaged."""
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        found = Head(**json.loads(head))
    except (OSError, ValueError, TypeError):
        return None
    return found if found.sum == hash_bytes(body) else None


def load_lesson(path: Path) -> LessonPages:
    """Return a lesson from a cache file that `load_head` has validated.

    Raises:
        CourseError: the file has been removed or damaged since.
    """
    try:
        found: dict[str, Any] = json.loads(path.read_bytes().split(b"\n")[1])
        pages = [
            Page(**{**page, "headings": [Heading(**heading) for heading in page["headings"]]})
            for page in found.pop("pages")
        ]
        claims = [ClaimRow(**claim) for claim in found.pop("claims")]
        beside = Stored(**found.pop("beside"))
        return LessonPages(**found, pages=pages, claims=claims, beside=beside)
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        raise changed_meanwhile(path) from None


def changed_meanwhile(path: Path | str) -> CourseError:
    """Return the error of a cache file that is no longer what this build has validated."""
    return CourseError(f"{path}: changed while the site was built; run again")
