"""`course check`: find damaged, lost or outdated content."""

import argparse
import json
import sys
from collections import Counter
from dataclasses import asdict

from course.checks.finding import ERROR, Finding
from course.checks.registry import CHECKS, explain_check
from course.checks.runner import check
from course.commands import add_locales, choose_locales, open_course
from course.errors import UsageError, unknown
from course.machine import count_cores

SCHEMA = 1  # of the JSON report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `course check`."""
    add_locales(parser, "locales to check, besides the English")
    parser.add_argument(
        "--format", choices=["text", "json", "github"], default="text", help="of the findings"
    )
    parser.add_argument(
        "--explain", metavar="CODE", nargs="?", const="", help="explain a check, or all"
    )


def command(arguments: argparse.Namespace) -> int:
    """Print the findings; return 1 if there is any error."""
    if arguments.explain is not None:
        return print_explained(arguments.explain)
    course = open_course(arguments.course)
    locales = choose_locales(course, arguments.locales, source=True)
    locales = [locale for locale in locales if locale.id != course.source_locale]
    findings = check(course, locales, jobs=count_cores() if len(locales) > 8 else 1)
    levels = Counter(finding.level for finding in findings)
    if arguments.format == "json":
        report = {"schema": SCHEMA, "findings": [asdict(finding) for finding in findings]}
        print(printable(json.dumps(report, ensure_ascii=False, indent=1)))
    else:
        show = str if arguments.format == "text" else as_annotation
        for finding in findings:
            print(show(finding))
    count = f"{levels[ERROR]} errors, {levels['warning']} warnings in {len(locales)} locales"
    print(count, file=sys.stderr)
    return 1 if levels[ERROR] else 0


def printable(text: str) -> str:
    """Return JSON with control characters escaped, which could act on a terminal."""
    return "".join(
        character
        if character.isprintable() or character == "\n"
        else "".join(f"\\u{unit:04x}" for unit in _units(character))
        for character in text
    )


def _units(character: str) -> tuple[int, ...]:
    """Return the UTF-16 code units of a character."""
    pair = character.encode("utf-16-be", "surrogatepass")
    return tuple(int.from_bytes(pair[at : at + 2], "big") for at in range(0, len(pair), 2))


def as_annotation(finding: Finding) -> str:
    """Return a finding as a workflow command of GitHub, which annotates its line."""
    message = finding.message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    path = finding.path.replace("%", "%25").replace(",", "%2C").replace(":", "%3A")
    place = f"file={path},line={finding.line},title={finding.code}"
    return f"::{finding.level} {place}::{message}"


def print_explained(code: str) -> int:
    """Print the purpose of a check, or of all checks.

    Raises:
        UsageError: no such check.
    """
    if code and code not in CHECKS:
        raise UsageError(unknown("check", code, CHECKS))
    for name in [code] if code else CHECKS:
        print(explain_check(name))
    return 0
