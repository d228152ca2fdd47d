"""What a check is given and what it yields."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from course.formats.glossary import Glossary
from course.formats.lesson import SourceCell
from course.formats.strings import Strings
from course.formats.translation import Cell
from course.markdown.outline import Anatomy, dissect

ERROR, WARNING = "error", "warning"


class Found(NamedTuple):
    """One thing that is wrong: what, the value seen, how to mend it, and its line in the text."""

    what: str
    value: str
    remedy: str
    line: int = 0  # of the cell's text, from 0


@dataclass(frozen=True)
class Language:
    """What the checks know of a locale."""

    id: str
    glossary: Glossary = field(default_factory=Glossary)
    words: Strings = field(default_factory=dict)
    foreign_labels: frozenset[str] = frozenset()  # words that open a remark in other languages
    ratio: float | None = None  # usual length of a translation, the English being 1


@dataclass(frozen=True)
class Pair:
    """A source cell and its translation, both taken apart."""

    source: SourceCell
    cell: Cell
    language: Language
    files: frozenset[str] = frozenset()  # what links can lead to, as seen from a built notebook

    @cached_property
    def english(self) -> Anatomy:
        return dissect(self.source.text)

    @cached_property
    def text(self) -> Anatomy:
        return dissect(self.cell.text)


class Check(NamedTuple):
    """A check: its code and level, what it is for, and the function that does it."""

    code: str
    level: str
    explain: str
    function: Callable[[Pair], Iterator[Found]] | None = None


def difference(
    english: Counter[str], text: Counter[str], what: str, places: dict[str, int]
) -> Iterator[Found]:
    """Yield what one of two collections has more of than the other."""
    for value in english - text:
        seen = f"{text[value]} times, {english[value]} in the English" if text[value] else "missing"
        yield Found(f"{what} {seen}", value, "copy it from the English")
    for value in (text - english).elements():
        yield Found(
            f"{what} that the English does not have",
            value,
            "take the English one",
            places.get(value, 0),
        )
