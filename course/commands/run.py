"""`course run`: execute notebooks."""

import argparse
import ast
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from course import report
from course.commands import open_course, positive
from course.environment import check_torchnlp, count_cores
from course.errors import UsageError
from course.outputs import save_outputs
from course.run import Outcome, check_notebooks, run, select_notebooks


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `course run` understands."""
    parser.add_argument("lesson", metavar="LESSON", nargs="?", help="one lesson (default: all)")
    parser.add_argument("--framework", metavar="F", help="one framework (default: all)")
    parser.add_argument("--dataset", metavar="D", help="parameter dataset: demo, ag_news or auto")
    parser.add_argument("--train-size", metavar="N", type=int, help="parameter train_size")
    parser.add_argument("--epochs", metavar="N", type=int, help="parameter epochs")
    parser.add_argument("--seed", metavar="N", type=int, help="parameter seed")
    parser.add_argument(
        *("-p", "--parameter"),
        dest="parameters",
        nargs=2,
        metavar=("NAME", "VALUE"),
        action="append",
        default=[],
        help="any other parameter; VALUE is a Python literal, else a text",
    )
    parser.add_argument(
        "-j", dest="jobs", metavar="N", type=positive, help="notebooks at once (default: the cores)"
    )
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=positive, help="for each cell (default: none)"
    )
    parser.add_argument("--out", metavar="DIR", type=Path, help="default: build/run in the course")
    parser.add_argument(
        "--save", action="store_true", help="write the outputs back into the source notebooks"
    )


def command(arguments: argparse.Namespace) -> int:
    """Execute notebooks and print their results."""
    began = time.monotonic()
    course = open_course(arguments.course)
    notebooks = select_notebooks(course, arguments.lesson, arguments.framework)
    parameters = read_parameter_arguments(arguments)
    if arguments.save and parameters:
        raise UsageError(
            "--save takes no parameters: it keeps what the notebooks show as they stand"
        )
    check_notebooks(notebooks, parameters)
    check_torchnlp(course.root)
    out = arguments.out or course.root / "build" / "run"
    jobs = arguments.jobs or min(len(notebooks), count_cores())
    signal.signal(signal.SIGTERM, interrupt)
    outcomes = watch(run, notebooks, out, parameters, jobs, arguments.timeout)
    for outcome in outcomes if arguments.save else ():
        if outcome.output is not None and outcome.failure is None:
            save_outputs(outcome.notebook, outcome.output, course)
    return print_outcomes(outcomes, out, time.monotonic() - began)


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


def interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Treat a polite request to end as Ctrl-C, so that no kernel is left running."""
    raise KeyboardInterrupt


def watch(step: Callable[..., list[Outcome]], *arguments: Any) -> list[Outcome]:
    """Call a step with a watcher that suits where stderr goes."""
    console = report.make_console(stderr=True)
    if not console.is_terminal:
        return step(*arguments, watcher=report.PlainWatcher(console))
    with report.make_progress(console) as progress:
        return step(*arguments, watcher=report.LiveWatcher(progress))


def print_outcomes(outcomes: Sequence[Outcome], out: Path, seconds: float) -> int:
    """Print table and failures of a run; return 1 if there is any failure, else 0."""
    failed = [outcome for outcome in outcomes if outcome.failure]
    passed = [outcome for outcome in outcomes if not outcome.failure]
    if passed:
        report.make_console().print(report.results_table(passed))
        count = f"{len(passed)} notebook{'s' if len(passed) > 1 else ''}"
        print(f"{count} in {report.show_path(out)}, {seconds:.1f} s", flush=True)
    for outcome in failed:
        print(*report.failure_lines(outcome), sep="\n", file=sys.stderr)
    if failed:
        print(f"error: {len(failed)} of {len(outcomes)} notebooks failed", file=sys.stderr)
    return 1 if failed else 0
