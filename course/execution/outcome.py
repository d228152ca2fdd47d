"""What became of a notebook in a run, and what is told of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.execution.failure import Failure
from course.execution.jobs import Job
from course.formats.notebook import Row

STORED, EXECUTED, FAILED = "stored", "executed", "failed"
INTERRUPTED, UNSTARTED = "interrupted", "unstarted"


@dataclass(frozen=True)
class CellTime:
    """How long a cell took, on the clock and of the kernel's CPU."""

    id: str
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True)
class Outcome:
    """What became of a notebook: the file it is kept as, its results, or what stopped it."""

    job: Job
    status: str
    output: Path | None = None
    log: Path | None = None
    why: str | None = None  # it was executed
    started: str | None = None
    seconds: float | None = None
    cpu_seconds: float | None = None  # of the kernel
    peak_memory: int | None = None  # bytes, of the kernel
    worker: str | None = None
    attempts: int = 1
    rows: tuple[Row, ...] = ()
    cells: tuple[CellTime, ...] = ()  # of the code cells
    failure: Failure | None = None
    differs: tuple[str, ...] = ()  # cells whose text is not that of the result kept before
    warning: str = ""


def as_record(outcome: Outcome) -> dict[str, Any]:
    """Return what is told of an execution, as it is kept and as it stands in a report."""
    return {
        "started": outcome.started,
        "seconds": outcome.seconds,
        "cpu_seconds": outcome.cpu_seconds,
        "peak_memory": outcome.peak_memory,
        "worker": outcome.worker,
        "cells": [vars(cell) for cell in outcome.cells],
        "results": [{**vars(row), "curve": list(row.curve)} for row in outcome.rows],
    }


def cell_times(notebook: dict[str, Any] | None) -> tuple[CellTime, ...]:
    """Return the times that `engines.execute` noted for each code cell that ended."""
    return tuple(
        CellTime(cell["id"], round(noted["duration"], 3), noted["cpu_seconds"])
        for cell in (notebook["cells"] if notebook else ())
        if cell["cell_type"] == "code"
        and (noted := cell["metadata"].get("papermill", {})).get("duration") is not None
    )
