"""Renaming a cell in the notebooks of a lesson and in all its translations."""

from collections.abc import Mapping
from dataclasses import replace

from course.errors import CourseError, UsageError, unknown
from course.files import show, write_text
from course.formats.lesson import SourceLesson
from course.formats.notebook import CELL_ID
from course.formats.settings import Course
from course.formats.splice import cell_starts, value_span
from course.formats.translation import SENTENCES, Cell, Translation, render_translation
from course.localization.localize import localize


def rename(course: Course, lesson: SourceLesson, old: str, new: str) -> list[str]:
    """Rename a cell in the notebooks of a lesson and in all its translations.

    The sentences in a code cell's metadata are renamed with it. All files are read before any is
    written. Returns the paths of the changed files, relative to the course.

    Raises:
        UsageError: no such cell, or a new id that is taken or invalid.
        CourseError: a file that cannot be read.
    """
    ids = {cell["id"] for notebook in lesson.notebooks for cell in notebook.data["cells"]}
    if old not in ids:
        raise UsageError(unknown("cell", old, sorted(ids)))
    if not CELL_ID.fullmatch(new):
        raise UsageError(f"{new!r} is not a cell id: 1 to 64 letters, digits, - and _")
    if new in ids:
        raise UsageError(f"cell {new!r} exists already in {lesson.lesson.id}")
    changes = {}
    for notebook in lesson.notebooks:
        text = notebook.path.read_bytes().decode("utf-8")
        for cell, at in zip(notebook.data["cells"], cell_starts(text), strict=True):
            if cell["id"] == old:
                start, end = value_span(text, at, "id")
                changes[notebook.path] = f'{text[:start]}"{new}"{text[end:]}'
    names = {old: new} | {f"{old}:{key}": f"{new}:{key}" for key in SENTENCES}
    for locale in course.targets:
        path = course.translation(locale, lesson.lesson)
        translation = localize(course, locale, lesson).usable().translation
        for name in names.values():
            if translation.get(name):
                where = show(path, course.root)
                raise CourseError(f"{where}: cell {name} exists already; remove it first")
        cells = tuple(_renamed(cell, names) for cell in translation.cells)
        if cells != translation.cells:
            changes[path] = render_translation(Translation(translation.preamble, cells))
    for path, text in changes.items():
        write_text(path, text)
    return [show(path, course.root) for path in changes]


def _renamed(cell: Cell, names: Mapping[str, str]) -> Cell:
    """Return a cell with its new id in `names`, if any, and otherwise unchanged source."""
    if cell.id not in names or cell.raw is None:
        return cell
    new = names[cell.id]
    raw = cell.raw.replace(f"<!-- cell {cell.id} ", f"<!-- cell {new} ", 1)
    return replace(cell, id=new, raw=raw)
