"""The prose of a lesson beside its translation: what is there, outdated, drafted, or missing."""

from collections import Counter
from dataclasses import dataclass

from course.formats.lesson import SourceCell, SourceLesson
from course.formats.translation import Cell, Translation, hash_source

MISSING, STALE, MACHINE, TRANSLATED, REVIEWED = STATUSES = (
    "missing",
    "stale",
    "machine",
    "translated",
    "reviewed",
)


@dataclass(frozen=True)
class Match:
    """A source cell and its translation, which is None where there is none."""

    source: SourceCell
    cell: Cell | None
    status: str

    @property
    def is_passage(self) -> bool:
        """Whether it is a translator's work: it has words, or a text of the locale's own."""
        return self.source.has_words or self.cell is not None


def match(lesson: SourceLesson, translation: Translation) -> list[Match]:
    """Put each source cell of a lesson, in reading order, beside its translation by its id.

    Missing: no such cell, an empty one, or the English as it is without `keep`. Stale: made from
    another English text than today's. Otherwise the state that the translation tells of itself.
    A source cell without words is translated by itself, unless the locale has a text of its own.
    """
    cells: dict[str, Cell] = {}
    for cell in translation.cells:
        cells.setdefault(cell.id, cell)
    return [match_cell(source, cells.get(source.id)) for source in lesson.cells]


def match_cell(source: SourceCell, cell: Cell | None) -> Match:
    """Put a source cell beside its translation; a copy of a text without words is none."""
    if not source.has_words and (cell is None or not is_own(source, cell)):
        return Match(source, None, TRANSLATED)
    return Match(source, cell, status_of(source, cell))


def is_own(source: SourceCell, cell: Cell) -> bool:
    """Tell whether a cell has a text other than the English of today or of when it was made."""
    return bool(cell.text.strip()) and hash_source(cell.text) not in (source.hash, cell.source)


def status_of(source: SourceCell, cell: Cell | None) -> str:
    """Return which of `STATUSES` the translation of a cell with words has."""
    if cell is None or not cell.text.strip():
        return MISSING
    if not cell.keep and hash_source(cell.text) == source.hash:
        return MISSING
    if cell.source != source.hash:
        return STALE
    return cell.state or TRANSLATED


def orphans(lesson: SourceLesson, translation: Translation) -> list[Cell]:
    """Return the cells of a translation that no source cell has the id of."""
    known = {cell.id for cell in lesson.cells}
    return [cell for cell in translation.cells if cell.id not in known]


def count_words(matches: list[Match]) -> Counter[str]:
    """Count the English words of a lesson by the status of their translation."""
    words: Counter[str] = Counter()
    for item in matches:
        words[item.status] += item.source.words
    return words
