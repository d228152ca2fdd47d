"""The verdict of a run, and what is different than in the last one."""

from pathlib import Path

import pytest

from course.execution.reports.files import render_html
from course.execution.reports.markdown import render_summary
from course.execution.reports.verdict import (
    compare_accuracy,
    compare_results,
    compare_seconds,
    judge,
)
from tests.fixtures.reports import (
    Page,
    make_failed,
    make_gate,
    make_idle,
    make_last,
    make_notebook,
    make_report,
    make_result,
    read_table,
)


@pytest.mark.parametrize(
    ("report", "word", "counts"),
    [
        (make_report(), "Passed", "1 notebook, 1 executed"),
        (make_report(make_failed()), "Failed", "1 of 1 notebook failed"),
        (
            make_report(make_notebook(gates=[make_gate(True), make_gate(False)])),
            "Failed",
            "1 of 2 accuracy gates missed, 1 executed",
        ),
        (
            make_report(make_notebook(gates=[make_gate(True)])),
            "Passed",
            "1 notebook, all of 1 accuracy gate met, 1 executed",
        ),
        (
            make_report(make_notebook(), make_idle("unstarted"), interrupted=True),
            "Interrupted",
            "1 of 2 notebooks not finished, 1 executed",
        ),
        (make_report(make_idle("unstarted")), "Failed", "1 of 1 notebook not finished"),
    ],
)
def test_the_verdict_comes_first_everywhere(report: dict, word: str, counts: str) -> None:
    """Word and counts, in the first line of the summary and at the top of the page."""
    assert (judge(report).word, judge(report).counts) == (word, counts)
    assert f" {word}: {counts} in 2 min 5 s" in render_summary(report).splitlines()[0]
    text = Page(render_html(report)).text
    assert text.index(f"{word} {counts}") < text.index("Started")


# Differences to the last run


def test_differences_are_told_in_words(tmp_path: Path) -> None:
    """Better and worse, slower and faster, new and gone, each beside the model; the same last."""
    models = [
        make_result("up", accuracy=0.8, seconds=10),
        make_result("down", accuracy=0.8, seconds=10),
        make_result("even", accuracy=0.8, seconds=10),
        make_result("gone", accuracy=0.123),
    ]
    last = make_last(tmp_path, make_notebook(results=models))
    models = [
        make_result("up", accuracy=0.812, seconds=8),
        make_result("down", accuracy=0.75, seconds=12),
        make_result("even", accuracy=0.8001, seconds=10.01),
        make_result("new"),
    ]
    report = make_report(make_notebook(results=models), last=last)
    rows = read_table(render_summary(report), "Results")[1:]
    assert [(row[1], row[4], row[6]) for row in rows] == [
        ("down", "▲ 2.0 s slower", "▼ 0.050 worse"),
        ("up", "▼ 2.0 s faster", "▲ 0.012 better"),
        ("new", "new", "new"),
        ("gone", "–", "gone; 0.123 in the last run"),
        ("even", "= same", "= same"),
    ]
    text = Page(render_html(report)).text
    assert "4 of 5 results differ from the last run and come first" in text
    for said in ("0.812 ▲ 0.012 better", "12.0 ▲ 2.0 s slower", "gone; 0.123 in the last run"):
        assert said in text


def test_models_of_one_name_are_compared_in_their_order(tmp_path: Path) -> None:
    """A notebook may show its results twice."""
    twice = [make_result(accuracy=0.5), make_result(accuracy=0.7)]
    last = make_last(tmp_path, make_notebook(results=twice))
    report = make_report(make_notebook(results=[*twice, make_result()]), last=last)
    (then,) = last["notebooks"]
    found = compare_results(report["notebooks"][0], {then["name"]: then})
    assert [row.accuracy_change.text for row in found] == ["= same", "= same", "new"]


def test_a_failed_notebook_says_whether_that_is_new(tmp_path: Path) -> None:
    """And the models that it did not come to are not called gone."""
    names = ["a", "b", "c", "d"]
    before = [make_notebook("a"), make_failed("b"), make_idle("interrupted", "c")]
    last = make_last(tmp_path, *before)
    report = make_report(*map(make_failed, names), last=last)
    rows = read_table(render_summary(report), "Failures")
    assert rows == [
        ["notebook", "cell", "cause", "before"],
        *(
            [name, "lstm-gates", "cell lstm-gates: ValueError: too many values", then]
            for name, then in zip(
                names,
                [
                    "passed in the last run",
                    "failed in the last run too",
                    "not finished in the last run",
                    "not in the last run",
                ],
                strict=True,
            )
        ),
    ]
    text = Page(render_html(report)).text
    assert "too many values passed in the last run" in text
    assert "gone" not in text


def test_a_mended_notebook_and_one_that_was_not_asked_for_are_told(tmp_path: Path) -> None:
    """A run of one lesson follows a run of all."""
    last = make_last(tmp_path, make_failed("a"), make_notebook("b"))
    report = make_report(make_notebook("a"), last=last)
    summary = render_summary(report)
    assert "In the last run, not in this one: b." in summary
    assert read_table(summary, "What ran")[1][4] == "failed in the last run"
    assert "not in this one: b." in Page(render_html(report)).text


def test_a_comparison_of_unlike_runs_says_so(tmp_path: Path) -> None:
    """Other data, or another device."""
    last = make_last(tmp_path, parameters={"dataset": "ag_news"})
    report = make_report(last={**last, "device": "mps"})
    expected = "The last run had other parameters (dataset = ag_news) and another device (mps)."
    assert expected in Page(render_html(report)).text
    assert expected in render_summary(report)
    assert "had other" not in render_summary(make_report(last=make_last(tmp_path)))
    last = make_last(tmp_path, make_notebook(parameters={"epochs": 5}), make_notebook("a"))
    report = make_report(make_notebook(parameters={"epochs": 3}), make_notebook("a"), last=last)
    assert "The last run had other parameters in 03-rnn-ink." in Page(render_html(report)).text


def test_what_a_profile_does_not_reach_is_noticed() -> None:
    """A notebook without one of its parameters, and results that no gate is held against."""
    gated = make_notebook(gates=[make_gate(True)])
    odd = make_notebook("05-odd-ink", ignored=["dataset"])
    silent = make_notebook("06-silent-ink", results=[])
    text = Page(render_html(make_report(gated, odd, silent))).text
    assert "No parameter dataset: 05-odd-ink." in text
    assert "Results without an accuracy gate: 05-odd-ink." in text
    assert "without an accuracy gate" not in render_summary(make_report(odd))  # there are no gates


@pytest.mark.parametrize(
    ("now", "then", "kind"),
    [(10, 9.5, "even"), (0.9, 0.1, "even"), (12, 10, "bad"), (8, 10, "good"), (105, 100, "even")],
)
def test_a_small_difference_of_time_is_noise(now: float, then: float, kind: str) -> None:
    """From a second and a tenth on it is coloured."""
    assert compare_seconds(now, then).kind == kind


def test_what_is_not_known_is_not_compared() -> None:
    """Neither then nor now."""
    for compare in (compare_accuracy, compare_seconds):
        assert compare(None, 0.5).text == compare(0.5, None).text == ""
