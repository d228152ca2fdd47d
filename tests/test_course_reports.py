"""The files that tell of a run: JSON and its schema, JUnit, Markdown and the page."""

import copy
import errno
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from course.errors import CourseError
from course.execution.reports import words
from course.execution.reports.curves import COLOURS, MARKERS, plot_curves
from course.execution.reports.files import (
    FEW,
    as_html,
    as_json,
    list_timings,
    read_last,
    write_reports,
)
from course.execution.reports.junit import as_junit
from course.execution.reports.markdown import ROWS, as_markdown, escape_markdown
from course.execution.reports.verdict import (
    compare_accuracy,
    compare_results,
    compare_seconds,
    judge,
)

ROOT = Path(__file__).parents[1]
SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
FILES = ["report.json", "junit.xml", "summary.md", "report.html"]
VOID = {"br", "link", "meta"}
# Everything that a page may consist of.
TAGS = set(
    "html head meta title link style body header main footer section article h1 h2 h3 p pre b bdi"
    " code span dl dt dd table caption thead tbody tr th td div figure figcaption svg path text"
    " ul li details summary a".split()
)
PIECES = st.sampled_from(
    [
        *(
            "<script>alert(1)</script>",
            "</style>",
            "</td></table>",
            "<b onclick=a()>",
            "-->",
            "]]>",
        ),
        *(
            "<img src=//e>",
            "&lt;",
            "&#60;",
            "&amp",
            '"',
            "'",
            "\\",
            "|",
            "\\|",
            "`",
            "``",
            "*",
            "_",
        ),
        *("[a](javascript:b)", "![a](//b)", "<https://e.org>", "https://e.org", "www.e.org", "~~"),
        *("\n", "\r\n", "\n\n", "\n# ", "\n- ", "\n|---|\n", "\t", "    ", "\u2028", "\x85", "\v"),
        *("\0", "\x1b[31m", "\x1b]8;;https://e.org\x07", "\x1b", "\ud800", "\ufffe", "\u202e", "é"),
        *("{{ 7*7 }}", "{% raw %}", "$x$", ":tada:", "@someone", "#1", "a", " ", "=", "---", "語"),
    ]
)
HOSTILE = st.lists(PIECES | st.text(max_size=4), max_size=12).map("".join)


def make_notebook(name: str = "03-rnn-ink", **changes) -> dict:
    """Return a notebook of a report that has been executed, with one model."""
    notebook = {
        "name": name,
        "locale": None,
        "lesson": "03-rnn",
        "framework": "ink",
        "status": "executed",
        "why": "torchnlp.py changed",
        "key": "0123456789abcdef" * 2,
        "parameters": {},
        "ignored": [],
        "started": "2026-11-22T03:00:01Z",
        "seconds": 10.0,
        "cpu_seconds": 9.5,
        "peak_memory": 812_345_678,
        "worker": None,
        "attempts": 1,
        "output": f"{name}.ipynb",
        "log": None,
        "failure": None,
        "cells": [make_cell("imports", 2.0), make_cell("train", 7.0)],
        "results": [make_result()],
        "gates": [],
        "differs": [],
    }
    return {**notebook, **changes}


def make_cell(cell_id: str, seconds: float | None) -> dict:
    """Return the times of a cell."""
    return {"id": cell_id, "seconds": seconds, "cpu_seconds": 0.9 * (seconds or 0)}


def make_result(model: str = "LSTM", **changes) -> dict:
    """Return a model's row."""
    row = {"model": model, "parameters": 226_820, "seconds": 3.4, "accuracy": 0.9, "curve": []}
    return {**row, **changes}


def make_failed(name: str = "03-rnn-oil", **changes) -> dict:
    """Return a notebook that stopped in a cell."""
    failed = {
        "status": "failed",
        "output": f"{name}.failed.ipynb",
        "log": f"{name}.failed.log",
        "failure": {"cell": "lstm-gates", "name": "ValueError", "message": "too many values"},
        "results": [],
    }
    return make_notebook(name, **{**failed, **changes})


def make_idle(status: str, name: str = "04-late-ink", **changes) -> dict:
    """Return a notebook that has not come to its end, through no fault of its own."""
    idle = {"status": status, "seconds": None, "started": None, "cells": []}
    idle |= {"cpu_seconds": None, "peak_memory": None}
    idle |= {"output": None, "results": [], "attempts": 0}
    return make_notebook(name, **{**idle, **changes})


