"""`course status`: each word is counted once."""

import shutil
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from course.formats.translation import Cell, Translation, hash_source, render_translation
from course.localization.align import STATUSES
from tests.fixtures import tiny
from tests.fixtures.command import run_course
from tests.fixtures.tiny import sources
from tests.fixtures.translated import (
    CHALK,
    INK,
    PL,
    assert_unchanged,
    commit,
    edit,
    git,
    read,
    rows,
)


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
        assert cells[7] == f"{(row['translated'] + row['reviewed']) / row['words']:.0%}"
        assert cells[8] == f"{row['machine'] / row['words']:.0%}"


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
        read_by_people = sum(row["translated"] + row["reviewed"] for row in found)
        drafts = sum(row["machine"] for row in found)
        value = f"read {read_by_people / total:.0%}, drafts {drafts / total:.0%}"
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
    kept_cell = Cell("title", kept[1], hash_source(kept[1]), keep=True)
    (root / path).write_text(render_translation(Translation("", (kept_cell,))), encoding="utf-8")
    (row,) = [row for row in rows(root, "ja") if row["lesson"] == "02-boats"]
    assert row["translated"] == 5
    run_course(root, "build", "ja").assert_done()
    assert kept[0] in sources(root / "build/notebooks/ja/02-boats-ink.ipynb")["title"]
