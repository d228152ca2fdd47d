"""Outputs of code cells: printed text, pictures and widgets, in the order of printing."""

import base64
import hashlib
import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from course.text import ANSI, OVERWRITTEN

SVG = re.compile(r'<svg\b[^>]*?\swidth="([\d.]+)(pt)?"[^>]*?\sheight="([\d.]+)')
POINT = 4 / 3  # pixels
SIGNATURE = b"\x89PNG\r\n\x1a\n"
VECTOR = "image/svg+xml"
WIDGET = "application/vnd.course.widget+json"
KINDS = {VECTOR: ".svg", "image/png": ".png", "image/jpeg": ".jpg"}  # in order of preference


@dataclass(frozen=True)
class Picture:
    """A picture that a cell has put out: its MIME type and the content of its file."""

    kind: str
    content: bytes

    @property
    def name(self) -> str:
        """The name of its file, which depends on its content only."""
        return hashlib.sha256(self.content).hexdigest()[:16] + KINDS[self.kind]


@dataclass(frozen=True)
class Widget:
    """The data of an interactive figure, which stands below the picture or text of its output."""

    data: Any


def read_outputs(outputs: Sequence[dict[str, Any]]) -> Iterator[str | Picture | Widget]:
    """Yield the outputs of a cell: printed text, consecutive prints as one, pictures and widgets.

    Text is as a terminal would show it, and never blank. Of the forms of a picture, the first of
    `KINDS` is taken.

    Raises:
        ValueError: a picture is not valid base64.
    """
    text = ""
    for output in outputs:
        data = output.get("data", {})
        kind = next((kind for kind in KINDS if kind in data), None)
        if kind is None:
            more = output.get("text", data.get("text/plain", "")) or output.get("traceback", "")
            text += "".join(more) + ("\n" if "data" in output else "")
            if WIDGET not in data:
                continue
        yield from _printed(text)
        text = ""
        if kind:
            yield read_picture(kind, "".join(data[kind]))
        if WIDGET in data:
            yield Widget(data[WIDGET])
    yield from _printed(text)


def read_picture(kind: str, encoded: str) -> Picture:
    """Return a picture from its form in a notebook: SVG is text, the others are base64."""
    content = encoded.encode() if kind == VECTOR else base64.b64decode(encoded)
    return Picture(kind, content)


def _printed(text: str) -> Iterator[str]:
    text = OVERWRITTEN.sub("", ANSI.sub("", text)).rstrip()
    if text:
        yield text


def size_of(content: bytes) -> dict[str, str]:
    """Return width and height of a PNG or SVG in pixels, which prevent layout shifts."""
    found: tuple[object, ...] = ()
    if content.startswith(SIGNATURE) and len(content) >= 24:
        found = struct.unpack(">II", content[16:24])
    elif match := SVG.search(content.decode("utf-8", "replace")):
        scale = POINT if match[2] else 1
        found = (round(float(match[1]) * scale), round(float(match[3]) * scale))
    return dict(zip(("width", "height"), map(str, found), strict=False))
