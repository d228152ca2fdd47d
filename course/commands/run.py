"""`course run`: execute notebooks."""

import argparse
import ast
import os
import re
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from course.build.notebooks import build
from course.commands import open_course, positive
from course.errors import CourseError, UsageError
from course.execution.engines.environment import check_torchnlp
from course.execution.engines.local import LocalEngine
from course.execution.jobs import Wanted, make_jobs, select
from course.execution.keys import describe, packages
from course.execution.outcome import Outcome
from course.execution.outputs import save_outputs
from course.execution.profile import Gate, Profile, read_profile
from course.execution.reports import terminal as console
from course.execution.reports.content import make_report
from course.execution.reports.files import read_last, write_reports
from course.execution.run import Engine, Run, working_in
from course.execution.store import LIMIT, Store
from course.formats.settings import Course, Locale
from course.machine import count_cores

KERNEL = "python3"  # that of this environment, whatever a notebook was last saved with
SIZES = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}


def size(text: str) -> int:
    """Return a number of bytes out of a text.

    >>> size("500M")
    500000000
    """
    match = re.fullmatch(r"(\d+)([KMG]?)B?", text.upper())
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; write it as 500M or 2G")
    return int(match[1]) * SIZES[match[2]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `course run` understands."""
    add_what(parser.add_argument)
    add_how(parser.add_argument)


def add_what(add) -> None:
    """Declare which notebooks to execute, and with which parameters."""
    add("lessons", metavar="LESSON", nargs="*", help="lessons (default: all)")
    add("--framework", metavar="F", help="one framework (default: all)")
    add(
        "--locale",
        metavar="L",
        dest="locales",
        action="append",
        default=[],
        help="build this locale and execute its notebooks where they are built; repeatable",
    )
    add("--all-locales", action="store_true", help="so for every locale")
    add("--turn", metavar="N", type=int, help="so for one locale, the next one with each N")
    add("--dataset", metavar="D", help="parameter dataset: demo, ag_news or auto")
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
        help="any other parameter; VALUE is a Python literal, else a text",
    )


def add_how(add) -> None:
    """Declare where and how they are executed, and what becomes of the results."""
    add(
        "-j", dest="jobs", metavar="N", type=positive, help="notebooks at once (default: the cores)"
    )
    add("--timeout", metavar="SECONDS", type=positive, help="for each cell (default: none)")
    add("--kernel", metavar="NAME", help=f"the kernel to execute with (default: {KERNEL})")
    add(
        "--profile",
        metavar="FILE",
        type=Path,
        help="parameters, options and accuracy gates out of a TOML file",
    )
    add("--scheduler", metavar="ADDRESS", help="execute on the Dask cluster of this scheduler")
    add("--force", action="store_true", help="execute again what has a result")
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
        help="where results are kept (default: $COURSE_STORE, else build/store in the course)",
    )


def command(arguments: argparse.Namespace) -> int:
    """Execute notebooks and print their results."""
    began = time.monotonic()
    course = open_course(arguments.course)
    store = open_store(arguments, course)
    if arguments.prune is not None:
        return prune(store, arguments.prune)
    profile = read_profile(arguments.profile) if arguments.profile else Profile()
    profile.check(course, arguments.profile)
    given = read_parameter_arguments(arguments)
    wanted = Wanted(profile.parameters, profile.lessons, given)
    arguments.parameters = {**profile.parameters, **given}
    fill_in(arguments, profile)
    refuse_contradictions(arguments, wanted)
    selected = select(course, arguments.lessons, arguments.framework)
    locales = choose_places(course, arguments)
    check_torchnlp(course.root)
    signal.signal(signal.SIGTERM, interrupt)
    with connect(arguments, course, store) as cluster:
        facts = cluster.facts if cluster else describe(packages(course))
        places = build_places(course, locales) if locales else [(None, course.notebooks)]
        jobs = make_jobs(course, selected, places, wanted, facts, arguments.kernel)
        arguments.jobs = arguments.jobs or min(len(jobs), count_cores())
        out = (arguments.out or course.root / "build" / "run").resolve()
        with working_in(out) as scratch:
            engine = cluster or LocalEngine(arguments.jobs, scratch, arguments.timeout)
            run = Run(jobs, out, store, arguments.force)
            stopped = execute(run, engine)
            outcomes = [run.outcomes[job.name] for job in jobs]
            gates = [gate for outcome in outcomes for gate in profile.judge(outcome)]
            if arguments.save:
                save(outcomes, course)
            report = make_report(course, arguments, facts, outcomes, gates, began, stopped, out)
            with told_at_the_end() as unwritten:
                write_reports({**report, "last": read_last(out)}, out)
    code = print_outcomes(outcomes, gates, out, time.monotonic() - began, stopped)
    for error in unwritten:
        raise error
    return code


def open_store(arguments: argparse.Namespace, course: Course) -> Store:
    """Return the store that the arguments name, or the environment, or that of the course."""
    named = arguments.store or os.environ.get("COURSE_STORE")
    return Store(Path(named) if named else course.root / "build" / "store")


def prune(store: Store, limit: int) -> int:
    """Remove results that were used longest ago, and say how many."""
    count, freed = store.prune(limit)
    print(f"{count} results removed, {freed:,} bytes; {store.size():,} bytes are left")
    return 0


def read_parameter_arguments(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the notebook parameters that a command line asks for."""
    parameters = {name: literal(value) for name, value in arguments.parameters}
    for name in ("dataset", "train_size", "epochs", "seed"):
        if getattr(arguments, name) is not None:
            parameters[name] = getattr(arguments, name)
    return parameters


def literal(text: str) -> Any:
    """Return the number, True, False or None that `text` writes in Python, else the text.

    >>> [literal(text) for text in ("3", "0.5", "None", "ag_news")]
    [3, 0.5, None, 'ag_news']
    """
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return value if isinstance(value, int | float | str | None) else text


def fill_in(arguments: argparse.Namespace, profile: Profile) -> None:
    """Give each option that the command line leaves open the profile's value."""
    for name in ("jobs", "timeout", "kernel", "framework"):
        if getattr(arguments, name) is None:
            setattr(arguments, name, getattr(profile, name))
    arguments.kernel = arguments.kernel or KERNEL


def refuse_contradictions(arguments: argparse.Namespace, wanted: Wanted) -> None:
    """Refuse options that do not go together.

    Raises:
        UsageError: a line for each such pair.
    """
    places = [bool(arguments.locales), arguments.all_locales, arguments.turn is not None]
    problems = []
    if sum(places) > 1:
        problems.append("give one of --locale, --all-locales and --turn")
    if arguments.save and wanted != Wanted():
        problems.append(
            "--save takes no parameters: it keeps what the notebooks show as they stand"
        )
    if arguments.save and any(places):
        problems.append("--save writes source notebooks; those of a locale are built from them")
    if problems:
        raise UsageError(*problems)


def choose_places(course: Course, arguments: argparse.Namespace) -> list[Locale]:
    """Return the locales to execute in; none means the source notebooks in their own place."""
    if arguments.all_locales:
        return list(course.locales)
    if arguments.turn is not None:
        if not course.targets:
            raise UsageError("--turn: course.toml has no locale that is translated into")
        return [course.targets[arguments.turn % len(course.targets)]]
    return [course.locale(name) for name in dict.fromkeys(arguments.locales)]


def build_places(course: Course, locales: list[Locale]) -> list[tuple[Locale | None, Path]]:
    """Build the locales, and return each with the folder that its notebooks are built to."""
    places: list[tuple[Locale | None, Path]] = []
    for built in build(course, locales, course.root / "build" / "notebooks"):
        for path in built.kept:
            print(f"{console.show_path(path)}: changed by hand; run as it is", file=sys.stderr)
        places.append((built.locale, built.folder))
    return places


def connect(arguments: argparse.Namespace, course: Course, store: Store):
    """Return a context that gives the cluster of --scheduler, or None."""
    if arguments.scheduler is None:
        return nullcontext()
    try:
        from course.execution.engines.cluster import Cluster  # brings in Dask, which takes a second
    except ModuleNotFoundError as error:
        raise UsageError(f"--scheduler: {error}; pip install 'nlp-course[cluster]'") from None
    spool = store.root / "spool"
    return Cluster(arguments.scheduler, packages(course), arguments.timeout, spool)


def execute(run: Run, engine: Engine) -> str | None:
    """Execute with a watcher that suits where stderr goes; return what broke it off, if so."""
    stderr = console.make_console(stderr=True)
    with console.make_progress(stderr) if stderr.is_terminal else nullcontext() as progress:
        if progress is not None:
            run.watcher = console.LiveWatcher(progress, len(run.jobs))
        else:
            run.watcher = console.PlainWatcher(stderr, len(run.jobs))
        try:
            run.execute(engine)
        except KeyboardInterrupt:
            return "interrupted"
        except CourseError as error:
            return str(error)
    return None


def interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Treat a polite request to end as Ctrl-C, so that no kernel is left running."""
    raise KeyboardInterrupt


@contextmanager
def told_at_the_end() -> Iterator[list[CourseError]]:
    """Hold an error back, in the list that is given, until what is more important has been said."""
    errors: list[CourseError] = []
    try:
        yield errors
    except CourseError as error:
        errors.append(error)


def save(outcomes: Sequence[Outcome], course: Course) -> None:
    """Write the outputs of what passed back into the source notebooks."""
    for outcome in outcomes:
        if outcome.output is not None and outcome.failure is None:
            job = outcome.job
            save_outputs(job.notebook, outcome.output, course, job.lesson)


def print_outcomes(
    outcomes: Sequence[Outcome],
    gates: Sequence[Gate],
    out: Path,
    seconds: float,
    stopped: str | None,
) -> int:
    """Print table and failures of a run; return 1 if there is any failure, else 0."""
    passed = [outcome for outcome in outcomes if outcome.failure is None]
    failed = [outcome for outcome in outcomes if outcome.failure is not None]
    missed = [gate for gate in gates if not gate.passed]
    if passed:
        console.make_console().print(console.results_table(passed))
        print(console.count_line(passed, out, seconds), flush=True)
    lines = [line for outcome in outcomes for line in console.notices(outcome)]
    lines += [line for outcome in failed for line in console.failure_lines(outcome)]
    lines += [str(gate) for gate in missed]
    if stopped:
        lines.append(f"error: {stopped}; what has finished is kept")
    if failed:
        lines.append(f"error: {len(failed)} of {len(outcomes)} notebooks failed")
    if missed:
        lines.append(f"error: {len(missed)} of {len(gates)} accuracy gates missed")
    for line in lines:
        print(line, file=sys.stderr)
    return 1 if failed or missed or stopped else 0
