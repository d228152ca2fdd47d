"""The words of a plot in SVG, and the same plot with those of another language.

A label is a text of the SVG in one line, its numbers as `{n}`: `0.80 pieces` is `{n} pieces`, one
label for all its values. Numbers, symbols, abbreviations in capitals and names of one or two
letters need no translation.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from course.figures.svg import (
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
TICK = re.compile(r"([xy]tick)_\d+")  # the id of a group that matplotlib writes
FRONT, BEHIND, ALL = "xtick", "ytick", "*"
MARGIN = 3.0  # between a text and the edge of the picture
FLIPPED = {"start": "end", "end": "start", "middle": "middle"}


class Text(NamedTuple):
    """A text of a plot: its node, its label, and the axis at whose ticks it stands, or empty."""

    node: Node
    label: str
    ticks: str


def texts(root: Element) -> Iterator[Text]:
    """Yield the texts of an SVG."""
    ticks = {
        child: match[1]
        for group in root.iter(f"{{{SVG}}}g")
        if (match := TICK.fullmatch(group.get("id", "")))
        for child in group.iter(f"{{{SVG}}}text")
    }
    for node in nodes(root):
        if node.kind == "text":
            yield Text(node, label_of(node.element), ticks.get(node.element, ""))


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
            replace_text(text.node, fill_in(said, text.node.element), direction)
            changed = True
    if not changed:
        return content
    root.set("{http://www.w3.org/XML/1998/namespace}lang", lang)
    widen(root)
    return write_svg(root)


def fill_in(said: str, text: Element) -> str:
    """Return a translated label with the numbers of a text, in their order."""
    numbers = iter(NUMBER.findall(_written(text)))
    return re.sub(re.escape(PLACE), lambda _: next(numbers, PLACE), said)


def replace_text(node: Node, said: str, direction: str) -> None:
    """Put other words into a text, in their own direction.

    The letters of a formula have places of their own; the new words are set around its middle.
    """
    text = node.element
    parts = [part for part in text if local(part) == "tspan"]
    if parts:
        last = parts[-1]
        style = {**properties(parts[0])}
        style.pop("font-style", None)
        wide = float(last.get("x", "0")) + 7
        text.set("x", str(wide / 2))
        text.set("y", parts[0].get("y", "0"))
        text.set("style", "; ".join(f"{name}: {value}" for name, value in style.items()))
        for part in list(text):
            text.remove(part)
        anchor = "middle"
    else:
        anchor = node.style.get("text-anchor", "start")
    text.text = said
    written = properties(text) or {}
    written["text-anchor"] = FLIPPED[anchor] if direction == "rtl" else anchor
    if direction == "rtl":
        written["direction"] = "rtl"
    text.set("style", "; ".join(f"{name}: {value}" for name, value in written.items()))


def widen(root: Element) -> None:
    """Widen a picture to both sides as far as its texts reach."""
    left, top, width, height = size(root)
    boxes = [text_box(text.node) for text in texts(root)]
    new_left = min([left, *(box[0] - MARGIN for box in boxes)])
    new_right = max([left + width, *(box[2] + MARGIN for box in boxes)])
    if (new_left, new_right) == (left, left + width):
        return
    wide = new_right - new_left
    root.set("viewBox", f"{new_left:g} {top:g} {wide:g} {height:g}")
    shown = root.get("width", "")
    unit = re.sub(r"[\d.]+", "", shown)
    root.set("width", f"{float(shown.removesuffix(unit) or width) * wide / width:g}{unit}")
