"""One notebook executed by one papermill process: start, finish, or end it with its kernel."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from course.errors import CourseError
from course.notebook import Failure, Row, find_failure, read_results

KERNEL = "python3"  # that of this environment, whatever a notebook was last saved with


@dataclass(frozen=True)
class Outcome:
    """What became of a notebook: the file it is kept as, its results, or what stopped it."""

    notebook: Path
    output: Path | None
    seconds: float
    rows: tuple[Row, ...] = ()
    failure: Failure | None = None


@dataclass(frozen=True)
class Plan:
    """How the notebooks of one run are executed: `timeout` is in seconds for each cell."""

    out: Path
    scratch: Path  # a folder inside `out` for what is not finished
    parameters: dict[str, Any]
    timeout: int | None
    environment: dict[str, str]


@dataclass(frozen=True)
class Execution:
    """A notebook that is being executed: papermill writes to `partial`, and complains to `log`."""

    notebook: Path
    process: subprocess.Popen[bytes]
    started: float
    partial: Path
    log: Path


def start(notebook: Path, plan: Plan) -> Execution:
    """Start to execute a notebook, with its own folder as the working directory."""
    partial = plan.scratch / notebook.name
    log = partial.with_suffix(".log")
    command = [sys.executable, "-m", "papermill", str(notebook), str(partial)]
    command += ["--kernel", KERNEL, "--cwd", str(notebook.parent), "--progress-bar"]
    if plan.parameters:
        command += ["--parameters_yaml", json.dumps(plan.parameters)]  # JSON is YAML
    if plan.timeout is not None:
        command += ["--execution-timeout", str(plan.timeout)]
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            env=plan.environment,
            start_new_session=True,  # Ctrl-C is for us, and we end it in order
        )
    return Execution(notebook, process, time.monotonic(), partial, log)


def remove_outputs(notebook: Path, out: Path) -> None:
    """Remove what an earlier run left of a notebook, so that nothing there is old."""
    for ending in (".ipynb", ".failed.ipynb", ".failed.log"):
        (out / f"{notebook.stem}{ending}").unlink(missing_ok=True)


def finish(execution: Execution, out: Path) -> Outcome:
    """Name the output of an ended process by its verdict, and say what came of it.

    Only the exit code is trusted: after a kill papermill's notebook looks complete.
    """
    seconds = time.monotonic() - execution.started
    notebook, partial = execution.notebook, execution.partial
    rows, failure = _judge(execution)
    output = out / (notebook.name if failure is None else f"{notebook.stem}.failed.ipynb")
    if failure is not None:
        os.replace(execution.log, output.with_suffix(".log"))
    if not partial.exists():
        return Outcome(notebook, None, seconds, rows, failure)
    os.replace(partial, output)
    return Outcome(notebook, output, seconds, rows, failure)


def _judge(execution: Execution) -> tuple[tuple[Row, ...], Failure | None]:
    """Return the results of an ended process, or its failure."""
    if execution.process.returncode != 0:
        log = execution.log.read_text(encoding="utf-8", errors="replace")
        return (), find_failure(execution.partial, log)
    try:
        return read_results(execution.partial), None
    except CourseError as error:
        return (), Failure(None, "", str(error))


def stop(execution: Execution) -> None:
    """End the process with all that it started.

    A kernel has a session of its own, so it is found as a descendant and not by its group.
    """
    try:
        papermill = psutil.Process(execution.process.pid)
        papermill.suspend()  # it must not start a kernel while we count
        family = [papermill, *papermill.children(recursive=True)]
    except psutil.NoSuchProcess:
        family = []
    for process in family:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    execution.process.wait()
    psutil.wait_procs(family, timeout=10)
