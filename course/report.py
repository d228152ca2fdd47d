"""What `course run` shows: its progress on stderr, its table on stdout, its failures in a line."""

import os
import re
from collections.abc import Sequence
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

from course.notebook import Row
from course.process import Execution, Outcome
from course.run import Watcher

WIDE = 200  # columns where the output is kept and nobody's window limits it
# papermill's progress bar: `Executing:  30%|###       | 12/40 [00:05<00:11,  2.51cell/s]`.
CELLS = re.compile(rb"(\d+)/(\d+) \[")


def make_console(stderr: bool = False) -> Console:
    """Return a console as wide as its window, and wide enough where there is none."""
    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal:
        return Console(stderr=stderr, highlight=False, width=WIDE)
    return console


def show_path(path: Path) -> str:
    """Return a path relative to the current folder where it is inside, else in full."""
    path, here = path.resolve(), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


class PlainWatcher(Watcher):
    """Tells of a run in lines that are kept: one when a notebook starts, one when it ends."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def start(self, execution: Execution) -> None:
        self.console.print(f"start   {execution.notebook.name}", markup=False)

    def finish(self, outcome: Outcome) -> None:
        verdict = "failed" if outcome.failure else "passed"
        line = f"{verdict}  {outcome.notebook.name}  {outcome.seconds:.1f} s"
        self.console.print(line, markup=False)


class LiveWatcher(Watcher):
    """Tells of a run in a terminal: a bar of cells for each notebook."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.tasks: dict[Path, tuple[TaskID, Path]] = {}

    def start(self, execution: Execution) -> None:
        task = self.progress.add_task(execution.notebook.name, total=None, verdict="")
        self.tasks[execution.notebook] = (task, execution.log)

    def tick(self) -> None:
        for task, log in self.tasks.values():
            found = CELLS.findall(_tail(log))
            if found:
                done, total = map(int, found[-1])
                self.progress.update(task, completed=done, total=total)

    def finish(self, outcome: Outcome) -> None:
        number, _ = self.tasks.pop(outcome.notebook)
        (task,) = (task for task in self.progress.tasks if task.id == number)
        if outcome.failure is None:
            self.progress.update(number, completed=task.total or 1, total=task.total or 1)
        self.progress.update(number, verdict="[red]failed" if outcome.failure else "[green]passed")
        self.progress.stop_task(number)
        task.finished_time = task.elapsed  # its spinner stops, also short of the last cell


def make_progress(console: Console) -> Progress:
    """Return the live display that a `LiveWatcher` feeds."""
    return Progress(
        SpinnerColumn(finished_text=" "),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("cells"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[verdict]}"),
        console=console,
    )


def _tail(log: Path, size: int = 400) -> bytes:
    try:
        with log.open("rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - size))
            return stream.read()
    except FileNotFoundError:
        return b""


def results_table(outcomes: Sequence[Outcome]) -> Table:
    """Return the table of all results; a notebook without any has one row of dashes."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("notebook", overflow="fold")
    table.add_column("model", overflow="fold")
    for name in ("parameters", "seconds", "test accuracy"):
        table.add_column(name, justify="right", overflow="fold")
    for outcome in outcomes:
        name = outcome.notebook.stem
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
    """Return what is said of a failed notebook: the failure, and where it can be looked at."""
    lines = [f"{outcome.notebook.name}: {outcome.failure}"]
    if outcome.output is not None:
        lines.append(f"  kept as {show_path(outcome.output)}")
    return lines
