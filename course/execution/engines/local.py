"""The local engine: executes notebooks on this machine, several processes at once."""

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from course.dependencies.inputs import undeclared
from course.execution.engine import Finished
from course.execution.engines import process
from course.execution.engines.environment import course_variables, kernel_environment
from course.execution.engines.process import Attempt, Execution, ExecutionTask
from course.execution.failure import Failure
from course.execution.jobs import Job


class LocalEngine:
    """Executes up to `slots` notebooks at once; `timeout` is in seconds for each cell."""

    def __init__(self, slots: int, scratch: Path, timeout: int | None = None) -> None:
        self.slots, self.scratch, self.timeout = slots, scratch, timeout
        self._sockets = tempfile.TemporaryDirectory(prefix="course-")
        self.environment = kernel_environment(Path(self._sockets.name))
        self._running: dict[Job, Execution] = {}
        self._failed: list[Finished] = []

    def has_room(self) -> bool:
        return len(self._running) + len(self._failed) < self.slots

    def start(self, job: Job) -> None:
        refused = {
            str(root / name): why
            for name, why in undeclared(job.course, job.lesson).items()
            for root in {job.folder, job.course.root}
        }
        task = ExecutionTask(
            job.notebook, job.notebook.parent, job.parameters, job.kernel, self.timeout, refused
        )
        folder = self.scratch / job.name.replace("/", "-")
        try:
            folder.mkdir(exist_ok=True)
            variables = {**self.environment, **course_variables(job.course, job.framework)}
            self._running[job] = process.start(task, folder, variables)
        except OSError as error:
            failure = Failure(None, "OSError", f"{error}; make room or give --out DIR")
            self._failed.append(Finished(job, Attempt(0.0, None, failure)))

    def poll(self) -> Iterable[Finished]:
        ended, self._failed = self._failed, []
        for job, execution in list(self._running.items()):
            if execution.process.poll() is not None:
                ended.append(Finished(job, process.finish(self._running.pop(job))))
                shutil.rmtree(execution.partial.parent, ignore_errors=True)  # frees the disk
        return ended

    def progress(self, job: Job) -> tuple[int, int, str] | None:
        execution = self._running.get(job)
        return process.progress(execution) if execution else None

    def close(self) -> None:
        for execution in self._running.values():
            process.stop(execution)
        self._running.clear()
        self._sockets.cleanup()
