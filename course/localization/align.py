"""The prose of a lesson aligned with its translation, cell by cell, by id."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from course.formats.lesson import SourceCell
from course.formats.settings import Locale
from course.formats.translation import Cell, Translation, hash_source, normalise
from course.markdown.lines import join_lines, writes_without_spaces

MISSING, STALE, MACHINE, TRANSLATED, REVIEWED = STATUSES = (
    "missing",
    "stale",
    "machine",
    "translated",
    "reviewed",
)


@dataclass(frozen=True)
class LocalizedCell:
    """A source cell in a locale: its translation, None where there is none, and its status."""

    source: SourceCell
    translation: Cell | None
    status: str
    locale: Locale

    @property
    def id(self) -> str:
        """The id that source and translation share."""
        return self.source.id

    @property
    def is_work(self) -> bool:
        """Whether it is a translator's work: it has words, or a text of the locale's own."""
        return self.source.has_words or self.translation is not None

    @property
    def made_from(self) -> str:
        """The hash of the older English that a stale translation was made from, or empty."""
        stale = self.status == STALE and self.translation is not None
        return (self.translation.source or "") if stale and self.translation else ""

    @cached_property
    def text(self) -> str:
        """The text that readers of the locale see: the translation, or the English."""
        if self.status == MISSING or self.translation is None:
            return self.source.text
        if self.translation.keep and self.translation.text == normalise(self.source.text):
            return self.source.text
        return join_text(self.translation.text, self.locale)


def join_text(text: str, locale: Locale) -> str:
    """Return a text with its lines joined where the locale writes without spaces."""
    return join_lines(text, locale.id) if writes_without_spaces(locale.id) else text


def align(
    sources: Iterable[SourceCell], translation: Translation, locale: Locale
) -> tuple[LocalizedCell, ...]:
    """Put each source cell, in reading order, beside its translation by its id.

    Missing: no such cell, an empty one, or the English as it is without `keep`. Stale: made from
    another English text than today's. Otherwise the state that the translation says of itself.
    A source cell without words is translated by itself, unless the locale has a text of its own.
    """
    cells: dict[str, Cell] = {}
    for cell in translation.cells:
        cells.setdefault(cell.id, cell)
    return tuple(align_cell(source, cells.get(source.id), locale) for source in sources)


def align_cell(source: SourceCell, cell: Cell | None, locale: Locale) -> LocalizedCell:
    """Put a source cell beside its translation; a copy of a text without words is none."""
    if not source.has_words and (cell is None or not _is_own(source, cell)):
        return LocalizedCell(source, None, TRANSLATED, locale)
    return LocalizedCell(source, cell, _status_of(source, cell), locale)


def _is_own(source: SourceCell, cell: Cell) -> bool:
    """Tell whether a cell has a text other than the English of today or of when it was made."""
    return bool(cell.text.strip()) and hash_source(cell.text) not in (source.hash, cell.source)


def _status_of(source: SourceCell, cell: Cell | None) -> str:
    """Return which of `STATUSES` the translation of a cell with words has."""
    if cell is None or not cell.text.strip():
        return MISSING
    if not cell.keep and hash_source(cell.text) == source.hash:
        return MISSING
    if cell.source != source.hash:
        return STALE
    return cell.state or TRANSLATED


def count_words(cells: Iterable[LocalizedCell]) -> Counter[str]:
    """Count the English words of cells by the status of their translation."""
    words: Counter[str] = Counter()
    for cell in cells:
        words[cell.status] += cell.source.words
    return words
