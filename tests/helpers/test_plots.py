"""The style of the plots: the same bytes at every run, and colours that can be told apart."""

import base64
import io
import itertools
import json
import re
import struct

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from nlphelpers import plots
from nlphelpers.plots import MODEL_COLOURS, label_lines, model_colour, shade_guessing, spread

SHOWN = """
import json, sys
import matplotlib.pyplot as plt
from IPython import get_ipython
from IPython.testing.globalipapp import start_ipython
from IPython.utils.capture import capture_output
start_ipython()
shell = get_ipython()
shell.display_formatter.active_types = shell.display_formatter.format_types  # as in a kernel
from nlphelpers.plots import label_lines, set_plot_style, shade_guessing
with capture_output() as captured:
    set_plot_style()
    for name, values in {"RNN": [1, 0.3], "LSTM": [1, 0.98], "GRU": [1, 0.99]}.items():
        plt.plot([2, 40], values, marker="o", label=name)
    plt.xlabel("distance in tokens")
    plt.ylim(0, 1.05)
    label_lines()
    shade_guessing(1 / 4)
    plt.show()
    plt.figure()
    plt.show()
json.dump([[output.data, output.metadata] for output in captured.outputs], sys.stdout)
"""
INLINE = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}


@pytest.fixture
def style():
    """The style of the course for one test."""
    with plt.rc_context():
        plots.set_plot_style()
        yield
        plt.close("all")


def test_a_notebook_gets_svg_with_text_and_png_alike_at_every_run(run_python):
    """Two kernels give the same bytes; an empty figure gives neither."""
    first, second = (json.loads(run_python(SHOWN, **INLINE)) for _ in range(2))
    assert first == second
    (data, metadata), (empty, _) = first
    svg = data["image/svg+xml"]
    assert svg.startswith("<svg ")
    for word in ("RNN", "guessing", "distance in tokens"):
        assert f">{word}</text>" in svg
    assert not re.search(r"<metadata|\d{4}-\d\d-\d\d", svg)
    png = base64.b64decode(data["image/png"])
    size = [2 * side for side in metadata["image/png"].values()]
    assert list(struct.unpack(">II", png[16:24])) == size
    assert abs(size[0] - 2 * 5.4 * 96) <= 2
    assert not empty.keys() & {"image/svg+xml", "image/png"}


def test_a_script_gets_the_style_alone(style):
    """Outside of a notebook there is nothing to show figures in."""
    assert plt.rcParams["svg.fonttype"] == "none"


def test_the_png_keeps_the_colours_of_models(style):
    """Fewer colours than the figure has, but lines have theirs to the eye."""
    for height, colour in enumerate(MODEL_COLOURS.values()):
        plt.plot([0, 1], [height, height], color=colour)
    encoded, _ = plots.as_png(plt.gcf())
    picture = Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB")
    found = np.unique(np.asarray(picture).reshape(-1, 3), axis=0).astype(float)
    for name, colour in MODEL_COLOURS.items():
        wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        assert np.abs(found - wanted).max(axis=1).min() <= 6, name


def linear(colour):
    part = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """The ratio of WCAG 2."""
    low, high = sorted(linear(each) @ [0.2126, 0.7152, 0.0722] for each in (one, other))
    return (high + 0.05) / (low + 0.05)


SEEN = {  # how the colour-blind see: Machado, Oliveira and Fernandes (2009), full severity
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritanopia": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
    "full sight": np.eye(3),
}


def lab(light):
    xyz = np.clip(light, 0, 1) @ np.array(
        [[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]]
    )
    xyz = xyz / [0.9505, 1, 1.089]
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", SEEN)
def test_models_can_be_told_apart(sight):
    """Two models differ by ten just noticeable differences or more (CIE 1976)."""
    for one, other in itertools.combinations(dict.fromkeys(MODEL_COLOURS.values()), 2):
        seen = [lab(np.array(SEEN[sight]) @ linear(each)) for each in (one, other)]
        assert np.linalg.norm(seen[0] - seen[1]) >= 10, (one, other)


@pytest.mark.parametrize("name", MODEL_COLOURS)
def test_a_model_stands_out_from_the_ground(name):
    """Three to one, as WCAG 2 asks of what is drawn."""
    assert contrast(MODEL_COLOURS[name], plots.GROUND) >= 3


def test_a_row_has_the_colour_of_its_model():
    """The longest name counts, so that a variant keeps its own."""
    assert model_colour("LSTM, packed") == MODEL_COLOURS["LSTM"]
    assert model_colour("RNN, orthogonal start") == MODEL_COLOURS["RNN, orthogonal"]
    assert model_colour("Bag of words, twice") == MODEL_COLOURS["bag of words"]
    assert model_colour("a stranger") not in MODEL_COLOURS.values()


def test_labels_lie_neither_over_each_other_nor_outside(style):
    """Five lines that end at one height; each label has the colour of its line."""
    for number in range(5):
        plt.plot([0, 1], [number, 0.5 + number / 100], label=f"line {number}")
    label_lines()
    figure, axes = plt.gcf(), plt.gca()
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in axes.texts]
    assert len(boxes) == 5
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))
    assert all(figure.bbox.containsx(box.x1) and figure.bbox.containsy(box.y0) for box in boxes)
    colours = {line.get_label(): line.get_color() for line in axes.get_lines()}
    assert {text.get_text(): text.get_color() for text in axes.texts} == colours


def test_labels_move_as_little_as_they_must():
    """Far ones stay; near ones move apart around their middle, and push others on."""
    assert spread([], 1) == []
    assert spread([0, 0.1, 5], 1) == pytest.approx([-0.45, 0.55, 5])
    assert spread([0, 0, 1], 1) == pytest.approx([-2 / 3, 1 / 3, 4 / 3])
    assert np.diff(spread(sorted([3, 3, 3, 4, 4.5, 9]), 1)).min() >= 1 - 1e-9
    assert spread([0, 0.1, 1.5, 9], 1, least=0) == pytest.approx([0, 1, 2, 9])


def test_the_level_of_guessing_is_shaded_and_named(style):
    """From the bottom to the level, over the whole width."""
    plt.plot([2, 40], [1, 0.3])
    shade_guessing(0.25, "chance")
    (shade,) = plt.gca().patches
    within = shade.get_extents().transformed(plt.gca().transData.inverted())
    assert within.y1 == pytest.approx(0.25)
    assert [text.get_text() for text in plt.gca().texts] == ["chance"]
