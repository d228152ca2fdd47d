"""Outputs of code cells as HTML."""

import html
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from course.markdown.render import element
from course.rendering.outputs import Picture, Widget, read_outputs


def render_outputs(
    outputs: Sequence[dict[str, Any]],
    label: str,
    draw: Callable[[Picture], str],
    widget: Callable[[Any], str],
) -> Iterator[tuple[str, bool]]:
    """Yield the outputs of a cell as HTML, each with whether it is no widget.

    `label` is the accessible name of text outputs. `draw` returns the HTML of a picture; `widget`
    that of a widget, from its data, below what it is with.

    Raises:
        ValueError: a picture is not valid base64, or the data of a widget is wrong.
    """
    for output in read_outputs(outputs):
        if isinstance(output, Picture):
            yield draw(output), True
        elif isinstance(output, Widget):
            yield widget(output.data), False
        else:
            yield text_output(output, label), True


def text_output(text: str, label: str) -> str:
    """Return printed text as HTML."""
    side = {"dir": "ltr", "translate": "no", "role": "group", "aria_label": label}
    return element("pre", html.escape(text), class_="printed", **side)
