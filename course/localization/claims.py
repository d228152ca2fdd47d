"""Claims: the sentences that code cells prove, each with the output of its cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from course.formats.lesson import read_lesson
from course.formats.notebook import picture_kinds, text_of
from course.formats.settings import Course, Lesson, Locale
from course.formats.translation import CLAIM
from course.localization.localize import localize
from course.text import ANSI


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
    return [claim for lesson in lessons for claim in _claims(course, locale, lesson)]


def _claims(course: Course, locale: Locale, entry: Lesson) -> list[Claim]:
    lesson = read_lesson(course, entry)
    cells = localize(course, locale, lesson).usable().cells
    sentences = {cell.id: " ".join(cell.text.split()) for cell in cells}
    return [
        Claim(entry.id, notebook.framework, cell["id"], sentences[name], printed(cell))
        for notebook in lesson.notebooks
        for cell in notebook.data["cells"]
        if (name := f"{cell['id']}:{CLAIM}") in {prose.id for prose in notebook.prose}
        and name in sentences
    ]


def printed(cell: Mapping[str, Any]) -> str:
    """Return the printed output of a cell on one line, without alternatives of pictures."""
    outputs = [item for item in cell["outputs"] if not picture_kinds({"outputs": [item]})]
    return " ".join(ANSI.sub("", text_of(outputs)).split())
