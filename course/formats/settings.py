"""The settings of a course in course.toml: lessons, frameworks and locales."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from course.errors import UsageError, unknown

FILE_NAME = "course.toml"


@dataclass(frozen=True)
class Lesson:
    """A lesson: its notebooks are `notebooks/<id>-<framework>.ipynb`, and read its corpora.

    `question` is the one that it answers, `requires` holds the ids of the lessons that it builds
    on, and `frameworks` those that it is written in, None for all of the course.
    """

    id: str
    title: str
    summary: str = ""
    question: str = ""
    requires: tuple[str, ...] = ()
    corpora: tuple[str, ...] = ()
    frameworks: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Framework:
    """A framework that lessons are written in, and the distributions that it needs.

    `environment` holds variables that its notebooks run with, unless the user has set them.
    """

    id: str
    name: str
    packages: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Locale:
    """A language that the prose is in: BCP 47 id, name in that language, `ltr` or `rtl`."""

    id: str
    name: str
    direction: str


Found = TypeVar("Found", Lesson, Locale)


@dataclass(frozen=True)
class Course:
    """A course: the folder of its course.toml and the settings in it.

    `files` are glob patterns, relative to the course's folder, of files that notebooks need;
    `packages` are the distributions, besides the frameworks', and `variables` the environment
    variables that results depend on;
    `start` holds the strings of the website's start page, `about` authors and licence;
    `hero` names the lesson and the cell whose widget stands on that page;
    `corpora` are patterns too, by the names that lessons declare; `data` are the patterns of data
    sets that are not among them, by the value of a notebook's parameter `dataset`;
    `site` and `repository` are URLs, or empty.
    """

    root: Path
    title: str
    source_locale: str
    lessons: tuple[Lesson, ...]
    frameworks: tuple[Framework, ...]
    locales: tuple[Locale, ...]
    files: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    start: Mapping[str, str] = field(default_factory=dict)
    hero: tuple[str, str] | None = None
    about: Mapping[str, str] = field(default_factory=dict)
    corpora: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    data: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    site: str = ""
    repository: str = ""

    @property
    def notebooks(self) -> Path:
        """The folder of the source notebooks, with their pictures and solutions."""
        return self.root / "notebooks"

    @property
    def translations(self) -> Path:
        """The folder of the translations, with a folder for each locale."""
        return self.root / "translations"

    @property
    def support(self) -> dict[str, tuple[str, ...]]:
        """The patterns of files that notebooks need beside them, by their place in course.toml."""
        return {"files": self.files} | {
            f"corpora {name}": patterns for name, patterns in self.corpora.items()
        }

    @property
    def patterns(self) -> tuple[str, ...]:
        """All patterns of files that notebooks need beside them: files and corpora."""
        return tuple(pattern for patterns in self.support.values() for pattern in patterns)

    @property
    def distributions(self) -> tuple[str, ...]:
        """The distributions whose versions results depend on, those of the frameworks first."""
        needed = [name for framework in self.frameworks for name in framework.packages]
        return tuple(dict.fromkeys([*needed, *self.packages]))

    @property
    def targets(self) -> tuple[Locale, ...]:
        """The locales to translate into: all but the source locale."""
        return tuple(locale for locale in self.locales if locale.id != self.source_locale)

    def frameworks_of(self, lesson: Lesson) -> tuple[Framework, ...]:
        """Return the frameworks that a lesson is written in, in the course's order."""
        ids = lesson.frameworks
        return tuple(item for item in self.frameworks if ids is None or item.id in ids)

    @property
    def pairs(self) -> tuple[tuple[Lesson, Framework], ...]:
        """The notebooks of the course, each as its lesson and its framework."""
        return tuple(
            (lesson, framework)
            for lesson in self.lessons
            for framework in self.frameworks_of(lesson)
        )

    def notebook(self, lesson: Lesson, framework: Framework) -> Path:
        """Return the path of the notebook of a lesson."""
        return self.notebooks / f"{lesson.id}-{framework.id}.ipynb"

    def notebooks_of(self, lesson: Lesson) -> list[Path]:
        """Return the paths of all notebooks of a lesson."""
        return [self.notebook(lesson, framework) for framework in self.frameworks_of(lesson)]

    def translation(self, locale: Locale, lesson: Lesson) -> Path:
        """Return the path of the translation of a lesson, one file for all its frameworks."""
        return self.translations / locale.id / f"{lesson.id}.md"

    def lesson(self, lesson_id: str) -> Lesson:
        """Return a lesson by its id.

        Raises:
            UsageError: no such lesson; suggests the closest id.
        """
        return _find("lesson", lesson_id, self.lessons)

    def locale(self, locale_id: str) -> Locale:
        """Return a locale by its id.

        Raises:
            UsageError: no such locale; suggests the closest id.
        """
        return _find("locale", locale_id, self.locales)


def _find(what: str, item_id: str, items: tuple[Found, ...]) -> Found:
    for item in items:
        if item.id == item_id:
            return item
    raise UsageError(unknown(what, item_id, [item.id for item in items]))
