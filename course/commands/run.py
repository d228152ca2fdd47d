"""`course run`: execute notebooks."""

import argparse
import ast
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from course.building.notebooks import build
from course.commands import open_course, positive
from course.errors import CourseError, UsageError
from course.execution.options import SAVE_IN_PLACES, RunOptions
from course.execution.report import RunReport
from course.execution.reports import terminal
from course.execution.run import KERNEL, open_store, run
from course.execution.store import LIMIT, Store
from course.formats.settings import Course, Locale

Add = Callable[..., argparse.Action]  # of a parser: its `add_argument`
SIZES = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}


def size(text: str) -> int:
    """Parse a number of bytes.

    >>> size("500M")
    500000000
    """
    match = re.fullmatch(r"(\d+)([KMG]?)B?", text.upper())
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size; write it as 500M or 2G")
    return int(match[1]) * SIZES[match[2]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `course run`."""
    add_what(parser.add_argument)
    add_how(parser.add_argument)


def add_what(add: Add) -> None:
    """Declare the arguments that choose notebooks and their parameters."""
    add("lessons", metavar="LESSON", nargs="*", help="lessons (default: all)")
    add("--framework", metavar="F", help="one framework (default: all)")
    add(
        "--locale",
        metavar="L",
        dest="locales",
        action="append",
        default=[],
        help="build this locale and execute its built notebooks; repeatable",
    )
    add("--all-locales", action="store_true", help="the same for every locale")
    add("--turn", metavar="N", type=int, help="the same for one locale, the next one with each N")
    add("--dataset", metavar="D", help="parameter dataset")
    add("--train-size", metavar="N", type=int, help="parameter train_size")
    add("--epochs", metavar="N", type=int, help="parameter epochs")
    add("--seed", metavar="N", type=int, help="parameter seed")
    add(
        "-p",
        "--parameter",
        dest="parameters",
        nargs=2,
        metavar=("NAME", "VALUE"),
        action="append",
        default=[],
        help="any other parameter; VALUE is a Python literal, else a string",
    )


def add_how(add: Add) -> None:
    """Declare the arguments for how notebooks are executed, and where results are written."""
    add(
        "-j", dest="jobs", metavar="N", type=positive, help="notebooks at once (default: the cores)"
    )
    add("--timeout", metavar="SECONDS", type=positive, help="for each cell (default: none)")
    add("--kernel", metavar="NAME", help=f"the kernel to execute with (default: {KERNEL})")
    add(
        "--profile",
        metavar="FILE",
        type=Path,
        help="a TOML file with parameters, options and accuracy gates",
    )
    add("--scheduler", metavar="ADDRESS", help="execute on the Dask cluster of this scheduler")
    add("--force", action="store_true", help="execute also notebooks that have a result")
    add(
        "--prune",
        metavar="SIZE",
        type=size,
        nargs="?",
        const=LIMIT,
        help="execute nothing; remove old results until SIZE is left (default: 1G)",
    )
    add("--save", action="store_true", help="write the outputs back into the source notebooks")
    add("--out", metavar="DIR", type=Path, help="default: build/run in the course")
    add(
        "--store",
        metavar="DIR",
        type=Path,
        help="where results are stored (default: $COURSE_STORE, else build/store in the course)",
    )


def command(arguments: argparse.Namespace) -> int:
    """Execute notebooks and print their results."""
    course = open_course(arguments.course)
    if arguments.prune is not None:
        return prune(open_store(course, arguments.store), arguments.prune)
    options = read_options(arguments)
    locales = choose_places(course, arguments)
    signal.signal(signal.SIGTERM, interrupt)
    places = build_places(course, locales) if locales else ()  # not before the options are checked
    with terminal.watching() as watcher:
        report = run(course, options, places, watcher)
    print_report(report)
    if report.unwritten:
        raise CourseError(*report.unwritten)
    return 0 if report.passed else 1


def prune(store: Store, limit: int) -> int:
    """Remove the least recently used results, and print how many."""
    count, freed = store.prune(limit)
    print(f"{count} results removed, {freed:,} bytes; {store.size():,} bytes are left")
    return 0


def read_options(arguments: argparse.Namespace) -> RunOptions:
    """Return the options of a run from its command line."""
    parameters = {name: literal(value) for name, value in arguments.parameters}
    for name in ("dataset", "train_size", "epochs", "seed"):
        if getattr(arguments, name) is not None:
            parameters[name] = getattr(arguments, name)
    same = ("framework", "profile", "jobs", "timeout", "kernel", "scheduler", "force", "save")
    given = {name: getattr(arguments, name) for name in (*same, "out", "store")}
    return RunOptions(lessons=tuple(arguments.lessons), parameters=parameters, **given)


def literal(text: str) -> Any:
    """Return the number, string, True, False or None that `text` is in Python, else `text`.

    >>> [literal(text) for text in ("3", "0.5", "None", "small")]
    [3, 0.5, None, 'small']
    """
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return value if isinstance(value, int | float | str | None) else text


def choose_places(course: Course, arguments: argparse.Namespace) -> list[Locale]:
    """Return the locales to execute in; none means the source notebooks in their own folder.

    Raises:
        UsageError: no such locale, or contradictory options.
    """
    given = [bool(arguments.locales), arguments.all_locales, arguments.turn is not None]
    problems = []
    if sum(given) > 1:
        problems.append("give one of --locale, --all-locales and --turn")
    if arguments.save and any(given):
        problems.append(SAVE_IN_PLACES)
    if problems:
        raise UsageError(*problems)
    if arguments.all_locales:
        return list(course.locales)
    if arguments.turn is not None:
        if not course.targets:
            raise UsageError("--turn: course.toml has no locale to translate into")
        return [course.targets[arguments.turn % len(course.targets)]]
    return [course.locale(name) for name in dict.fromkeys(arguments.locales)]


def build_places(course: Course, locales: list[Locale]) -> Iterator[tuple[Locale, Path]]:
    """Build the locales, and yield each with the folder that its notebooks are built to."""
    for built in build(course, locales, course.root / "build" / "notebooks"):
        for path in built.kept:
            shown = terminal.show_path(path)
            print(f"{shown}: changed by hand; run as it is", file=sys.stderr)
        yield built.locale, built.folder


def interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Treat SIGTERM as Ctrl-C, so that no kernel is left running."""
    raise KeyboardInterrupt


def print_report(report: RunReport) -> None:
    """Print the table of a run on stdout, and its failures on stderr."""
    passed = [outcome for outcome in report.outcomes if outcome.failure is None]
    if passed:
        terminal.make_console().print(terminal.results_table(passed))
        print(terminal.count_line(passed, report.out, report.seconds), flush=True)
    for line in terminal.problem_lines(report):
        print(line, file=sys.stderr)
