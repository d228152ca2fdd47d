"""The execution of a notebook on a worker of a cluster: unpack, execute, return."""

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from course.execution.engines import process
from course.execution.engines.environment import course_variables, kernel_environment
from course.execution.engines.process import Attempt, ExecutionTask
from course.execution.failure import Failure
from course.execution.keys import Facts, machine_facts
from course.files import write_bytes
from course.formats.settings import Course, Framework

POLL_SECONDS = 0.1
ALIVE = ("running", "paused")  # states of a worker that has a scheduler


@dataclass(frozen=True)
class Parcel:
    """A notebook with all its inputs, for a worker that may share no disk with the sender.

    `spool` is a folder that worker and sender may share; the file `mark` exists there if they do,
    and `name` is the stem of this notebook's files.
    """

    task_key: str
    name: str
    notebook: str  # its path in the course
    files: Mapping[str, bytes]
    undeclared: Mapping[str, str]  # files that must not be read, and the message
    parameters: Mapping[str, Any]
    kernel: str
    timeout: int | None
    facts: Facts
    spool: str
    mark: str
    course: Course
    framework: Framework


def execute_parcel(parcel: Parcel) -> dict[str, Any]:
    """Execute a notebook on this worker; return an attempt, or its file name, or a refusal.

    An attempt is written to the spool before it is returned. If this worker dies before the sender
    has it, the worker that repeats the task finds it there, and nothing runs twice.
    """
    from distributed import get_worker

    facts = machine_facts(parcel.facts.versions)
    if facts != parcel.facts:
        return {"refused": compare_facts(facts, parcel.facts)}
    origin = {"worker": get_worker().address}
    spool = Path(parcel.spool)
    shared = (spool / parcel.mark).is_file()
    kept = spool / f"{parcel.name}.json"
    if not shared:
        return {"attempt": asdict(_execute(parcel)), **origin}
    if not kept.exists():
        with (spool / f"{parcel.name}.starts").open("ab") as starts:
            starts.write(b".")
        serialized = json.dumps(asdict(_execute(parcel)))
        write_bytes(kept, serialized.encode("utf-8", "surrogatepass"))
    return {"kept": kept.name, **origin}


def read_kept(spool: Path, name: str) -> tuple[dict[str, Any], int]:
    """Return an attempt that a worker has written, and how often it was started; remove both."""
    kept, starts = spool / name, (spool / name).with_suffix(".starts")
    attempt = json.loads(kept.read_bytes().decode("utf-8", "surrogatepass"))
    attempts = starts.stat().st_size if starts.exists() else 1
    for path in (kept, starts):
        path.unlink(missing_ok=True)
    return attempt, attempts


def as_attempt(record: Mapping[str, Any]) -> Attempt:
    """Return the attempt in a worker's record."""
    failure = record["failure"]
    return Attempt(**{**record, "failure": Failure(**failure) if failure else None})


def compare_facts(found: Facts, wanted: Facts) -> str:
    """Return in a few words how the facts of two machines differ; empty if they do not.

    >>> found = Facts("3.11", "x", "cpu", {"a": "1"})
    >>> compare_facts(found, Facts("3.12", "x", "cpu", {"a": None}))
    'python 3.11, not 3.12; a 1, not none'
    """
    ours, theirs = asdict(found), asdict(wanted)
    ours |= ours.pop("versions")
    theirs |= theirs.pop("versions")
    return "; ".join(
        f"{name} {ours.get(name) or 'none'}, not {theirs.get(name) or 'none'}"
        for name in {**ours, **theirs}
        if ours.get(name) != theirs.get(name)
    )


def _execute(parcel: Parcel) -> Attempt:
    """Execute a notebook in a temporary folder."""
    # Not in the worker's own folder: its path is long, and the kernel's sockets lie here too.
    with tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        try:
            for name, content in parcel.files.items():
                path = folder / "course" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            return _watch(parcel, folder)
        except OSError as error:
            return Attempt(0.0, None, Failure(None, "OSError", f"{error}; make room for {place}"))


def _watch(parcel: Parcel, folder: Path) -> Attempt:
    from distributed import get_worker

    worker = get_worker()
    environment = kernel_environment(folder)
    environment |= course_variables(parcel.course, parcel.framework)
    # The modules in the parcel, and not those of an installed course.
    environment["PYTHONPATH"] = os.pathsep.join(
        [str(folder / "course"), *filter(None, [environment.get("PYTHONPATH")])]
    )
    notebook = folder / "course" / parcel.notebook
    refused = {str(folder / "course" / name): why for name, why in parcel.undeclared.items()}
    task = ExecutionTask(
        notebook, notebook.parent, parcel.parameters, parcel.kernel, parcel.timeout, refused
    )
    execution = process.start(task, folder, environment)
    try:
        while execution.process.poll() is None:
            if is_cancelled(worker, parcel.task_key):
                return Attempt(0.0, None, Failure(None, "interrupted", "cancelled"))
            time.sleep(POLL_SECONDS)
        return process.finish(execution)
    finally:
        with contextlib.suppress(OSError):
            process.stop(execution)


def is_cancelled(worker: Any, task_key: str) -> bool:
    """Return whether a running task was cancelled, or its sender or scheduler is gone."""
    task = worker.state.tasks.get(task_key)
    return task is None or task.state == "cancelled" or worker.status.name not in ALIVE
