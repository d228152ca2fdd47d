"""`course todo`: what to translate next."""

import re
import shutil
from pathlib import Path

from tests.fixtures import tiny
from tests.fixtures.command import run_course
from tests.fixtures.translated import edit


def heads(text: str) -> list[tuple[str, str]]:
    """Return ids and statuses of the cells that `course todo` lists."""
    return re.findall(r"^translations/\S+:\d+: (\S+) \((\w+), \d+ words\)$", text, re.MULTILINE)


def test_todo_shows_what_is_missing_first(root: Path) -> None:
    """Then what is outdated, then drafts; within these in reading order, shared cells first."""
    result = run_course(root, "todo", "pl", "-n", "99").assert_done()
    assert heads(result.out) == [
        ("@summary", "missing"),
        ("food", "missing"),
        ("@title", "missing"),
        ("title", "missing"),
        ("sails", "missing"),
        ("title", "stale"),
        ("end", "stale"),
        ("pair-ink", "machine"),
        ("pair-chalk", "machine"),
    ]
    assert "\x1b" not in result.out


def test_todo_counts_all_and_shows_some(root: Path) -> None:
    """Five unless asked otherwise; the rest is counted, with the command that shows it."""
    result = run_course(root, "todo", "pl").assert_done()
    assert len(heads(result.out)) == 5
    everything = run_course(root, "todo", "pl", "-n", "99").assert_done().out
    words = sum(int(number) for number in re.findall(r"\(\w+, (\d+) words\)$", everything, re.M))
    assert f"), {words} words; 4 more: course todo pl -n 9" in result.out
    assert "9 cells (" in result.out
    assert "course accept pl 01-cats @summary" in result.out


def test_todo_of_a_lesson_shows_only_that(root: Path) -> None:
    """Other lessons have their own translators."""
    result = run_course(root, "todo", "pl", "02-boats", "-n", "99").assert_done()
    assert [name for name, _ in heads(result.out)] == ["@title", "title", "sails"]


def test_todo_shows_what_has_changed_in_the_english(root: Path) -> None:
    """Word by word, against the text of the commit that it was made from."""
    result = run_course(root, "todo", "pl", "-n", "99").assert_done()
    assert "It hunts at [-dawn-]{+dusk+}." in result.out


def test_todo_says_that_the_history_lacks_a_text(root: Path) -> None:
    """A translation made from English that was never committed: today's is shown in full."""
    result = run_course(root, "todo", "pl", "-n", "99").assert_done()
    end = tiny.english("01-cats")["end"]
    assert f"(the English it was made from is not in the history)\n{end}\n" in result.out


def test_todo_works_without_a_history(root: Path) -> None:
    """Neither a repository nor git itself is needed; then no text is found."""
    shutil.rmtree(root / ".git")
    for variables in ({}, {"PATH": str(root)}):
        result = run_course(root, "todo", "pl", "-n", "99", **variables).assert_done()
        assert result.out.count("is not in the history") == 2
        assert "[-" not in result.out


def test_todo_finds_the_english_of_a_title_in_course_toml(root: Path) -> None:
    """Title and summary of a lesson stand there and in no notebook."""
    edit(root, "course.toml", 'title = "Cats"', 'title = "House cats"')
    result = run_course(root, "todo", "pl", "-n", "99").assert_done()
    assert ("@title", "stale") in heads(result.out)
    assert re.search(r"\{\+House +\+\}|\{\+House\+\}", result.out) or "[-Cats-]" in result.out


def test_todo_of_a_complete_locale_has_nothing(root: Path) -> None:
    """And says so."""
    run_course(root, "accept", "ar", "01-cats").assert_done()
    result = run_course(root, "todo", "ar").assert_done()
    assert result.out == "Nothing to do: a person has translated all of it.\n"
