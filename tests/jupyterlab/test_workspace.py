"""A learner's folders: built anew with each start, and what a learner has changed stays."""

import json
from pathlib import Path

import pytest

from course.commands.lab import choose_framework
from course.errors import UsageError
from course.formats.course_toml import load_course
from course.jupyterlab.workspace import first_with_work, prepare_lessons
from tests.fixtures import tiny
from tests.fixtures.lab import FILE, INK
from tests.fixtures.toy import edit


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tiny course; its folder."""
    return tiny.write_course(tmp_path / "tiny")


def prepare(root: Path, locale: str = "pl") -> list[Path]:
    """Prepare the lessons of a locale as `course lab` does; return the learner's files."""
    course = load_course(root)
    folders, warnings = prepare_lessons(course, course.locale(locale), root / "workspace")
    assert warnings == []
    return [path for folder in folders for path in folder.kept]


def cells(path: Path) -> list[dict]:
    """Return the cells of a notebook."""
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def test_what_a_learner_has_changed_outlives_a_new_version(root: Path) -> None:
    """Outputs, notes and their own files stay, under the same name or one beside it."""
    assert prepare(root) == []
    folder = root / "workspace/lessons/pl"
    path = root / "workspace/lessons" / INK
    edit(path, "helper = 'ink'", "moje = 1")
    for name in ("helper.py", "moje.txt"):
        (folder / name).write_text("mine = 1\n", encoding="utf-8")
    assert {one.name for one in prepare(root, "ja")} == {"01-cats-ink.ipynb", "helper.py"}
    assert "moje = 1" in "".join(cells(path)[1]["source"])
    for name in (FILE, "helper.py"):
        changed = root / name
        changed.write_text(changed.read_text(encoding="utf-8") + "# Nowe\n", encoding="utf-8")
    kept = prepare(root)
    assert {one.name for one in kept} == {"01-cats-ink.yours-1.ipynb", "helper.yours-1.py"}
    assert "moje = 1" not in "".join(cells(path)[1]["source"])
    assert "moje = 1" in "".join(cells(folder / "01-cats-ink.yours-1.ipynb")[1]["source"])
    assert (folder / "helper.yours-1.py").read_text(encoding="utf-8") == "mine = 1\n"
    assert (folder / "moje.txt").exists()
    assert {one.name for one in folder.parent.iterdir() if one.is_dir()} == {"en", "pl", "ja"}


def test_a_lesson_that_was_only_opened_is_no_changed_one(root: Path) -> None:
    """JupyterLab writes it anew with more about its kernel; the next version takes its place."""
    prepare(root)
    path = root / "workspace/lessons" / INK
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.11.7"}
    notebook["cells"][1]["execution_count"] = 7
    notebook["cells"][1]["metadata"]["trusted"] = True
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    edit(root / FILE, "# Koty", "# Kocury")
    assert prepare(root) == []
    assert "".join(cells(path)[0]["source"]).startswith("# Kocury")
    assert not list(path.parent.glob("*yours*"))


def test_a_translator_starts_where_there_is_work(root: Path) -> None:
    """In the first lesson that lacks something, else with a draft that nobody has read."""
    course = load_course(root)
    start = {name: first_with_work(course, course.locale(name)).id for name in ("pl", "ar")}
    assert start == {"pl": "01-cats", "ar": "01-cats"}  # lacks a cell; has nothing left
    boats = root / "translations/ar/02-boats.md"
    edit(boats, "-->\n# قوارب", "state=machine -->\n# قوارب")
    assert first_with_work(course, course.locale("ar")).id == "02-boats"
    (root / "translations/ar/01-cats.md").unlink()
    boats.unlink()
    assert first_with_work(course, course.locale("ar")).id == "01-cats"


def test_a_lesson_is_opened_in_a_framework_that_it_is_written_in(root: Path) -> None:
    """The first one, or the one that was asked for; another is refused with the nearest name."""
    course = load_course(root)
    assert choose_framework(course, course.lessons[0], None).id == "ink"
    assert choose_framework(course, course.lessons[0], "chalk").id == "chalk"
    with pytest.raises(UsageError, match="01-cats: unknown framework 'chlk', did you mean 'chalk'"):
        choose_framework(course, course.lessons[0], "chlk")
