"""The terminal output of `course run`: progress on stderr, a table on stdout, failures as lines."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from course.execution.engine import Watcher
from course.execution.estimate import in_words
from course.execution.jobs import Job
from course.execution.outcome import EXECUTED, INTERRUPTED, STORED, UNSTARTED, Outcome
from course.execution.report import RunReport
from course.formats.notebook import Row

WIDE = 200  # columns where the output goes to a file, and no window limits it
STATUS_COLOURS = {EXECUTED: "green", STORED: "dim"}  # red otherwise; green: passed in this run


def make_console(stderr: bool = False) -> Console:
    """Return a console as wide as its window, or `WIDE` columns where there is none."""
    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal:
        return Console(stderr=stderr, highlight=False, width=WIDE)
    return console


def show_path(path: Path) -> str:
    """Return a path relative to the current folder where it is inside, else in full."""
    path, here = path.resolve(), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def status_word(outcome: Outcome) -> str:
    """Return the status of a notebook as it is shown; `passed` where it was executed."""
    return "passed" if outcome.status == EXECUTED else outcome.status


def verdict_line(outcome: Outcome) -> str:
    """Return the line for the outcome of a notebook."""
    line = f"{status_word(outcome):<8}  {outcome.job.name}"
    if outcome.seconds is not None and outcome.status != STORED:
        line += f"  {outcome.seconds:.1f} s"
    if outcome.attempts > 1:
        line += f", attempt {outcome.attempts}"
    return line


def result_lines(outcome: Outcome) -> list[str]:
    """Return a line for each model of a notebook that was executed in this run."""
    rows = outcome.rows if outcome.status == EXECUTED else ()
    width = max((len(row.model) for row in rows), default=0)
    return [f"          {row.model:<{width}}  {row.accuracy:.3f}" for row in rows]


class PlainWatcher(Watcher):
    """Reports a run as plain lines: the start and the end of each notebook, and its results.

    The time left is reported once it can be estimated, and again after each notebook.
    """

    def __init__(self, console: Console) -> None:
        self.console = console
        self.count = self.done = 0
        self.due = True  # whether the time left is still to be reported

    def begin(self, jobs: Sequence[Job]) -> None:
        self.count = len(jobs)

    def start(self, job: Job, why: str) -> None:
        self._print(f"start     {job.name}  ({why})")

    def tick(self, running: Mapping[Job, tuple[int, int, str] | None], left: float | None) -> None:
        if self.due and left and self.done < self.count:
            self.due = False
            self._print(f"left      {in_words(left)}, {self.done} of {self.count} notebooks done")

    def finish(self, outcome: Outcome) -> None:
        self.done += 1
        self.due = self.due or outcome.status == EXECUTED
        for line in (verdict_line(outcome), *result_lines(outcome)):
            self._print(line)

    def _print(self, line: str) -> None:
        self.console.print(line, markup=False)


class LiveWatcher(Watcher):
    """Reports a run in a terminal: a progress bar for each running notebook, and one for all.

    The bar of all shows the time left; the results of finished notebooks are printed above.
    """

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.whole = progress.add_task("notebooks", total=None, cell="")
        self.tasks: dict[str, TaskID] = {}

    def begin(self, jobs: Sequence[Job]) -> None:
        self.progress.update(self.whole, total=len(jobs))

    def start(self, job: Job, why: str) -> None:
        self.tasks[job.name] = self.progress.add_task(job.name, total=None, cell=why)

    def tick(self, running: Mapping[Job, tuple[int, int, str] | None], left: float | None) -> None:
        for job, at in running.items():
            if at is not None:
                done, total, cell = at
                self.progress.update(self.tasks[job.name], completed=done, total=total, cell=cell)
        self.progress.update(self.whole, cell=f"{in_words(left)} left" if left else "")

    def finish(self, outcome: Outcome) -> None:
        task = self.tasks.pop(outcome.job.name, None)
        if task is not None:
            self.progress.remove_task(task)
        if outcome.status != UNSTARTED:
            colour = STATUS_COLOURS.get(outcome.status, "red")
            self.progress.console.print(Text(verdict_line(outcome), colour))
        for line in result_lines(outcome):
            self.progress.console.print(Text(line))
        self.progress.advance(self.whole)


@contextmanager
def watching() -> Iterator[Watcher]:
    """Yield a watcher that suits stderr: live in a terminal, else plain lines."""
    console = make_console(stderr=True)
    if not console.is_terminal:
        yield PlainWatcher(console)
        return
    with make_progress(console) as progress:
        yield LiveWatcher(progress)


def make_progress(console: Console) -> Progress:
    """Return the live display that a `LiveWatcher` feeds."""
    return Progress(
        SpinnerColumn(finished_text=" "),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[cell]}", markup=False, style="dim"),
        console=console,
        transient=True,
    )


def results_table(outcomes: Sequence[Outcome]) -> Table:
    """Return the table of all results; a notebook without any has one row of dashes."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("notebook", overflow="fold")
    table.add_column("model", overflow="fold")
    for name in ("parameters", "seconds", "test accuracy"):
        table.add_column(name, justify="right", overflow="fold")
    for outcome in outcomes:
        name = outcome.job.name
        for row in outcome.rows or (None,):
            # As Text, because in a plain string [brackets] would be markup.
            table.add_row(*(Text(value) for value in (name, *_cells(row))))
            name = ""
    return table


