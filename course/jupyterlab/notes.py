"""Notes: cells that stand in a view and are not of the lesson, kept beside the translation."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.errors import CourseError
from course.files import write_text


@dataclass(frozen=True)
class Note:
    """A cell as notebooks hold it, and the id of the cell that it follows; None at the top."""

    cell: Mapping[str, Any]
    after: str | None

    @property
    def id(self) -> str:
        """Its id in the view."""
        name: str = self.cell["id"]
        return name

    @property
    def text(self) -> str:
        """Its text."""
        text: str = self.cell["source"]
        return text


def note_of(cell: Mapping[str, Any], name: str, after: str | None) -> Note:
    """Return a cell of a view as a note: its text and pictures, without outputs and locks."""
    kind = cell.get("cell_type")
    source = cell.get("source", "")
    made: dict[str, Any] = {
        "cell_type": kind if kind in ("markdown", "code", "raw") else "markdown",
        "id": name,
        "metadata": {},
        "source": source if isinstance(source, str) else "".join(source),
    }
    if made["cell_type"] == "code":
        made |= {"execution_count": None, "outputs": []}
    elif isinstance(cell.get("attachments"), dict) and cell["attachments"]:
        made["attachments"] = cell["attachments"]
    return Note(made, after)


def read_notes(path: Path) -> list[Note]:
    """Return the notes of a file; none where there is no file.

    Raises:
        CourseError: the file can't be read; one line.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["notes"]
        return [Note(_whole(entry["cell"]), entry["after"]) for entry in entries]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CourseError(
            f"{path}: notes that can't be read ({type(error).__name__}); mend or remove the file"
        ) from None


def _whole(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the cell of a note.

    Raises:
        KeyError, TypeError: it has no id or no text, as no note that was written.
    """
    if not all(isinstance(cell[key], str) for key in ("id", "source", "cell_type")):
        raise TypeError(cell)
    return cell


def write_notes(path: Path, notes: Sequence[Note]) -> None:
    """Replace the notes of a file, at once or not at all; no file is made for no notes."""
    if notes or path.exists():
        entries = [{"after": note.after, "cell": note.cell} for note in notes]
        write_text(path, json.dumps({"notes": entries}, indent=1, ensure_ascii=True) + "\n")


@dataclass
class Merged:
    """Notes after a save; `wrote` are hashes of those that the tab knows, `replaced` are texts."""

    notes: list[Note]
    wrote: dict[str, str]
    replaced: list[tuple[str, str]]


def merge_notes(
    stored: Sequence[Note],
    saved: Sequence[Note],
    known: Mapping[str, str],
    hash_of: Callable[[str], str],
) -> Merged:
    """Return the notes after a save of a tab that knew `known`, hashes of texts by id.

    A note that the tab knew and does not have any more was deleted in it, unless another tab has
    changed it meanwhile. Of two texts, the tab's counts, and the other is in `replaced`.
    """
    now = {note.id: note for note in stored}
    made = Merged([], {}, [])
    for note in saved:
        other, before = now.pop(note.id, None), known.get(note.id)
        same = hash_of(note.text) == before
        made.wrote[note.id] = hash_of(note.text)
        if other is None:
            if not same:  # else: deleted in another tab, and left alone in this one
                made.notes.append(note)
            continue
        if same:
            note = Note(other.cell, note.after)
        elif hash_of(other.text) not in (before, hash_of(note.text)):
            made.replaced.append((other.id, other.text))
        made.notes.append(note)
    for name, note in now.items():
        if name not in known or known[name] != hash_of(note.text):
            made.notes.append(note)
    return made
