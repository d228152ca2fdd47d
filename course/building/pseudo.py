"""Build the notebooks in the pseudo-locale."""

from collections.abc import Sequence
from pathlib import Path

from course.building.folders import Built, write_folder
from course.building.render import render_notebook
from course.formats.lesson import SourceLesson, read_lesson
from course.formats.settings import Course
from course.formats.support import support_files
from course.localization.pseudo import PSEUDO, pseudo_lesson, pseudo_strings


def build_pseudo(course: Course, out: Path, lessons: Sequence[SourceLesson] = ()) -> Built:
    """Build the notebooks in the pseudo-locale into its folder in `out`."""
    lessons = lessons or [read_lesson(course, lesson) for lesson in course.lessons]
    source = course.locale(course.source_locale)
    files = {}
    for lesson in lessons:
        localized = pseudo_lesson(lesson)
        for notebook in lesson.notebooks:
            rendered = render_notebook(localized, notebook, source, pseudo_strings(course))
            files[notebook.path.name] = rendered.encode("utf-8", "surrogatepass")
    built = write_folder(out / PSEUDO.id, {**support_files(course), **files}, PSEUDO)
    built.notebooks = len(files)
    return built
