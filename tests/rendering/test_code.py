"""Code in colours: its text is the code, whatever it is, and every colour can be read."""

import html
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.rendering.code import CLASSES, highlight

CSS = Path(__file__).parents[2] / "course" / "website" / "static" / "course.css"
PAIR = re.compile(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)")
LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\v\f\x1c\x1d\x1e\x85"
                                       "\u2028\u2029")))  # fmt: skip


def text_of(markup: str) -> str:
    """Return the text of HTML."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


@given(LINES.map("\n".join))
def test_the_text_is_the_code_and_a_line_is_an_element(source: str) -> None:
    """Also where it is no Python; the lexer ends the last line if nothing else does."""
    source = source.strip("\n").replace("\n\n\n", "\n") or "x"
    shown = highlight(source)
    assert text_of(shown).rstrip("\n") == source.rstrip("\n")
    assert shown.count('<span class="l">') == len(source.rstrip("\n").split("\n"))


def test_a_text_over_several_lines_is_coloured_line_by_line() -> None:
    """No element begins in one line and ends in another."""
    shown = highlight('def f():\n    """One.\n\n    Two."""\n')
    lines = re.findall(r'<span class="l">(.*?)\n</span>', shown)
    assert lines == [
        '<span class="k">def</span> <span class="f">f</span>():',
        '    <span class="c">"""One.</span>',
        "",
        '<span class="c">    Two."""</span>',
    ]


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_colour_of_text_can_be_read_on_every_ground(scheme: int) -> None:
    """4.5:1, code on its own ground and on a page's."""
    colours = {name: pair[scheme] for name, *pair in PAIR.findall(CSS.read_text("utf-8"))}
    codes = {f"code-{name}" for _, name in CLASSES}
    assert codes < colours.keys()
    texts = [*codes, "ink", "muted", "link", "visited"]
    pairs = [(text, ground) for text in texts for ground in ("ground", "soft")]
    pairs += [("ink", "accent"), ("link", "accent"), ("ground", "link")]
    pairs += [(text, "note-ground") for text in ("ink", "note", "link")]
    pairs += [(text, "right-ground") for text in ("ink", "right", "link")]
    pairs += [("right", "ground"), ("note", "ground")]
    low = [
        (*pair, round(value, 2))
        for pair in pairs
        if (value := contrast(colours[pair[0]], colours[pair[1]])) < 4.5
    ]
    assert low == []
