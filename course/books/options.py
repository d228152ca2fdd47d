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
    """Return the frameworks of the options.

    Raises:
        UsageError: no such framework; suggests the closest id.
    """
    known = {framework.id: framework for framework in course.frameworks}
    for name in options.frameworks:
        if name not in known:
            raise UsageError(unknown("framework", name, known))
    return tuple(known[name] for name in dict.fromkeys(options.frameworks)) or course.frameworks


def chosen_formats(options: BookOptions) -> tuple[str, ...]:
    """Return the formats of the options.

    Raises:
        UsageError: no such format.
    """
    for name in options.formats:
        if name not in FORMATS:
            raise UsageError(unknown("format", name, FORMATS))
    return tuple(dict.fromkeys(options.formats)) or FORMATS
