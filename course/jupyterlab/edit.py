"""Apply the texts of a saved view to a translation. Pure: no file is read or written here.

An unchanged cell is preserved byte for byte; so is the marker of a changed one.
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
    parse_translation,
    render_cell,
)
from course.jupyterlab.saved import Saved
from course.jupyterlab.view import text_hash
from course.localization.align import MISSING
from course.localization.localize import LocalizedLesson
from course.markdown.active import new_active
from course.text import Phrase, phrase


@dataclass
class Applied:
    """The outcome of a save: the new translation, and its side effects.

    `wrote` are the hashes of the texts that this tab has written, by cell id; `replaced` are texts
    of others that were replaced; `refused` are texts that a translation file can't store.
    """

    translation: Translation
    wrote: dict[str, str] = field(default_factory=dict)
    replaced: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    messages: list[Phrase] = field(default_factory=list)


def apply(lesson: LocalizedLesson, saved: Saved, wrote: Mapping[str, str] | None = None) -> Applied:
    """Return the translation of a lesson with the changed texts of a saved view.

    A text is changed if it is neither the one that its tab received nor the one that the tab last
    wrote. Markers are preserved; missing cells get one.
    """
    done = Applied(lesson.translation, dict(wrote or {}))
    for name, text in saved.texts.items():
        base = saved.bases.get(name, "")
        known = {done.wrote.get(name, base)}
        found = lesson.get(name)
        copied = name in saved.copied  # the copy may have replaced any text
        if found is None or text_hash(text) in (known | {base} if copied else known):
            continue
        source, cell = found.source, lesson.translation.get(name)
        missing = found.translation is None or found.status == MISSING
        text = normalise(text)
        if not text:
            done.messages.append(phrase("cell {id}: emptied here, and kept as it was", id=name))
        elif hash_source(text) == source.hash and not (cell and cell.keep):
            if not missing:
                done.messages.append(
                    phrase("cell {id}: the English is not stored as a translation", id=name)
                )
        elif problem := unstorable(source, text):
            done.refused.append((name, text))
            why = phrase("cell {id}: {why}; your text is kept as a note", id=name, why=problem)
            done.messages.append(why)
        else:
            done.wrote[name] = text_hash(text)
            if cell is not None and cell.text == text:
                continue
            if not missing and cell and (copied or text_hash(cell.text) not in known):
                done.replaced.append((name, cell.text))
            changed = _cell_with(cell, source, text, missing, saved.english.get(name, ""))
            done.translation = put_cell(done.translation, lesson.source, changed)
    return done


def _cell_with(
    cell: Cell | None, source: SourceCell, text: str, missing: bool, english: str
) -> Cell:
    if cell is None:
        return Cell(source.id, text, source=english or source.hash)
    if missing:
        return cell.changed(text=text, source=english or source.hash, state=None)
    return with_text(cell, text)


def unstorable(source: SourceCell, text: str) -> Phrase | None:
    """Return why a translation file can't store a text; None if it can."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return phrase("half a character (a lone surrogate) can't be stored")
    read = parse_translation(render_cell(Cell(source.id, text, source=source.hash)))
    if read.problems:
        return phrase(read.problems[0].message.replace("{", "{{").replace("}", "}}"))
    active = new_active(text, source.text)
    return (
        phrase("active content {content}; remove it", content=repr(active[0])) if active else None
    )


def with_text(cell: Cell, text: str) -> Cell:
    """Return a cell with another text, but marker, waivers and blank lines byte for byte."""
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
    """Return a translation with a cell that replaces the one of its id, or in reading order."""
    cells = list(translation.cells)
    at = next((number for number, item in enumerate(cells) if item.id == cell.id), None)
    if at is not None:
        cells[at] = cell
        return replace(translation, cells=tuple(cells))
    order = [source.id for source in lesson.cells]
    before = set(order[: order.index(cell.id)])
    places = [number for number, item in enumerate(cells, start=1) if item.id in before]
    cells.insert(max(places, default=0), cell)
    return replace(translation, cells=tuple(cells))
