"""`course claims`: what the lessons claim, and the numbers that it rests on."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict

from course.commands import open_course
from course.localization.claims import Claim, claims

SCHEMA = 1  # of the JSON report
HEADS = ["lesson", "framework", "cell", "claim", "printed"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `course claims` understands."""
    parser.add_argument("lessons", metavar="LESSON", nargs="*", help="lessons (default: all)")
    parser.add_argument("--locale", metavar="LOCALE", help="language of the claims")
    parser.add_argument("--format", choices=["table", "json", "markdown"], default="table")


def command(arguments: argparse.Namespace) -> int:
    """Print each claim with what its cell has printed."""
    course = open_course(arguments.course)
    locale = course.locale(arguments.locale or course.source_locale)
    lessons = [course.lesson(name) for name in arguments.lessons] or course.lessons
    found = claims(course, locale, lessons)
    if arguments.format == "json":
        report = {"schema": SCHEMA, "claims": [asdict(claim) for claim in found]}
        print(json.dumps(report, indent=1, ensure_ascii=False))
    elif arguments.format == "markdown":
        print(as_markdown(found))
    else:
        print_table(found)
    return 0


def columns(claim: Claim) -> list[str]:
    """Return the cells of one line."""
    return [claim.lesson, claim.framework, claim.cell, claim.sentence, claim.printed]


def as_markdown(found: Sequence[Claim]) -> str:
    """Return a Markdown table, for a page or a pull request."""
    lines = [HEADS, ["---"] * len(HEADS)]
    lines += [[cell.replace("|", "\\|") for cell in columns(claim)] for claim in found]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def print_table(found: Sequence[Claim]) -> None:
    """Print a table for a terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in HEADS:
        table.add_column(head, overflow="fold")
    for claim in found:
        table.add_row(*map(Text, columns(claim)))
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=200)
    console.print(table)