def make_report(*notebooks: dict, **changes) -> dict:
    """Return a report of these notebooks, or of one that went well."""
    report = {
        "schema": 2,
        "course": "Neural networks for text",
        "started": "2026-11-22T03:00:00Z",
        "seconds": 125.3,
        "interrupted": False,
        "command": {"jobs": 2, "scheduler": None, "profile": None, "force": False},
        "parameters": {},
        "machine": {
            "python": "3.11.7",
            "platform": "Linux-x86_64",
            "device": "cpu",
            "cores": 2,
            "versions": {"torch": "2.13.0", "tensorflow": None},
        },
        "notebooks": list(notebooks) or [make_notebook()],
        "last": None,
    }
    return {**report, **changes}


def make_last(tmp_path: Path, *notebooks: dict, **changes) -> dict:
    """Return what a run becomes in the report of the next."""
    write_reports(make_report(*notebooks, **changes), tmp_path)
    last = read_last(tmp_path)
    assert last is not None
    return last


def make_gate(passed: bool, accuracy: float | None = 0.9, model: str = "LSTM") -> dict:
    """Return an accuracy gate."""
    return {"model": model, "least": 0.88, "accuracy": accuracy, "passed": passed}


def make_all_sorts() -> dict:
    """Return a report that has one of everything."""
    gates = [make_gate(True), make_gate(False, 0.7, "RNN"), make_gate(False, None, "LTSM")]
    curves = [
        make_result("RNN", curve=[0.3, 0.5, 0.7], accuracy=0.7),
        make_result(curve=[0.5, 0.9]),
    ]
    return make_report(
        make_notebook(gates=gates, results=curves, differs=["train"]),
        make_notebook("03-rnn-stored", status="stored", why=None, attempts=2, worker="tcp://b:1"),
        make_failed("pl/03-rnn-oil", locale="pl", gates=[make_gate(False, None)]),
        make_idle("interrupted"),
        make_idle("unstarted", "05-never-ink", key=None, why=None),
        interrupted=True,
        parameters={"dataset": "ag_news", "epochs": 3, "shuffle": True, "limit": None, "rate": 0.1},
        command={"jobs": 4, "scheduler": "tcp://a:1", "profile": "gpu.toml", "force": True},
    )


class Page(HTMLParser):
    """The elements of a page, its texts and its attributes; refuses one left open or unknown."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    @property
    def text(self) -> str:
        """All that is to be read, in one line."""
        return " ".join(" ".join(self.texts).split())

    def count(self, tag: str) -> int:
        """Count the elements of a name."""
        return sum(name == tag for name, _ in self.found)


def read_table(source: str, heading: str) -> list[list[str]]:
    """Return the rows of a Markdown table by the heading above it, as a reader sees them."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(source)
    titles = [number for number, token in enumerate(tokens) if token.content == heading]
    assert len(titles) == 1, source
    rows: list[list[str]] = []
    for token in tokens[titles[0] + 2 :]:
        if token.type == "tr_open":
            rows.append([])
        if token.type == "inline":
            assert {child.type for child in token.children} <= {"text", "text_special"}, token
            rows[-1].append("".join(child.content for child in token.children))
        if token.type == "table_close":
            break
    return rows


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
    assert "Réseaux 語" in as_json(make_report(course="Réseaux 語"))


