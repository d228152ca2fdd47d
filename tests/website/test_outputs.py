"""Outputs on the website."""

from pathlib import Path

from course.website.outputs import render_outputs
from tests.fixtures import tiny
from tests.fixtures.command import run_course


def test_outputs_are_shown_as_text_and_as_shared_plots() -> None:
    """What a terminal would show; nothing of an output acts."""
    plots: dict[str, bytes] = {}
    outputs = [
        {
            "output_type": "stream",
            "name": "stdout",
            "text": ["50%\r100%\n", "\x1b[31m<b>\x1b[0m\n"],
        },
        {"output_type": "display_data", "data": {"image/png": tiny.PNG, "text/plain": "<Figure>"}},
        {"output_type": "display_data", "data": {"text/html": "<script>", "text/plain": "table"}},
    ]
    shown = render_outputs(outputs, "Out", {"alt": 'a "plot"'}, "../_plots/", plots, str)
    (name,) = plots
    assert "100%\n&lt;b&gt;</pre>" in shown
    assert (
        f'src="../_plots/{name}" alt="a &quot;plot&quot;" loading="lazy" width="1" height="1"'
        in shown
    )
    assert shown.endswith(">table</pre>")
    assert "<script>" not in shown
    assert "Figure" not in shown


def test_a_plot_is_shown_as_svg_where_it_is_both() -> None:
    """Sharp at every size; its width is in pixels, where matplotlib counts points."""
    plots: dict[str, bytes] = {}
    svg = ['<svg width="388.8pt" height="230.4pt" viewBox="0 0 388.8 230.4">\n', "</svg>"]
    data = {"image/png": tiny.PNG, "image/svg+xml": svg, "text/plain": "<Figure>"}
    outputs = [{"output_type": "display_data", "data": data}]
    shown = render_outputs(outputs, "Out", {"alt": "a"}, "../", plots, str)
    ((name, content),) = plots.items()
    assert name.endswith(".svg")
    assert content == "".join(svg).encode()
    assert f'class="plot" src="../{name}" alt="a" loading="lazy" width="518" height="307"' in shown


def test_a_map_of_colours_is_not_turned_round_in_the_dark() -> None:
    """There "bright" is a value, of which the text speaks; matplotlib writes it as an image."""
    svg = '<svg width="9pt" height="9pt"><image href="data:image/png;base64,iVBORw0KGgo="/></svg>'
    outputs = [{"output_type": "display_data", "data": {"image/svg+xml": svg}}]
    assert 'class="plot raster"' in render_outputs(outputs, "Out", {"alt": "a"}, "../", {}, str)


def test_a_picture_that_is_none_is_named(tmp_path: Path) -> None:
    """With its notebook and cell, in one line."""
    root = tiny.write_course(tmp_path)
    path = root / "notebooks" / "02-boats-ink.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(tiny.PNG, "iVBOR"), encoding="utf-8")
    done = run_course(root, "site", "en")
    done.assert_refused("02-boats-ink.ipynb: cell code-title: picture of an output")
