"""Books on the website: those that were built beside it, and no others."""

from pathlib import Path

from tests.fixtures import tiny
from tests.fixtures.command import run_course
from tests.fixtures.pages import read_page

EPUB = "cats-boats-en-ink.epub"


def test_books_beside_the_site_are_offered(tmp_path: Path) -> None:
    """The start page of their language leads to a copy; when they are gone, so is the copy."""
    root = tiny.write_course(tmp_path / "tiny")
    book = root / "build" / "books" / EPUB
    run_course(root, "book", "en", "--framework", "ink", "--format", "epub").assert_done()
    run_course(root, "site", "en", "pl").assert_done()
    site = root / "build" / "site"
    links, _ = read_page(site / "en" / "index.html")
    assert [link for link in links if link.endswith((".epub", ".pdf"))] == [EPUB]
    assert (site / "en" / EPUB).read_bytes() == book.read_bytes()
    assert ".epub" not in (site / "pl" / "index.html").read_text(encoding="utf-8")
    book.unlink()
    run_course(root, "site", "en", "pl").assert_done()
    assert ".epub" not in (site / "en" / "index.html").read_text(encoding="utf-8")
    assert not (site / "en" / EPUB).exists()
