"""What is counted, and what a second build of the website does."""

import json
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from course.formats.course_toml import load_course
from course.localization.progress import status
from course.website.progress import language_rows, lesson_rows
from course.website.prose import Links, render_blocks
from tests.fixtures import tiny
from tests.fixtures.command import Result, run_course
from tests.fixtures.pages import REPOSITORY, configure, read_page, show_cell


def build(root: Path, *arguments: str) -> Result:
    """Build the site of a course in this process."""
    return run_course(root, "site", "-j1", *arguments)


def test_progress_counts_every_locale_and_lesson(tmp_path: Path) -> None:
    """In words of the English, as `course status` does: by language, and by lesson in one."""
    root = tiny.write_course(tmp_path)
    course = load_course(root)
    counted = {(item.locale.id, item.lesson.id): item for item in status(course, course.targets)}
    assert len(counted) == len(course.targets) * len(course.lessons)
    words = {key: dict(item.words) for key, item in counted.items()}
    english = course.locale("en")
    for row in language_rows(course, english, words):
        own = [item for item in counted.values() if item.locale.id == row["lang"]]
        assert row["total"] == sum(item.total for item in own)
        assert row["words"]["missing"] == sum(item.words["missing"] for item in own)
    titles = [
        {"id": each.id, "title": each.title, "lang": {}, "frameworks": [{"id": "ink"}]}
        for each in course.lessons
    ]
    for locale in course.targets:
        rows = lesson_rows(course, locale, titles, words)
        for row, each in zip(rows, course.lessons, strict=True):
            item = counted[locale.id, each.id]
            assert (row["total"], +Counter(row["words"])) == (item.total, +item.words)
            assert row["read"] == pytest.approx(item.read)
            assert row["drafted"] == pytest.approx(item.drafted)
    rows = lesson_rows(course, english, titles, words)
    for row, each in zip(rows, course.lessons, strict=True):
        assert row["total"] == sum(counted[locale.id, each.id].total for locale in course.targets)


@pytest.mark.parametrize("out", ["notebooks", ".", "translations/pl"])
def test_the_sources_are_not_written_over(tmp_path: Path, out: str) -> None:
    """Wrong usage, in one line."""
    root = tiny.write_course(tmp_path)
    build(root, "--out", out).assert_refused("name another folder", code=2)


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    """A folder that holds any is refused, before anything is written; and so is its neighbour."""
    root = tiny.write_course(tmp_path / "course")
    mine, sources = tmp_path / "web", tmp_path / "web-src"
    for folder in (mine, sources):
        (folder / "pl").mkdir(parents=True)
        (folder / "pl" / "thesis.txt").write_text("mine")
    build(root, "pl", "--out", str(mine)).assert_refused("holds other files", code=2)
    shutil.rmtree(mine)
    build(root, "pl", "--out", str(mine)).assert_refused("holds other files", code=2)
    assert (sources / "pl" / "thesis.txt").read_text() == "mine"
    build(root, "pl", "--out", "data").assert_refused("holds other files", code=2)
    shutil.rmtree(sources)
    build(root, "pl", "--out", str(mine)).assert_done()
    for name in ("CNAME", "pl/thesis.txt"):
        (mine / name).write_text("mine")
    (root / "translations/pl/01-cats.md").unlink()  # so that the pages are made again
    build(root, "pl", "--out", str(mine)).assert_done()
    assert {(mine / name).read_text() for name in ("CNAME", "pl/thesis.txt")} == {"mine"}


def test_a_page_that_is_gone_or_damaged_is_made_again(tmp_path: Path) -> None:
    """Though nothing that it is made from has changed; what was made is known by its content."""
    root = tiny.write_course(tmp_path)
    build(root, "pl").assert_done()
    pages = [root / "build/site/pl" / name for name in ("01-cats-ink.html", "01-cats-ink.ipynb")]
    whole = [path.read_bytes() for path in pages]
    for path in pages:
        path.unlink()
    build(root, "pl").assert_done()
    assert [path.read_bytes() for path in pages] == whole
    pages[0].write_bytes(b"broken")
    assert "pages" in build(root, "pl").assert_done().out
    assert pages[0].read_bytes() == whole[0]
    assert "nothing to change" in build(root, "pl").assert_done().out


