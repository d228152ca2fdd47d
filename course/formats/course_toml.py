"""Reading and validating course.toml."""

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import MISSING, fields, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, TypeVar

from course.errors import CourseError, UsageError, unknown
from course.formats.settings import FILE_NAME, Course, Framework, Lesson, Locale

TABLES = ("lessons", "frameworks", "locales")
OPTIONAL = (
    "files",
    "packages",
    "variables",
    "start",
    "about",
    "corpora",
    "data",
    "site",
    "repository",
)
START = ("tagline", "learn", "audience", "time")  # strings of the start page
HERO = "hero"  # the key beside them
ABOUT = ("authors", "licence")
ADDRESSES = (
    ("site", r"https?://[^\s/?#]+(/[^\s?#]*)?", "https://example.org/course"),
    ("repository", r"https://github\.com/[\w.-]+/[\w.-]+", "https://github.com/owner/name"),
)
Reader = Callable[[Path, str, Any], Any]  # takes the file, the key's place in it, and the value
Entry = TypeVar("Entry", Lesson, Framework, Locale)


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
    _check_keys(path, "", document, ["title", "source_locale", *TABLES], OPTIONAL)
    course = Course(
        root=root.resolve(),
        title=_string(path, "title", document["title"]),
        source_locale=_string(path, "source_locale", document["source_locale"]),
        lessons=_table(path, "lessons", document["lessons"], Lesson),
        frameworks=_table(path, "frameworks", document["frameworks"], Framework),
        locales=_table(path, "locales", document["locales"], Locale),
        site=_address(path, "site", document),
        repository=_address(path, "repository", document),
        files=_strings(path, "files", document.get("files", [])),
        packages=_strings(path, "packages", document.get("packages", [])),
        variables=_strings(path, "variables", document.get("variables", [])),
        start=_strings_by_name(path, "start", document.get("start", {}), (*START, HERO)),
        about=_strings_by_name(path, "about", document.get("about", {}), ABOUT),
        corpora=_lists(path, "corpora", document.get("corpora", {})),
        data=_lists(path, "data", document.get("data", {})),
    )
    _check_values(path, course)
    return _with_hero(path, course)


def _with_hero(path: Path, course: Course) -> Course:
    """Return the course with the cell that `hero` in the table `start` names, as lesson:cell."""
    start = dict(course.start)
    name = start.pop(HERO, "")
    lesson, colon, cell = name.partition(":")
    if not name:
        return course
    if not colon or not cell:
        raise CourseError(f"{path}: start hero is {name!r}, expected a cell, as lesson:cell")
    known = [each.id for each in course.lessons]
    if lesson not in known:
        raise CourseError(f"{path}: start hero: {unknown('lesson', lesson, known)}")
    return replace(course, start=start, hero=(lesson, cell))


def _table(path: Path, key: str, entries: Any, kind: type[Entry]) -> tuple[Entry, ...]:
    """Convert the tables `[[key]]` to a tuple of `kind`, with unique ids."""
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CourseError(f"{path}: {key} is not a list of tables; write [[{key}]] before each")
    names = [field.name for field in fields(kind) if field.default is MISSING]
    optional = [field.name for field in fields(kind) if field.default is not MISSING]
    items: list[Entry] = []
    for number, entry in enumerate(entries, start=1):
        where = f"{key} {number}: "
        _check_keys(path, where, entry, names, optional)
        read: dict[str, Reader] = {name: READERS.get(name, _string) for name in entry}
        items.append(kind(**{name: read[name](path, where + name, entry[name]) for name in entry}))
    ids = [item.id for item in items]
    for item_id in ids:
        if ids.count(item_id) > 1:
            raise CourseError(f"{path}: {key}: id {item_id!r} is defined twice")
    if not items:
        raise CourseError(f"{path}: {key} is empty; a course has at least one")
    return tuple(items)


def _check_keys(
    path: Path, where: str, table: dict[str, Any], names: list[str], optional: Iterable[str] = ()
) -> None:
    known = [*names, *optional]
    for key in table:
        if key not in known:
            raise CourseError(f"{path}: {where}{unknown('key', key, known)}")
    for name in names:
        if name not in table:
            raise CourseError(f"{path}: {where}{name!r} is missing")


