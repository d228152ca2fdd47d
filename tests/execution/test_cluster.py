"""`course run --scheduler`: a real Dask scheduler and worker processes on this machine."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.fixtures.command import end, run_course, run_process, start_course
from tests.fixtures.toy import edit, make_course, write_notebook

LANGUAGE = 'source_locale = "en"\n'
DASK = Path(sys.executable).with_name("dask")
# Says that it has started, works for a while, and says that it has come to its end.
WORK = """
import os, pathlib, time
log = open(os.environ["WORK_LOG"], "a")
print("start NAME", os.getpid(), file=log, flush=True)
time.sleep(SECONDS)
print("end NAME", file=log, flush=True)
print(pathlib.Path.cwd().name, sorted(os.listdir("..")))
"""


class Dask:
    """A scheduler and its workers, in a folder of their own; `log` is what notebooks have done."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.log.touch()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        self.processes: list[subprocess.Popen[bytes]] = []
        _, host, port = self.address.split(":")
        words = ("scheduler", "--host", host[2:], "--port", port)
        self.scheduler = self._start(*words, **variables)
        self._wait_for_scheduler(host[2:], int(port))

    def _start(self, *words: str, **variables: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [DASK, *words, "--no-dashboard"],
            cwd=self.folder,
            env={**os.environ, "WORK_LOG": str(self.log), **variables},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def _wait_for_scheduler(self, host: str, port: int, seconds: float = 60) -> None:
        """A run that finds no scheduler says so at once, so one has to be there first."""
        until = time.monotonic() + seconds
        while True:
            try:
                return socket.create_connection((host, port), 1).close()
            except OSError:
                assert time.monotonic() < until, "the scheduler did not start"
                time.sleep(0.05)

    def worker(self, name: str, **variables: str) -> subprocess.Popen[bytes]:
        """Start a worker of one thread, which nobody starts again when it is killed."""
        words = ("--nthreads", "1", "--no-nanny", "--name", name, "--death-timeout", "20")
        return self._start("worker", self.address, *words, **variables)

    def wait_for_workers(self, count: int) -> None:
        """Wait until the scheduler knows of so many workers."""
        code = f"from distributed import Client; c = Client({self.address!r}); "
        code += f"c.wait_for_workers({count}, timeout=60); c.close()"
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=90)

    def lines(self, word: str) -> list[str]:
        """Return what the notebooks have written that begins with `word`."""
        text = self.log.read_text(encoding="utf-8")
        return [line for line in text.splitlines() if line.startswith(word)]

    def wait_for(self, word: str, count: int = 1, seconds: float = 60) -> list[str]:
        """Return such lines once there are `count`."""
        until = time.monotonic() + seconds
        while len(self.lines(word)) < count:
            assert time.monotonic() < until, f"{count} lines {word!r} did not come"
            time.sleep(0.05)
        return self.lines(word)

    def close(self) -> None:
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Dask]:
    """Start a scheduler without workers, and end it with all that was started there."""
    (tmp_path / "dask").mkdir()
    # A notebook that kills one worker more than this is given up.
    cluster = Dask(tmp_path / "dask", DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="1")
    yield cluster
    cluster.close()


def make(root: Path, **seconds: float) -> Path:
    """Make a course of notebooks that work for so many seconds; return its folder."""
    root.mkdir()
    notebooks = make_course(root, seconds, ["plain"])
    edit(root / "course.toml", LANGUAGE, f'{LANGUAGE}files = ["helper.py"]\n')
    (root / "helper.py").write_text("WHAT = 'help'\n", encoding="utf-8")
    for name, time_ in seconds.items():
        code = WORK.replace("NAME", name).replace("SECONDS", str(time_))
        write_notebook(notebooks / f"{name}-plain.ipynb", code, "import helper; print(helper.WHAT)")
    return root


def start(root: Path, dask: Dask, *arguments: str) -> subprocess.Popen[str]:
    """Start a run on the cluster."""
    return start_course(root, "run", "--scheduler", dask.address, *arguments)


def told(root: Path) -> dict[str, dict]:
    """Return what the report says of each notebook, by lesson."""
    report = json.loads((root / "build/run/report.json").read_bytes())
    return {one["lesson"]: one for one in report["notebooks"]}


