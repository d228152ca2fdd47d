"""The prose of a lesson for translation: the cells of its notebooks, each shared cell once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from course.errors import CourseError
from course.formats.notebook import course_metadata
from course.formats.settings import Course, Lesson
from course.formats.splice import Notebook, cut_notebook
from course.formats.translation import ALT, hash_source, sentence_of
from course.markdown.outline import has_words
from course.markdown.parser import visible

# Ids of strings of the lesson in course.toml; `@` is not allowed in the ids of other cells.
TITLE, QUESTION, SUMMARY = "@title", "@question", "@summary"


@dataclass(frozen=True)
class SourceCell:
    """A cell of English prose; `frameworks` are those of the notebooks that contain it.

    The sentences in the metadata of a cell are such cells too: `plot-loss:alt` is the alternative
    text of its plot, `plot-loss:caption` the caption of that, and `plot-loss:claim` the claim that
    it proves.
    """

    id: str
    text: str
    frameworks: tuple[str, ...] = ()
    hash: str = ""

    @property
    def has_words(self) -> bool:
        """Whether it has anything to translate; a formula alone has nothing."""
        return has_words(self.text)

    @property
    def words(self) -> int:
        """The number of words to translate, as a measure of work."""
        return len(self.text.split()) if self.has_words else 0

    @property
    def in_metadata(self) -> bool:
        """Whether it is a sentence in the metadata of a cell."""
        return bool(sentence_of(self.id)[1])


@dataclass(frozen=True)
class SourceLesson:
    """A lesson in the source locale: its notebooks, and its cells of prose in reading order."""

    lesson: Lesson
    notebooks: tuple[Notebook, ...]
    cells: tuple[SourceCell, ...]

    def get(self, cell_id: str) -> SourceCell | None:
        """Return the cell with an id, or None."""
        return next((cell for cell in self.cells if cell.id == cell_id), None)


def read_lesson(course: Course, lesson: Lesson) -> SourceLesson:
    """Read the notebooks of a lesson.

    Where two notebooks differ in a shared cell, that of the first is taken; `course check`
    reports the difference.

    Raises:
        CourseError: a notebook cannot be read; one message for each.
    """
    notebooks: list[Notebook] = []
    problems: list[str] = []
    for framework in course.frameworks_of(lesson):
        try:
            path = course.notebook(lesson, framework)
            notebooks.append(cut_notebook(path, framework.id))
        except CourseError as error:
            problems.extend(error.args)
    if problems:
        raise CourseError(*problems)
    about = {TITLE: lesson.title, QUESTION: lesson.question, SUMMARY: lesson.summary}
    cells = [SourceCell(name, text, (), hash_source(text)) for name, text in about.items() if text]
    return SourceLesson(lesson, tuple(notebooks), tuple(cells + _prose(notebooks)))


def _prose(notebooks: list[Notebook]) -> list[SourceCell]:
    """Return the cells of prose of all notebooks in reading order, each id once.

    The order of keys in metadata does not matter: `alt` comes before `claim`.
    """
    texts: dict[str, str] = {}
    where: dict[str, list[str]] = {}
    orders: list[list[str]] = []
    for notebook in notebooks:
        places = {cell["id"]: number for number, cell in enumerate(notebook.data["cells"])}
        prose = sorted(
            (places[sentence_of(cell.id)[0] or cell.id], cell.id, cell.text)
            for cell in notebook.prose
            if cell.text.strip()  # else nothing to translate
        )
        orders.append([cell_id for _, cell_id, _ in prose])
        for _, cell_id, text in prose:
            texts.setdefault(cell_id, text)
            where.setdefault(cell_id, []).append(notebook.framework)
    return [
        SourceCell(name, texts[name], tuple(where[name]), hash_source(texts[name]))
        for name in merge_orders(orders)
    ]


def merge_orders(orders: Iterable[Iterable[str]]) -> list[str]:
    """Return the ids of several notebooks in one order.

    An id that only a later notebook has comes before the next one that both have.

    >>> merge_orders(["abd", "acd", "de"])
    ['a', 'b', 'c', 'd', 'e']
    """
    merged: list[str] = []
    for ids in orders:
        added: list[str] = []
        for cell_id in ids:
            if cell_id in merged:
                at = merged.index(cell_id)
                merged[at:at] = added
                added = []
            else:
                added.append(cell_id)
        merged += added
    return merged


def alternative(cell: Mapping[str, Any]) -> str:
    """Return the alternative text of the plot of a code cell, on one line; empty if it has none."""
    text = course_metadata(cell).get(ALT)
    return visible(text) if isinstance(text, str) else ""
