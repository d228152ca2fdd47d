"""PDF: every paragraph once and in order, nothing cut, fonts embedded, the same bytes twice."""

import re
from pathlib import Path

from pikepdf import Dictionary, OutlineItem, Pdf

from tests.browser.book.conftest import read_pdf
from tests.fixtures.books import (
    ALTERNATIVE,
    CAPTION,
    CLAIM,
    LONG,
    PAPER,
    PRINTED,
    assert_in_order,
    book_path,
    squeeze,
    write_shelf,
)
from tests.fixtures.command import run_course

MARKS = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # of direction


def path(root: Path, locale: str) -> Path:
    """Return the PDF of a locale."""
    return book_path(root, locale, ending="pdf")


def find_all(pdf: Pdf, kind: str) -> list[Dictionary]:
    """Return the objects of a PDF of a type."""
    return [
        item for item in pdf.objects if isinstance(item, Dictionary) and item.get("/Type") == kind
    ]


def test_every_paragraph_is_there_once_and_in_order(printed: Path) -> None:
    """Prose, code, output and claim as in the notebooks; no line of code or output is cut."""
    parts = [
        "A cat sleeps for most of the day. It hunts at dawn.",
        LONG,
        PRINTED,
        "The same lesson with chalk has the same steps.",
        "See helper.py.",
        "purring",
        CAPTION,
        CLAIM,
        "A cat eats 4 mice, so n = 4.",
        "Answer 1.1",
        "After it.",
        "Read on in the next lesson.",
        f"Tom Cat & Ann Mouse: On <whiskers> {PAPER}. Purr 1, 2020.",
        "A boat floats.",
        "Sails catch the wind. The mast holds them.",
        "The answer is B.",
    ]
    assert_in_order(parts, read_pdf(path(printed, "en"), "-raw"))


def test_chinese_and_japanese_can_be_searched(printed: Path) -> None:
    """The text is of the characters that were written."""
    text = read_pdf(path(printed, "ja"), "-raw")
    assert_in_order(["猫は一日の大半を眠って過ごします。夜明けに狩りをします。"], text)


def test_arabic_runs_from_right_to_left(printed: Path) -> None:
    """Its text is read in order; its lines end at the left, and its pages turn to the right."""
    file = path(printed, "ar")
    text = MARKS.sub("", read_pdf(file))
    assert_in_order(["معظم اليوم", "يطفو القارب", "يحملها الصاري"], text)
    with Pdf.open(file) as pdf:
        assert pdf.Root.ViewerPreferences.Direction == "/R2L"
        assert pdf.Root.Lang == "ar"
    words = re.findall(r'<word xMin="([\d.]+)".*?>(.*?)</word>', read_pdf(file, "-bbox"))
    # With boxes, poppler has the letters of a word as they are drawn, from the left.
    places = {squeeze(MARKS.sub("", word)).strip(".")[::-1]: float(left) for left, word in words}
    assert places["معظم"] < places["القطة"]  # the later word is to the left of the earlier one


def test_all_fonts_are_embedded(printed: Path) -> None:
    """No viewer has to look for a font."""
    for locale in ("en", "ar", "ja"):
        with Pdf.open(path(printed, locale)) as pdf:
            described = find_all(pdf, "/FontDescriptor")
            assert described
            drawn = [item for item in described if "/FontName" in item and "/Ascent" in item]
            assert all("/FontFile2" in item or "/FontFile3" in item for item in drawn)
            names = {str(item.FontName).partition("+")[2] for item in drawn}
            assert "IBMPlexSans-Regular" in names


def test_it_is_tagged_with_outline_and_alternative_texts(printed: Path) -> None:
    """A screen reader finds structure, titles and what a plot shows."""
    with Pdf.open(path(printed, "en")) as pdf:
        assert pdf.Root.MarkInfo.Marked
        alts = [str(item["/Alt"]) for item in find_all(pdf, "/StructElem") if "/Alt" in item]
        assert ALTERNATIVE in alts
        with pdf.open_outline() as outline:
            titles = [title for item in outline.root for title in titles_of(item)]
    numbered = [squeeze(title) for title in titles if title[:1].isdigit()]
    assert numbered == ["1Cats", "2Boats", "1Cats"]  # the last one heads its answers


def titles_of(item: OutlineItem) -> list[str]:
    """Return the title of an entry of an outline, and those below it."""
    return [item.title, *(title for child in item.children for title in titles_of(child))]


def test_contents_name_the_pages(printed: Path) -> None:
    """The number beside an entry is that at the foot of the page where the chapter begins."""
    pages = read_pdf(path(printed, "en"), "-raw").split("\f")
    (contents,) = [page for page in pages if page.startswith("Contents")]
    found = dict(re.findall(r"^(\d [A-Z]\w+|Answers) (\d+)$", contents, re.MULTILINE))
    assert found.keys() == {"1 Cats", "2 Boats", "Answers"}
    for title, number in found.items():
        lines = pages[int(number) - 1].splitlines()
        assert lines[:2] == [title, number], lines


def test_the_same_course_gives_the_same_bytes(printed: Path, tmp_path: Path) -> None:
    """Printed again, from another folder."""
    root = write_shelf(tmp_path / "tiny")
    run_course(root, "book", "ja", "--framework", "ink", "--format", "pdf").assert_done()
    assert path(root, "ja").read_bytes() == path(printed, "ja").read_bytes()


def test_a_character_without_glyph_is_refused(tmp_path: Path) -> None:
    """No book has an empty box where a character should be; one line says which."""
    root = write_shelf(tmp_path / "tiny")
    for file in (root / "notebooks").glob("02-boats-*.ipynb"):
        text = file.read_text(encoding="utf-8")
        file.write_text(
            text.replace("A boat floats.", "A boat \U0010fff0 floats."), encoding="utf-8"
        )
    told = run_course(root, "book", "en", "--framework", "ink", "--format", "pdf")
    told.assert_refused("no font of this machine has characters of the book in en")
