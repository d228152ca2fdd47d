"""The pictures of the lessons: shared by all languages, and safe to show anywhere."""

import hashlib
import io
import re
import struct
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from tests.make_png import KEY, render

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"
PICTURES = sorted(ROOT.glob("notebooks/images/*/*.svg"))
LINKED = re.compile(r"!\[[^\]]*\]\((images/[^)]*)\)")


@pytest.fixture(params=PICTURES, ids=lambda path: path.name)
def picture(request):
    return request.param


def elements(picture):
    return list(ElementTree.parse(picture).getroot().iter())


def test_there_are_pictures_and_each_lies_in_its_lesson_with_its_twin():
    """The tests below would pass over an empty folder; nothing else lies there."""
    assert len(PICTURES) >= 4
    twins = [path.with_suffix(".png") for path in PICTURES]
    found = [path for path in ROOT.glob("notebooks/images/**/*") if path.is_file()]
    assert sorted(found) == sorted([*PICTURES, *twins])


def test_notebooks_and_translations_link_the_twins():
    """GitHub's preview of notebooks shows no SVG; every link leads to a PNG that is there."""
    texts = [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("translations/*/*.md")]
    linked = {name for path in texts for name in LINKED.findall(path.read_text(encoding="utf-8"))}
    assert linked
    for name in linked:
        assert name.endswith(".png"), name
        assert (ROOT / "notebooks" / name).is_file(), name


def test_a_twin_says_which_svg_it_was_made_from(picture):
    """Else: make pictures."""
    png = picture.with_suffix(".png").read_bytes()
    assert KEY + b"\0" + hashlib.sha256(picture.read_bytes()).hexdigest().encode() in png


def test_a_twin_shows_its_svg(picture):
    """Drawn again, the SVG is the same picture; other versions may round edges otherwise."""
    committed = pixels(picture.with_suffix(".png").read_bytes())
    drawn = pixels(render(picture.read_bytes()))
    assert committed.shape == drawn.shape
    assert np.abs(committed - drawn).mean() < 0.5


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"), dtype=float)


def test_a_twin_is_twice_as_large_and_nowhere_transparent(picture):
    """Sharp on fine screens, and the same on a dark page as on a light one."""
    png = picture.with_suffix(".png").read_bytes()
    root = ElementTree.parse(picture).getroot()
    size = [int(root.get("width")), int(root.get("height"))]
    assert list(struct.unpack(">II", png[16:24])) == [2 * side for side in size]
    assert pixels(png)[..., 3].min() == 255


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
