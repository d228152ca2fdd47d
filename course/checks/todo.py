"""What to translate next in a locale."""

from dataclasses import dataclass

from course.checks.review import CellReview, LessonReview, Reviewer
from course.formats.lesson import read_lesson
from course.formats.settings import Course, Locale
from course.localization.align import MACHINE, MISSING, STALE
from course.localization.localize import LocalizedLesson, localize

URGENCY = (MISSING, STALE, MACHINE)  # what a reader suffers from most comes first


@dataclass(frozen=True)
class Task:
    """A cell of a lesson to work on."""

    lesson: LocalizedLesson
    review: CellReview

    @property
    def words(self) -> int:
        """How many English words there are to read."""
        return self.review.cell.source.words


def todo(course: Course, locale: Locale, lesson_id: str | None = None) -> list[Task]:
    """Return what there is to do in a locale: missing cells first, then stale ones, then drafts.

    Within these, the lessons come in the order of the course, since fewer people read the later
    ones, and cells in reading order, those that stand in all notebooks of a lesson before others.

    Raises:
        CourseError: a notebook or a translation cannot be read.
    """
    reviewer = Reviewer()
    tasks: list[Task] = []
    for entry in course.lessons:
        if lesson_id in (None, entry.id):
            lesson = localize(course, locale, read_lesson(course, entry)).readable()
            tasks += _tasks(reviewer.review(course, lesson))
    return sorted(tasks, key=lambda task: URGENCY.index(task.review.cell.status))


def _tasks(review: LessonReview) -> list[Task]:
    everywhere = len(review.lesson.source.notebooks)
    cells = [each for each in review.cells if each.cell.status in URGENCY]
    cells.sort(key=lambda each: 0 < len(each.cell.source.frameworks) < everywhere)
    return [Task(review.lesson, each) for each in cells]
