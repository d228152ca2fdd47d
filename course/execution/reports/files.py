"""The files of a report, for programs, for CI and for people; and the report of the last run.

report.json holds everything (docs/report.schema.json); the others are rendered from it.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from course.execution.reports import verdict, words
from course.execution.reports.content import REPORT_SCHEMA
from course.execution.reports.curves import MARKERS, colour_of, number_models, plot_curves
from course.execution.reports.junit import render_junit
from course.execution.reports.markdown import render_summary
from course.execution.reports.words import clean
from course.files import write_text

JSON = "report.json"
TEMPLATE = Path(__file__).with_name("page.html")
FEW = 4  # notebooks that the page shows in full; of more, only those that failed
SMALL = 0.01  # share of a notebook's time: cells below it are listed together


def write_reports(report: dict[str, Any], folder: Path) -> list[Path]:
    """Write report.json, junit.xml, summary.md and report.html, each atomically.

    Raises:
        CourseError: a file can't be written; those before it have been.
    """
    report = clean(report)
    paths = []
    for name, render in FORMS.items():
        write_text(folder / name, render(report))
        paths.append(folder / name)
    return paths


def render_json(report: dict[str, Any]) -> str:
    """Return a report as indented JSON, its keys in the order of the report."""
    return json.dumps(clean(report), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


# The report of the last run


def read_last(folder: Path) -> dict[str, Any] | None:
    """Return the value of "last" in the next report, from the report in a folder.

    None where there is none, it is damaged, or has another schema: it only serves a comparison.
    """
    try:
        report = clean(json.loads((folder / JSON).read_bytes()))
        return _as_last(report) if report["schema"] == REPORT_SCHEMA else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _as_last(report: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a report that the next one is compared with.

    Raises:
        KeyError, TypeError, AttributeError, ValueError: the report is damaged.
    """
    return {
        "started": _typed(report["started"], str),
        "parameters": _as_last_parameters(report["parameters"]),
        "device": _typed(report["machine"]["device"], str),
        "notebooks": [_as_last_notebook(item) for item in _typed(report["notebooks"], list)],
    }


def _as_last_parameters(parameters: dict[str, Any]) -> dict[str, Any]:
    kinds = (bool, int, float, str, type(None))
    return {name: _typed(value, *kinds) for name, value in parameters.items()}


def _as_last_notebook(notebook: dict[str, Any]) -> dict[str, Any]:
    if notebook["status"] not in verdict.RUN_STATUSES or not _typed(notebook["name"], str):
        raise ValueError(notebook["status"])
    return {
        "name": notebook["name"],
        "status": notebook["status"],
        "seconds": _number(notebook["seconds"]),
        "parameters": _as_last_parameters(notebook["parameters"]),
        "results": [_as_last_result(row) for row in _typed(notebook["results"], list)],
    }


def _as_last_result(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "model": _typed(row["model"], str),
        "parameters": _number(_typed(row["parameters"], int, type(None))),
        "seconds": _number(row["seconds"]),
        "accuracy": _number(row["accuracy"], most=1),
    }


def _typed(value: Any, *kinds: type) -> Any:
    if not isinstance(value, kinds):
        raise TypeError(value)
    return value


def _number(value: Any, most: float = float("inf")) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise TypeError(value)
    if value is not None and not 0 <= value <= most:
        raise ValueError(value)
    return value


# HTML


def render_html(report: dict[str, Any]) -> str:
    """Return a report as a self-contained page: no scripts, no other files or hosts."""
    import jinja2  # here, because most commands write no page

    report = clean(report)
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(
        report=report,
        judged=verdict.judge(report),
        last=verdict.before(report),
        few=FEW,
        link=link,
        list_timings=list_timings,
        plot_curves=plot_curves,
        colour_of=colour_of,
        numbers=number_models(report["notebooks"]),
        markers=MARKERS,
        words=words,
        verdict=verdict,
    )


def link(path: str) -> str:
    """Return the relative URL of a file beside the page, whatever characters its path has."""
    return f"./{quote(path)}"


def list_timings(notebook: dict[str, Any]) -> list[tuple[str | None, str, float, float]]:
    """Return (cell id or None, label, seconds, share of the whole), the longest first.

    The whole is the notebook's time; what its cells do not account for is the start of the kernel
    and the like. Cells of a share below `SMALL` come last, in one row.
    """
    cells = [(cell["id"], cell["seconds"] or 0) for cell in notebook["cells"]]
    spent = sum(seconds for _, seconds in cells)
    whole = max(spent, notebook["seconds"] or 0)
    if not cells or not whole:
        return []
    large = [(cell, "", seconds) for cell, seconds in cells if seconds >= SMALL * whole]
    if whole - spent >= SMALL * whole:
        large.append((None, "outside of cells, such as the start of the kernel", whole - spent))
    large.sort(key=lambda item: -item[2])
    small = [seconds for _, seconds in cells if seconds < SMALL * whole]
    if small:
        label = f"{words.count(len(small), 'cell')} under {SMALL:.0%} each"
        large.append((None, label, sum(small)))
    return [(*item, item[2] / whole) for item in large]


FORMS = {
    JSON: render_json,
    "junit.xml": render_junit,
    "summary.md": render_summary,
    "report.html": render_html,
}
