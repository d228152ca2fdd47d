"""The views of a course: the files behind them, and the effects of saving one.

All data except translations is in the workspace: notes, replaced texts (`kept`), and the hashes of
what each browser tab last wrote, so that they survive a restart of the server.
"""

import datetime
import hashlib
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from course.files import LIMIT, file_stamp, is_writable, read_text, refuse_links, show, write_text
from course.formats.lesson import SourceLesson, read_lesson
from course.formats.settings import Course, Framework, Lesson, Locale
from course.formats.splice import Notebook
from course.formats.strings import FILE_NAME as STRINGS
from course.formats.strings import Strings, strings_or_english
from course.formats.translation import Translation, render_translation
from course.jupyterlab.edit import apply
from course.jupyterlab.notes import Note, merge_notes, note_of, read_notes, write_notes
from course.jupyterlab.refusal import Refused, refusing
from course.jupyterlab.saved import read_saved
from course.jupyterlab.view import KEY, kinds, make_view, text_hash
from course.localization.localize import LocalizedLesson, localize
from course.text import Phrase, phrase

TABS = 200  # that are remembered; each opening of a view is a tab
KEPT_LIMIT = 50_000_000  # bytes of a file of replaced texts


@dataclass(frozen=True)
class Place:
    """A view: a lesson in a locale and a framework."""

    locale: Locale
    lesson: Lesson
    framework: Framework

    @property
    def name(self) -> str:
        """The file name of its notebook."""
        return f"{self.lesson.id}-{self.framework.id}.ipynb"

    @property
    def path(self) -> str:
        """Its path in the file browser."""
        return f"{self.locale.id}/{self.name}"

    @property
    def about(self) -> dict[str, str]:
        """The ids that identify it."""
        return {"locale": self.locale.id, "lesson": self.lesson.id, "framework": self.framework.id}


@dataclass
class OpenView:
    """A view with the current content of its files."""

    place: Place
    lesson: LocalizedLesson
    notebook: Notebook
    notes: list[Note]


@dataclass
class Tab:
    """The hashes of what a browser tab last wrote, of texts by cell id and of notes by id."""

    texts: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


