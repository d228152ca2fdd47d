"""The settings of lessons in course.toml, and a lesson in one framework beside one in two."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from course.errors import CourseError, UsageError
from course.execution.jobs import select
from course.execution.profile import Profile
from course.formats.course_toml import load_course
from course.formats.lesson import read_lesson
from course.formats.settings import Course
from course.formats.translation import hash_source
from course.jupyterlab.desk import Desk
from course.localization.history import find_english
from course.previewing.preview import Preview
from tests.fixtures import tiny
from tests.fixtures.command import run_course
from tests.fixtures.tiny import cell

ROOT = Path(__file__).resolve().parents[2]
ALONE = """\
question = "What floats?"
requires = ["01-cats"]
frameworks = ["ink"]
"""
BOATS = 'id = "02-boats"\n'
NOT_THERE = "02-boats-chalk"


def configure(root: Path, boats: str, cats: str = "") -> Path:
    """Write more keys into the tables of the two lessons."""
    path = root / "course.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace(BOATS, BOATS + boats).replace('id = "01-cats"\n', f'id = "01-cats"\n{cats}')
    path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The tiny course; its second lesson is written in ink only, and builds on the first."""
    configure(tiny.write_course(tmp_path), ALONE, 'question = "What sleeps?"\n')
    (tmp_path / f"notebooks/{NOT_THERE}.ipynb").unlink()
    return tmp_path


@pytest.fixture
def course(root: Path) -> Course:
    return load_course(root)


def test_a_lesson_says_its_question_what_it_requires_and_its_frameworks(course: Course) -> None:
    """All three may be left out: a lesson then requires none, and has all frameworks."""
    cats, boats = course.lessons
    assert (cats.requires, cats.frameworks) == ((), None)
    assert (boats.question, boats.requires) == ("What floats?", ("01-cats",))
    names = [[each.id for each in course.frameworks_of(lesson)] for lesson in course.lessons]
    assert names == [["ink", "chalk"], ["ink"]]
    assert [path.name for path in course.notebooks_of(boats)] == ["02-boats-ink.ipynb"]


@pytest.mark.parametrize(
    ("boats", "cats", "said"),
    [
        (
            'requires = ["01-cat"]',
            "",
            "'02-boats': requires: unknown lesson '01-cat', did you mean",
        ),
        ('requires = "01-cats"', "", "lessons 2: requires is '01-cats', expected a list"),
        ('requires = ["02-boats"]', "", "'02-boats' requires '02-boats'; remove one"),
        ('requires = ["01-cats"]', 'requires = ["02-boats"]', "lessons require each other: "),
        ('frameworks = ["inc"]', "", "frameworks: unknown framework 'inc', did you mean 'ink'?"),
        ("frameworks = []", "", "lesson '02-boats': frameworks is empty"),
        ('question = ""', "", "lessons 2: question is '', expected a non-empty string"),
        ('questions = "?"', "", "unknown key 'questions', did you mean 'question'?"),
    ],
)
def test_what_a_lesson_names_is_there(tmp_path: Path, boats: str, cats: str, said: str) -> None:
    """Unknown ids and cycles are reported in one line, with the closest known id."""
    configure(tiny.write_course(tmp_path), f"{boats}\n", f"{cats}\n")
    with pytest.raises(CourseError, match=re.escape(said)):
        load_course(tmp_path)


def test_a_cycle_is_reported_lesson_by_lesson(tmp_path: Path) -> None:
    """In the order in which one requires the next."""
    requires = {"01-cats": "03-dogs", "02-boats": "01-cats", "03-dogs": "02-boats"}
    dogs = '\n[[lessons]]\nid = "03-dogs"\ntitle = "Dogs"\nrequires = ["02-boats"]\n'
    configure(tiny.write_course(tmp_path), 'requires = ["01-cats"]\n', 'requires = ["03-dogs"]\n')
    with (tmp_path / "course.toml").open("a", encoding="utf-8") as file:
        file.write(dogs)
    with pytest.raises(CourseError) as caught:
        load_course(tmp_path)
    message = re.search(r"each other: (.*); remove one", str(caught.value))[1]
    cycle = [name.strip("'") for name in message.split(" requires ")]
    assert len(cycle) == 4
    assert [requires[name] for name in cycle[:-1]] == cycle[1:]


