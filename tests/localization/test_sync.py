"""`course sync`: missing cells come in, and nothing is lost."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.formats.lesson import SourceCell, SourceLesson
from course.formats.settings import Lesson
from course.formats.translation import (
    Translation,
    hash_source,
    parse_translation,
    render_translation,
)
from course.localization.sync import synced
from tests.fixtures import tiny
from tests.fixtures.command import run_course
from tests.fixtures.tiny import sources
from tests.fixtures.translated import ORPHAN, PL, assert_unchanged, edit, ids, read, rows

IDS = ["@title", "@summary", *tiny.english("01-cats")]


# sync


def test_sync_adds_missing_cells_in_reading_order(root: Path) -> None:
    """Each with the English to start from, its hash, and no state; and all else stays."""
    before = read(root)
    result = run_course(root, "sync", "pl").assert_done()
    assert f"{PL}: 2 cells added: @summary, food" in result.out
    after = read(root)
    assert ids(after) == IDS
    food = tiny.english("01-cats")["food"]
    added = f"<!-- cell food source={hash_source(food)} -->\n{food}\n\n"
    summary = "What a cat does all day."
    added_too = f"<!-- cell @summary source={hash_source(summary)} -->\n{summary}\n\n"
    assert after.count(added) == after.count(added_too) == 1
    assert after.replace(added, "").replace(added_too, "") == before


def test_sync_begins_a_lesson(root: Path) -> None:
    """A file with all cells, which count as not translated."""
    run_course(root, "sync", "ja").assert_done()
    text = read(root, "translations/ja/02-boats.md")
    assert ids(text) == ["@title", "title", "sails"]
    assert text.endswith("The mast holds them.\n")
    (row,) = [row for row in rows(root, "ja") if row["lesson"] == "02-boats"]
    assert row["missing"] == row["words"] > 0


def test_a_second_sync_does_nothing(root: Path) -> None:
    """What is in step stays untouched, and is called so."""
    run_course(root, "sync").assert_done()
    result = assert_unchanged(root, "sync")
    assert result.assert_done().out == "all files are in step\n"


def test_an_added_cell_is_shown_as_missing_until_it_is_translated(root: Path) -> None:
    """The English in a translation file is not taken for a translation."""
    run_course(root, "sync", "pl").assert_done()
    run_course(root, "build", "pl").assert_done()
    page = root / "build/notebooks/pl/01-cats-ink.ipynb"
    assert sources(page)["food"].startswith("> Jeszcze nie przetłumaczono.\n")
    edit(root, PL, "A cat eats `4` mice, so", "Kot je `4` myszy, więc")
    run_course(root, "build", "pl").assert_done()
    assert sources(page)["food"].startswith("Kot je")


def test_a_cell_of_no_notebook_stays_where_it_was_and_is_reported(root: Path) -> None:
    """Somebody's work is not thrown away unasked."""
    edit(root, PL, "<!-- cell picture", ORPHAN + "<!-- cell picture")
    result = run_course(root, "sync", "pl").assert_done()
    assert f"{PL}: 1 cells in no notebook: whiskers" in result.out
    assert ids(read(root)) == [*IDS[:5], "whiskers", *IDS[5:]]
    assert ORPHAN in read(root)
    assert_unchanged(root, "sync", "pl").assert_done()


def test_prune_removes_cells_of_no_notebook_and_nothing_else(root: Path) -> None:
    """They are named."""
    run_course(root, "sync", "pl").assert_done()
    before = read(root)
    edit(root, PL, "<!-- cell picture", ORPHAN + "<!-- cell picture")
    result = run_course(root, "sync", "pl", "--prune").assert_done()
    assert f"{PL}: 1 cells removed: whiskers" in result.out
    assert read(root) == before


def test_sync_puts_cells_into_reading_order(root: Path) -> None:
    """Cells move as they are, and the last one does not run into what follows it."""
    pieces = [cell.raw or "" for cell in parse_translation(read(root)).cells]
    (root / PL).write_text("".join(["Notes.\n\n", *pieces[3:], "\n", *pieces[:3]]).rstrip("\n"))
    result = run_course(root, "sync", "pl").assert_done()
    assert f"{PL}: cells put into reading order" in result.out
    text = read(root)
    assert ids(text) == IDS
    assert text.startswith("Notes.\n\n<!-- cell @title ")
    for piece in pieces:
        assert piece.rstrip("\n") in text


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_sync_of_a_file_with_a_byte_order_mark_loses_no_cell(root: Path, ending: str) -> None:
    """An editor of Windows puts one before the first cell, where another one may belong."""
    text = tiny.cell("title", "# Koty\n\nKot.", "x") + tiny.cell("end", "Koniec.", "x")
    (root / PL).write_bytes(("\ufeff" + text.replace("\n", ending)).encode("utf-8"))
    run_course(root, "sync", "pl").assert_done()
    assert ids(read(root)) == IDS
    read_again = parse_translation(read(root))
    assert read_again.get("title").text == "# Koty\n\nKot."
    assert read_again.get("@title").text == "Cats"


def test_sync_refuses_what_it_cannot_read_and_changes_nothing(root: Path) -> None:
    """Each problem is reported in a line, with its place."""
    run_course(root, "sync", "pl").assert_done()
    edit(root, PL, "# Koty\n", "<<<<<<< ours\n# Koty\n=======\n# Kot\n>>>>>>> theirs\n")
    assert_unchanged(root, "sync", "pl").assert_refused(f"{PL}:8: merge conflict not resolved")