def test_a_killed_workers_notebook_runs_again_on_the_other(dask: Dask, tmp_path: Path) -> None:
    """Once only; what had finished is not repeated, and the killed worker's kernel is gone."""
    root = make(tmp_path / "course", quick=0, slow=6)
    workers = {name: dask.worker(name) for name in ("one", "two")}
    process = start(root, dask)
    dask.wait_for("end quick")
    kernel = psutil.Process(int(dask.wait_for("start slow")[0].split()[-1]))
    ancestors = {parent.pid for parent in kernel.parents()}
    (killed,) = [worker for worker in workers.values() if worker.pid in ancestors]
    killed.kill()
    result = end(process)
    assert result.code == 0, result.err
    assert len(dask.lines("start quick")) == len(dask.lines("end quick")) == 1
    assert len(dask.lines("start slow")) == 2
    assert len(dask.lines("end slow")) == 1
    assert told(root)["slow"]["attempts"] == 2
    assert told(root)["quick"]["attempts"] == 1
    assert "passed    slow-plain" in result.err
    psutil.wait_procs([kernel], 5)
    assert not kernel.is_running()
    text = (root / "build/run/slow-plain.ipynb").read_text(encoding="utf-8")
    assert "notebooks ['helper.py', 'notebooks']" in text
    assert '"help\\n"' in text


def test_a_scheduler_that_goes_is_told_and_what_has_finished_is_kept(
    dask: Dask, tmp_path: Path
) -> None:
    """The next run, here or on another cluster, does only the rest."""
    root = make(tmp_path / "course", quick=0, slow=60)
    for name in ("one", "two"):
        dask.worker(name)
    process = start(root, dask)
    dask.wait_for("start slow")
    until = time.monotonic() + 30
    while not (root / "build/run/quick-plain.ipynb").exists():
        assert time.monotonic() < until
        time.sleep(0.05)
    kernel = psutil.Process(int(dask.lines("start slow")[0].split()[-1]))
    os.killpg(dask.scheduler.pid, signal.SIGKILL)
    result = end(process)
    assert result.code == 1
    message = f"error: the scheduler {dask.address} is gone; start it and run again"
    assert f"{message}; what has finished is kept" in result.err.splitlines()
    assert "Traceback" not in result.err
    assert told(root)["quick"]["status"] == "executed"
    assert told(root)["slow"]["status"] == "interrupted"
    psutil.wait_procs([kernel], 30)
    assert not kernel.is_running()
    again = run_course(root, "run", "quick")
    assert "stored    quick-plain" in again.err


def test_an_interrupt_ends_the_kernels_on_the_workers(dask: Dask, tmp_path: Path) -> None:
    """So does the end of the one who asked, by whatever signal."""
    root = make(tmp_path / "course", slow=60)
    dask.worker("one")
    for number, sent in enumerate((signal.SIGINT, signal.SIGKILL), start=1):
        process = start(root, dask)
        lines = dask.wait_for("start slow", number)
        kernel = psutil.Process(int(lines[-1].split()[-1]))
        os.killpg(process.pid, sent)
        result = end(process)
        psutil.wait_procs([kernel], 20)
        assert not kernel.is_running()
        if sent == signal.SIGINT:
            assert result.code == 1
            assert "slow-plain.ipynb: interrupted: run again" in result.err
    assert dask.lines("end slow") == []


def fake_package(folder: Path, version: str) -> dict[str, str]:
    """Return variables under which a package `toyframe` of that version is installed."""
    metadata = folder / f"toyframe-{version}.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text(f"Metadata-Version: 2.1\nName: toyframe\nVersion: {version}\n")
    return {"PYTHONPATH": str(folder)}


def test_workers_that_lack_a_package_or_have_another_version_are_not_used(
    dask: Dask, tmp_path: Path
) -> None:
    """Each is named with what is wrong; alone, it is an error that says what to do."""
    root = make(tmp_path / "course", one=0, two=0)
    edit(root / "course.toml", 'name = "N"', 'name = "N"\npackages = ["toyframe"]')
    here = fake_package(tmp_path / "here", "2.13.0")
    dask.worker("bare")
    dask.wait_for_workers(1)
    arguments = ("run", "--scheduler", dask.address)
    alone = run_process(root, *arguments, **here)
    assert alone.code == 1
    assert "lacks toyframe; install: pip install toyframe" in alone.err
    assert "Traceback" not in alone.err
    assert dask.lines("start") == []
    dask.worker("old", **fake_package(tmp_path / "there", "2.12.0"))
    dask.wait_for_workers(2)
    apart = run_process(root, *arguments, "--out", "apart", **here)
    assert apart.code == 0, apart.err
    report = json.loads((root / "apart/report.json").read_bytes())
    assert report["machine"]["versions"]["toyframe"] == "2.12.0"
    dask.worker("good", **here)
    dask.wait_for_workers(3)
    both = run_process(root, *arguments, **here)
    assert both.code == 0, both.err
    assert "is not used: toyframe 2.12.0, not 2.13.0" in both.err
    assert "is not used: lacks toyframe" in both.err
    assert {one["status"] for one in told(root).values()} == {"executed"}
    assert len(dask.lines("end")) == 4


