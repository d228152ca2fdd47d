"""Renaming a cell in the notebooks of a lesson and in all its translations."""

from collections.abc import Mapping
from dataclasses import replace

from course.errors import CourseError, UsageError, unknown
from course.files import show, write_text
from course.formats.lesson import SourceLesson
from course.formats.notebook import CELL_ID
from course.formats.settings import Course
from course.formats.splice import cell_starts, value_span
from course.formats.translation import SENTENCES, Cell, Translation, write
from course.localization.localize import localize


def rename(course: Course, lesson: SourceLesson, old: str, new: str) -> list[str]:
    """Give a cell another id in the notebooks of a lesson and in all its translations.

    The sentences in a code cell's metadata are renamed with it. Returns the files that were
    changed. All are read before any is written.

    Raises:
        UsageError: no such cell, an id that is taken, or that is none.
        CourseError: a file that cannot be read.
    """
    ids = {cell["id"] for notebook in lesson.notebooks for cell in notebook.data["cells"]}
    if old not in ids:
        raise UsageError(unknown("cell", old, sorted(ids)))
    if not CELL_ID.fullmatch(new):
        raise UsageError(f"{new!r} is no cell id: 1 to 64 letters, digits, - and _")
    if new in ids:
        raise UsageError(f"there is a cell {new!r} already in {lesson.lesson.id}")
    changes = {}
    for notebook in lesson.notebooks:
        text = notebook.path.read_bytes().decode("utf-8")
        for cell, at in zip(notebook.data["cells"], cell_starts(text), strict=True):
            if cell["id"] == old:
                start, end = value_span(text, at, "id")
                changes[notebook.path] = f'{text[:start]}"{new}"{text[end:]}'
    names = {old: new} | {f"{old}:{which}": f"{new}:{which}" for which in SENTENCES}
    for locale in course.targets:
        path = course.translation(locale, lesson.lesson)
        translation = localize(course, locale, lesson).usable().translation
        for name in names.values():
            if translation.get(name):
                where = show(path, course.root)
                raise CourseError(f"{where}: there is a cell {name} already; remove it first")
        cells = tuple(_renamed(cell, names) for cell in translation.cells)
        if cells != translation.cells:
            changes[path] = write(Translation(translation.preamble, cells))
    for path, text in changes.items():
        write_text(path, text)
    return [show(path, course.root) for path in changes]


def _renamed(cell: Cell, names: Mapping[str, str]) -> Cell:
    """Return a cell with the id that it has in `names`; all else in its file stays as it is."""
    if cell.id not in names or cell.raw is None:
        return cell
    new = names[cell.id]
    raw = cell.raw.replace(f"<!-- cell {cell.id} ", f"<!-- cell {new} ", 1)
    return replace(cell, id=new, raw=raw)
