"""What a run came to, as data: the content of report.json, as docs/report.md describes it."""

import argparse
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from course.execution.keys import Facts
from course.execution.outcome import Outcome, as_record
from course.execution.profile import Gate
from course.formats.settings import Course
from course.machine import count_cores

SCHEMA = 2


def make_report(
    course: Course,
    arguments: argparse.Namespace,
    facts: Facts,
    outcomes: Sequence[Outcome],
    gates: Sequence[Gate],
    began: float,
    stopped: str | None,
    out: Path,
) -> dict[str, Any]:
    """Return the report of a run that began at `began` of the monotonic clock."""
    seconds = time.monotonic() - began
    started = datetime.now(UTC) - timedelta(seconds=seconds)
    return {
        "schema": SCHEMA,
        "course": course.title,
        "started": started.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "seconds": round(seconds, 3),
        "interrupted": stopped is not None,
        "command": {
            "jobs": arguments.jobs,
            "scheduler": arguments.scheduler,
            "profile": str(arguments.profile) if arguments.profile else None,
            "force": arguments.force,
        },
        "parameters": arguments.parameters,
        "machine": {**asdict(facts), "cores": count_cores()},
        "notebooks": [_notebook(outcome, gates, out) for outcome in outcomes],
    }


def _notebook(outcome: Outcome, gates: Sequence[Gate], out: Path) -> dict[str, Any]:
    job, failure = outcome.job, outcome.failure
    judged = [gate for gate in gates if gate.notebook == job.name]
    return {
        "name": job.name,
        "locale": job.locale.id if job.locale else None,
        "lesson": job.lesson.id,
        "framework": job.framework.id,
        "status": outcome.status,
        "why": outcome.why,
        "key": job.key.digest or None,
        "parameters": dict(job.parameters),
        "ignored": list(job.ignored),
        "attempts": outcome.attempts,
        "output": _relative(outcome.output, out),
        "log": _relative(outcome.log, out),
        "failure": asdict(failure) if failure else None,
        **as_record(outcome),
        "gates": [
            {"model": gate.model, "least": gate.least, "accuracy": gate.accuracy}
            | {"passed": gate.passed}
            for gate in judged
        ],
        "differs": list(outcome.differs),
    }


def _relative(path: Path | None, out: Path) -> str | None:
    return path.relative_to(out).as_posix() if path else None
