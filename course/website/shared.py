"""Data shared by the pages of all locales: lessons, files, strings, links, cache keys."""

import contextlib
import functools
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any

from course.dependencies.origins import origins
from course.figures.theme import DARK, LIGHT
from course.formats.lesson import SourceLesson
from course.formats.plots import FILE_NAME as PLOTS
from course.formats.plots import read_plots_or_none
from course.formats.references import read_references
from course.formats.settings import Course, Lesson, Locale
from course.formats.strings import strings_or_english
from course.formats.support import support_files
from course.localization.history import last_change
from course.machine import installed
from course.rendering.outputs import size_of
from course.website import cloud
from course.website.figures import KeptPictures
from course.website.frame import FILES
from course.website.hero import find_hero
from course.website.prose import Links, join_blocks, render_blocks

PACKAGES = ("jinja2", "pygments", "markdown-it-py", "mdit-py-plugins", "latex2mathml", "babel")
PICTURES = (".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp")
SHOWN_FILES = (*PICTURES, ".py", ".md")
GUIDE = "TRANSLATING.md"


class Shared:
    """The data shared by the pages of all locales, read once; `work` is the folder of the cache."""

    def __init__(self, course: Course, lessons: Sequence[SourceLesson], work: Path) -> None:
        self.course, self.lessons, self.work = course, lessons, work
        self.support = support_files(course)
        self.words = {locale.id: strings_or_english(course, locale) for locale in course.locales}
        self.plots = {locale.id: read_plots_or_none(course, locale) for locale in course.locales}
        self.anchors = {
            f"{notebook.path.stem}.html": frozenset(cell["id"] for cell in notebook.data["cells"])
            for lesson in lessons
            for notebook in lesson.notebooks
        }
        self.source = course.locale(course.source_locale)
        self.references = read_references(course)
        self._prose: dict[tuple[str, str], str] = {}
        self._data: dict[str, dict[str, list[str]]] = {}
        versions = [(name, installed(name)) for name in PACKAGES]
        self.tool = hashlib.sha256(json.dumps([versions, tool_code()]).encode()).hexdigest()
        names = [(name, hashlib.sha256(x).hexdigest()) for name, x in sorted(self.support.items())]
        self.paint = KeptPictures(work / "figures", self.tool)
        self.date = last_change(course.root)
        self.hero = find_hero(course, lessons)
        self.support_hash = hashlib.sha256(json.dumps(names).encode()).hexdigest()

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield the files that pages show or link to, by their path in the site.

        Without a repository to link to, the translations are among them.
        """
        course = self.course
        for name, content in self.support.items():
            light, dark = self.diagrams.get(name, (content, b""))
            if name.endswith(SHOWN_FILES):
                yield f"{FILES}/{name}", light
            if dark:
                yield f"{FILES}/{dark_name(name)}", dark
        if course.repository:
            return
        paths = [course.root / name for name in (GUIDE, *self.described.values())]
        paths += [
            course.translation(locale, lesson)
            for locale in course.targets
            for lesson in course.lessons
        ]
        for path in paths:
            if path.is_file() and path.resolve() == path:  # no symbolic link
                yield f"{FILES}/{path.relative_to(course.root).as_posix()}", path.read_bytes()

    @functools.cached_property
    def diagrams(self) -> dict[str, tuple[bytes, bytes]]:
        """The diagrams for light and for dark pages, by path; those that are SVG."""
        found = {}
        for name, content in self.support.items():
            if name.endswith(".svg"):
                with contextlib.suppress(ValueError):  # not well-formed: shown as it is
                    found[name] = self.paint(content, LIGHT), self.paint(content, DARK)
        return found

    @property
    def guide(self) -> str:
        """The URL of the guide for translators; empty if the course has none."""
        return self.address(GUIDE) if (self.course.root / GUIDE).is_file() else ""

    @functools.cached_property
    def described(self) -> dict[str, str]:
        """The paths of the files that describe corpora, by corpus: a README.md beside its files."""
        paths = {
            corpus: PurePosixPath(pattern).parent / "README.md"
            for corpus, patterns in self.course.corpora.items()
            for pattern in patterns[:1]
        }
        return {
            corpus: path.as_posix()
            for corpus, path in paths.items()
            if (self.course.root / path).is_file()
        }

    def address(self, path: str, edit: bool = False) -> str:
        """Return the URL of a file of the course: in the repository, or of its copy in the site."""
        if self.course.repository:
            return f"{self.course.repository}/{'edit' if edit else 'blob'}/{cloud.BRANCH}/{path}"
        return f"../{FILES}/{path}"

    def links(self, locale: Locale, lesson: Lesson) -> Links:
        """Return the link targets for the pages of a lesson."""
        return Links(
            **self._places, edit=self._edit(locale, lesson), repository=self.course.repository
        )

    @functools.cached_property
    def _places(self) -> dict[str, Any]:
        here = {name: f"../{FILES}/{name}" for name in self.support if name.endswith(SHOWN_FILES)}
        names = [f"{lesson.id}-{framework.id}" for lesson, framework in self.course.pairs]
        pages = {f"{name}.ipynb": f"{name}.html" for name in names}
        sizes = {name: size_of(self.support[name]) for name in here if name.endswith(PICTURES)}
        return {
            "pictures": here,
            "dark": {here[name]: f"../{FILES}/{dark_name(name)}" for name in self.diagrams},
            "sizes": sizes,
            "pages": {**here, **pages},
            "anchors": self.anchors,
        }

    def source_prose(self, lesson: SourceLesson, cell_id: str) -> str:
        """Return a cell of the source's prose as HTML, which is rendered once for all locales."""
        key = lesson.lesson.id, cell_id
        if key not in self._prose:
            cell = lesson.get(cell_id)
            page = f"{lesson.notebooks[0].path.stem}.html"
            links = self.links(self.source, lesson.lesson).at(page)
            blocks = render_blocks(cell_id, cell.text if cell else "", {}, "", "", links)
            self._prose[key] = join_blocks(cell_id, blocks)
        return self._prose[key]

    def data(self, lesson: SourceLesson) -> dict[str, list[str]]:
        """Return the corpora that the code cells of a lesson use, by id, those of any framework."""
        name, corpora = lesson.lesson.id, lesson.lesson.corpora
        if name not in self._data:
            found: dict[str, set[str]] = {}
            for notebook in lesson.notebooks if corpora else ():
                cells = [cell for cell in notebook.data["cells"] if cell["cell_type"] == "code"]
                code = [(cell["id"], cell["source"]) for cell in cells]
                for cell_id, used in origins(code, corpora).items():
                    found.setdefault(cell_id, set()).update(used)
            self._data[name] = {
                cell_id: [corpus for corpus in corpora if corpus in used]
                for cell_id, used in found.items()
            }
        return self._data[name]

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
            [asdict(reference) for reference in self.references.values()],
            self._places["sizes"],
            self._places["dark"],
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
        plots = self.course.translations / locale.id / PLOTS
        for path in [*paths, self.course.translation(locale, lesson.lesson), plots]:
            content = path.read_bytes() if path.is_file() else b""
            digest.update(f"\0{len(content)}\0".encode() + content)
        return digest.hexdigest()


def dark_name(name: str) -> str:
    """Return the path of the twin of a diagram that dark pages show.

    >>> dark_name("images/a.svg")
    'images/a.dark.svg'
    """
    return f"{name.removesuffix('.svg')}.dark.svg"


@functools.cache
def tool_code() -> str:
    """Return the hash of the code and templates that render pages."""
    top = Path(__file__).parents[1]
    packages = (
        "website",
        "rendering",
        "building",
        "localization",
        "dependencies",
        "formats",
        "figures",
        "markdown",
    )
    paths = [path for package in packages for path in (top / package).rglob("*") if path.is_file()]
    sources = sorted(
        path for path in paths if path.suffix in (".py", ".html", ".js", ".css", ".toml")
    )
    digest = hashlib.sha256()
    for path in sources:
        digest.update(path.relative_to(top).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
