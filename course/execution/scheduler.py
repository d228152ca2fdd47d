"""The scheduler of a run: executes each job without a stored result, whatever else fails."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from course.errors import CourseError
from course.execution.engine import Engine, Finished, Watcher
from course.execution.engines.process import Attempt
from course.execution.estimate import Standing, TimeLeft
from course.execution.failure import Failure, mark_failure
from course.execution.jobs import Job
from course.execution.keys import explain_change
from course.execution.outcome import (
    EXECUTED,
    FAILED,
    INTERRUPTED,
    STORED,
    UNSTARTED,
    CellTime,
    Outcome,
    as_record,
    cell_times,
)
from course.execution.outputs import (
    changed_code,
    differing,
    insert_outputs,
    insert_parameters,
    take_outputs,
)
from course.execution.store import Store, Stored
from course.files import write_text
from course.formats.notebook import Row, read_notebook, read_results, write_notebook

POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Running:
    """A job that is being executed; `began` is a time of the monotonic clock."""

    job: Job
    why: str
    started: str
    began: float
    claim: FileLock


@dataclass
class Scheduler:
    """A run in progress: `outcomes` grows, and holds what has finished when it is interrupted."""

    jobs: Sequence[Job]
    out: Path
    store: Store
    force: bool = False
    watcher: Watcher = field(default_factory=Watcher)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    _running: dict[str, Running] = field(default_factory=dict)
    _left: TimeLeft = field(init=False)

    def __post_init__(self) -> None:
        self._left = TimeLeft(lambda job: self.store.seconds(job.name, job.key.parts))

    def execute(self, engine: Engine) -> None:
        """Execute the jobs until each has an outcome.

        Raises:
            CourseError: the engine has failed.
            KeyboardInterrupt: the run was interrupted. No execution is left running then.
        """
        self.watcher.begin(self.jobs)
        for job in self.jobs:
            remove_outputs(job, self.out)
        waiting = [job for job in self.jobs if not self._settle_early(job)]
        try:
            while waiting or self._running:
                for job in list(waiting) if engine.has_room() else ():
                    if engine.has_room() and self._start(job, engine):
                        waiting.remove(job)
                for finished in engine.poll():
                    self._finish(finished)
                self._tick(engine, waiting)
                if waiting or self._running:
                    time.sleep(POLL_SECONDS)
        finally:
            self._stop(engine, waiting)

    def _tick(self, engine: Engine, waiting: Sequence[Job]) -> None:
        """Notify the watcher of the progress of each notebook, and of the time left."""
        now, at, standings = time.monotonic(), {}, {}
        for running in self._running.values():
            job = running.job
            at[job] = engine.progress(job)
            done, count = (at[job] or (0, 1))[:2]
            standings[job] = Standing(now - running.began, done / count)
        self.watcher.tick(at, self._left.estimate(standings, waiting))

    def _settle_early(self, job: Job) -> bool:
        """Settle a job that has a result, or cannot be executed; return whether it is settled."""
        if job.problem is not None:
            self._settle(Outcome(job, FAILED, failure=Failure(None, "", job.problem)))
            return True
        return not self.force and self._take_stored(job)

    def _take_stored(self, job: Job) -> bool:
        """Settle a job by the stored result of its key; return whether there is one."""
        stored = self.store.get(job.key.digest)
        if stored is None:
            return False
        record = stored.record
        rows = tuple(Row(**{**row, "curve": tuple(row["curve"])}) for row in record["results"])
        cells = tuple(CellTime(**cell) for cell in record["cells"])
        notebook = read_notebook(job.notebook)
        insert_outputs(notebook, stored.outputs)
        outcome = Outcome(
            job,
            STORED,
            self._keep(job, notebook),
            started=record["started"],
            seconds=record["seconds"],
            cpu_seconds=record["cpu_seconds"],
            peak_memory=record["peak_memory"],
            worker=record["worker"],
            rows=rows,
            cells=cells,
        )
        self._settle(outcome)
        return True

    def _start(self, job: Job, engine: Engine) -> bool:
        """Start or settle a job; return False while another process computes its result."""
        claim = self.store.claim(job.key.digest)
        if claim is None:
            return False
        if not self.force and self._take_stored(job):  # the other process has stored it
            claim.release()
            return True
        why = self._why(job)
        engine.start(job)
        self._running[job.name] = Running(job, why, _now(), time.monotonic(), claim)
        self.watcher.start(job, why)
        return True

    def _why(self, job: Job) -> str:
        if job.key.digest in self.store.damaged:
            return "its result was damaged"
        if self.force:
            return "asked for with --force"
        before = self.store.latest(job.name)
        return "no result yet" if before is None else explain_change(before, job.key.parts)

    def _finish(self, finished: Finished) -> None:
        running, attempt = self._running.pop(finished.job.name), finished.attempt
        if attempt.failure is None:
            self._left.finish(running.job, attempt.seconds)
        outcome = Outcome(
            running.job,
            EXECUTED if attempt.failure is None else FAILED,
            why=running.why,
            started=running.started,
            seconds=attempt.seconds,
            cpu_seconds=attempt.cpu_seconds,
            peak_memory=attempt.peak_memory,
            worker=finished.worker,
            attempts=finished.attempts,
            failure=attempt.failure,
            cells=cell_times(attempt.notebook),
        )
        try:
            self._settle(self._keep_attempt(outcome, attempt))
        except CourseError as error:  # mostly a full disk: the other jobs go on
            failure = Failure(None, "", str(error))
            self._settle(replace(outcome, status=FAILED, failure=failure))
        finally:
            running.claim.release()

    def _keep_attempt(self, outcome: Outcome, attempt: Attempt) -> Outcome:
        """Write the notebook of an execution into the folder of the run; store a good result."""
        job = outcome.job
        if outcome.failure is not None or attempt.notebook is None:
            return self._keep_failed(outcome, attempt)
        notebook = read_notebook(job.notebook)
        changed = changed_code(notebook, attempt.notebook)
        if changed is not None:
            raise CourseError(f"cell {changed} changed while it was executed; run again")
        outputs = take_outputs(attempt.notebook)
        outcome = replace(outcome, rows=read_results(attempt.notebook))
        before = self.store.get(job.key.digest) if self.force else None
        if before is not None:
            outcome = replace(outcome, differs=tuple(differing(outputs, before.outputs)))
        warning = self._keep_result(outcome, outputs)
        insert_outputs(notebook, outputs)
        return replace(outcome, output=self._keep(job, notebook), warning=warning)

    def _keep_result(self, outcome: Outcome, outputs: dict[str, Any]) -> str:
        """Store a result under its key; return a warning where it is not stored, else ''."""
        job = outcome.job
        key = job.key_now()
        if key.digest != job.key.digest and job.key.parts.get("data") != "absent":
            change = explain_change(job.key.parts, key.parts)
            return f"{change} while it was executed; result not stored"
        record = {"name": job.name, **as_record(outcome)}
        try:
            self.store.put(key.digest, Stored(key.parts, record, outputs))
        except CourseError as error:
            return f"result not stored: {error}"
        return ""

    def _keep_failed(self, outcome: Outcome, attempt: Attempt) -> Outcome:
        """Write the marked notebook and its log, as far as the disk has room for them."""
        path = self.out / f"{outcome.job.name}.failed.ipynb"
        try:
            write_text(path.with_suffix(".log"), attempt.log)
            outcome = replace(outcome, log=path.with_suffix(".log"))
            if attempt.notebook is not None and outcome.failure is not None:
                mark_failure(attempt.notebook, outcome.failure)
                write_notebook(path, attempt.notebook)
                outcome = replace(outcome, output=path)
        except CourseError as error:
            return replace(outcome, warning=f"not written: {error}")
        return outcome

    def _keep(self, job: Job, notebook: dict[str, Any]) -> Path:
        path = self.out / f"{job.name}.ipynb"
        if job.parameters:
            insert_parameters(notebook, job.parameters)
        write_notebook(path, notebook)
        return path

    def _settle(self, outcome: Outcome) -> None:
        self.outcomes[outcome.job.name] = outcome
        self.watcher.finish(outcome)

    def _stop(self, engine: Engine, waiting: list[Job]) -> None:
        """Close the engine; settle the jobs that have no outcome as interrupted or not started."""
        at = {name: engine.progress(running.job) for name, running in self._running.items()}
        engine.close()
        for name, running in self._running.items():
            running.claim.release()
            cell = place[2] if (place := at[name]) else None
            failure = Failure(cell, "interrupted", "run again")
            outcome = Outcome(running.job, INTERRUPTED, why=running.why, started=running.started)
            self._settle(replace(outcome, failure=failure))
        self._running.clear()
        for job in waiting:
            if job.name not in self.outcomes:
                self._settle(Outcome(job, UNSTARTED, failure=Failure(None, "", "not started")))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def remove_outputs(job: Job, out: Path) -> None:
    """Remove the files that an earlier run wrote for a notebook."""
    for ending in (".ipynb", ".failed.ipynb", ".failed.log"):
        (out / f"{job.name}{ending}").unlink(missing_ok=True)
