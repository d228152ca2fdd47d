"""Notebooks of one framework where the others are not installed.

A module `sitecustomize`, which every Python imports as it starts, a kernel's too, lets nobody find
them: neither an import nor a question whether they are there.
"""

import ast
import os
import subprocess
import sys
from pathlib import Path

import papermill
import pytest

from course.formats.course_toml import load_course
from course.formats.notebook import read_notebook

ROOT = Path(__file__).parents[1]
COURSE = load_course(ROOT)
HIDE = """
from importlib.machinery import PathFinder

find = PathFinder.find_spec


def find_others(name, path=None, target=None):
    return None if name.partition(".")[0] in {hidden!r} else find(name, path, target)


PathFinder.find_spec = find_others
"""


@pytest.fixture(params=COURSE.frameworks, ids=lambda framework: framework.id)
def alone(request, tmp_path, monkeypatch):
    """A framework, in an environment without the packages of all others."""
    others = [f for f in COURSE.frameworks if f != request.param]
    hidden = {package for other in others for package in other.packages}
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(HIDE.format(hidden=hidden))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "hook"), str(ROOT)]))
    for package in hidden:
        code = f"import {package}"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert f"ModuleNotFoundError: No module named '{package}'" in done.stderr
    return request.param


def notebooks(framework) -> list[Path]:
    """Return the notebooks of a framework, of which there must be some."""
    paths = [COURSE.notebook(lesson, framework) for lesson in COURSE.lessons]
    found = [path for path in paths if path.is_file()]
    assert found
    return found


def imports(path: Path) -> list[str]:
    """Return the import statements of a notebook, in order."""
    return [
        ast.unparse(statement)
        for cell in read_notebook(path)["cells"]
        if cell["cell_type"] == "code"
        for statement in ast.walk(ast.parse(cell["source"]))
        if isinstance(statement, ast.Import | ast.ImportFrom)
    ]


def test_a_notebook_imports_all_that_it_needs_without_the_other_framework(alone):
    """Every import statement of it works, the helpers' among them."""
    for path in notebooks(alone):
        statements = imports(path)
        assert any("torchnlp" in statement for statement in statements)
        code = "\n".join(statements)
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.night
def test_a_notebook_runs_to_its_end_without_the_other_framework(alone, tmp_path):
    """All of it, claims included, in a kernel."""
    for path in notebooks(alone):
        papermill.execute_notebook(
            path, tmp_path / path.name, kernel_name="python3", progress_bar=False, cwd=tmp_path
        )