def test_what_json_cannot_hold_becomes_null() -> None:
    """A model that diverged has an accuracy that is no number."""
    row = make_result(accuracy=float("nan"), seconds=float("inf"), curve=[0.5, float("nan"), 0.7])
    report = make_report(make_notebook(results=[row]))
    written = json.loads(as_json(report), parse_constant=pytest.fail)
    VALIDATOR.validate(written)
    assert written["notebooks"][0]["results"][0]["curve"] == [0.5, None, 0.7]
    assert "LSTM" in as_markdown(report)
    assert "LSTM" in as_html(report)


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
    "cut off": as_json(make_report()).encode()[:500],
    "not UTF-8": b"\xff\xfe{",
    "not an object": b"[1]",
    "too deep": b"[" * 100_000,
    "another version": as_json(make_report(schema=1)).encode(),
    "no notebooks": as_json({"schema": 2}).encode(),
    "notebooks of texts": as_json(make_report(notebooks=["a"])).encode(),
    "notebooks by name": as_json(make_report(notebooks={"a": 1})).encode(),
    "a name that is a list": as_json(make_report(make_notebook(name=[]))).encode(),
    "an unknown status": as_json(make_report(make_notebook(status="x"))).encode(),
    "a time that is a text": as_json(make_report(make_notebook(seconds="9"))).encode(),
    "results of null": as_json(make_report(make_notebook(results=None))).encode(),
    "an accuracy of 90": as_json(
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
    assert "last run" not in as_markdown(make_report())


def test_a_report_keeps_no_report_before_its_last(tmp_path: Path) -> None:
    """Reports do not grow from run to run."""
    last = make_last(tmp_path, last=make_last(tmp_path))
    assert set(last) == {"started", "parameters", "device", "notebooks"}
    assert set(last["notebooks"][0]) == {"name", "status", "seconds", "parameters", "results"}


def test_forms_leave_the_report_as_it_is() -> None:
    """They are asked one after the other."""
    report = make_all_sorts()
    before = copy.deepcopy(report)
    for form in (as_json, as_junit, as_markdown, as_html):
        form(report)
    assert report == before


def test_importing_is_quick(run_python) -> None:
    """Nothing that takes long to import is, before a report is written."""
    heavy = "{'jinja2', 'matplotlib', 'nbformat', 'papermill', 'numpy', 'rich', 'torchnlp'}"
    code = f"import sys, course.execution.reports.files; print(sorted({heavy} & set(sys.modules)))"
    assert run_python(code).strip() == "[]"


# The verdict


@pytest.mark.parametrize(
    ("report", "word", "counts"),
    [
        (make_report(), "Passed", "1 notebook, 1 executed"),
        (make_report(make_failed()), "Failed", "1 of 1 notebook failed"),
        (
            make_report(make_notebook(gates=[make_gate(True), make_gate(False)])),
            "Failed",
            "1 of 2 accuracy gates missed, 1 executed",
        ),
        (
            make_report(make_notebook(gates=[make_gate(True)])),
            "Passed",
            "1 notebook, all of 1 accuracy gate met, 1 executed",
        ),
        (
            make_report(make_notebook(), make_idle("unstarted"), interrupted=True),
            "Interrupted",
            "1 of 2 notebooks not finished, 1 executed",
        ),
        (make_report(make_idle("unstarted")), "Failed", "1 of 1 notebook not finished"),
    ],
)
def test_the_verdict_comes_first_everywhere(report: dict, word: str, counts: str) -> None:
    """Word and counts, in the first line of the summary and at the top of the page."""
    assert (judge(report).word, judge(report).counts) == (word, counts)
    assert f" {word}: {counts} in 2 min 5 s" in as_markdown(report).splitlines()[0]
    text = Page(as_html(report)).text
    assert text.index(f"{word} {counts}") < text.index("Started")


# Differences to the last run


def test_differences_are_told_in_words(tmp_path: Path) -> None:
    """Better and worse, slower and faster, new and gone, each beside the model."""
    models = [
        make_result("up", accuracy=0.8, seconds=10),
        make_result("down", accuracy=0.8, seconds=10),
        make_result("even", accuracy=0.8, seconds=10),
        make_result("gone", accuracy=0.123),
    ]
    last = make_last(tmp_path, make_notebook(results=models))
    models = [
        make_result("up", accuracy=0.812, seconds=8),
        make_result("down", accuracy=0.75, seconds=12),
        make_result("even", accuracy=0.8001, seconds=10.01),
        make_result("new"),
    ]
    report = make_report(make_notebook(results=models), last=last)
    rows = read_table(as_markdown(report), "Results")[1:]
    assert [(row[1], row[4], row[6]) for row in rows] == [
        ("up", "▼ 2.0 s faster", "▲ 0.012 better"),
        ("down", "▲ 2.0 s slower", "▼ 0.050 worse"),
        ("even", "= same", "= same"),
        ("new", "new", "new"),
        ("gone", "–", "gone; 0.123 in the last run"),
    ]
    text = Page(as_html(report)).text
    for said in ("0.812 ▲ 0.012 better", "12.0 ▲ 2.0 s slower", "gone; 0.123 in the last run"):
        assert said in text


def test_models_of_one_name_are_compared_in_their_order(tmp_path: Path) -> None:
    """A notebook may show its results twice."""
    twice = [make_result(accuracy=0.5), make_result(accuracy=0.7)]
    last = make_last(tmp_path, make_notebook(results=twice))
    report = make_report(make_notebook(results=[*twice, make_result()]), last=last)
    (then,) = last["notebooks"]
    found = compare_results(report["notebooks"][0], {then["name"]: then})
    assert [row.accuracy_change.text for row in found] == ["= same", "= same", "new"]


def test_a_failed_notebook_says_whether_that_is_new(tmp_path: Path) -> None:
    """And the models that it did not come to are not called gone."""
    names = ["a", "b", "c", "d"]
    before = [make_notebook("a"), make_failed("b"), make_idle("interrupted", "c")]
    last = make_last(tmp_path, *before)
    report = make_report(*map(make_failed, names), last=last)
    rows = read_table(as_markdown(report), "Failures")
    assert rows == [
        ["notebook", "cell", "cause", "before"],
        *(
            [name, "lstm-gates", "cell lstm-gates: ValueError: too many values", then]
            for name, then in zip(
                names,
                [
                    "passed in the last run",
                    "failed in the last run too",
                    "not finished in the last run",
                    "not in the last run",
                ],
                strict=True,
            )
        ),
    ]
    text = Page(as_html(report)).text
    assert "too many values passed in the last run" in text
    assert "gone" not in text


def test_a_mended_notebook_and_one_that_was_not_asked_for_are_told(tmp_path: Path) -> None:
    """A run of one lesson follows a run of all."""
    last = make_last(tmp_path, make_failed("a"), make_notebook("b"))
    report = make_report(make_notebook("a"), last=last)
    summary = as_markdown(report)
    assert "In the last run, not in this one: b." in summary
    assert read_table(summary, "What ran")[1][4] == "failed in the last run"
    assert "not in this one: b." in Page(as_html(report)).text


def test_a_comparison_of_unlike_runs_says_so(tmp_path: Path) -> None:
    """Other data, or another device."""
    last = make_last(tmp_path, parameters={"dataset": "ag_news"})
    report = make_report(last={**last, "device": "mps"})
    expected = "The last run had other parameters (dataset = ag_news) and another device (mps)."
    assert expected in Page(as_html(report)).text
    assert expected in as_markdown(report)
    assert "had other" not in as_markdown(make_report(last=make_last(tmp_path)))
    last = make_last(tmp_path, make_notebook(parameters={"epochs": 5}), make_notebook("a"))
    report = make_report(make_notebook(parameters={"epochs": 3}), make_notebook("a"), last=last)
    assert "The last run had other parameters in 03-rnn-ink." in Page(as_html(report)).text


def test_what_a_profile_does_not_reach_is_noticed() -> None:
    """A notebook without one of its parameters, and results that no gate is held against."""
    gated = make_notebook(gates=[make_gate(True)])
    odd = make_notebook("05-odd-ink", ignored=["dataset"])
    silent = make_notebook("06-silent-ink", results=[])
    text = Page(as_html(make_report(gated, odd, silent))).text
    assert "No parameter dataset: 05-odd-ink." in text
    assert "Results without an accuracy gate: 05-odd-ink." in text
    assert "without an accuracy gate" not in as_markdown(make_report(odd))  # there are no gates


@pytest.mark.parametrize(
    ("now", "then", "kind"),
    [(10, 9.5, "even"), (0.9, 0.1, "even"), (12, 10, "bad"), (8, 10, "good"), (105, 100, "even")],
)
def test_a_small_difference_of_time_is_noise(now: float, then: float, kind: str) -> None:
    """From a second and a tenth on it is coloured."""
    assert compare_seconds(now, then).kind == kind


def test_what_is_not_known_is_not_compared() -> None:
    """Neither then nor now."""
    for compare in (compare_accuracy, compare_seconds):
        assert compare(None, 0.5).text == compare(0.5, None).text == ""


# JUnit


def test_junit_has_a_case_for_each_notebook_and_each_gate() -> None:
    """Failed, skipped and passed, counted as the readers expect."""
    root = ElementTree.fromstring(as_junit(make_all_sorts()).encode())
    suites = {suite.attrib["name"]: suite for suite in root}
    assert list(suites) == ["notebooks", "accuracy gates"]
    told = {
        case.attrib["name"]: [child.tag for child in case if child.tag != "system-out"]
        for case in root.iter("testcase")
    }
    assert told == {
        "03-rnn-ink": [],
        "03-rnn-stored": [],
        "pl/03-rnn-oil": ["failure"],
        "04-late-ink": ["skipped"],
        "05-never-ink": ["skipped"],
        "03-rnn-ink: LSTM": [],
        "03-rnn-ink: RNN": ["failure"],
        "03-rnn-ink: LTSM": ["failure"],
        "pl/03-rnn-oil: LSTM": ["skipped"],
    }
    for part in (root, *root):
        cases = list(part.iter("testcase"))
        assert part.attrib["tests"] == str(len(cases))
        for tag, count in (("failure", "failures"), ("skipped", "skipped")):
            assert part.attrib[count] == str(sum(case.find(tag) is not None for case in cases))
        seconds = sum(float(case.attrib["time"]) for case in cases)
        assert float(part.attrib["time"]) == pytest.approx(seconds)


def test_a_junit_failure_names_cell_and_cause() -> None:
    """In the message, which lists show, and in the text, which details words."""
    root = ElementTree.fromstring(as_junit(make_all_sorts()).encode())
    failure, missed, unknown = root.iter("failure")
    assert failure.attrib == {
        "message": "cell lstm-gates: ValueError: too many values",
        "type": "ValueError",
    }
    assert "pl/03-rnn-oil.failed.log" in failure.text
    assert missed.attrib["message"] == "RNN: at least 0.88, but 0.7"
    assert "no result bears that name; results: RNN, LSTM" in unknown.attrib["message"]


def test_a_stored_notebook_took_no_time_in_this_run() -> None:
    """Its own time is that of another run."""
    stored = make_notebook(status="stored", why=None)
    root = ElementTree.fromstring(as_junit(make_report(stored)).encode())
    (case,) = root.iter("testcase")
    assert float(case.attrib["time"]) == 0
    assert case.find("system-out").text == "nothing changed since 2026-11-22 03:00 UTC"


# Texts that others wrote


def make_hostile(text: str) -> dict:
    """Return a report that has a text wherever a text can come from outside."""
    gate = {**make_gate(False), "model": text}
    notebook = make_notebook(
        f"a{text}",
        why=text,
        worker=text,
        results=[make_result(text, curve=[0.1, 0.2]), make_result(text)],
        gates=[gate],
        cells=[{"id": text, "seconds": 1.0}],
        differs=[text],
        lesson=text,
        output=text,
    )
    failure = {"cell": text, "name": text, "message": text}
    failed = make_failed(f"b{text}", failure=failure, log=text, output=text)
    report = make_report(notebook, failed, course=text, parameters={text: text})
    report["machine"] |= {"device": text, "platform": text, "versions": {text: text}}
    row = {name: value for name, value in make_result(text).items() if name != "curve"}
    then = {"name": f"c{text}", "status": "failed", "seconds": None, "results": [row]}
    report["last"] = {
        "started": text,
        "parameters": {text: 1},
        "device": text,
        "notebooks": [then, {**then, "name": f"a{text}", "status": "stored"}],
    }
    return report


few_examples = hypothesis_settings(max_examples=40)


@few_examples
@given(HOSTILE)
def test_any_text_comes_through_json(text: str) -> None:
    """Valid UTF-8, and what is fit to be shown is what was there."""
    written = as_json(make_hostile(text)).encode("utf-8")
    assert json.loads(written)["course"] == words.clean(text)


@few_examples
@given(HOSTILE)
def test_any_text_makes_valid_xml(text: str) -> None:
    """Nothing that XML 1.0 forbids; what is left of the text is all there."""
    root = ElementTree.fromstring(as_junit(make_hostile(text)).encode("utf-8"))
    assert root.attrib["name"] == words.clean(text)
    assert len(list(root.iter("testcase"))) == 3


@few_examples
@given(HOSTILE)
def test_any_text_leaves_markdown_tables_whole(text: str) -> None:
    """No cell more or less, no markup, and each cell shows the text itself."""
    report = words.clean(make_hostile(text))
    summary = as_markdown(report)
    shown = " ".join(words.clean(text).split()) or "–"
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(summary)
    kinds = {"paragraph", "inline", "heading", "table", "thead", "tbody", "tr", "th", "td"}
    assert {re.sub("_(open|close)", "", token.type) for token in tokens} <= kinds
    for heading, columns in (("Failures", 4), ("Results", 7), ("What ran", 5)):
        rows = read_table(summary, heading)
        assert {len(row) for row in rows} == {columns}
    assert [row[1] for row in read_table(summary, "Results")[1:3]] == [shown, shown]
    assert read_table(summary, "What ran")[1][2] == shown


@few_examples
@given(HOSTILE)
def test_any_text_makes_a_page_of_our_own_elements(text: str) -> None:
    """Its markup is text; no attribute acts; every address is beside the page."""
    source = as_html(make_hostile(text))
    source.encode("utf-8")
    page = Page(source)
    plain = Page(as_html(make_hostile("a")))
    assert page.found
    if words.clean(text):  # an empty message, reason or address has no element
        assert [tag for tag, _ in page.found] == [tag for tag, _ in plain.found]
    hold_no_outside_reference(page)
    assert " ".join(words.clean(text).split()) in page.text


def hold_no_outside_reference(page: Page) -> None:
    """Hold that nothing on a page leads away from its folder, and nothing acts."""
    for tag, attributes in page.found:
        for name, value in attributes.items():
            assert not name.startswith("on"), name
            assert name not in ("src", "srcset", "xlink:href", "action", "background"), name
            if name == "href":
                beside = re.fullmatch(r"\./[\w.~%/-]*", value) and "//" not in value[2:]
                assert value == "data:," if tag == "link" else beside is not None, value
            if name == "style":
                assert re.fullmatch(r"width: [\d.]+%", value), value


def test_a_page_needs_nothing_from_elsewhere() -> None:
    """No script, no picture, no font, no style from another file or host, and none is let in."""
    source = as_html(make_all_sorts())
    page = Page(source)
    hold_no_outside_reference(page)
    assert not re.search(r"(?i)https?:|url\(|@import|<script|<iframe|javascript:", source)
    policy = [attributes for _, attributes in page.found if "http-equiv" in attributes]
    assert [item["content"].split(";")[0] for item in policy] == ["default-src 'none'"]


@pytest.mark.parametrize("path", ["//e.org/x", "https://e.org", "javascript:a()", "/etc/x", "#a?b"])
def test_a_file_s_address_leads_nowhere_else(path: str) -> None:
    """Whatever its name is: it starts in the folder of the page."""
    page = Page(as_html(make_report(make_notebook(output=path))))
    addresses = [item["href"] for tag, item in page.found if tag == "a"]
    assert addresses
    for address in addresses:
        assert re.match(r"\./(?!$)", address)
        assert not re.search("[:#?]", address)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a|b", "a&#124;b"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("LSTM, last state", "LSTM, last state"),
        ("a_b*c", r"a_b\*c"),
        ("_a_ __b", r"\_a\_ \_\_b"),
        ("ValueError: at 3:00", "ValueError: at 3:00"),
        ("https://e.org :tada:", r"https\://e.org \:tada:"),
        ("two\nlines", "two lines"),
        (" \t", "–"),
        ("", "–"),
        (None, "–"),
    ],
)
def test_markdown_is_escaped_as_little_as_may_be(text: str | None, expected: str) -> None:
    """A summary is read as it stands too, in a terminal."""
    assert escape_markdown(text) == expected


