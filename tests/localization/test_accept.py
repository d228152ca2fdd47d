"""`course accept`."""

from pathlib import Path

import pytest

from course.formats.translation import hash_source, parse_translation
from tests.fixtures import tiny
from tests.fixtures.command import run_course
from tests.fixtures.tiny import sources
from tests.fixtures.translated import CHALK, INK, ORPHAN, PL, assert_unchanged, edit, read


def test_accept_sets_the_hash_of_today_and_takes_the_state_away(root: Path) -> None:
    """A person has read it; nothing else in the file changes."""
    before = read(root)
    result = run_course(root, "accept", "pl", "01-cats", "pair-ink", "end").assert_done()
    assert result.out == "2 cells accepted: pair-ink, end\n"
    english = tiny.english("01-cats")
    expected = before.replace(
        f"<!-- cell pair-ink source={hash_source(english['pair-ink'])} state=machine -->",
        f"<!-- cell pair-ink source={hash_source(english['pair-ink'])} -->",
    ).replace(
        f"<!-- cell end source={hash_source('Read on.')} state=machine -->",
        f"<!-- cell end source={hash_source(english['end'])} -->",
    )
    assert read(root) == expected != before


@pytest.mark.parametrize(
    ("option", "state"), [("--reviewed", "reviewed"), ("--machine", "machine"), ("", None)]
)
def test_accept_says_who_has_read_it(root: Path, option: str, state: str | None) -> None:
    """A second person, nobody, or the translator; of all translated cells where none is named."""
    arguments = ["accept", "pl", "01-cats", *([option] if option else [])]
    run_course(root, *arguments).assert_done()
    today = {"@title": "Cats"} | sources(root / INK) | sources(root / CHALK)
    cells = parse_translation(read(root)).cells
    assert len(cells) == 6
    for cell in cells:
        assert (cell.state, cell.source) == (state, hash_source(today[cell.id]))
    again = assert_unchanged(root, *arguments).assert_done()
    assert again.out == "0 cells accepted\n"


def test_accept_keeps_waivers_and_escapes(root: Path) -> None:
    """A cell that is written anew holds what it held."""
    text = "<!-- cell end -->\n<!-- allow link: why -->\n\\<!-- cell x -->\n\n\\\\<!-- allow y\n"
    (root / PL).write_text(text, encoding="utf-8")
    run_course(root, "accept", "pl", "01-cats", "end").assert_done()
    today = hash_source(tiny.english("01-cats")["end"])
    assert read(root) == text.replace("cell end", f"cell end source={today}", 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["pl", "01-cats", "food"], "cell food is not translated yet; translate it first"),
        (["pl", "01-cats", "end", "food"], "cell food is not translated yet"),
        (["pl", "01-cats", "tail"], "unknown cell 'tail'"),
        (["pl", "01-cats", "titel"], "unknown cell 'titel', did you mean 'title'?"),
        (["pl", "01-cats", "whiskers"], "cell whiskers is in no notebook"),
    ],
)
def test_accept_refuses_what_is_not_translated(
    root: Path, arguments: list[str], message: str
) -> None:
    """In a line, and none of the cells named with it is accepted."""
    run_course(root, "sync", "pl").assert_done()
    edit(root, PL, "<!-- cell picture", ORPHAN + "<!-- cell picture")
    assert_unchanged(root, "accept", *arguments).assert_refused(f"{PL}: ", message)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["accept", "de", "01-cats"], "unknown locale 'de'"),
        (["accept", "pl", "1-cats"], "did you mean '01-cats'?"),
        (["accept", "pl", "01-cats", "--reviewed", "--machine"], "not allowed with"),
        (["accept", "pl"], "LESSON"),
        (["mv", "title", "head"], "name lesson and cell"),
        (["mv", "01-cats/titel", "head"], "did you mean 'title'?"),
        (["mv", "01-cats/@title", "head"], "unknown cell '@title'"),
        (["mv", "01-cats/title", "food"], "cell 'food' exists already"),
        (["mv", "01-cats/title", "code-food"], "cell 'code-food' exists already"),
        (["mv", "01-cats/title", "a b"], "'a b' is not a cell id"),
        (["mv", "01-cats/title", "@head"], "'@head' is not a cell id"),
        (["mv", "01-cats/title", "x" * 65], "is not a cell id"),
        (["todo", "pl", "-n", "0"], "'0' is not a whole number"),
        (["todo"], "LOCALE"),
        (["status", "--format", "yaml"], "invalid choice"),
    ],
)
def test_wrong_usage_is_one_line_and_changes_nothing(
    template: Path, arguments: list[str], message: str
) -> None:
    """Exit 2, with the near miss."""
    assert_unchanged(template, *arguments).assert_refused(message, code=2)
