"""The notebook that shows a translation in its lesson. Pure: no file is read here.

`saved` reads a view that is saved, and `edit` applies its changes to the translation.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeGuard

from course.formats.lesson import SourceLesson
from course.formats.notebook import course_metadata
from course.formats.splice import sentences_of
from course.formats.translation import SENTENCES, normalise, sentence_of
from course.jupyterlab.notes import Note
from course.localization.align import MISSING, LocalizedCell
from course.localization.localize import LocalizedLesson

KEY = "course"  # of the metadata of a view and of its cells: their marks
PROSE, CODE, NOTE = "markdown", "code", "note"


def text_hash(text: str) -> str:
    """Return the hash of a text as stored: without leading and trailing blank lines."""
    return hashlib.sha256(normalise(text).encode("utf-8", "surrogatepass")).hexdigest()


def shown(cell: LocalizedCell) -> str:
    """Return the Markdown that a view shows for a cell: the translation, or the English."""
    if cell.translation is None or cell.status == MISSING:
        return cell.source.text
    return cell.translation.text


def kinds(notebook: Mapping[str, Any], lesson: SourceLesson) -> dict[str, str]:
    """Return the kind of each cell of a notebook by id, in order: PROSE, or CODE if read-only."""
    prose = {cell.id for cell in lesson.cells}
    return {
        cell["id"]: PROSE if cell["cell_type"] == "markdown" and cell["id"] in prose else CODE
        for cell in notebook["cells"]
    }


def make_view(
    notebook: Mapping[str, Any],
    lesson: LocalizedLesson,
    notes: Sequence[Note],
    about: Mapping[str, Any],
) -> dict[str, Any]:
    """Return a source notebook with the Markdown of a translation, and with notes inserted.

    The metadata of each cell has a mark with its kind; code can be run but not changed, and only
    notes can be deleted. `about` is the mark of the view in the notebook's metadata.
    """
    found = kinds(notebook, lesson.source)
    cells = list(_notes_after(None, notes, found))
    for cell in notebook["cells"]:
        name, locked = cell["id"], {"deletable": False}
        text, english, sentences = cell["source"], "", {}
        if found[name] == PROSE:
            localized = lesson[name]
            text, english = shown(localized), localized.source.hash
        else:
            locked["editable"] = False
        here = course_metadata(cell).keys() & set(sentences_of(cell))
        for localized in filter(None, (lesson.get(f"{name}:{which}") for which in here)):
            sentences[sentence_of(localized.id)[1]] = shown(localized)
        mark = {"id": name, "kind": found[name], "base": text_hash(text), "source": english}
        mark |= sentences
        if cell.get("attachments"):
            mark["pictures"] = sorted(cell["attachments"])
        metadata = {**cell["metadata"], **locked, KEY: mark}
        cells.append({**cell, "source": text, "metadata": metadata})
        cells += _notes_after(name, notes, found)
    metadata = {**notebook["metadata"], KEY: dict(about)}
    return {**notebook, "cells": cells, "metadata": metadata}


def _notes_after(
    name: str | None, notes: Sequence[Note], found: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    for note in notes:
        after = note.after if note.after in found else None  # of a removed cell: to the top
        if after == name:
            mark = {"kind": NOTE, "base": text_hash(note.text)}
            metadata = {**note.cell.get("metadata", {}), KEY: mark}
            yield {**note.cell, "metadata": metadata}


def strip_marks(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a view as an ordinary notebook, without marks and locks.

    The sentences of cells stay, in the language of the translation.
    """
    cells = []
    for cell in content["cells"]:
        locks = (KEY, "editable", "deletable")
        metadata = {key: value for key, value in cell["metadata"].items() if key not in locks}
        mark = course_metadata(cell)
        if sentences := {key: mark[key] for key in SENTENCES if key in mark}:
            metadata[KEY] = sentences
        cells.append({**cell, "metadata": metadata})
    metadata = {key: value for key, value in content["metadata"].items() if key != KEY}
    return {**content, "cells": cells, "metadata": metadata}


def is_notebook(content: Any) -> TypeGuard[dict[str, Any]]:
    """Return whether untrusted data has the structure of a notebook."""
    return (
        isinstance(content, dict)
        and isinstance(content.get("metadata"), dict)
        and isinstance(content.get("cells"), list)
        and all(is_cell(cell) for cell in content["cells"])
    )


def is_cell(cell: Any) -> bool:
    """Return whether untrusted data has the structure of a notebook cell."""
    if not isinstance(cell, dict) or not isinstance(cell.get("metadata"), dict):
        return False
    source = cell.get("source", "")
    return isinstance(source, str) or (
        isinstance(source, list) and all(isinstance(line, str) for line in source)
    )
