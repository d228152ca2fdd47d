"""The checks of the English."""

import pytest

from course.checks.runner import check
from course.formats.course_toml import load_course
from tests.fixtures import tiny
from tests.fixtures.checked import edit, write_tiny

LONG = "One sentence has ten words and so twelve of them. " * 13
ENGLISH = {
    "name": ({"english": "The function `train_emb` learns."}, "name"),
    "name-in-a-call": ({"english": "Call `fit(speed=0.1)` first."}, "name"),
    "dead-link": ({"english": "Read [on](02-b-ink.ipynb)."}, "dead-link"),
    "dead-picture": ({"english": "![A rate](images/rate.svg)"}, "dead-link"),
    "link-out-of-the-folder": ({"english": "Read [on](../README.md)."}, "dead-link"),
    "alt": ({"english": "![](https://example.org/x.svg)"}, "alt"),
    "markup": ({"english": "The rate is **low."}, "markup"),
    "active": ({"english": "<script>alert(1)</script>"}, "active"),
    "long-cell": ({"english": LONG}, "long-cell"),
    "shared-prose": ({"english": "The rate falls.", "chalk": "The rate rises."}, "shared-prose"),
    "prose-and-code": ({"english": "The rate falls.", "kind": "code"}, "shared-prose"),
    "waiver": (
        {
            "english": "The rate falls.",
            "metadata": {"course": {"allow": {"name": "it is gone by now"}}},
        },
        "waiver",
    ),
    "waiver-of-no-check": (
        {"english": "The rate falls.", "metadata": {"course": {"allow": {"all": "so be it"}}}},
        "waiver",
    ),
}


@pytest.mark.parametrize("name", ENGLISH)
def test_a_fault_of_the_english_is_found_in_its_notebook(name, tmp_path):
    """It is reported for the cell, at the line of its source in the notebook."""
    arguments, code = ENGLISH[name]
    findings = check(write_tiny(tmp_path, **arguments), [])
    assert {(f.code, f.cell, f.locale) for f in findings} == {(code, "a", "en")}
    finding = findings[0]
    framework = "chalk" if code == "shared-prose" else "ink"
    assert finding.path == f"notebooks/01-a-{framework}.ipynb"
    lines = (tmp_path / finding.path).read_text(encoding="utf-8").split("\n")
    if name != "prose-and-code":
        assert '"source"' in lines[finding.line - 1]


def test_outputs_of_other_code_are_found(tmp_path):
    """So are those of an edited file, and those of no run of the course."""
    root = tiny.write_course(tmp_path)
    notebook = root / "notebooks/01-cats-ink.ipynb"
    whole, helper = notebook.read_bytes(), root / "helper.py"

    def found():
        findings = check(load_course(root), [])
        return [(f.path, f.what) for f in findings if f.code == "outputs"]

    assert found() == []
    other = "outputs of other code than that beside them"
    edit(notebook, r"\+ 1", "+ 2")
    assert found() == [("notebooks/01-cats-ink.ipynb", other)]
    notebook.write_bytes(whole)
    edit(notebook, r'"made-by": "\w+"', '"made": ""')
    made_elsewhere = "its outputs are not from a run of the course"
    assert found() == [("notebooks/01-cats-ink.ipynb", made_elsewhere)]
    notebook.write_bytes(whole)
    helper.write_text("cats = 4\n", encoding="utf-8")  # no notebook imports it
    assert found() == []
    (table,) = (root / "data").glob("*.csv")
    table.write_text("4\n", encoding="utf-8")
    assert [what for _, what in found()] == [other] * 4


def test_names_files_and_python_words_are_known(tmp_path):
    """Names of the code, comments included, of Python, and of files are no finding."""
    text = (
        "See `fit`, `rate`, `ends`, `None`, `print`, `range(10)`, `fit(rate=0.1)` and `course.py`."
    )
    assert check(write_tiny(tmp_path, text), []) == []


def test_a_waiver_of_the_english_stands_in_the_metadata(tmp_path):
    """With its reason, as in a translation."""
    metadata = {"course": {"allow": {"name": "a name that must not exist is the point"}}}
    text = "There is no `train_emb`."
    assert check(write_tiny(tmp_path, text, metadata=metadata), []) == []


def test_a_line_of_the_english_is_that_of_the_sentence(tmp_path):
    """Where a notebook has a line for each line of a cell, as Jupyter writes it."""
    course = write_tiny(tmp_path, ["One.\n", "\n", "See `train_emb`.\n", "Two."])
    finding = check(course, [])[0]
    lines = (tmp_path / finding.path).read_text(encoding="utf-8").split("\n")
    assert "train_emb" in lines[finding.line - 1]
