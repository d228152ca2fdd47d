"""Building the notebooks of every locale into folders that can be moved, zipped and opened."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from course.build.folders import Built, write_folder
from course.errors import CourseError
from course.files import show
from course.formats.lesson import SourceLesson, read_lesson
from course.formats.settings import Course, Locale
from course.formats.splice import join_notebook
from course.formats.strings import strings_for
from course.formats.support import support_files
from course.localization.align import MISSING, match, orphans
from course.localization.load import usable_translation
from course.localization.merge import merge


def build(
    course: Course,
    locales: Sequence[Locale],
    out: Path,
    lessons: Sequence[SourceLesson] = (),
    keep_all: bool = False,
) -> list[Built]:
    """Write runnable, self-contained notebooks for each locale into `out/<locale>/`.

    All of a locale is read before any of it is written, and every file is replaced at once or not
    at all. What has not changed is not touched. `keep_all` is that of `write_folder`.

    Raises:
        CourseError: the findings of all locales that can't be built; the others are built.
    """
    lessons = lessons or [read_lesson(course, lesson) for lesson in course.lessons]
    support = support_files(course)
    done, problems = [], []
    for locale in locales:
        try:
            files, warnings = built_files(course, locale, lessons)
        except CourseError as error:
            problems.extend(error.args)
            continue
        built = write_folder(out / locale.id, {**support, **files}, locale, keep_all)
        built.notebooks = len(files)
        built.warnings = warnings
        done.append(built)
    if problems:
        raise CourseError(*dict.fromkeys(problems))  # a linked folder is one fault, not one a file
    return done


def built_files(
    course: Course, locale: Locale, lessons: Iterable[SourceLesson]
) -> tuple[dict[str, bytes], list[str]]:
    """Return the notebooks of a locale by name, and what there is to be warned of.

    Raises:
        CourseError: every translation of the locale that can't be used.
    """
    source = course.locale(course.source_locale)
    files, warnings, problems = {}, [], []
    words = {} if locale is source else strings_for(course, locale)
    for lesson in lessons:
        if locale.id == source.id:
            texts = [join_notebook(notebook, {}) for notebook in lesson.notebooks]
        else:
            try:
                translation = usable_translation(course, locale, lesson)
            except CourseError as error:
                problems.extend(error.args)
                continue
            matches = match(lesson, translation)
            texts = merge(lesson, matches, locale, source, words)
            name = show(course.translation(locale, lesson.lesson), course.root)
            missing = sum(item.status == MISSING for item in matches)
            if missing:
                cells = sum(item.is_passage for item in matches)
                warnings.append(f"{name}: {missing} of {cells} cells are shown in English")
            for cell in orphans(lesson, translation):
                warnings.append(f"{name}:{cell.line}: cell {cell.id} is in no notebook")
        for notebook, text in zip(lesson.notebooks, texts, strict=True):
            files[notebook.path.name] = text.encode("utf-8", "surrogatepass")
    if problems:
        raise CourseError(*problems)
    return files, warnings
