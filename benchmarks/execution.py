"""Measure `course run`: cold, parallel, warm, over locales, and over a cluster.

    python benchmarks/execution.py                    # all of it, about 25 minutes
    python benchmarks/execution.py cores warm         # only some parts

Parts: `cores` (one or two notebooks at a time, and what `course run` adds to their own time),
`warm`, `locales` (1 to 60), `cluster` (500 toy notebooks).  Prints each figure beside its target
and exits 1 if one is missed.  `--plot FILE` draws the cost by number of locales.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
LOCALES = (1, 10, 20, 40, 60)
TOYS = 500


@dataclass(frozen=True)
class Figure:
    """Something measured, beside what was asked for, if anything."""

    what: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def met(self) -> bool:
        low, high = self.least, self.most
        return (low is None or self.value >= low) and (high is None or self.value <= high)

    def __str__(self) -> str:
        asked = f"at most {self.most:g}" if self.most is not None else ""
        asked = f"at least {self.least:g}" if self.least is not None else asked
        mark = "" if not asked else "  met" if self.met else "  MISSED"
        return f"{self.what:<58} {self.value:>8.2f} {self.unit:<4} {asked}{mark}"


def course(root: Path, *words: str, **variables: str) -> tuple[float, dict]:
    """Call `course` in a folder; return its seconds, and the report where there is one."""
    start = time.perf_counter()
    done = subprocess.run(
        [BIN / "course", *words],
        cwd=root,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"course {' '.join(words)}: exit {done.returncode}\n{done.stderr}")
    report = root / "build" / "run" / "report.json"
    return seconds, json.loads(report.read_bytes()) if report.exists() else {}


def measure_cores(work: Path) -> list[Figure]:
    """Execute the course one notebook at a time and two at a time."""
    copy_course(work / "course")
    alone, report = course(work / "course", "run", "--force", "-j", "1")
    own = sum(cell["seconds"] for one in report["notebooks"] for cell in one["cells"])
    both, report = course(work / "course", "run", "--force", "-j", "2")
    longest = max(one["seconds"] for one in report["notebooks"])
    papermill = sum(map(papermill_alone, notebooks(work / "course")))
    return [
        Figure("the course cold, two notebooks at a time", both, "s", most=180),
        Figure("one at a time", alone, "s"),
        Figure("two at a time are faster", alone / both, "×", least=1.5),
        Figure(
            "what `course run` adds to papermill alone, -j 1",
            100 * (alone / papermill - 1),
            "%",
            most=5,
        ),
        Figure(
            "what it adds to the cells themselves, kernel starts included",
            100 * (alone / own - 1),
            "%",
        ),
        Figure("what -j 2 adds to the longer notebook", 100 * (both / longest - 1), "%", most=5),
    ]


def notebooks(root: Path) -> list[Path]:
    return sorted((root / "notebooks").glob("*.ipynb"))


def papermill_alone(notebook: Path) -> float:
    """Return the seconds of papermill's own command for a notebook."""
    start = time.perf_counter()
    words = ["papermill", "--no-progress-bar", "--kernel", "python3", notebook, os.devnull]
    subprocess.run(
        [BIN / "python", "-m", *words], cwd=notebook.parent, check=True, capture_output=True
    )
    return time.perf_counter() - start


def copy_course(target: Path) -> None:
    """Copy what is in git of the course."""
    target.mkdir(parents=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target / name)


def measure_warm(work: Path) -> list[Figure]:
    """Call `course build` and `course run` where everything has its result, as `make run` does."""
    root = work / "course"
    if not root.exists():
        copy_course(root)
    course(root, "build")
    course(root, "run")
    build, _ = course(root, "build")
    run, report = course(root, "run")
    assert {one["status"] for one in report["notebooks"]} == {"stored"}
    return [Figure("make run, warm: course build and course run", build + run, "s", most=5)]


TOML = """title = "Toys"
source_locale = "en"
[[frameworks]]
id = "plain"
name = "Plain"
[[locales]]
id = "en"
name = "English"
direction = "ltr"
"""


def write_toys(root: Path, count: int, code: str, locales: int = 0) -> None:
    """Write a course of `count` notebooks of one cell of code, and more locales."""
    (root / "notebooks").mkdir(parents=True)
    toml = TOML
    for number in range(count):
        toml += f'[[lessons]]\nid = "n{number:03}"\ntitle = "T"\n'
        source = f"{code}  # {number}"  # notebooks of one code have one result
        cells = [
            {"cell_type": "markdown", "id": "prose", "metadata": {}, "source": "Some prose."},
            {
                "cell_type": "code",
                "id": "code",
                "metadata": {},
                "source": source,
                "outputs": [],
                "execution_count": None,
            },
        ]
        notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        path = root / "notebooks" / f"n{number:03}-plain.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")
    for number in range(locales):
        tag = f"x{chr(97 + number // 26)}{chr(97 + number % 26)}"
        toml += f'[[locales]]\nid = "{tag}"\nname = "{tag}"\ndirection = "ltr"\n'
    (root / "course.toml").write_text(toml, encoding="utf-8")