def test_sync_tells_all_that_is_wrong_and_does_the_rest(root: Path) -> None:
    """A line for each file that cannot be used, whatever its locale."""
    bad = [PL, "translations/ar/01-cats.md"]
    for name in bad:
        (root / name).write_bytes(b"\xff")
    result = run_course(root, "sync")
    assert result.code == 1
    errors = [line for line in result.err.splitlines() if line.startswith("error: ")]
    assert [line.split(":")[1].strip() for line in errors] == bad
    assert [(root / name).read_bytes() for name in bad] == [b"\xff", b"\xff"]
    assert ids(read(root, "translations/ja/01-cats.md")) == IDS


@pytest.mark.parametrize("verb", ["sync", "build"])
def test_a_linked_locale_folder_leads_nowhere(root: Path, verb: str) -> None:
    """Also where the file is not there yet: nothing is written outside of the course."""
    shutil.rmtree(root / "translations/ja")
    outside = root.parent / "outside"
    outside.mkdir()
    (root / "translations/ja").symlink_to(outside)
    run_course(root, verb, "ja").assert_refused("translations/ja", "a symbolic link")
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("verb", ["sync", "status"])
def test_the_source_locale_is_no_translation(root: Path, verb: str) -> None:
    """English is not translated into English; nothing is written for it."""
    assert_unchanged(root, verb, "en").assert_refused("en", code=2)


LESSON = SourceLesson(
    Lesson("01-a", "A"),
    (),
    tuple(
        SourceCell(name, text, ("ink",), hash_source(text))
        for name, text in [("a", "One."), ("b", "# Two\n\n* x"), ("c", "```\n\n```"), ("d", "4")]
    ),
)
BODIES = st.sampled_from(["", "Raz.", "# Dwa\n\n* x", "\\<!-- cell a -->", "trzy \n\n\n", "\n\n4"])


@st.composite
def files(draw: st.DrawFn, ordered: bool = True) -> str:
    """The text of a translation file as an editor leaves it: blank lines, CRLF, no last end."""
    names = draw(st.lists(st.sampled_from(["a", "b", "c", "d", "x", "y"]), unique=True))
    if ordered:
        places = dict(zip("abcd", range(4), strict=True))
        places |= {name: draw(st.integers(0, 4)) for name in "xy"}
        names.sort(key=places.__getitem__)
    end = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    text = draw(st.sampled_from(["", "", "Notes.\n", "# Notes\n\n"]))
    for name in names:
        words = draw(st.sampled_from(["", " state=machine", " keep", " source=0123456789ab"]))
        waiver = draw(st.sampled_from(["", "<!-- allow bold: as before -->\n"]))
        between = draw(st.sampled_from(["", "\n", "\n", "\n\n"]))
        text += f"<!-- cell {name}{words} -->\n{waiver}{draw(BODIES)}\n{between}"
    text = text.replace("\n", end)
    return text[: len(text) - draw(st.sampled_from([0, 0, len(end)]))] if names else text


def wanted(before: Translation) -> list[str]:
    """The cells that a file has after syncing, in order; `c` has no words, and none is added."""
    return [cell.id for cell in LESSON.cells if cell.id != "c" or before.get("c")]


@given(files(), st.booleans())
def test_sync_keeps_every_byte_of_the_cells_that_are_there(text: str, prune: bool) -> None:
    """Without the cells that it added, a file in order is as it was, but for a line end."""
    before = parse_translation(text)
    known = {cell.id for cell in LESSON.cells}
    kept = [cell for cell in before.cells if cell.id in known or not prune]
    synchronized, _ = synced(before, LESSON, prune)
    written = render_translation(synchronized)
    after = parse_translation(written)
    assert [cell.id for cell in after.cells if cell.id in known] == wanted(before)
    assert written.startswith(before.preamble)
    old = {cell.id: cell for cell in kept}
    assert {cell.id for cell in after.cells} == {*wanted(before), *old}
    for number, cell in enumerate(after.cells):
        if cell.id in old:
            raw = old[cell.id].raw
            assert cell.raw.startswith(raw)
            behind = after.cells[number + 1 : number + 2]
            if raw.endswith("\n") and (not behind or behind[0].id in old):
                assert cell.raw == raw
            assert cell.raw.removeprefix(raw).strip("\r\n") == ""
            assert cell == old[cell.id].changed(line=cell.line)
        else:
            (source,) = [source for source in LESSON.cells if source.id == cell.id]
            assert (cell.text, cell.source, cell.state) == (source.text, source.hash, None)


@given(files(ordered=False), st.booleans())
def test_sync_of_any_file_loses_no_cell_and_is_done_after_once(text: str, prune: bool) -> None:
    """Whatever the order was, each cell says afterwards what it said before."""
    before = parse_translation(text)
    known = {cell.id for cell in LESSON.cells}
    synchronized, _ = synced(before, LESSON, prune)
    after = parse_translation(render_translation(synchronized))
    assert [cell.id for cell in after.cells if cell.id in known] == wanted(before)
    for cell in before.cells:
        if cell.id in known or not prune:
            assert after.get(cell.id) == cell.changed(line=after.get(cell.id).line)
    assert after.preamble.startswith(before.preamble)
    assert after.preamble.strip("\n") == before.preamble.strip("\n")
    assert render_translation(synced(after, LESSON, prune)[0]) == render_translation(synchronized)


def test_sync_into_an_empty_file_has_no_blank_lines_at_its_ends() -> None:
    """What a new file looks like."""
    text = render_translation(synced(Translation(), LESSON)[0])
    assert text.startswith("<!-- cell a source=")
    assert text.endswith("-->\n4\n")
    assert "\n\n\n" not in text
