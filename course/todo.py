"""What to translate next, and what has changed in the English since a cell was translated."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from course.build import read_translation
from course.history import find_english
from course.lesson import SourceLesson, read_lesson
from course.match import MACHINE, MISSING, STALE, Match, match
from course.settings import Course, Lesson, Locale

URGENCY = (MISSING, STALE, MACHINE)  # what a reader suffers from most comes first


@dataclass(frozen=True)
class Task:
    """A cell to work on; `before` is the English that its translation was made from, if known."""

    lesson: Lesson
    item: Match
    line: int
    before: str | None = None

    @property
    def words(self) -> int:
        """How many English words there are to read."""
        return self.item.source.words


def todo(course: Course, locale: Locale, lesson_id: str | None = None) -> list[Task]:
    """Return what there is to do in a locale: missing cells first, then outdated ones, then drafts.

    Within these, the lessons come in the order of the course, since fewer people read the later
    ones, and cells in reading order, those that stand in all notebooks of a lesson before others.
    """
    tasks: list[Task] = []
    for lesson in course.lessons:
        if lesson_id in (None, lesson.id):
            tasks += _tasks(course, locale, read_lesson(course, lesson))
    return sorted(tasks, key=lambda task: URGENCY.index(task.item.status))


def _tasks(course: Course, locale: Locale, lesson: SourceLesson) -> list[Task]:
    matches = [
        item
        for item in match(lesson, read_translation(course, locale, lesson))
        if item.status in URGENCY
    ]
    old = {item.cell.source for item in matches if item.status == STALE and item.cell.source}
    english = find_english(course, lesson.lesson, old)
    tasks = [
        Task(
            lesson.lesson,
            item,
            item.cell.line if item.cell else 1,
            english.get(item.cell.source or "") if item.cell else None,
        )
        for item in matches
    ]
    everywhere = len(lesson.notebooks)
    return sorted(tasks, key=lambda task: 0 < len(task.item.source.frameworks) < everywhere)


def word_diff(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Yield the pieces of two texts with what they are: "same", "removed" or "added".

    >>> list(word_diff("a long text", "a short text"))
    [('same', 'a '), ('removed', 'long'), ('added', 'short'), ('same', ' text')]
    """
    old, new = (re.findall(r"\s+|\w+|[^\w\s]", text) for text in (before, after))
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", "".join(old[a:b])
        else:
            if a < b:
                yield "removed", "".join(old[a:b])
            if c < d:
                yield "added", "".join(new[c:d])


def mark_diff(before: str, after: str) -> str:
    """Return a word diff as one text: `[-removed-]` and `{+added+}`, as git marks them."""
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(marks[kind].format(text) for kind, text in word_diff(before, after))