def _cells(row: Row | None) -> tuple[str, str, str, str]:
    if row is None:
        return "-", "-", "-", "-"
    parameters = "-" if row.parameters is None else f"{row.parameters:,}"
    return row.model, parameters, f"{row.seconds:.1f}", f"{row.accuracy:.3f}"


def failure_lines(outcome: Outcome) -> list[str]:
    """Return the lines for a failed notebook: the failure, and the file it was written to."""
    lines = [f"{outcome.job.name}.ipynb: {outcome.failure}"]
    kept = outcome.output or outcome.log
    if kept is not None and outcome.status not in (INTERRUPTED, UNSTARTED):
        lines.append(f"  kept as {show_path(kept)}")
    return lines


def notices(outcome: Outcome) -> list[str]:
    """Return the warnings for a notebook, a line each."""
    name = f"{outcome.job.name}.ipynb"
    lines = [f"{name}: {outcome.warning}"] if outcome.warning else []
    if outcome.job.ignored:
        ignored = ", ".join(outcome.job.ignored)
        lines.append(f"{name}: ran without parameters that it does not have: {ignored}")
    if outcome.differs:
        lines.append(f"{name}: text differs from the run before in {', '.join(outcome.differs)}")
    return lines


def count_line(outcomes: Sequence[Outcome], out: Path, seconds: float) -> str:
    """Return the summary line of a run: how many notebooks, where, and how many were stored."""
    count = f"{len(outcomes)} notebook{'s' if len(outcomes) > 1 else ''}"
    stored = sum(outcome.status == STORED for outcome in outcomes)
    kept = f", {stored} of them from the store" if stored else ""
    return f"{count} in {show_path(out)}, {seconds:.1f} s{kept}"


def problem_lines(report: RunReport) -> list[str]:
    """Return the warnings and failures of a run, a line each, and their summary."""
    lines = [line for outcome in report.outcomes for line in notices(outcome)]
    lines += [line for outcome in report.failed for line in failure_lines(outcome)]
    lines += [str(gate) for gate in report.missed]
    if report.stopped:
        lines.append(f"error: {report.stopped}; what has finished is kept")
    if report.failed:
        lines.append(f"error: {len(report.failed)} of {len(report.outcomes)} notebooks failed")
    if report.missed:
        lines.append(f"error: {len(report.missed)} of {len(report.gates)} accuracy gates missed")
    return lines
