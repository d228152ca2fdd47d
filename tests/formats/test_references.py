"""references.toml: the papers that lessons link, named once."""

from pathlib import Path

import pytest

from course.errors import CourseError
from course.formats.course_toml import load_course
from course.formats.lesson import read_lesson
from course.formats.references import PAPER, read_references
from course.markdown.parser import link_targets
from tests.fixtures import tiny
from tests.fixtures.command import run_course
from tests.fixtures.pages import read_page

ROOT = Path(__file__).parents[2]
PAPER_URL = "https://arxiv.org/abs/1234.56789"
ENTRY = f'["{PAPER_URL}"]\nauthors = "Ann O’Nym"\ntitle = "Sleep & cats"\npublished = "Meow 2020"\n'


def cite(root: Path) -> None:
    """Let the second lesson link a paper, in both notebooks."""
    for path in root.glob("notebooks/02-boats-*.ipynb"):
        text = path.read_text(encoding="utf-8")
        new = text.replace("A boat floats.", f"A boat floats [(O’Nym 2020)]({PAPER_URL}).")
        assert new != text
        path.write_text(new, encoding="utf-8")


def test_a_page_lists_the_papers_that_it_links(tmp_path: Path) -> None:
    """Under a heading of its own at the end; a page that links none has no such section."""
    root = tiny.write_course(tmp_path)
    (root / "references.toml").write_text(ENTRY, encoding="utf-8")
    cite(root)
    run_course(root, "site", "-j1", "en").assert_done()
    links, ids = read_page(root / "build/site/en/02-boats-ink.html")
    assert links.count(PAPER_URL) == 2
    assert "references" in ids
    text = (root / "build/site/en/02-boats-ink.html").read_text(encoding="utf-8")
    assert "Ann O’Nym: " in text
    assert "Sleep &amp; cats</a>. Meow 2020." in text
    assert "references" not in read_page(root / "build/site/en/01-cats-ink.html")[1]


def test_a_paper_that_is_not_named_is_found(tmp_path: Path) -> None:
    """Where the course has a list; a link to anything else needs no entry."""
    root = tiny.write_course(tmp_path)
    cite(root)
    assert PAPER_URL not in run_course(root, "check", "pl").out
    path = root / "references.toml"
    path.write_text(ENTRY.replace("1234", "4321"), encoding="utf-8")
    found = run_course(root, "check", "pl")
    assert f"paper that is not in references.toml: {PAPER_URL}" in found.out
    path.write_text(ENTRY, encoding="utf-8")
    assert PAPER_URL not in run_course(root, "check", "pl").out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "references.toml"),
        (ENTRY + 'year = "2020"\n', "unknown key 'year'"),
        (ENTRY.replace('title = "Sleep & cats"\n', ""), "'title' is missing"),
        (ENTRY.replace('"Meow 2020"', "2020"), "'published' is missing or not a string"),
        ('title = "x"\n', "'authors' is missing"),
    ],
)
def test_a_mistake_in_the_list_is_named(tmp_path: Path, text: str, said: str) -> None:
    """With the entry."""
    root = tiny.write_course(tmp_path)
    (root / "references.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match=said):
        read_references(load_course(root))


def test_every_reference_of_the_course_is_linked_by_a_lesson() -> None:
    """And every paper that a lesson links is in the list."""
    course = load_course(ROOT)
    lessons = [read_lesson(course, lesson) for lesson in course.lessons]
    linked = {
        target for lesson in lessons for cell in lesson.cells for target in link_targets(cell.text)
    }
    known = read_references(course)
    assert known
    assert known.keys() <= linked
    assert {target for target in linked if PAPER.match(target)} <= known.keys()
