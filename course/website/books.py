"""Books that were built beside the site, for readers to download."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from course.building.bundles import book_name
from course.formats.settings import Course, Locale

FOLDER = "books"  # beside that of the site
ENDINGS = {"epub": "EPUB", "pdf": "PDF"}


@dataclass(frozen=True)
class BookFile:
    """A book of a locale: its file, and the names of its framework and format."""

    path: Path
    framework: str
    format: str


def find_books(course: Course, locale: Locale, out: Path) -> Iterator[BookFile]:
    """Yield the books of a locale in the folder beside a site, which is built in `out`."""
    for framework in course.frameworks:
        for ending, name in ENDINGS.items():
            file = f"{book_name(course, locale.id, framework.id)}.{ending}"
            path = out.with_name(FOLDER) / file
            if path.is_file():
                yield BookFile(path, framework.name, name)
