"""The page of a report: readable by all, in light and in dark."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.execution.reports import words
from course.execution.reports.curves import COLOUR_COUNT, MARKERS, number_models, plot_curves
from course.execution.reports.files import FEW, list_timings, render_html
from course.execution.reports.markdown import ROWS, render_summary
from tests.fixtures.reports import (
    Page,
    make_all_sorts,
    make_failed,
    make_idle,
    make_notebook,
    make_report,
    make_result,
)


def test_a_page_can_be_read_by_all() -> None:
    """A language, a title, headings without a gap, and tables whose headers say what they head."""
    page = Page(render_html(make_all_sorts()))
    assert ("html", {"lang": "en"}) in page.found
    assert page.count("h1") == 1
    levels = [int(tag[1]) for tag, _ in page.found if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    scopes = [item.get("scope") for tag, item in page.found if tag == "th"]
    assert page.count("table") >= 4
    assert set(scopes) == {"col", "row", "rowgroup"}
    images = [item for tag, item in page.found if tag == "svg"]
    assert images
    assert all("aria-label" in item or item.get("aria-hidden") == "true" for item in images)


def read_colours(style: str) -> dict[str, str]:
    """Return the colours that a block of a style sheet names."""
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})", style))


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_have_contrast(scheme: int) -> None:
    """Letters 4.5 to 1 on both grounds, lines of curves 3 to 1, as WCAG 2 asks."""
    blocks = re.findall(r":root \{(.*?)\}", render_html(make_report()), re.DOTALL)
    colours = read_colours(blocks[scheme])
    for name, colour in colours.items():
        least = {"c": 3, "b": 2.4}.get(name[0], 4.5)
        if name in ("page", "panel", "line"):
            continue
        for ground in ("page", "panel") if least == 4.5 else ("page",):
            pair = sorted([luminance(colour), luminance(colours[ground])])
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= least, (name, ground)


def test_curves_are_drawn_where_there_are_two_points() -> None:
    """A single epoch is no curve; a notebook without any has no plot."""
    one = make_notebook("a", results=[make_result(curve=[0.5])])
    many = [make_result("RNN", curve=[0.3, 0.5]), make_result("bag", curve=[0.7]), make_result()]
    page = Page(render_html(make_report(one, make_notebook("b", results=many))))
    assert page.count("figure") == 1
    plot = plot_curves(many, number_models([{"results": many}]))
    assert [curve.model for curve in plot.curves] == ["RNN"]
    assert "Learning curves" not in Page(render_html(make_report(one))).text


def test_curves_are_told_apart_without_colours() -> None:
    """Each pair of colour and marker is used once; the legend's order is that of the ends."""
    rows = [make_result(f"m{i}", curve=[0.1, 0.2 + i / 100]) for i in range(20)]
    curves = plot_curves(rows, number_models([{"results": rows}])).curves
    assert len({(curve.colour, curve.sample) for curve in curves}) == 20
    assert len({curve.sample for curve in curves}) == len(MARKERS)
    assert {curve.colour for curve in curves} == set(range(COLOUR_COUNT))
    assert [curve.last for curve in curves] == sorted((c.last for c in curves), reverse=True)


def test_a_model_has_one_colour_and_one_marker_everywhere() -> None:
    """In every plot and every table, in whatever order the notebooks have their models."""
    rnn, lstm = make_result("RNN", curve=[0.3, 0.5]), make_result("LSTM", curve=[0.4, 0.9])
    books = [make_notebook("a", results=[rnn, lstm]), make_notebook("b", results=[lstm, rnn])]
    page = render_html(make_report(*books))
    legends = re.findall(r'class="mark (c\d)" d="M6 6([^"]+)"/></svg>\s*<bdi>(\w+)</bdi>', page)
    legends += re.findall(r'class="mark (c\d)" d="M12 6([^"]+)"/></svg> <bdi>(\w+)</bdi>', page)
    assert len(legends) == 8  # two models in two tables and two legends
    assert len(set(legends)) == 2
    assert len({colour for colour, *_ in legends}) == 2


def test_green_is_for_what_has_passed() -> None:
    """Not for what is only better or faster, and not for what was not run."""
    style = re.search(r"<style>(.*?)</style>", render_html(make_report()), re.DOTALL)[1]
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", style))
    green = {
        name.strip() for names, body in rules if "var(--green)" in body for name in names.split(",")
    }
    assert green == {"header.passed", ".passed h1", ".met", ".executed > summary .status"}


@given(st.lists(st.lists(st.none() | st.floats(-1, 2), max_size=400), max_size=4))
def test_every_curve_lies_inside_its_plot(values: list[list[float | None]]) -> None:
    """With ticks that are few, whatever the accuracies and however many the epochs."""
    rows = [make_result(str(i), curve=curve) for i, curve in enumerate(values)]
    plot = plot_curves(rows, number_models([{"results": rows}]))
    if plot is None:
        fit = [[v for v in curve if v is not None and 0 <= v <= 1] for curve in values]
        assert max(map(len, fit), default=0) < 2
        return
    assert 2 <= len(plot.accuracies) <= 8
    assert 1 <= len(plot.epochs) <= 9
    for curve in plot.curves:
        places = re.findall(r"([\d.-]+) ([\d.-]+)", curve.line)
        assert 2 <= len(places) <= 200
        for x, y in places:
            assert plot.left <= float(x) <= plot.right
            assert -0.1 <= float(y) <= plot.bottom + 0.1


def test_timings_show_the_slowest_first_and_fold_the_small() -> None:
    """All of them together make up the whole."""
    small = [{"id": f"s{i}", "seconds": 0.05} for i in range(10)]
    cells = [{"id": "imports", "seconds": 2.0}, *small, {"id": "train", "seconds": 6.0}]
    timings = list_timings(make_notebook(seconds=10.0, cells=cells))
    assert [(cell, words) for cell, words, _, _ in timings] == [
        ("train", ""),
        ("imports", ""),
        (None, "outside of cells, such as the start of the kernel"),
        (None, "10 cells under 1% each"),
    ]
    assert sum(share for *_, share in timings) == pytest.approx(1)
    assert list_timings(make_idle("unstarted")) == []


def test_many_notebooks_are_folded_but_for_the_failed() -> None:
    """A page of 500 can still be looked through, and a summary is not refused for its size."""
    rows = [make_result(f"model {i}", curve=[0.5, 0.6]) for i in range(7)]
    few = [make_notebook(f"n{i}", results=rows) for i in range(FEW)]
    page = Page(render_html(make_report(*few)))
    assert all("open" in item for tag, item in page.found if tag == "details")
    many = [make_notebook(f"n{i}", results=rows) for i in range(499)]
    report = make_report(*many, make_failed())
    page = Page(render_html(report))
    opened = [item["class"] for tag, item in page.found if tag == "details" and "open" in item]
    assert opened == ["failed"]
    assert page.count("details") == 500
    summary = render_summary(report)
    assert len(summary.encode()) < 2**20
    assert f"… and {499 * 7 - ROWS:,} more rows" in summary


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(None, "–"), (0.04, "0.0 s"), (47.12, "47.1 s"), (99.97, "1 min 40 s"), (125.3, "2 min 5 s")],
)
def test_a_time_is_told_as_people_tell_it(seconds: float | None, expected: str) -> None:
    """Seconds, then minutes."""
    assert words.seconds(seconds) == expected
    assert words.seconds(3600 * 5 + 60) == "5 h 1 min"
