"""Putting the texts of a saved view into a translation. Pure: no file is read or written here.

A cell that was not changed stays as it is, byte for byte; so does the marker of one that was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from course.formats.lesson import SourceCell, SourceLesson
from course.formats.translation import (
    Cell,
    Translation,
    escape,
    hash_source,
    normalise,
    parse,
    render,
)
from course.jupyterlab.saved import Saved
from course.jupyterlab.view import text_hash
from course.localization.align import MISSING
from course.localization.localize import LocalizedLesson
from course.markdown.active import new_active


@dataclass
class Applied:
    """What saving comes to: another translation, and what happened on the way.

    `wrote` are the hashes of the texts that stand there now for this tab; `replaced` are texts of
    others that gave way; `refused` are texts that a translation file can't hold.
    """

    translation: Translation
    wrote: dict[str, str] = field(default_factory=dict)
    replaced: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def apply(lesson: LocalizedLesson, saved: Saved, wrote: Mapping[str, str] | None = None) -> Applied:
    """Return the translation of a lesson with the texts that a saved view has changed.

    A text is changed if it is neither what its tab was given nor what the tab wrote last. Markers
    stay as they are, except that a cell that was missing gets one.
    """
    done = Applied(lesson.translation, dict(wrote or {}))
    for name, text in saved.texts.items():
        base = saved.bases.get(name, "")
        known = {done.wrote.get(name, base)}
        found = lesson.get(name)
        copied = name in saved.copied  # and whatever it is a copy of
        if found is None or text_hash(text) in (known | {base} if copied else known):
            continue
        source, cell = found.source, lesson.translation.get(name)
        missing = found.translation is None or found.status == MISSING
        text = normalise(text)
        if not text:
            done.told.append(f"cell {name}: emptied here, and kept as it was")
        elif hash_source(text) == source.hash and not (cell and cell.keep):
            if not missing:
                done.told.append(f"cell {name}: the English is no translation; the old text stays")
        elif problem := unstorable(source, text):
            done.refused.append((name, text))
            done.told.append(f"cell {name}: {problem}; your text is kept as a note")
        else:
            done.wrote[name] = text_hash(text)
            if cell is not None and cell.text == text:
                continue
            if not missing and cell and (copied or text_hash(cell.text) not in known):
                done.replaced.append((name, cell.text))
            made = _cell_with(cell, source, text, missing, saved.english.get(name, ""))
            done.translation = put_cell(done.translation, lesson.source, made)
    return done


def _cell_with(
    cell: Cell | None, source: SourceCell, text: str, missing: bool, english: str
) -> Cell:
    if cell is None:
        return Cell(source.id, text, source=english or source.hash)
    if missing:
        return cell.changed(text=text, source=english or source.hash, state=None)
    return with_text(cell, text)


def unstorable(source: SourceCell, text: str) -> str:
    """Return why a translation file can't hold a text; nothing if it can."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "half a character (a lone surrogate) can't be stored"
    read = parse(render(Cell(source.id, text, source=source.hash)))
    if read.problems:
        return read.problems[0].message
    active = new_active(text, source.text)
    return f"active content {active[0]!r}; remove it" if active else ""


def with_text(cell: Cell, text: str) -> Cell:
    """Return a cell with another text; its marker, waivers and blank lines stay byte for byte."""
    if cell.raw is None:
        return cell.changed(text=text)
    lines = cell.raw.split("\n")
    head = 1 + len(cell.allow)
    filled = [number for number in range(head, len(lines)) if lines[number].strip()]
    if not filled:
        return cell.changed(text=text)
    end = "\r" if lines[0].endswith("\r") else ""
    body = [escape(line) + end for line in text.split("\n")]
    after = lines[filled[-1] + 1 :]
    if not after:  # the file ends within this line
        body[-1] = body[-1].removesuffix("\r")
    return replace(cell, text=text, raw="\n".join([*lines[: filled[0]], *body, *after]))


def put_cell(translation: Translation, lesson: SourceLesson, cell: Cell) -> Translation:
    """Return a translation with a cell in the place of the one of its id, or in reading order."""
    cells = list(translation.cells)
    at = next((number for number, one in enumerate(cells) if one.id == cell.id), None)
    if at is not None:
        cells[at] = cell
        return replace(translation, cells=tuple(cells))
    order = [source.id for source in lesson.cells]
    before = set(order[: order.index(cell.id)])
    places = [number for number, one in enumerate(cells, start=1) if one.id in before]
    cells.insert(max(places, default=0), cell)
    return replace(translation, cells=tuple(cells))
