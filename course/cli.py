"""The command line: finds the verb, parses its arguments, and prints expected errors."""

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from course.errors import CourseError, UsageError, unknown
from course.machine import DISTRIBUTION, how_to_install

INTERRUPTED = 130  # 128 + SIGINT, as shells do

# Verb: its help. The module of a verb is imported when it is called, so that help is quick.
VERBS = {
    "build": "Write the notebooks of each locale, ready to run",
    "run": "Execute notebooks and print their results",
    "check": "Find what is damaged, lost or outdated in translations and in the English",
    "status": "Show how far each translation is",
    "claims": "List what the lessons claim, with the numbers that their cells have printed",
    "todo": "Show what to translate next in a locale",
    "sync": "Add missing cells to translation files, with the English to start from",
    "accept": "Confirm that a translation matches the current English",
    "new": "Start a locale",
    "mv": "Rename a cell, in the notebooks and in all translations",
    "site": "Write the website, and show it",
    "book": "Write the books of each locale and framework, as EPUB and as PDF",
    "preview": "Show a lesson beside its translation in a browser, and follow changes",
    "lab": "Open the course in JupyterLab, to learn from it or to translate it",
    "po": "Exchange translations with PO editors: export, import",
}


# Verb: the extra of the distribution that it needs.
EXTRAS = {"run": "notebooks", "site": "site", "book": "book", "lab": "lab"}


class Parser(argparse.ArgumentParser):
    """An argument parser that raises `UsageError`, with a reference to the help."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see {self.prog} --help")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 1 for findings, 2 for wrong usage."""
    argv = sys.argv[1:] if argv is None else argv
    try:
        arguments = parse_arguments(argv)
        command: Callable[[argparse.Namespace], int] = arguments.command
        return command(arguments)
    except CourseError as error:
        for message in error.args:
            print(f"error: {message}", file=sys.stderr)
        return error.exit_code
    except ModuleNotFoundError as error:
        extra = EXTRAS.get(find_verb(argv) or "")
        if extra is None or (error.name or "course").partition(".")[0] == "course":
            raise
        print(f"error: {error.name} is not installed; {how_to_install(extra)}", file=sys.stderr)
        return CourseError.exit_code
    except KeyboardInterrupt:
        print("interrupted: nothing is left half done", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader has seen enough, as in `course check | head`
        sys.stdout = None
        return 0
    except SystemExit as stop:  # argparse, after --help and --version
        return int(stop.code or 0)


def find_verb(argv: Sequence[str]) -> str | None:
    """Return the first argument that is not an option."""
    return next((argument for argument in argv if not argument.startswith("-")), None)


def parse_arguments(argv: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments of a command line.

    Raises:
        UsageError: an unknown verb or option, or a value of the wrong kind.
        SystemExit: after --help or --version.
    """
    parser = Parser(prog="course", description="Work with a course of Jupyter notebooks.")
    parser.add_argument("--version", action=Version, nargs=0, help="show the version and exit")
    verbs = parser.add_subparsers(metavar="VERB", required=True, parser_class=Parser)
    called = find_verb(argv)
    if called is not None and called not in VERBS:
        raise UsageError(unknown("verb", called, VERBS))
    for name, description in VERBS.items():
        sub = verbs.add_parser(name, help=description, description=description, allow_abbrev=False)
        if name == called:
            module = importlib.import_module(f"course.commands.{name}")
            sub.add_argument("--course", metavar="DIR", type=Path, help="default: around this one")
            module.add_arguments(sub)
            sub.set_defaults(command=module.command, options=[*sub._option_string_actions])
    arguments, rest = parser.parse_known_args(argv)
    if rest and rest[0].startswith("-"):
        raise UsageError(unknown("option", rest[0].partition("=")[0], arguments.options))
    if rest:
        raise UsageError(f"one argument too many: {rest[0]!r}")
    return arguments


class Version(argparse.Action):
    """The option --version; looks the version up only when it is used, which takes a moment."""

    def __call__(self, parser: argparse.ArgumentParser, *_unused: object) -> NoReturn:
        from importlib.metadata import version

        print(f"course {version(DISTRIBUTION)}")
        parser.exit()
