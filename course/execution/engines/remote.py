"""What a worker of a cluster does with a notebook: unpack, execute, hand back."""

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
from course.execution.engines.process import Attempt, Task
from course.execution.failure import Failure
from course.execution.keys import Facts, describe
from course.files import write_bytes
from course.formats.settings import Course, Framework

POLL_SECONDS = 0.1
ALIVE = ("running", "paused")  # what a worker is while it has a scheduler


@dataclass(frozen=True)
class Parcel:
    """A notebook with all that it needs, for a worker that may share no disk with us.

    `spool` is a folder that worker and sender may both see; `mark` is the name of a file there,
    which tells whether they do, and `name` that of this notebook's files.
    """

    task_key: str
    name: str
    notebook: str  # its path in the course
    files: Mapping[str, bytes]
    undeclared: Mapping[str, str]  # of the files, those that must not be read, and what to say
    parameters: Mapping[str, Any]
    kernel: str
    timeout: int | None
    facts: Facts
    spool: str
    mark: str
    course: Course
    framework: Framework


def execute_parcel(parcel: Parcel) -> dict[str, Any]:
    """Execute a notebook on this worker; return an attempt, or where it lies, or a refusal.

    An attempt is kept in the spool before it is told of. If this worker dies before the sender has
    it, the worker that repeats the task finds it there, and nothing runs twice.
    """
    from distributed import get_worker

    facts = describe(parcel.facts.versions)
    if facts != parcel.facts:
        return {"refused": difference(facts, parcel.facts)}
    told = {"worker": get_worker().address}
    spool = Path(parcel.spool)
    shared = (spool / parcel.mark).is_file()
    kept = spool / f"{parcel.name}.json"
    if not shared:
        return {"attempt": asdict(_execute(parcel)), **told}
    if not kept.exists():
        with (spool / f"{parcel.name}.starts").open("ab") as starts:
            starts.write(b".")
        text = json.dumps(asdict(_execute(parcel)))
        write_bytes(kept, text.encode("utf-8", "surrogatepass"))
    return {"kept": kept.name, **told}


def read_kept(spool: Path, name: str) -> tuple[dict[str, Any], int]:
    """Return an attempt that a worker has kept, and how often it was started; remove both."""
    kept, starts = spool / name, (spool / name).with_suffix(".starts")
    attempt = json.loads(kept.read_bytes().decode("utf-8", "surrogatepass"))
    attempts = starts.stat().st_size if starts.exists() else 1
    for path in (kept, starts):
        path.unlink(missing_ok=True)
    return attempt, attempts


def as_attempt(record: Mapping[str, Any]) -> Attempt:
    """Return the attempt that a worker has told of."""
    failure = record["failure"]
    return Attempt(**{**record, "failure": Failure(**failure) if failure else None})


def difference(found: Facts, wanted: Facts) -> str:
    """Say in a few words how the facts of two machines differ; empty if they do not.

    >>> one, two = Facts("3.11", "x", "cpu", {"a": "1"}), Facts("3.12", "x", "cpu", {"a": None})
    >>> difference(one, two)
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
    """Execute a notebook in a folder of its own, which is removed afterwards."""
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
    # The modules that come along, and not those of an installed course.
    environment["PYTHONPATH"] = os.pathsep.join(
        [str(folder / "course"), *filter(None, [environment.get("PYTHONPATH")])]
    )
    notebook = folder / "course" / parcel.notebook
    refused = {str(folder / "course" / name): why for name, why in parcel.undeclared.items()}
    task = Task(
        notebook, notebook.parent, parcel.parameters, parcel.kernel, parcel.timeout, refused
    )
    execution = process.start(task, folder, environment)
    try:
        while execution.process.poll() is None:
            if is_cancelled(worker, parcel.task_key):
                return Attempt(0.0, None, Failure(None, "interrupted", "nobody waits for it"))
            time.sleep(POLL_SECONDS)
        return process.finish(execution)
    finally:
        with contextlib.suppress(OSError):
            process.stop(execution)


def is_cancelled(worker: Any, task_key: str) -> bool:
    """Tell whether a running task was given up, or whether its sender or scheduler is gone."""
    task = worker.state.tasks.get(task_key)
    return task is None or task.state == "cancelled" or worker.status.name not in ALIVE
