"""The two colour schemes of figures, light and dark.

A picture is drawn once, on a light ground. Each scheme maps its greys and its pale tints, from
those of the ground to those of the ink; other hues stay, since a colour is the identity of what is
drawn. Then each colour is compared with what lies behind it: text reaches a contrast of 4.5, lines
and areas one of 3, the latter by an edge if they are pale.

Images within a picture, such as heat maps, stay as they are, and so does what is drawn on them.
"""

import functools
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from course.figures.colour import Colour, contrast, least_contrast, legible, parse_colour
from course.figures.pixels import pixel_at
from course.figures.svg import (
    SHAPES,
    XLINK,
    Element,
    Node,
    Point,
    covers,
    nodes,
    outline,
    paint,
    properties,
    read_svg,
    text_points,
    write_svg,
)

TEXT, MARK = 4.5, 3.0  # contrasts of WCAG 2: 1.4.3 and 1.4.11
FAINT = 1.3  # contrast with the ground below which a colour is a ground itself, or a grid
PALE, TINT, GREY = 0.85, 0.09, 0.03  # lightness of a pale colour, chroma of a tint and of a grey


def colour(text: str) -> Colour:
    """Return a colour of the palette."""
    found = parse_colour(text)
    assert found, text
    return found


DRAWN_GROUND, DRAWN_INK, DRAWN_MUTED = map(colour, ("#fcfcfa", "#222222", "#6b6b6b"))


@dataclass(frozen=True)
class Scheme:
    """A colour scheme; its three greys are those of the pages."""

    name: str
    ground: Colour
    ink: Colour
    muted: Colour

    @property
    def inverted(self) -> bool:
        """Whether its ground is darker than its ink."""
        return self.ground.luminance < self.ink.luminance

    def map(self, drawn: Colour) -> Colour:
        """Return the colour for one that was drawn on a light ground."""
        fixed = {DRAWN_GROUND: self.ground, DRAWN_INK: self.ink, DRAWN_MUTED: self.muted}
        return fixed.get(drawn) or (_invert(drawn, self) if self.inverted else drawn)


@functools.lru_cache(maxsize=1024)
def _invert(drawn: Colour, scheme: Scheme) -> Colour:
    """Return a grey or a tint as far from the ground as it was drawn; other hues stay."""
    lightness, chroma = drawn.lightness, drawn.chroma
    if chroma >= GREY and (lightness <= PALE or chroma >= TINT):
        return legible(drawn, frozenset((scheme.ground,)), MARK)
    drawn_range = DRAWN_GROUND.lightness - DRAWN_INK.lightness
    share = (DRAWN_GROUND.lightness - lightness) / drawn_range
    low, high = scheme.ground.lightness, scheme.ink.lightness
    return drawn.lit(min(0.97, max(low, low + share * (high - low))))


LIGHT = Scheme("light", *map(colour, ("#ffffff", "#16181d", "#5b6067")))
DARK = Scheme("dark", *map(colour, ("#131416", "#dfe2e7", "#9ca0a5")))
SCHEMES = (LIGHT, DARK)


@functools.lru_cache(maxsize=1024)
def themed(content: bytes, scheme: Scheme) -> bytes:
    """Return an SVG in the colours of a scheme.

    Raises:
        ValueError: it is not an SVG.
    """
    root = read_svg(content)
    Painter(scheme).paint(root)
    return write_svg(root)


@dataclass(frozen=True)
class Area:
    """An area that is painted: whether a point lies in it, and its colour.

    That of an image is None if it is not known. A faint one is a ground itself.
    """

    covers: Callable[[Point], bool]
    colour: Colour | None
    faint: bool = False
    image: Node | None = None

    def at(self, point: Point) -> "Area":
        """Return the area with its colour at a point, which an image has in its pixels."""
        return self if self.image is None else replace(self, colour=image_colour(self.image, point))


OPAQUE = {"opacity": "1", "fill_opacity": "1", "stroke_opacity": "1"}


