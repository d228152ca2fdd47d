"""Notebooks of one framework where the others are not installed.

`tests/kernels.py` lets every notebook run so; here is what that rests on.
"""

import ast
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course.formats.course_toml import load_course
from course.formats.notebook import read_notebook
from course.formats.settings import Framework
from tests.fixtures.apart import hidden, hide
from tests.kernels import framework_of

ROOT = Path(__file__).parents[2]
COURSE = load_course(ROOT)
EACH = pytest.mark.parametrize("framework", COURSE.frameworks, ids=lambda one: one.id)


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a Python of its own."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)


@pytest.fixture
def alone(framework: Framework, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Framework:
    """A framework, in an environment without the packages of all others."""
    for name, value in hide(COURSE, framework, tmp_path).items():
        monkeypatch.setenv(name, value)
    return framework


def imports(framework: Framework) -> list[str]:
    """Return the import statements of a framework's notebooks, each once."""
    paths = [COURSE.notebook(lesson, one) for lesson, one in COURSE.pairs if one == framework]
    return list(
        dict.fromkeys(
            ast.unparse(statement)
            for path in paths
            for cell in read_notebook(path)["cells"]
            if cell["cell_type"] == "code"
            for statement in ast.walk(ast.parse(cell["source"]))
            if isinstance(statement, ast.Import | ast.ImportFrom)
        )
    )


@EACH
def test_the_packages_of_others_are_hidden(alone: Framework) -> None:
    """An import of one says that there is no such module."""
    for package in hidden(COURSE, alone):
        assert f"No module named '{package}'" in run(f"import {package}").stderr


@EACH
def test_all_that_notebooks_import_is_there_without_the_other_framework(alone: Framework) -> None:
    """Every import statement of theirs works, the helpers' among them."""
    statements = imports(alone)
    assert any("torchnlp" in statement for statement in statements)
    done = run("\n".join(statements))
    assert done.returncode == 0, done.stderr


def test_a_notebook_belongs_to_the_framework_of_its_name() -> None:
    """Which is the one that its kernel may find."""
    for lesson, framework in COURSE.pairs:
        assert framework_of(COURSE.notebook(lesson, framework)) == framework


def test_nbval_hides_the_others_from_a_notebook(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notebook that imports another framework fails there, and one that does not passes."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    first, second, *_ = COURSE.frameworks
    for name, package in (("own", "json"), ("other", second.packages[0])):
        path = pytester.path / f"{name}-{first.id}.ipynb"
        nbformat.write(new_notebook(cells=[new_code_cell(f"import {package}")]), path)
    plugins = ("-p", "tests.kernels", "-p", "no:xdist", "--nbval-lax", "--nbval-current-env")
    done = pytester.runpytest_subprocess(*plugins, *pytester.path.glob("*.ipynb"))
    done.assert_outcomes(passed=1, failed=1)
    done.stdout.fnmatch_lines([f"*No module named '{second.packages[0]}'*"])
