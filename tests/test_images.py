"""The pictures of the lessons: shared by all languages, and safe to show anywhere."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

SVG = "{http://www.w3.org/2000/svg}"
PICTURES = sorted(Path(__file__).parents[1].glob("notebooks/images/*"))


@pytest.fixture(params=PICTURES, ids=lambda path: path.name)
def picture(request):
    return request.param


def elements(picture):
    return list(ElementTree.parse(picture).getroot().iter())


def test_there_are_pictures_and_all_are_svg():
    """The tests below would pass over an empty folder."""
    assert len(PICTURES) >= 4
    assert {path.suffix for path in PICTURES} == {".svg"}


def test_a_picture_names_itself_for_those_who_cannot_see_it(picture):
    """A screen reader finds a title and a description."""
    root = ElementTree.parse(picture).getroot()
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox")
    for name in ("title", "desc"):
        assert (root.findtext(f"{SVG}{name}") or "").strip(), name


def test_a_picture_holds_symbols_and_no_words(picture):
    """Words would need a picture for each language."""
    for element in elements(picture):
        if element.tag == f"{SVG}text":
            text = "".join(element.itertext()).strip()
            assert len(text) <= 12, text


def test_a_picture_runs_nothing_and_fetches_nothing(picture):
    """An SVG can hold scripts and links; ours hold neither."""
    for element in elements(picture):
        assert element.tag not in (f"{SVG}script", f"{SVG}foreignObject", f"{SVG}image")
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on"), name
            assert not name.endswith("href") or value.startswith("#"), value
            assert "url(" not in value or "url(#" in value, value


def test_a_picture_is_light(picture):
    """Pictures are part of every clone and every bundle."""
    assert picture.stat().st_size < 15_000
