"""The program that executes one notebook with papermill, in a process that `process` starts.

    python -m course.execution.engines.execute '{"notebook": …, "output": …, "kernel": …}'

It ends when its parent process ends, and so does the kernel, so that a killed run or worker leaves
no process behind. The last line of its stdout is a JSON object, the verdict, which needs no room on
a disk. Its progress is written to the file `progress`.
"""

import contextlib
import json
import os
import resource
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

POLL_SECONDS = 0.5
SAVE_SECONDS = 20.0  # between two saves of a notebook that is being executed


def main(argv: Sequence[str]) -> int:
    """Execute the notebook that the arguments name; return 0 if it was completed."""
    task = json.loads(argv[0])
    end_with(task["parent"])
    verdict_stream = os.fdopen(os.dup(1), "w")  # not the kernel's, whose stdout goes to the log
    os.dup2(2, 1)
    verdict: dict[str, Any] = {"cell": None, "error": None, "message": ""}
    try:
        execute(task, verdict)
    except Exception as error:
        verdict["error"] = getattr(error, "ename", None) or type(error).__name__
        verdict["message"] = str(getattr(error, "evalue", error))
        verdict["traceback"] = list(getattr(error, "traceback", []))
        with contextlib.suppress(OSError):  # the log is on the disk that may be full
            traceback.print_exc()
    verdict["peak_memory"], verdict["cpu_seconds"] = kernel_usage()
    print(json.dumps(verdict), file=verdict_stream, flush=True)
    return 0 if verdict["error"] is None else 1


def execute(task: dict[str, Any], verdict: dict[str, Any]) -> None:
    """Execute the notebook with papermill; keep the id of the current cell in `verdict`."""
    # jsonschema builds this grammar when it is imported, which takes a second, to check URIs that
    # no notebook has; it works without where the package is not installed.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # which forbids its import
    import papermill
    from papermill.engines import papermill_engines
    from traitlets.config import Config

    # Kernels started at the same time pick the same TCP ports now and then, and one of them dies.
    sockets = os.path.join(os.environ["JUPYTER_RUNTIME_DIR"], str(os.getpid()))
    papermill_engines.register("course", make_engine(task, verdict))
    papermill.execute_notebook(
        task["notebook"],
        task["output"],
        parameters=task["parameters"],
        kernel_name=task["kernel"],
        cwd=task["cwd"],
        engine_name="course",
        progress_bar=False,
        request_save_on_cell_execute=False,
        execution_timeout=task["timeout"],
        config=Config(KernelManager={"transport": "ipc", "ip": sockets}),
    )


class ProgressWriter:
    """Records the current cell, and saves the notebook at intervals, not at each cell."""

    def __init__(self, task: dict[str, Any], verdict: dict[str, Any], save: Any) -> None:
        self.task, self.verdict, self.save = task, verdict, save
        self.saved = time.monotonic()

    def __call__(self, nb_man: Any, index: int, cell_id: str) -> None:
        self.verdict["cell"] = cell_id
        with contextlib.suppress(OSError):  # a full disk is reported when the notebook is saved
            progress = f"{index} {len(nb_man.nb.cells)} {cell_id}"
            Path(self.task["progress"]).write_text(progress, encoding="utf-8")
        if time.monotonic() - self.saved > SAVE_SECONDS:
            self.save(nb_man.nb, self.task["output"])
            self.saved = time.monotonic()


def make_engine(task: dict[str, Any], verdict: dict[str, Any]) -> type:
    """Return papermill's own engine, which also records each cell that it starts."""
    from papermill.engines import NBClientEngine
    from papermill.iorw import write_ipynb

    record_cell = ProgressWriter(task, verdict, write_ipynb)

    class Engine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, *arguments: Any, **options: Any) -> Any:
            start, complete = nb_man.cell_start, nb_man.cell_complete
            spent = 0.0

            def cell_start(cell: Any, cell_index: int, **rest: Any) -> Any:
                nonlocal spent
                record_cell(nb_man, cell_index, cell.id)
                spent = running_cpu_seconds()
                return start(cell, cell_index, **rest)

            def cell_complete(cell: Any, *place: Any, **rest: Any) -> Any:
                seconds = max(0.0, running_cpu_seconds() - spent)
                cell.metadata.papermill["cpu_seconds"] = round(seconds, 2)
                join_streams(cell)
                return complete(cell, *place, **rest)

            nb_man.cell_start, nb_man.cell_complete = cell_start, cell_complete
            try:
                return super().execute_managed_notebook(nb_man, *arguments, **options)
            except BaseException:
                write_ipynb(nb_man.nb, task["output"])
                raise

    return Engine


def join_streams(cell: Any) -> None:
    """Join consecutive outputs of the same stream: where they are split depends on timing.

    nbclient's `coalesce_streams` takes quadratic time in the length of a line, and moves what was
    printed after a plot before it.
    """
    joined: list[Any] = []
    for output in cell.get("outputs", ()):
        name = output.get("name")  # only streams have one
        if name and joined and joined[-1].get("name") == name:
            joined[-1].text += output.text
        else:
            joined.append(output)
    if joined:
        cell.outputs = joined


def end_with(parent: int) -> None:
    """End this process soon after its parent has ended."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(POLL_SECONDS)
        os._exit(1)  # the kernel watches its own parent in the same way

    if os.getppid() != parent:
        os._exit(1)
    threading.Thread(target=watch, daemon=True).start()


def kernel_usage() -> tuple[int, float]:
    """Return the peak memory of the kernel in bytes, and its CPU seconds.

    It has to have ended: the system counts children that were waited for.
    """
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    unit = 1 if sys.platform == "darwin" else 1024  # Linux counts kibibytes
    return usage.ru_maxrss * unit, round(usage.ru_utime + usage.ru_stime, 2)


def running_cpu_seconds() -> float:
    """Return the CPU seconds that the kernel and its children have spent so far."""
    seconds = 0.0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            seconds += times.user + times.system
    return seconds


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
