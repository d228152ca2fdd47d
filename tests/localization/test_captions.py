"""Captions: sentences of plots and of diagrams, beside the text of a Markdown cell."""

import json
from pathlib import Path

from course.formats.translation import parse_translation
from tests.fixtures.command import run_course
from tests.fixtures.sentences import INK, PL, about, kept, plotted, say, translate  # noqa: F401
from tests.fixtures.tiny import sources

CAPTION, CAPTION_PL = "A cat, seen from above.", "Kot widziany z góry."


def test_a_markdown_cell_can_have_a_caption(plotted: Path) -> None:  # noqa: F811
    """It is a unit of its own below the cell, and the prose of the cell stays as it is."""
    say(plotted, INK, "title", tags=[], caption=CAPTION)
    run_course(plotted, "sync", "pl").assert_done()
    cells = [cell.id for cell in parse_translation((plotted / PL).read_text("utf-8")).cells]
    assert cells[cells.index("title") + 1] == "title:caption"
    run_course(plotted, "build", "en").assert_done()
    english = plotted / "build/notebooks/en/01-cats-ink.ipynb"
    assert english.read_bytes() == (plotted / INK).read_bytes()


def test_a_translated_caption_is_in_the_metadata_of_the_built_cell(
    plotted: Path,  # noqa: F811
) -> None:
    """Of a Markdown cell and of a code cell; nothing is added to what they show."""
    before = sources(plotted / INK)
    for name in ("title", "code-picture"):
        say(plotted, INK, name, tags=[], caption=CAPTION)
        translate(plotted, f"{name}:caption", CAPTION_PL, CAPTION)
    run_course(plotted, "build", "pl").assert_done()
    built = plotted / "build/notebooks/pl/01-cats-ink.ipynb"
    for name in ("title", "code-picture"):
        assert about(built, name)["caption"] == CAPTION_PL
    assert CAPTION_PL not in "".join(sources(built).values())
    assert before.keys() == sources(built).keys()


def test_a_caption_of_several_paragraphs_is_reported(plotted: Path) -> None:  # noqa: F811
    """It stands in one line below the figure."""
    say(plotted, INK, "code-picture", caption="One.\n\nTwo.")
    found = run_course(plotted, "check", "en").out
    assert "error caption: cell code-picture: not one paragraph" in found
    assert json.loads((plotted / INK).read_text("utf-8"))
