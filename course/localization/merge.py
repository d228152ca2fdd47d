"""The prose of one locale put into the notebooks of a lesson."""

import re
from collections.abc import Sequence

from course.formats.lesson import SourceLesson
from course.formats.settings import Locale
from course.formats.splice import join_notebook
from course.formats.strings import Strings
from course.formats.translation import normalise, sentence_of
from course.localization.align import MACHINE, MISSING, STALE, Match
from course.markdown.lines import join_lines, writes_without_spaces

HEADING = re.compile(r"#{1,6} [^\n]*(?:\n|$)")


def merge(
    lesson: SourceLesson, matches: Sequence[Match], locale: Locale, source: Locale, words: Strings
) -> list[str]:
    """Return the text of each notebook of a lesson in a locale.

    Translated cells show the translation; outdated ones also a notice; missing ones the English,
    marked as such, with a notice unless all are. The first cell counts what is machine-drafted,
    outdated and missing in that notebook. Code cells, outputs, metadata and ids are byte for byte
    the source's, save the sentences in the metadata of code cells: these are the locale's, and
    have no notices.
    """
    texts = {item.source.id: text_in(item, locale) for item in matches}
    made = []
    for notebook in lesson.notebooks:
        here = dict(texts)
        ids = [cell.id for cell in notebook.prose if cell.id in texts]
        shown = [item for item in matches if item.source.id in ids]
        markdown = [item for item in shown if not item.source.in_metadata]
        all_missing = all(item.status == MISSING for item in shown if item.is_passage)
        for item in markdown:
            here[item.source.id] = cell_text(item, locale, source, words, all_missing)
        notice = page_notice(shown, words)
        if notice and markdown:
            first = next(name for name in ids if not sentence_of(name)[1])
            here[first] = below_heading(here[first], joined(notice, locale))
        if locale.direction != source.direction:  # a page of Jupyter has the direction of its menus
            for item in markdown:
                here[item.source.id] = in_language(here[item.source.id], locale)
        made.append(join_notebook(notebook, here))
    return made


def text_in(item: Match, locale: Locale) -> str:
    """Return the text of a cell in a locale, in English where it is missing."""
    if item.status == MISSING or item.cell is None:
        return item.source.text
    if item.cell.keep and item.cell.text == normalise(item.source.text):
        return item.source.text
    return joined(item.cell.text, locale)


def cell_text(
    item: Match, locale: Locale, source: Locale, words: Strings, all_missing: bool
) -> str:
    """Return what a built notebook shows for one Markdown cell, with its notice.

    Where all of a page is missing, no cell has a notice of its own.
    """
    text = text_in(item, locale)
    if item.status == MISSING:
        english = in_language(text, source)
        return english if all_missing else f"{quote(words['notices.missing'])}\n\n{english}"
    if item.status == STALE:
        return below_heading(text, quote(words["notices.stale"]))
    return text


def joined(text: str, locale: Locale) -> str:
    """Return a text with its lines joined where the locale writes without spaces."""
    return join_lines(text, locale.id) if writes_without_spaces(locale.id) else text


def page_notice(matches: Sequence[Match], words: Strings) -> str:
    """Return the notice at the top of a page; empty where a person has translated all of it."""
    matches = [item for item in matches if item.is_passage]
    missing, stale = (sum(item.status == status for item in matches) for status in (MISSING, STALE))
    # What is outdated may be machine-drafted as well.
    machine = sum(bool(item.cell and item.cell.state == MACHINE) for item in matches)
    told = [("machine", machine), ("untranslated", missing), ("outdated", stale)]
    if missing and missing == len(matches):
        told = [("english", 1)]
    count = {"machine": machine, "missing": missing, "stale": stale, "cells": len(matches)}
    lines = [words[f"notices.{key}"].format(**count) for key, number in told if number]
    return quote("\n".join([*lines, words["notices.help"]])) if lines else ""


def quote(text: str) -> str:
    """Return a text as a block quote, which is how notices stand on a page."""
    return "\n".join(f"> {line}" for line in text.split("\n"))


def below_heading(text: str, notice: str) -> str:
    """Put a notice above a text, or below the heading that the text begins with."""
    heading = HEADING.match(text)
    if not heading:
        return f"{notice}\n\n{text}"
    rest = text[heading.end() :].lstrip("\n")
    return "\n\n".join(part for part in (heading[0].rstrip("\n"), notice, rest) if part)


def in_language(text: str, locale: Locale) -> str:
    """Mark a text as being in a language, and as running in its direction."""
    return f'<div lang="{locale.id}" dir="{locale.direction}">\n\n{text}\n\n</div>'
