"""A tool for courses of Jupyter notebooks in several frameworks and languages.

The commands, except those that serve pages, are functions here, which take plain arguments and
return a value:

    import course

    mine = course.load_course(course.find_course(Path.cwd()))
    report = course.run(mine, course.RunOptions(lessons=("01-cats",)))
    assert report.passed
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course.books.build import book
    from course.books.options import BookOptions
    from course.building.bundles import bundle
    from course.building.notebooks import build
    from course.checks.runner import check
    from course.checks.todo import todo
    from course.execution.options import RunOptions
    from course.execution.report import RunReport
    from course.execution.run import run
    from course.formats.course_toml import find_course, load_course
    from course.formats.settings import Course, Framework, Lesson, Locale
    from course.localization.claims import claims
    from course.localization.localize import LocalizedLesson, localize
    from course.localization.new_locale import new
    from course.localization.po import export_po, import_po
    from course.localization.progress import status
    from course.localization.rename import rename
    from course.localization.sync import accept, sync
    from course.website.build import build_site

# Name: its module, imported when the name is first used, so that help is quick.
_MODULES = {
    "BookOptions": "books.options",
    "Course": "formats.settings",
    "Framework": "formats.settings",
    "Lesson": "formats.settings",
    "Locale": "formats.settings",
    "LocalizedLesson": "localization.localize",
    "RunOptions": "execution.options",
    "RunReport": "execution.report",
    "accept": "localization.sync",
    "book": "books.build",
    "build": "building.notebooks",
    "build_site": "website.build",
    "bundle": "building.bundles",
    "check": "checks.runner",
    "claims": "localization.claims",
    "export_po": "localization.po",
    "find_course": "formats.course_toml",
    "import_po": "localization.po",
    "load_course": "formats.course_toml",
    "localize": "localization.localize",
    "new": "localization.new_locale",
    "rename": "localization.rename",
    "run": "execution.run",
    "status": "localization.progress",
    "sync": "localization.sync",
    "todo": "checks.todo",
}

__all__ = [
    "BookOptions",
    "Course",
    "Framework",
    "Lesson",
    "Locale",
    "LocalizedLesson",
    "RunOptions",
    "RunReport",
    "accept",
    "book",
    "build",
    "build_site",
    "bundle",
    "check",
    "claims",
    "export_po",
    "find_course",
    "import_po",
    "load_course",
    "localize",
    "new",
    "rename",
    "run",
    "status",
    "sync",
    "todo",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'course' has no attribute {name!r}")
    return getattr(import_module(f"course.{_MODULES[name]}"), name)
