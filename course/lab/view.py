"""A view of a translation: made from a lesson and its translation, and read back when saved.

Pure: no file is read or written here. What a saved view says is a `Saved`, and `apply` turns that
into another translation. A cell that was not changed stays as it is, byte for byte.
"""

import bisect
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from course.lab.notes import Note, note_of
from course.lesson import SourceCell, SourceLesson
from course.match import MISSING, status_of
from course.notebook import CELL_ID
from course.safety import new_active
from course.translation import (
    HASH,
    Cell,
    Translation,
    escape,
    hash_source,
    normalise,
    parse,
    render,
)

KEY = "course"  # of metadata: what we tell of a view and of its cells
PROSE, CODE, NOTE = "markdown", "code", "note"


def text_hash(text: str) -> str:
    """Return the hash of a text as it is stored: without blank lines at its edges."""
    return hashlib.sha256(normalise(text).encode("utf-8", "surrogatepass")).hexdigest()


def shown(source: SourceCell, cell: Cell | None) -> str:
    """Return the text that a view shows for a cell: the translation, or the English."""
    if cell is None or status_of(source, cell) == MISSING:
        return source.text
    return cell.text


def kinds(notebook: Mapping[str, Any], lesson: SourceLesson) -> dict[str, str]:
    """Return the cells of a notebook in order: which are prose, and which can't be changed."""
    prose = {cell.id for cell in lesson.cells}
    return {
        cell["id"]: PROSE if cell["cell_type"] == "markdown" and cell["id"] in prose else CODE
        for cell in notebook["cells"]
    }


def make_view(
    notebook: Mapping[str, Any],
    lesson: SourceLesson,
    translation: Translation,
    notes: Sequence[Note],
    about: Mapping[str, Any],
) -> dict[str, Any]:
    """Return a source notebook with the raw texts of a translation, and with notes in their places.

    Metadata tells what each cell is; code can be run but not changed, and only notes can be
    deleted. `about` is what the notebook's metadata tells of the view.
    """
    found = kinds(notebook, lesson)
    sources = {cell.id: cell for cell in lesson.cells}
    cells = list(_notes_after(None, notes, found))
    for cell in notebook["cells"]:
        name, locked = cell["id"], {"deletable": False}
        text, english = cell["source"], ""
        if found[name] == PROSE:
            text, english = shown(sources[name], translation.get(name)), sources[name].hash
        else:
            locked["editable"] = False
        mark = {"id": name, "kind": found[name], "base": text_hash(text), "source": english}
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
        after = note.after if note.after in found else None  # a cell that is gone: to the top
        if after == name:
            mark = {"kind": NOTE, "base": text_hash(note.text)}
            metadata = {**note.cell.get("metadata", {}), KEY: mark}
            yield {**note.cell, "metadata": metadata}


@dataclass
class Saved:
    """What a saved view says: the texts of its prose by cell id, and its notes in page order.

    `bases` are the hashes of the texts that its tab was given, `english` those of the English
    below them; `copied` are cells of which there is a copy only; `told` is what its reader should
    know.
    """

    texts: dict[str, str] = field(default_factory=dict)
    bases: dict[str, str] = field(default_factory=dict)
    english: dict[str, str] = field(default_factory=dict)
    copied: set[str] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Item:
    """A cell of a saved view; `name` is the cell of the lesson that it says it is, or empty."""

    cell: Mapping[str, Any]
    name: str

    @property
    def mark(self) -> Mapping[str, Any]:
        """What we told of it."""
        mark = self.cell.get("metadata", {}).get(KEY)
        return mark if isinstance(mark, dict) else {}

    @property
    def text(self) -> str:
        """Its text."""
        source = self.cell.get("source", "")
        return source if isinstance(source, str) else "".join(source)

    @property
    def first(self) -> bool:
        """Whether it is the cell itself, and no piece or copy: these have ids of their own."""
        return self.cell.get("id") == self.name

    @property
    def base(self) -> str:
        """The hash of the text that its tab was given."""
        base = self.mark.get("base")
        return base if isinstance(base, str) else ""


