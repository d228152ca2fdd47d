"""Widgets of the website: what is drawn from the data of a cell, and what wrong data says."""

import base64
import hashlib
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from course.formats.settings import Locale
from course.formats.strings import tool_strings
from course.website.widgets import probabilities, render_widget
from tests.fixtures.command import run_course
from tests.fixtures.widgets import CELL, DATA, MODEL, SHARES, widget, write_course

ENGLISH, ARABIC = Locale("en", "English", "ltr"), Locale("ar", "العربية", "rtl")


def render(data: Any, locale: Locale = ENGLISH) -> str:
    return render_widget(data, tool_strings(), locale, ENGLISH)


@pytest.mark.parametrize("kind", DATA)
def test_a_widget_is_whole_without_scripts(kind: str) -> None:
    """It has its picture, a name, and no attribute that the policy of the pages forbids."""
    shown = render(widget(kind))
    assert f'role="group" aria-label="{tool_strings()[f"widgets.{kind}"]}"' in shown
    assert "<svg" in shown
    assert 'type="range"' in shown
    assert "style=" not in shown
    assert not re.search(r"\son\w+=", shown)


def test_what_is_left_of_the_marked_words_stands_still_at_the_end() -> None:
    """Ink lies behind the marked words alone, as strong as the last value says."""
    shown = render(widget("reading"))
    assert shown.count('fill-opacity="0.25"') == 3
    assert 'class="left" data-left>25%<' in shown
    assert 'class="w">rained </span>' in shown
    assert 'class="w">day</span>' in shown  # and the mark behind it, without a space


def test_words_of_the_data_are_english_in_every_language() -> None:
    """They are marked as such, and run from the left to the right."""
    shown = render(widget("sampling"), ARABIC)
    assert '<span lang="en" dir="ltr" translate="no">Once</span>' in shown
    shown = render(widget("reading"), ARABIC)
    assert '<p class="sentence" lang="en" dir="ltr" translate="no">' in shown


def test_bars_show_the_probabilities_of_the_scores() -> None:
    """The softmax at temperature 1, also of large scores."""
    assert probabilities([1000.0, 1000.0]) == [0.5, 0.5]
    first = probabilities([3.0, 2.0, 1.0])[0]
    assert first == pytest.approx(0.6652, abs=1e-4)
    assert f'width="{100 * first:.2f}"' in render(widget("sampling"))


def test_gates_follow_the_formulas() -> None:
    """c = f c + i g, and h = o tanh(c)."""
    shown = re.findall(r"data-share>(-?[\d.]+)<", render(widget("gates")))
    assert shown == ["1.50", "0.75", "-0.10", "0.65", "0.34"]


def test_text_of_the_data_is_never_markup() -> None:
    """Not as text, and not in the data for the script."""
    evil = "</script><script>alert(1)</script>"
    shown = render(widget("sampling", words=[evil, "In", "There"]))
    assert "<script>alert" not in shown
    assert shown.count("</script>") == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("Once", "'Once' is no table of data"),
        ({"kind": "line"}, "unknown kind 'line', did you mean 'lines'?"),
        (widget("reading", marked=9), "marked is 9, expected a number of words up to 8"),
        (widget("reading", series=[{**MODEL, "values": SHARES[1:]}]), "values: 7 numbers"),
        (widget("reading", words="Cats"), "words is 'Cats', expected a list of strings"),
        (widget("lines", series=[]), "series is [], expected a list of models"),
        (widget("lines", series=[{"name": "mouse", "colour": "red"}]), "no colour such as"),
        (widget("lines", x=[2, "far"]), "x is 'far', expected a number"),
        (widget("gates", f=1.5), "f is 1.5, expected a number from 0 to 1"),
        (widget("gates", c=float("nan")), "c is nan, expected a number"),
        (widget("sampling", series=[{**MODEL, "scores": [1.0, 2.0, 3.0]}]), "not sorted"),
    ],
)
def test_wrong_data_is_refused_in_one_line(tmp_path: Path, data: Any, said: str) -> None:
    """The line names the notebook and the cell; nothing of the locale is written."""
    root = write_course(tmp_path, data)
    done = run_course(root, "site", "en")
    done.assert_refused(f"01-cats-ink.ipynb: cell {CELL}: widget of an output: ", said)
    assert not (root / "build" / "site" / "en" / "01-cats-ink.html").exists()


def test_the_script_is_only_on_pages_with_a_widget_and_in_their_policy(tmp_path: Path) -> None:
    """Other pages stay as light as they were."""
    root = write_course(tmp_path, widget("reading"))
    run_course(root, "site", "en").assert_done()
    folder = root / "build" / "site" / "en"
    pages = {
        path.name: unescape(path.read_text(encoding="utf-8")) for path in folder.glob("*.html")
    }
    having = {name for name, page in pages.items() if "widgets.css" in page}
    assert having == {"index.html", "01-cats-ink.html", "01-cats-chalk.html"}
    for name in having:
        script = pages[name].rpartition("<script>")[2].partition("</script>")[0]
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in pages[name]


def test_the_start_page_shows_the_widget_and_links_to_its_cell(tmp_path: Path) -> None:
    """In the words of the language."""
    root = write_course(tmp_path, widget("reading"))
    run_course(root, "site", "pl").assert_done()
    page = (root / "build" / "site" / "pl" / "index.html").read_text(encoding="utf-8")
    assert page.count('data-widget="reading"') == 1
    assert f'href="01-cats-ink.html#{CELL}"' in page


@pytest.mark.parametrize(
    ("hero", "said"),
    [
        ("01-cats", "start hero is '01-cats', expected a cell, as lesson:cell"),
        ("01-cat:code-picture", "start hero: unknown lesson '01-cat', did you mean '01-cats'?"),
        ("01-cats:code-food", "01-cats-ink.ipynb shows no widget in a cell 'code-food'"),
    ],
)
def test_a_cell_without_a_widget_is_not_shown(tmp_path: Path, hero: str, said: str) -> None:
    """One line says so, and what to do."""
    root = write_course(tmp_path, widget("reading"), hero)
    run_course(root, "site", "en").assert_refused("course.toml: start hero", said)


def test_a_course_without_a_widget_has_none_on_its_start_page(site: Path) -> None:
    """Nor have its links a picture."""
    page = (site / "en" / "index.html").read_text(encoding="utf-8")
    assert "data-widget" not in page
    assert "og:image" not in page
