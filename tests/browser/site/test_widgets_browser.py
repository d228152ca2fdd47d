"""Widgets in a browser: by keyboard, without scripts, with and without motion, in each language."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.site.conftest import COURSE

HERO = "index.html"
RNN = f"{COURSE.hero[0]}-pytorch.html"
LINES, GATES, READING = "#plot-mixed .lines", "#lstm-by-hand-check .gates", ".stage .reading"
SAMPLING = "#plot-temperature .sampling"


def data_of(widget) -> dict:
    """Return the data that a widget draws."""
    return json.loads(widget.locator("script").text_content())["data"]


def percent(text: str) -> int:
    """Return the number of a percentage in any language."""
    return int(re.search(r"\d+", text)[0])


def test_the_text_is_read_with_the_keyboard(visit, locale) -> None:
    """Each key reads a word on; ink and numbers follow the data, and a screen reader hears them."""
    seen = visit(locale=locale.id)
    page = seen.open(f"{locale.id}/{HERO}")
    widget = page.locator(READING)
    data = data_of(widget)
    slider = widget.get_by_role("slider")
    slider.focus()
    page.keyboard.press("Home")
    for _ in range(20):
        page.keyboard.press("ArrowRight" if locale.direction == "ltr" else "ArrowUp")
    assert slider.input_value() == "21"
    for number, one in enumerate(data["series"]):
        row = widget.locator(".reader").nth(number)
        left = percent(row.locator("[data-left]").inner_text())
        assert left == pytest.approx(100 * one["values"][20], abs=0.6)
        ink = row.locator(".tint").first.get_attribute("fill-opacity")
        assert float(ink) == one["values"][20]
        assert row.locator(".unread").count() == len(data["words"]) - 21
    expect(widget.get_by_role("status")).to_contain_text(data["series"][0]["name"])
    seen.assert_quiet()


def test_it_reads_on_its_own_once_and_can_be_stopped(visit) -> None:
    """Where motion is liked; in a lesson it waits for the reader."""
    page = visit(reduced_motion="no-preference").open(f"en/{HERO}")
    widget = page.locator(READING)
    slider, button = widget.get_by_role("slider"), widget.get_by_role("button")
    expect(button).to_have_text("Pause")
    expect(slider).to_have_value(re.compile("^[3-9]$"))
    button.press("Enter")
    stopped = slider.input_value()
    page.wait_for_timeout(700)
    assert slider.input_value() == stopped
    assert widget.get_by_role("status").text_content() == ""  # nobody is talked over
    lesson = visit(reduced_motion="no-preference").open(f"en/{RNN}")
    assert lesson.locator(".reading [data-input]").input_value() == "36"


def test_nothing_moves_where_motion_is_not_liked(visit) -> None:
    """The picture is whole at once, and the button still plays."""
    page = visit().open(f"en/{HERO}")
    widget = page.locator(READING)
    page.wait_for_timeout(1300)
    assert widget.get_by_role("slider").input_value() == "36"
    assert widget.locator(".unread").count() == 0
    style = "element => getComputedStyle(element).transitionDuration"
    assert widget.locator(".tint").first.evaluate(style) == "0s"


def test_a_distance_is_chosen(visit) -> None:
    """The bars have the values of the plot above them."""
    page = visit().open(f"en/{RNN}")
    widget = page.locator(LINES)
    data = data_of(widget)
    widget.get_by_role("slider").press("Home")
    shown = [percent(text) for text in widget.locator("[data-share]").all_inner_texts()]
    assert shown == pytest.approx([100 * one["values"][0] for one in data["series"]], abs=0.6)


def test_gates_are_opened_and_closed(visit) -> None:
    """With the forget gate open and the input gate closed, the state stays as it is."""
    page = visit().open(f"en/{RNN}")
    widget = page.locator(GATES)
    forget, put, show = widget.get_by_role("slider").all()
    forget.press("End")
    put.press("Home")
    show.press("Home")
    values = [float(text) for text in widget.locator("[data-share]").all_inner_texts()]
    state = round(data_of(widget)["c"], 2)
    assert values == [state, state, 0, state, 0]
    assert "100%" in widget.locator("[data-kept]").inner_text()


def test_a_low_temperature_and_a_small_top_p_leave_one_word(visit) -> None:
    """And then that word is drawn; the probabilities add up to 1 at any temperature."""
    seen = visit(360)
    page = seen.open("en/04-generation-pytorch.html")
    widget = page.locator(SAMPLING)
    shares = widget.locator("[data-share]")
    assert sum(map(percent, shares.all_inner_texts())) == pytest.approx(100, abs=4)
    temperature, top = widget.get_by_role("slider").all()
    temperature.press("End")
    flat = percent(shares.first.inner_text())
    temperature.press("Home")
    assert percent(shares.first.inner_text()) > 95 > flat
    top.press("Home")
    expect(widget.locator("[data-possible]")).to_contain_text(": 1 of")
    widget.get_by_role("button").press("Enter")
    assert widget.locator("[data-drawn]").inner_text() == data_of(widget)["words"][0]
    seen.assert_quiet()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_scripts_the_picture_stands_still(visit, locale, scheme: str) -> None:
    """No control is shown that would do nothing."""
    page = visit(360, java_script_enabled=False, color_scheme=scheme).open(f"{locale.id}/{HERO}")
    widget = page.locator(READING)
    assert widget.locator(".controls").first.is_hidden()
    assert widget.locator(".sentence").first.is_visible()
    box = widget.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360


def test_the_widget_is_seen_without_scrolling(visit) -> None:
    """On a screen of a laptop, in English."""
    page = visit().open(f"en/{HERO}")
    box = page.locator(READING).bounding_box()
    assert box["y"] + box["height"] <= 800
