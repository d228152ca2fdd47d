"""`course accept`: confirm that translated cells match the current English."""

import argparse

from course.commands import open_course
from course.formats.lesson import read_lesson
from course.localization.sync import accept


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `course accept`."""
    parser.add_argument("locale", metavar="LOCALE", help="the locale")
    parser.add_argument("lesson", metavar="LESSON", help="the lesson")
    parser.add_argument("cells", metavar="CELL", nargs="*", help="ids of cells (default: all)")
    state = parser.add_mutually_exclusive_group()
    state.add_argument("--reviewed", action="store_true", help="a second person has read them")
    state.add_argument(
        "--machine",
        action="store_true",
        help="a machine has drafted them, and no one has read them",
    )


def command(arguments: argparse.Namespace) -> int:
    """Accept cells and print their ids."""
    course = open_course(arguments.course)
    locale = course.locale(arguments.locale)
    lesson = read_lesson(course, course.lesson(arguments.lesson))
    ids = accept(course, locale, lesson, arguments.cells, arguments.reviewed, arguments.machine)
    print(f"{len(ids)} cells accepted{': ' if ids else ''}{', '.join(ids)}")
    return 0
