"""The words of plots: which are to be translated, and a plot with those of another language."""

from xml.etree import ElementTree

import pytest

from course.figures.labels import has_words, labels_of, translate_plot
from course.figures.svg import SVG

PLOT = f"""\
<svg xmlns="{SVG}" width="100pt" height="80pt" viewBox="0 0 100 80">
<g id="matplotlib.axis_1">
<g id="xtick_1"><text style="font-size: 10px; text-anchor: middle" x="30" y="70">otter</text></g>
<g><text style="font-size: 10px; text-anchor: middle" x="50" y="78">words</text></g></g>
<g id="matplotlib.axis_2">
<g id="ytick_1"><text style="font-size: 10px; text-anchor: end" x="20" y="40">mean</text></g>
<g style="fill: #222222" transform="translate(40 10)"><text>
<tspan x="0" y="-1" style="font-size: 10px; fill: #222222">r</tspan>
<tspan x="5" y="-1" style="font-size: 10px; fill: #222222">a</tspan>
<tspan x="10" y="-1" style="font-size: 10px; fill: #222222">n</tspan>
<tspan x="15" y="-1" style="font-size: 10px; fill: #222222">k</tspan>
<tspan x="24" y="-1" style="font-style: oblique; font-size: 10px; fill: #222222">r</tspan>
</text></g></g>
<text style="font-size: 10px" x="80" y="20">0.80  legal</text>
<text style="font-size: 10px" x="80" y="30">0.15  legal</text>
<text style="font-size: 10px" x="80" y="40">LSTM</text>
</svg>""".encode()
NAME = "{http://www.w3.org/XML/1998/namespace}lang"


def said(content: bytes) -> dict[str, ElementTree.Element]:
    """Return the texts of a plot by what they say."""
    texts = ElementTree.fromstring(content).iter(f"{{{SVG}}}text")
    return {" ".join("".join(text.itertext()).split()): text for text in texts}


@pytest.mark.parametrize("label", ["LSTM", "{n}", "−ln p y", "TF-IDF", "q·k / √D", "en", "τ = {n}"])
def test_numbers_symbols_and_abbreviations_need_no_translation(label: str) -> None:
    """They are the same in every language."""
    assert not has_words(label)


def test_labels_have_a_place_for_their_number_and_are_named_once() -> None:
    """A formula is one label, with a space where its style changes."""
    assert labels_of(PLOT) == ["otter", "words", "mean", "rank r", "{n} legal"]


@pytest.mark.parametrize(
    ("data", "left"),
    [
        (["xtick"], ["words", "mean", "rank r", "{n} legal"]),
        (["ytick", "otter"], ["words", "rank r", "{n} legal"]),
        (["*"], []),
    ],
)
def test_words_of_the_data_stay(data: list[str], left: list[str]) -> None:
    """Those at the ticks of an axis, a label, or all of them."""
    assert labels_of(PLOT, data) == left
    every = dict.fromkeys(labels_of(PLOT), "słowo {n}")
    made = translate_plot(PLOT, every, data, "pl", "ltr").decode()
    assert made.count("słowo") == len(left) + ("{n} legal" in left)


def test_a_plot_speaks_another_language() -> None:
    """Its numbers stay, and labels without a translation; its language is marked."""
    made = translate_plot(PLOT, {"{n} legal": "{n} poprawne", "rank r": "ranga r"}, [], "pl", "ltr")
    assert said(made).keys() >= {"0.80 poprawne", "0.15 poprawne", "ranga r", "otter", "LSTM"}
    assert ElementTree.fromstring(made).get(NAME) == "pl"
    assert translate_plot(PLOT, {}, [], "pl", "ltr") == PLOT


def test_arabic_runs_to_the_side_where_the_english_stood() -> None:
    """From right to left, so that start and end change places."""
    made = said(translate_plot(PLOT, {"{n} legal": "سليم {n}", "mean": "متوسط"}, [], "ar", "rtl"))
    assert "text-anchor: end; direction: rtl" in made["سليم 0.80"].get("style", "")
    assert "text-anchor: start; direction: rtl" in made["متوسط"].get("style", "")


def test_a_plot_grows_where_a_word_is_too_long() -> None:
    """To the left and to the right, at the same scale."""
    long = {"mean": "gjennomsnittet av alle", "{n} legal": "{n} gyldige fortellinger"}
    root = ElementTree.fromstring(translate_plot(PLOT, long, [], "nb", "ltr"))
    left, _, width, _ = map(float, root.attrib["viewBox"].split())
    assert left < -50
    assert left + width > 200
    assert float(root.attrib["width"].removesuffix("pt")) == pytest.approx(width, abs=0.1)