def read_saved(
    content: Mapping[str, Any],
    found: Mapping[str, str],
    wrote: Mapping[str, str] | None = None,
    seed: str = "",
) -> Saved:
    """Return what a saved view says.

    `found` are the cells of the view as `kinds` gives them. The pieces of a cell that was split
    are joined in page order. Whatever is no cell of the view is a note behind the cell that it
    follows: new cells, pasted ones, and code that was changed. `wrote` are hashes of the texts
    that an earlier save of this tab wrote; `seed` makes the ids of notes unlike.
    """
    wrote = wrote or {}
    saved = Saved()
    items = [Item(cell, _name(cell, found)) for cell in content.get("cells", ())]
    chosen = _choose(items)
    ids = _Ids(found, seed)
    reached: str | None = None
    order: list[str] = []
    copies: list[str] = []
    for number, item in enumerate(items):
        if number not in chosen:
            if item.text.strip():
                saved.notes.append(note_of(item.cell, ids.take(item.cell.get("id")), reached))
                copies += [item.name] if item.name else []
            continue
        if item.name == reached:
            continue  # a further piece: it was read with the first
        reached = item.name
        order.append(reached)
        pieces = [one for at, one in enumerate(items) if at in chosen and one.name == reached]
        if found[reached] == PROSE:
            _read_prose(saved, reached, pieces, wrote, ids)
        else:
            _read_code(saved, reached, pieces, ids)
    _tell(saved, order, copies, found)
    return saved


def _name(cell: Mapping[str, Any], found: Mapping[str, str]) -> str:
    mark = cell.get("metadata", {}).get(KEY)
    name = mark.get("id") if isinstance(mark, dict) else None
    return name if isinstance(name, str) and name in found else ""


def _choose(items: Sequence[Item]) -> set[int]:
    """Return the places of the cells that are of the view; others with their names are copies.

    Cells of one name belong together where no other cell of the view stands between them. Of
    several such groups, the one with the cell itself counts, else the first.
    """
    groups: dict[str, list[list[int]]] = {}
    last = ""
    for number, item in enumerate(items):
        if item.name:
            if item.name != last:
                groups.setdefault(item.name, []).append([])
            groups[item.name][-1].append(number)
            last = item.name
    chosen: set[int] = set()
    for several in groups.values():
        own = [group for group in several if any(items[number].first for number in group)]
        chosen.update((own or several)[0])
    return chosen


def _read_prose(
    saved: Saved, name: str, pieces: Sequence[Item], wrote: Mapping[str, str], ids: "_Ids"
) -> None:
    """Take the text of a cell from its pieces, and what was pasted beside it as notes.

    JupyterLab leaves the id with the last piece of a split. So what stands behind the cell itself
    was pasted there if it is a copy of it, or if the cell itself is still whole. What stands before
    it was pasted only if both are whole: a cell can be split at its end, or into equal halves.
    """
    own = next((at for at, item in enumerate(pieces) if item.first), len(pieces) - 1)
    base = pieces[own].base
    whole = {base, wrote.get(name, base)}
    kept: list[Item] = []
    for at, item in enumerate(pieces):
        other = at != own and item.text.strip()
        same = text_hash(item.text)
        itself = text_hash(pieces[own].text)
        if at > own:
            pasted = other and (same == itself or same in whole or itself in whole)
        else:
            pasted = other and same in whole and itself in whole
        if pasted:
            saved.notes.append(note_of(item.cell, ids.take(item.cell.get("id")), name))
            saved.told.append(f"cell {name}: a copy beside it is kept as a note")
        else:
            kept.append(item)
    texts = [normalise(item.text) for item in kept if item.text.strip()]
    if len(texts) > 1:
        saved.told.append(f"cell {name}: its {len(texts)} pieces were joined")
    saved.texts[name] = "\n\n".join(texts)
    saved.bases[name] = base
    if not pieces[own].first:
        saved.copied.add(name)
    source = pieces[own].mark.get("source")
    saved.english[name] = source if isinstance(source, str) and HASH.fullmatch(source) else ""
    pictures = _new_pictures(kept)
    if pictures:
        links = [f"![{key}](attachment:{key})" for key in pictures]
        cell = {"cell_type": "markdown", "source": "\n".join(links), "attachments": pictures}
        saved.notes.append(note_of(cell, ids.take(None), name))
        saved.told.append(
            f"cell {name}: new pictures are in a note; they belong in notebooks/images"
        )
    if any(item.cell.get("cell_type") != "markdown" for item in kept):
        saved.told.append(f"cell {name}: it is Markdown, and comes back as such")


