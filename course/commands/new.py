"""`course new`: start a locale."""

import argparse

from course.commands import open_course
from course.localization.new_locale import new


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `course new`."""
    parser.add_argument("locale", metavar="LOCALE", help="BCP 47, for example pt-BR or ar")


def command(arguments: argparse.Namespace) -> int:
    """Write the files of a new locale and print the next step."""
    course = open_course(arguments.course)
    written = new(course, arguments.locale)
    print("\n".join(written))
    glossary = next(path for path in written if path.endswith("glossary.toml"))
    print(f"Next: fill {glossary}, then course todo {arguments.locale}")
    return 0
