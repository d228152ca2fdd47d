"""Notices to readers about the state of a translation, in plain text."""

from collections.abc import Sequence

from course.formats.strings import Strings
from course.localization.align import MACHINE, MISSING, STALE, LocalizedCell


def page_notice(cells: Sequence[LocalizedCell], words: Strings) -> list[str]:
    """Return the notices at the top of a page; none if a person has translated all of it."""
    work = [cell for cell in cells if cell.is_work]
    if work and all(cell.status == MISSING for cell in work):
        return [words["notices.english"]]
    return count_notices(work, words)


def count_notices(cells: Sequence[LocalizedCell], words: Strings) -> list[str]:
    """Return a notice for each state in which cells are not as a person has translated them."""
    cells = [cell for cell in cells if cell.is_work]
    missing, stale = (sum(cell.status == status for cell in cells) for status in (MISSING, STALE))
    # A stale cell may be a machine draft as well.
    machine = sum(
        cell.translation is not None and cell.translation.state == MACHINE for cell in cells
    )
    shown = [("machine", machine), ("untranslated", missing), ("outdated", stale)]
    counts = {"machine": machine, "missing": missing, "stale": stale, "cells": len(cells)}
    return [words[f"notices.{key}"].format(**counts) for key, number in shown if number]


def cell_notice(cell: LocalizedCell, words: Strings, untranslated: bool = False) -> str:
    """Return the notice above a cell, or an empty string, as if all is `untranslated`."""
    if cell.status == STALE:
        return words["notices.stale"]
    if cell.status == MISSING and not untranslated:
        return words["notices.missing"]
    return ""