def _new_pictures(pieces: Sequence[Item]) -> dict[str, Any]:
    """Return the pictures that were put into a cell, which no translation can hold."""
    found: dict[str, Any] = {}
    for item in pieces:
        attached, given = item.cell.get("attachments"), item.mark.get("pictures")
        for key, value in attached.items() if isinstance(attached, dict) else ():
            if not isinstance(given, list) or key not in given:
                found[str(key)] = value
    return found


def _read_code(saved: Saved, name: str, pieces: Sequence[Item], ids: "_Ids") -> None:
    own = next((item for item in pieces if item.first), pieces[0])
    for item in pieces:
        changed = text_hash(item.text) != item.base
        if item.text.strip() and (changed or item is not own):
            saved.notes.append(note_of(item.cell, ids.take(item.cell.get("id")), name))
            what = "code can't be changed here; yours" if changed else "a copy of it"
            saved.told.append(f"cell {name}: {what} is kept as a note")


def _tell(
    saved: Saved, order: Sequence[str], copies: Sequence[str], found: Mapping[str, str]
) -> None:
    """Note what is not as the view was: cells that moved, that are not there, that are copies."""
    told = []
    moved = out_of_place(order, list(found))
    if moved:
        told.append(f"moved, and back in their places when reloaded: {names(moved)}")
    gone = [name for name in found if name not in set(order)]
    if gone:
        told.append(f"not in what was saved, and kept as they were: {names(gone)}")
    if copies:
        told.append(f"copies are kept as notes: {names(dict.fromkeys(copies))}")
    saved.told = told + saved.told


def out_of_place(ids: Sequence[str], order: Sequence[str]) -> list[str]:
    """Return the fewest ids that have to be moved for the others to stand in order.

    >>> out_of_place(["d", "a", "c", "b"], ["a", "b", "c", "d"])
    ['d', 'c']
    """
    places = {name: number for number, name in enumerate(order)}
    ends: list[int] = []  # the least place that a run of each length ends with
    runs: list[list[str]] = []
    for name in ids:
        at = bisect.bisect_left(ends, places[name])
        run = [*(runs[at - 1] if at else []), name]
        ends[at : at + 1], runs[at : at + 1] = [places[name]], [run]
    stay = set(runs[-1] if runs else ())
    return [name for name in ids if name not in stay]


def names(ids: Iterable[str]) -> str:
    """Return ids for a line that is told."""
    ids = list(ids)
    return ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")


class _Ids:
    """Gives notes ids: their own, or one that each save of a tab makes alike."""

    def __init__(self, taken: Iterable[str], seed: str) -> None:
        self.taken, self.seed = set(taken), seed

    def take(self, wish: Any) -> str:
        made, number = wish, 0
        while not isinstance(made, str) or not CELL_ID.fullmatch(made) or made in self.taken:
            made = (
                f"note-{hashlib.sha256(f'{self.seed} {wish} {number}'.encode()).hexdigest()[:12]}"
            )
            number += 1
        self.taken.add(made)
        return made


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


def apply(
    translation: Translation,
    lesson: SourceLesson,
    saved: Saved,
    wrote: Mapping[str, str] | None = None,
) -> Applied:
    """Return a translation with the texts that a saved view has changed.

    A text is changed if it is neither what its tab was given nor what the tab wrote last. Markers
    stay as they are, except that a cell that was missing gets one.
    """
    done = Applied(translation, dict(wrote or {}))
    for name, text in saved.texts.items():
        base = saved.bases.get(name, "")
        known = {done.wrote.get(name, base)}
        source = lesson.get(name)
        copied = name in saved.copied  # and whatever it is a copy of
        if source is None or text_hash(text) in (known | {base} if copied else known):
            continue
        cell = done.translation.get(name)
        missing = status_of(source, cell) == MISSING
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
            done.translation = put_cell(done.translation, lesson, made)
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


def strip_marks(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a view as an ordinary notebook: without our metadata, and with nothing locked."""
    cells = []
    for cell in content["cells"]:
        locks = (KEY, "editable", "deletable")
        metadata = {key: value for key, value in cell["metadata"].items() if key not in locks}
        cells.append({**cell, "metadata": metadata})
    metadata = {key: value for key, value in content["metadata"].items() if key != KEY}
    return {**content, "cells": cells, "metadata": metadata}
