"""Outputs of code cells as HTML."""

import base64
import html
import re
import struct
from collections.abc import Callable, Sequence
from typing import Any

from course.markdown.render import element
from course.text import ANSI, OVERWRITTEN
from course.website.widgets import WIDGET

SVG = re.compile(r'<svg\b[^>]*?\swidth="([\d.]+)(pt)?"[^>]*?\sheight="([\d.]+)')
POINT = 4 / 3  # pixels
SIGNATURE = b"\x89PNG\r\n\x1a\n"
VECTOR = "image/svg+xml"
KINDS = {VECTOR: ".svg", "image/png": ".png", "image/jpeg": ".jpg"}  # in order of preference


def render_outputs(
    outputs: Sequence[dict[str, Any]],
    label: str,
    draw: Callable[[bytes, str], str],
    widget: Callable[[Any], str],
) -> str:
    """Return the outputs of a cell as HTML.

    `label` is the accessible name of text outputs. `draw` returns the HTML of a picture, from its
    content and its MIME type; `widget` that of a widget, from its data, below what it is with.

    Raises:
        ValueError: a picture is not valid base64, or the data of a widget is wrong.
    """
    parts: list[str] = []
    text = ""
    for output in outputs:
        data = output.get("data", {})
        kind = next((kind for kind in KINDS if kind in data), None)
        if kind is None:
            more = output.get("text", data.get("text/plain", "")) or output.get("traceback", "")
            text += "".join(more) + ("\n" if "data" in output else "")
            if WIDGET in data:
                parts, text = [*parts, text_output(text, label), widget(data[WIDGET])], ""
            continue
        parts, text = [*parts, text_output(text, label)], ""
        encoded = "".join(data[kind])
        content = encoded.encode() if kind == VECTOR else base64.b64decode(encoded)
        parts.append(draw(content, kind))
        parts += [widget(data[WIDGET])] if WIDGET in data else []
    return "".join([*parts, text_output(text, label)])


def text_output(text: str, label: str) -> str:
    """Return printed text as HTML, as a terminal would show it; empty for blank text."""
    text = OVERWRITTEN.sub("", ANSI.sub("", text)).rstrip()
    if not text:
        return ""
    side = {"dir": "ltr", "translate": "no", "role": "group", "aria_label": label}
    return element("pre", html.escape(text), class_="printed", **side)


def size_of(content: bytes) -> dict[str, str]:
    """Return width and height of a PNG or SVG in pixels, which prevent layout shifts."""
    found: tuple[object, ...] = ()
    if content.startswith(SIGNATURE) and len(content) >= 24:
        found = struct.unpack(">II", content[16:24])
    elif match := SVG.search(content.decode("utf-8", "replace")):
        scale = POINT if match[2] else 1
        found = (round(float(match[1]) * scale), round(float(match[3]) * scale))
    return dict(zip(("width", "height"), map(str, found), strict=False))
