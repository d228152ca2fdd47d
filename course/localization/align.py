"""Alignment of a lesson's prose cells with their translations, by id."""

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
    """A source cell in a locale, with its translation, if any, and its status."""

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
        """Whether a translator has work with it: it has words, or a translation of its own."""
        return self.source.has_words or self.translation is not None

    @property
    def made_from(self) -> str:
        """The hash of the older English that a stale translation is of, or empty."""
        stale = self.status == STALE and self.translation is not None
        return (self.translation.source or "") if stale and self.translation else ""

    @cached_property
    def text(self) -> str:
        """The Markdown that the locale is built with: the translation, or the English."""
        if self.status == MISSING or self.translation is None:
            return self.source.text
        if self.translation.keep and self.translation.text == normalise(self.source.text):
            return self.source.text
        return join_text(self.translation.text, self.locale)


def join_text(text: str, locale: Locale) -> str:
    """Return Markdown with its lines joined if the locale is written without spaces."""
    return join_lines(text, locale.id) if writes_without_spaces(locale.id) else text


def align(
    sources: Iterable[SourceCell], translation: Translation, locale: Locale
) -> tuple[LocalizedCell, ...]:
    """Align each source cell, in reading order, with its translation by id.

    Missing: no such cell, an empty one, or a copy of the English without `keep`. Stale: not of the
    current English. Otherwise the state in the marker of the translation. A source cell without
    words counts as translated, unless the locale has a translation of its own.
    """
    cells: dict[str, Cell] = {}
    for cell in translation.cells:
        cells.setdefault(cell.id, cell)
    return tuple(align_cell(source, cells.get(source.id), locale) for source in sources)


def align_cell(source: SourceCell, cell: Cell | None, locale: Locale) -> LocalizedCell:
    """Align a source cell with its translation; a copy of a cell without words is ignored."""
    if not source.has_words and (cell is None or not _is_own(source, cell)):
        return LocalizedCell(source, None, TRANSLATED, locale)
    return LocalizedCell(source, cell, _status_of(source, cell), locale)


def _is_own(source: SourceCell, cell: Cell) -> bool:
    """Return whether a cell differs from the current English and from the one it translates."""
    return bool(cell.text.strip()) and hash_source(cell.text) not in (source.hash, cell.source)


def _status_of(source: SourceCell, cell: Cell | None) -> str:
    """Return the status, one of `STATUSES`, of the translation of a cell with words."""
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
