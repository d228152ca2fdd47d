"""The work list of a locale: its cells to translate, most urgent first."""

from dataclasses import dataclass

from course.checks.review import CellReview, LessonReview, Reviewer
from course.formats.lesson import read_lesson
from course.formats.plots import missing_labels, read_plots, source_labels
from course.formats.settings import Course, Locale
from course.localization.align import MACHINE, MISSING, STALE
from course.localization.localize import LocalizedLesson, localize

URGENCY = (MISSING, STALE, MACHINE)  # what harms readers most comes first


@dataclass(frozen=True)
class TranslationTask:
    """A cell of a lesson to translate or to review."""

    lesson: LocalizedLesson
    review: CellReview

    @property
    def words(self) -> int:
        """Count of the English words of the cell."""
        return self.review.cell.source.words


def todo(course: Course, locale: Locale, lesson_id: str | None = None) -> list[TranslationTask]:
    """Return the tasks of a locale: missing cells first, then stale ones, then machine drafts.

    Within these, the lessons come in the order of the course, since fewer people read the later
    ones, and cells in reading order, those in all notebooks of a lesson before others.

    Raises:
        CourseError: a notebook or a translation cannot be read.
    """
    reviewer = Reviewer()
    tasks: list[TranslationTask] = []
    for entry in course.lessons:
        if lesson_id in (None, entry.id):
            lesson = localize(course, locale, read_lesson(course, entry)).readable()
            tasks += _tasks(reviewer.review(course, lesson))
    return sorted(tasks, key=lambda task: URGENCY.index(task.review.cell.status))


def _tasks(review: LessonReview) -> list[TranslationTask]:
    everywhere = len(review.lesson.source.notebooks)
    reviews = [item for item in review.cells if item.cell.status in URGENCY]
    reviews.sort(key=lambda item: 0 < len(item.cell.source.frameworks) < everywhere)
    return [TranslationTask(review.lesson, item) for item in reviews]


def untranslated_labels(course: Course, locale: Locale, lesson_id: str | None = None) -> list[str]:
    """Return the labels of plots that a locale has not translated, in the order of the lessons.

    Raises:
        CourseError: a notebook or the locale's plots.toml cannot be read.
    """
    lessons = [entry for entry in course.lessons if lesson_id in (None, entry.id)]
    labels = {entry.id: source_labels(read_lesson(course, entry)) for entry in lessons}
    return list(missing_labels(read_plots(course, locale), labels))
