"""`course status`: the progress of each translation."""

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from course.commands import add_locales, choose_locales, open_course
from course.commands.tables import markdown_row, print_table
from course.files import show, write_text
from course.formats.settings import Course
from course.localization.align import MACHINE, MISSING, STALE, STATUSES
from course.localization.progress import READ, Progress, changes_since, status

SCHEMA = 1  # of the JSON report
Changes = Mapping[tuple[str, str], Counter[str]]  # of words by status, for locale and lesson
# A palette for all types of colour vision (Okabe and Ito).
COLOURS = {
    "reviewed": "#0072b2",
    "translated": "#56b4e9",
    "machine": "#e69f00",
    "stale": "#d55e00",
    "missing": "#999999",
}
BADGE = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" \
aria-label="{label}: {value}">
<title>{label}: {value}</title>
<rect width="{left}" height="20" rx="3" fill="#555"/>
<rect x="{left}" width="{bar}" height="20" fill="#ddd"/>
{parts}
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">
<text x="{left_middle}" y="14">{label}</text>
<text x="{bar_middle}" y="14" fill="#111">{value}</text>
</g>
</svg>
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `course status`."""
    add_locales(parser, "locales to show")
    parser.add_argument(
        "--format",
        choices=["table", "json", "markdown", "svg"],
        default="table",
        help="svg: a badge for each locale, in build/status",
    )
    parser.add_argument("--diff", metavar="REV", help="show the changes since a Git revision")


def command(arguments: argparse.Namespace) -> int:
    """Print the progress of each locale in each lesson."""
    course = open_course(arguments.course)
    progress = status(course, choose_locales(course, arguments.locales))
    changes = changes_since(course, arguments.diff, progress) if arguments.diff is not None else {}
    if arguments.format == "json":
        print(progress_as_json(progress, changes))
    elif arguments.format == "markdown":
        print(progress_as_markdown(progress, changes))
    elif arguments.format == "svg":
        for path in write_badges(course, progress):
            print(show(path, course.root))
    else:
        rows = table_rows(progress, changes)
        print_table(HEADS, rows, NUMBERS, "words of the English original")
    return 0


def progress_cells(item: Progress, change: Counter[str] | None) -> list[str]:
    """Return the table cells of a lesson in a locale, in the order of `HEADS`."""
    cells = [f"{item.locale.id} {item.locale.name}", item.lesson.id]
    for name in STATUSES:
        delta = change[name] if change else 0
        cells.append(f"{item.words[name]:,}" + (f" ({delta:+,})" if delta else ""))
    return [*cells, f"{item.read:.0%}", f"{item.drafted:.0%}", item.error or item.oldest]


HEADS = ["locale", "lesson", *STATUSES, "read by a person", "machine drafts", "oldest stale cell"]
NUMBERS = range(2, 9)  # the columns with numbers, which are right-aligned


def table_rows(progress: Sequence[Progress], changes: Changes) -> list[list[str]]:
    """Return the rows of the table, a row for each locale and lesson."""
    return [
        progress_cells(item, changes.get((item.locale.id, item.lesson.id))) for item in progress
    ]


def progress_as_markdown(progress: Sequence[Progress], changes: Changes) -> str:
    """Return progress as a Markdown table, for a page or a pull request."""
    lines = [markdown_row(HEADS), "|---|---|" + "--:|" * len(NUMBERS) + "---|"]
    lines += map(markdown_row, table_rows(progress, changes))
    return "\n".join([*lines, "", "Numbers are words of the English original."])


def progress_as_json(progress: Sequence[Progress], changes: Changes) -> str:
    """Return progress as JSON, for other programs."""
    rows = [
        {
            "locale": item.locale.id,
            "lesson": item.lesson.id,
            "words": item.total,
            **{name: item.words[name] for name in STATUSES},
            "oldest_stale": item.oldest or None,
            "error": item.error or None,
            "change": dict(changes.get((item.locale.id, item.lesson.id), {})) or None,
        }
        for item in progress
    ]
    return json.dumps({"schema": SCHEMA, "translations": rows}, indent=1, ensure_ascii=False)


def write_badges(course: Course, progress: Sequence[Progress]) -> list[Path]:
    """Write a badge for each locale: its bar shows the statuses, its text who has read how much."""
    paths = []
    for locale in dict.fromkeys(item.locale for item in progress):
        words: Counter[str] = Counter()
        for item in progress:
            if item.locale is locale:
                words += item.words
        path = course.root / "build" / "status" / f"{locale.id}.svg"
        write_text(path, badge(locale.id, Progress(locale, course.lessons[0], words)))
        paths.append(path)
    return paths


def badge(label: str, item: Progress, bar: int = 160) -> str:
    """Return an SVG badge: a label, and a bar of the statuses with the shares read and drafted."""
    left = 12 + 7 * len(label)
    parts, x = [], float(left)
    for name in (*reversed(READ), MACHINE, STALE, MISSING):
        width = bar * item.share(name)
        if width:
            parts.append(
                f'<rect x="{x:.1f}" width="{width:.1f}" height="20" fill="{COLOURS[name]}"/>'
            )
        x += width
    return BADGE.format(
        label=escape(label),
        value=f"read {item.read:.0%}, drafts {item.drafted:.0%}",
        left=left,
        bar=bar,
        width=left + bar,
        parts="\n".join(parts),
        left_middle=left / 2,
        bar_middle=left + bar / 2,
    )
