"""`course claims`: the claims of the lessons, and the output that supports them."""

import argparse
import json
from dataclasses import asdict

from course.commands import open_course
from course.commands.tables import markdown_row, print_table
from course.localization.claims import Claim, claims

SCHEMA = 1  # of the JSON report
HEADS = ["lesson", "framework", "cell", "claim", "printed"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `course claims`."""
    parser.add_argument("lessons", metavar="LESSON", nargs="*", help="lessons (default: all)")
    parser.add_argument("--locale", metavar="LOCALE", help="language of the claims")
    parser.add_argument("--format", choices=["table", "json", "markdown"], default="table")


def command(arguments: argparse.Namespace) -> int:
    """Print each claim with the output of its cell."""
    course = open_course(arguments.course)
    locale = course.locale(arguments.locale or course.source_locale)
    lessons = [course.lesson(name) for name in arguments.lessons] or course.lessons
    found = claims(course, locale, lessons)
    if arguments.format == "json":
        report = {"schema": SCHEMA, "claims": [asdict(claim) for claim in found]}
        print(json.dumps(report, indent=1, ensure_ascii=False))
    elif arguments.format == "markdown":
        print(claims_as_markdown(found))
    else:
        print_table(HEADS, [claim_cells(claim) for claim in found])
    return 0


def claim_cells(claim: Claim) -> list[str]:
    """Return the table cells of a claim, in the order of `HEADS`."""
    return [claim.lesson, claim.framework, claim.cell, claim.sentence, claim.printed]


def claims_as_markdown(found: list[Claim]) -> str:
    """Return claims as a Markdown table, for a page or a pull request."""
    rows = [HEADS, ["---"] * len(HEADS), *map(claim_cells, found)]
    return "\n".join(map(markdown_row, rows))
