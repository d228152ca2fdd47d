"""Write the books of a course."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from course.books.content import Library, compose, localized_lessons
from course.books.epub import write_epub
from course.books.media import EpubMedium, PrintMedium
from course.books.options import (
    EPUB,
    PDF,
    BookOptions,
    chosen_formats,
    chosen_frameworks,
    chosen_locales,
)
from course.building.bundles import book_name
from course.errors import CourseError
from course.files import write_bytes
from course.formats.lesson import read_lesson
from course.formats.settings import Course, Framework, Locale
from course.localization.localize import LocalizedLesson


@dataclass(frozen=True)
class WrittenBook:
    """A book in a format: its file, and the number of its pages, 0 for EPUB."""

    locale: Locale
    framework: Framework
    path: Path
    pages: int = 0
    fresh: bool = False


def book(course: Course, options: BookOptions | None = None) -> list[WrittenBook]:
    """Write the books of a course, each of a locale in a framework, as `write_books` does."""
    return list(write_books(course, options or BookOptions()))


def write_books(course: Course, options: BookOptions) -> Iterator[WrittenBook]:
    """Write the books that the options choose, and yield each when it is written.

    Files that have not changed are left alone. A framework has a book if a lesson
    is written in it and in another.

    Raises:
        UsageError: an unknown locale, framework or format.
        CourseError: a translation or an output that can't be used, or no browser for a PDF.
    """
    formats, frameworks = chosen_formats(options), chosen_frameworks(course, options)
    locales = chosen_locales(course, options)
    out = options.out or course.root / "build" / "books"
    library = Library(course, tuple(read_lesson(course, lesson) for lesson in course.lessons))
    problems: list[str] = []
    with ExitStack() as stack:
        writers: list[Writer] = [write_as_epub] if EPUB in formats else []
        writers += [pdf_writer(stack)] if PDF in formats else []
        for locale in locales:
            try:
                lessons = localized_lessons(library, locale)
                for framework in frameworks:
                    for write in writers:
                        yield write(library, lessons, framework, out)
            except CourseError as error:
                problems.extend(error.args)
    if problems:
        raise CourseError(*dict.fromkeys(problems))


Lessons = list[LocalizedLesson]
Writer = Callable[[Library, Lessons, Framework, Path], WrittenBook]


def write_as_epub(
    library: Library, lessons: Lessons, framework: Framework, out: Path
) -> WrittenBook:
    """Write a book as EPUB."""
    medium = EpubMedium()
    book = compose(library, lessons, framework, medium)
    name = book_name(library.course, book.locale.id, framework.id)
    path = out / f"{name}.{EPUB}"
    fresh = write_bytes(path, write_epub(book, medium, name))
    return WrittenBook(book.locale, framework, path, fresh=fresh)


def pdf_writer(stack: ExitStack) -> Writer:
    """Return the function that writes a book as PDF, in a browser that is started here.

    Raises:
        CourseError: there is no browser; says how to get one.
    """
    from course.books.browser import printer  # needs what EPUB does not: Playwright and pikepdf
    from course.books.pdf import write_pdf

    browser = stack.enter_context(printer())

    def write(library: Library, lessons: Lessons, framework: Framework, out: Path) -> WrittenBook:
        medium = PrintMedium()
        book = compose(library, lessons, framework, medium)
        path = out / f"{book_name(library.course, book.locale.id, framework.id)}.{PDF}"
        printed = write_pdf(book, medium, browser)
        fresh = write_bytes(path, printed.content)
        return WrittenBook(book.locale, framework, path, printed.pages, fresh)

    return write
