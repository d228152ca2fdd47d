"""Keeping translation files in step with the English: their cells, and what they confirm."""

from collections.abc import Iterable, Sequence

from course.errors import CourseError, unknown
from course.files import show, write_text
from course.formats.lesson import SourceCell, SourceLesson
from course.formats.settings import Course, Locale
from course.formats.translation import Cell, Translation, write
from course.localization.align import MISSING
from course.localization.localize import LocalizedLesson, localize


def sync(course: Course, locale: Locale, lesson: SourceLesson, prune: bool = False) -> list[str]:
    """Give a translation file the cells that it lacks, and put all into reading order.

    A new cell holds the English to start from and counts as not translated. What has no words needs
    none. Every other byte stays as it is. With `prune`, cells that no notebook has any more are
    removed.

    Returns what was done, a line each.

    Raises:
        CourseError: the file cannot be used as it is; nothing is changed.
    """
    translation = localize(course, locale, lesson).usable().translation
    made, told = synced(translation, lesson, prune)
    path = course.translation(locale, lesson.lesson)
    if made != translation:
        write_text(path, write(made))
    return [f"{show(path, course.root)}: {line}" for line in told]


def synced(
    translation: Translation, lesson: SourceLesson, prune: bool = False
) -> tuple[Translation, list[str]]:
    """Return a translation with all cells of a lesson in reading order, and what was done."""
    known = {cell.id: cell for cell in translation.cells}
    order = [cell.id for cell in lesson.cells]
    orphans = [cell for cell in translation.cells if cell.id not in set(order)]
    wanted = [cell for cell in lesson.cells if cell.id in known or cell.has_words]
    added = [cell for cell in wanted if cell.id not in known]
    told = []
    if added:
        told.append(f"{len(added)} cells added: {_names(cell.id for cell in added)}")
    cells = [known.get(cell.id) or new_cell(cell) for cell in wanted]
    before = [cell.id for cell in translation.cells if cell.id in set(order)]
    if before != [name for name in order if name in known]:
        told.append("cells put into reading order")
    if orphans and prune:
        told.append(f"{len(orphans)} cells removed: {_names(cell.id for cell in orphans)}")
    elif orphans:
        told.append(f"{len(orphans)} cells in no notebook: {_names(cell.id for cell in orphans)}")
        for orphan in orphans:  # each stays behind the cell that it followed
            at = translation.cells.index(orphan)
            previous = translation.cells[at - 1].id if at else None
            places = [number for number, cell in enumerate(cells, 1) if cell.id == previous]
            cells.insert(places[0] if places else 0, orphan)
    if tuple(cells) == translation.cells:
        return translation, told
    return Translation(translation.preamble, tuple(_apart(cells))), told


def _apart(cells: list[Cell]) -> list[Cell]:
    """Return cells so that none runs into the next: what was last in a file has no blank line."""
    made = []
    for number, cell in enumerate(cells):
        raw = cell.raw
        if raw is not None and number + 1 < len(cells) and not raw.endswith("\n"):
            cell = Cell(**{**vars(cell), "raw": raw + "\n\n"})
        made.append(cell)
    return made


def new_cell(source: SourceCell) -> Cell:
    """Return a cell to translate: the English as it is."""
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
    """Confirm that translated cells say what the English says today; return their ids.

    Without ids, all cells that are translated. A person has read the text then, so it is no longer
    a machine's draft, unless `by_machine`; `reviewed` says that a second person has read it.

    Raises:
        CourseError: the file can't be used, a cell is not translated or not there.
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
        write_text(course.translation(locale, lesson.lesson), write(changed))
    return done


def _unconfirmable(lesson: LocalizedLesson, cell: Cell) -> str:
    """Return why a cell of a translation cannot be confirmed; nothing if it can."""
    found = lesson.get(cell.id)
    if found is None:
        return f"cell {cell.id} is in no notebook; remove it, or rename it: course mv"
    if found.translation is None:
        return f"cell {cell.id} has no words; there is nothing to confirm"
    if found.status == MISSING:
        return f"cell {cell.id} is not translated yet; translate it first"
    return ""
