"""The books of the small course, printed once by a real Chromium."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.fixtures.books import write_shelf
from tests.fixtures.command import run_course


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course with a book of each locale in both formats; its folder."""
    root = write_shelf(tmp_path_factory.mktemp("books") / "tiny")
    run_course(root, "book", "--framework", "ink").assert_done()
    return root


def read_pdf(path: Path, *options: str) -> str:
    """Return the text of a PDF in reading order, as poppler reads it."""
    if not shutil.which("pdftotext"):
        pytest.fail("no pdftotext: apt-get install poppler-utils", pytrace=False)
    command = ["pdftotext", *options, "-enc", "UTF-8", str(path), "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    return done.stdout.decode("utf-8")
