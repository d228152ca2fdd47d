"""The picture of links to the site, and what they say."""

import struct
from pathlib import Path

import pytest

from course.website.picture import FONTS, HEIGHT, WIDTH, draw, has_picture, lines, render
from tests.fixtures.command import run_course
from tests.fixtures.pages import configure
from tests.fixtures.widgets import MODEL, WORDS, widget, write_course


def test_the_picture_is_the_same_bytes_at_every_build() -> None:
    """A PNG of the size that links expect, drawn with fonts that come with the tool."""
    assert len(FONTS) == 2
    png = render(draw(widget("reading")))
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (WIDTH, HEIGHT)
    assert png == render(draw(widget("reading")))


def test_words_are_drawn_and_not_left_out() -> None:
    """Without its fonts the picture would be another one."""
    svg = draw(widget("reading"))
    assert render(svg) != render(svg.replace("rained", "      "))


def test_lines_break_between_words() -> None:
    """Each token stands once, in order, within the margins; no mark begins a line."""
    words = WORDS * 10
    found = list(lines(words))
    assert [word for line in found for _, word, _ in line] == words
    assert len(found) > 2
    assert all(x + len(word) * 16.2 <= WIDTH - 50 for line in found for _, word, x in line)


@pytest.mark.parametrize(
    "data",
    [
        None,
        widget("gates"),
        widget("reading", words=["猫", *WORDS[1:]]),
        widget("reading", words=WORDS[:1] * 400),
        widget("reading", series=[{**MODEL, "values": [1.0], "sure": [1.0]}] * 9),
    ],
)
def test_what_the_font_lacks_or_the_page_cannot_hold_has_no_picture(data) -> None:
    """Boxes in place of letters would be worse than none."""
    assert not has_picture(data)


def test_a_link_says_its_words_in_its_language_and_shows_the_picture(tmp_path: Path) -> None:
    """The address of the picture is relative until that of the site is known."""
    root = write_course(tmp_path, widget("reading"))
    run_course(root, "site", "pl").assert_done()
    page = (root / "build/site/pl/01-cats-ink.html").read_text(encoding="utf-8")
    assert '<meta property="og:title" content="Koty (Ink) · Cats &amp; boats">' in page
    assert '<meta property="og:locale" content="pl_PL">' in page
    assert '<meta property="og:image" content="../_static/share.png">' in page
    assert (root / "build/site/_static/share.png").read_bytes() == render(draw(widget("reading")))
    configure(root, 'site = "https://cats.example/course"')
    run_course(root, "site", "pl").assert_done()
    page = (root / "build/site/pl/01-cats-ink.html").read_text(encoding="utf-8")
    assert 'content="https://cats.example/course/_static/share.png"' in page
