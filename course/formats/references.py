"""The papers and books that a course refers to: references.toml."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from course.errors import CourseError, unknown
from course.formats.settings import Course

FILE_NAME = "references.toml"
KEYS = ("authors", "title", "published")
PAPER = re.compile(
    r"https?://(?:(?:www\.|dx\.)?doi\.org|arxiv\.org|aclanthology\.org|openreview\.net"
    r"|proceedings\.[\w.]+)/"
)


@dataclass(frozen=True)
class Reference:
    """A paper or book, by the URL that lessons link; `published` says where and when."""

    url: str
    authors: str
    title: str
    published: str


def read_references(course: Course) -> dict[str, Reference]:
    """Return the references of a course by URL; empty if it has no references.toml.

    Raises:
        CourseError: one line for the first thing that is wrong with the file.
    """
    path = course.root / FILE_NAME
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else {}


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> dict[str, Reference]:
    """Read the file; the time of its last change keeps the cache up to date."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: {error}") from None
    for url, entry in document.items():
        facts = entry if isinstance(entry, dict) else {}
        for key in facts:
            if key not in KEYS:
                raise CourseError(f"{path}: {url}: {unknown('key', key, KEYS)}")
        for key in KEYS:
            if not isinstance(facts.get(key), str) or not facts[key].strip():
                raise CourseError(f"{path}: {url}: {key!r} is missing or not a string")
    return {url: Reference(url, **entry) for url, entry in document.items()}
