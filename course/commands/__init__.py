"""Functions shared by the commands; each command is a module here, thin over its function.

A module has `add_arguments(parser)` and `command(arguments)`, which returns the exit code.
"""

import argparse
from pathlib import Path

from course.errors import UsageError
from course.formats.course_toml import find_course, load_course
from course.formats.settings import Course, Locale


def open_course(folder: Path | None) -> Course:
    """Load the course in `folder`, or the one that the current folder is in."""
    return load_course(folder or find_course(Path.cwd()))


def add_locales(parser: argparse.ArgumentParser, what: str) -> None:
    """Declare the locales that a command works on."""
    parser.add_argument("locales", metavar="LOCALE", nargs="*", help=f"{what} (default: all)")


def choose_locales(course: Course, names: list[str], source: bool = False) -> list[Locale]:
    """Return the locales with these ids, or all; the source locale only with `source`.

    Raises:
        UsageError: no such locale; suggests the closest id.
    """
    if names:
        if course.source_locale in names and not source:
            raise UsageError(f"{course.source_locale} is the source locale; name another locale")
        return [course.locale(name) for name in dict.fromkeys(names)]
    return list(course.locales if source else course.targets)


def positive(text: str) -> int:
    """Parse an integer of at least 1, for argparse."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def port(text: str) -> int:
    """Parse a port number, for argparse."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 65535")
    return int(text)