def measure_locales(work: Path, plot: Path | None) -> list[Figure]:
    """Build and execute a course of four notebooks in 1 to 60 locales, cold each time."""
    built, executed = [], []
    for count in LOCALES:
        root = work / f"locales-{count}"
        write_toys(root, 4, "sum(number**2 for number in range(5_000_000))", count - 1)
        build, _ = course(root, "build")
        run, report = course(root, "run", "-j", "2")
        assert [one["status"] for one in report["notebooks"]] == ["executed"] * 4
        built.append(build)
        executed.append(run)
    if plot is not None:
        draw(plot, built, executed)
    return [
        Figure(
            f"executing for {LOCALES[-1]} locales, against 1",
            executed[-1] / executed[0],
            "×",
            most=1.25,
        ),
        Figure(f"building {LOCALES[-1]} locales of four notebooks", built[-1], "s"),
    ]


def draw(path: Path, built: list[float], executed: list[float]) -> None:
    """Draw the cost by number of locales, beside what executing each locale would cost."""
    from matplotlib.figure import Figure as Plot

    plot = Plot(figsize=(7, 3.5), layout="constrained")
    axes = plot.subplots()
    each = [executed[0] * count for count in LOCALES]
    axes.plot(LOCALES, each, "^--", color="C7", label="execute each locale (computed)")
    axes.plot(LOCALES, executed, "o-", color="C0", label="course run")
    axes.plot(LOCALES, built, "s-", color="C1", label="course build")
    axes.set(xlabel="locales", ylabel="seconds", yscale="log")
    axes.legend()
    plot.savefig(path)


def measure_cluster(work: Path) -> list[Figure]:
    """Send 500 toy notebooks through a scheduler to two workers, and look at its memory."""
    root = work / "toys"
    write_toys(root, TOYS, f"open({str(work / 'log')!r}, 'a').write('x')")
    address = "tcp://127.0.0.1:18790"
    dask = [BIN / "dask"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": work}
    scheduler = subprocess.Popen(
        [*dask, "scheduler", "--host", "127.0.0.1", "--port", "18790", "--no-dashboard"], **quiet
    )
    workers = [
        subprocess.Popen([*dask, "worker", address, "--nthreads", "1", "--no-dashboard"], **quiet)
        for _ in range(2)
    ]
    watched = {"scheduler": scheduler.pid}
    try:
        command = [BIN / "course", "run", "--scheduler", address]
        run = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL)
        watched["course run"] = run.pid
        memory = watch_memory(watched, lambda: run.poll() is not None)
    finally:
        for process in [*workers, scheduler]:
            process.terminate()
            process.wait()
    report = json.loads((root / "build/run/report.json").read_bytes())
    done = sum(one["status"] == "executed" for one in report["notebooks"])
    figures = [
        Figure(f"{TOYS} toys: executed", done, "", least=TOYS),
        Figure("executed more than once", (work / "log").stat().st_size - TOYS, "", most=0),
        Figure("seconds for each", report["seconds"] / TOYS, "s"),
    ]
    for name, samples in memory.items():
        early, late = samples[len(samples) // 5], max(samples[len(samples) // 5 :])
        figures.append(
            Figure(
                f"memory of {name}: growth after the first fifth",
                (late - early) / 1e6,
                "MB",
                most=20,
            )
        )
        figures.append(Figure(f"memory of {name}: most", max(samples) / 1e6, "MB"))
    return figures


def watch_memory(pids: dict[str, int], ended: Callable[[], bool]) -> dict[str, list[int]]:
    """Return the memory of processes, in bytes, at each second until the end."""
    samples: dict[str, list[int]] = {name: [] for name in pids}
    while not ended():
        for name, pid in pids.items():
            try:
                samples[name].append(psutil.Process(pid).memory_info().rss)
            except psutil.NoSuchProcess:
                continue
        time.sleep(1)
    return samples


PARTS = ("cores", "warm", "locales", "cluster")


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", metavar="PART", nargs="*", help=f"some of {', '.join(PARTS)}")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the cost by locales")
    options = parser.parse_args(argv)
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"unknown part {sorted(unknown)[0]!r}; there are {', '.join(PARTS)}")
    measure = {
        "cores": measure_cores,
        "warm": measure_warm,
        "locales": lambda work: measure_locales(work, options.plot),
        "cluster": measure_cluster,
    }
    figures = []
    with tempfile.TemporaryDirectory(prefix="execution-") as folder:
        for part in options.parts or PARTS:
            print(f"{part} …", file=sys.stderr, flush=True)
            measured = measure[part](Path(folder))
            print(*measured, sep="\n", flush=True)
            figures += measured
    return 0 if all(figure.met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
