"""`course run`: what is refused, each in a line."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import nlphelpers.results
from course.execution.outputs import take_outputs
from course.formats.notebook import RESULTS
from tests.fixtures.command import Result, run_course, run_process
from tests.fixtures.runs import ROWS
from tests.fixtures.toy import RESULTS_MIME, edit


def test_a_second_run_in_the_same_folder_is_refused(one: Path) -> None:
    """Two runs would write the same files."""
    from filelock import FileLock

    (one / "build" / "run").mkdir(parents=True)
    with FileLock(one / "build" / "run" / ".lock"):
        result = run_course(one, "run")
    assert result.code == 1
    assert result.err.startswith("error: ")
    assert "another `course run` writes there; give --out DIR" in result.err


def assert_one_line(result: Result, code: int, *words: str) -> None:
    """Hold that a command did nothing and said why in one line."""
    assert (result.code, result.out) == (code, ""), result.err
    (line,) = result.err.splitlines()
    assert line.startswith("error: ")
    for word in words:
        assert word in line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "1-sum"], "unknown lesson '1-sum', did you mean '01-sum'?"),
        (["run", "--framework", "Plain"], "unknown framework 'Plain', did you mean 'plain'?"),
        (["run", "--framework", "jax"], "unknown framework 'jax'; there are plain"),
        (["rum"], "unknown verb 'rum', did you mean 'run'?"),
        (["run", "-j", "0"], "'0' is not a whole number of at least 1"),
        (["run", "--seed", "x"], "--seed: invalid int value: 'x'"),
        (["run", "01-sum", "02"], "unknown lesson '02'"),
        (["todo", "pl", "01-sum", "02"], "one argument too many: '02'"),
        (["run", "--epoch", "1"], "unknown option '--epoch', did you mean '--epochs'?"),
        ([], "required: VERB"),
        (
            ["run", "-p", "epoch", "1"],
            "01-sum-plain.ipynb: unknown parameter 'epoch', did you mean 'epochs'?",
        ),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(one: Path, arguments: list[str], message: str) -> None:
    """It names the value and the near miss, and nothing runs."""
    assert_one_line(run_course(one, *arguments), 2, message)
    assert not (one / "build").exists()


def test_a_folder_without_a_course_is_refused(tmp_path: Path) -> None:
    """The message says what was looked for and how to name it."""
    assert_one_line(run_course(tmp_path, "run"), 2, "no course.toml", str(tmp_path), "--course DIR")


def test_a_course_is_found_upward_or_named(one: Path) -> None:
    """`course` works from any folder inside, and from anywhere with --course."""
    below, beside = one / "notebooks", one.parent
    message = "there are 01-sum"
    assert message in run_course(below, "run", "zzz").err
    assert message in run_course(beside, "run", "zzz", "--course", str(one)).err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"cells": [', "not JSON: "),
        (b"\xff\xfe", "not UTF-8 at byte 0"),
        (b'{"cells": []}', "notebook format None.None"),
        (b'{"nbformat": 4, "nbformat_minor": 4, "cells": []}', "notebook format 4.4"),
        (b"[]", "not a notebook"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "cells": [{}]}', "cell 1 lacks one of"),
        (None, "no such notebook in "),
    ],
)
def test_a_broken_notebook_is_told_of_in_one_line(
    one: Path, content: bytes | None, message: str
) -> None:
    """It names the notebook and what is wrong with it; no kernel starts."""
    path = one / "notebooks" / "01-sum-plain.ipynb"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    result = run_course(one, "run")
    assert (result.code, result.out) == (1, "")
    (line,) = [x for x in result.err.splitlines() if x.startswith("01-sum-plain.ipynb: ")]
    assert message in line
    assert "start " not in result.err


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title", "titel", "unknown key 'titel', did you mean 'title'?"),
        ('"en"', '"fr"', "unknown source_locale 'fr'; there are en"),
        ('"01-sum"', '"../x"', "id '../x'"),
        ('"01-sum"', "1", "lessons 1: id is 1, expected a non-empty string"),
        ("ltr", "left", "direction is 'left', not ltr or rtl"),
        ("[[lessons]]", "[lessons]", "lessons is not a list of tables"),
        ('[[frameworks]]\nid = "plain"\nname = "N"', "", "'frameworks' is missing"),
        ('title = "Toy"', "title = ", "at line 1"),
    ],
)
def test_a_broken_course_toml_is_one_line(one: Path, old: str, new: str, message: str) -> None:
    """It names the file, the place and the value."""
    path = one / "course.toml"
    path.write_text(path.read_text().replace(old, new, 1))
    assert_one_line(run_course(one, "run"), 1, "course.toml: ", message)


def test_a_package_that_hides_a_module_is_found_before_anything_runs(one: Path) -> None:
    """It wins over the course's module of its name; what brought it is named, if that is known."""
    (one / "helper.py").touch()
    edit(one / "course.toml", 'title = "Toy"', 'title = "Toy"\nfiles = ["helper.py"]')
    package = one / "elsewhere" / "helper"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    path = str(package.parent)
    assert_one_line(run_process(one, "run", PYTHONPATH=path), 1, str(package), "remove it")
    info = one / "elsewhere" / "other_helper-0.5.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other-helper\nVersion: 0.5.0\n")
    (info / "top_level.txt").write_text("helper\n")
    result = run_process(one, "run", PYTHONPATH=path)
    assert_one_line(result, 1, str(package), "pip uninstall other-helper")


def test_version_and_help_are_tidy(tmp_path: Path) -> None:
    """Both exit 0, anywhere; the help names every verb."""
    assert re.fullmatch(r"course \d+\.\d+\.\d+\n", run_course(tmp_path, "--version").out)
    result = run_course(tmp_path, "--help")
    assert result.code == 0
    assert "Execute notebooks and print their results" in result.out


def test_the_command_and_the_module_are_one(tmp_path: Path) -> None:
    """`course` is installed beside this Python, and does what `python -m course` does."""
    script = Path(sys.executable).with_name("course")
    done = subprocess.run([script, "--version"], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == run_course(tmp_path, "--version").out


def test_a_results_row_is_what_the_lessons_write() -> None:
    """The MIME type is JSON, so that Jupyter keeps it as data; the tool knows its form."""
    for kind in (RESULTS_MIME, nlphelpers.results.RESULTS_MIME):
        assert kind.endswith("+json")
        assert RESULTS.fullmatch(kind)
    assert json.loads(json.dumps(ROWS)) == ROWS


def test_committed_outputs_keep_the_size_of_a_picture_and_nothing_else_about_it():
    """What is of one moment goes; a picture of twice its size needs to say how large it is."""
    size = {"image/png": {"width": 518, "height": 307}}
    output = {
        "output_type": "display_data",
        "data": {"image/png": "iVBOR"},
        "metadata": {**size, "papermill": {"duration": 1}},
    }
    cell = {"cell_type": "code", "id": "plot", "outputs": [output]}
    (kept,) = take_outputs({"cells": [cell]})["plot"]
    assert kept == {**output, "metadata": size}
