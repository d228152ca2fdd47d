"""Notes: cells of a view that are not in the lesson, stored beside the views."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.errors import CourseError
from course.files import write_text


@dataclass(frozen=True)
class Note:
    """A notebook cell, and the id of the cell that it follows; None at the top."""

    cell: Mapping[str, Any]
    after: str | None

    @property
    def id(self) -> str:
        """The cell id in the view."""
        name: str = self.cell["id"]
        return name

    @property
    def text(self) -> str:
        """The source of the cell."""
        text: str = self.cell["source"]
        return text


def note_of(cell: Mapping[str, Any], name: str, after: str | None) -> Note:
    """Return a cell of a view as a note: source and pictures, without outputs and metadata."""
    kind = cell.get("cell_type")
    source = cell.get("source", "")
    content: dict[str, Any] = {
        "cell_type": kind if kind in ("markdown", "code", "raw") else "markdown",
        "id": name,
        "metadata": {},
        "source": source if isinstance(source, str) else "".join(source),
    }
    if content["cell_type"] == "code":
        content |= {"execution_count": None, "outputs": []}
    elif isinstance(cell.get("attachments"), dict) and cell["attachments"]:
        content["attachments"] = cell["attachments"]
    return Note(content, after)


def read_notes(path: Path) -> list[Note]:
    """Return the notes in a file; an empty list if there is no file.

    Raises:
        CourseError: the file is unreadable or damaged; one line.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["notes"]
        return [Note(_whole(entry["cell"]), entry["after"]) for entry in entries]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CourseError(
            f"{path}: unreadable notes ({type(error).__name__}); mend or remove the file"
        ) from None


def _whole(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the cell of a note.

    Raises:
        KeyError: it has no id, source or type.
        TypeError: one of these is not a string.
    """
    if not all(isinstance(cell[key], str) for key in ("id", "source", "cell_type")):
        raise TypeError(cell)
    return cell


def write_notes(path: Path, notes: Sequence[Note]) -> None:
    """Replace the notes in a file atomically; no file is created for an empty list."""
    if notes or path.exists():
        entries = [{"after": note.after, "cell": note.cell} for note in notes]
        write_text(path, json.dumps({"notes": entries}, indent=1, ensure_ascii=True) + "\n")


@dataclass
class Merged:
    """Notes after a save; `wrote` are hashes of the tab's notes, `replaced` texts, by id."""

    notes: list[Note]
    wrote: dict[str, str]
    replaced: list[tuple[str, str]]


def merge_notes(
    stored: Sequence[Note],
    saved: Sequence[Note],
    known: Mapping[str, str],
    hash_of: Callable[[str], str],
) -> Merged:
    """Return the notes after a save of a tab that last knew `known`, hashes of texts by id.

    A note that the tab knew but has no longer was deleted in it, and is removed unless another tab
    has changed it since. If both changed a note, the tab's text wins; the other is in `replaced`.
    """
    now = {note.id: note for note in stored}
    merged = Merged([], {}, [])
    for note in saved:
        other, before = now.pop(note.id, None), known.get(note.id)
        same = hash_of(note.text) == before
        merged.wrote[note.id] = hash_of(note.text)
        if other is None:
            if not same:  # else: deleted in another tab, unchanged in this one
                merged.notes.append(note)
            continue
        if same:
            note = Note(other.cell, note.after)
        elif hash_of(other.text) not in (before, hash_of(note.text)):
            merged.replaced.append((other.id, other.text))
        merged.notes.append(note)
    for name, note in now.items():
        if name not in known or known[name] != hash_of(note.text):
            merged.notes.append(note)
    return merged
