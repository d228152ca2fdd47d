"""The execution of one notebook in its own process: start, progress, result and end."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from course.errors import CourseError
from course.execution.engines import guard
from course.execution.failure import Failure, read_failure
from course.formats.notebook import parse_notebook, read_results


@dataclass(frozen=True)
class ExecutionTask:
    """A notebook and its settings: `timeout` is in seconds per cell, `cwd` the kernel's folder.

    `refused` are the files that the notebook must not read, with the message of the error.
    """

    notebook: Path
    cwd: Path
    parameters: Mapping[str, Any]
    kernel: str
    timeout: int | None
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Execution:
    """A notebook that is being executed: papermill writes it to `partial`, and errors to `log`.

    `progress` is the file with the current cell; the verdict is written to the process's stdout.
    """

    process: subprocess.Popen[bytes]
    started: float
    partial: Path
    log: Path
    progress: Path


@dataclass(frozen=True)
class Attempt:
    """The result of an execution: the notebook as far as executed, and its failure, if any."""

    seconds: float
    notebook: dict[str, Any] | None
    failure: Failure | None
    log: str = ""
    peak_memory: int | None = None  # bytes, of the kernel
    cpu_seconds: float | None = None  # of the kernel


def start(task: ExecutionTask, scratch: Path, environment: Mapping[str, str]) -> Execution:
    """Start the execution of a notebook; the folder `scratch` is for this execution alone."""
    partial = scratch / task.notebook.name
    log, progress = partial.with_suffix(".log"), partial.with_suffix(".progress")
    arguments = {
        "notebook": str(task.notebook),
        "output": str(partial),
        "progress": str(progress),
        "cwd": str(task.cwd),
        "parameters": dict(task.parameters),
        "kernel": task.kernel,
        "timeout": task.timeout,
        "parent": os.getpid(),
    }
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "course.execution.engines.execute", json.dumps(arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stream,
            env={**environment, guard.VARIABLE: json.dumps(dict(task.refused))},
            start_new_session=True,  # Ctrl-C is handled by the parent, which ends it in order
        )
    return Execution(process, time.monotonic(), partial, log, progress)


def progress(execution: Execution) -> tuple[int, int, str] | None:
    """Return (cells done, cells in all, id of the current cell), or None where unknown."""
    try:
        done, count, cell_id = execution.progress.read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return None  # not yet, or being written
    return int(done), int(count), cell_id


def finish(execution: Execution) -> Attempt:
    """Return the result of an execution whose process has ended.

    The notebook alone is not trusted: after a kill papermill's notebook looks complete.
    """
    seconds = time.monotonic() - execution.started
    verdict = _verdict(execution)
    notebook = _read(execution.partial)
    at = progress(execution)
    failure = read_failure(verdict, execution.process.returncode, at[2] if at else None)
    if failure is None:
        failure = _check_results(notebook)
    log = execution.log.read_text(encoding="utf-8", errors="replace")
    usage = (verdict["peak_memory"], verdict["cpu_seconds"]) if verdict else ()
    return Attempt(seconds, notebook, failure, log, *usage)


def _check_results(notebook: dict[str, Any] | None) -> Failure | None:
    if notebook is None:
        return Failure(None, "papermill", "left no notebook, or an incomplete one; run again")
    try:
        read_results(notebook)
    except CourseError as error:
        return Failure(None, "", str(error))
    return None


def _verdict(execution: Execution) -> dict[str, Any] | None:
    """Return the verdict that an ended process has printed, or None."""
    if execution.process.stdout is None:
        return None
    with execution.process.stdout as stream:
        lines = stream.read().splitlines()
    try:
        verdict: dict[str, Any] = json.loads(lines[-1])
    except (IndexError, ValueError):
        return None
    return verdict


def _read(path: Path) -> dict[str, Any] | None:
    try:
        return parse_notebook(path.read_bytes(), path.name)
    except (OSError, CourseError):
        return None


def stop(execution: Execution) -> None:
    """Kill the process and all its descendants.

    A kernel has its own session, so it is found as a descendant and not by its process group.
    """
    try:
        papermill = psutil.Process(execution.process.pid)
        papermill.suspend()  # it must not start a kernel meanwhile
        processes = [papermill, *papermill.children(recursive=True)]
    except psutil.NoSuchProcess:
        processes = []
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    execution.process.wait()
    psutil.wait_procs(processes, timeout=10)
