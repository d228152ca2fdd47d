"""Replacing the prose of source notebooks; every other byte of the file stays as it is."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course.formats.notebook import course_metadata, read_notebook
from course.formats.translation import CAPTION, SENTENCES, sentence_of

SPACE = " \t\n\r"


@dataclass(frozen=True)
class Prose:
    """A cell of prose in a notebook: its `text`, and `raw`, its JSON in the file.

    It is the source of a Markdown cell, or a sentence in the metadata of a cell.
    """

    id: str
    text: str
    raw: str

    @property
    def in_metadata(self) -> bool:
        """Whether it is a sentence in the metadata of a cell."""
        return bool(sentence_of(self.id)[1])


@dataclass(frozen=True)
class Notebook:
    """A source notebook, with the content of its file split around its prose.

    `pieces` are the parts of the file that stay byte for byte; the item of `prose` with the same
    index follows each of them but the last.
    """

    path: Path
    framework: str
    data: dict[str, Any] = field(repr=False)
    pieces: tuple[str, ...] = field(repr=False)
    prose: tuple[Prose, ...] = field(repr=False)


def cut_notebook(path: Path, framework: str = "") -> Notebook:
    """Read a notebook and split the content of its file around its prose.

    Joining the pieces with the unchanged prose returns the file byte for byte, however it was
    formatted.

    Raises:
        CourseError: as `read_notebook`.
    """
    data = read_notebook(path)
    text = path.read_bytes().decode("utf-8")
    pieces, prose, done = [], [], 0
    for cell, at in zip(data["cells"], cell_starts(text), strict=True):
        for (start, end), name, value in sorted(_prose_spans(cell, text, at)):
            pieces.append(text[done:start])
            prose.append(Prose(name, value, text[start:end]))
            done = end
    return Notebook(path, framework, data, (*pieces, text[done:]), tuple(prose))


def _prose_spans(
    cell: dict[str, Any], text: str, at: int
) -> Iterator[tuple[tuple[int, int], str, str]]:
    """Yield span, id and text of the prose in the notebook's cell that begins at offset `at`."""
    if cell["cell_type"] == "markdown":
        yield value_span(text, at, "source"), cell["id"], cell["source"]
    for name in sentences_of(cell):
        value = course_metadata(cell).get(name)
        if isinstance(value, str):
            span = value_span(text, at, "metadata", "course", name)
            yield span, f"{cell['id']}:{name}", value


def sentences_of(cell: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys of the sentences that the metadata of a cell may have, by its type."""
    return {"code": SENTENCES, "markdown": (CAPTION,)}.get(cell["cell_type"], ())


def cell_starts(text: str) -> list[int]:
    """Return the offset of each cell in the content of a notebook file."""
    starts = []
    at = _skip(text, value_span(text, _skip(text, 0), "cells")[0] + 1)
    while text[at] != "]":
        starts.append(at)
        _, at = json.JSONDecoder().raw_decode(text, at)
        at = _skip(text, at)
        at = _skip(text, at + 1) if text[at] == "," else at
    return starts


def value_span(text: str, at: int, *keys: str) -> tuple[int, int]:
    """Return start and end of the value under nested `keys` in the JSON object at offset `at`.

    The last of duplicate keys counts, as in Python's json.
    """
    end = at
    for key in keys:
        at, end = [(start, end) for name, start, end in _members(text, at) if name == key][-1]
    return at, end


def _members(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """Yield key, and start and end of the value, of each member of the JSON object at `at`."""
    decoder = json.JSONDecoder()
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, at = decoder.raw_decode(text, at)
        start = _skip(text, _skip(text, at) + 1)  # after the colon
        _, end = decoder.raw_decode(text, start)
        yield key, start, end
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    while text[at] in SPACE:
        at += 1
    return at


def join_notebook(notebook: Notebook, texts: dict[str, str]) -> str:
    """Return the content of a notebook file with the prose of `texts`, by the ids of cells.

    A cell that is not in `texts`, or is there unchanged, stays byte for byte.
    """
    parts = [notebook.pieces[0]]
    for cell, piece in zip(notebook.prose, notebook.pieces[1:], strict=True):
        text = texts.get(cell.id, cell.text)
        encode = encode_string if cell.in_metadata else encode_source
        parts += [cell.raw if text == cell.text else encode(text), piece]
    return "".join(parts)


def encode_source(text: str) -> str:
    """Return a cell's source as JSON in the layout of Jupyter: a list of lines."""
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1].removesuffix("\n")
    lines = lines if lines[-1] else lines[:-1]
    inner = ",\n".join(f"    {encode_string(line)}" for line in lines)
    return f"[\n{inner}\n   ]"


def encode_string(text: str) -> str:
    """Return a string as JSON that can be encoded in UTF-8."""
    # JSON can hold a lone surrogate, and UTF-8 cannot: it stays escaped.
    surrogate = re.compile("[\ud800-\udfff]")
    return surrogate.sub(
        lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False)
    )


def line_of(notebook: Notebook, cell_id: str, more: int = 0) -> int:
    """Return the line of a notebook file, from 1, that holds line `more`, from 0, of a cell's text.

    For a code cell it is the line in which the cell begins, and for an unknown id line 1.
    """
    line = 1
    for cell, piece in zip(notebook.prose, notebook.pieces, strict=False):
        line += piece.count("\n")
        if cell.id == cell_id:
            return line + (1 + more if cell.raw.startswith("[\n") else 0)
        line += cell.raw.count("\n")
    text = join_notebook(notebook, {})
    starts = zip(notebook.data["cells"], cell_starts(text), strict=True)
    at = next((start for cell, start in starts if cell["id"] == cell_id), 0)
    return 1 + text.count("\n", 0, at)
