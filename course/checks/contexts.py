"""Contexts, the arguments of checks: English notebooks, files of a locale, and cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from course.checks.finding import WARNING, Finding, Found
from course.checks.registry import Check, Context
from course.files import show
from course.formats.glossary import Glossary
from course.formats.lesson import SourceCell, SourceLesson
from course.formats.plots import PlotWords
from course.formats.settings import Course, Locale
from course.formats.splice import Notebook, line_of
from course.formats.strings import Strings
from course.formats.translation import Cell
from course.localization.align import STALE, LocalizedCell
from course.localization.localize import LocalizedLesson
from course.markdown.outline import Outline, parse_outline


def place(
    check: Check, found: Found, path: str, line: int, cell: str = "", locale: str = ""
) -> Finding:
    """Return the finding of a check, with its place."""
    level = found.level or check.level
    what, value, remedy = found[:3]
    return Finding(path, line, check.code, cell, what, value, remedy, level, locale)


# The English


@dataclass(frozen=True)
class SourceNotebook:
    """An English notebook and its lesson."""

    course: Course
    lesson: SourceLesson
    notebook: Notebook

    def finding(self, check: Check, found: Found) -> Finding:
        path = show(self.notebook.path, self.course.root)
        line = line_of(self.notebook, found.cell, found.line)
        return place(check, found, path, line, found.cell, self.course.source_locale)


@dataclass(frozen=True)
class SourceProse(SourceNotebook):
    """A cell of English prose.

    `names` are the words of the lesson's code by framework, `files` the possible targets of links,
    relative to a built notebook.
    """

    cell: SourceCell
    names: Mapping[str, set[str]]
    files: frozenset[str]

    @cached_property
    def anatomy(self) -> Outline:
        return parse_outline(self.cell.text)

    def finding(self, check: Check, found: Found) -> Finding:
        return super().finding(check, found._replace(cell=self.cell.id))


@dataclass(frozen=True)
class SourceCode(SourceNotebook):
    """A code cell of an English notebook."""

    cell: Mapping[str, Any]

    def finding(self, check: Check, found: Found) -> Finding:
        return super().finding(check, found._replace(cell=self.cell["id"]))


# Translations


@dataclass(frozen=True)
class Translations:
    """The folder of a course's translations."""

    course: Course

    def finding(self, check: Check, found: Found) -> Finding:
        path = show(self.course.translations / found.value, self.course.root)
        return place(check, found, path, 1, locale=found.value)


@dataclass(frozen=True)
class LocaleFolder:
    """The folder of a locale."""

    course: Course
    locale: Locale

    def finding(self, check: Check, found: Found) -> Finding:
        path = show(self.course.translations / self.locale.id / found.value, self.course.root)
        return place(check, found, path, 1, locale=self.locale.id)


@dataclass(frozen=True)
class Language:
    """A locale's glossary and strings, as far as they can be read, and the errors."""

    id: str
    glossary: Glossary = field(default_factory=Glossary)
    words: Strings = field(default_factory=dict)
    foreign_labels: frozenset[str] = frozenset()  # words that open a remark in other languages
    ratio: float | None = None  # median length of a translation, relative to the English
    glossary_errors: tuple[str, ...] = ()
    strings_errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class LocaleFile:
    """A file of a locale that is not a lesson; `path` is relative to the course."""

    path: str
    language: Language

    def finding(self, check: Check, found: Found) -> Finding:
        return place(check, found, self.path, 1, locale=self.language.id)


@dataclass(frozen=True)
class GlossaryFile(LocaleFile):
    """The glossary of a locale, and whether there is one."""

    exists: bool


@dataclass(frozen=True)
class StringsFile(LocaleFile):
    """The strings of a locale, beside the English ones."""

    english: Strings


@dataclass(frozen=True)
class PlotsFile(LocaleFile):
    """The words in plots of a locale, the English ones by lesson, and why they cannot be read."""

    words: PlotWords
    english: Mapping[str, Sequence[str]]
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class TranslationFile:
    """The translation file of a lesson; checks of it count lines from 1."""

    lesson: LocalizedLesson

    def finding(self, check: Check, found: Found) -> Finding:
        locale = self.lesson.locale.id
        return place(check, found, self.lesson.path, found.line or 1, found.cell, locale)


@dataclass(frozen=True)
class TranslationCell:
    """A cell of a lesson in a locale, translated or not."""

    lesson: LocalizedLesson
    cell: LocalizedCell

    def finding(self, check: Check, found: Found) -> Finding:
        line = self.cell.translation.line if self.cell.translation else 1
        return place(check, found, self.lesson.path, line, self.cell.id, self.lesson.locale.id)


@dataclass(frozen=True)
class Pair:
    """A source cell and its translation, with the outlines of both.

    `files` are the possible targets of links, relative to a built notebook.
    """

    source: SourceCell
    cell: Cell
    language: Language
    files: frozenset[str] = frozenset()
    path: str = ""
    status: str = ""

    @cached_property
    def english(self) -> Outline:
        return parse_outline(self.source.text)

    @cached_property
    def text(self) -> Outline:
        return parse_outline(self.cell.text)

    def finding(self, check: Check, found: Found) -> Finding:
        """Return a finding; of a stale cell, a warning, since its English has changed."""
        compared = self.status == STALE and self.cell.source and not check.intrinsic
        found = found._replace(level=WARNING) if compared else found
        line = self.cell.text_line + found.line
        return place(check, found, self.path, line, self.cell.id, self.language.id)


@dataclass(frozen=True)
class Waivers:
    """The waivers of a cell; `used` are the codes of the needed ones."""

    around: Context
    cell: str
    allowed: tuple[str, ...]
    used: frozenset[str]
    remedy: str

    def finding(self, check: Check, found: Found) -> Finding:
        return self.around.finding(check, found._replace(cell=self.cell))
