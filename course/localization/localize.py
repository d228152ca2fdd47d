"""Localized lessons: the data that notebooks, pages, previews and books are rendered from."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from course.errors import CourseError
from course.files import read_text, refuse_links, show
from course.formats.lesson import SourceLesson
from course.formats.settings import Course, Locale
from course.formats.splice import Notebook
from course.formats.translation import Cell, Translation, parse_translation
from course.localization.align import MISSING, TRANSLATED, LocalizedCell, align
from course.markdown.active import new_active


@dataclass(frozen=True)
class LocalizedLesson:
    """A lesson in a locale: its cells in reading order, with their translations and status.

    `path` is the translation file, relative to the course, and `file` its content, None if there
    is no file. `error` is why it cannot be read; then every cell is missing. In the locale of the
    source there is no file, and every cell is the English.
    """

    source: SourceLesson
    locale: Locale
    cells: tuple[LocalizedCell, ...]
    path: str = ""
    file: str | None = field(default=None, repr=False)
    error: str = ""
    translation: Translation = Translation()

    @classmethod
    def of(
        cls, source: SourceLesson, locale: Locale, translation: Translation, **rest: Any
    ) -> "LocalizedLesson":
        """Return a lesson aligned with its translation."""
        cells = align(source.cells, translation, locale)
        return cls(source, locale, cells, translation=translation, **rest)

    def __getitem__(self, cell_id: str) -> LocalizedCell:
        return self._by_id[cell_id]

    def get(self, cell_id: str) -> LocalizedCell | None:
        """Return the cell of an id, or None."""
        return self._by_id.get(cell_id)

    @cached_property
    def _by_id(self) -> dict[str, LocalizedCell]:
        return {cell.id: cell for cell in self.cells}

    def cells_of(self, notebook: Notebook) -> list[LocalizedCell]:
        """Return the cells of a notebook of the lesson, in the order of its file."""
        return [cell for prose in notebook.prose if (cell := self.get(prose.id))]

    @property
    def orphans(self) -> list[Cell]:
        """The cells of the translation whose id no source cell has."""
        return [cell for cell in self.translation.cells if cell.id not in self._by_id]

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """Why the translation cannot be built or written, a line each."""
        return (self.error,) if self.error else tuple(self._problems())

    def _problems(self) -> Iterator[str]:
        for problem in self.translation.problems:
            yield f"{self.path}:{problem.line}: {problem.message}"
        seen: set[str] = set()
        for cell in self.translation.cells:
            where = f"{self.path}:{cell.line}: cell {cell.id}"
            if cell.id in seen:
                yield f"{where} is a duplicate; remove one"
            seen.add(cell.id)
            source = self.get(cell.id)
            english = source.source.text if source else ""
            for active in () if cell.too_long else new_active(cell.text, english):
                yield f"{where}: active content {active!r}; remove it"
        if not self.translation.cells and self.translation.preamble.strip():
            yield f"{self.path}:1: no cell marker in the file; course sync {self.locale.id}"

    def readable(self) -> "LocalizedLesson":
        """Return the lesson itself.

        Raises:
            CourseError: its file cannot be read; one line.
        """
        if self.error:
            raise CourseError(self.error)
        return self

    def usable(self) -> "LocalizedLesson":
        """Return the lesson itself.

        Raises:
            CourseError: it cannot be built or written; a line for each of `problems`.
        """
        if self.problems:
            raise CourseError(*self.problems)
        return self


def localize(course: Course, locale: Locale, lesson: SourceLesson) -> LocalizedLesson:
    """Read the translation of a lesson and align it; without a file, every cell is missing."""
    if locale.id == course.source_locale:
        cells = tuple(LocalizedCell(cell, None, TRANSLATED, locale) for cell in lesson.cells)
        return LocalizedLesson(lesson, locale, cells)
    path = course.translation(locale, lesson.lesson)
    content, error = None, ""
    try:
        refuse_links(path, course.root)
        content = read_text(path, course.root) if path.exists() else None
    except CourseError as problem:
        error = str(problem.args[0])
    translation = parse_translation(content) if content is not None else Translation()
    name = show(path, course.root)
    return LocalizedLesson.of(lesson, locale, translation, path=name, file=content, error=error)


def is_untranslated(cells: list[LocalizedCell]) -> bool:
    """Return whether all cells with words are missing: then one notice per page is enough."""
    return all(cell.status == MISSING for cell in cells if cell.is_work)
