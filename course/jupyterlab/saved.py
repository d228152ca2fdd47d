"""The content of a saved view: texts of cells, joined from their pieces, and notes. Pure.

Input from the browser is untrusted: any cell that is not of the view becomes a note.
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
from course.text import Phrase, phrase


@dataclass
class Saved:
    """The content of a saved view: the texts of its prose by cell id, and its notes in order.

    `bases` are the hashes of the texts that its tab received, `english` those of the English that
    they translate; `copied` are the ids of cells of which only a copy exists; `messages` are for
    the user.
    """

    texts: dict[str, str] = field(default_factory=dict)
    bases: dict[str, str] = field(default_factory=dict)
    english: dict[str, str] = field(default_factory=dict)
    copied: set[str] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)
    messages: list[Phrase] = field(default_factory=list)


@dataclass(frozen=True)
class SavedCell:
    """A cell of a saved view; `name` is the id of the lesson's cell in its mark, or empty."""

    cell: Mapping[str, Any]
    name: str

    @property
    def mark(self) -> Mapping[str, Any]:
        """The mark that the view has put into its metadata; empty if there is none."""
        mark = self.cell.get("metadata", {}).get(KEY)
        return mark if isinstance(mark, dict) else {}

    @property
    def text(self) -> str:
        """The source of the cell."""
        source = self.cell.get("source", "")
        return source if isinstance(source, str) else "".join(source)

    @property
    def first(self) -> bool:
        """Whether it is the cell itself, not a piece or copy, which have other ids."""
        return self.cell.get("id") == self.name

    @property
    def base(self) -> str:
        """The hash of the text that its tab received."""
        base = self.mark.get("base")
        return base if isinstance(base, str) else ""


def read_saved(
    content: Mapping[str, Any],
    found: Mapping[str, str],
    wrote: Mapping[str, str] | None = None,
    seed: str = "",
) -> Saved:
    """Return the content of a saved view.

    `found` are the cells of the view as `kinds` returns them. The pieces of a split cell are joined
    in page order. New and pasted cells and changed code become notes behind the cell that they
    follow. `wrote` are hashes of the texts that this tab last wrote, by cell id; `seed` makes the
    ids of notes unique to the tab.
    """
    wrote = wrote or {}
    saved = Saved()
    items = [SavedCell(cell, _name(cell, found)) for cell in content.get("cells", ())]
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
            continue  # a further piece, read with the first
        reached = item.name
        order.append(reached)
        pieces = [piece for at, piece in enumerate(items) if at in chosen and piece.name == reached]
        if found[reached] == PROSE:
            _read_prose(saved, reached, pieces, wrote, ids)
        else:
            _read_code(saved, reached, pieces, ids)
    _report_moves(saved, order, copies, found)
    return saved


def _name(cell: Mapping[str, Any], found: Mapping[str, str]) -> str:
    mark = cell.get("metadata", {}).get(KEY)
    name = mark.get("id") if isinstance(mark, dict) else None
    return name if isinstance(name, str) and name in found else ""


