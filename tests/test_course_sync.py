"""`course sync`, `accept`, `mv`, `todo` and `status`, on a tiny course in its own repository."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fixtures import tiny
from fixtures.command import Result, run_course
from fixtures.tiny import snapshot, sources
from hypothesis import given
from hypothesis import strategies as st

from course.formats.lesson import SourceCell, SourceLesson
from course.formats.settings import Lesson
from course.formats.translation import Cell, Translation, hash_source, parse, write
from course.localization.align import STATUSES
from course.localization.sync import synced

GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}
PL = "translations/pl/01-cats.md"
INK, CHALK = "notebooks/01-cats-ink.ipynb", "notebooks/01-cats-chalk.ipynb"
IDS = ["@title", "@summary", *tiny.english("01-cats")]


def git(root: Path, *arguments: str, day: int = 1) -> str:
    """Call git as somebody, on a day of January 2024; return what it prints."""
    date = f"2024-01-{day:02}T12:00:00+00:00"
    dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    done = subprocess.run(
        ["git", "-C", str(root), *arguments],
        env={**os.environ, **GIT, **dates},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit(root: Path, day: int) -> str:
    """Commit all files on a day of January 2024, and return the commit."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", f"day {day}", day=day)
    return git(root, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose English has changed after its first commit, without its translations."""
    root = tiny.write_course(tmp_path_factory.mktemp("template") / "tiny")
    git(root, "init", "--quiet")
    commit(root, 1)
    change_english(root, "It hunts at dawn.", "It hunts at dusk.")
    commit(root, 3)
    return root


@pytest.fixture
def root(template: Path, tmp_path: Path) -> Path:
    """A copy of that course with its repository."""
    return Path(shutil.copytree(template, tmp_path / "tiny"))


def change_english(root: Path, old: str, new: str) -> None:
    """Change words in all notebooks of the first lesson that have them."""
    changed = 0
    for name in (INK, CHALK):
        text = (root / name).read_text(encoding="utf-8")
        changed += old in text
        (root / name).write_text(text.replace(old, new), encoding="utf-8")
    assert changed, old


def edit(root: Path, name: str, old: str, new: str) -> None:
    """Change words in a file."""
    text = (root / name).read_bytes().decode("utf-8")
    assert old in text
    (root / name).write_bytes(text.replace(old, new, 1).encode("utf-8"))


def read(root: Path, name: str = PL) -> str:
    """Return the text of a file of the course, its line ends as they are."""
    return (root / name).read_bytes().decode("utf-8")


def ids(text: str) -> list[str]:
    """Return the ids of the cells of a translation file."""
    return [cell.id for cell in parse(text).cells]


def assert_unchanged(root: Path, *arguments: str) -> Result:
    """Call `course`, hold that it changed no file, and return its result."""
    before = snapshot(root)
    result = run_course(root, *arguments)
    after = snapshot(root)
    assert {
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    } == set()
    return result


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


ORPHAN = tiny.cell("whiskers", "Wąsy.\n", "Whiskers.")


def test_a_cell_of_no_notebook_stays_where_it_was_and_is_told(root: Path) -> None:
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
    pieces = [cell.raw or "" for cell in parse(read(root)).cells]
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
    read_again = parse(read(root))
    assert read_again.get("title").text == "# Koty\n\nKot."
    assert read_again.get("@title").text == "Cats"


def test_sync_refuses_what_it_cannot_read_and_changes_nothing(root: Path) -> None:
    """What is wrong is told in a line for each thing, with its place."""
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
    run_course(root, verb, "ja").assert_refused("translations/ja", "a link")
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
    before = parse(text)
    known = {cell.id for cell in LESSON.cells}
    kept = [cell for cell in before.cells if cell.id in known or not prune]
    made, _ = synced(before, LESSON, prune)
    written = write(made)
    after = parse(written)
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
    before = parse(text)
    known = {cell.id for cell in LESSON.cells}
    made, _ = synced(before, LESSON, prune)
    after = parse(write(made))
    assert [cell.id for cell in after.cells if cell.id in known] == wanted(before)
    for cell in before.cells:
        if cell.id in known or not prune:
            assert after.get(cell.id) == cell.changed(line=after.get(cell.id).line)
    assert after.preamble.startswith(before.preamble)
    assert after.preamble.strip("\n") == before.preamble.strip("\n")
    assert write(synced(after, LESSON, prune)[0]) == write(made)


def test_sync_into_an_empty_file_has_no_blank_lines_at_its_ends() -> None:
    """What a new file looks like."""
    text = write(synced(Translation(), LESSON)[0])
    assert text.startswith("<!-- cell a source=")
    assert text.endswith("-->\n4\n")
    assert "\n\n\n" not in text


# accept


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
    cells = parse(read(root)).cells
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
        (["mv", "01-cats/title", "food"], "there is a cell 'food' already"),
        (["mv", "01-cats/title", "code-food"], "there is a cell 'code-food' already"),
        (["mv", "01-cats/title", "a b"], "'a b' is no cell id"),
        (["mv", "01-cats/title", "@head"], "'@head' is no cell id"),
        (["mv", "01-cats/title", "x" * 65], "is no cell id"),
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


# mv


def test_mv_renames_a_cell_everywhere_and_changes_nothing_else(root: Path) -> None:
    """In both notebooks and in every translation, byte for byte."""
    (root / "translations/ja/01-cats.md").unlink()
    edit(root, PL, "# Koty\n", "# Koty\n\n\\<!-- cell title is a marker -->\n")
    before = {name: read(root, name) for name in snapshot(root) if not name.startswith(".git/")}
    result = run_course(root, "mv", "01-cats/title", "title-2").assert_done()
    changed = [INK, CHALK, PL, "translations/ar/01-cats.md"]
    assert sorted(result.out.splitlines()) == sorted(changed)
    expected = dict(before)
    for name in changed:
        marker = "<!-- cell title " if name.endswith(".md") else '"id": "title"'
        assert before[name].count(marker) - before[name].count("\\" + marker) == 1
        at = re.search(rf"(?<!\\){re.escape(marker)}", before[name]).start()
        new = marker.replace("title", "title-2")
        expected[name] = before[name][:at] + new + before[name][at + len(marker) :]
    after = {name: read(root, name) for name in snapshot(root) if not name.startswith(".git/")}
    assert after == expected


def test_mv_of_a_cell_of_one_notebook_leaves_the_other(root: Path) -> None:
    """Also where a widget of the other has an id of its own that is the same."""
    edit(root, CHALK, '"id": "w1"', '"id": "pair-ink"')
    before = read(root, CHALK)
    run_course(root, "mv", "01-cats/pair-ink", "pair").assert_done()
    assert read(root, CHALK) == before
    assert read(root, INK).count('"id": "pair"') == 1
    assert "pair" in ids(read(root))


def test_mv_renames_code_cells_too(root: Path) -> None:
    """They have no translation, so only the notebooks change."""
    result = run_course(root, "mv", "01-cats/code-food", "feeding").assert_done()
    assert sorted(result.out.splitlines()) == sorted([INK, CHALK])
    for name in (INK, CHALK):
        assert '"id": "feeding"' in read(root, name)
        assert '"id": "code-food"' not in read(root, name)


def test_mv_finds_an_id_however_the_notebook_is_formatted(root: Path) -> None:
    """Without blanks, or with letters escaped, and beside other data that has such an id."""
    edit(root, INK, '"id": "w1"', '"id": "title"')
    compact = json.dumps(json.loads(read(root, INK)), separators=(",", ":"))
    (root / INK).write_text(compact)
    edit(root, CHALK, '"id": "title"', '"id" :\t"\\u0074itle"')
    run_course(root, "mv", "01-cats/title", "head").assert_done()
    for name in (INK, CHALK):
        assert json.loads(read(root, name))["cells"][0]["id"] == "head"
    assert read(root, INK) == compact.replace('"id":"title"', '"id":"head"', 1)


def test_mv_onto_a_cell_that_only_a_translation_has_is_refused(root: Path) -> None:
    """The file would hold two cells of one id, and could not be read any more."""
    edit(root, PL, "<!-- cell picture", ORPHAN + "<!-- cell picture")
    result = assert_unchanged(root, "mv", "01-cats/title", "whiskers")
    result.assert_refused(PL, "whiskers")


def test_mv_with_a_translation_that_cannot_be_read_changes_nothing(root: Path) -> None:
    """All files are read before any is written."""
    (root / "translations/ar/01-cats.md").write_bytes(b"\xff")
    assert_unchanged(root, "mv", "01-cats/title", "head").assert_refused("ar/01-cats.md:1: not UTF")


def test_status_is_the_same_after_mv(root: Path) -> None:
    """A new id makes no translation missing or outdated."""
    before = rows(root)
    run_course(root, "mv", "01-cats/picture", "looks").assert_done()
    assert rows(root) == before


# todo


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
    assert f"9 cells, {words} words; 4 more: course todo pl -n 9" in result.out
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


# status


def rows(root: Path, *arguments: str) -> list[dict]:
    """Return the rows of `course status` as JSON gives them."""
    result = run_course(root, "status", "--format", "json", *arguments).assert_done()
    report = json.loads(result.out)
    assert report["schema"] == 1
    return report["translations"]


def test_status_counts_each_word_once(root: Path) -> None:
    """The words of the statuses are those of the English, in each lesson and locale."""
    words = {}
    lessons = tomllib.loads(read(root, "course.toml"))["lessons"]
    for lesson in lessons:
        texts = [lesson["title"], lesson.get("summary", "")]
        cells = {}
        for framework in ("ink", "chalk"):
            cells |= sources(root / f"notebooks/{lesson['id']}-{framework}.ipynb")
        words[lesson["id"]] = sum(len(text.split()) for text in [*texts, *cells.values()])
    found = rows(root)
    assert [(row["locale"], row["lesson"]) for row in found] == [
        (locale, lesson) for locale in ("pl", "ja", "ar") for lesson in words
    ]
    for row in found:
        assert sum(row[name] for name in STATUSES) == row["words"] == words[row["lesson"]]


def test_status_of_each_cell_is_counted_where_it_belongs(root: Path) -> None:
    """Words of missing, outdated, drafted, translated and reviewed cells, one by one."""
    english = {"@title": "Cats", "@summary": "What a cat does all day."}
    english |= sources(root / INK) | sources(root / CHALK)
    cells = {
        "missing": ["@summary", "food"],
        "stale": ["title", "end"],
        "machine": ["pair-ink", "pair-chalk"],
        "translated": ["@title", "picture"],
        "reviewed": [],
    }
    (row,) = [row for row in rows(root, "pl") if row["lesson"] == "01-cats"]
    for status, names in cells.items():
        assert row[status] == sum(len(english[name].split()) for name in names), status
    assert row["oldest_stale"] == "title (since 2024-01-03)"


def test_status_shows_what_has_changed_since_a_revision(root: Path) -> None:
    """How many words more or less each status has; the sum of all is the change of the English."""
    first = git(root, "rev-parse", "HEAD~1")
    changes = {(row["locale"], row["lesson"]): row["change"] for row in rows(root, "--diff", first)}
    words = len(sources(root / INK)["title"].split())
    assert changes["pl", "01-cats"] == {
        **dict.fromkeys(STATUSES, 0),
        "stale": words,
        "reviewed": -words,
    }
    assert changes["ar", "01-cats"] == {
        **dict.fromkeys(STATUSES, 0),
        "stale": words,
        "translated": -words,
    }
    assert set(changes["pl", "02-boats"].values()) == {0}
    table = run_course(root, "status", "--diff", "HEAD~1", COLUMNS="200").assert_done().out
    assert f"(+{words})" in table
    assert f"(-{words})" in table


def test_status_since_before_there_was_a_course(root: Path) -> None:
    """Everything is new then."""
    empty = git(root, "commit-tree", "-m", "empty", git(root, "mktree", "--missing"))
    for row in rows(root, "--diff", empty):
        assert row["change"] == {name: row[name] for name in STATUSES}


@pytest.mark.parametrize("revision", ["nowhere", "--all", "-1", "", "HEAD~99", "HEAD:course.toml"])
def test_status_refuses_an_unknown_revision(root: Path, revision: str) -> None:
    """In a line; nothing that looks like an option reaches git."""
    assert_unchanged(root, "status", f"--diff={revision}").assert_refused("no revision")


def test_status_below_the_top_of_a_repository(root: Path, tmp_path: Path) -> None:
    """A course may be a folder of a larger repository."""
    shutil.rmtree(root / ".git")
    git(tmp_path, "init", "--quiet")
    first = commit(tmp_path, 1)
    edit(root, PL, tiny.POLISH["end"], "")
    (row,) = [row for row in rows(root, "pl", "--diff", first) if row["lesson"] == "01-cats"]
    assert row["change"]["missing"] == -row["change"]["stale"] > 0


def test_status_as_markdown_is_a_table(root: Path) -> None:
    """Of as many cells in each row, and with the figures of the JSON."""
    lines = run_course(root, "status", "--format", "markdown").assert_done().out.splitlines()
    table = [line.strip("|").split("|") for line in lines if line.startswith("|")]
    found = rows(root)
    assert len(table) == len(found) + 2
    assert {len(cells) for cells in table} == {len(table[0])}
    for cells, row in zip(table[2:], found, strict=True):
        cells = [cell.strip() for cell in cells]
        assert cells[0].split()[0] == row["locale"]
        assert cells[2:7] == [str(row[name]) for name in STATUSES]
        up_to_date = 1 - (row["missing"] + row["stale"]) / row["words"]
        assert cells[7] == f"{up_to_date:.0%}"


def test_status_as_a_table_is_plain_where_it_is_kept(root: Path) -> None:
    """Nothing is cut off, and there are no control characters."""
    result = run_course(root, "status", COLUMNS="40").assert_done()
    for word in ("polski", "日本語", "العربية", "01-cats", "title (since 2024-01-03)"):
        assert word in result.out
    assert "\x1b" not in result.out
    assert "…" not in result.out


def test_status_as_svg_is_a_badge_for_each_locale(root: Path) -> None:
    """Each is XML, says its share to those who do not see it, and its bar is as long as it says."""
    result = run_course(root, "status", "--format", "svg").assert_done()
    names = [f"build/status/{locale}.svg" for locale in ("pl", "ja", "ar")]
    assert result.out.splitlines() == names
    name_of = "{http://www.w3.org/2000/svg}"
    everything = rows(root)
    for path in names:
        badge = ElementTree.fromstring(read(root, path))
        locale = Path(path).stem
        found = [row for row in everything if row["locale"] == locale]
        total = sum(row["words"] for row in found)
        late = sum(row["missing"] + row["stale"] for row in found)
        value = f"{1 - late / total:.0%}"
        assert badge.get("aria-label") == f"{locale}: {value}"
        assert badge.find(f"{name_of}title").text == f"{locale}: {value}"
        bars = [float(bar.get("width")) for bar in badge.findall(f"{name_of}rect")]
        assert sum(bars[2:]) == pytest.approx(bars[1], abs=0.3)
        assert bars[0] + bars[1] == float(badge.get("width"))


def test_status_of_a_file_that_cannot_be_read_counts_as_missing_and_says_why(root: Path) -> None:
    """The other locales are still shown."""
    (root / PL).write_bytes(b"\xff")
    row = rows(root, "pl")[0]
    assert row["missing"] == row["words"]
    assert "not UTF-8" in row["error"]
    assert len(rows(root)) == 6


def test_a_cell_kept_in_english_is_translated(root: Path) -> None:
    """The word `keep` in its marker says that it is meant so."""
    path = "translations/ja/02-boats.md"
    kept = "A boat floats.", "# Boats\n\nA boat floats."
    made = Cell("title", kept[1], hash_source(kept[1]), keep=True)
    (root / path).write_text(write(Translation("", (made,))), encoding="utf-8")
    (row,) = [row for row in rows(root, "ja") if row["lesson"] == "02-boats"]
    assert row["translated"] == 5
    run_course(root, "build", "ja").assert_done()
    assert kept[0] in sources(root / "build/notebooks/ja/02-boats-ink.ipynb")["title"]
