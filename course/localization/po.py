"""Translations as PO files, for editors such as Poedit and Weblate: an exchange format.

An entry is a cell: `msgctxt` is its id, `msgid` the current English, `msgstr` the translation.
Entries are `fuzzy` that a person has yet to read: machine drafts, and stale cells, whose previous
`msgid` is the English that they translate.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import polib

from course.errors import CourseError, unknown
from course.files import read_text, show, write_text
from course.formats.lesson import SourceLesson, read_lesson
from course.formats.settings import Course, Lesson, Locale
from course.formats.translation import Cell, Translation, hash_source, normalise, render_translation
from course.localization.align import MACHINE, MISSING, STALE, LocalizedCell, align_cell
from course.localization.history import find_english
from course.localization.localize import localize
from course.markdown.active import new_active

LESSON = "X-Course-Lesson"  # header with the lesson id
WIDTH = 78
# Line separators of Unicode other than LF: polib ends a line there and loses the rest.
LINE_ENDS = re.compile("[\v\f\r\x1c-\x1e\x85\u2028\u2029]")
LIMIT = 4_000_000  # bytes of a PO file: English, translation and previous English


def export_po(course: Course, locale: Locale, lesson: SourceLesson) -> str:
    """Return the content of the PO file of a lesson's translation; it is reproducible.

    It has no dates and no line numbers.

    Raises:
        CourseError: the translation cannot be used, or has a character that PO files cannot have.
    """
    localized = localize(course, locale, lesson).usable()
    for cell in localized.translation.cells:
        if match := LINE_ENDS.search(cell.text):
            raise CourseError(
                f"{localized.path}:{cell.line}: cell {cell.id}: U+{ord(match[0]):04X} is not"
                " allowed in a PO file; remove it"
            )
    old = {cell.made_from for cell in localized.cells} - {""}
    english = find_english(course, lesson.lesson, old)
    file = polib.POFile(wrapwidth=WIDTH)
    file.metadata = {
        "Project-Id-Version": course.title,
        # msgfmt requires these headers; constants keep the export reproducible.
        "PO-Revision-Date": "1970-01-01 00:00+0000",
        "Last-Translator": "see the history of the repository",
        "Language-Team": "none",
        "Language": locale.id.replace("-", "_"),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        LESSON: lesson.lesson.id,
    }
    file.extend(_entry(cell, english) for cell in localized.cells if cell.is_work)
    return str(file)


def _entry(cell: LocalizedCell, english: dict[str, str]) -> polib.POEntry:
    """Return the entry of a cell; `english` is older English by hash."""
    entry = polib.POEntry(msgctxt=cell.id, msgid=normalise(cell.source.text))
    if cell.status == MISSING or cell.translation is None:
        return entry
    entry.msgstr = cell.translation.text
    if cell.status in (MACHINE, STALE):
        entry.flags.append("fuzzy")
    if cell.status == STALE:
        entry.comment = "The English has changed since this was translated."
        entry.previous_msgid = normalise(english.get(cell.made_from, "")) or None
    elif cell.status == MACHINE:
        entry.comment = "Drafted by a machine, not yet read by a person."
    return entry


def import_po(course: Course, path: Path) -> list[str]:
    """Merge the translations of a PO file into the translation file that it belongs to.

    An entry that is unchanged since the export changes nothing. One that a person has changed, or
    has confirmed by removing `fuzzy`, becomes that person's translation of its `msgid`. An empty
    one leaves the cell unchanged.

    Returns messages about the changes, a line each.

    Raises:
        CourseError: the file is not a PO file, is of no lesson or locale of the course, or has
            active content; nothing is written.
    """
    file = read_po(path)
    locale, lesson = belongs_to(course, path, file)
    translation = localize(course, locale, lesson).usable().translation
    changes, messages, problems = {}, [], []
    for entry in file:
        if entry.obsolete or entry.msgctxt is None:
            continue
        source, old = lesson.get(entry.msgctxt), translation.get(entry.msgctxt)
        if source is None:
            messages.append(f"{entry.msgctxt}: in no notebook, ignored")
            continue
        for active in new_active(entry.msgstr, source.text):
            problems.append(f"{path.name}: {source.id}: active content {active!r}; remove it")
        status = align_cell(source, old, locale).status
        new = changed_cell(entry, old, status)
        if new is not None:
            changes[source.id] = new
        elif not entry.msgstr and status != MISSING:
            messages.append(f"{source.id}: empty in {path.name}, not changed")
    if problems:
        raise CourseError(*problems)
    if changes:
        changed = with_cells(translation, lesson, changes)
        write_text(course.translation(locale, lesson.lesson), render_translation(changed))
    target = show(course.translation(locale, lesson.lesson), course.root)
    return [f"{target}: {len(changes)} cells changed", *messages]


def changed_cell(entry: polib.POEntry, old: Cell | None, status: str) -> Cell | None:
    """Return the cell that an entry changes the existing one to, or None if nothing changes."""
    text = normalise(entry.msgstr)
    if not text:
        return None
    source, fuzzy = hash_source(entry.msgid), "fuzzy" in entry.flags
    keep = hash_source(text) == source
    if old is not None and status != MISSING and text == old.text:
        if fuzzy or status not in (MACHINE, STALE):
            return None
        return old.changed(source=source, state=None)
    cell = old or Cell(entry.msgctxt, text)
    if not fuzzy:
        return cell.changed(text=text, source=source, state=None, keep=keep)
    # Unfinished: stale if it has a previous msgid, else a draft that nobody has read yet.
    made_from, state = cell.source, cell.state
    if entry.previous_msgid:
        made_from = hash_source(entry.previous_msgid)
    elif status != STALE:
        made_from, state = source, "machine"
    return cell.changed(text=text, source=made_from, state=state, keep=keep)


def with_cells(
    translation: Translation, lesson: SourceLesson, changes: dict[str, Cell]
) -> Translation:
    """Return a translation with changed cells, and new ones inserted in reading order."""
    cells = [changes.get(cell.id, cell) for cell in translation.cells]
    order = {cell.id: number for number, cell in enumerate(lesson.cells)}
    present = {cell.id for cell in cells}
    for name in sorted(changes.keys() - present, key=order.__getitem__):
        at = 1 + max(
            (n for n, cell in enumerate(cells) if order.get(cell.id, -1) < order[name]), default=-1
        )
        if at:
            before = cells[at - 1]
            if before.raw is not None and not before.raw.endswith("\n\n"):
                ending = "\n" if before.raw.endswith("\n") else "\n\n"
                cells[at - 1] = replace(before, raw=before.raw + ending)
        cells.insert(at, changes[name])
    return replace(translation, cells=tuple(cells))


def read_po(path: Path) -> polib.POFile:
    """Read a PO file.

    Raises:
        CourseError: it cannot be read; one line.
    """
    path = path.absolute()
    text = read_text(path, path.parent, LIMIT)
    if not re.search(r"^msgid ", text, re.MULTILINE):
        raise CourseError(f"{path.name}: not a PO file; course po export writes one")
    if match := LINE_ENDS.search(text.replace("\r\n", "\n")):
        line = text.count("\n", 0, match.start()) + 1
        raise CourseError(
            f"{path.name}:{line}: U+{ord(match[0]):04X} is a line separator; remove it"
        )
    try:
        return polib.pofile(text, wrapwidth=WIDTH)
    except (OSError, ValueError, IndexError, KeyError) as error:
        raise CourseError(f"{path.name}: not a PO file: {error}") from None


def belongs_to(course: Course, path: Path, file: polib.POFile) -> tuple[Locale, SourceLesson]:
    """Return the locale and the lesson in the headers of a PO file.

    Raises:
        CourseError: a header is missing, or names none of the course.
    """
    language = file.metadata.get("Language", "").replace("_", "-")
    lesson = file.metadata.get(LESSON, "")
    locales = {locale.id: locale for locale in course.targets}
    lessons: dict[str, Lesson] = {item.id: item for item in course.lessons}
    problems = []
    if language not in locales:
        problems.append(f"{path.name}: header Language: {unknown('locale', language, locales)}")
    if lesson not in lessons:
        problems.append(f"{path.name}: header {LESSON}: {unknown('lesson', lesson, lessons)}")
    if problems:
        raise CourseError(*problems)
    return locales[language], read_lesson(course, lessons[lesson])


def po_path(folder: Path, locale: Locale, lesson: Lesson) -> Path:
    """Return the path that the PO file of a lesson is exported to."""
    return folder / locale.id / f"{lesson.id}.po"


def export_all(
    course: Course, locales: Sequence[Locale], folder: Path
) -> Iterator[tuple[Path, bool]]:
    """Export all lessons of some locales; yield each path and whether it was written."""
    lessons = [read_lesson(course, lesson) for lesson in course.lessons]
    for locale in locales:
        for lesson in lessons:
            path = po_path(folder, locale, lesson.lesson)
            yield path, write_text(path, export_po(course, locale, lesson))
