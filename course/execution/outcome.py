"""The outcome of a notebook in a run, and its record in the store and in reports."""

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
    """The seconds that a cell took: elapsed, and of the kernel's CPU."""

    id: str
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True)
class Outcome:
    """The outcome of a notebook: its status, the file written, its results or its failure."""

    job: Job
    status: str
    output: Path | None = None
    log: Path | None = None
    why: str | None = None  # the reason why it was executed
    started: str | None = None
    seconds: float | None = None
    cpu_seconds: float | None = None  # of the kernel
    peak_memory: int | None = None  # bytes, of the kernel
    worker: str | None = None
    attempts: int = 1
    rows: tuple[Row, ...] = ()
    cells: tuple[CellTime, ...] = ()  # of the code cells
    failure: Failure | None = None
    differs: tuple[str, ...] = ()  # cells whose text differs from that of the stored result
    warning: str = ""


def as_record(outcome: Outcome) -> dict[str, Any]:
    """Return the record of an execution, as it is stored and reported."""
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
    """Return the times that `engines.execute` recorded for each code cell that ended."""
    return tuple(
        CellTime(cell["id"], round(timing["duration"], 3), timing["cpu_seconds"])
        for cell in (notebook["cells"] if notebook else ())
        if cell["cell_type"] == "code"
        and (timing := cell["metadata"].get("papermill", {})).get("duration") is not None
    )
