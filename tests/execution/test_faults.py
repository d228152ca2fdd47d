"""Faults of `course run`, each provoked for real: killed, full, missing, broken, interrupted."""

import json
import os
import signal
import subprocess
from pathlib import Path

import nbformat
import psutil
import pytest

from tests.fixtures.command import Result, command, run_course, start_course
from tests.fixtures.toy import KILL, edit, make_course, wait_for, write_notebook

PID = "import os, pathlib, time; pathlib.Path('pid').write_text(str(os.getpid()))"
WAIT = f"{PID}; time.sleep(600)"


def make(root: Path, **cells: list[str]) -> Path:
    """Make a course of a notebook for each name, with these cells; return its notebooks."""
    notebooks = make_course(root, cells, ["plain"])
    for name, sources in cells.items():
        write_notebook(notebooks / f"{name}-plain.ipynb", *sources)
    return notebooks


def line_of(result: Result, name: str) -> str:
    """Return the one line of stderr that says what stopped a notebook."""
    start = f"{name}-plain.ipynb: "
    (line,) = [line for line in result.err.splitlines() if line.startswith(start)]
    return line.removeprefix(start)


def assert_ended(pids: list[int], seconds: float = 10) -> None:
    """Hold that processes end by themselves within `seconds`."""
    _, alive = psutil.wait_procs([psutil.Process(p) for p in pids if psutil.pid_exists(p)], seconds)
    alive = [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
    assert alive == []


# Where a notebook stopped is seen in the notebook


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run, once, a course with a cell that raises, one that dies, one that hangs; a good one."""
    root = tmp_path_factory.mktemp("failed")
    make(
        root,
        raises=["1 / 1", "raise ValueError('<b>shape</b> (2, 3)')", "1 / 2"],
        dies=["1 / 1", KILL, "1 / 2"],
        hangs=["1 / 1", "import time; time.sleep(600)", "1 / 2"],
        good=["1 / 1"],
    )
    result = run_course(root, "run", "-j", "2", "--timeout", "6")
    assert result.code == 1
    assert "error: 3 of 4 notebooks failed" in result.err
    return root / "build" / "run"


@pytest.mark.parametrize("name", ["raises", "dies", "hangs"])
def test_the_cell_that_stopped_a_notebook_is_marked_in_it(name: str, failed: Path) -> None:
    """By a tag, an error as its output, and a line before it; cells after it have no output."""
    notebook = nbformat.read(failed / f"{name}-plain.failed.ipynb", as_version=4)
    nbformat.validate(notebook)
    at = [n for n, cell in enumerate(notebook.cells) if cell.id == "step-2"][0]
    mark, cell, after = notebook.cells[at - 1 : at + 2]
    assert "failed" in cell.metadata.tags
    assert [output.output_type for output in cell.outputs] == ["error"]
    assert mark.source.startswith("**The run stopped here:** <code>cell step-2: ")
    assert "<b>" not in mark.source
    assert after.outputs == []
    assert [c.id for c in notebook.cells if c.cell_type == "code"] == [
        "parameters",
        "step-1",
        "step-2",
        "step-3",
    ]


def test_the_report_says_of_each_notebook_what_stopped_it(failed: Path) -> None:
    """With cell and cause; and the good one has passed."""
    told = {
        one["lesson"]: one for one in json.loads((failed / "report.json").read_bytes())["notebooks"]
    }
    names = {name: one["failure"] and one["failure"]["name"] for name, one in told.items()}
    raised = {"raises": "ValueError", "dies": "DeadKernelError", "hangs": "CellTimeoutError"}
    assert names == {**raised, "good": None}
    assert {one["failure"]["cell"] for one in told.values() if one["failure"]} == {"step-2"}
    assert told["good"]["status"] == "executed"
    assert (failed / told["dies"]["log"]).is_file()


# What cannot be executed at all


def test_what_cannot_run_is_told_and_the_others_run(tmp_path: Path) -> None:
    """A notebook that is not JSON, and one whose framework is not installed."""
    notebooks = make(tmp_path, broken=["1"], good=["1"])
    (notebooks / "broken-plain.ipynb").write_text('{"cells": [', encoding="utf-8")
    framework = '[[frameworks]]\nid = "other"\nname = "O"\npackages = ["no-such-framework"]\n'
    edit(tmp_path / "course.toml", "[[locales]]", f"{framework}[[locales]]")
    for name in ("broken", "good"):
        write_notebook(notebooks / f"{name}-other.ipynb", "1")
    result = run_course(tmp_path, "run")
    assert result.code == 1
    assert line_of(result, "broken").startswith("not JSON: ")
    needs = "needs no-such-framework, not installed; install: pip install no-such-framework"
    assert f"good-other.ipynb: {needs}" in result.err
    assert "passed    good-plain" in result.err
    assert "error: 3 of 4 notebooks failed" in result.err


def test_a_missing_module_names_the_remedy(tmp_path: Path) -> None:
    """The notebook imports what nobody has declared."""
    make(tmp_path, one=["import no_such_framework"])
    line = line_of(run_course(tmp_path, "run"), "one")
    assert line.startswith("cell step-1: ModuleNotFoundError: No module named 'no_such_framework'")
    assert "; install what the notebook needs" in line


def test_a_missing_kernel_is_named(tmp_path: Path) -> None:
    """With what to do, and before any cell."""
    make(tmp_path, one=["1"])
    line = line_of(run_course(tmp_path, "run", "--kernel", "no-such-kernel"), "one")
    assert line == (
        "NoSuchKernel: No such kernel named no-such-kernel; install it, or name another one with"
        " --kernel"
    )


# Ends from outside


def family_of(process: subprocess.Popen[str], pid: Path) -> list[int]:
    """Return the processes below a run whose notebook has written its kernel's number to `pid`."""
    kernel = int(wait_for(pid))
    return [kernel, *(child.pid for child in psutil.Process(process.pid).children(True))]


def test_an_interrupt_keeps_what_has_finished(tmp_path: Path) -> None:
    """And reports it: what ran is interrupted, what waited was not started; nothing is orphaned."""
    notebooks = make(tmp_path, first=["1"], second=[WAIT], third=["1"])
    with start_course(tmp_path, "run", "-j", "1") as process:
        family = family_of(process, notebooks / "pid")
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "1 notebook in build/run" in out
    assert "second-plain.ipynb: cell step-1: interrupted: run again" in err
    assert "third-plain.ipynb: not started" in err
    assert_ended(family, 0)
    folder = tmp_path / "build" / "run"
    left = {path.name for path in folder.iterdir()} - {".lock"}
    assert left == {"first-plain.ipynb", "report.json", "report.html", "junit.xml", "summary.md"}
    report = json.loads((folder / "report.json").read_bytes())
    assert report["interrupted"] is True
    assert [one["status"] for one in report["notebooks"]] == [
        "executed",
        "interrupted",
        "unstarted",
    ]
    again = run_course(
        tmp_path, "run", "--framework", "plain", "-p", "epochs", "1", "--timeout", "1"
    )
    assert "stored    first-plain" in again.err


def test_a_run_that_is_killed_leaves_no_kernel(tmp_path: Path) -> None:
    """Nobody can clean up after SIGKILL, so what it started ends by itself."""
    notebooks = make(tmp_path, one=[WAIT])
    with start_course(tmp_path, "run") as process:
        family = family_of(process, notebooks / "pid")
        process.kill()
    assert_ended(family)
    edit(notebooks / "one-plain.ipynb", "time.sleep(600)", "1")
    result = run_course(tmp_path, "run")
    assert result.code == 0, result.err


def test_a_papermill_that_is_killed_is_told_with_its_cell(tmp_path: Path) -> None:
    """It has no last words then, and the kernel follows it."""
    notebooks = make(tmp_path, one=["1", WAIT])
    with start_course(tmp_path, "run") as process:
        kernel = int(wait_for(notebooks / "pid"))
        psutil.Process(kernel).parent().kill()
        _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "one-plain.ipynb: cell step-2: papermill: was killed (signal 9); run again" in err
    assert_ended([kernel])


# No room


def run_on_small_disk(root: Path, *arguments: str) -> Result:
    """Run a course with an empty disk of 300 kB at `disk`, whose files are copied to `left`."""
    disk = root / "disk"
    disk.mkdir()
    script = f"""
        mount -t tmpfs -o size=300k tmpfs {disk} || exit 77
        "$@"; code=$?; cp -r {disk} {root}/left; exit $code
    """
    alone = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    done = subprocess.run(
        [*alone, *command("run", *arguments)],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode == 77 or "unshare:" in done.stderr:
        pytest.skip("this machine lets no user mount a disk")
    return Result(done.returncode, done.stdout, done.stderr)


def test_a_full_disk_is_told_and_leaves_no_half_file(tmp_path: Path) -> None:
    """A notebook whose output does not fit fails, and names the cause; the small one passes."""
    make(tmp_path, large=["print('x' * 400_000)"], small=["1"])
    result = run_on_small_disk(tmp_path, "-j", "1", "--out", "disk/run")
    assert result.code == 1
    (line,) = [one for one in result.err.splitlines() if one.startswith("large-plain.ipynb: cell")]
    assert "cell step-1: " in line
    assert "No space left on device" in line
    assert "passed    small-plain" in result.err
    assert "Traceback" not in result.err
    notebooks = list((tmp_path / "left" / "run").rglob("*.ipynb"))
    assert notebooks
    for path in notebooks:
        nbformat.validate(nbformat.read(path, as_version=4))


def test_a_store_without_room_costs_no_result(tmp_path: Path) -> None:
    """The outputs are in the folder of the run; that they are not kept is told."""
    make(tmp_path, large=["import os; print(os.urandom(300_000).hex())"])
    result = run_on_small_disk(tmp_path, "--store", "disk/store")
    assert result.code == 0, result.err
    assert "large-plain.ipynb: result not stored: " in result.err
    assert "No space left on device" in result.err
    assert (tmp_path / "build/run/large-plain.ipynb").is_file()


# Chance


def test_kernels_that_start_together_do_not_take_each_others_ports(tmp_path: Path) -> None:
    """Over TCP, one of them dies of it now and then."""
    names = {f"n{number}": ["1"] for number in range(6)}
    make(tmp_path, **names)
    result = run_course(tmp_path, "run", "-j", "6")
    assert result.code == 0, result.err
    look = "import ipykernel as i; print('\"ipc\"' in open(i.get_connection_file()).read())"
    edit(tmp_path / "notebooks/n0-plain.ipynb", '"1"', json.dumps(look))
    result = run_course(tmp_path, "run", "n0")
    assert result.code == 0, result.err
    assert '"True\\n"' in (tmp_path / "build/run/n0-plain.ipynb").read_text(encoding="utf-8")
