"""The words of a plot in SVG, and the same plot with those of another language.

A label is a text of the SVG in one line, its numbers as `{n}`: `0.80 pieces` is `{n} pieces`, one
label for all its values. Numbers, symbols, abbreviations in capitals and names of one or two
letters need no translation.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from course.figures.svg import (
    LENGTH,
    ROTATE,
    SVG,
    Element,
    Node,
    local,
    nodes,
    properties,
    read_svg,
    size,
    text_box,
    write_svg,
)

PLACE = "{n}"  # stands for a number
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
WORD = re.compile(r"[^\W\d_]{3,}")
BLANK = re.compile(r"\s+")
# Ids of groups that the library of a plot writes.
TICK = re.compile(r"([xy]tick)_\d+")
AXIS = re.compile(r"\w+\.axis_\d+")
ALL = "*"
LAST = 7.0  # width of the last letter of a formula
MARGIN = 3.0  # between a text and the edge of the picture
FLIPPED = {"start": "end", "end": "start", "middle": "middle"}


class Text(NamedTuple):
    """A text of a plot: its node and its label.

    `ticks` is the axis at whose ticks it stands, or empty; `names` is whether it names an axis.
    """

    node: Node
    label: str
    ticks: str
    names: bool


def texts(root: Element) -> Iterator[Text]:
    """Yield the texts of an SVG."""
    ticks = {
        child: match[1]
        for group in root.iter(f"{{{SVG}}}g")
        if (match := TICK.fullmatch(group.get("id", "")))
        for child in group.iter(f"{{{SVG}}}text")
    }
    of_axes = {
        child
        for group in root.iter(f"{{{SVG}}}g")
        if AXIS.fullmatch(group.get("id", ""))
        for child in group.iter(f"{{{SVG}}}text")
    }
    for node in nodes(root):
        if node.kind == "text":
            place = ticks.get(node.element, "")
            names = node.element in of_axes and not place
            yield Text(node, label_of(node.element), place, names)


def label_of(text: Element) -> str:
    """Return the label of a text; of a formula, the characters that it is set from."""
    return NUMBER.sub(PLACE, BLANK.sub(" ", _written(text)).strip())


def _written(text: Element) -> str:
    """Return what is written in a text; in a formula, a space where the style changes."""
    parts = [part for part in text if local(part) == "tspan"]
    if not parts:
        return text.text or ""
    styles = [properties(part).get("font-style", "") for part in parts]
    written = parts[0].text or ""
    for before, style, part in zip(styles, styles[1:], parts[1:], strict=False):
        written += (" " if style != before else "") + (part.text or "")
    return written


def has_words(label: str) -> bool:
    """Return whether a label is to be translated.

    >>> [has_words(label) for label in ("test accuracy", "LSTM", "{n}", "q·k / √D", "TF-IDF")]
    [True, False, False, False, False]
    """
    return any(not word.isupper() for word in WORD.findall(label.replace(PLACE, " ")))


def labels_of(content: bytes, data: Collection[str] = ()) -> list[str]:
    """Return the labels of a plot that are to be translated, each once.

    `data` names those that are words of a data set and stay as they are: labels, `xtick` and
    `ytick` for all at the ticks of an axis, or `*` for all of them.

    Raises:
        ValueError: it is not an SVG.
    """
    found = [text.label for text in texts(read_svg(content)) if not _is_data(text, data)]
    return [label for label in dict.fromkeys(found) if has_words(label)]


def _is_data(text: Text, data: Collection[str]) -> bool:
    return ALL in data or text.label in data or text.ticks in data


def translate_plot(
    content: bytes, words: Mapping[str, str], data: Collection[str], lang: str, direction: str
) -> bytes:
    """Return a plot with the words of a language, by label; others stay as they are.

    Where a text is longer than the picture has room for, the picture becomes wider.

    Raises:
        ValueError: it is not an SVG.
    """
    root = read_svg(content)
    changed = False
    for text in list(texts(root)):
        said = words.get(text.label, "")
        if said and not _is_data(text, data):
            replace_text(text, fill_in(said, text.node.element), direction)
            changed = True
    if not changed:
        return content
    root.set("{http://www.w3.org/XML/1998/namespace}lang", lang)
    step_aside(root)
    widen(root)
    return write_svg(root)


def fill_in(said: str, text: Element) -> str:
    """Return a translated label with the numbers of a text, in their order."""
    numbers = iter(NUMBER.findall(_written(text)))
    return re.sub(re.escape(PLACE), lambda _: next(numbers, PLACE), said)


def replace_text(text: Text, said: str, direction: str) -> None:
    """Put other words into a text, in their own direction.

    The letters of a formula have places of their own. The new words are set around its middle if it
    names an axis, or else from its start.
    """
    element = text.node.element
    style, anchor = properties(element), text.node.style.get("text-anchor", "start")
    if parts := [part for part in element if local(part) == "tspan"]:
        style = {**style, **properties(parts[0])}
        style.pop("font-style", None)
        wide = float(parts[-1].get("x", "0")) + LAST
        anchor = "middle" if text.names else "start"
        element.set("x", f"{wide / 2 if text.names else 0:g}")
        element.set("y", parts[0].get("y", "0"))
        for part in list(element):
            element.remove(part)
    element.text = said
    style["text-anchor"] = FLIPPED[anchor] if direction == "rtl" else anchor
    if direction == "rtl":
        style["direction"] = "rtl"
    element.set("style", "; ".join(f"{name}: {value}" for name, value in style.items()))


def step_aside(root: Element) -> None:
    """Move the name of an axis, an upright text on the left, aside from what lies over it."""
    found = [text.node for text in texts(root)]
    level = [text_box(node) for node in found if not is_upright(node)]
    start, _, width, _ = size(root)
    for node in filter(is_upright, found):
        left, top, right, bottom = text_box(node)
        if right > start + width / 4:
            continue
        beside = [
            box[0]
            for box in level
            if box[0] < right and box[2] > left and box[1] < bottom and box[3] > top
        ]
        if beside and (turn := ROTATE.search(node.element.get("transform", ""))):
            x = node.number("x") - (right - min(beside))
            node.element.set("x", f"{x:g}")
            place = f"{x:g} {node.element.get('y', '0')}"
            node.element.set("transform", f"rotate({turn[1]} {place})")


def is_upright(node: Node) -> bool:
    """Return whether a text runs upwards or downwards."""
    turn = ROTATE.search(node.element.get("transform", ""))
    return turn is not None and abs(float(turn[1])) == 90


def widen(root: Element) -> None:
    """Extend a picture to each side as far as its texts reach."""
    left, top, width, height = size(root)
    boxes = [text_box(text.node) for text in texts(root)]
    left, right = min(left, *(box[0] - MARGIN for box in boxes)), left + width
    top, bottom = min(top, *(box[1] - MARGIN for box in boxes)), top + height
    right = max(right, *(box[2] + MARGIN for box in boxes))
    bottom = max(bottom, *(box[3] + MARGIN for box in boxes))
    extent = {"width": (right - left, width), "height": (bottom - top, height)}
    root.set("viewBox", f"{left:g} {top:g} {right - left:g} {bottom - top:g}")
    for name, (new, old) in extent.items():
        shown = LENGTH.match(root.get(name, ""))
        if shown:
            root.set(name, f"{float(shown[1]) * new / old:g}{shown[2] or ''}")
