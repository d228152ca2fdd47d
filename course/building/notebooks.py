"""Build the notebooks of each locale into self-contained folders."""

from collections.abc import Sequence
from pathlib import Path

from course.building.folders import Built, write_folder
from course.building.render import render_notebook
from course.errors import CourseError
from course.formats.lesson import SourceLesson, read_lesson
from course.formats.settings import Course, Locale
from course.formats.strings import Strings, strings_of
from course.formats.support import support_files
from course.localization.align import MISSING
from course.localization.localize import LocalizedLesson, localize


def build(
    course: Course,
    locales: Sequence[Locale],
    out: Path,
    lessons: Sequence[SourceLesson] = (),
    keep_all: bool = False,
) -> list[Built]:
    """Write runnable, self-contained notebooks for each locale into `out/<locale>/`.

    All of a locale is read before any of it is written, and each file is replaced atomically.
    Unchanged files are not written. `keep_all` is that of `write_folder`.

    Raises:
        CourseError: the findings of all locales that can't be built; the others are built.
    """
    lessons = lessons or [read_lesson(course, lesson) for lesson in course.lessons]
    support = support_files(course)
    outcomes: list[Built] = []
    problems: list[str] = []
    for locale in locales:
        localized = [localize(course, locale, lesson) for lesson in lessons]
        try:
            words = strings_of(course, locale)
            files = notebook_files(course, localized, words)
        except CourseError as error:
            problems.extend(error.args)
            continue
        built = write_folder(out / locale.id, {**support, **files}, locale, keep_all)
        built.notebooks = len(files)
        built.warnings = [line for lesson in localized for line in warnings_of(lesson)]
        outcomes.append(built)
    if problems:
        raise CourseError(*dict.fromkeys(problems))  # some concern all lessons
    return outcomes


def notebook_files(
    course: Course, lessons: Sequence[LocalizedLesson], words: Strings
) -> dict[str, bytes]:
    """Return the notebooks of lessons in a locale, as bytes by file name.

    Raises:
        CourseError: every translation that can't be used.
    """
    if problems := [line for lesson in lessons for line in lesson.problems]:
        raise CourseError(*problems)
    source = course.locale(course.source_locale)
    return {
        notebook.path.name: render_notebook(lesson, notebook, source, words).encode(
            "utf-8", "surrogatepass"
        )
        for lesson in lessons
        for notebook in lesson.source.notebooks
    }


def warnings_of(lesson: LocalizedLesson) -> list[str]:
    """Return the warnings for the translation of a lesson, a line each."""
    warnings = []
    if missing := sum(cell.status == MISSING for cell in lesson.cells):
        cells = sum(cell.is_work for cell in lesson.cells)
        warnings.append(f"{lesson.path}: {missing} of {cells} cells are shown in English")
    for cell in lesson.orphans:
        warnings.append(f"{lesson.path}:{cell.line}: cell {cell.id} is in no notebook")
    return warnings