# The page


def test_a_page_can_be_read_by_all() -> None:
    """A language, a title, headings without a gap, and tables whose headers say what they head."""
    page = Page(as_html(make_all_sorts()))
    assert ("html", {"lang": "en"}) in page.found
    assert page.count("h1") == 1
    levels = [int(tag[1]) for tag, _ in page.found if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    scopes = [item.get("scope") for tag, item in page.found if tag == "th"]
    assert page.count("table") >= 4
    assert set(scopes) == {"col", "row", "rowgroup"}
    images = [item for tag, item in page.found if tag == "svg"]
    assert images
    assert all("aria-label" in item or item.get("aria-hidden") == "true" for item in images)


def read_colours(style: str) -> dict[str, str]:
    """Return the colours that a block of a style sheet names."""
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})", style))


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_have_contrast(scheme: int) -> None:
    """Letters 4.5 to 1 on both grounds, lines of curves 3 to 1, as WCAG 2 asks."""
    blocks = re.findall(r":root \{(.*?)\}", as_html(make_report()), re.DOTALL)
    colours = read_colours(blocks[scheme])
    for name, colour in colours.items():
        least = {"c": 3, "b": 2.4}.get(name[0], 4.5)
        if name in ("page", "panel", "line"):
            continue
        for ground in ("page", "panel") if least == 4.5 else ("page",):
            pair = sorted([luminance(colour), luminance(colours[ground])])
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= least, (name, ground)


