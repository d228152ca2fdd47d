"""Reproducible zip files of built folders, and the names of what is made of a locale."""

import io
import zipfile
from pathlib import Path

from course.files import write_bytes
from course.formats.settings import Course
from course.text import slug

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip file can hold


def bundle_name(course: Course, locale: str) -> str:
    """Return the name of the zip file of a locale, and of the folder in it."""
    return f"{slug(course.title)}-{locale}"


def book_name(course: Course, locale: str, framework: str) -> str:
    """Return the name of the files of a book, without their ending."""
    return f"{bundle_name(course, locale)}-{framework}"


def bundle(files: dict[str, bytes], path: Path, name: str) -> Path:
    """Write built files as a reproducible zip file, which has none of a learner's changes.

    Entries are sorted, have one date and are stored uncompressed: compression depends on the
    version of zlib, and most of these files are compressed already.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for item, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{name}/{item}", EPOCH)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # Unix, on every platform
            file.writestr(entry, content)
    write_bytes(path, stream.getvalue())
    return path
