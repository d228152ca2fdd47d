"""Run tests and notebooks with the oldest or the newest versions that pyproject.toml allows.

    python tests/night/versions.py lowest|newest [more arguments for pytest]

uv (named in UV) resolves the direct dependencies to one end of their ranges and installs them into
an environment of the lane's own, in `build/night/<lane>/`. What fails there is tried again with the
versions of constraints.txt, and then with these and one package of the lane, each in turn: a
package with which it fails alone is named.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
RESOLUTIONS = {"lowest": "lowest-direct", "newest": "highest"}
LEFT_OUT = {"browser"}  # an extra: what drives a browser is not tested here
# Holds the installed versions against constraints.txt, from which a lane departs on purpose.
NOT_HERE = ["tests/repository/test_packaging.py::test_constraints_name_what_is_installed"]
# A warning of an old version is nothing that a learner has to care about; one of a new version is
# an error to come, and stays one.
OPTIONS = {"lowest": ["-W", "default"], "newest": []}
NOTHING_TO_RUN = 5  # an exit code of pytest
CRASH = "pytest itself"
Pins = dict[str, str]


@dataclass(frozen=True)
class Lane:
    """One end of the ranges, and the folder where it is tried."""

    name: str
    uv: str
    options: Sequence[str] = ()

    @property
    def folder(self) -> Path:
        """Everything of the lane; `make clean` removes it."""
        return ROOT / "build" / "night" / self.name

    def call_uv(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a uv command of its pip interface, quietly."""
        return subprocess.run(
            [self.uv, "pip", *words, "--quiet"],
            cwd=ROOT,
            text=True,
            stderr=subprocess.PIPE,
            check=False,
        )

    def resolve(
        self, name: str, resolution: str, more: Mapping[str, str] | None = None, preferred: str = ""
    ) -> Path | None:
        """Write the versions that fit pyproject.toml; return the file, or None if there are none.

        `more` are versions that are asked for besides. Those in `preferred`, lines of pins, are
        kept wherever nothing speaks against it.
        """
        out = self.folder / f"{name}.txt"
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(preferred, encoding="utf-8")
        asked = self.folder / f"{name}.in"
        asked.write_text("".join(f"{key}=={pin}\n" for key, pin in (more or {}).items()), "utf-8")
        extras = [word for extra in used_extras() for word in ("--extra", extra)]
        done = self.call_uv(
            "compile",
            "pyproject.toml",
            asked,
            "--resolution",
            resolution,
            *extras,
            "--python",
            sys.executable,
            "--no-header",
            "--no-annotate",
            "--output-file",
            out,
        )
        if done.returncode:
            (self.folder / f"{name}.log").write_text(done.stderr, encoding="utf-8")
        return None if done.returncode else out

    def install(self, pins: Path) -> None:
        """Bring the lane's environment to these versions, and the course into it.

        Raises:
            SystemExit: one line; uv has said why.
        """
        python = self.folder / "env" / "bin" / "python"
        if not python.exists():
            command = [self.uv, "venv", "--quiet", "--python", sys.executable, python.parents[1]]
            subprocess.run(command, check=True)
        # pip, which a test builds the wheel with, is no dependency: uv takes it away each time.
        for words in (("sync", pins), ("install", "--no-deps", "pip", "--editable", ".")):
            done = self.call_uv(*words, "--python", python)
            if done.returncode:
                raise SystemExit(f"error: {done.stderr}")

    def test(self, again: "Failed | None" = None) -> "Failed":
        """Run tests and notebooks in the environment; `again`: only those that failed before."""
        tests = self.run_tests(again)
        run = self.folder / "run"
        shutil.rmtree(run, ignore_errors=True)
        for notebook in sorted(again.notebooks) if again else [""]:
            lesson, _, framework = notebook.rpartition("-")
            only = [lesson, "--framework", framework] if notebook else []
            self.run_python(
                "-m",
                "course",
                "run",
                *only,
                "--store",
                self.folder / "store",
                "--out",
                run / (notebook or "all"),
            )
        return Failed(tests, read_failed_notebooks(run))

    def run_tests(self, again: "Failed | None") -> frozenset[str]:
        """Run the tests; return the ids of those that failed, or `CRASH` if pytest did."""
        cache = self.folder / "cache"
        shutil.rmtree(cache, ignore_errors=True)
        options = [*OPTIONS[self.name], *(f"--deselect={test}" for test in NOT_HERE)]
        if again and CRASH in again.tests:
            options += ["--collect-only", "--quiet"]
        elif again:
            shutil.copytree(self.folder / "failed", cache)
            options += ["--last-failed", "--last-failed-no-failures", "none"]
        code = self.run_python(
            "-m", "pytest", "tests", "-o", f"cache_dir={cache}", *options, *self.options
        )
        failed = read_failed_tests(cache)
        return failed if failed or code in (0, NOTHING_TO_RUN) else frozenset([CRASH])

    def run_python(self, *words: str | Path) -> int:
        """Run a Python command in the environment, its output to the terminal."""
        binaries = self.folder / "env" / "bin"
        variables = {
            "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
            "OMP_NUM_THREADS": "1",
            "TF_CPP_MIN_LOG_LEVEL": "2",
            "VIRTUAL_ENV": str(binaries.parent),
        }
        command = [binaries / "python", *words]
        return subprocess.run(command, cwd=ROOT, env=os.environ | variables, check=False).returncode


@dataclass(frozen=True)
class Failed:
    """The tests (their ids) and the notebooks (name and reason) that failed."""

    tests: frozenset[str]
    notebooks: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.tests or self.notebooks)

    def names(self) -> set[str]:
        """Return what failed, without reasons."""
        return set(self.tests) | set(self.notebooks)


