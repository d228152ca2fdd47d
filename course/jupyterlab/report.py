"""Reports on views: status, English, changes and findings of each cell."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from course.checks.contexts import Language
from course.checks.finding import Finding
from course.checks.review import CellReview, LessonReview, Reviewer
from course.checks.runner import check_lesson, read_language
from course.errors import CourseError
from course.files import file_stamp
from course.formats.strings import Strings, say
from course.formats.support import find_images, support_files
from course.jupyterlab.desk import Desk, Place
from course.jupyterlab.refusal import Refused, refusing
from course.jupyterlab.view import PROSE, kinds
from course.localization.align import STATUSES
from course.localization.localize import LocalizedLesson
from course.localization.sync import accept
from course.markdown.render import render_changes, render_markdown
from course.text import one_line, phrase


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
        statuses = Counter(item.cell.status for item in prose if item.cell.is_work)
        words = self.desk.words(place.locale.id)
        return {
            "path": place.path,
            "locale": vars(place.locale),
            "lesson": place.lesson.id,
            "framework": place.framework.id,
            "file": found.lesson.path,
            "counts": {name: statuses[name] for name in STATUSES},
            "cells": {item.cell.id: cell_report(item, images, words) for item in prose},
            "findings": group_by_cell(findings_elsewhere(review), words),
            "notes": [note.id for note in found.notes],
            "told": [
                message_report(line, words) for line in self.desk.messages.get(place.path, ())
            ],
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
                refusal = "cell {id} is not translated yet; translate and save it first"
                raise Refused(400, phrase(refusal, id=cell))
            if not self.desk.writable(place):
                refusal = "{file}: read-only; nothing was saved"
                raise Refused(403, phrase(refusal, file=place.path))
            try:
                accept(self.desk.course, place.locale, found.lesson.source, [cell], reviewed)
            except CourseError as error:
                raise Refused(400, error.args[0]) from None


def cell_report(review: CellReview, images: dict[str, str], words: Strings) -> dict[str, Any]:
    """Return the report of a cell as JSON data."""
    text = review.cell.source.text
    return {
        "status": review.cell.status,
        "line": review.line,
        "english": text,
        "english_html": render_markdown(text, images),
        "diff_html": None if review.changes is None else render_changes(review.changes),
        "work": review.cell.is_work,
        "findings": finding_reports(review.findings, words),
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


def group_by_cell(findings: Sequence[Finding], words: Strings) -> list[dict[str, Any]]:
    """Return the findings of each cell as JSON data, in order; "" is the cell of the file's own."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.cell, []).append(finding)
    return [
        {"cell": cell, "findings": finding_reports(found, words)} for cell, found in groups.items()
    ]


def finding_reports(findings: Iterable[Finding], words: Strings) -> list[dict[str, Any]]:
    """Return findings as JSON data, one for those that differ only in the value seen."""
    alike: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        key = (finding.code, finding.level, finding.what, finding.remedy)
        alike.setdefault(key, []).append(finding)
    return [
        {
            "code": code,
            "severity": level,
            "message": message_report(found[0].what, words),
            "values": [one_line(say(item.value, words)) for item in found if item.value],
            "remedy": message_report(found[0].remedy, words),
            "count": len(found),
            "line": found[0].line,
        }
        for (code, level, _, _), found in alike.items()
    ]


def message_report(message: str, words: Strings) -> dict[str, str]:
    """Return a message in the language of `words` as JSON data; "en" if it is in English."""
    said = say(message, words)
    return {"text": one_line(said), "lang": "en" if said == message else ""}
