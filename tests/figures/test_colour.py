"""Colours: contrast, lightness, and the nearest colour that can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.figures.colour import Colour, contrast, least_contrast, legible, parse_colour

HEX = st.from_regex(r"\A#[0-9a-f]{6}\Z")


def known(text: str) -> Colour:
    found = parse_colour(text)
    assert found
    return found


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#777777", "#ffffff", 4.48), ("#d55e00", "#222222", 4.11), ("#0072b2", "#ffffff", 5.19)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    """The first is the well-known grey that just fails on white."""
    assert contrast(known(one), known(other)) == pytest.approx(ratio, abs=0.01)
    assert contrast(known(other), known(one)) == contrast(known(one), known(other))


@given(text=HEX)
def test_a_colour_is_written_as_it_was_read(text: str) -> None:
    """Through linear light and back."""
    assert known(text).hex == text


@given(text=HEX, lightness=st.floats(0.05, 0.95))
def test_another_lightness_is_reached(text: str, lightness: float) -> None:
    """The colour can be shown, and is as light as was asked for."""
    made = known(text).lit(lightness)
    assert all(0 <= part <= 1 for part in made)
    assert made.lightness == pytest.approx(lightness, abs=0.02)


@given(text=HEX, behind=st.lists(HEX, min_size=1, max_size=2))
def test_a_legible_colour_stands_out(text: str, behind: list[str]) -> None:
    """It has the contrast that is asked for, if black or white has it; one that has it stays."""
    seen = frozenset(map(known, behind))
    made = legible(known(text), seen, 4.5)
    possible = max(least_contrast(known(end), seen) for end in ("#000000", "#ffffff"))
    assert least_contrast(made, seen) >= min(4.5, possible) - 0.01
    if least_contrast(known(text), seen) >= 4.5:
        assert made.hex == text


def test_what_is_no_colour_is_none() -> None:
    """`none`, a reference, nothing at all."""
    assert [parse_colour(text) for text in ("none", "url(#a)", "", None, "#12")] == [None] * 5
