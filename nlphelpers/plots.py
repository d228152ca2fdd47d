"""The style of all plots: colours that keep their meaning, and figures that one can read small.

    from torchnlp import MODEL_COLOURS, set_plot_style

    set_plot_style()    # once, in the first cell
    plt.plot(distances, accuracies, color=MODEL_COLOURS["LSTM"], label="LSTM")
    label_lines()       # the name at the end of each line, in place of a legend
    shade_guessing(1 / 4)
    plt.show()

A figure becomes an SVG with real text, and beside it a PNG of twice the size for readers that show
no SVG, as GitHub's.  Both are the same bytes at every run.  Models that count are grey, networks
have a colour.  Colours differ for the colour-blind, and stand out on white and on black.
"""

from __future__ import annotations

import base64
import io
import math
import re

from cycler import cycler

INK, MUTED, SHADE, GROUND = "#222222", "#6B6B6B", "#E6E6E3", "#FCFCFA"  # those of the diagrams

MODEL_COLOURS = {
    "bag of words": "#3D3D3D",
    "linear": "#737373",
    "n-grams": "#737373",
    "skip-gram": "#6C1800",
    "RNN": "#D55E00",
    "RNN, mean of states": "#B3208F",
    "RNN, orthogonal": "#A8643C",
    "LSTM": "#0072B2",
    "GRU": "#009E73",
    "attention": "#A874EC",
    "transformer": "#7140EB",
}
"""One colour for a model through the whole course (lesson 03)."""

STYLE = {
    "figure.figsize": (5.4, 3.2),  # 518 pixels wide; letters have 10 when it is shown in 360
    "figure.dpi": 96,  # as the SVG has it in a browser
    "figure.constrained_layout.use": True,
    "figure.facecolor": GROUND,
    "savefig.facecolor": GROUND,
    "axes.facecolor": GROUND,
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib: the same PNG on every machine
    "font.size": 12,
    "axes.titlesize": 12,
    "axes.labelcolor": INK,
    "axes.titlelocation": "left",
    "axes.edgecolor": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.prop_cycle": cycler(color=list(dict.fromkeys(reversed(MODEL_COLOURS.values())))),
    "grid.color": SHADE,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "lines.linewidth": 2.4,
    "lines.markersize": 6,
    "legend.frameon": False,
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "nlp-course",  # else ids are drawn anew at every run
}
UNDATED = dict.fromkeys(["Creator", "Date", "Format", "Type"])  # what an SVG need not say
COLOURS = 128  # of a PNG, which makes it a quarter as large


def set_plot_style() -> None:
    """Draw all figures from here on in the style of the course (lesson 03).

    A notebook shows a figure as `image/svg+xml` and `image/png`, with the same bytes at every run.
    In a script the style alone is set.
    """
    import matplotlib as mpl
    from IPython import get_ipython
    from matplotlib.figure import Figure

    mpl.rcParams.update(STYLE)
    if (shell := get_ipython()) is None:
        return
    import matplotlib_inline.backend_inline  # noqa: F401 - sets its own formats, which ours replace

    formatters = shell.display_formatter.formatters
    formatters["image/svg+xml"].for_type(Figure, as_svg)
    formatters["image/png"].for_type(Figure, as_png)


def as_svg(figure) -> str | None:
    """Return a figure as SVG on one line, with text as text; None where nothing is drawn."""
    if not figure.axes:
        return None
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata=UNDATED)
    return re.sub(r"\s*\n\s*", " ", file.getvalue()[file.getvalue().index("<svg") :]).strip()


def as_png(figure) -> tuple[str, dict[str, int]] | None:
    """Return a figure as PNG of twice its size, in base64, and its size as it is to be shown."""
    from PIL import Image

    if not figure.axes:
        return None
    file, small = io.BytesIO(), io.BytesIO()
    figure.savefig(file, format="png", dpi=2 * figure.dpi)
    picture = Image.open(file).convert("RGB")
    picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        small, "png", optimize=True
    )
    shown = {"width": picture.width // 2, "height": picture.height // 2}
    return base64.b64encode(small.getvalue()).decode(), shown


def model_colour(name: str) -> str:
    """Return the colour of the model in `name`, by the longest known name in it (lesson 03).

    model_colour("LSTM, packed")      # that of "LSTM"
    model_colour("a stranger")        # the ink of the axes
    """
    known = [model for model in MODEL_COLOURS if model.lower() in name.lower()]
    return MODEL_COLOURS[max(known, key=len)] if known else MUTED


def label_lines(axes=None) -> None:
    """Write the label of each line behind its end, in its colour, none over another (lesson 03).

    No label is written below the axes, where it would meet theirs.

    Call it when all lines are drawn and the limits of the axes are set.
    """
    import matplotlib.pyplot as plt
    import numpy as np

    axes = axes or plt.gca()
    axes.figure.draw_without_rendering()  # or the layout is not yet that of the figure
    lines = [line for line in axes.get_lines() if not line.get_label().startswith("_")]
    ends = {line: axes.transData.transform(line.get_xydata()[-1]) for line in lines}
    lines.sort(key=lambda line: ends[line][1])
    height = 1.25 * plt.rcParams["font.size"] * axes.figure.dpi / 72  # of a label, in pixels
    wanted = np.array([ends[line][1] for line in lines])
    for line, high in zip(lines, spread(wanted, height, axes.bbox.y0), strict=True):
        shift = (high - ends[line][1]) * 72 / axes.figure.dpi
        axes.annotate(
            line.get_label(),
            line.get_xydata()[-1],
            (8, shift),
            textcoords="offset points",
            va="center",
            color=line.get_color(),
            annotation_clip=False,
        )


def spread(heights, gap: float, least: float = -math.inf) -> list[float]:
    """Move ascending `heights` as little as needed to have `gap` between neighbours.

    spread([0, 0.1, 5], 1)       # [-0.45, 0.55, 5.0]
    spread([0, 0.1, 5], 1, 0)    # [0, 1, 5.0]; none is below `least`
    """
    groups: list[list[float]] = []  # each a run of neighbours: [sum of heights, count]
    for height in heights:
        groups.append([height, 1])
        while len(groups) > 1 and lowest(groups[-1], gap) - highest(groups[-2], gap) < gap:
            total, count = groups.pop()
            groups[-1] = [groups[-1][0] + total, groups[-1][1] + count]
    free = (lowest(group, gap) + gap * i for group in groups for i in range(int(group[1])))
    return [max(height, least + gap * i) for i, height in enumerate(free)]


def lowest(group, gap: float) -> float:
    """Return the height of the first label of a run, which is centred on its mean."""
    return group[0] / group[1] - gap * (group[1] - 1) / 2


def highest(group, gap: float) -> float:
    """Return the height of the last label of a run."""
    return group[0] / group[1] + gap * (group[1] - 1) / 2


def shade_guessing(level: float, word: str = "guessing", axes=None) -> None:
    """Shade a plot of accuracies from 0 up to what guessing reaches, with a word (lesson 03)."""
    import matplotlib.pyplot as plt

    axes = axes or plt.gca()
    axes.axhspan(0, level, color=SHADE, zorder=0)
    axes.annotate(
        word,
        (0, level),
        (6, -4),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        va="top",
        color=MUTED,
    )
