"""What became of a notebook in a run, and what is told of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.failure import Failure
from course.jobs import Job
from course.notebook import Row

STORED, EXECUTED, FAILED = "stored", "executed", "failed"
INTERRUPTED, UNSTARTED = "interrupted", "unstarted"


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
    peak_memory: int | None = None  # bytes, of the kernel
    worker: str | None = None
    attempts: int = 1
    rows: tuple[Row, ...] = ()
    cells: tuple[tuple[str, float], ...] = ()  # seconds by id of the code cells
    failure: Failure | None = None
    differs: tuple[str, ...] = ()  # cells whose text is not that of the result kept before
    warning: str = ""


def as_record(outcome: Outcome) -> dict[str, Any]:
    """Return what is told of an execution, as it is kept and as it stands in a report."""
    return {
        "started": outcome.started,
        "seconds": outcome.seconds,
        "peak_memory": outcome.peak_memory,
        "worker": outcome.worker,
        "cells": [{"id": cell_id, "seconds": seconds} for cell_id, seconds in outcome.cells],
        "results": [{**vars(row), "curve": list(row.curve)} for row in outcome.rows],
    }


def cell_times(notebook: dict[str, Any] | None) -> tuple[tuple[str, float], ...]:
    """Return the seconds that papermill noted for each code cell that ended."""
    return tuple(
        (cell["id"], round(seconds, 3))
        for cell in (notebook["cells"] if notebook else ())
        if cell["cell_type"] == "code"
        and (seconds := cell["metadata"].get("papermill", {}).get("duration")) is not None
    )