def test_curves_are_drawn_where_there_are_two_points() -> None:
    """A single epoch is no curve; a notebook without any has no plot."""
    one = make_notebook("a", results=[make_result(curve=[0.5])])
    many = [make_result("RNN", curve=[0.3, 0.5]), make_result("bag", curve=[0.7]), make_result()]
    page = Page(as_html(make_report(one, make_notebook("b", results=many))))
    assert page.count("figure") == 1
    plot = plot_curves(many)
    assert [curve.model for curve in plot.curves] == ["RNN"]
    assert "Learning curves" not in Page(as_html(make_report(one))).text


def test_curves_are_told_apart_without_colours() -> None:
    """Each pair of colour and marker is used once; the legend's order is that of the ends."""
    rows = [make_result(f"m{i}", curve=[0.1, 0.2 + i / 100]) for i in range(20)]
    curves = plot_curves(rows).curves
    assert len({(curve.colour, curve.sample) for curve in curves}) == 20
    assert len({curve.sample for curve in curves}) == len(MARKERS)
    assert {curve.colour for curve in curves} == set(range(COLOURS))
    assert [curve.last for curve in curves] == sorted((c.last for c in curves), reverse=True)


@given(st.lists(st.lists(st.none() | st.floats(-1, 2), max_size=400), max_size=4))
def test_every_curve_lies_inside_its_plot(values: list[list[float | None]]) -> None:
    """With ticks that are few, whatever the accuracies and however many the epochs."""
    plot = plot_curves([make_result(str(i), curve=curve) for i, curve in enumerate(values)])
    if plot is None:
        fit = [[v for v in curve if v is not None and 0 <= v <= 1] for curve in values]
        assert max(map(len, fit), default=0) < 2
        return
    assert 2 <= len(plot.accuracies) <= 8
    assert 1 <= len(plot.epochs) <= 9
    for curve in plot.curves:
        places = re.findall(r"([\d.-]+) ([\d.-]+)", curve.line)
        assert 2 <= len(places) <= 200
        for x, y in places:
            assert plot.left <= float(x) <= plot.right
            assert -0.1 <= float(y) <= plot.bottom + 0.1


