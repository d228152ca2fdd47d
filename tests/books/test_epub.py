"""EPUB: files that readers accept, with every paragraph once and in order, the same twice."""

import re
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest

from tests.fixtures.books import (
    CAPTION,
    CLAIM,
    DC,
    HTML,
    LONG,
    MATH,
    OPF,
    PRINTED,
    XML,
    Epub,
    assert_in_order,
    book_path,
    squeeze,
    write_shelf,
)
from tests.fixtures.built import LOCALES
from tests.fixtures.command import run_course


@pytest.fixture(params=LOCALES)
def locale(request: pytest.FixtureRequest) -> str:
    """Each locale of the small course."""
    return request.param


def test_the_file_is_a_container_of_epub(shelf: Path, locale: str) -> None:
    """The media type comes first and uncompressed, and the manifest lists each other file once."""
    book = Epub(book_path(shelf, locale))
    first = book.entries[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert book.files["mimetype"] == b"application/epub+zip"
    listed = [book.path_of(item["href"]) for item in book.items.values()]
    others = {"mimetype", "META-INF/container.xml", book.package_path}
    assert sorted(listed) == sorted(book.files.keys() - others)
    assert len(book.items) == len(listed)


def test_the_package_has_what_epub_demands(shelf: Path, locale: str) -> None:
    """Identifier, title, language, time of change, contents, and what readers can perceive."""
    book = Epub(book_path(shelf, locale))
    assert book.package.attrib["version"] == "3.0"
    (identifier,) = book.package.iter(f"{DC}identifier")
    assert identifier.attrib["id"] == book.package.attrib["unique-identifier"]
    assert [item.text for item in book.package.iter(f"{DC}language")] == [locale]
    metas: dict[str, list[str]] = {}
    for meta in book.package.iter(f"{OPF}meta"):
        metas.setdefault(meta.attrib["property"], []).append(meta.text or "")
    (modified,) = metas["dcterms:modified"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", modified)
    assert "textual" in metas["schema:accessModeSufficient"]
    assert {"alternativeText", "MathML"} <= set(metas["schema:accessibilityFeature"])
    assert metas["schema:accessibilityHazard"] == ["none"]
    assert metas["schema:accessibilitySummary"] != [""]
    assert [
        item["properties"] for item in book.items.values() if "nav" in item.get("properties", "")
    ]


def test_pages_are_xml_and_all_references_lead_somewhere(shelf: Path, locale: str) -> None:
    """No id is there twice, and links, pictures and contents lead to files and ids of the book."""
    book = Epub(book_path(shelf, locale))
    ids = {}
    for name, page in book.pages().items():
        found = [item.attrib["id"] for item in page.iter() if "id" in item.attrib]
        assert len(found) == len(set(found)), name
        ids[name] = set(found)
    references = list(book.references())
    assert references
    for name, path, fragment in references:
        assert path in book.files, (name, path)
        assert not fragment or fragment in ids[path], (name, path, fragment)


def test_formulas_are_mathml_and_declared(shelf: Path) -> None:
    """A page with a formula says so in the manifest, and the formula has alternative text."""
    book = Epub(book_path(shelf, "en"))
    (formula, *_) = book.page("c01.xhtml").iter(f"{MATH}math")
    assert formula.attrib["alttext"] == "n = 4"
    properties = {item["href"]: item.get("properties") for item in book.items.values()}
    assert properties["c01.xhtml"] == "mathml"
    assert properties["c02.xhtml"] is None


def test_every_paragraph_is_there_once_and_in_order(shelf: Path) -> None:
    """Prose, code, output, claim: as in the notebooks; folded answers come at the end."""
    text = Epub(book_path(shelf, "en")).text()
    parts = [
        "A cat sleeps for most of the day. It hunts at dawn.",
        LONG,
        PRINTED,
        "The same lesson with chalk has the same steps.",
        "What it looks like",
        "See helper.py.",
        CAPTION,
        CLAIM,
        "A cat eats 4 mice, so n=4.",
        "Answer 1.1",
        "After it.",
        "Read on in the next lesson.",
        "Tom Cat & Ann Mouse: On <whiskers>. Purr 1, 2020.",
        "A boat floats.",
        "Sails catch the wind. The mast holds them.",
        "The answer is B.",
    ]
    assert_in_order(parts, text)


def test_a_translated_book_is_in_its_language(shelf: Path) -> None:
    """Arabic runs from right to left, page by page; code from left to right; English is marked."""
    book = Epub(book_path(shelf, "ar"))
    assert book.spine.attrib["page-progression-direction"] == "rtl"
    for page in book.pages().values():
        assert (page.attrib["dir"], page.attrib[f"{XML}lang"]) == ("rtl", "ar")
    first = book.page("c01.xhtml")
    listings = list(first.iter(f"{HTML}pre"))
    assert listings
    assert {item.attrib["dir"] for item in listings} == {"ltr"}
    assert "ibm-plex-sans-arabic-400.woff2" in " ".join(book.files)
    assert_in_order(["تنام القطة معظم اليوم.", "تصطاد عند الفجر.", "يطفو القارب."], book.text())


def test_english_in_a_translated_book_is_marked(shelf: Path) -> None:
    """What is not translated has its language and a notice; the book counts it at its beginning."""
    book = Epub(book_path(shelf, "pl"))
    food = [item for item in book.page("c01.xhtml").iter() if item.attrib.get("id") == "c01-food"]
    (marked,) = [item for item in food[0] if item.attrib.get("lang")]
    assert (marked.attrib["lang"], marked.attrib[f"{XML}lang"]) == ("en", "en")
    shown = "".join(food[0].itertext())
    assert "Jeszcze nie przetłumaczono." in shown
    about = squeeze("".join(book.page("about.xhtml").itertext()))
    assert squeeze("Tłumaczenie maszynowe:") in about


def test_links_between_lessons_stay_in_the_book(shelf: Path) -> None:
    """A link to a lesson's notebook leads to its chapter; one to the other framework is text."""
    page = Epub(book_path(shelf, "en")).page("c01.xhtml")
    links = {"".join(item.itertext()): item.attrib.get("href") for item in page.iter(f"{HTML}a")}
    assert links["the next lesson"] == "c02.xhtml"
    assert links["The same lesson with chalk"] is None


def test_answers_and_questions_lead_to_each_other(shelf: Path) -> None:
    """In the place of a folded answer there is a link to the end of the book, and one back."""
    book = Epub(book_path(shelf, "en"))
    (asked,) = [
        item for item in book.page("c01.xhtml").iter(f"{HTML}a") if item.text == "Answer 1.1"
    ]
    file, _, answer = asked.attrib["href"].partition("#")
    (found,) = [item for item in book.page(file).iter() if item.attrib.get("id") == answer]
    (back, *_) = found.iter(f"{HTML}a")
    assert back.attrib["href"] == f"c01.xhtml#{asked.attrib['id']}"


def test_code_is_whole_line_by_line(shelf: Path) -> None:
    """Each line of code is an element of its own, so that a reader can wrap it visibly."""
    page = Epub(book_path(shelf, "en")).page("c01.xhtml")
    lines = [
        "".join(item.itertext())
        for item in page.iter(f"{HTML}span")
        if item.attrib.get("class") == "l"
    ]
    assert f"{LONG}\n" in lines
    assert f"{PRINTED}\n" in lines


def test_the_same_course_gives_the_same_bytes(tmp_path: Path) -> None:
    """Written from another folder, into another folder: nothing depends on the place or time."""
    contents = []
    for name in ("one", "two"):
        root = write_shelf(tmp_path / name)
        run_course(root, "book", "ja", "--format", "epub", "--framework", "ink").assert_done()
        contents.append(book_path(root, "ja").read_bytes())
    assert contents[0] == contents[1]


def test_a_translation_cannot_break_a_page(tmp_path: Path) -> None:
    """Whatever HTML a translation opens and never closes, the pages stay XML."""
    root = write_shelf(tmp_path / "tiny")
    path = root / "translations" / "pl" / "01-cats.md"
    text = path.read_text(encoding="utf-8")
    damaged = text.replace(
        "Poluje o świcie.", 'Poluje <b title="x">o <i lang="zz" align="left;x">świcie <br> \x0b.'
    )
    assert damaged != text
    path.write_text(damaged, encoding="utf-8")
    run_course(root, "book", "pl", "--format", "epub").assert_done()
    pages = Epub(book_path(root, "pl")).pages()
    assert "świcie" in ET.tostring(pages["EPUB/c01.xhtml"], encoding="unicode")
