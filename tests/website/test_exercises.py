"""Exercises that a page can run: found by their tag, offered where Pyodide lies beside the site."""

import base64
import hashlib
import html
import io
import json
import tarfile
from pathlib import Path

import pytest

from course.website import pyodide
from course.website.exercises import Exercise, find_exercises, needs
from tests.fixtures import tiny
from tests.fixtures.command import run_course
from tests.fixtures.pages import configure

OFFER = '<template class="exercise"'
YOURS = "def sleeps(hour):\n    ...\n"
CHECK = "if sleeps(3) is None:\n    print('Write your answer above.')\n"


def cell(name: str, source: str, *tags: str) -> dict:
    """Return a code cell of a notebook; a cell of prose without source."""
    kind = "code" if source else "markdown"
    return {"id": name, "cell_type": kind, "source": source, "metadata": {"tags": list(tags)}}


def test_cells_in_a_row_are_one_exercise() -> None:
    """They end where a cell of prose or one without the tag stands."""
    cells = [
        cell("yours", YOURS, "exercise", "plain-python"),
        cell("check", CHECK, "exercise", "slow"),
        cell("words", ""),
        cell("use", "sleeps(4)", "exercise"),
        cell("plain", "1 + 1", "plain-python"),
        cell("sum", "print(1 + 1)", "exercise", "plain-python"),
    ]
    assert find_exercises(cells) == [
        Exercise(["yours", "check"], f"{YOURS}\n{CHECK}\n", plain=True),
        Exercise(["use"], "sleeps(4)\n", plain=False),
        Exercise(["sum"], "print(1 + 1)\n", plain=True),
    ]


@pytest.mark.parametrize(
    ("source", "needed"),
    [
        ("from math import exp, log\nassert exp(log(2)) > 1", set()),
        ("import os.path as p, json\np.join(json.dumps([x for x in 'ab']))", set()),
        ("class A:\n    size = 1\n    def f(self):\n        return self.size\nA().f()", set()),
        ("def f(n):\n    global total\n    total = n\nf(2)\nprint(total, __name__)", set()),
        ("import numpy.random", {"numpy.random"}),
        ("from . import helper", {"."}),
        ("def f():\n    import torch", {"torch"}),
        ("def f():\n    return np.mean([1])", {"np"}),
        ("lesson.run()", {"lesson"}),
    ],
)
def test_plain_python_needs_no_package_and_no_earlier_cell(source: str, needed: set[str]) -> None:
    """Builtins, its own names and the standard library are all that it may use."""
    assert needs(source) == needed


@pytest.mark.parametrize("source", ["a = = 1", "%matplotlib inline"])
def test_what_is_not_python_is_no_plain_python(source: str) -> None:
    """It is refused as other code."""
    with pytest.raises(ValueError, match="cell one: tagged plain-python, but needs other code"):
        find_exercises([cell("one", source, "exercise", "plain-python")])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course in which one lesson has an exercise that stands alone, and one that does not."""
    root = tiny.write_course(tmp_path / "tiny")
    path = root / "notebooks" / "01-cats-ink.ipynb"
    notebook = json.loads(path.read_bytes())
    for name, source in (("yours", YOURS), ("check", CHECK), ("later", "cats.sleep()")):
        tagged = ["exercise"] if name == "later" else ["exercise", "plain-python"]
        more = cell(name, source, *tagged) | {"execution_count": None, "outputs": []}
        notebook["cells"].append(more)
        if name == "check":
            notebook["cells"].append(cell("between", "") | {"source": "## Another"})
    path.write_text(json.dumps(notebook), encoding="utf-8")
    tiny.stamp(root, path)
    return root


def put_pyodide(root: Path) -> Path:
    """Put files by the names of Pyodide's beside the site."""
    folder = root / "build" / "pyodide"
    folder.mkdir(parents=True)
    for name in pyodide.FILES:
        (folder / name).write_text(name, encoding="utf-8")
    (folder / pyodide.ABOUT).write_text('{"version": "7.1"}', encoding="utf-8")
    lock = {"info": {"abi_version": "2"}, "packages": {"numpy": {}}}
    (folder / pyodide.LOCK).write_text(json.dumps(lock), encoding="utf-8")
    return folder


def page_of(root: Path, name: str = "01-cats-ink") -> str:
    """Return a page of the built site in English."""
    return (root / "build" / "site" / "en" / f"{name}.html").read_text(encoding="utf-8")