class Painter:
    """Paints a picture in a scheme; `areas` are what is painted so far, the uppermost last."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.areas: list[Area] = [Area(lambda _: True, scheme.ground, faint=True)]

    def paint(self, root: Element) -> None:
        """Paint all elements of a picture, in their order, and an edge around its images."""
        parents = {child: parent for parent in root.iter() for child in parent}
        texts: dict[Element, Node] = {}
        for node in list(nodes(root)):
            parent = parents.get(node.element, root)
            if node.kind == "image":
                self.areas.append(Area(covers(outline(node)), None, image=node))
                parent.insert(list(parent).index(node.element) + 1, self.edge(node.element))
            elif node.kind in ("text", "tspan"):
                texts[node.element] = texts.get(parent, node)
                self.text(node, text_points(texts[node.element]))
            elif node.inside and node.inside != "clipPath":
                self.definition(node)
            elif node.kind in (*SHAPES, "use") and not node.inside:
                self.shape(node)

    def behind(self, points: Iterable[Point]) -> list[Area]:
        """Return the uppermost area at each point."""
        return [
            next(area for area in self.areas[::-1] if area.covers(point)).at(point)
            for point in points
        ]

    def edge(self, image: Element) -> Element:
        """Return the edge of an image, which stands out where the image does not."""
        places = ("x", "y", "width", "height", "transform")
        own = {name: image.attrib[name] for name in places if name in image.attrib}
        edge = Element(image.tag.replace("image", "rect"), own)
        paint(edge, fill="none", stroke=self.scheme.muted.hex, stroke_width="1.6")
        return edge

    def text(self, node: Node, points: list[Point]) -> None:
        """Paint a text that lies at these points, or a part of it."""
        drawn = parse_colour(node.style["fill"])
        if drawn and (found := self.readable(drawn, self.behind(points), TEXT)):
            paint(node.element, fill=found.hex)

    def definition(self, node: Node) -> None:
        """Paint the own colours of an element that is used elsewhere: a marker, a pattern."""
        own = {**node.element.attrib, **properties(node.element)}
        for name in ("fill", "stroke"):
            drawn = parse_colour(own.get(name))
            if drawn and (found := self.line(drawn, self.areas[:1])):
                paint(node.element, **{name: found.hex})

    def shape(self, node: Node) -> None:
        """Paint a shape: its area and its line."""
        points = outline(node)
        fill, stroke = parse_colour(node.style["fill"]), parse_colour(node.style["stroke"])
        changes: dict[str, str] = {}
        if fill and (len(points) < 3 or node.kind in ("line", "polyline", "use")):
            if found := self.line(fill, self.areas[:1]):
                changes["fill"] = found.hex
        elif fill:
            changes |= self.area(node, fill, bool(stroke), points)
        if stroke:
            behind = self.behind(points[:1] + points[-1:]) or self.areas[:1]
            if found := self.line(stroke, behind):
                changes["stroke"] = found.hex
                ground, opacity = self.scheme.ground, float(node.style.get("opacity", 1))
                opacity *= float(node.style.get("stroke-opacity", 1))
                if opacity < 1 and contrast(found.over(ground, opacity), ground) < MARK:
                    changes |= OPAQUE
        if changes:
            paint(node.element, **changes)

    def area(self, node: Node, drawn: Colour, edged: bool, points: list[Point]) -> dict[str, str]:
        """Return the properties of the area of a shape, and note it for what lies on it."""
        (below,) = self.behind([middle(points)])
        if below.image is not None or below.colour is None:
            return {}
        opacity = float(node.style.get("opacity", 1)) * float(node.style.get("fill-opacity", 1))
        painted = self.scheme.map(drawn)
        seen = painted.over(below.colour, opacity)
        faint = is_faint(drawn.over(DRAWN_GROUND, opacity))
        self.areas.append(Area(covers(points), seen, faint))
        changes = {"fill": painted.hex}
        ground = self.scheme.ground
        if not (faint or edged) and contrast(seen, ground) < MARK:
            changes |= {"fill": seen.hex, "stroke_width": "1"}
            changes["stroke"] = legible(seen, frozenset((ground,)), MARK).hex
            changes |= OPAQUE if opacity < 1 else {}
        return changes

    def line(self, drawn: Colour, behind: list[Area]) -> Colour | None:
        """Return the colour of a line; one that is faint, as that of a grid, stays so.

        None for one that is drawn on an image, which has been chosen to be seen there.
        """
        if any(area.image for area in behind):
            return None
        if is_faint(drawn) and all(area.faint for area in behind):
            return self.scheme.map(drawn)
        return self.readable(drawn, behind, MARK)

    def readable(self, drawn: Colour, behind: list[Area], minimum: float) -> Colour | None:
        """Return a colour that stands out from what lies behind it; None on an image."""
        seen = frozenset(area.colour for area in behind if area.colour)
        if len(seen) < len({area.colour for area in behind}):
            return None
        mapped = self.scheme.map(drawn)
        plain = all(area.faint for area in behind)
        candidates = (drawn, mapped) if any(area.image for area in behind) else (mapped, drawn)
        for candidate in (mapped,) if plain else candidates:
            if least_contrast(candidate, seen) >= minimum:
                return candidate
        return legible(mapped, seen, minimum)


def image_colour(image: Node, point: Point) -> Colour | None:
    """Return the colour of an image at a point of the picture; None if it cannot be read."""
    xs, ys = zip(*outline(image), strict=True)
    across = (point[0] - min(xs)) / ((max(xs) - min(xs)) or 1)
    down = (point[1] - min(ys)) / ((max(ys) - min(ys)) or 1)
    if "scale(1 -1)" in image.element.get("transform", ""):
        down = 1 - down
    address = image.element.get(f"{{{XLINK}}}href", image.element.get("href", ""))
    try:
        red, green, blue = pixel_at("".join(address.split()), across, down)
    except (ValueError, StopIteration, zlib.error):
        return None
    return parse_colour(f"#{red:02x}{green:02x}{blue:02x}")


def is_faint(drawn: Colour) -> bool:
    """Return whether a colour is a ground itself, or that of a grid; a bright yellow is neither."""
    return contrast(drawn, DRAWN_GROUND) < FAINT and drawn.chroma < TINT


def middle(points: list[Point]) -> Point:
    """Return the middle of the box around points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
