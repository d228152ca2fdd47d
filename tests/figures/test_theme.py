"""The colours of figures on light and on dark pages."""

import base64
import io
from xml.etree import ElementTree

import pytest
from PIL import Image

from course.figures.colour import Colour, contrast, parse_colour
from course.figures.svg import SVG, properties
from course.figures.theme import DARK, LIGHT, Scheme, themed

SCHEMES = pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=lambda scheme: scheme.name)
GROUND = '<rect width="200" height="100" fill="#FCFCFA"/>'


def drawn(inside: str, scheme: Scheme) -> dict[str, dict[str, str]]:
    """Return the properties of the elements with an id in a themed picture."""
    svg = f'<svg xmlns="{SVG}" viewBox="0 0 200 100">{GROUND}{inside}</svg>'
    root = ElementTree.fromstring(themed(svg.encode(), scheme))
    return {
        element.attrib["id"]: {**element.attrib, **properties(element)}
        for element in root.iter()
        if "id" in element.attrib
    }


def colour(text: str) -> Colour:
    found = parse_colour(text)
    assert found, text
    return found


@SCHEMES
@pytest.mark.parametrize("fill", ["#222222", "#E69F00", "#56B4E9", "#808080", "#F0E442", "#6C1800"])
def test_text_is_readable_on_the_ground(scheme: Scheme, fill: str) -> None:
    """Whatever its colour, 4.5:1."""
    made = drawn(f'<text id="a" x="20" y="50" fill="{fill}">word</text>', scheme)["a"]
    assert contrast(colour(made["fill"]), scheme.ground) >= 4.5


@SCHEMES
@pytest.mark.parametrize("area", ["#D55E00", "#009E73", "#0072B2", "#F0E442", "#E6E6E3", "#ffffff"])
@pytest.mark.parametrize("ink", ["#222222", "#ffffff", "#6B6B6B"])
def test_text_is_readable_on_what_lies_behind_it(scheme: Scheme, area: str, ink: str) -> None:
    """A `9` on vermilion had 4.1:1, an `x` on orange 3.2:1 in the dark."""
    box = f'<circle id="b" cx="50" cy="45" r="30" fill="{area}"/>'
    made = drawn(f'{box}<text id="a" x="46" y="50" font-size="12" fill="{ink}">9</text>', scheme)
    assert contrast(colour(made["a"]["fill"]), colour(made["b"]["fill"])) >= 4.5


def test_a_hue_is_the_same_on_dark_pages_if_it_can_be_seen_there() -> None:
    """It is the identity of a model; ink and ground change places."""
    bar = '<rect id="a" x="9" y="9" width="9" height="9" fill="{}"/>'
    assert drawn(bar.format("#d55e00"), DARK)["a"]["fill"] == "#d55e00"
    assert drawn(bar.format("#222222"), DARK)["a"]["fill"] == DARK.ink.hex
    lighter = colour(drawn(bar.format("#6c1800"), DARK)["a"]["fill"])
    assert contrast(lighter, DARK.ground) >= 3
    assert lighter.lightness > colour("#6c1800").lightness


@SCHEMES
def test_a_pale_bar_gets_an_edge_and_a_grid_does_not(scheme: Scheme) -> None:
    """A bar is a mark, 3:1; a grid stays behind it, and so does a shaded part."""
    shapes = """
    <path id="bar" d="M 9 9 L 19 9 L 19 19 L 9 19 z" style="fill: #d3d3d3"/>
    <path id="thin" d="M 9 9 L 19 9 L 19 19 L 9 19 z" style="fill: #0072b2; opacity: 0.3"/>
    <path id="shade" d="M 50 9 L 99 9 L 99 19 L 50 19 z" style="fill: #e6e6e3"/>
    <path id="grid" d="M 9 50 L 99 50" style="fill: none; stroke: #e6e6e3"/>
    <path id="line" d="M 9 60 L 99 60" style="fill: none; stroke: #e69f00"/>"""
    made = drawn(shapes, scheme)
    for name in ("bar", "thin", "line"):
        assert contrast(colour(made[name]["stroke"]), scheme.ground) >= 3, name
    assert made["thin"]["opacity"] == "1"
    assert "stroke" not in made["shade"]
    for name, part in (("shade", "fill"), ("grid", "stroke")):
        assert 1 < contrast(colour(made[name][part]), scheme.ground) < 1.6, name


def test_colours_are_inherited_and_hidden_definitions_keep_their_own() -> None:
    """A group colours its shapes; a marker that is drawn by `use` has the colour of that."""
    shapes = """
    <g fill="#222222"><text id="a" x="9" y="50">b</text></g>
    <defs><path id="m" d="M 0 0 L 3 0 L 3 3 z"/></defs>
    <use id="u" href="#m" x="9" y="9" style="fill: #222222; stroke: #222222"/>"""
    made = drawn(shapes, DARK)
    assert made["a"]["fill"] == made["u"]["fill"] == DARK.ink.hex
    assert "fill" not in made["m"]


def test_an_image_is_kept_and_framed() -> None:
    """Where brightness is a value, dark stays dark; text on it keeps its colour if it is read."""
    file = io.BytesIO()
    Image.new("RGB", (2, 2), "#00224e").save(file, "png")
    pixel = base64.b64encode(file.getvalue()).decode()
    image = f'<image id="i" width="90" height="90" href="data:image/png;base64,{pixel}"/>'
    text = '<text id="t" x="40" y="50" fill="#ffffff">1</text>'
    svg = f'<svg xmlns="{SVG}" viewBox="0 0 200 100">{GROUND}{image}{text}</svg>'
    root = ElementTree.fromstring(themed(svg.encode(), DARK))
    edge = root[2]
    assert edge.tag == f"{{{SVG}}}rect"
    assert edge.get("stroke") == DARK.muted.hex
    assert root[3].get("fill") == "#ffffff"


def test_what_is_no_svg_is_refused() -> None:
    """Damaged, another document, no namespace."""
    for content in (b"<svg", b"<html/>", b"<svg/>"):
        with pytest.raises(ValueError, match="not an SVG"):
            themed(content, LIGHT)
