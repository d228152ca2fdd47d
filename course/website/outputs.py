"""Outputs of code cells as HTML, and plots as files that all locales share."""

import base64
import hashlib
import html
import re
import struct
from collections.abc import Callable, Mapping, Sequence
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
    alt: Mapping[str, str],
    folder: str,
    plots: dict[str, bytes],
    widget: Callable[[Any], str],
) -> str:
    """Return the outputs of a cell as HTML; its pictures are added to `plots` by name.

    `widget` renders the data of a widget, which stands below the picture or text that it is with.

    `label` is the accessible name of text outputs. `alt` are attributes of pictures: `alt`, and
    its language if it is not the page's. `folder` is the URL of the plots.

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
        name = hashlib.sha256(content).hexdigest()[:16] + KINDS[kind]
        plots[name] = content
        size = size_of(content)
        # Where brightness encodes a value, as in a heat map, the dark theme must not invert it.
        look = "plot raster" if kind == VECTOR and b"<image" in content else "plot"
        image = element("img", class_=look, src=folder + name, **alt, loading="lazy", **size)
        parts.append(element("p", image.removesuffix("</img>")))
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