def _lists(path: Path, key: str, table: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(table, dict):
        raise CourseError(f"{path}: {key} is {table!r}, expected a table of lists")
    return {name: _strings(path, f"{key} {name}", value) for name, value in table.items()}


def _strings_by_name(path: Path, name: str, table: Any, keys: Iterable[str]) -> dict[str, str]:
    if not isinstance(table, dict):
        raise CourseError(f"{path}: {name} is {table!r}, expected a table of strings")
    _check_keys(path, f"{name}: ", table, [], keys)
    return {key: _string(path, f"{name} {key}", table[key]) for key in keys if key in table}


def _strings(path: Path, where: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise CourseError(f"{path}: {where} is {value!r}, expected a list of strings")
    return tuple(value)


def _string(path: Path, where: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise CourseError(f"{path}: {where} is {value!r}, expected a non-empty string")
    return value


def _address(path: Path, key: str, document: dict[str, Any]) -> str:
    return _string(path, key, document[key]).rstrip("/") if key in document else ""


def _check_lessons(path: Path, course: Course) -> None:
    """Check that what lessons refer to exists, and that none requires itself by any path."""
    lessons = [lesson.id for lesson in course.lessons]
    frameworks = [framework.id for framework in course.frameworks]
    for lesson in course.lessons:
        if lesson.frameworks == ():
            raise CourseError(
                f"{path}: lesson {lesson.id!r}: frameworks is empty; name one, or"
                " leave it out for all"
            )
        named = [("requires", "lesson", name, lessons) for name in lesson.requires]
        named += [("frameworks", "framework", name, frameworks) for name in lesson.frameworks or ()]
        named += [("corpora", "corpus", name, list(course.corpora)) for name in lesson.corpora]
        for key, what, name, known in named:
            if name not in known:
                message = unknown(what, name, known)
                raise CourseError(f"{path}: lesson {lesson.id!r}: {key}: {message}")
    try:
        TopologicalSorter({lesson.id: lesson.requires for lesson in course.lessons}).prepare()
    except CycleError as error:
        cycle = " requires ".join(map(repr, reversed(error.args[1])))
        raise CourseError(
            f"{path}: lessons require each other: {cycle}; remove one of these"
        ) from None


def _check_values(path: Path, course: Course) -> None:
    ids = [lesson.id for lesson in course.lessons]
    ids += [framework.id for framework in course.frameworks]
    ids += [locale.id for locale in course.locales]
    for item_id in ids:
        # Ids become file names, which must not lead out of the course's tree.
        if not item_id.replace("-", "").replace("_", "").isalnum():
            raise CourseError(f"{path}: id {item_id!r}; an id is letters, digits, '-' and '_'")
    _check_lessons(path, course)
    for where, patterns in course.support.items():
        for pattern in patterns:
            if not pattern.strip():
                raise CourseError(f"{path}: {where}: an empty pattern")
            if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
                raise CourseError(f"{path}: {where}: {pattern!r} leads out of the course")
    for locale in course.locales:
        if locale.direction not in ("ltr", "rtl"):
            raise CourseError(
                f"{path}: locale {locale.id!r}: direction is {locale.direction!r}, not ltr or rtl"
            )
    for key, pattern, example in ADDRESSES:
        value = getattr(course, key)
        if value and not re.fullmatch(pattern, value):
            raise CourseError(f"{path}: {key} is {value!r}, expected an address like {example}")
    known = [locale.id for locale in course.locales]
    if course.source_locale not in known:
        message = unknown("source_locale", course.source_locale, known)
        raise CourseError(f"{path}: {message}")


def _pairs(path: Path, where: str, value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise CourseError(f"{path}: {where} is {value!r}, expected a table of strings")
    return tuple(value.items())


# Keys of a table whose value is not a string.
READERS: dict[str, Reader] = {
    **dict.fromkeys(("packages", "requires", "corpora", "frameworks"), _strings),
    "environment": _pairs,
}
