"""Which books are written, from the command and from Python."""

import re
import sys
from pathlib import Path

import pytest

import course
from tests.fixtures import tiny
from tests.fixtures.books import Epub, book_path, write_frameworks
from tests.fixtures.command import run_course


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The small course without books."""
    return tiny.write_course(tmp_path / "tiny")


def names(folder: Path) -> list[str]:
    """Return the names of the files in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_one_book_is_written_on_demand(root: Path, tmp_path: Path) -> None:
    """Locale, framework, format and folder are chosen as in other commands."""
    out = tmp_path / "shelf"
    asked = ("--framework", "chalk", "--format", "epub", "--out", str(out))
    told = run_course(root, "book", "pl", *asked).assert_done()
    assert names(out) == ["cats-boats-pl-chalk.epub"]
    assert str(out / "cats-boats-pl-chalk.epub") in told.out
    again = run_course(root, "book", "pl", *asked).assert_done()
    assert "nothing to change" in again.out


def test_books_are_written_from_python(root: Path) -> None:
    """The function has the name of the command, and returns the files."""
    mine = course.load_course(root)
    options = course.BookOptions(("ja",), frameworks=("ink",), formats=("epub",))
    (written,) = course.book(mine, options)
    assert written.path == book_path(root, "ja")
    assert (written.locale.id, written.framework.id, written.fresh) == ("ja", "ink", True)


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (["jaa"], "unknown locale 'jaa', did you mean 'ja'?", 2),
        (["--framework", "inc"], "unknown framework 'inc', did you mean 'ink'?", 2),
        (["--format", "mobi"], "invalid choice: 'mobi'", 2),
        (["--out", "notebooks/books", "--format", "epub"], "the sources lie there", 2),
    ],
)
def test_wrong_usage_is_refused(root: Path, arguments: list[str], words: str, code: int) -> None:
    """One line, and nothing is written."""
    run_course(root, "book", *arguments).assert_refused(words, code=code)
    assert not (root / "build").exists()


def test_a_damaged_translation_stops_its_own_book_only(root: Path) -> None:
    """The books of other languages are written, and the fault is named with its line."""
    path = root / "translations" / "pl" / "01-cats.md"
    path.write_bytes(path.read_bytes() + b"\xff")
    told = run_course(root, "book", "pl", "ja", "--format", "epub")
    assert told.code == 1
    assert "translations/pl/01-cats.md" in told.err
    assert names(root / "build" / "books") == ["cats-boats-ja-chalk.epub", "cats-boats-ja-ink.epub"]


def test_without_the_extra_one_line_says_what_to_install(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A PDF needs Playwright; an EPUB is written without it."""
    for name in [name for name in sys.modules if name.startswith("course.books")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    run_course(root, "book", "en").assert_refused("is not installed; pip install '.[book]'")
    run_course(root, "book", "en", "--format", "epub").assert_done()


def chapters(root: Path, framework: str) -> list[str]:
    """Return the names of the chapters of an English book."""
    pages = Epub(book_path(root, "en", framework)).pages()
    return [Path(name).stem for name in pages if re.fullmatch(r"c\d+", Path(name).stem)]


def test_a_lesson_in_one_framework_is_in_every_book(tmp_path: Path) -> None:
    """Its framework has no book of its own, and asking for one is refused."""
    root = write_frameworks(tmp_path / "tiny", ["ink", "chalk"], ["wax"])
    run_course(root, "book", "en", "--format", "epub").assert_done()
    assert names(root / "build" / "books") == ["cats-boats-en-chalk.epub", "cats-boats-en-ink.epub"]
    assert chapters(root, "ink") == chapters(root, "chalk") == ["c01", "c02"]
    asked = run_course(root, "book", "en", "--framework", "wax", "--format", "epub")
    asked.assert_refused("there is no book in Wax", "choose from ink, chalk", code=2)


def test_a_lesson_in_other_frameworks_is_left_out(tmp_path: Path) -> None:
    """The book says which, and keeps the numbers of the other lessons."""
    root = write_frameworks(tmp_path / "tiny", ["ink", "chalk"], ["chalk", "wax"])
    run_course(root, "book", "en", "--format", "epub").assert_done()
    about = "".join(Epub(book_path(root, "en")).page("about.xhtml").itertext())
    assert "Not written in Ink, and so not in this book: Boats" in about
    assert chapters(root, "ink") == ["c01"]
    assert chapters(root, "chalk") == ["c01", "c02"]
    assert chapters(root, "wax") == ["c02"]


def test_a_course_in_one_framework_has_its_book(tmp_path: Path) -> None:
    """There is nothing to choose, so all lessons stand alone."""
    root = write_frameworks(tmp_path / "tiny", ["ink"], ["ink"])
    run_course(root, "book", "en", "--format", "epub").assert_done()
    assert names(root / "build" / "books") == ["cats-boats-en-ink.epub"]
    assert chapters(root, "ink") == ["c01", "c02"]


def test_a_chapter_has_the_number_of_its_lesson(tmp_path: Path) -> None:
    """That in its id, or else its place in the course."""
    root = tiny.write_course(tmp_path / "tiny")
    for old, new in (("01-cats", "00-cats"), ("02-boats", "boats")):
        for path in [*root.rglob(f"{old}*")]:
            path.rename(path.with_name(path.name.replace(old, new)))
        for path in (root / "course.toml", *(root / "notebooks").glob("*.ipynb")):
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(old, new), encoding="utf-8")
        run_course(root, "book", "en", "--format", "epub").assert_done()
        assert chapters(root, "ink") == {"00-cats": ["c00", "c02"], "boats": ["c01", "c02"]}[new]
