"""Prose on the website: harmless, closed, and marked with its language."""

import re
from pathlib import Path

import pytest

from course.markdown.render import VOID
from course.website.prose import Links, render_blocks
from tests.fixtures import tiny
from tests.fixtures.command import run_course
from tests.fixtures.pages import show_cell
from tests.fixtures.tiny import cell, english

HOSTILE = """\
# Title {math}`x` <b>{{ 1 }}</b>

```{include} ../../course.toml
```

{download}`x <../../course.toml>` <u>plain</u> [x](javascript:alert(1)) ![p](//example.org/p.png)

% comment
(target)=
+++ {"x": 1}
"""


def test_prose_is_rendered_as_harmless_html() -> None:
    """No directive, role, target or include of another dialect means anything, nor does HTML."""
    heading, prose = show_cell(HOSTILE)
    assert heading == 'Title {math}<code dir="ltr">x</code> <b>{{ 1 }}</b>'
    assert prose.startswith('<div class="prose">')
    assert "&lt;u&gt;plain" in prose
    assert "example.org" not in prose
    assert 'href="javascript' not in prose


@pytest.mark.parametrize(
    "text", ["<details>\n<summary>a</summary>\n\n* b", "<div>\n\n# x", "> <b>x"]
)
def test_what_is_left_open_is_closed(text: str) -> None:
    """A cell can't swallow what follows it."""
    for line in show_cell(text):
        opened: list[str] = []
        for slash, tag in re.findall(r"<(/?)([a-z][a-z0-9]*)", line):
            if slash:
                assert opened.pop() == tag, line
            elif tag not in (*VOID, "img"):
                opened.append(tag)
        assert not opened, line


def test_what_is_missing_is_marked_with_its_language() -> None:
    """Headings and prose alike; the notice above it leads to where it can be mended."""
    side = {"lang": "en", "dir": "ltr"}
    made = render_blocks("x", "# Cat\n\nIt sleeps.", side, "Missing.", "Mend", Links(edit="e"))
    assert made[0].heading.html == '<span lang="en" dir="ltr">Cat</span>'
    assert made[1].html == (
        '<div class="prose"><p class="notice">Missing. <a href="e">Mend</a></p>'
        '<div lang="en" dir="ltr"><p>It sleeps.</p></div></div>'
    )
    (alone,) = render_blocks("x", "", {}, "Stale.", "", Links())
    assert alone.html == '<div class="prose" id="x"><p class="notice">Stale.</p></div>'


def test_active_content_is_refused(tmp_path: Path) -> None:
    """The locale is not made, and the others are."""
    root = tiny.write_course(tmp_path)
    bad = cell("title", "# Koty <script>alert(1)</script>", english("01-cats")["title"])
    (root / "translations/pl/01-cats.md").write_text(bad, encoding="utf-8")
    done = run_course(root, "site", "pl", "en")
    assert done.code == 1
    lines = done.err.splitlines()
    assert lines
    assert all("01-cats.md:1: cell title: active content" in line for line in lines)
    assert (root / "build/site/en/index.html").is_file()
    assert not (root / "build/site/pl").exists()