def test_timings_show_the_slowest_first_and_fold_the_small() -> None:
    """All of them together make up the whole."""
    small = [{"id": f"s{i}", "seconds": 0.05} for i in range(10)]
    cells = [{"id": "imports", "seconds": 2.0}, *small, {"id": "train", "seconds": 6.0}]
    timings = list_timings(make_notebook(seconds=10.0, cells=cells))
    assert [(cell, words) for cell, words, _, _ in timings] == [
        ("train", ""),
        ("imports", ""),
        (None, "outside of cells, such as the start of the kernel"),
        (None, "10 cells under 1% each"),
    ]
    assert sum(share for *_, share in timings) == pytest.approx(1)
    assert list_timings(make_idle("unstarted")) == []


def test_many_notebooks_are_folded_but_for_the_failed() -> None:
    """A page of 500 can still be looked through, and a summary is not refused for its size."""
    rows = [make_result(f"model {i}", curve=[0.5, 0.6]) for i in range(7)]
    few = [make_notebook(f"n{i}", results=rows) for i in range(FEW)]
    page = Page(as_html(make_report(*few)))
    assert all("open" in item for tag, item in page.found if tag == "details")
    many = [make_notebook(f"n{i}", results=rows) for i in range(499)]
    report = make_report(*many, make_failed())
    page = Page(as_html(report))
    opened = [item["class"] for tag, item in page.found if tag == "details" and "open" in item]
    assert opened == ["failed"]
    assert page.count("details") == 500
    summary = as_markdown(report)
    assert len(summary.encode()) < 2**20
    assert f"… and {499 * 7 - ROWS:,} more rows" in summary


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(None, "–"), (0.04, "0.0 s"), (47.12, "47.1 s"), (99.97, "1 min 40 s"), (125.3, "2 min 5 s")],
)
def test_a_time_is_told_as_people_tell_it(seconds: float | None, expected: str) -> None:
    """Seconds, then minutes."""
    assert words.seconds(seconds) == expected
    assert words.seconds(3600 * 5 + 60) == "5 h 1 min"
