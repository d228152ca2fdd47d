"""What there is to say of a view: the status of each cell, its English, what changed, findings."""

import html
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from course.checks.base import Language
from course.checks.finding import Finding
from course.checks.runner import check_lesson, read_language
from course.errors import CourseError
from course.formats.lesson import SourceLesson
from course.formats.support import find_images, support_files
from course.formats.translation import sentence_of
from course.lab.desk import Desk, Open, Place, Refused, facts, refusing
from course.lab.view import PROSE, kinds
from course.localization.align import STALE, STATUSES, Match, match
from course.localization.history import find_english
from course.localization.sync import accept
from course.markdown.render import element, render
from course.text import one_line, word_diff


class Reporter:
    """Reports on the views of a desk; remembers older English, and what the checks know."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._english: dict[str, str | None] = {}  # by hash; None: not in the history
        self._languages: dict[str, tuple[tuple, Language]] = {}
        self._names: tuple[tuple, frozenset[str]] = ((), frozenset())

    def report(self, place: Place, files: str) -> dict[str, Any]:
        """Return what there is to say of a view; `files` is the address of the workspace's files.

        Raises:
            Refused: the view can't be shown; one line.
        """
        found = self.desk.open(place)
        course = self.desk.course
        prose = [
            name for name, kind in kinds(found.notebook.data, found.lesson).items() if kind == PROSE
        ]
        items = {item.source.id: item for item in match(found.lesson, found.translation)}
        here = [items[name] for name in prose]
        findings = self.findings(place, found.lesson)
        self._look_up(found, here)
        address = f"{files.rstrip('/')}/{quote(place.locale.id)}"
        images = {name: f"{address}/{quote(name)}" for name in find_images(course.notebooks)}
        known = set(items)
        beside = {name for name in known if sentence_of(name)[1]}  # shown nowhere in a view
        return {
            "path": place.path,
            "locale": vars(place.locale),
            "lesson": place.lesson.id,
            "framework": place.framework.id,
            "file": self.desk.translation_path(place).relative_to(course.root).as_posix(),
            "counts": {name: sum(item.status == name for item in here) for name in STATUSES},
            "cells": {item.source.id: self.cell(item, images, findings) for item in here},
            "findings": [
                told(one, one.cell in beside)
                for one in findings
                if one.cell not in known or one.cell.startswith("@") or one.cell in beside
            ],
            "notes": [note.id for note in found.notes],
            "told": self.desk.told.get(place.path, []),
        }

    def cell(
        self, item: Match, images: Mapping[str, str], findings: Sequence[Finding]
    ) -> dict[str, Any]:
        """Return what there is to say of a cell."""
        return {
            "status": item.status,
            "line": item.cell.line if item.cell else None,
            "english": item.source.text,
            "english_html": render(item.source.text, dict(images)),
            "diff_html": self.changes(item),
            "findings": [told(one) for one in findings if one.cell == item.source.id],
        }

    def changes(self, item: Match) -> str | None:
        """Return what has changed in the English since a cell was translated, as HTML."""
        if item.status != STALE or not item.cell:
            return None
        before = self._english.get(item.cell.source or "")
        if before is None:
            return None
        tags = {"removed": "del", "added": "ins"}
        return "".join(
            element(tags[kind], html.escape(text)) if kind in tags else html.escape(text)
            for kind, text in word_diff(before, item.source.text)
        )

    def findings(self, place: Place, lesson: SourceLesson) -> list[Finding]:
        """Return the findings of `course check` for the translation of a view."""
        course = self.desk.course
        stamp = tuple(facts(path) for path in sorted(course.translations.glob("*/*.toml")))
        before = self._languages.get(place.locale.id)
        if before is None or before[0] != stamp:
            before = (stamp, read_language(course, place.locale, []))
            self._languages[place.locale.id] = before
        stamp = tuple(
            facts(path) for path in (course.notebooks, *sorted(course.notebooks.rglob("*")))
        )
        if self._names[0] != stamp:
            names = {one.name for one in self.desk.places.values()}
            with refusing(409):
                self._names = (stamp, frozenset(names | support_files(course).keys()))
        return check_lesson(course, place.locale, lesson, before[1], self._names[1])

    def _look_up(self, found: Open, items: Sequence[Match]) -> None:
        old = {item.cell.source for item in items if item.status == STALE and item.cell}
        new = {name for name in old if name and name not in self._english}
        if new:
            lesson = found.place.lesson
            self._english |= dict.fromkeys(new) | find_english(self.desk.course, lesson, new)

    def accept(self, place: Place, cell: str, reviewed: bool) -> None:
        """Confirm that a cell says what the English says today.

        Raises:
            Refused: it can't be; one line.
        """
        with self.desk.locked():
            found = self.desk.open(place)
            source = found.lesson.get(cell)
            if source is None:
                raise Refused(400, f"no cell {one_line(cell)[:80]!r} in {place.path}")
            if found.translation.get(cell) is None:
                raise Refused(
                    400, f"cell {cell} is not translated yet; translate and save it first"
                )
            if not self.desk.writable(place):
                raise Refused(403, f"{place.path}: read-only; nothing was changed")
            try:
                accept(self.desk.course, place.locale, found.lesson, [cell], reviewed)
            except CourseError as error:
                raise Refused(400, error.args[0]) from None


def told(finding: Finding, of_cell: bool = False) -> dict[str, Any]:
    """Return a finding as the interface shows it; `of_cell` says in words of which cell it is."""
    what = f"{finding.what}: {finding.value}" if finding.value else finding.what
    return {
        "code": finding.code,
        "severity": finding.level,
        "message": one_line(f"cell {finding.cell}: {what}" if of_cell and finding.cell else what),
        "remedy": one_line(finding.remedy),
        "line": finding.line,
    }
