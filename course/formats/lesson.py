"""A lesson as a translator sees it: the prose of its notebooks, each shared cell once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from course.errors import CourseError
from course.formats.notebook import course_metadata
from course.formats.settings import Course, Lesson
from course.formats.splice import Notebook, cut_notebook
from course.formats.translation import ALT, hash_source, sentence_of
from course.markdown.outline import has_words
from course.markdown.parser import visible

# Of the lesson, from course.toml; no cell can be called so.
TITLE, QUESTION, SUMMARY = "@title", "@question", "@summary"


@dataclass(frozen=True)
class SourceCell:
    """A cell of English prose; `frameworks` are those of the notebooks that it stands in.

    The sentences in the metadata of a code cell are such cells too: `plot-loss:alt` stands for its
    plot, and `plot-loss:claim` is what it proves.
    """

    id: str
    text: str
    frameworks: tuple[str, ...] = ()
    hash: str = ""

    @property
    def has_words(self) -> bool:
        """Whether there is anything in it to translate; a formula alone is nobody's work."""
        return has_words(self.text)

    @property
    def words(self) -> int:
        """How many words it has, as a measure of work."""
        return len(self.text.split()) if self.has_words else 0

    @property
    def in_metadata(self) -> bool:
        """Whether it is a sentence in the metadata of a code cell."""
        return bool(sentence_of(self.id)[1])


@dataclass(frozen=True)
class SourceLesson:
    """A lesson in the source locale: its notebooks, and its prose in reading order."""

    lesson: Lesson
    notebooks: tuple[Notebook, ...]
    cells: tuple[SourceCell, ...]

    def get(self, cell_id: str) -> SourceCell | None:
        """Return the cell of that id."""
        return next((cell for cell in self.cells if cell.id == cell_id), None)


def read_lesson(course: Course, lesson: Lesson) -> SourceLesson:
    """Read the notebooks of a lesson.

    Where two notebooks differ in a shared cell, the first one's text is taken; `course check`
    reports the difference.

    Raises:
        CourseError: a notebook cannot be read; one line each.
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
    """Return the prose of all notebooks in reading order, each id once.

    A cell that a later notebook adds stands before the next cell that both have. The order of
    keys in metadata is of no account: `alt` comes before `claim`.
    """
    order: list[str] = []
    texts: dict[str, str] = {}
    where: dict[str, list[str]] = {}
    for notebook in notebooks:
        added: list[str] = []
        places = {cell["id"]: number for number, cell in enumerate(notebook.data["cells"])}
        prose = [
            (places[sentence_of(cell.id)[0] or cell.id], cell.id, cell.text)
            for cell in notebook.prose
        ]
        for _, cell_id, text in sorted(prose):
            if not text.strip():
                continue  # nothing to translate
            if cell_id in texts:
                at = order.index(cell_id)
                order[at:at] = added
                added = []
            else:
                added.append(cell_id)
                texts[cell_id] = text
            where.setdefault(cell_id, []).append(notebook.framework)
        order += added
    return [
        SourceCell(name, texts[name], tuple(where[name]), hash_source(texts[name]))
        for name in order
    ]


def alternative(cell: Mapping[str, Any]) -> str:
    """Return the words that stand for the plot of a code cell; empty if it has none."""
    said = course_metadata(cell).get(ALT)
    return visible(said) if isinstance(said, str) else ""
