"""A report of `course run` as Markdown, for the summary of a CI run."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from course.execution.reports import verdict, words
from course.execution.reports.words import clean, count

ROWS = 1000  # of a Markdown table; GitHub refuses a summary of more than 1 MiB
# Characters that Markdown would not show as they are, GitHub's formulas, emoji and bare URLs among
# them. All others are not escaped, because a summary is also read in a terminal.
MARKUP = re.compile(
    r"([\\`*\[\]~$]|(?<![^\W_])_|_(?![^\W_])|:(?=//|[\w+-]+:)|(?<=www)\.)", re.IGNORECASE
)
SYMBOLS = {"Passed": "✅", "Failed": "❌", "Interrupted": "⚠️"}


def render_summary(report: dict[str, Any]) -> str:
    """Return a report as Markdown for the summary of a CI run, the verdict first."""
    report = clean(report)
    judged = verdict.judge(report)
    took = words.seconds(report["seconds"])
    head = f"## {SYMBOLS[judged.word]} {judged.word}: {judged.counts} in {took}"
    facts = [
        f"Started {escape_markdown(words.moment(report['started']))}:"
        f" {escape_markdown(report['course'])};"
        f" parameters: {escape_markdown(words.parameters(report['parameters']))}"
    ]
    notices = [escape_markdown(text) for text in verdict.list_notices(report)]
    parts = [head, *facts, *notices, *_tables(report), _machine_line(report["machine"])]
    return "\n\n".join(part for part in parts if part) + "\n"


def escape_markdown(text: str | None) -> str:
    """Return a string escaped so that Markdown shows it as it is, on one line, also in a table."""
    escaped = escape(MARKUP.sub(r"\\\1", words.shorten(text or "")), quote=False)
    return escaped.replace("|", "&#124;") or "–"  # a backslash would do, but not in every reader


def _tables(report: dict[str, Any]) -> list[str]:
    notebooks, last = report["notebooks"], verdict.before(report)
    failures = [
        (
            item["name"],
            (item["failure"] or {}).get("cell"),
            verdict.explain_failure(item),
            verdict.compare_status(item, last),
        )
        for item in notebooks
        if item["status"] == "failed"
    ]
    missed = [
        (item["name"], verdict.explain_gate(item, gate))
        for item in notebooks
        for gate in item["gates"]
        if verdict.judge_gate(item, gate) == "missed"
    ]
    results = [
        _result_row(item, row) for item, rows in verdict.list_results(report) for row in rows
    ]
    ran = [_run_row(item, last) for item in notebooks]
    return [
        _table("Failures", ("notebook", "cell", "cause", "before"), failures),
        _table("Accuracy gates missed", ("notebook", "gate"), missed),
        _table("Results", RESULT_HEADS, results, numbers=(2, 3, 5)),
        _table("What ran", ("notebook", "status", "why", "time", "than before"), ran, numbers=(3,)),
    ]


RESULT_HEADS = (
    *("notebook", "model", "parameters", "seconds", "than before", "test accuracy", "than before"),
)


def _result_row(notebook: dict[str, Any], row: verdict.Result) -> tuple[str, ...]:
    return (
        notebook["name"],
        row.model,
        words.number(row.parameters, ","),
        words.number(row.seconds, ".1f"),
        row.seconds_change.text,
        words.number(row.accuracy, ".3f"),
        row.accuracy_change.text,
    )


def _run_row(notebook: dict[str, Any], last: dict[str, Any]) -> tuple[str, ...]:
    then = last.get(notebook["name"], {"seconds": None})["seconds"]
    return (
        notebook["name"],
        notebook["status"],
        verdict.why(notebook),
        words.seconds(notebook["seconds"]),
        verdict.compare_status(notebook, last)
        or verdict.compare_seconds(notebook["seconds"], then).text,
    )


def _table(
    heading: str,
    heads: Sequence[str],
    rows: Sequence[Iterable[str | None]],
    numbers: Sequence[int] = (),
) -> str:
    """Return a table below its heading, or an empty string without rows."""
    if not rows:
        return ""
    rules = ["--:" if number in numbers else "---" for number in range(len(heads))]
    lines = [f"### {heading}", "", _line(heads), _line(rules)]
    lines += [_line(escape_markdown(value) for value in row) for row in rows[:ROWS]]
    if len(rows) > ROWS:
        lines += ["", f"… and {count(len(rows) - ROWS, 'more row')}; report.html has all."]
    return "\n".join(lines)


def _line(values: Iterable[str]) -> str:
    return f"| {' | '.join(values)} |"


def _machine_line(machine: dict[str, Any]) -> str:
    versions = {"Python": machine["python"], **machine["versions"]}
    parts = [f"{name} {value}" for name, value in versions.items() if value]
    absent = [f"no {name}" for name, value in versions.items() if not value]
    where = [machine["device"], count(machine["cores"], "core"), machine["platform"]]
    return f"On {escape_markdown(', '.join([*where, *parts, *absent]))}"
