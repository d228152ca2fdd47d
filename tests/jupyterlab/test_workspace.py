"""A learner's folders: built anew with each start, and what a learner has changed stays."""

import json
from pathlib import Path

import pytest

from course.formats.course_toml import load_course
from course.jupyterlab.workspace import prepare_lessons
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