def test_what_is_kept_between_builds_can_be_damaged(tmp_path: Path) -> None:
    """Rendered lessons are rendered again, and a list of what was written deletes nothing else."""
    root = tiny.write_course(tmp_path / "course")
    build(root, "pl").assert_done()
    page = root / "build/site/pl/01-cats-ink.html"
    whole = page.read_bytes()
    for kept in (root / "build/site-src/pl").glob("*.json"):
        kept.write_bytes(kept.read_bytes()[:-100])
    page.unlink()
    build(root, "pl").assert_done()
    assert page.read_bytes() == whole
    stamp = root / "build/site/pl/.course-site"
    mine = root / "thesis.txt"
    mine.write_text("mine")
    names = {"../../../thesis.txt": ["", ""], str(mine): ["", ""]}
    stamp.write_text(json.dumps({**json.loads(stamp.read_bytes()), **names}))
    build(root, "pl").assert_done()
    assert mine.read_text() == "mine"


def test_a_lesson_in_one_framework_offers_no_other(tmp_path: Path) -> None:
    """Neither a switch nor a framework to remember; nor does one without packages an install."""
    root = tiny.write_course(tmp_path)
    toml = root / "course.toml"
    text = toml.read_text(encoding="utf-8")
    text = text.replace('title = "Boats"\n', 'title = "Boats"\nframeworks = ["ink"]\n')
    toml.write_text(text.replace('name = "Chalk"\n', 'name = "Chalk"\npackages = ["chalk"]\n'))
    (root / "notebooks" / "02-boats-chalk.ipynb").unlink()
    build(root, "en").assert_done()
    cats, boats, start = (
        (root / "build" / "site" / "en" / f"{name}.html").read_text(encoding="utf-8")
        for name in ("01-cats-ink", "02-boats-ink", "index")
    )
    assert 'data-framework="ink"' in cats
    assert "<title>Cats (Ink) · " in cats
    assert 'class="switch"' in cats
    assert 'data-framework=""' in boats
    assert "<title>Boats · " in boats
    assert 'class="switch"' not in boats
    assert start.count('class="switch"') == 1
    assert start.count("pip install") == 1
    assert "02-boats-beside.html" not in boats  # in the source language, one column alone


def test_links_lead_only_to_anchors_that_there_are() -> None:
    """Of this page, and of another; what is left leads to the page, or nowhere."""
    links = Links(pages={"b.ipynb": "b.html"}, anchors={"": {"here"}, "b.html": {"there"}})
    text = "[1](#here) [2](#gone) [3](b.ipynb#there) [4](b.ipynb#gone) [5](b.ipynb) [6](c.ipynb#x)"
    (made,) = render_blocks("cell", text, {}, "", "", links)
    found = re.findall(r"<a(?: href=\"([^\"]*)\")?>", made.html)
    assert found == ["#here", "", "b.html#there", "b.html", "b.html", ""]


def test_a_table_and_a_wide_formula_stay_within_the_page() -> None:
    """A table scrolls in its own box; a formula has no lengths of three digits."""
    (made,) = show_cell("| a | b |\n|---|---|\n| 1 | 2 |\n")
    assert re.search(r'<div class="scroll"><table>.*</table>\s*</div>', made, re.DOTALL)
    (made,) = show_cell(r"$\rule{9999px}{9999px} \hspace{999em} x \quad y$")
    assert "999" not in made
    assert "1em" in made
    (made,) = show_cell(r"$a\, b\; c \textcolor{#102030}{x} \textcolor{#ff0000}{y}$")
    assert re.findall(r'(?:width|mathcolor)="([^"]*)"', made) == [
        "0.167em",
        "0.278em",
        "#102030",
        "#ff0000",
    ]


def test_a_lesson_that_is_not_translated_says_so_once(tmp_path: Path) -> None:
    """With where its file can be written; no notice at each cell."""
    root = tiny.write_course(tmp_path)
    configure(root, REPOSITORY)
    build(root, "pl").assert_done()
    page = root / "build/site/pl/02-boats-ink.html"
    text = page.read_text(encoding="utf-8")
    assert text.count("Ta lekcja jest po angielsku.") == 1
    assert "Jeszcze nie przetłumaczono" not in text
    links, _ = read_page(page)
    new = "https://github.com/cats/course/new/main/translations/pl?filename=02-boats.md"
    assert new in links