class Desk:
    """The views of a course, in a folder of its workspace. A lock serialises saves."""

    def __init__(self, course: Course, folder: Path) -> None:
        self.course, self.folder = course, folder
        self.kept = folder.parent / "kept"
        self.places = {
            place.path: place
            for locale in course.targets
            for lesson, framework in course.pairs
            for place in [Place(locale, lesson, framework)]
        }
        self.messages: dict[str, list[Phrase]] = {}  # of the last save, by path
        self._thread = threading.RLock()
        self._lessons: dict[str, tuple[tuple[object, ...], SourceLesson]] = {}

    # Files

    def translation_path(self, place: Place) -> Path:
        """Return the translation file of a view."""
        return self.course.translation(place.locale, place.lesson)

    def notebook_path(self, place: Place) -> Path:
        """Return the source notebook of a view."""
        return self.course.notebook(place.lesson, place.framework)

    def notes_path(self, place: Place) -> Path:
        """Return the file with the notes of a view."""
        return self.folder / ".notes" / place.locale.id / f"{Path(place.name).stem}.json"

    def writable(self, place: Place) -> bool:
        """Return whether a view can be saved: its file, if it exists, and the folder of it."""
        path = self.translation_path(place)
        folder = path.parent
        while not folder.exists():
            folder = folder.parent
        return all(is_writable(item) for item in (path, folder) if item.exists())

    def times(self, place: Place) -> tuple[float, float]:
        """Return the times of creation and last change of a view, in seconds since the epoch.

        Raises:
            Refused: the source notebook does not exist.
        """
        strings = self.course.translations / place.locale.id / STRINGS
        own = self.notebook_path(place)
        paths = (own, self.translation_path(place), strings, self.notes_path(place))
        stats = [path.stat() for path in paths if path.exists()]
        if not own.exists():
            raise Refused(404, f"{show(own, self.course.root)}: no such notebook")
        return own.stat().st_ctime, max(stat.st_mtime for stat in stats)

    def words(self, locale_id: str) -> Strings:
        """Return the strings of the interface for the views of a locale."""
        return strings_or_english(self.course, self.course.locale(locale_id))

    # Opening

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock against other saves, including those of other servers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / ".lock", timeout=30)
        with self._thread:
            try:
                lock.acquire()
            except Timeout:
                busy = phrase("{file}: another server is saving; try again", file=lock.lock_file)
                raise Refused(503, busy) from None
            try:
                yield
            finally:
                lock.release()

    def lesson(self, lesson: Lesson) -> SourceLesson:
        """Return a lesson, which is read again if one of its notebooks has changed."""
        stamp = tuple(file_stamp(path) for path in self.course.notebooks_of(lesson))
        with self._thread:
            before, found = self._lessons.get(lesson.id, ((), None))
            if found is None or before != stamp:
                found = read_lesson(self.course, lesson)
                self._lessons[lesson.id] = (stamp, found)
        return found

    def open(self, place: Place) -> OpenView:
        """Read the files of a view.

        Raises:
            Refused: a file is unusable; one line.
        """
        with refusing(409):
            source = self.lesson(place.lesson)
            notebook = next(
                item for item in source.notebooks if item.framework == place.framework.id
            )
            lesson = localize(self.course, place.locale, source).usable()
            notes = read_notes(self.notes_path(place))
        return OpenView(place, lesson, notebook, notes)

    def view(self, place: Place, notebook: Mapping[str, Any], token: str = "") -> dict[str, Any]:
        """Return a view as a notebook; `notebook` is the source, with sources as joined strings."""
        found = self.open(place)
        given = {note.id: text_hash(note.text) for note in found.notes}
        about = {**({"view": token} if token else {}), **place.about, "notes": given}
        return make_view(notebook, found.lesson, found.notes, about)

    # Saving

    def save(self, place: Place, content: Mapping[str, Any]) -> list[Phrase]:
        """Write the changes of a saved view; return messages for its user, a line each.

        Raises:
            Refused: it is not this view, or a file is unusable or read-only; nothing is changed.
        """
        about = about_view(content)
        if any(about.get(key) != value for key, value in place.about.items()):
            file = show(self.translation_path(place), self.course.root)
            refusal = phrase(
                "{view} shows {file} and can't be replaced by another notebook; save or upload that"
                " under another name",
                view=place.path,
                file=file,
            )
            raise Refused(409, refusal)
        if not self.writable(place):
            file = show(self.translation_path(place), self.course.root)
            raise Refused(403, phrase("{file}: read-only; nothing was saved", file=file))
        token = view if isinstance(view := about.get("view"), str) else ""
        given = notes if isinstance(notes := about.get("notes"), dict) else {}
        with self.locked():
            messages = self._save(place, content, token, given)
        self.messages[place.path] = messages
        return messages

    def _save(
        self, place: Place, content: Mapping[str, Any], token: str, given: Mapping[str, str]
    ) -> list[Phrase]:
        found = self.open(place)
        tabs = self._read_tabs()
        tab = tabs.pop(token, Tab())
        saved = read_saved(
            content, kinds(found.notebook.data, found.lesson.source), tab.texts, token
        )
        done = apply(found.lesson, saved, tab.texts)
        messages = saved.messages + done.messages
        for name, text in done.refused:
            seed = hashlib.sha256(f"{token} refused {name}".encode()).hexdigest()[:12]
            cell = {"cell_type": "markdown", "source": text}
            saved.notes.append(note_of(cell, f"note-{seed}", name))
        notes = merge_notes(found.notes, saved.notes, {**given, **tab.notes}, text_hash)
        replaced = done.replaced + notes.replaced
        with refusing(507):
            text = self._checked(place, done.translation)
            if replaced:
                kept = show(self.keep(place, replaced), self.course.root)
                told = "{id}: the replaced text is in {file}"
                messages += [phrase(told, id=name, file=kept) for name, _ in replaced]
            if done.translation != found.lesson.translation:
                write_text(self.translation_path(place), text)
            if notes.notes != found.notes:
                write_notes(self.notes_path(place), notes.notes)
            if token and (done.wrote or notes.wrote):
                tabs[token] = Tab(done.wrote, notes.wrote)
                self._write_tabs(tabs)
        return messages

    def _checked(self, place: Place, translation: Translation) -> str:
        """Return the content of a translation file, if it is within the limits."""
        text, path = render_translation(translation), self.translation_path(place)
        refuse_links(path, self.course.root)
        if len(text.encode("utf-8", "surrogatepass")) > LIMIT:
            name = show(path, self.course.root)
            long = "{file}: would have more than {limit} bytes; nothing was saved"
            raise Refused(413, phrase(long, file=name, limit=f"{LIMIT:,}"))
        return text

    def keep(self, place: Place, texts: Sequence[tuple[str, str]]) -> Path:
        """Append replaced texts to the file of those; return its path."""
        path = self.kept / place.locale.id / f"{place.lesson.id}.md"
        before = read_text(path, self.kept.parent, KEPT_LIMIT) if path.exists() else ""
        now = datetime.datetime.now().astimezone().isoformat(" ", "seconds")
        heads = [f"<!-- kept {now} cell {name}, in {place.name} -->" for name, _ in texts]
        added = [f"{head}\n\n{text}\n" for head, (_, text) in zip(heads, texts, strict=True)]
        write_text(path, "\n".join([before, *added] if before else added))
        return path

    # Tabs

    def _read_tabs(self) -> dict[str, Tab]:
        try:
            entries = json.loads((self.folder / ".tabs.json").read_text(encoding="utf-8"))
            return {
                key: Tab(dict(entry["texts"]), dict(entry["notes"]))
                for key, entry in entries.items()
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}  # none yet, or damaged: a save then keeps the replaced text

    def _write_tabs(self, tabs: dict[str, Tab]) -> None:
        last = dict(list(tabs.items())[-TABS:])
        text = json.dumps({key: vars(tab) for key, tab in last.items()}, indent=0)
        write_text(self.folder / ".tabs.json", text + "\n")


def about_view(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the metadata of a view from a notebook; empty if the notebook is not a view."""
    metadata = content.get("metadata")
    about = metadata.get(KEY) if isinstance(metadata, dict) else None
    return about if isinstance(about, dict) and "framework" in about else {}
