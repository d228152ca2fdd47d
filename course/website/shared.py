"""Data shared by the pages of all locales: lessons, files, strings, links, cache keys."""

import functools
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from course.formats.lesson import SourceLesson
from course.formats.settings import Course, Lesson, Locale
from course.formats.strings import strings_or_english
from course.formats.support import support_files
from course.localization.history import git
from course.machine import installed
from course.website import cloud
from course.website.frame import FILES
from course.website.hero import find_hero
from course.website.outputs import size_of
from course.website.prose import Links

PACKAGES = ("jinja2", "pygments", "markdown-it-py", "mdit-py-plugins", "latex2mathml", "babel")
PICTURES = (".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp")
SHOWN_FILES = (*PICTURES, ".py", ".md")
GUIDE = "TRANSLATING.md"


class Shared:
    """The data shared by the pages of all locales, read once."""

    def __init__(self, course: Course, lessons: Sequence[SourceLesson]) -> None:
        self.course, self.lessons = course, lessons
        self.support = support_files(course)
        self.words = {locale.id: strings_or_english(course, locale) for locale in course.locales}
        self.anchors = {
            f"{notebook.path.stem}.html": frozenset(cell["id"] for cell in notebook.data["cells"])
            for lesson in lessons
            for notebook in lesson.notebooks
        }
        self.source = course.locale(course.source_locale)
        versions = [(name, installed(name)) for name in PACKAGES]
        self.tool = hashlib.sha256(json.dumps([versions, tool_code()]).encode()).hexdigest()
        names = [(name, hashlib.sha256(x).hexdigest()) for name, x in sorted(self.support.items())]
        self.date = last_change(course.root)
        self.hero = find_hero(course, lessons)
        self.support_hash = hashlib.sha256(json.dumps(names).encode()).hexdigest()

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield the files that pages show or link to, by their path in the site.

        Without a repository to link to, the translations are among them.
        """
        course = self.course
        for name, content in self.support.items():
            if name.endswith(SHOWN_FILES):
                yield f"{FILES}/{name}", content
        if course.repository:
            return
        paths = [course.root / GUIDE]
        paths += [
            course.translation(locale, lesson)
            for locale in course.targets
            for lesson in course.lessons
        ]
        for path in paths:
            if path.is_file() and path.resolve() == path:  # no symbolic link
                yield f"{FILES}/{path.relative_to(course.root).as_posix()}", path.read_bytes()

    @property
    def guide(self) -> str:
        """The URL of the guide for translators; empty if the course has none."""
        return self.address(GUIDE) if (self.course.root / GUIDE).is_file() else ""

    def address(self, path: str, edit: bool = False) -> str:
        """Return the URL of a file of the course: in the repository, or of its copy in the site."""
        if self.course.repository:
            return f"{self.course.repository}/{'edit' if edit else 'blob'}/{cloud.BRANCH}/{path}"
        return f"../{FILES}/{path}"

    def links(self, locale: Locale, lesson: Lesson) -> Links:
        """Return the link targets for the pages of a lesson."""
        return Links(**self._places, edit=self._edit(locale, lesson))

    @functools.cached_property
    def _places(self) -> dict[str, Any]:
        here = {name: f"../{FILES}/{name}" for name in self.support if name.endswith(SHOWN_FILES)}
        names = [f"{lesson.id}-{framework.id}" for lesson, framework in self.course.pairs]
        pages = {f"{name}.ipynb": f"{name}.html" for name in names}
        sizes = {name: size_of(self.support[name]) for name in here if name.endswith(PICTURES)}
        return {
            "pictures": here,
            "sizes": sizes,
            "pages": {**here, **pages},
            "anchors": self.anchors,
        }

    def _edit(self, locale: Locale, lesson: Lesson) -> str:
        if locale.id == self.source.id:
            return ""
        path = self.course.translation(locale, lesson)
        name = path.relative_to(self.course.root)
        if path.is_file():
            return self.address(name.as_posix(), edit=True)
        repository = self.course.repository
        return cloud.new_file_address(repository, name) if repository else ""

    @functools.cached_property
    def _hash(self) -> "hashlib._Hash":
        """The hash of the inputs that all pages depend on."""
        course = self.course
        parts = [
            self.tool,
            course.title,
            course.repository,
            [cloud.requirements(course, framework) for framework in course.frameworks],
            asdict(self.source),
            self._places["sizes"],
            sorted(self._places["pages"]),
            sorted((k, sorted(v)) for k, v in self.anchors.items()),
        ]
        return hashlib.sha256(json.dumps(parts).encode())

    def key(self, locale: Locale, lesson: SourceLesson) -> str:
        """Return the cache key of a lesson in a locale: a hash of all inputs of its pages."""
        digest = self._hash.copy()
        edit = self._edit(locale, lesson.lesson)
        parts = [asdict(locale), asdict(lesson.lesson), self.words[locale.id], edit]
        digest.update(json.dumps(parts, sort_keys=True).encode())
        paths = [notebook.path for notebook in lesson.notebooks]
        for path in [*paths, self.course.translation(locale, lesson.lesson)]:
            content = path.read_bytes() if path.is_file() else b""
            digest.update(f"\0{len(content)}\0".encode() + content)
        return digest.hexdigest()


def last_change(root: Path) -> date | None:
    """Return the date of the last commit of a course; None if its folder is no clone."""
    told = git(root, "log", "-1", "--format=%cs") if (root / ".git").exists() else ""
    return date.fromisoformat(told.strip()) if told else None


@functools.cache
def tool_code() -> str:
    """Return the hash of the code and templates that render pages."""
    top = Path(__file__).parents[1]
    packages = ("website", "building", "localization", "formats", "markdown")
    paths = [path for package in packages for path in (top / package).rglob("*") if path.is_file()]
    sources = sorted(
        path for path in paths if path.suffix in (".py", ".html", ".js", ".css", ".toml")
    )
    digest = hashlib.sha256()
    for path in sources:
        digest.update(path.relative_to(top).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
