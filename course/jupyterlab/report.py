"""Reports on views: status, English, changes and findings of each cell."""

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
from course.markdown.render import render_changes, render_markdown
from course.text import one_line


class Reporter:
    """Reports on the views of a desk; caches the data of the checks for each language."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._reviewer = Reviewer()
        self._languages: dict[str, tuple[tuple[object, ...], Language]] = {}
        self._names: tuple[tuple[object, ...], frozenset[str]] = ((), frozenset())

    def report(self, place: Place, files: str) -> dict[str, Any]:
        """Return the report of a view as JSON data; `files` is the URL of the workspace.

        Raises:
            Refused: the view can't be shown; one line.
        """
        found = self.desk.open(place)
        course = self.desk.course
        review = self._reviewer.review(course, found.lesson, self.findings(found.lesson))
        kind_of = kinds(found.notebook.data, found.lesson.source)
        prose = [item for item in review.cells if kind_of.get(item.cell.id) == PROSE]
        address = f"{files.rstrip('/')}/{quote(place.locale.id)}"
        images = {name: f"{address}/{quote(name)}" for name in find_images(course.notebooks)}
        statuses = Counter(item.cell.status for item in prose)
        return {
            "path": place.path,
            "locale": vars(place.locale),
            "lesson": place.lesson.id,
            "framework": place.framework.id,
            "file": found.lesson.path,
            "counts": {name: statuses[name] for name in STATUSES},
            "cells": {item.cell.id: cell_report(item, images) for item in prose},
            "findings": [finding_report(finding) for finding in findings_elsewhere(review)],
            "notes": [note.id for note in found.notes],
            "told": self.desk.messages.get(place.path, []),
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
            names = {other.name for other in self.desk.places.values()}
            with refusing(409):
                self._names = (stamp, frozenset(names | support_files(course).keys()))
        return check_lesson(lesson, before[1], self._names[1])

    def accept(self, place: Place, cell: str, reviewed: bool) -> None:
        """Accept a cell: confirm that it matches the current English.

        Raises:
            Refused: the cell can't be accepted; one line.
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
    """Return the report of a cell as JSON data."""
    text = review.cell.source.text
    return {
        "status": review.cell.status,
        "line": review.line,
        "english": text,
        "english_html": render_markdown(text, images),
        "diff_html": None if review.changes is None else render_changes(review.changes),
        "findings": [finding_report(finding) for finding in review.findings],
    }


def findings_elsewhere(review: LessonReview) -> list[Finding]:
    """Return the findings that no cell of a view shows, in the order of the file.

    Title, question and summary are in no notebook, and the sentences of code cells in no view.
    """
    cells = [
        item
        for item in review.cells
        if item.cell.source.in_metadata or not item.cell.source.frameworks
    ]
    found = [*review.findings, *(finding for item in cells for finding in item.findings)]
    return sorted(found, key=lambda finding: (finding.line, finding.code, finding.value))


def finding_report(finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON data; that of a sentence of a code cell names the cell."""
    what = f"{finding.what}: {finding.value}" if finding.value else finding.what
    about = f"cell {finding.cell}: " if sentence_of(finding.cell)[1] else ""
    return {
        "code": finding.code,
        "severity": finding.level,
        "message": one_line(f"{about}{what}"),
        "remedy": one_line(finding.remedy),
        "line": finding.line,
    }
