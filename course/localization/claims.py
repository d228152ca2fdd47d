"""Claims: the sentences that code cells prove, each with the output of its cell."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from course.formats.lesson import read_lesson
from course.formats.notebook import picture_kinds, text_of
from course.formats.settings import Course, Lesson, Locale
from course.formats.splice import Notebook
from course.formats.translation import CLAIM
from course.localization.align import LocalizedCell
from course.localization.localize import LocalizedLesson, localize
from course.text import ANSI, OVERWRITTEN


@dataclass(frozen=True)
class Claim:
    """A sentence that a code cell proves; `printed` is from its committed output."""

    lesson: str
    framework: str
    cell: str
    sentence: str
    printed: str


def claims(course: Course, locale: Locale, lessons: Sequence[Lesson]) -> list[Claim]:
    """Return the claims of some lessons in reading order, in English where not translated.

    Raises:
        CourseError: a notebook or translation cannot be used.
    """
    return [
        Claim(
            lesson.id,
            notebook.framework,
            cell["id"],
            " ".join(sentence.text.split()),
            " ".join(printed(cell).split()),
        )
        for lesson in lessons
        for notebook, cell, sentence in claim_cells(
            localize(course, locale, read_lesson(course, lesson)).usable()
        )
    ]


def claim_cells(
    lesson: LocalizedLesson,
) -> Iterator[tuple[Notebook, Mapping[str, Any], LocalizedCell]]:
    """Yield each code cell with a claim, with its notebook and the sentence, by notebook."""
    for notebook in lesson.source.notebooks:
        own = {prose.id for prose in notebook.prose}
        for cell in notebook.data["cells"]:
            name = f"{cell['id']}:{CLAIM}"
            if name in own and (sentence := lesson.get(name)):
                yield notebook, cell, sentence


def printed(cell: Mapping[str, Any]) -> str:
    """Return the printed output of a cell, without alternatives of pictures."""
    outputs = [item for item in cell["outputs"] if not picture_kinds({"outputs": [item]})]
    return OVERWRITTEN.sub("", ANSI.sub("", text_of(outputs))).strip("\n")


def conditions(source: str) -> tuple[str, ...]:
    """Return the conditions of the assertions in code as they are written; none if it is no Python.

    >>> conditions("x = 1\\nassert 0 < x, 'too small'")
    ('0 < x',)
    """
    try:
        nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assert)]
    except (SyntaxError, ValueError):
        return ()
    nodes.sort(key=lambda node: node.lineno)
    return tuple(ast.get_source_segment(source, node.test) or "" for node in nodes)
