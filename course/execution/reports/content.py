"""The report of a run as plain data: the content of report.json (docs/report.md)."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from course.execution.outcome import Outcome, as_record
from course.execution.profile import Gate
from course.execution.report import RunReport
from course.machine import count_cores

REPORT_SCHEMA = 2


def make_report(report: RunReport) -> dict[str, Any]:
    """Return the report of a run as plain data."""
    options = report.options
    return {
        "schema": REPORT_SCHEMA,
        "course": report.course.title,
        "started": report.started.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "seconds": round(report.seconds, 3),
        "interrupted": report.stopped is not None,
        "command": {
            "jobs": options.jobs,
            "scheduler": options.scheduler,
            "profile": str(options.profile) if options.profile else None,
            "force": options.force,
        },
        "parameters": dict(report.parameters),
        "machine": {**asdict(report.facts), "cores": count_cores()},
        "notebooks": [_notebook(outcome, report.gates, report.out) for outcome in report.outcomes],
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
