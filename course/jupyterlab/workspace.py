"""The workspace of JupyterLab: built lessons for learners, support files for views."""

import json
from pathlib import Path
from typing import Any

from course.building.folders import Built, set_aside, write_folder
from course.building.notebooks import build, notebook_files
from course.errors import CourseError, UsageError
from course.files import show, write_text
from course.formats.lesson import read_lesson
from course.formats.settings import Course, Lesson, Locale
from course.formats.strings import strings_of
from course.formats.support import support_files
from course.jupyterlab.desk import Desk
from course.jupyterlab.start import LESSONS, VIEWS
from course.localization.align import MACHINE, MISSING, STALE
from course.localization.localize import localize


def check_workspace(course: Course, folder: Path) -> None:
    """Check that no file of the course would be overwritten.

    Raises:
        UsageError: the folder is that of the course, contains it, or is in its sources; or a folder
            in it is a symbolic link.
    """
    real = folder.resolve()
    sources = [course.notebooks, course.translations]
    sources += [
        course.root / Path(pattern).parts[0]
        for pattern in course.patterns
        if len(Path(pattern).parts) > 1
    ]
    if course.root.is_relative_to(real) or any(real.is_relative_to(source) for source in sources):
        raise UsageError(f"--workspace {folder}: the sources lie there; name another folder")
    for top in (LESSONS, VIEWS, "kept"):
        for path in (folder / top, *(folder / top / locale.id for locale in course.locales)):
            if path.is_symlink():
                name = show(path, course.root)
                raise UsageError(f"{name}: a symbolic link; copy its target there")


def prepare_lessons(course: Course, locale: Locale, folder: Path) -> tuple[list[Built], list[str]]:
    """Build the lessons of a locale and the English ones for a learner, whose changes are kept.

    Existing folders of other locales are built again; errors in those are returned as warnings.

    Raises:
        CourseError: the locale, or the English, can't be built.
    """
    out = folder / LESSONS
    lessons = [read_lesson(course, lesson) for lesson in course.lessons]
    wanted = [item for item in course.locales if item.id in (locale.id, course.source_locale)]
    built = build(course, wanted, out, lessons, keep_all=True)
    warnings: list[str] = []
    for other in course.locales:
        if other not in wanted and (out / other.id).is_dir():
            try:
                built += build(course, [other], out, lessons, keep_all=True)
            except CourseError as error:
                warnings += error.args
    return built, warnings


def prepare_views(course: Course, folder: Path) -> list[Built]:
    """Write the support files of each locale for its views, and the English notebooks.

    A file at the path of a view is renamed.
    """
    out = folder / VIEWS
    lessons = [read_lesson(course, lesson) for lesson in course.lessons]
    support = support_files(course)
    built = []
    for locale in course.locales:
        files = dict(support)
        if locale.id == course.source_locale:
            localized = [localize(course, locale, lesson) for lesson in lessons]
            files |= notebook_files(course, localized, strings_of(course, locale))
        built.append(write_folder(out / locale.id, files, locale, keep_all=True))
    for path in Desk(course, out).places:
        if (out / path).is_symlink() or (out / path).exists():
            built[0].kept.append(set_aside(out / path))
    return built


def first_with_work(course: Course, locale: Locale) -> Lesson:
    """Return the first lesson with missing or stale cells, else with drafts, else the first."""
    localized = [localize(course, locale, read_lesson(course, lesson)) for lesson in course.lessons]
    for wanted in ({MISSING, STALE}, {MACHINE}):
        for lesson in localized:
            if lesson.error or any(cell.status in wanted for cell in lesson.cells):
                return lesson.source.lesson
    return course.lessons[0]


def prepare_settings(folder: Path, language: str) -> Path:
    """Write a folder of configuration with defaults for the interface; return its path.

    A user's choices in JupyterLab's settings take precedence.
    """
    path = folder / ".jupyter" / "labconfig" / "default_setting_overrides.json"
    settings: dict[str, dict[str, Any]] = {
        # No requests to other hosts, and no offer of news before the first lesson.
        "@jupyterlab/apputils-extension:notification": {
            "fetchNews": "false",
            "checkForUpdates": False,
        },
        # Names of lessons are long, and the column of times would cut them off.
        "@jupyterlab/filebrowser-extension:browser": {"showLastModifiedColumn": False},
        # All cells are on the page, for the browser's search too; JupyterLab 4.4 has those in view.
        "@jupyterlab/notebook-extension:tracker": {"windowingMode": "defer"},
    }
    if language:
        settings["@jupyterlab/translation-extension:plugin"] = {"locale": language}
    write_text(path, json.dumps(settings, indent=1) + "\n")
    return folder / ".jupyter"
