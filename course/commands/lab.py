"""`course lab`: open the course in JupyterLab, for learning or translating."""

import argparse
import sys
from pathlib import Path

from course.commands import open_course, port
from course.errors import UsageError, unknown
from course.files import show
from course.formats.settings import Course, Framework, Lesson, Locale
from course.jupyterlab.language import interface_language, match_locale, system_language
from course.jupyterlab.start import Lab, check_lab, start_lab


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `course lab`."""
    parser.add_argument("--locale", metavar="LOCALE", help="default: the system's, else English")
    parser.add_argument(
        "--lesson", metavar="LESSON", help="to start with (default: the first, or the first to do)"
    )
    parser.add_argument("--framework", metavar="F", help="of this lesson (default: its first)")
    parser.add_argument(
        "--translate",
        action="store_true",
        help="edit translations in the notebooks; code is locked",
    )
    parser.add_argument(
        "--workspace",
        metavar="DIR",
        type=Path,
        help="where your notebooks are (default: workspace)",
    )
    parser.add_argument(
        "--port", metavar="N", type=port, default=0, help="of JupyterLab (default: a free one)"
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument(
        "more", metavar="-- OPTION", nargs="*", help="what follows -- goes to jupyter lab"
    )


def command(arguments: argparse.Namespace) -> int:
    """Prepare the workspace and run JupyterLab in it until it is stopped."""
    course = open_course(arguments.course)
    if arguments.more and not arguments.more[0].startswith("-"):
        extra = arguments.more[0]
        raise UsageError(f"one argument too many: {extra!r}; choose a locale with --locale")
    locale = choose_locale(course, arguments.locale, arguments.translate)
    lesson = course.lesson(arguments.lesson) if arguments.lesson else course.lessons[0]
    if arguments.framework:
        choose_framework(course, lesson, arguments.framework)  # before anything is written
    check_lab(arguments.translate, arguments.port)
    from course.jupyterlab import workspace  # needs packages that come with JupyterLab only

    folder = (arguments.workspace or course.root / "workspace").absolute()
    workspace.check_workspace(course, folder)
    warnings: list[str] = []
    if arguments.translate:
        built = workspace.prepare_views(course, folder)
        lesson = lesson if arguments.lesson else workspace.first_with_work(course, locale)
    else:
        built, warnings = workspace.prepare_lessons(course, locale, folder)
    for line in warnings:
        print(f"warning: {line}", file=sys.stderr)
    for path in [path for item in built for path in item.kept]:
        print(f"kept: {show(path, course.root)}, which you have changed", file=sys.stderr)
    settings = workspace.prepare_settings(folder, interface_language(locale))
    lab = Lab(
        course,
        locale,
        lesson,
        choose_framework(course, lesson, arguments.framework),
        folder,
        settings,
        arguments.translate,
        arguments.port,
        not arguments.no_browser,
        arguments.more,
    )
    effect = "a save writes to translations/" if arguments.translate else "yours to change"
    print(
        f"{locale.name}: {show(lab.folder, course.root)}/{locale.id}, {effect} (Ctrl-C ends it)",
        flush=True,
    )
    start_lab(lab)
    return 0


def choose_framework(course: Course, lesson: Lesson, name: str | None) -> Framework:
    """Return the framework of a lesson with this id, or the lesson's first.

    Raises:
        UsageError: the lesson is in no such framework; suggests the closest id.
    """
    written = {framework.id: framework for framework in course.frameworks_of(lesson)}
    if name is None:
        return next(iter(written.values()))
    if name not in written:
        raise UsageError(f"{lesson.id}: {unknown('framework', name, written)}")
    return written[name]


def choose_locale(course: Course, name: str | None, translate: bool) -> Locale:
    """Return the locale with this id, or else that of the system.

    Raises:
        UsageError: no such locale, or the source locale with `translate`.
    """
    source = course.locale(course.source_locale)
    found = course.locale(name) if name else match_locale(course, system_language()) or source
    if translate and found is source:
        others = ", ".join(locale.id for locale in course.targets) or "none"
        raise UsageError(f"{source.id} is the source locale; choose one with --locale: {others}")
    return found
