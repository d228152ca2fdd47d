"""What several test files share: a small folder of news, and a Python started afresh."""

import contextlib
import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

import torchnlp

pytest_plugins = ["tests.sampling", "pytester"]

# One has an environment of its own, two a browser: make test-torchtext, test-site, test-lab.
collect_ignore = ["torchtext", "browser"]

os.environ.pop("GITHUB_REPOSITORY", None)  # sites take their addresses from it, in CI

settings.register_profile("course", deadline=None, database=None)  # no verdict by the clock
settings.load_profile("course")

# It comes with torch for GPUs. Loaded after TensorFlow it stops the process (triton 3.9, TensorFlow
# 2.21: both register options of LLVM), and the tests use both frameworks in one.
with contextlib.suppress(ImportError):
    import triton  # noqa: F401

TELLING = {1: "minister", 2: "team", 3: "bank", 4: "robot"}


def news_rows(count: int) -> list[tuple[int, str, str]]:
    """Give `count` rows (class, title, description), 4 to 13 tokens, the class told by a word."""
    tail = ["said", "on", "a", "cold", "day", ",", "and", "it", "went", "on"]
    return [
        (1 + i % 4, f"The {TELLING[1 + i % 4]}", " ".join(["it", *tail[: 1 + i * 3 % 10]]))
        for i in range(count)
    ]


def write_rows(path: Path, rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)


@pytest.fixture
def news_folder(tmp_path, monkeypatch):
    """A folder of 43 training and 11 test rows in AG News's format; no variable names another."""
    monkeypatch.delenv("TORCHNLP_DATA", raising=False)
    folder = tmp_path / "news"
    folder.mkdir()
    write_rows(folder / "train.csv", news_rows(43))
    write_rows(folder / "test.csv", news_rows(11))
    return folder


@pytest.fixture
def news(news_folder, capsys):
    """That folder, loaded: (train_dataset, test_dataset, classes, vocab)."""
    loaded = torchnlp.load_dataset("ag_news", root=news_folder)
    capsys.readouterr()
    return loaded


@pytest.fixture
def run_python():
    """Run code in a Python of its own that finds `torchnlp`; give its standard output."""

    def run(code: str, *, prefix: tuple[str, ...] = (), **variables: str) -> str:
        environment = {**os.environ, "PYTHONPATH": str(Path(torchnlp.__file__).parent), **variables}
        command = [*prefix, sys.executable, "-c", code]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
