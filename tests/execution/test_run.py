"""`course run`, through the real command, on tiny courses made for the purpose."""

import io
import json
import os
import re
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from rich.console import Console

from course.errors import CourseError
from course.execution.jobs import Job
from course.execution.keys import Facts
from course.execution.outcome import EXECUTED, Outcome
from course.execution.reports.terminal import LiveWatcher, make_progress, results_table
from course.formats.notebook import Row, read_results
from tests.fixtures.command import Result, run_course, start_course
from tests.fixtures.runs import LONG, ROWS
from tests.fixtures.toy import KILL, RESULTS_MIME, make_course, wait_for, write_notebook

HOME = """
import os, pathlib, sys
assert pathlib.Path.cwd().name == "notebooks"
assert os.environ["OMP_NUM_THREADS"] == "1"
assert os.environ["MPLBACKEND"] != "Agg"
assert dataset == "ag_news" and train_size == 7 and epochs == 1, (dataset, train_size)
print(sys.executable)
_ = os.write(2, b"a native library logs the time")
"""


PAUSE = "import time; print('x' * 400_000, flush=True); time.sleep(1); print('last')"
AROUND = "print('before'); display(1); print('after')"
REPORTS = {"report.json", "report.html", "junit.xml", "summary.md"}


@dataclass(frozen=True)
class Mixed:
    """One run of a course with every kind of notebook: what it said and what it left."""

    result: Result
    root: Path

    def line(self, name: str) -> str:
        """Return the line of stderr that says what stopped a notebook."""
        (line,) = [x for x in self.result.err.splitlines() if x.startswith(f"{name}-plain.ipynb:")]
        return line.removeprefix(f"{name}-plain.ipynb: ")


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Mixed:
    """Run, once for all tests, a course of notebooks that pass, raise, die or hang."""
    root = tmp_path_factory.mktemp("mixed")
    cells: dict[str, list[str]] = {
        "hang": ["import time; time.sleep(600)"],
        "pass": [HOME, PAUSE, AROUND],
        "raise": ["1 / 1", "raise ValueError('shape (2, 3)\\nis not (3, 2)')", "1 / 2"],
        "kill": ["1 / 1", KILL, "1 / 2"],
        "claim": ["accuracy = {'rnn': 0.8, 'lstm': 0.7}", "assert accuracy['lstm'] > 0.75"],
    }
    notebooks = make_course(root, cells, ["plain"])
    for name, sources in cells.items():
        write_notebook(
            notebooks / f"{name}-plain.ipynb", *sources, rows=ROWS if name == "pass" else None
        )
    (root / "build" / "run").mkdir(parents=True)
    (root / "build" / "run" / "raise-plain.ipynb").write_text("of an earlier run")
    arguments = ["--timeout", "8", "-j", "3", "--dataset", "ag_news", "-p", "train_size", "7"]
    return Mixed(run_course(root, "run", *arguments, OMP_NUM_THREADS="1", MPLBACKEND="Agg"), root)


def test_a_failure_makes_exit_1_and_the_others_still_finish(mixed: Mixed) -> None:
    """Four of the five notebooks fail, each in its own way, and one comes to its end."""
    assert mixed.result.code == 1, mixed.result.err
    assert "error: 4 of 5 notebooks failed" in mixed.result.err
    assert "1 notebook in build/run" in mixed.result.out


def test_a_cell_that_raises_is_named_in_one_line(mixed: Mixed) -> None:
    """Notebook, cell id, error and the first line of its message."""
    assert mixed.line("raise") == "cell step-2: ValueError: shape (2, 3)"


def test_a_claim_that_fails_is_quoted(mixed: Mixed) -> None:
    """An assertion without a message says nothing, so the line of code speaks for it."""
    assert mixed.line("claim") == "cell step-2: AssertionError: assert accuracy['lstm'] > 0.75"


def test_a_kernel_that_dies_is_named_with_its_cell(mixed: Mixed) -> None:
    """papermill marks every cell as completed then; the cell that ran is found all the same."""
    assert mixed.line("kill").startswith("cell step-2: DeadKernelError: Kernel died; killed")


