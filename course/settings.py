"""course.toml: what the course is, as frozen dataclasses."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from course.errors import CourseError, UsageError, unknown

FILE_NAME = "course.toml"


@dataclass(frozen=True)
class Lesson:
    """A lesson: its notebooks are `notebooks/<id>-<framework>.ipynb`."""

    id: str
    title: str


@dataclass(frozen=True)
class Framework:
    """A framework that every lesson is written in."""

    id: str
    name: str


@dataclass(frozen=True)
class Locale:
    """A language that the prose is in: BCP 47 id, name in that language, `ltr` or `rtl`."""

    id: str
    name: str
    direction: str


@dataclass(frozen=True)
class Course:
    """A course: the folder of its course.toml and what that says."""

    root: Path
    title: str
    source_locale: str
    lessons: tuple[Lesson, ...]
    frameworks: tuple[Framework, ...]
    locales: tuple[Locale, ...]

    def notebook(self, lesson: Lesson, framework: Framework) -> Path:
        """Return where the notebook of a lesson lies."""
        return self.root / "notebooks" / f"{lesson.id}-{framework.id}.ipynb"


TABLES = {"lessons": Lesson, "frameworks": Framework, "locales": Locale}


def find_course(start: Path) -> Path:
    """Return the nearest folder, from `start` upward, that holds a course.toml."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise UsageError(f"no {FILE_NAME} in {start} or above it; name the course: --course DIR")


def load_course(root: Path) -> Course:
    """Read and check the course.toml in `root`.

    Raises:
        CourseError: one line for the first thing that is wrong with it.
    """
    path = root / FILE_NAME
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; --course takes a course's folder") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: {error}") from None
    _check_keys(path, "", document, ["title", "source_locale", *TABLES])
    course = Course(
        root=root.resolve(),
        title=_text(path, "title", document["title"]),
        source_locale=_text(path, "source_locale", document["source_locale"]),
        **{key: _table(path, key, document[key], kind) for key, kind in TABLES.items()},
    )
    _check_values(path, course)
    return course


def _table(path: Path, key: str, entries: Any, kind: type) -> tuple[Any, ...]:
    """Turn the tables `[[key]]` into a tuple of `kind`, with unlike ids."""
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CourseError(f"{path}: {key} is not a list of tables; write [[{key}]] before each")
    names = [field.name for field in fields(kind)]
    made = []
    for number, entry in enumerate(entries, start=1):
        where = f"{key} {number}: "
        _check_keys(path, where, entry, names)
        made.append(kind(**{name: _text(path, where + name, entry[name]) for name in names}))
    ids = [item.id for item in made]
    for item_id in ids:
        if ids.count(item_id) > 1:
            raise CourseError(f"{path}: {key}: id {item_id!r} stands there twice")
    if not made:
        raise CourseError(f"{path}: {key} is empty; a course has at least one")
    return tuple(made)


def _check_keys(path: Path, where: str, table: dict[str, Any], names: list[str]) -> None:
    for key in table:
        if key not in names:
            raise CourseError(f"{path}: {where}{unknown('key', key, names)}")
    for name in names:
        if name not in table:
            raise CourseError(f"{path}: {where}{name!r} is missing")


def _text(path: Path, where: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise CourseError(f"{path}: {where} is {value!r}, expected a text")
    return value


def _check_values(path: Path, course: Course) -> None:
    for item in (*course.lessons, *course.frameworks, *course.locales):
        # Ids become file names, and a course.toml must not lead out of its own tree.
        if not item.id.replace("-", "").replace("_", "").isalnum():
            raise CourseError(f"{path}: id {item.id!r}; an id is letters, digits, '-' and '_'")
    for locale in course.locales:
        if locale.direction not in ("ltr", "rtl"):
            raise CourseError(
                f"{path}: locale {locale.id!r}: direction is {locale.direction!r}, not ltr or rtl"
            )
    known = [locale.id for locale in course.locales]
    if course.source_locale not in known:
        message = unknown("source_locale", course.source_locale, known)
        raise CourseError(f"{path}: {message}")
