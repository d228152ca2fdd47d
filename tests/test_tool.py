"""The tool by itself: it knows no course, and its verbs are functions."""

import doctest
import importlib
import pkgutil
import re
import tomllib
from pathlib import Path

import pytest

import course
import nlphelpers
from tests.fixtures.toy import make_course, write_notebook

ROOT = Path(__file__).parents[1]


def names_of_this_course() -> set[str]:
    """Return the names by which course.toml knows frameworks, packages, modules and data."""
    toml = tomllib.loads((ROOT / "course.toml").read_text(encoding="utf-8"))
    names = {*toml["packages"], *toml["variables"], *toml["data"]} - {"auto"}
    for framework in toml["frameworks"]:
        if "packages" in framework:  # else it is the language, which every tool may name
            names |= {framework["id"], *framework["packages"], *framework.get("environment", {})}
    names |= {Path(pattern).parts[0].removesuffix(".py") for pattern in toml["files"]}
    patterns = [pattern for patterns in toml["data"].values() for pattern in patterns]
    names |= {pattern[1:].partition("/")[0] for pattern in patterns} - {"USER_CACHE"}
    return names | {lesson["id"] for lesson in toml["lessons"]}


def test_the_tool_names_nothing_of_this_course() -> None:
    """Neither in code nor in examples: another course is as good."""
    names = names_of_this_course()
    assert len(names) > 15
    any_name = "|".join(map(re.escape, sorted(names)))
    word = re.compile(rf"(?<![\w-])({any_name})(?![\w-])", re.IGNORECASE)
    seen = 0
    for path in sorted((ROOT / "course").rglob("*")):
        if path.suffix in (".py", ".js", ".html", ".css", ".toml", ".json"):
            seen += 1
            text = path.read_text(encoding="utf-8")
            assert not word.search(text), (path, word.search(text))
    assert seen > 100


def test_the_examples_of_docstrings_are_right() -> None:
    """In all modules of the tool, and in the helpers of the lessons."""
    tried = 0
    for package in (course, nlphelpers):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                result = doctest.testmod(importlib.import_module(found.name))
                assert not result.failed, found.name
                tried += result.attempted
    assert tried > 40


def test_every_verb_can_be_imported() -> None:
    """By the name that the package says it has, and nothing else can."""
    assert set(course.__all__) == set(course._MODULES)
    for name in course.__all__:
        assert getattr(course, name).__name__ == name
        assert getattr(course, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'runn'"):
        course.runn  # noqa: B018


def test_a_run_is_a_function(tmp_path: Path) -> None:
    """Plain arguments in, a value out; what failed is in it."""
    notebooks = make_course(tmp_path, ["01-good", "02-bad"], ["plain"])
    write_notebook(notebooks / "01-good-plain.ipynb", "1 + 1")
    write_notebook(notebooks / "02-bad-plain.ipynb", "1 / 0")
    mine = course.load_course(tmp_path)
    report = course.run(mine, course.RunOptions(lessons=("01-good",)))
    assert report.passed
    assert [outcome.status for outcome in report.outcomes] == ["executed"]
    report = course.run(mine)
    assert not report.passed
    assert [outcome.status for outcome in report.outcomes] == ["stored", "failed"]
    assert [outcome.failure.name for outcome in report.failed] == ["ZeroDivisionError"]
    assert (report.out / "report.json").is_file()
