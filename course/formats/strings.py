"""The words around the lessons: notices, labels and the site, in English and in each locale."""

import functools
import json
import string
import tomllib
from pathlib import Path
from typing import Any

from course.errors import CourseError
from course.files import read_text, show
from course.formats.settings import Course, Locale
from course.markdown.active import elements, find_active

FILE_NAME = "strings.toml"
ENGLISH = Path(__file__).with_name(FILE_NAME)

Strings = dict[str, str]  # by `table.key`, for example `notices.stale`


@functools.cache
def tool_strings() -> Strings:
    """Return the English words that are the same for every course."""
    return _flatten(tomllib.loads(ENGLISH.read_text(encoding="utf-8")))


def english_strings(course: Course) -> Strings:
    """Return the English words of a course, which every locale has to say.

    Those of its start page are the course's own: its title, and what course.toml has as `start`.
    """
    start = {"title": course.title, **course.start}
    return {**tool_strings(), **{f"start.{key}": text for key, text in start.items()}}


def english_file(course: Course) -> str:
    """Return the English words of a course as the file of a locale, to be translated."""
    start = {"title": course.title, **course.start}
    lines = [f"{key} = {json.dumps(text, ensure_ascii=False)}\n" for key, text in start.items()]
    return f"{ENGLISH.read_text(encoding='utf-8')}\n[start]\n{''.join(lines)}"


def read_strings(course: Course, locale: Locale) -> Strings:
    """Return the words of a locale as its file says them; empty where there is no file.

    Raises:
        CourseError: the file cannot be read, or is not tables of texts.
    """
    path = course.translations / locale.id / FILE_NAME
    if not path.exists() and not path.is_symlink():
        return {}
    text = read_text(path, course.root)
    try:
        document = tomllib.loads(text)
        return _flatten(document)
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{show(path, course.root)}: {error}") from None
    except TypeError as error:
        raise CourseError(f'{show(path, course.root)}: {error}; write key = "text"') from None


def strings_of(course: Course, locale: Locale) -> Strings:
    """Return the words of a locale, and the English ones where it has none of its own.

    Raises:
        CourseError: its file cannot be read, or words in it cannot be used; a line each.
    """
    if locale.id == course.source_locale:
        return english_strings(course)
    english, words = english_strings(course), read_strings(course, locale)
    name = show(course.translations / locale.id / FILE_NAME, course.root)
    problems = [
        f"{name}: {key}: {problem}"
        for key, value in words.items()
        if key in english and (problem := unusable(value, english[key]))
    ]
    if problems:
        raise CourseError(*problems)
    return {**english, **words}


def strings_or_english(course: Course, locale: Locale) -> Strings:
    """Return the words of a locale, the English ones if its own cannot be used."""
    try:
        return strings_of(course, locale)
    except CourseError:
        return english_strings(course)  # for pages of others; building the locale says why


def unusable(text: str, english: str) -> str:
    """Return why words of a locale cannot stand for the English ones; nothing if they can."""
    if not text.strip():
        return "empty; translate it"
    if placeholders(text) != placeholders(english):
        return f"names in braces differ in {text!r}; the English is {english!r}"
    if len(text.splitlines()) > 1 or find_active(text) or list(elements(text)):
        return f"more than a line of plain text: {text!r}; write one line"
    return ""


def placeholders(text: str) -> set[str]:
    """Return the names in braces in a text; a text with broken braces has the name "?".

    >>> sorted(placeholders("{machine} of {cells}"))
    ['cells', 'machine']
    """
    try:
        fields = list(string.Formatter().parse(text))
    except ValueError:
        return {"?"}
    # A width or an attribute could fill the memory or tell of what no page is about.
    return {"?" if spec or how else name for _, name, spec, how in fields if name is not None}


def _flatten(document: dict[str, Any]) -> Strings:
    found = {}
    for table, entries in document.items():
        if not isinstance(entries, dict):
            raise TypeError(f"{table} stands in no table")
        for key, value in entries.items():
            if not isinstance(value, str):
                raise TypeError(f"{table}.{key} is {value!r}, not a text")
            found[f"{table}.{key}"] = value
    return found
