"""EPUB, as the reference checker of the W3C reads it, and books without a browser."""

import shutil
import subprocess
from pathlib import Path

import pytest

from course.books.build import book
from course.books.options import BookOptions
from course.formats.course_toml import load_course
from tests.fixtures.books import book_path
from tests.fixtures.command import run_course

ROOT = Path(__file__).parents[3]
JAR = Path("/usr/share/java/epubcheck.jar")  # of Debian's package

checked = pytest.mark.skipif(
    not (JAR.is_file() and shutil.which("java")), reason="apt-get install epubcheck"
)


def check(path: Path) -> None:
    """Hold that epubcheck finds nothing."""
    command = ["java", "-jar", str(JAR), "--failonwarnings", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@checked
@pytest.mark.parametrize("locale", ["en", "pl", "ja", "ar"])
def test_books_of_the_small_course_are_valid(printed: Path, locale: str) -> None:
    """No error and no warning."""
    check(book_path(printed, locale))


@checked
@pytest.mark.parametrize("locale", [locale.id for locale in load_course(ROOT).locales])
def test_books_of_this_course_are_valid(locale: str, tmp_path: Path) -> None:
    """No error and no warning, in any language."""
    options = BookOptions((locale,), formats=("epub",), out=tmp_path)
    books = book(load_course(ROOT), options)
    assert books
    for written in books:
        check(written.path)


def test_without_a_browser_one_line_says_what_to_do(printed: Path, tmp_path: Path) -> None:
    """A PDF needs one; an EPUB does not."""
    nowhere = str(tmp_path / "chromium")
    told = run_course(printed, "book", "en", CHROMIUM=nowhere)
    told.assert_refused("no Chromium to print a PDF with", "--format epub")
    alone = run_course(printed, "book", "en", "--format", "epub", CHROMIUM=nowhere)
    assert "cats-boats-en-ink.epub" in alone.assert_done().out
