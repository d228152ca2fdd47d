"""Chapters: figures and references as on the website, in the words and the look of a book."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

from course.figures.theme import LIGHT
from course.rendering.code import CLASSES
from tests.fixtures import widgets
from tests.fixtures.books import ALTERNATIVE, CAPTION, HTML, PAPER, Epub, book_path
from tests.fixtures.command import run_course


def plot_of(book: Epub) -> str:
    """Return the SVG of the plot whose alternative text is known."""
    (plot,) = [i for i in book.page("c01.xhtml").iter(f"{HTML}img") if i.get("alt") == ALTERNATIVE]
    return book.files[book.path_of(plot.attrib["src"], "EPUB/c01.xhtml")].decode("utf-8")


def test_a_plot_is_a_numbered_figure(shelf: Path) -> None:
    """Its caption is that of its cell, after the number of chapter and figure."""
    page = Epub(book_path(shelf, "en")).page("c01.xhtml")
    captions = ["".join(item.itertext()) for item in page.iter(f"{HTML}figcaption")]
    numbers = [f"Figure 1.{n}." for n in range(1, len(captions) + 1)]
    assert [text[: len(number)] for text, number in zip(captions, numbers, strict=True)] == numbers
    (number,) = [number for number in numbers if f"{number} {CAPTION}" in captions]
    assert captions[numbers.index(number)].endswith(CAPTION)


def test_a_plot_has_the_words_of_the_language_and_the_colours_of_paper(shelf: Path) -> None:
    """Text in the ink of light pages; a word without a translation stays English."""
    english, polish = (plot_of(Epub(book_path(shelf, locale))) for locale in ("en", "pl"))
    assert "purring" in english
    assert "mruczenie" in polish
    assert "purring" not in polish
    assert LIGHT.ink.hex in english
    assert "#222222" not in english


def test_a_caption_in_english_is_marked_in_a_translated_book(shelf: Path) -> None:
    """With its language, for a screen reader."""
    page = Epub(book_path(shelf, "pl")).page("c01.xhtml")
    (said,) = [item for item in page.iter(f"{HTML}span") if item.text == CAPTION]
    assert (said.attrib["lang"], said.attrib["dir"]) == ("en", "ltr")


def test_references_are_at_the_end_of_the_chapter(shelf: Path) -> None:
    """Only in a chapter that links one, and in its contents."""
    book = Epub(book_path(shelf, "en"))
    (item,) = [i for i in book.page("c01.xhtml").iter(f"{HTML}ul") if i.get("class")]
    assert "".join(item.itertext()) == "Tom Cat & Ann Mouse: On <whiskers>. Purr 1, 2020."
    (link,) = item.iter(f"{HTML}a")
    assert link.attrib["href"] == PAPER
    assert "references" not in ET.tostring(book.page("c02.xhtml"), encoding="unicode")


def test_code_has_the_light_colours_of_the_website(shelf: Path) -> None:
    """Each class of code has one; that of plain code is the text's."""
    css = Epub(book_path(shelf, "en")).files["EPUB/book.css"].decode("utf-8")
    found = dict(re.findall(r"^\.(\w) \{ color: (#\w+); \}$", css, re.MULTILINE))
    assert found.keys() == {name for _, name in CLASSES}
    site = Path(__file__).parents[2] / "course" / "website" / "static" / "course.css"
    for name, colour in found.items():
        assert f"--code-{name}: light-dark({colour}," in site.read_text(encoding="utf-8")


def test_a_widget_is_left_out(tmp_path: Path) -> None:
    """What its output shows besides stands in the book, and none of its data."""
    root = widgets.write_course(tmp_path / "tiny", widgets.widget("gates", c=0.765432))
    run_course(root, "book", "en", "--format", "epub").assert_done()
    book = Epub(book_path(root, "en"))
    assert list(book.page("c01.xhtml").iter(f"{HTML}img"))
    assert not any(b"0.765432" in content for content in book.files.values())
