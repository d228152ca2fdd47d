"""`course todo`: what to translate next in a locale."""

import argparse

from course.checks.todo import Task, todo
from course.commands import open_course, positive
from course.files import show
from course.localization.align import STALE
from course.text import mark_diff, word_diff

STYLES = {"same": "", "removed": "red strike", "added": "green underline"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `course todo` understands."""
    parser.add_argument("locale", metavar="LOCALE", help="the locale")
    parser.add_argument("lesson", metavar="LESSON", nargs="?", help="one lesson (default: all)")
    parser.add_argument(
        "-n", dest="count", metavar="N", type=positive, default=5, help="how many cells to show (5)"
    )


def command(arguments: argparse.Namespace) -> int:
    """Print the next cells with their English, and how much there is in all."""
    from rich.console import Console
    from rich.text import Text

    course = open_course(arguments.course)
    locale = course.locale(arguments.locale)
    lesson = course.lesson(arguments.lesson).id if arguments.lesson else None
    tasks = todo(course, locale, lesson)
    console = Console(highlight=False, soft_wrap=True)
    for task in tasks[: arguments.count]:
        path = show(course.translation(locale, task.lesson), course.root)
        status = task.item.status
        head = f"{path}:{task.line}: {task.item.source.id} ({status}, {task.words} words)"
        console.print(Text(head, style="bold"))
        console.print(english(task, console.is_terminal))
        console.print()
    words = sum(task.words for task in tasks)
    if not tasks:
        console.print("Nothing to do: a person has translated all of it.")
        return 0
    left = len(tasks) - arguments.count
    more = f"; {left} more: course todo {locale.id} -n {len(tasks)}" if left > 0 else ""
    console.print(f"{len(tasks)} cells, {words:,} words{more}")
    console.print(
        f"Then: course check {locale.id}, and confirm what you have read: "
        f"course accept {locale.id} {tasks[0].lesson.id} {tasks[0].item.source.id}"
    )
    return 0


def english(task: Task, colours: bool):
    """Return the English of a cell; of an outdated one, what has changed in it."""
    from rich.text import Text

    text = task.item.source.text
    if task.item.status != STALE:
        return Text(text)
    if task.before is None:
        note = "(the English it was made from is not in the history)\n"
        return Text(note + text)
    if not colours:
        return Text(mark_diff(task.before, text))
    return Text.assemble(*((part, STYLES[kind]) for kind, part in word_diff(task.before, text)))
