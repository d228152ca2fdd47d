"""Data that the website shows as an interactive figure, beside a plot or a line of text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from nlphelpers.plots import model_colour

WIDGET_MIME = "application/vnd.course.widget+json"
DIGITS = 4  # of each number in the data


def show_widget(
    kind: str, series: Mapping[str, Mapping] | None = None, said: str | None = None, **data: Any
) -> None:
    """Show the current figure, or the text `said`, with data for the website (lesson 03).

    `kind` is what the website draws: "reading", "lines", "gates" or "sampling".  `series` holds the
    columns of each model by its name; the model's colour is added.  Readers of a notebook that know
    no widgets show the figure or the text.

        plt.plot([2, 5], [1.0, 0.9])
        show_widget("lines", {"RNN": {"values": [1.0, 0.9]}}, x=[2, 5])
        show_widget("gates", said="0.5 * 0.8 = 0.4", c=0.8, f=0.5)
    """
    import matplotlib.pyplot as plt
    from IPython import get_ipython
    from IPython.display import display

    shell = get_ipython()
    if shell is None:
        return plt.show() if said is None else print(said)
    if series is not None:
        data["series"] = [
            {"name": name, "colour": model_colour(name), **columns}
            for name, columns in series.items()
        ]
    rounded = json.loads(json.dumps({"kind": kind, **data}, default=plain), parse_float=short)
    bundle, metadata = {"text/plain": said}, {}
    if said is None:
        bundle, metadata = shell.display_formatter.format(plt.gcf())
        plt.close()
    display({**bundle, WIDGET_MIME: rounded}, metadata=metadata, raw=True)


def plain(value: Any) -> Any:
    """Return an array or a number of NumPy as JSON has it."""
    return value.tolist()


def short(number: str) -> float:
    """Return a number of JSON with few digits, so that the data stays small."""
    return round(float(number), DIGITS)
