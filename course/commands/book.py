"""`course book`: write the books, as EPUB and as PDF."""

import argparse
from pathlib import Path

from course.books.build import write_books
from course.books.options import FORMATS, BookOptions
from course.commands import add_locales, open_course
from course.errors import UsageError
from course.files import show


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `course book`."""
    add_locales(parser, "locales to write")
    parser.add_argument(
        "--framework", metavar="NAME", action="append", default=[], help="default: all; repeatable"
    )
    parser.add_argument(
        "--format", choices=FORMATS, action="append", default=[], help="default: all; repeatable"
    )
    parser.add_argument("--out", metavar="DIR", type=Path, help="default: build/books")


def command(arguments: argparse.Namespace) -> int:
    """Write the books and print their files."""
    course = open_course(arguments.course)
    out = (arguments.out or course.root / "build" / "books").absolute()
    real = out.resolve()
    if any(real.is_relative_to(item) for item in (course.notebooks, course.translations)):
        raise UsageError(f"--out {arguments.out}: the sources lie there; name another folder")
    options = BookOptions(
        tuple(arguments.locales), tuple(arguments.framework), tuple(arguments.format), out
    )
    for book in write_books(course, options):
        size = f"{book.path.stat().st_size:,} bytes"
        pages = f"{book.pages} pages, {size}" if book.pages else size
        result = pages if book.fresh else f"{pages}, nothing to change"
        print(f"{book.locale.id:8} {show(book.path, course.root)}  {result}", flush=True)
    return 0
