"""The prose of one locale put into the notebooks of a lesson."""

import re
from collections.abc import Sequence

from course.lesson import SourceLesson, join_notebook
from course.markdown import join_lines, writes_without_spaces
from course.match import MACHINE, MISSING, STALE, Match
from course.settings import Locale
from course.strings import Strings
from course.translation import normalise

HEADING = re.compile(r"#{1,6} [^\n]*(?:\n|$)")


def merge(
    lesson: SourceLesson, matches: Sequence[Match], locale: Locale, source: Locale, words: Strings
) -> list[str]:
    """Return the text of each notebook of a lesson in a locale.

    Translated cells show the translation; outdated ones also a notice; missing ones the English,
    marked as such, with a notice unless all are. The first cell counts what is machine-drafted,
    outdated and missing in that notebook. Code cells, outputs, metadata and ids are byte for byte
    the source's.
    """
    texts = {item.source.id: cell_text(item, locale, source, words) for item in matches}
    made = []
    for notebook in lesson.notebooks:
        here = dict(texts)
        ids = [cell.id for cell in notebook.prose if cell.id in texts]
        shown = [item for item in matches if item.source.id in ids and item.is_passage]
        missing = [item.source.id for item in shown if item.status == MISSING]
        if len(missing) < len(shown):
            for name in missing:
                here[name] = f"{quote(words['notices.missing'])}\n\n{here[name]}"
        notice = page_notice(shown, words)
        if notice and ids:
            here[ids[0]] = below_heading(here[ids[0]], notice)
        if locale.direction != source.direction:  # a page of Jupyter has the direction of its menus
            here = {name: in_language(text, locale) for name, text in here.items()}
        made.append(join_notebook(notebook, here))
    return made


def cell_text(item: Match, locale: Locale, source: Locale, words: Strings) -> str:
    """Return what a built notebook shows for one cell, in English without a notice of that."""
    if item.status == MISSING:
        return in_language(item.source.text, source)
    if item.cell is None:
        return item.source.text  # it has no words
    if item.cell.keep and item.cell.text == normalise(item.source.text):
        return item.source.text
    text = item.cell.text
    if writes_without_spaces(locale.id):
        text = join_lines(text)
    if item.status == STALE:
        return below_heading(text, quote(words["notices.stale"]))
    return text


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
