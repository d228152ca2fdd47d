"""Builds that are killed, run out of room or run beside each other."""

import os
import resource
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.fixtures import tiny
from tests.fixtures.built import PAGE, change_english, out
from tests.fixtures.command import Result, run_course, run_process
from tests.fixtures.tiny import snapshot, sources

GUARD = """\
import sys

HEAVY = set("torch tensorflow keras numpy papermill nbformat nbclient jupyter_client".split())
FORBIDDEN = ("subprocess.Popen", "os.fork", "os.posix_spawn", "os.system", "os.exec")


def watch(event, arguments):
    heavy = event == "import" and arguments[0].partition(".")[0] in HEAVY
    if heavy or event.startswith("socket.") or event in FORBIDDEN:
        raise RuntimeError(f"guard: {event} {arguments[0]}")


sys.addaudithook(watch)
"""


def test_a_build_takes_no_framework_no_kernel_and_no_network(copy: Path, tmp_path: Path) -> None:
    """A translator has a plain Python and the packages that read Markdown."""
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(GUARD)
    guarded = {"PYTHONPATH": os.pathsep.join([str(tmp_path / "guard"), *import_path()])}
    for code in ("import torch", "import socket; socket.socket()", "import nbformat"):
        done = subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, **guarded}, capture_output=True
        )
        assert b"guard: " in done.stderr, code
    change_english(copy)
    run_process(copy, "build", "--bundle", **guarded).assert_done()
    run_process(copy, "build", "en-XA", **guarded).assert_done()


def import_path() -> list[str]:
    """Return what PYTHONPATH holds already."""
    return [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]


def enlarge(root: Path, word: str) -> None:
    """Make every built file of a course other and larger: pictures, files and notebooks."""
    for number in range(3):
        picture = root / f"notebooks/images/{number}.svg"
        picture.write_bytes((tiny.PICTURE + f"<!-- {word} -->\n" * 20_000).encode())
    (root / "helper.py").write_text(f"'{word}'\n" * 20_000)
    for path in (root / "notebooks").glob("*.ipynb"):
        text = path.read_text(encoding="utf-8").replace(tiny.PNG, (tiny.PNG + word) * 3_000)
        path.write_text(text, encoding="utf-8")


def inodes(folder: Path) -> dict[str, int]:
    """Return the files of a folder with their inodes, hidden ones too."""
    found = {}
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # renamed meanwhile
            found[str(path)] = path.stat().st_ino
    return found


def test_a_killed_build_leaves_every_file_whole(tmp_path: Path) -> None:
    """Old or new, at 20 moments; and the next build finds nothing that it takes for a learner's.

    The moments are told by what is on the disk: before anything is written, after a file or more.
    """
    roots, whole = [], []
    for word in ("AAAA", "BBBB"):
        root = tiny.write_course(tmp_path / word)
        enlarge(root, word)
        run_course(root, "build").assert_done()
        roots.append(root)
        whole.append(snapshot(out(root), hidden=False))
    assert whole[0].keys() == whole[1].keys()
    shelf = tmp_path / "shelf"
    run_course(roots[0], "build", "--out", str(shelf)).assert_done()
    killed, mixed = 0, 0
    for number in range(20):
        command = [sys.executable, "-m", "course", "build", "--out", str(shelf)]
        root = roots[1 - number % 2]
        before = inodes(shelf)
        with subprocess.Popen(command, cwd=root, stdout=-3, stderr=subprocess.PIPE) as process:
            while process.poll() is None and len(inodes(shelf).items() - before.items()) < number:
                pass
            process.kill()
            killed += process.wait() == -signal.SIGKILL
        found = snapshot(shelf, hidden=False)
        for name, content in found.items():
            assert content in (whole[0].get(name), whole[1].get(name)), f"{name} is not whole"
        assert found.keys() == whole[0].keys()
        mixed += found not in whole
    assert killed >= 5, f"only {killed} builds were killed: the course is too small"
    assert mixed, "no build was killed while it wrote"
    for root, expected in zip(roots, whole, strict=True):
        result = run_course(root, "build", "--out", str(shelf)).assert_done()
        assert "kept" not in result.err
        assert snapshot(shelf, hidden=False) == expected


def build_with_room_for(root: Path, size: int) -> Result:
    """Build where no file can grow beyond `size` bytes, as on a disk that is full."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    command = [sys.executable, "-m", "course", "build"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, preexec_fn=limit)
    return Result(done.returncode, done.stdout, done.stderr)


def test_a_full_disk_is_told_in_a_line_and_leaves_every_file_whole(copy: Path) -> None:
    """No half file and no partial one; a build with room for it comes to the end."""
    change_english(copy)
    whole = tiny.write_course(copy.parent / "whole")
    change_english(whole)
    run_course(whole, "build").assert_done()
    old, new = snapshot(out(copy), hidden=False), snapshot(out(whole), hidden=False)
    build_with_room_for(copy, 2_000).assert_refused("File too large; nothing was changed there")
    assert list(copy.rglob("*.part")) == []
    found = snapshot(out(copy), hidden=False)
    assert found.keys() == old.keys()
    for name, content in found.items():
        assert content in (old[name], new[name])
    run_course(copy, "build").assert_done()
    assert snapshot(out(copy)) == snapshot(out(whole))


def test_what_a_broken_off_build_wrote_is_not_taken_for_a_learner_s(copy: Path) -> None:
    """The next build replaces it, whether with a newer version or with the one before."""
    before = snapshot(out(copy))
    change_english(copy)
    path = copy / "notebooks/02-boats-chalk.ipynb"
    small = path.read_bytes()
    path.write_bytes(small + b" " * 20_000)  # the last one that is written
    build_with_room_for(copy, 12_000).assert_refused("02-boats-chalk.ipynb: File too large")
    assert "It feeds" in sources(out(copy, "en") / PAGE)["title"]
    path.write_bytes(small)
    change_english(copy, "It feeds", "It hunts")
    result = run_course(copy, "build").assert_done()
    assert "kept" not in result.err
    assert snapshot(out(copy)) == before


@pytest.mark.parametrize("name", ["pl", f"pl/{PAGE}", "pl/images"])
def test_what_stands_in_the_way_is_told_in_a_line(copy: Path, name: str) -> None:
    """A file where a folder should be, or the other way round; what it holds stays."""
    path = out(copy) / name
    if path.is_dir():
        shutil.rmtree(path)
        path.write_text("mine")
    else:
        path.unlink()
        path.mkdir()
        (path / "mine").write_text("mine")
    before = snapshot(out(copy))
    result = run_course(copy, "build")
    assert {key: value for key, value in snapshot(out(copy)).items() if key in before} == before
    result.assert_refused(str(path))