def test_a_cell_beyond_its_time_is_named(mixed: Mixed) -> None:
    """--timeout counts for each cell, in seconds."""
    line = mixed.line("hang")
    assert line.startswith("cell step-1: CellTimeoutError: ")
    assert "8 seconds" in line


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([{"model": "RNN", "parameters": 1, "seconds": 1}], "KeyError 'accuracy'"),
        ([{"model": "RNN", "parameters": 1, "seconds": "1 s", "accuracy": 0.5}], "ValueError"),
        (None, "TypeError"),
    ],
)
def test_results_that_lack_a_value_are_refused(rows: object, fault: str) -> None:
    """A table with a hole would look like a result."""
    data = nbformat.v4.new_output("display_data", data={RESULTS_MIME: {"rows": rows}})
    notebook = new_notebook(cells=[new_code_cell("", id="table", outputs=[data])])
    with pytest.raises(CourseError, match=f"^cell table: results: {fault}.*; a row is {{model,"):
        read_results(notebook)


def test_the_table_holds_every_result_in_full(mixed: Mixed) -> None:
    """Piped output is not cut off, and what a model has none of is a dash."""
    table = mixed.result.out
    assert re.search(rf"pass-plain +{LONG} +1,281,364 +12\.3 +0\.988", table), table
    assert re.search(r"\n +bag of words +- +1\.0 +0\.500", table), table
    assert "…" not in table


def outcome(name: str, *rows: Row) -> Outcome:
    """Return the outcome of a notebook that passed with these results."""
    parts = dict.fromkeys(["course", "lesson", "framework", "locale"])
    job = Job(**parts, notebook=Path(f"{name}.ipynb"), facts=Facts("", "", "", {}), kernel="")
    return Outcome(job, EXECUTED, seconds=1.0, rows=rows)


def test_a_notebook_without_results_has_a_row_of_dashes() -> None:
    """That it ran is told, and no number is made up."""
    console = Console(width=80)
    with console.capture() as capture:
        console.print(results_table([outcome("01-sum")]))
    assert re.search(r"01-sum +- +- +- +-", capture.get())


def test_the_table_fits_a_window_of_80_columns() -> None:
    """Long names are folded and numbers stay whole."""
    long = outcome("03-rnn-tensorflow", Row(LONG, 1281364, 12, 0.98))
    console = Console(width=80)
    with console.capture() as capture:
        console.print(results_table([long]))
    table = capture.get()
    assert max(map(len, table.splitlines())) <= 80
    for word in ("03-rnn-tensorflow", "1,281,364", "12.0", "0.980", "embedding"):
        assert word in table


def test_a_terminal_shows_results_and_the_time_left() -> None:
    """Beside the bar of all notebooks; a notebook that ends leaves its results above the bars."""
    shown = Console(width=80, file=io.StringIO(), force_terminal=True)
    progress = make_progress(shown)
    watcher = LiveWatcher(progress)
    watcher.tick({}, 100)
    assert progress.tasks[0].fields["cell"] == "about 2 min left"
    watcher.tick({}, None)
    assert progress.tasks[0].fields["cell"] == ""
    watcher.finish(outcome("03-rnn-ink", Row("LSTM [x]", 1281364, 12, 0.98)))
    assert re.search(r"passed +03-rnn-ink  1\.0 s.*\n +LSTM \[x\]  0\.980\n", shown.file.getvalue())


def test_a_notebook_is_kept_under_the_name_of_its_verdict(mixed: Mixed) -> None:
    """What failed is called failed, what an earlier run left is gone, nothing is half-written."""
    left = {path.name for path in (mixed.root / "build" / "run").iterdir()} - {".lock"}
    failed = {"hang", "raise", "claim", "kill"}
    expected = {f"{name}-plain.failed.{ending}" for name in failed for ending in ("ipynb", "log")}
    assert left == expected | {"pass-plain.ipynb"} | REPORTS
    assert "kept as build/run/raise-plain.failed.ipynb" in mixed.result.err


