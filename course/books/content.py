"""The content of a book: what its title page says, its chapters, and its answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from babel.dates import format_date

from course.books.chapter import Chapter, ChapterWriter
from course.books.media import Medium
from course.books.prose import Targets
from course.figures.theme import LIGHT
from course.formats.lesson import SourceLesson
from course.formats.plots import PlotWords, read_plots_or_none
from course.formats.references import Reference, read_references
from course.formats.settings import Course, Framework, Locale
from course.formats.splice import Notebook
from course.formats.strings import Strings, strings_of
from course.formats.support import IMAGES, support_files
from course.localization.history import last_change
from course.localization.localize import LocalizedLesson, localize
from course.localization.notices import count_notices
from course.rendering.figures import theme_diagram
from course.rendering.outputs import Picture

ANSWERS = "answers"


@dataclass(frozen=True)
class Library:
    """What all books of a course have in common, read once."""

    course: Course
    lessons: tuple[SourceLesson, ...]

    @property
    def source(self) -> Locale:
        """The source locale."""
        return self.course.locale(self.course.source_locale)

    @cached_property
    def pictures(self) -> dict[str, Picture]:
        """The pictures of the course, drawn for white paper, by the paths that cells link."""
        kinds = {name: IMAGES.get(name[name.rfind(".") :].lower()) for name in self.files}
        found = {name: Picture(kind, self.files[name]) for name, kind in kinds.items() if kind}
        return {name: theme_diagram(drawn, LIGHT) or drawn for name, drawn in found.items()}

    @cached_property
    def references(self) -> Mapping[str, Reference]:
        """The papers and books that the course refers to, by URL."""
        return read_references(self.course)

    @cached_property
    def numbers(self) -> list[int]:
        """The numbers of the lessons: those that their ids begin with, or else from 1."""
        begins = [lesson.lesson.id.partition("-")[0] for lesson in self.lessons]
        if all(map(str.isdecimal, begins)) and len({*map(int, begins)}) == len(begins):
            return list(map(int, begins))
        return list(range(1, len(begins) + 1))

    def plot_words(self, locale: Locale) -> PlotWords:
        """Return the words in the plots of a locale."""
        return read_plots_or_none(self.course, locale)

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """The files that notebooks need beside them."""
        return support_files(self.course)


@dataclass(frozen=True)
class Book:
    """A book: a locale in a framework, with its chapters."""

    title: str
    locale: Locale
    framework: Framework
    words: Strings
    chapters: tuple[Chapter, ...]
    notices: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    authors: str = ""
    licence: str = ""
    date: datetime | None = None

    @property
    def day(self) -> str:
        """The date of the book in its language; empty if unknown."""
        if self.date is None:
            return ""
        return format_date(self.date.date(), "long", locale=self.locale.id.replace("-", "_"))


def localized_lessons(library: Library, locale: Locale) -> list[LocalizedLesson]:
    """Return all lessons of a locale.

    Raises:
        CourseError: a translation that can't be used; names file and line.
    """
    return [localize(library.course, locale, lesson).usable() for lesson in library.lessons]


def compose(
    library: Library, lessons: Sequence[LocalizedLesson], framework: Framework, medium: Medium
) -> Book:
    """Return the book of a locale in a framework, rendered for a medium.

    A lesson in one framework is in every book, whatever its framework is. Other lessons that are
    not written in the book's framework are left out, and named.

    Raises:
        CourseError: an output can't be rendered, or the strings of the locale can't be used.
    """
    course, locale = library.course, lessons[0].locale
    words = strings_of(course, locale)
    found = {
        number: (lesson, notebook)
        for number, lesson in zip(library.numbers, lessons, strict=True)
        for notebook in lesson.source.notebooks
        if notebook.framework == framework.id or len(lesson.source.notebooks) == 1
    }
    targets = _targets(library, medium, {n: notebook for n, (_, notebook) in found.items()})
    chapters = [
        _chapter(library, lesson, notebook, words, targets, number)
        for number, (lesson, notebook) in found.items()
    ]
    cells = [cell for lesson, notebook in found.values() for cell in lesson.cells_of(notebook)]
    translated = locale.id != library.source.id
    numbered = zip(library.numbers, lessons, strict=True)
    missing = [lesson["@title"].text for number, lesson in numbered if number not in found]
    return Book(
        words["start.title"],
        locale,
        framework,
        words,
        tuple(chapters),
        tuple(count_notices(cells, words)) if translated else (),
        tuple(missing),
        course.about.get("authors", ""),
        course.about.get("licence", ""),
        last_change(course.root),
    )


def _chapter(
    library: Library,
    lesson: LocalizedLesson,
    notebook: Notebook,
    words: Strings,
    targets: Targets,
    number: int,
) -> Chapter:
    """Return the chapter of a notebook."""
    here = replace(targets, here=notebook.path.name)
    plots = library.plot_words(lesson.locale).of(lesson.source.lesson.id)
    source, references = library.source, library.references
    return ChapterWriter(
        lesson, notebook, source, words, here, number, ANSWERS, references, plots
    ).write()


def _targets(library: Library, medium: Medium, notebooks: Mapping[int, Notebook]) -> Targets:
    """Return the targets of links in a book; a chapter of number 3 is the part `c03`."""
    anchors = {
        notebook.path.name: frozenset(
            cell["id"]
            for cell in notebook.data["cells"]
            if cell["source"].strip() and cell["cell_type"] in ("markdown", "code")
        )
        for notebook in notebooks.values()
    }
    parts = {notebook.path.name: f"c{number:02}" for number, notebook in notebooks.items()}
    return Targets(medium, "", parts, anchors, library.pictures)
