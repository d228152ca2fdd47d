"""`course mv`: change the id of a cell in all files."""

import argparse

from course.commands import open_course
from course.errors import UsageError
from course.formats.lesson import read_lesson
from course.localization.rename import rename


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `course mv`."""
    parser.add_argument("cell", metavar="LESSON/CELL", help="the cell by its current id")
    parser.add_argument("new", metavar="NEW-ID", help="its new id")


def command(arguments: argparse.Namespace) -> int:
    """Rename a cell and print the changed files."""
    course = open_course(arguments.course)
    lesson_id, slash, old = arguments.cell.partition("/")
    if not slash:
        raise UsageError(f"{arguments.cell!r}: name lesson and cell, as in 01-cats/what-cats-eat")
    lesson = read_lesson(course, course.lesson(lesson_id))
    print("\n".join(rename(course, lesson, old, arguments.new)))
    return 0
