"""Notebooks in the pseudo-locale."""

from collections.abc import Sequence
from pathlib import Path

from course.build.folders import Built, write_folder
from course.formats.lesson import SourceLesson, read_lesson
from course.formats.settings import Course
from course.formats.support import support_files
from course.localization.align import match
from course.localization.merge import merge
from course.localization.pseudo import PSEUDO, pseudo_strings, pseudo_translation


def build_pseudo(course: Course, out: Path, lessons: Sequence[SourceLesson] = ()) -> Built:
    """Build the notebooks in that locale into its folder in `out`."""
    lessons = lessons or [read_lesson(course, lesson) for lesson in course.lessons]
    source = course.locale(course.source_locale)
    files = {}
    for lesson in lessons:
        matches = match(lesson, pseudo_translation(lesson))
        texts = merge(lesson, matches, PSEUDO, source, pseudo_strings())
        for notebook, text in zip(lesson.notebooks, texts, strict=True):
            files[notebook.path.name] = text.encode("utf-8", "surrogatepass")
    built = write_folder(out / PSEUDO.id, {**support_files(course), **files}, PSEUDO)
    built.notebooks = len(files)
    return built