def test_an_executed_notebook_holds_its_outputs(mixed: Mixed) -> None:
    """It is valid, run by the Python that `course` runs on, and holds no native log lines.

    What a cell prints in a row is one output, however long it is or takes, and stays in its place.
    """
    notebook = nbformat.read(mixed.root / "build" / "run" / "pass-plain.ipynb", as_version=4)
    nbformat.validate(notebook)
    texts = {
        cell.id: [output.get("text") for output in cell.get("outputs", ())]
        for cell in notebook.cells
    }
    assert texts["step-1"] == [f"{sys.executable}\n"]
    assert texts["step-2"] == [f"{'x' * 400_000}\nlast\n"]
    assert texts["step-3"] == ["before\n", None, "after\n"]


def test_the_report_is_as_its_schema_says(mixed: Mixed) -> None:
    """Whatever became of the notebooks; the other forms of it lie beside."""
    report = json.loads((mixed.root / "build/run/report.json").read_bytes())
    schema = json.loads((Path(__file__).parents[2] / "docs/report.schema.json").read_bytes())
    jsonschema.Draft202012Validator(schema).validate(report)
    statuses = {one["lesson"]: one["status"] for one in report["notebooks"]}
    assert statuses.pop("pass") == "executed"
    assert set(statuses.values()) == {"failed"}
    assert report["parameters"] == {"dataset": "ag_news", "train_size": 7}


def test_progress_is_plain_lines_where_it_is_kept(mixed: Mixed) -> None:
    """One line when a notebook starts and one when it ends, without control characters."""
    assert "start     pass-plain  (no result yet)\n" in mixed.result.err
    rows = rf" {{10}}{LONG}  0\.988\n {{10}}bag of words +0\.500\n"
    assert re.search(rf"passed    pass-plain  \d+\.\d s\n{rows}", mixed.result.err)
    assert re.search(r"failed    kill-plain  \d+\.\d s\n", mixed.result.err)
    assert "\x1b" not in mixed.result.err + mixed.result.out


MEET = """
import pathlib, time
pathlib.Path("here-FRAMEWORK").touch()
until = time.monotonic() + 40
while not pathlib.Path("here-OTHER").exists():
    assert time.monotonic() < until, "the other notebook did not run at the same time"
    time.sleep(0.05)
"""


def test_two_notebooks_run_at_once(tmp_path: Path) -> None:
    """Each of them waits for the other one, so that one after the other would fail."""
    notebooks = make_course(tmp_path, ["01-meet"], ["one", "two"])
    for name, other in (("one", "two"), ("two", "one")):
        source = MEET.replace("FRAMEWORK", name).replace("OTHER", other)
        write_notebook(notebooks / f"01-meet-{name}.ipynb", source)
    result = run_course(tmp_path, "run", "01-meet", "-j", "2", "--out", "elsewhere")
    assert result.code == 0, result.err
    assert "2 notebooks in elsewhere, " in result.out


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_no_process_and_no_file(tmp_path: Path, sent: signal.Signals) -> None:
    """Ctrl-C ends the kernel too, which has a session of its own."""
    notebooks = make_course(tmp_path, ["01-wait"], ["plain"])
    source = "import os, pathlib, time; pathlib.Path('pid').write_text(str(os.getpid()))"
    write_notebook(notebooks / "01-wait-plain.ipynb", f"{source}; time.sleep(600)")
    process = start_course(tmp_path, "run")
    with process:
        try:
            kernel = int(wait_for(notebooks / "pid"))
            family = [kernel, *(child.pid for child in psutil.Process(process.pid).children(True))]
            os.killpg(process.pid, sent)
            _, err = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == 1
    assert "01-wait-plain.ipynb: cell step-1: interrupted: run again" in err.splitlines()
    assert "error: interrupted; what has finished is kept" in err.splitlines()
    assert [pid for pid in family if psutil.pid_exists(pid)] == []
    left = {path.name for path in (tmp_path / "build" / "run").iterdir()}
    assert left == {".lock"} | REPORTS
