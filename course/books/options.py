"""The options of a build of books."""

from dataclasses import dataclass
from pathlib import Path

from course.errors import UsageError, unknown
from course.formats.settings import Course, Framework, Locale

EPUB, PDF = FORMATS = ("epub", "pdf")


@dataclass(frozen=True)
class BookOptions:
    """Which books to write: ids of locales and frameworks, and formats, all by default.

    `out` is the folder of the books, build/books of the course by default.
    """

    locales: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    out: Path | None = None


def chosen_locales(course: Course, options: BookOptions) -> tuple[Locale, ...]:
    """Return the locales of the options.

    Raises:
        UsageError: no such locale; suggests the closest id.
    """
    names = dict.fromkeys(options.locales)
    return tuple(course.locale(name) for name in names) or course.locales


def chosen_frameworks(course: Course, options: BookOptions) -> tuple[Framework, ...]:
    """Return the frameworks of the options, by default all that have a book.

    Raises:
        UsageError: no such framework, or one without a book; suggests others.
    """
    known = {framework.id: framework for framework in course.frameworks}
    books = {framework.id: framework for framework in with_book(course)}
    for name in options.frameworks:
        if name not in known:
            raise UsageError(unknown("framework", name, known))
        if name not in books:
            raise UsageError(
                f"there is no book in {known[name].name}: no lesson is written in it and in another"
                f" framework, too; choose from {', '.join(books)}"
            )
    return tuple(books[name] for name in dict.fromkeys(options.frameworks or books))


def with_book(course: Course) -> tuple[Framework, ...]:
    """Return the frameworks that readers choose from, each of which has a book.

    They share lessons with other frameworks. Where none does, all that have lessons are returned.
    """
    written = [course.frameworks_of(lesson) for lesson in course.lessons]
    shared = {framework.id for found in written if len(found) > 1 for framework in found}
    some = shared or {framework.id for found in written for framework in found}
    return tuple(framework for framework in course.frameworks if framework.id in some)


def chosen_formats(options: BookOptions) -> tuple[str, ...]:
    """Return the formats of the options.

    Raises:
        UsageError: no such format.
    """
    for name in options.formats:
        if name not in FORMATS:
            raise UsageError(unknown("format", name, FORMATS))
    return tuple(dict.fromkeys(options.formats)) or FORMATS