def test_what_is_executed_are_the_notebooks_that_there_are(course: Course) -> None:
    """All of them, those of a framework, of a lesson; and a lesson is missed by name."""

    def names(*lessons: str, framework: str | None = None) -> list[str]:
        return [f"{one.id}-{two.id}" for one, two in select(course, lessons, framework)]

    assert names() == ["01-cats-ink", "01-cats-chalk", "02-boats-ink"]
    assert names(framework="chalk") == ["01-cats-chalk"]
    assert names("02-boats") == names("02-boats", framework="ink") == ["02-boats-ink"]
    assert names("02-boats", "01-cats", framework="ink") == ["01-cats-ink", "02-boats-ink"]
    with pytest.raises(UsageError, match="no notebook of 02-boats is in chalk"):
        select(course, ["02-boats"], "chalk")
    with pytest.raises(UsageError, match=f"unknown notebook '{NOT_THERE}'"):
        Profile(gates={NOT_THERE: {}}).check(course, Path("p.toml"))


def test_a_lesson_with_one_framework_is_built_checked_and_translated(root: Path) -> None:
    """By every verb that goes over notebooks; none misses the other one."""
    run_course(root, "sync").assert_done()
    assert (root / "translations/pl/02-boats.md").is_file()
    checked = run_course(root, "check")
    assert NOT_THERE not in checked.out + checked.err
    assert " dead-link: " not in checked.out
    for verb in (["status"], ["todo", "pl", "02-boats"], ["po", "export", "pl"]):
        assert NOT_THERE not in run_course(root, *verb).assert_done().out
    run_course(root, "build", "--bundle").assert_done()
    built = {path.name for path in (root / "build/notebooks/pl").glob("*.ipynb")}
    assert built == {"01-cats-ink.ipynb", "01-cats-chalk.ipynb", "02-boats-ink.ipynb"}
    run_course(root, "mv", "02-boats/sails", "sail").assert_done()
    assert "<!-- cell sail " in (root / "translations/pl/02-boats.md").read_text(encoding="utf-8")


def test_a_link_to_the_notebook_that_is_missing_is_found(root: Path) -> None:
    """It leads nowhere, from a source and from a translation."""
    path = root / "notebooks/01-cats-ink.ipynb"
    text = path.read_text(encoding="utf-8").replace("02-boats-ink.ipynb", f"{NOT_THERE}.ipynb")
    path.write_text(text, encoding="utf-8")
    assert re.search(rf"dead-link: .*{NOT_THERE}", run_course(root, "check", "pl").out)


def test_the_preview_and_the_desk_show_what_there_is(root: Path, course: Course) -> None:
    """No button for the other framework, and no view of it."""
    alone = Preview(root, "pl", "02-boats").page().content.decode()
    both = Preview(root, "pl", "01-cats").page().content.decode()
    assert 'data-set="framework"' in both
    assert 'data-set="framework"' not in alone
    assert "What floats?" in alone
    assert 'class="framework"' not in alone  # all that there are: nothing to tell apart
    desk = Desk(course, root / "workspace" / "translate")
    assert "pl/02-boats-ink.ipynb" in desk.places
    assert f"pl/{NOT_THERE}.ipynb" not in desk.places
    assert desk.open(desk.places["pl/02-boats-ink.ipynb"]).notebook.framework == "ink"


