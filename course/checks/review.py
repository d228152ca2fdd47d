"""Reviews of a localized lesson: its cells with their findings and older English.

`course todo`, the preview and JupyterLab show them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from course.checks.finding import Finding
from course.formats.settings import Course
from course.localization.align import LocalizedCell
from course.localization.history import find_english
from course.localization.localize import LocalizedLesson
from course.text import word_diff


@dataclass(frozen=True)
class CellReview:
    """A cell with its findings; `before` is the English that a stale one translates, if known."""

    cell: LocalizedCell
    before: str | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def line(self) -> int | None:
        """The first line of the cell in the translation file; None if it is not there."""
        return self.cell.translation.line if self.cell.translation else None

    @property
    def changes(self) -> list[tuple[str, str]] | None:
        """How the English has changed since, as of `word_diff`; None if `before` is not known."""
        if self.before is None:
            return None
        return list(word_diff(self.before, self.cell.source.text))


@dataclass(frozen=True)
class LessonReview:
    """The reviews of a lesson's cells, and the findings that belong to none of them."""

    lesson: LocalizedLesson
    cells: tuple[CellReview, ...]
    findings: tuple[Finding, ...] = ()


class Reviewer:
    """Reviewer of lessons; caches their older English, which git is slow to find."""

    def __init__(self) -> None:
        self._english: dict[str, str | None] = {}  # by hash; None: not in the history

    def review(
        self, course: Course, lesson: LocalizedLesson, findings: Iterable[Finding] = ()
    ) -> LessonReview:
        """Return the review of a lesson; findings outside of its cells are kept apart."""
        self._look_up(course, lesson)
        by_cell: dict[str, list[Finding]] = {}
        for finding in findings:
            by_cell.setdefault(finding.cell, []).append(finding)
        cells = tuple(
            CellReview(cell, self._english.get(cell.made_from), tuple(by_cell.pop(cell.id, ())))
            for cell in lesson.cells
        )
        rest = tuple(finding for found in by_cell.values() for finding in found)
        return LessonReview(lesson, cells, rest)

    def _look_up(self, course: Course, lesson: LocalizedLesson) -> None:
        hashes = {cell.made_from for cell in lesson.cells} - {""} - self._english.keys()
        if hashes:
            found = find_english(course, lesson.source.lesson, hashes)
            self._english |= {name: found.get(name) for name in hashes}
