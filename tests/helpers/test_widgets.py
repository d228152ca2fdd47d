"""Data for widgets: what a notebook keeps beside a plot or a line of text."""

import json

import pytest

from torchnlp import show_widget

MIME = "application/vnd.course.widget+json"


@pytest.fixture
def shown(run_python):
    """Return a function that runs code in a notebook's shell, and returns what it displays."""

    def show(code: str) -> list[dict]:
        out = run_python(
            f"""
import json, sys
import matplotlib.pyplot as plt
import numpy as np
from torchnlp import set_plot_style, show_widget
from IPython.testing.globalipapp import start_ipython
from IPython.utils.capture import capture_output
formatter = start_ipython().display_formatter
formatter.active_types = formatter.format_types  # as in a notebook: a terminal shows text alone
set_plot_style()
with capture_output() as captured:
    {code}
found = [{{"data": output.data, "metadata": output.metadata}} for output in captured.outputs]
json.dump([found, plt.get_fignums()], sys.stdout)
""",
            MPLBACKEND="module://matplotlib_inline.backend_inline",
        )
        return json.loads(out)

    return show


def test_a_plot_carries_the_data_of_its_models_with_their_colours(shown):
    """One output has both; other readers show the plot. Numbers have four digits."""
    series = "{'LSTM': {'values': np.float32([1, 1 / 3])}}"
    (output,), left = shown(f"plt.plot([1]); show_widget('lines', {series}, x=[2, 5])")
    assert {"image/svg+xml", "image/png", "text/plain", MIME} == set(output["data"])
    assert output["metadata"]["image/png"]["width"] > 400
    model = {"name": "LSTM", "colour": "#0072B2", "values": [1.0, 0.3333]}
    assert output["data"][MIME] == {"kind": "lines", "x": [2, 5], "series": [model]}
    assert left == []  # else it would be shown once more


def test_a_text_carries_data_too(shown):
    """The text is what other readers show."""
    (output,), _ = shown("show_widget('gates', said='0.5 * 0.8 = 0.4', c=0.8, f=np.float64(0.5))")
    assert output["data"] == {
        "text/plain": "0.5 * 0.8 = 0.4",
        MIME: {"kind": "gates", "c": 0.8, "f": 0.5},
    }


def test_a_script_prints_the_text(capsys):
    """There is nothing that could show a widget."""
    show_widget("gates", said="0.5 * 0.8 = 0.4", c=0.8, f=0.5)
    assert capsys.readouterr().out == "0.5 * 0.8 = 0.4\n"
