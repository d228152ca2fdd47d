"""`course sync`: synchronise cells of translations and labels of plots with the notebooks."""

import argparse

from course.commands import add_locales, choose_locales, open_course
from course.errors import CourseError
from course.formats.lesson import read_lesson
from course.formats.plots import source_labels, sync_plots
from course.localization.sync import sync


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `course sync`."""
    add_locales(parser, "locales whose files to synchronise")
    parser.add_argument(
        "--prune", action="store_true", help="remove cells and labels that no notebook has any more"
    )


def command(arguments: argparse.Namespace) -> int:
    """Synchronise the files of all lessons and print the changes."""
    course = open_course(arguments.course)
    lessons = [read_lesson(course, lesson) for lesson in course.lessons]
    labels = {lesson.lesson.id: source_labels(lesson) for lesson in lessons}
    messages: list[str] = []
    problems: list[str] = []
    for locale in choose_locales(course, arguments.locales):
        for lesson in lessons:
            try:
                messages += sync(course, locale, lesson, arguments.prune)
            except CourseError as error:
                problems += error.args
        try:
            messages += sync_plots(course, locale, labels, arguments.prune)
        except CourseError as error:
            problems += error.args
    if messages or not problems:
        print("\n".join(messages) if messages else "all files are in step")
    if problems:
        raise CourseError(*problems)
    return 0