@pytest.mark.parametrize(
    ("address", "code", "message"),
    [
        ("tcp://127.0.0.1:1", 1, "no scheduler at tcp://127.0.0.1:1 ("),
        ("here", 2, "--scheduler here: write it as tcp://HOST:PORT"),
    ],
)
def test_no_scheduler_is_one_line(tmp_path: Path, address: str, code: int, message: str) -> None:
    """It says what to do, and nothing runs."""
    root = make(tmp_path / "course", one=0)
    result = run_course(root, "run", "--scheduler", address)
    assert (result.code, result.out) == (code, "")
    (line,) = result.err.splitlines()
    assert line.startswith(f"error: {message}")
    assert not (root / "build" / "run").exists()


def test_a_failure_on_a_worker_is_told_as_at_home_and_is_not_repeated(
    dask: Dask, tmp_path: Path
) -> None:
    """A deliberate error, and a kernel that dies: cell, cause, the marked notebook, exit 1."""
    root = make(tmp_path / "course", good=0, raises=0, dies=0)
    for name, code in (("raises", "1 / 0"), ("dies", "import os; os.kill(os.getpid(), 9)")):
        edit(root / f"notebooks/{name}-plain.ipynb", "import helper; print(helper.WHAT)", code)
    for name in ("one", "two"):
        dask.worker(name)
    result = run_course(root, "run", "--scheduler", dask.address)
    assert result.code == 1
    assert "raises-plain.ipynb: cell step-2: ZeroDivisionError: division by zero" in result.err
    assert "dies-plain.ipynb: cell step-2: DeadKernelError: Kernel died" in result.err
    assert "passed    good-plain" in result.err
    assert len(dask.lines("start")) == 3
    assert (root / "build/run/raises-plain.failed.ipynb").is_file()
    left = list((root / "build/store/spool").iterdir())
    assert left == []


def test_a_corpus_that_a_lesson_does_not_declare_cannot_be_read_on_a_worker(
    dask: Dask, tmp_path: Path
) -> None:
    """One that it declares can be; all travel with the notebook."""
    root = make(tmp_path / "course", reads=0, refused=0)
    edit(root / "course.toml", LANGUAGE, f'{LANGUAGE}corpora.words = ["data/*.csv"]\n')
    edit(root / "course.toml", 'id = "reads"\n', 'id = "reads"\ncorpora = ["words"]\n')
    (root / "data").mkdir()
    (root / "data/words.csv").write_text("cat,4\n", encoding="utf-8")
    for name in ("reads", "refused"):
        edit(
            root / f"notebooks/{name}-plain.ipynb",
            "import helper; print(helper.WHAT)",
            "print(open('../data/words.csv').read())",
        )
    dask.worker("one")
    result = run_course(root, "run", "--scheduler", dask.address)
    assert "passed    reads-plain" in result.err
    assert "refused-plain.ipynb: cell step-2: UndeclaredCorpus: data/words.csv is of" in result.err


def test_a_notebook_that_kills_its_workers_is_given_up(dask: Dask, tmp_path: Path) -> None:
    """It is told in a line, and the others go on with the workers that are left."""
    root = make(tmp_path / "course", deadly=0, good=3)
    kill = "import os, psutil; os.kill(psutil.Process().parent().parent().pid, 9)"
    edit(root / "notebooks/deadly-plain.ipynb", "import helper; print(helper.WHAT)", kill)
    for name in ("one", "two", "three"):
        dask.worker(name)
    result = run_course(root, "run", "--scheduler", dask.address)
    assert result.code == 1
    line = "deadly-plain.ipynb: KilledWorker: 2 workers died while they executed it; too little"
    assert line in result.err
    assert "passed    good-plain" in result.err
    assert "Traceback" not in result.err
    assert len(dask.lines("start deadly")) == 2
