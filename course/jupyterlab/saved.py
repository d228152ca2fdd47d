"""What a saved view says: texts of cells, in one piece again, and notes. Pure: reads no file.

The browser can send anything: what is no cell of the view, or is none any more, is a note.
"""

import bisect
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from course.formats.notebook import CELL_ID
from course.formats.translation import HASH, normalise
from course.jupyterlab.notes import Note, note_of
from course.jupyterlab.view import KEY, PROSE, text_hash


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
    _keep_pictures(saved, name, _new_pictures(kept), ids)
    if any(item.cell.get("cell_type") != "markdown" for item in kept):
        saved.told.append(f"cell {name}: it is Markdown, and comes back as such")


def _keep_pictures(saved: Saved, name: str, pictures: dict[str, Any], ids: "_Ids") -> None:
    """Keep new pictures of a cell in a note, and say where they belong."""
    if pictures:
        links = [f"![{key}](attachment:{key})" for key in pictures]
        cell = {"cell_type": "markdown", "source": "\n".join(links), "attachments": pictures}
        saved.notes.append(note_of(cell, ids.take(None), name))
        saved.told.append(
            f"cell {name}: new pictures are in a note; they belong in notebooks/images,"
            " in the lesson's folder"
        )


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
