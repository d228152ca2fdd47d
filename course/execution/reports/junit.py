"""A report of `course run` as JUnit XML, for GitHub, GitLab and Jenkins."""

from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

from course.execution.reports import verdict
from course.execution.reports.verdict import PASSED
from course.execution.reports.words import clean


def render_junit(report: dict[str, Any]) -> str:
    """Return a report as JUnit XML that GitHub, GitLab and Jenkins can parse.

    A notebook is a test case, and so is every accuracy gate; the class is the lesson. The time of
    a notebook from the store is 0, because none was spent.
    """
    report = clean(report)
    notebooks = report["notebooks"]
    suites = {
        "notebooks": [_notebook_case(item) for item in notebooks],
        "accuracy gates": [_gate_case(item, gate) for item in notebooks for gate in item["gates"]],
    }
    root = ElementTree.Element("testsuites", name=report["course"])
    for name, cases in suites.items():
        if cases:
            suite = ElementTree.SubElement(root, "testsuite", name=name)
            suite.attrib |= _tally(cases) | {"timestamp": report["started"]}
            suite.append(_properties(report))
            suite.extend(cases)
    root.attrib |= _tally([case for cases in suites.values() for case in cases])
    ElementTree.indent(root)
    # Not as bytes with a declaration of its own: write_text encodes every file as UTF-8.
    xml = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}\n'


def _tally(cases: Sequence[ElementTree.Element]) -> dict[str, str]:
    tags = [child.tag for case in cases for child in case]
    return {
        "tests": str(len(cases)),
        "failures": str(tags.count("failure")),
        "errors": "0",
        "skipped": str(tags.count("skipped")),
        "time": f"{sum(float(case.attrib['time']) for case in cases):.3f}",
    }


def _properties(report: dict[str, Any]) -> ElementTree.Element:
    machine = report["machine"]
    values = {
        **{name: machine[name] for name in ("python", "platform", "device")},
        **{name: value for name, value in machine["versions"].items() if value},
        **{f"parameter {name}": value for name, value in report["parameters"].items()},
    }
    properties = ElementTree.Element("properties")
    for name, value in values.items():
        ElementTree.SubElement(properties, "property", name=name, value=str(value))
    return properties


def _case(lesson: str, name: str, seconds: float) -> ElementTree.Element:
    return ElementTree.Element("testcase", classname=lesson, name=name, time=f"{seconds:.3f}")


def _notebook_case(notebook: dict[str, Any]) -> ElementTree.Element:
    status, seconds = notebook["status"], notebook["seconds"] or 0
    case = _case(notebook["lesson"], notebook["name"], 0 if status == "stored" else seconds)
    if status == "failed":
        cause = verdict.explain_failure(notebook)
        kind = (notebook["failure"] or {"name": "unknown"})["name"]
        failure = ElementTree.SubElement(case, "failure", message=cause, type=kind)
        kept = [f"{name}: {notebook[name]}" for name in ("output", "log") if notebook[name]]
        failure.text = "\n".join([f"{notebook['name']}: {cause}", *kept])
    elif status not in PASSED:
        ElementTree.SubElement(case, "skipped", message=status)
    else:
        ElementTree.SubElement(case, "system-out").text = verdict.why(notebook)
    return case


def _gate_case(notebook: dict[str, Any], gate: dict[str, Any]) -> ElementTree.Element:
    case = _case(notebook["lesson"], f"{notebook['name']}: {gate['model']}", 0)
    judged, message = verdict.judge_gate(notebook, gate), verdict.explain_gate(notebook, gate)
    if judged == "missed":
        failure = ElementTree.SubElement(case, "failure", message=message, type="AccuracyGate")
        failure.text = f"{notebook['name']}: {message}"
    elif judged == "not measured":
        ElementTree.SubElement(case, "skipped", message=message)
    return case
