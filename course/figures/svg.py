"""SVG as a tree: reading and writing it, inherited properties, and where a shape lies.

Only what plots and drawings by hand use is understood: shapes, text, translations.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)
INHERITED = ("fill", "stroke", "font-size", "text-anchor", "stroke-width")
SHAPES = ("path", "rect", "circle", "ellipse", "line", "polyline", "polygon")
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
SEGMENT = re.compile(r"([A-Za-z])([^A-Za-z]*)")
LENGTH = re.compile(r"\s*(-?[\d.]+)(pt|px)?\s*")
TRANSLATE = re.compile(r"translate\(\s*(-?[\d.e]+)[\s,]*(-?[\d.e]+)?\s*\)")
ROTATE = re.compile(r"rotate\(\s*(-?[\d.e]+)")
# How far a character advances in a wide font, such as DejaVu Sans, and in a narrow one; in font
# sizes.
ADVANCE, NARROW = 0.62, 0.45
WIDE = re.compile("[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]")

Element = ElementTree.Element
Point = tuple[float, float]


@dataclass(frozen=True)
class Node:
    """An element with its inherited properties and the translation of its coordinates."""

    element: Element
    style: dict[str, str]
    shift: Point
    inside: str  # the nearest container that draws nothing itself: defs, marker, pattern, clipPath

    @property
    def kind(self) -> str:
        """The name of the element without its namespace."""
        return local(self.element)

    def number(self, name: str, default: float = 0.0) -> float:
        """Return an attribute or a property as a number."""
        found = LENGTH.match(self.element.get(name, self.style.get(name, "")))
        return float(found[1]) if found else default


def read_svg(content: bytes) -> Element:
    """Parse an SVG.

    Raises:
        ValueError: it is not well-formed, or no SVG.
    """
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise ValueError(f"not an SVG: {error}") from None
    if root.tag != f"{{{SVG}}}svg":
        raise ValueError(f"not an SVG: its root is {root.tag}")
    return root


def write_svg(root: Element) -> bytes:
    """Return an SVG as UTF-8."""
    return ElementTree.tostring(root, encoding="unicode").encode()


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def properties(element: Element) -> dict[str, str]:
    """Return the properties in the `style` of an element, by name."""
    pairs = (part.partition(":") for part in element.get("style", "").split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs if value.strip()}


def paint(element: Element, **values: str) -> None:
    """Set properties of an element, in its `style` if it has one."""
    known = properties(element)
    for name, value in values.items():
        name = name.replace("_", "-")
        if known:
            known[name] = value
        else:
            element.set(name, value)
    if known:
        element.set("style", "; ".join(f"{name}: {value}" for name, value in known.items()))


def nodes(root: Element) -> Iterator[Node]:
    """Yield all elements in the order in which they are painted."""
    yield from _nodes(root, {"fill": "#000000", "stroke": "none"}, (0.0, 0.0), "")


def _nodes(element: Element, above: dict[str, str], shift: Point, inside: str) -> Iterator[Node]:
    own = {name: element.attrib[name] for name in INHERITED if name in element.attrib}
    written = properties(element)
    style = {**above, **own, **{name: written[name] for name in INHERITED if name in written}}
    for name in ("opacity", "fill-opacity", "stroke-opacity"):
        value = written.get(name, element.get(name))
        if value is not None:
            style[name] = str(float(style.get(name, 1)) * float(value))
    if moved := TRANSLATE.match(element.get("transform", "")):
        shift = shift[0] + float(moved[1]), shift[1] + float(moved[2] or 0)
    yield Node(element, style, shift, inside)
    if local(element) in ("defs", "marker", "pattern", "clipPath", "symbol", "mask"):
        inside = local(element)
    for child in element:
        yield from _nodes(child, style, shift, inside)


def size(root: Element) -> tuple[float, float, float, float]:
    """Return the viewBox of an SVG: left, top, width and height."""
    left, top, width, height = map(float, NUMBER.findall(root.get("viewBox", "0 0 100 100"))[:4])
    return left, top, width, height


def outline(node: Node) -> list[Point]:
    """Return points along a shape, in the coordinates of the picture; empty for other elements."""
    kind, (right, down) = node.kind, node.shift
    if kind in ("rect", "image"):
        x, y = node.number("x"), node.number("y")
        width, height = node.number("width"), node.number("height")
        points = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    elif kind in ("circle", "ellipse"):
        across = node.number("r") or node.number("rx")
        up = node.number("r") or node.number("ry")
        turns = [math.tau * part / 24 for part in range(24)]
        x, y = node.number("cx"), node.number("cy")
        points = [(x + across * math.cos(turn), y + up * math.sin(turn)) for turn in turns]
    elif kind in ("polyline", "polygon"):
        numbers = [float(number) for number in NUMBER.findall(node.element.get("points", ""))]
        points = list(zip(numbers[::2], numbers[1::2], strict=False))
    elif kind == "line":
        points = [(node.number("x1"), node.number("y1")), (node.number("x2"), node.number("y2"))]
    else:
        points = path_points(node.element.get("d", ""))
    if "scale(1 -1)" in node.element.get("transform", ""):  # so are images of plots
        moved = TRANSLATE.search(node.element.get("transform", ""))
        across, up = (float(moved[1]), float(moved[2] or 0)) if moved else (0.0, 0.0)
        points = [(x + across, -y - up) for x, y in points]
    return [(x + right, y + down) for x, y in points]


def path_points(data: str) -> list[Point]:
    """Return the points of a path; curves and arcs are cut straight.

    >>> path_points("M0 0h10v5")
    [(0.0, 0.0), (10.0, 0.0), (10.0, 5.0)]
    """
    points: list[Point] = []
    x = y = 0.0
    for command, rest in SEGMENT.findall(data):
        numbers = [float(number) for number in NUMBER.findall(rest)]
        kind, relative = command.upper(), command.islower()
        length = {"H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "A": 7}.get(kind, 2)
        for at in range(0, len(numbers) - length + 1, length):
            part = numbers[at : at + length]
            dx = 0.0 if kind == "V" else part[0 if kind == "H" else -2]
            dy = 0.0 if kind == "H" else part[-1]
            if relative:
                x, y = x + dx, y + dy
            else:
                x, y = (x if kind == "V" else dx), (y if kind == "H" else dy)
            points.append((x, y))
    return points


def covers(points: list[Point]) -> Callable[[Point], bool]:
    """Return whether a point lies within a closed shape, as a function of the point."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    box = min(xs), min(ys), max(xs), max(ys)

    def inside(point: Point) -> bool:
        x, y = point
        if not (box[0] <= x <= box[2] and box[1] <= y <= box[3]):
            return False
        crossed = False
        for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                crossed = not crossed
        return crossed

    return inside