def main(arguments: list[str]) -> int:
    """Try a lane, and write what was tested and what fails because of what.

    Returns:
        1 if anything failed, else 0.
    """
    name, *options = arguments
    lane = Lane(name, os.environ.get("UV", "uv"), options)
    pins = lane.resolve("pins", RESOLUTIONS[name])
    if pins is None:
        return report(lane, {}, ["pyproject.toml allows no versions that go together"])
    lane.install(pins)
    there = read_pins(pins.read_text("utf-8"))
    failed = lane.test()
    return report(lane, there, name_packages(lane, there, failed) if failed else [])


def name_packages(lane: Lane, there: Pins, failed: Failed) -> list[str]:
    """Return a line for each package with which what failed fails alone, and for what is left."""
    shutil.rmtree(lane.folder / "failed", ignore_errors=True)
    shutil.move(lane.folder / "cache", lane.folder / "failed")
    tested = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    anyway = try_pins(lane, "tested", tested, {}, failed)
    if anyway is None:
        return ["constraints.txt names versions that do not go together"]
    lines = [f"with the tested versions, too: {one}" for one in sorted(anyway.names())]
    left = failed.names() - anyway.names()
    moved = {
        key: there[key]
        for key in direct_names()
        if there.get(key, "") != "" and there[key] != read_pins(tested).get(key)
    }
    blamed: set[str] = set()
    for key, pin in moved.items() if left else ():
        broken = try_pins(lane, f"only-{key}", tested, {key: pin}, failed)
        if broken is None:
            lines.append(f"{key} {pin}: cannot be tried alone beside the tested versions")
        elif here := broken.names() & left:
            lines.insert(0, f"{key} {pin}: {', '.join(sorted(here))}")
            blamed |= here
    lines += [f"no package alone: {one}" for one in sorted(left - blamed)]
    return lines


def try_pins(lane: Lane, name: str, tested: str, more: Pins, failed: Failed) -> Failed | None:
    """Return which of the failures come again with these versions; None: they don't go together."""
    pins = lane.resolve(name, "highest", more, tested)
    if pins is None:
        return None
    lane.install(pins)
    return lane.test(failed)


def report(lane: Lane, there: Pins, lines: list[str]) -> int:
    """Write facts.txt and failures.txt, print the failures, and return the exit code."""
    python = ".".join(map(str, sys.version_info[:3]))
    shown = [f"{key} {there[key]}" for key in ("torch", "tensorflow", "numpy") if key in there]
    facts = [", ".join([f"Python {python}", *shown])] if there else []
    held = held_up(there) if lane.name == "lowest" else []
    facts += [f"higher than their range begins, for others' sake: {', '.join(held)}"] * bool(held)
    for name, content in (("facts.txt", facts), ("failures.txt", lines)):
        (lane.folder / name).write_text("".join(f"{line}\n" for line in content), encoding="utf-8")
    for line in lines:
        print(f"error: {line}", file=sys.stderr)
    return 1 if lines else 0


def project() -> dict:
    """Return the table `project` of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def used_extras() -> list[str]:
    """Return the extras that a lane installs."""
    return [name for name in project()["optional-dependencies"] if name not in LEFT_OUT]


def direct() -> list[str]:
    """Return the requirements that a lane takes to one end of their ranges."""
    content = project()
    extras = [content["optional-dependencies"][name] for name in used_extras()]
    return [
        line
        for line in sum(extras, content["dependencies"])
        if not line.startswith(content["name"])
    ]


def normal(name: str) -> str:
    """Return a package's name as all tools compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def direct_names() -> list[str]:
    """Return their names, each once, in the order of pyproject.toml."""
    return list(dict.fromkeys(normal(re.match(r"[\w.-]+", line)[0]) for line in direct()))


def held_up(there: Pins) -> list[str]:
    """Return the packages that did not come at the version at which their range begins."""
    starts = {
        normal(found[1]): found[2]
        for line in direct()
        if (found := re.match(r"([\w.-]+)>=([\w.]+)", line))
    }
    return [
        f"{name} {there[name]}"
        for name, start in starts.items()
        if name in there and not is_start(there[name], start)
    ]


def is_start(version: str, start: str) -> bool:
    """Return whether a version is the first of those that `>=start` allows.

    >>> [is_start(*pair) for pair in (("1.26.0", "1.26"), ("4.2.post0", "4.2"), ("4.6.6", "4.2"))]
    [True, True, False]
    """
    return version == start or version.startswith((f"{start}.0", f"{start}.post"))


def read_pins(text: str) -> Pins:
    """Return the versions of a list of pins, by normal name, without local labels.

    >>> read_pins("# Tested.\\nPyYAML==6.0.3\\ntorch==2.3.0+cpu ; python_version > '3'")
    {'pyyaml': '6.0.3', 'torch': '2.3.0'}
    """
    found = re.findall(r"^([\w.-]+)==([^\s+;]+)", text, re.MULTILINE)
    return {normal(name): version for name, version in found}


def read_failed_tests(cache: Path) -> frozenset[str]:
    """Return the ids that pytest has noted as failed."""
    path = cache / "v" / "cache" / "lastfailed"
    return frozenset(json.loads(path.read_text("utf-8")) if path.exists() else ())


def read_failed_notebooks(folder: Path) -> dict[str, str]:
    """Return the notebooks that failed, and why, as the reports in a folder have it."""
    failed: dict[str, str] = {}
    for path in sorted(folder.glob("*/report.json")):
        for item in json.loads(path.read_text(encoding="utf-8"))["notebooks"]:
            if item["status"] not in ("executed", "stored"):
                failure = item["failure"] or {}
                failed[item["name"]] = f"{failure.get('cell')}: {failure.get('name')}"
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