def _choose(items: Sequence[SavedCell]) -> set[int]:
    """Return the indices of the cells of the view; others with their names are copies.

    Cells of one name form a group if no other cell of the view is between them. Of several groups,
    the one with the cell itself is chosen, else the first.
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
    for candidates in groups.values():
        own = [group for group in candidates if any(items[number].first for number in group)]
        chosen.update((own or candidates)[0])
    return chosen


def _read_prose(
    saved: Saved, name: str, pieces: Sequence[SavedCell], wrote: Mapping[str, str], ids: "_Ids"
) -> None:
    """Read the text of a cell from its pieces, and cells that were pasted beside it as notes.

    In a split, JupyterLab leaves the id with the last piece. So a cell after the cell itself was
    pasted if it is a copy of it, or if the cell itself is still whole. One before it was pasted
    only if both are whole: a cell can be split at its end, or into equal halves.
    """
    own = next((at for at, item in enumerate(pieces) if item.first), len(pieces) - 1)
    base = pieces[own].base
    whole = {base, wrote.get(name, base)}
    parts: list[SavedCell] = []
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
            saved.messages.append(phrase("cell {id}: a copy beside it is kept as a note", id=name))
        else:
            parts.append(item)
    texts = [normalise(item.text) for item in parts if item.text.strip()]
    if len(texts) > 1:
        joined = phrase("cell {id}: its {count} parts were joined", id=name, count=len(texts))
        saved.messages.append(joined)
    saved.texts[name] = "\n\n".join(texts)
    saved.bases[name] = base
    if not pieces[own].first:
        saved.copied.add(name)
    source = pieces[own].mark.get("source")
    saved.english[name] = source if isinstance(source, str) and HASH.fullmatch(source) else ""
    _keep_pictures(saved, name, _new_pictures(parts), ids)
    if any(item.cell.get("cell_type") != "markdown" for item in parts):
        saved.messages.append(phrase("cell {id}: it is Markdown, and comes back as such", id=name))


def _keep_pictures(saved: Saved, name: str, pictures: dict[str, Any], ids: "_Ids") -> None:
    """Store new pictures of a cell in a note, and report where they belong."""
    if pictures:
        links = [f"![{key}](attachment:{key})" for key in pictures]
        cell = {"cell_type": "markdown", "source": "\n".join(links), "attachments": pictures}
        saved.notes.append(note_of(cell, ids.take(None), name))
        saved.messages.append(
            phrase(
                "cell {id}: new pictures are in a note; they belong in {folder}, in the lesson's"
                " folder",
                id=name,
                folder="notebooks/images",
            )
        )


def _new_pictures(pieces: Sequence[SavedCell]) -> dict[str, Any]:
    """Return the pictures that were added to a cell, which a translation can't store."""
    found: dict[str, Any] = {}
    for item in pieces:
        attached, known = item.cell.get("attachments"), item.mark.get("pictures")
        for key, value in attached.items() if isinstance(attached, dict) else ():
            if not isinstance(known, list) or key not in known:
                found[str(key)] = value
    return found


def _read_code(saved: Saved, name: str, pieces: Sequence[SavedCell], ids: "_Ids") -> None:
    """Keep changed code and copies of code cells as notes."""
    own = next((item for item in pieces if item.first), pieces[0])
    for item in pieces:
        changed = text_hash(item.text) != item.base
        if item.text.strip() and (changed or item is not own):
            saved.notes.append(note_of(item.cell, ids.take(item.cell.get("id")), name))
            mine = "cell {id}: code can't be changed here; yours is kept as a note"
            copy = "cell {id}: a copy of it is kept as a note"
            saved.messages.append(phrase(mine if changed else copy, id=name))


def _report_moves(
    saved: Saved, order: Sequence[str], copies: Sequence[str], found: Mapping[str, str]
) -> None:
    """Add messages about cells that were moved, removed or copied."""
    messages = []
    moved = out_of_place(order, list(found))
    if moved:
        back = "moved, and back in their places when reloaded: {ids}"
        messages.append(phrase(back, ids=join_ids(moved)))
    gone = [name for name in found if name not in set(order)]
    if gone:
        kept = "not in what was saved, and kept as they were: {ids}"
        messages.append(phrase(kept, ids=join_ids(gone)))
    if copies:
        ids = join_ids(dict.fromkeys(copies))
        messages.append(phrase("copies are kept as notes: {ids}", ids=ids))
    saved.messages = messages + saved.messages


def out_of_place(ids: Sequence[str], order: Sequence[str]) -> list[str]:
    """Return the fewest ids to move so that the others are in order.

    >>> out_of_place(["d", "a", "c", "b"], ["a", "b", "c", "d"])
    ['d', 'c']
    """
    places = {name: number for number, name in enumerate(order)}
    ends: list[int] = []  # the least place at the end of a run of each length
    runs: list[list[str]] = []
    for name in ids:
        at = bisect.bisect_left(ends, places[name])
        run = [*(runs[at - 1] if at else []), name]
        ends[at : at + 1], runs[at : at + 1] = [places[name]], [run]
    stay = set(runs[-1] if runs else ())
    return [name for name in ids if name not in stay]


def join_ids(ids: Iterable[str]) -> str:
    """Return ids as a list in a message, at most five of them."""
    ids = list(ids)
    return ", ".join(ids[:5]) + (f", … (+{len(ids) - 5})" if len(ids) > 5 else "")


class _Ids:
    """Unique ids for notes: their own, or generated ones that are equal in each save of a tab."""

    def __init__(self, taken: Iterable[str], seed: str) -> None:
        self.taken, self.seed = set(taken), seed

    def take(self, wish: Any) -> str:
        name, number = wish, 0
        while not isinstance(name, str) or not CELL_ID.fullmatch(name) or name in self.taken:
            name = (
                f"note-{hashlib.sha256(f'{self.seed} {wish} {number}'.encode()).hexdigest()[:12]}"
            )
            number += 1
        self.taken.add(name)
        return name
