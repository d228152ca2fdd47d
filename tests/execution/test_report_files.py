"""The files of a report: their schema, writing them, and reading the last one."""

import copy
import errno
import json
import os
from pathlib import Path

import jsonschema
import pytest

from course.errors import CourseError
from course.execution.reports.files import read_last, render_html, render_json, write_reports
from course.execution.reports.junit import render_junit
from course.execution.reports.markdown import render_summary
from tests.fixtures.reports import (
    make_all_sorts,
    make_failed,
    make_idle,
    make_last,
    make_notebook,
    make_report,
    make_result,
)

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
FILES = ["report.json", "junit.xml", "summary.md", "report.html"]


# The schema


def test_the_schema_is_a_schema_and_describes_every_field() -> None:
    """A reader of a report finds what each name in it means."""
    VALIDATOR.check_schema(SCHEMA)
    fields = list(find_fields(SCHEMA))
    assert len(fields) > 60
    for name, field in fields:
        reference = SCHEMA["$defs"].get(field.get("$ref", "").rpartition("/")[2], {})
        assert "description" in field or "description" in reference, name


def find_fields(schema: dict):
    """Give every field that a schema names; hold that each object admits no others."""
    for name, part in schema.items():
        if name == "properties" and "additionalProperties" in schema:
            assert schema["additionalProperties"] is False
            yield from part.items()
        if isinstance(part, dict):
            yield from find_fields(part)


@pytest.mark.parametrize(
    "report",
    [
        make_report(),
        make_report(make_failed(), make_idle("unstarted"), make_idle("interrupted")),
        make_report(notebooks=[]),
        make_all_sorts(),
    ],
    ids=["passed", "failed", "empty", "all-sorts"],
)
def test_the_schema_takes_a_report_and_its_successor(tmp_path: Path, report: dict) -> None:
    """What is written is what is described, also as the last run of the next."""
    write_reports(report, tmp_path)
    VALIDATOR.validate(json.loads((tmp_path / "report.json").read_bytes()))
    VALIDATOR.validate({**report, "last": read_last(tmp_path)})


@pytest.mark.parametrize(
    "change",
    [
        {"schema": 1},
        {"more": 1},
        {"started": "yesterday"},
        {"notebooks": [make_notebook(status="done")]},
        {"notebooks": [make_notebook(more=1)]},
        {"notebooks": [make_notebook(key="short")]},
        {"notebooks": [make_failed(failure=None)]},
        {"notebooks": [make_notebook(status="stored")]},
        {"notebooks": [make_notebook(results=[make_result(accuracy=1.1)])]},
    ],
    ids=str,
)
def test_the_schema_refuses_what_it_does_not_describe(change: dict) -> None:
    """Another version, an unknown field, or two fields that contradict each other."""
    assert not VALIDATOR.is_valid(make_report(**change))


# Writing, and reading the last one


def test_four_files_are_written_and_named(tmp_path: Path) -> None:
    """The folder is made if need be."""
    folder = tmp_path / "new" / "folder"
    assert write_reports(make_all_sorts(), folder) == [folder / name for name in FILES]
    assert sorted(item.name for item in folder.iterdir()) == sorted(FILES)
    assert json.loads((folder / "report.json").read_bytes()) == make_all_sorts()


def test_a_report_of_other_languages_can_be_read_as_it_is() -> None:
    """No escapes where UTF-8 will do."""
    assert "Réseaux 語" in render_json(make_report(course="Réseaux 語"))


def test_what_json_cannot_hold_becomes_null() -> None:
    """A model that diverged has an accuracy that is no number."""
    row = make_result(accuracy=float("nan"), seconds=float("inf"), curve=[0.5, float("nan"), 0.7])
    report = make_report(make_notebook(results=[row]))
    written = json.loads(render_json(report), parse_constant=pytest.fail)
    VALIDATOR.validate(written)
    assert written["notebooks"][0]["results"][0]["curve"] == [0.5, None, 0.7]
    assert "LSTM" in render_summary(report)
    assert "LSTM" in render_html(report)


def test_a_write_that_fails_leaves_the_old_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full when a file is done: a line, and nothing half-written."""
    write_reports(make_report(), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def fail(*_paths: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(CourseError, match="No space left"):
        write_reports(make_report(make_failed()), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


DAMAGED = {
    "empty": b"",
    "cut off": render_json(make_report()).encode()[:500],
    "not UTF-8": b"\xff\xfe{",
    "not an object": b"[1]",
    "too deep": b"[" * 100_000,
    "another version": render_json(make_report(schema=1)).encode(),
    "no notebooks": render_json({"schema": 2}).encode(),
    "notebooks of texts": render_json(make_report(notebooks=["a"])).encode(),
    "notebooks by name": render_json(make_report(notebooks={"a": 1})).encode(),
    "a name that is a list": render_json(make_report(make_notebook(name=[]))).encode(),
    "an unknown status": render_json(make_report(make_notebook(status="x"))).encode(),
    "a time that is a text": render_json(make_report(make_notebook(seconds="9"))).encode(),
    "results of null": render_json(make_report(make_notebook(results=None))).encode(),
    "an accuracy of 90": render_json(
        make_report(make_notebook(results=[make_result(accuracy=90)]))
    ).encode(),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_last_report_is_no_last_report(tmp_path: Path, content: bytes) -> None:
    """It is a comparison only, so nothing is said."""
    (tmp_path / "report.json").write_bytes(content)
    assert read_last(tmp_path) is None


def test_without_a_last_report_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    """A first run; also one whose folder is not there yet."""
    assert read_last(tmp_path) is None
    assert read_last(tmp_path / "none") is None
    assert "last run" not in render_summary(make_report())


def test_a_report_keeps_no_report_before_its_last(tmp_path: Path) -> None:
    """Reports do not grow from run to run."""
    last = make_last(tmp_path, last=make_last(tmp_path))
    assert set(last) == {"started", "parameters", "device", "notebooks"}
    assert set(last["notebooks"][0]) == {"name", "status", "seconds", "parameters", "results"}


def test_forms_leave_the_report_as_it_is() -> None:
    """They are asked one after the other."""
    report = make_all_sorts()
    before = copy.deepcopy(report)
    for form in (render_json, render_junit, render_summary, render_html):
        form(report)
    assert report == before


def test_importing_is_quick(run_python) -> None:
    """Nothing that takes long to import is, before a report is written."""
    heavy = "{'jinja2', 'matplotlib', 'nbformat', 'papermill', 'numpy', 'rich', 'torchnlp'}"
    code = f"import sys, course.execution.reports.files; print(sorted({heavy} & set(sys.modules)))"
    assert run_python(code).strip() == "[]"
