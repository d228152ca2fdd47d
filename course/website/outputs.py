"""Outputs of code cells as HTML, and plots as files that all locales share."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

from course.markdown.render import element
from course.rendering.outputs import Picture, read_outputs, size_of


def render_outputs(
    outputs: Sequence[dict[str, Any]],
    label: str,
    alt: Mapping[str, str],
    folder: str,
    plots: dict[str, bytes],
) -> str:
    """Return the outputs of a cell as HTML; its pictures are added to `plots` by name.

    `label` is the accessible name of text outputs. `alt` are attributes of pictures: `alt`, and
    its language if it is not the page's. `folder` is the URL of the plots.

    Raises:
        ValueError: a picture is not valid base64.
    """
    parts: list[str] = []
    for output in read_outputs(outputs):
        if isinstance(output, str):
            parts.append(text_output(output, label))
        else:
            plots[output.name] = output.content
            parts.append(element("p", picture_output(output, alt, folder)))
    return "".join(parts)


def picture_output(picture: Picture, alt: Mapping[str, str], folder: str) -> str:
    """Return a picture as HTML; the dark theme does not invert one where brightness is a value."""
    look = "plot raster" if picture.has_raster else "plot"
    size = size_of(picture.content)
    source = folder + picture.name
    return element("img", class_=look, src=source, **alt, loading="lazy", **size).removesuffix(
        "</img>"
    )


def text_output(text: str, label: str) -> str:
    """Return printed text as HTML."""
    side = {"dir": "ltr", "translate": "no", "tabindex": "0", "role": "group", "aria_label": label}
    return element("pre", html.escape(text), class_="printed", **side)
