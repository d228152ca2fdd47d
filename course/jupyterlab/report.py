"""What there is to say of a view: the status of each cell, its English, what changed, findings."""

from collections import Counter
from typing import Any
from urllib.parse import quote

from course.checks.contexts import Language
from course.checks.finding import Finding
from course.checks.review import CellReview, LessonReview, Reviewer
from course.checks.runner import check_lesson, read_language
from course.errors import CourseError
from course.files import file_stamp
from course.formats.support import find_images, support_files
from course.formats.translation import sentence_of
from course.jupyterlab.desk import Desk, Place, Refused, refusing
from course.jupyterlab.view import PROSE, kinds
from course.localization.align import STATUSES
from course.localization.localize import LocalizedLesson
from course.localization.sync import accept
from course.markdown.render import render, render_changes
from course.text import one_line


class Reporter:
    """Reports on the views of a desk; remembers what the checks know of each language."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._reviewer = Reviewer()
        self._languages: dict[str, tuple[tuple[object, ...], Language]] = {}
        self._names: tuple[tuple[object, ...], frozenset[str]] = ((), frozenset())

    def report(self, place: Place, files: str) -> dict[str, Any]:
        """Return what there is to say of a view; `files` is the address of the workspace's files.

        Raises:
            Refused: the view can't be shown; one line.
        """
        found = self.desk.open(place)
        course = self.desk.course
        review = self._reviewer.review(course, found.lesson, self.findings(found.lesson))
        shown = kinds(found.notebook.data, found.lesson.source)
        here = [each for each in review.cells if shown.get(each.cell.id) == PROSE]
        address = f"{files.rstrip('/')}/{quote(place.locale.id)}"
        images = {name: f"{address}/{quote(name)}" for name in find_images(course.notebooks)}
        statuses = Counter(each.cell.status for each in here)
        return {
            "path": place.path,
            "locale": vars(place.locale),
            "lesson": place.lesson.id,
            "framework": place.framework.id,
            "file": found.lesson.path,
            "counts": {name: statuses[name] for name in STATUSES},
            "cells": {each.cell.id: cell_report(each, images) for each in here},
            "findings": [finding_report(one) for one in findings_elsewhere(review)],
            "notes": [note.id for note in found.notes],
            "told": self.desk.told.get(place.path, []),
        }

    def findings(self, lesson: LocalizedLesson) -> list[Finding]:
        """Return the findings of `course check` for the translation of a lesson."""
        course = self.desk.course
        stamp = tuple(file_stamp(path) for path in sorted(course.translations.glob("*/*.toml")))
        before = self._languages.get(lesson.locale.id)
        if before is None or before[0] != stamp:
            before = (stamp, read_language(course, lesson.locale))
            self._languages[lesson.locale.id] = before
        stamp = tuple(
            file_stamp(path) for path in (course.notebooks, *sorted(course.notebooks.rglob("*")))
        )
        if self._names[0] != stamp:
            names = {one.name for one in self.desk.places.values()}
            with refusing(409):
                self._names = (stamp, frozenset(names | support_files(course).keys()))
        return check_lesson(lesson, before[1], self._names[1])

    def accept(self, place: Place, cell: str, reviewed: bool) -> None:
        """Confirm that a cell says what the English says today.

        Raises:
            Refused: it can't be; one line.
        """
        with self.desk.locked():
            found = self.desk.open(place)
            if found.lesson.get(cell) is None:
                raise Refused(400, f"no cell {one_line(cell)[:80]!r} in {place.path}")
            if found.lesson.translation.get(cell) is None:
                raise Refused(
                    400, f"cell {cell} is not translated yet; translate and save it first"
                )
            if not self.desk.writable(place):
                raise Refused(403, f"{place.path}: read-only; nothing was changed")
            try:
                accept(self.desk.course, place.locale, found.lesson.source, [cell], reviewed)
            except CourseError as error:
                raise Refused(400, error.args[0]) from None


def cell_report(review: CellReview, images: dict[str, str]) -> dict[str, Any]:
    """Return what there is to say of a cell."""
    text = review.cell.source.text
    return {
        "status": review.cell.status,
        "line": review.line,
        "english": text,
        "english_html": render(text, images),
        "diff_html": None if review.changes is None else render_changes(review.changes),
        "findings": [finding_report(finding) for finding in review.findings],
    }


def findings_elsewhere(review: LessonReview) -> list[Finding]:
    """Return the findings that no cell of a view shows, in the order of the file.

    Title, question and summary stand in no notebook, and the sentences of code cells in no view.
    """
    cells = [
        each
        for each in review.cells
        if each.cell.source.in_metadata or not each.cell.source.frameworks
    ]
    found = [*review.findings, *(one for each in cells for one in each.findings)]
    return sorted(found, key=lambda one: (one.line, one.code, one.value))


def finding_report(finding: Finding) -> dict[str, Any]:
    """Return a finding as the interface shows it; one of a code cell's sentence names the cell."""
    what = f"{finding.what}: {finding.value}" if finding.value else finding.what
    about = f"cell {finding.cell}: " if sentence_of(finding.cell)[1] else ""
    return {
        "code": finding.code,
        "severity": finding.level,
        "message": one_line(f"{about}{what}"),
        "remedy": one_line(finding.remedy),
        "line": finding.line,
    }
