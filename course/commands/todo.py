"""`course todo`: the next cells to translate in a locale."""

import argparse
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from course.checks.review import CellReview
from course.checks.todo import URGENCY, TranslationTask, todo, untranslated_labels
from course.commands import open_course, positive
from course.files import show
from course.formats.plots import FILE_NAME as PLOTS
from course.localization.align import STALE
from course.text import mark_changes

if TYPE_CHECKING:
    from rich.text import Text

STYLES = {"same": "", "removed": "red strike", "added": "green underline"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `course todo`."""
    parser.add_argument("locale", metavar="LOCALE", help="the locale")
    parser.add_argument("lesson", metavar="LESSON", nargs="?", help="one lesson (default: all)")
    parser.add_argument(
        "-n", dest="count", metavar="N", type=positive, default=5, help="how many cells to show (5)"
    )


def command(arguments: argparse.Namespace) -> int:
    """Print the next cells with their English, and the total of cells and words."""
    from rich.console import Console
    from rich.text import Text

    course = open_course(arguments.course)
    locale = course.locale(arguments.locale)
    lesson = course.lesson(arguments.lesson).id if arguments.lesson else None
    tasks = todo(course, locale, lesson)
    console = Console(highlight=False, soft_wrap=True)
    for task in tasks[: arguments.count]:
        cell, line = task.review.cell, task.review.line or 1
        head = f"{task.lesson.path}:{line}: {cell.id} ({cell.status}, {task.words} words)"
        console.print(Text(head, style="bold"))
        console.print(english(task.review, console.is_terminal))
        console.print()
    labels = untranslated_labels(course, locale, lesson)
    if labels:
        where = f"{show(course.translations / locale.id, course.root)}/{PLOTS}"
        console.print(Text(f"{where}: {len(labels)} labels of plots", style="bold"))
        console.print(
            Text(f"{', '.join(labels[: arguments.count])}\nFirst: course sync {locale.id}\n")
        )
    words = sum(task.words for task in tasks)
    if not tasks and labels:
        return 0
    if not tasks:
        console.print("Nothing to do: a person has translated all of it.")
        return 0
    left = len(tasks) - arguments.count
    more = f"; {left} more: course todo {locale.id} -n {len(tasks)}" if left > 0 else ""
    console.print(f"{count_tasks(tasks)}, {words:,} words{more}")
    console.print(
        f"Then: course check {locale.id}, and confirm what you have read: "
        f"course accept {locale.id} {tasks[0].lesson.source.lesson.id} {tasks[0].review.cell.id}"
    )
    return 0


def count_tasks(tasks: Sequence[TranslationTask]) -> str:
    """Return the number of cells, and of each status among them: `3 cells (1 stale, 2 machine)`."""
    counts = Counter(task.review.cell.status for task in tasks)
    each = ", ".join(f"{counts[status]} {status}" for status in URGENCY if counts[status])
    return f"{len(tasks)} cells ({each})"


def english(review: CellReview, colours: bool) -> "Text":
    """Return the English of a cell; of a stale one, the changes in it."""
    from rich.text import Text

    text = review.cell.source.text
    if review.cell.status != STALE:
        return Text(text)
    if review.changes is None:
        note = "(the English it was made from is not in the history)\n"
        return Text(note + text)
    if not colours:
        return Text(mark_changes(review.changes))
    return Text.assemble(*((part, STYLES[kind]) for kind, part in review.changes))