def text_width(element: Element, font_size: float, advance: float = ADVANCE) -> float:
    """Return about how wide a text is, in a font whose characters advance by this much."""
    own = NUMBER.match(element.get("font-size", properties(element).get("font-size", "")))
    font_size = float(own[0]) if own else font_size
    chars = (element.text or "").strip()
    wide = font_size * sum(1.0 if WIDE.match(char) else advance for char in chars)
    return wide + sum(text_width(part, font_size, advance) for part in element)


def text_line(node: Node, advance: float) -> tuple[Point, Point]:
    """Return the ends of the middle line of a text, whose characters advance by this much."""
    font = node.number("font-size", 16.0)
    wide = text_width(node.element, font, advance)
    anchor = node.style.get("text-anchor", "")
    if "rtl" in properties(node.element).get("direction", ""):
        anchor = {"end": "start", "middle": "middle"}.get(anchor, "end")
    start = {"middle": -wide / 2, "end": -wide}.get(anchor, 0.0)
    x, y = node.number("x") + node.shift[0], node.number("y") + node.shift[1]
    turn = ROTATE.search(node.element.get("transform", ""))
    angle = math.radians(float(turn[1])) if turn else 0.0
    along, rise = (math.cos(angle), math.sin(angle)), -0.3 * font
    first, last = (
        (x + at * along[0] - rise * along[1], y + at * along[1] + rise * along[0])
        for at in (start, start + wide)
    )
    return first, last


def text_points(node: Node) -> list[Point]:
    """Return points along the middle line of a text, from its start to its end."""
    (x1, y1), (x2, y2) = text_line(node, NARROW)
    shares = (0.05, 0.25, 0.5, 0.75, 0.95)
    return [(x1 + share * (x2 - x1), y1 + share * (y2 - y1)) for share in shares]


def text_box(node: Node) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of a text, in a wide font."""
    half = 0.5 * node.number("font-size", 16.0)
    (x1, y1), (x2, y2) = text_line(node, ADVANCE)
    upright = abs(x2 - x1) < abs(y2 - y1)
    across, up = (half, 0.0) if upright else (0.0, half)
    xs, ys = sorted((x1, x2)), sorted((y1, y2))
    return xs[0] - across, ys[0] - up, xs[1] + across, ys[1] + up
