"""A report as JUnit, Markdown and HTML, with any texts in it."""

import json
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from course.execution.reports import words
from course.execution.reports.files import render_html, render_json
from course.execution.reports.junit import render_junit
from course.execution.reports.markdown import escape_markdown, render_summary
from tests.fixtures.reports import (
    Page,
    make_all_sorts,
    make_failed,
    make_gate,
    make_notebook,
    make_report,
    make_result,
    read_table,
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


def test_junit_has_a_case_for_each_notebook_and_each_gate() -> None:
    """Failed, skipped and passed, counted as the readers expect."""
    root = ElementTree.fromstring(render_junit(make_all_sorts()).encode())
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
    root = ElementTree.fromstring(render_junit(make_all_sorts()).encode())
    failure, missed, unknown = root.iter("failure")
    assert failure.attrib == {
        "message": "cell lstm-gates: ValueError: too many values",
        "type": "ValueError",
    }
    assert "pl/03-rnn-oil.failed.log" in failure.text
    assert missed.attrib["message"] == "RNN: at least 0.88, but 0.7"
    assert "no result has that name; results: RNN, LSTM" in unknown.attrib["message"]


def test_a_stored_notebook_took_no_time_in_this_run() -> None:
    """Its own time is that of another run."""
    stored = make_notebook(status="stored", why=None)
    root = ElementTree.fromstring(render_junit(make_report(stored)).encode())
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
    written = render_json(make_hostile(text)).encode("utf-8")
    assert json.loads(written)["course"] == words.clean(text)


@few_examples
@given(HOSTILE)
def test_any_text_makes_valid_xml(text: str) -> None:
    """Nothing that XML 1.0 forbids; what is left of the text is all there."""
    root = ElementTree.fromstring(render_junit(make_hostile(text)).encode("utf-8"))
    assert root.attrib["name"] == words.clean(text)
    assert len(list(root.iter("testcase"))) == 3


@few_examples
@given(HOSTILE)
def test_any_text_leaves_markdown_tables_whole(text: str) -> None:
    """No cell more or less, no markup, and each cell shows the text itself."""
    report = words.clean(make_hostile(text))
    summary = render_summary(report)
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
    source = render_html(make_hostile(text))
    source.encode("utf-8")
    page = Page(source)
    plain = Page(render_html(make_hostile("a")))
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
    source = render_html(make_all_sorts())
    page = Page(source)
    hold_no_outside_reference(page)
    assert not re.search(r"(?i)https?:|url\(|@import|<script|<iframe|javascript:", source)
    policy = [attributes for _, attributes in page.found if "http-equiv" in attributes]
    assert [item["content"].split(";")[0] for item in policy] == ["default-src 'none'"]


@pytest.mark.parametrize("path", ["//e.org/x", "https://e.org", "javascript:a()", "/etc/x", "#a?b"])
def test_a_file_s_address_leads_nowhere_else(path: str) -> None:
    """Whatever its name is: it starts in the folder of the page."""
    page = Page(render_html(make_report(make_notebook(output=path))))
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