def test_the_site_leads_to_no_page_that_is_missing(root: Path) -> None:
    """Start page, menus and the way from lesson to lesson, whichever framework one reads in."""
    path = root / "translations/ar/02-boats.md"
    path.write_text(
        path.read_text(encoding="utf-8")
        + "\n"
        + cell("@question", "ما الذي يطفو؟", "What floats?"),
        encoding="utf-8",
    )
    run_course(root, "site", "en", "ar", "pl").assert_done()
    pages = {path: path.read_text(encoding="utf-8") for path in root.glob("build/site/*/*.html")}
    assert len(pages) == 3 * (3 + 2 + 3)  # of notebooks, of lessons side by side, and others
    for path, text in pages.items():
        assert NOT_THERE not in text, path
    site = root / "build/site"
    start = pages[site / "en/index.html"]
    assert '<p class="question">What sleeps?</p>' in start
    needs = re.findall(r'<p class="needs">(.*?)</p>', start)
    assert len(needs) == 1
    assert re.fullmatch(r'Needs: <a href="01-cats-ink.html"[^>]*>Cats</a>', needs[0])
    assert 'data-frameworks="ink chalk"' in needs[0]
    assert '<p class="question">ما الذي يطفو؟</p>' in pages[site / "ar/index.html"]
    assert '<p class="question" lang="en">What floats?</p>' in pages[site / "pl/index.html"]
    assert re.search(r'rel="next" href="02-boats-ink.html"', pages[site / "en/01-cats-chalk.html"])
    boats = pages[site / "en/02-boats-ink.html"]
    assert '<p class="needs">' in boats
    assert 'class="switch"' not in boats
    assert 'class="switch"' in pages[site / "en/01-cats-ink.html"]


def test_the_question_is_a_unit_of_prose(root: Path, course: Course) -> None:
    """It is added by sync behind the title, counted, and outdated when the English changes."""
    lesson = read_lesson(course, course.lesson("01-cats"))
    assert [each.id for each in lesson.cells[:3]] == ["@title", "@question", "@summary"]
    run_course(root, "sync", "pl").assert_done()
    path = root / "translations/pl/01-cats.md"
    text = path.read_text(encoding="utf-8")
    marker = f"<!-- cell @question source={hash_source('What sleeps?')} -->\n"
    assert text.index("@title") < text.index(marker) < text.index("@summary")
    path.write_text(text.replace(marker + "What sleeps?", marker + "Co śpi?"), encoding="utf-8")
    settings = root / "course.toml"
    text = settings.read_text(encoding="utf-8").replace("What sleeps?", "What purrs?")
    settings.write_text(text, encoding="utf-8")
    found = run_course(root, "check", "pl").out
    assert re.search(r"stale: cell @question", found)


def test_an_older_question_is_found_in_the_history(root: Path) -> None:
    """As an older title is; so `course todo` shows what has changed."""
    from course.localization.history import git

    for words in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=x", "-c", "user.email=x@y", "commit", "-qm", "x"],
    ):
        assert git(root, *words) is not None
    settings = root / "course.toml"
    text = settings.read_text(encoding="utf-8").replace("What sleeps?", "What purrs?")
    settings.write_text(text, encoding="utf-8")
    course, old = load_course(root), hash_source("What sleeps?")
    assert find_english(course, course.lesson("01-cats"), [old]) == {old: "What sleeps?"}


def rows(text: str) -> list[str]:
    """Return the rows of the table of lessons in a README."""
    section = text.partition("\n## Lessons\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return lines[2:]


def test_the_readme_lists_the_lessons_with_their_questions() -> None:
    """In the order of the course, each with links to the notebooks that it has."""
    course = load_course(ROOT)
    found = rows((ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(found) == len(course.lessons) >= 1
    for row, lesson in zip(found, course.lessons, strict=True):
        assert row.startswith(f"| {lesson.title} | {lesson.question} | ")
        wanted = [path.relative_to(ROOT).as_posix() for path in course.notebooks_of(lesson)]
        assert re.findall(r"\]\(([^)]+)\)", row) == wanted


def test_every_lesson_of_the_course_says_its_question_and_what_it_requires() -> None:
    """Both stand in course.toml, be it an empty list."""
    lessons = tomllib.loads((ROOT / "course.toml").read_text(encoding="utf-8"))["lessons"]
    assert lessons
    for lesson in lessons:
        assert lesson["question"].endswith("?")
        assert isinstance(lesson["requires"], list), json.dumps(lesson)
