"""What to translate next, and what has changed in the English since a cell was translated."""

from dataclasses import dataclass

from course.formats.lesson import SourceLesson, read_lesson
from course.formats.settings import Course, Lesson, Locale
from course.localization.align import MACHINE, MISSING, STALE, Match, match
from course.localization.history import find_english
from course.localization.load import read_translation

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
