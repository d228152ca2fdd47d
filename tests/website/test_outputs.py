"""Outputs on the website."""

import base64
from pathlib import Path

from course.rendering.outputs import Picture
from course.website.outputs import render_outputs
from tests.fixtures import tiny
from tests.fixtures.command import run_course


def test_outputs_are_shown_as_text_and_as_pictures() -> None:
    """What a terminal would show; nothing of an output acts."""
    drawn: list[Picture] = []

    def draw(picture: Picture) -> str:
        drawn.append(picture)
        return "<figure>"

    outputs = [
        {
            "output_type": "stream",
            "name": "stdout",
            "text": ["50%\r100%\n", "\x1b[31m<b>\x1b[0m\n"],
        },
        {"output_type": "display_data", "data": {"image/png": tiny.PNG, "text/plain": "<Figure>"}},
        {"output_type": "display_data", "data": {"text/html": "<script>", "text/plain": "table"}},
    ]
    shown = "".join(part for part, _ in render_outputs(outputs, "Out", draw, str))
    assert drawn == [Picture("image/png", base64.b64decode(tiny.PNG))]
    assert "100%\n&lt;b&gt;</pre><figure><pre" in shown
    assert shown.endswith(">table</pre>")
    assert "<script>" not in shown
    assert "Figure" not in shown


def test_a_plot_is_drawn_from_its_svg_where_it_is_both() -> None:
    """Sharp at every size, and its words can be translated."""
    data = {"image/png": tiny.PNG, "image/svg+xml": ["<svg>\n", "</svg>"]}
    outputs = [{"output_type": "display_data", "data": data}]

    def draw(picture: Picture) -> str:
        return f"{picture.kind} {picture.content.decode()}"

    assert list(render_outputs(outputs, "", draw, str)) == [("image/svg+xml <svg>\n</svg>", True)]


def test_a_picture_that_is_none_is_named(tmp_path: Path) -> None:
    """With its notebook and cell, in one line."""
    root = tiny.write_course(tmp_path)
    path = root / "notebooks" / "02-boats-ink.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(tiny.PNG, "iVBOR"), encoding="utf-8")
    done = run_course(root, "site", "en")
    done.assert_refused("02-boats-ink.ipynb: cell code-title: picture of an output")
