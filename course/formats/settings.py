"""A course, as course.toml describes it: lessons, frameworks and locales."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from course.errors import UsageError, unknown

FILE_NAME = "course.toml"


@dataclass(frozen=True)
class Lesson:
    """A lesson: its notebooks are `notebooks/<id>-<framework>.ipynb`, and read its corpora.

    `question` is the one that it answers, `requires` are the ids of the lessons that it builds on,
    and `frameworks` those that it is written in, None for all of the course's.
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

    `environment` are variables that its notebooks are executed with, unless the user has set them.
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


Item = TypeVar("Item", Lesson, Locale)


@dataclass(frozen=True)
class Course:
    """A course: the folder of its course.toml and what that says.

    `files` are patterns of what the notebooks need beside them, relative to the course's folder;
    `packages` are distributions whose versions show in results, beside the frameworks', and
    `variables` the environment variables that results depend on;
    `start` are the words of its website's start page;
    `corpora` are such patterns too, by the names that lessons declare; `data` are patterns of where
    a data set lies that is not among them, by the value of a notebook's parameter `dataset`;
    `site` and `repository` are addresses, or empty.
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
    corpora: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    data: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    site: str = ""
    repository: str = ""

    @property
    def notebooks(self) -> Path:
        """Where the source notebooks lie, with their pictures and solutions."""
        return self.root / "notebooks"

    @property
    def translations(self) -> Path:
        """Where the translations lie, a folder for each locale."""
        return self.root / "translations"

    @property
    def support(self) -> dict[str, tuple[str, ...]]:
        """What notebooks need beside them: patterns, by the place in course.toml."""
        return {"files": self.files} | {f"corpora {name}": x for name, x in self.corpora.items()}

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns of all that notebooks need beside them, files and corpora."""
        return tuple(pattern for patterns in self.support.values() for pattern in patterns)

    @property
    def distributions(self) -> tuple[str, ...]:
        """The distributions whose versions results depend on, those of the frameworks first."""
        needed = [name for framework in self.frameworks for name in framework.packages]
        return tuple(dict.fromkeys([*needed, *self.packages]))

    @property
    def targets(self) -> tuple[Locale, ...]:
        """The locales that are translated into: all but the source's."""
        return tuple(locale for locale in self.locales if locale.id != self.source_locale)

    def frameworks_of(self, lesson: Lesson) -> tuple[Framework, ...]:
        """Return the frameworks that a lesson is written in, in the course's order."""
        ids = lesson.frameworks
        return tuple(each for each in self.frameworks if ids is None or each.id in ids)

    @property
    def pairs(self) -> tuple[tuple[Lesson, Framework], ...]:
        """All notebooks of the course, each as its lesson and its framework."""
        return tuple(
            (lesson, each) for lesson in self.lessons for each in self.frameworks_of(lesson)
        )

    def notebook(self, lesson: Lesson, framework: Framework) -> Path:
        """Return where the notebook of a lesson lies."""
        return self.notebooks / f"{lesson.id}-{framework.id}.ipynb"

    def notebooks_of(self, lesson: Lesson) -> list[Path]:
        """Return where all notebooks of a lesson lie."""
        return [self.notebook(lesson, framework) for framework in self.frameworks_of(lesson)]

    def translation(self, locale: Locale, lesson: Lesson) -> Path:
        """Return where the translation of a lesson lies; it serves all its frameworks."""
        return self.translations / locale.id / f"{lesson.id}.md"

    def lesson(self, lesson_id: str) -> Lesson:
        """Return a lesson by its id.

        Raises:
            UsageError: no such lesson; offers the near miss.
        """
        return _find("lesson", lesson_id, self.lessons)

    def locale(self, locale_id: str) -> Locale:
        """Return a locale by its id.

        Raises:
            UsageError: no such locale; offers the near miss.
        """
        return _find("locale", locale_id, self.locales)


def _find(what: str, item_id: str, items: tuple[Item, ...]) -> Item:
    for item in items:
        if item.id == item_id:
            return item
    raise UsageError(unknown(what, item_id, [item.id for item in items]))