def test_pages_with_exercises_may_start_a_worker_and_others_may_not(root: Path) -> None:
    """With Pyodide the page offers to run the exercise; without it, it is as it was."""
    run_course(root, "site", "en").assert_done()
    without = page_of(root)
    assert OFFER not in without
    assert "worker-src" not in without
    put_pyodide(root)
    run_course(root, "site", "en").assert_done()
    page = page_of(root)
    assert OFFER in page
    assert "; worker-src 'self'\">" in html.unescape(page)
    assert "unsafe" not in page
    assert page.count('data-exercise="yours"') == 2
    assert "data-exercise=" in without  # what runs it is all that differs
    for name in ("01-cats-chalk", "02-boats-ink", "index"):
        other = page_of(root, name)
        assert OFFER not in other
        assert "worker-src" not in other
    served = root / "build" / "site" / "_static" / "pyodide"
    assert {path.name for path in served.iterdir()} == {
        *pyodide.FILES, pyodide.LOCK, "worker.js", "NOTICE.txt"
    }  # fmt: skip
    lock = json.loads((served / pyodide.LOCK).read_bytes())
    assert lock == {"info": {"abi_version": "2"}, "packages": {}}
    assert "Pyodide 7.1" in (served / "NOTICE.txt").read_text(encoding="utf-8")


def test_exercises_that_need_more_lead_to_where_they_run(root: Path) -> None:
    """To Colab and Binder, once the repository is known."""
    run_course(root, "site", "en").assert_done()
    assert "colab" not in page_of(root)
    configure(root, 'repository = "https://github.com/cats/boats"')
    run_course(root, "site", "en").assert_done()
    after = page_of(root).partition('id="later"')[2].partition("</section>")[0]
    assert "https://colab.research.google.com/github/cats/boats/" in after
    assert "https://mybinder.org/" in after


def test_an_exercise_that_can_not_run_on_the_page_is_refused(root: Path) -> None:
    """The build ends with a line that names notebook, cell, and what it needs."""
    path = root / "notebooks" / "01-cats-ink.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("sleeps(3)", "np.e"), encoding="utf-8")
    tiny.stamp(root, path)
    told = "01-cats-ink.ipynb: cell yours: tagged plain-python, but needs np, which a page"
    run_course(root, "site", "en").assert_refused(told)


def test_a_part_of_pyodide_is_refused(root: Path) -> None:
    """The build ends with a line that names the folder."""
    folder = put_pyodide(root)
    (folder / pyodide.FILES[0]).unlink()
    run_course(root, "site", "en").assert_refused(str(folder), "remove this folder")


# Fetching


def package(folder: Path) -> bytes:
    """Return files of a folder as npm packs them."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for path in folder.iterdir():
            archive.add(path, f"package/{path.name}")
    return packed.getvalue()


def put_npm(folder: Path, script: str) -> str:
    """Put a command `npm` into a folder; return a PATH that has nothing else but the shell's."""
    folder.mkdir()
    (folder / "npm").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / "npm").chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def test_pyodide_is_fetched_once(root: Path, tmp_path: Path, monkeypatch) -> None:
    """Its files lie beside the site then, and npm is not asked again."""
    given = put_pyodide(tmp_path / "given")
    (given / pyodide.ABOUT).write_text(json.dumps({"version": pyodide.VERSION}), encoding="utf-8")
    packed = package(given)
    (tmp_path / "packed.tgz").write_bytes(packed)
    path = put_npm(
        tmp_path / "bin", f'cp "{tmp_path}/packed.tgz" . && echo "$@" >> "{tmp_path}/asked"'
    )
    hashed = base64.b64encode(hashlib.sha512(packed).digest()).decode()
    monkeypatch.setattr(pyodide, "SHA512", hashed)
    for _ in range(2):
        done = run_course(root, "site", "en", "--pyodide", PATH=path).assert_done()
        assert "note:" not in done.err
    asked = (tmp_path / "asked").read_text(encoding="utf-8")
    assert asked == f"pack pyodide@{pyodide.VERSION}\n"
    assert OFFER in page_of(root)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("", "npm is not installed"),
        ("echo npm error code ENOTFOUND >&2; exit 1", "ENOTFOUND"),
        ("exit 1", "failed"),
        ("echo other > other.tgz", "not the file that is expected"),
    ],
)
def test_without_pyodide_the_site_is_built_and_says_so(
    root: Path, tmp_path: Path, script: str, reason: str
) -> None:
    """One line says why; the pages are whole."""
    path = put_npm(tmp_path / "bin", script) if script else str(tmp_path)
    done = run_course(root, "site", "en", "--pyodide", PATH=path).assert_done()
    (note,) = [line for line in done.err.splitlines() if line.startswith("note: ")]
    assert note.startswith("note: exercises can't be run on the page: ")
    assert reason in note
    assert OFFER not in page_of(root)
