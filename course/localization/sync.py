"""Synchronization of translation files with the English, and confirmation of their cells."""

from collections.abc import Iterable, Sequence

from course.errors import CourseError, unknown
from course.files import show, write_text
from course.formats.lesson import SourceCell, SourceLesson
from course.formats.settings import Course, Locale
from course.formats.translation import Cell, Translation, render_translation
from course.localization.align import MISSING
from course.localization.localize import LocalizedLesson, localize


def sync(course: Course, locale: Locale, lesson: SourceLesson, prune: bool = False) -> list[str]:
    """Add the missing cells to a translation file, and put all into reading order.

    A new cell is a copy of the English and counts as missing. Cells without words are not added.
    Every other byte is kept. With `prune`, cells that are in no notebook any more are removed.

    Returns messages about the changes, a line each.

    Raises:
        CourseError: the file cannot be used; nothing is written.
    """
    translation = localize(course, locale, lesson).usable().translation
    synchronized, messages = synced(translation, lesson, prune)
    path = course.translation(locale, lesson.lesson)
    if synchronized != translation:
        write_text(path, render_translation(synchronized))
    return [f"{show(path, course.root)}: {line}" for line in messages]


def synced(
    translation: Translation, lesson: SourceLesson, prune: bool = False
) -> tuple[Translation, list[str]]:
    """Return a translation with all cells of a lesson in reading order, and messages."""
    known = {cell.id: cell for cell in translation.cells}
    order = [cell.id for cell in lesson.cells]
    orphans = [cell for cell in translation.cells if cell.id not in set(order)]
    wanted = [cell for cell in lesson.cells if cell.id in known or cell.has_words]
    added = [cell for cell in wanted if cell.id not in known]
    messages = []
    if added:
        messages.append(f"{len(added)} cells added: {_names(cell.id for cell in added)}")
    cells = [known.get(cell.id) or new_cell(cell) for cell in wanted]
    before = [cell.id for cell in translation.cells if cell.id in set(order)]
    if before != [name for name in order if name in known]:
        messages.append("cells put into reading order")
    if orphans and prune:
        messages.append(f"{len(orphans)} cells removed: {_names(cell.id for cell in orphans)}")
    elif orphans:
        messages.append(
            f"{len(orphans)} cells in no notebook: {_names(cell.id for cell in orphans)}"
        )
        for orphan in orphans:  # each stays after the cell that it followed
            at = translation.cells.index(orphan)
            previous = translation.cells[at - 1].id if at else None
            places = [number for number, cell in enumerate(cells, 1) if cell.id == previous]
            cells.insert(places[0] if places else 0, orphan)
    if tuple(cells) == translation.cells:
        return translation, messages
    return Translation(translation.preamble, tuple(_separated(cells))), messages


def _separated(cells: list[Cell]) -> list[Cell]:
    """Return cells with a blank line after each but the last: one that was last had none."""
    separated = []
    for number, cell in enumerate(cells):
        raw = cell.raw
        if raw is not None and number + 1 < len(cells) and not raw.endswith("\n"):
            cell = Cell(**{**vars(cell), "raw": raw + "\n\n"})
        separated.append(cell)
    return separated


def new_cell(source: SourceCell) -> Cell:
    """Return a cell to translate, a copy of the English."""
    return Cell(source.id, source.text, source=source.hash)


def _names(ids: Iterable[str]) -> str:
    ids = list(ids)
    return ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")


def accept(
    course: Course,
    locale: Locale,
    lesson: SourceLesson,
    cell_ids: Sequence[str] = (),
    reviewed: bool = False,
    by_machine: bool = False,
) -> list[str]:
    """Confirm that translated cells are of the current English; return their ids.

    Without ids, all translated cells are confirmed. Since a person has read them, they are no
    machine drafts any more, unless `by_machine`; `reviewed`: a second person has read them.

    Raises:
        CourseError: the file cannot be used, or a cell is missing or not in the file.
    """
    localized = localize(course, locale, lesson).usable()
    state = "reviewed" if reviewed else "machine" if by_machine else None
    known = [cell.id for cell in localized.translation.cells]
    problems = [unknown("cell", name, known) for name in cell_ids if name not in known]
    done, cells = [], []
    for cell in localized.translation.cells:
        if cell.id in cell_ids or not cell_ids:
            problem = _unconfirmable(localized, cell)
            source = lesson.get(cell.id)
            if problem and cell_ids:
                problems.append(problem)
            elif source and not problem and (cell.source, cell.state) != (source.hash, state):
                cell = cell.changed(source=source.hash, state=state)
                done.append(cell.id)
        cells.append(cell)
    if problems:
        raise CourseError(*(f"{localized.path}: {problem}" for problem in problems))
    if done:
        changed = Translation(localized.translation.preamble, tuple(cells))
        write_text(course.translation(locale, lesson.lesson), render_translation(changed))
    return done


def _unconfirmable(lesson: LocalizedLesson, cell: Cell) -> str:
    """Return why a cell of a translation cannot be confirmed, or an empty string."""
    localized = lesson.get(cell.id)
    if localized is None:
        return f"cell {cell.id} is in no notebook; remove it, or rename it: course mv"
    if localized.translation is None:
        return f"cell {cell.id} has no words; there is nothing to confirm"
    if localized.status == MISSING:
        return f"cell {cell.id} is not translated yet; translate it first"
    return ""
