"""The strings around the lessons: notices, labels and the site, in English and in each locale."""

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
from course.text import Phrase

FILE_NAME = "strings.toml"
ENGLISH = Path(__file__).with_name(FILE_NAME)

Strings = dict[str, str]  # by `table.key`, for example `notices.stale`


@functools.cache
def tool_strings() -> Strings:
    """Return the English strings that are the same for every course."""
    return _flatten(tomllib.loads(ENGLISH.read_text(encoding="utf-8")))


def english_strings(course: Course) -> Strings:
    """Return the English strings of a course, which every locale translates.

    Those of its start page are the course's own: its title, and the table `start` of course.toml.
    """
    start = {"title": course.title, **course.start}
    return {**tool_strings(), **{f"start.{key}": text for key, text in start.items()}}


def english_file(course: Course) -> str:
    """Return the content of a strings file with the English strings of a course, to translate."""
    start = {"title": course.title, **course.start}
    lines = [f"{key} = {json.dumps(text, ensure_ascii=False)}\n" for key, text in start.items()]
    return f"{ENGLISH.read_text(encoding='utf-8')}\n[start]\n{''.join(lines)}"


def read_strings(course: Course, locale: Locale) -> Strings:
    """Return the strings in the file of a locale; empty where there is no file.

    Raises:
        CourseError: the file cannot be read, or is not tables of strings.
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
    """Return the strings of a locale, with the English ones where it has none of its own.

    Raises:
        CourseError: its file cannot be read, or strings in it cannot be used; one message each.
    """
    if locale.id == course.source_locale:
        return english_strings(course)
    english, translated = english_strings(course), read_strings(course, locale)
    name = show(course.translations / locale.id / FILE_NAME, course.root)
    problems = [
        f"{name}: {key}: {problem}"
        for key, value in translated.items()
        if key in english and (problem := unusable(value, english[key]))
    ]
    if problems:
        raise CourseError(*problems)
    return {**english, **translated}


def strings_or_english(course: Course, locale: Locale) -> Strings:
    """Return the strings of a locale, all in English if its own cannot be used."""
    try:
        return strings_of(course, locale)
    except CourseError:
        return english_strings(course)  # for pages of other locales; building this one reports why


@functools.cache
def _keys() -> dict[str, str]:
    """Return the key of each English message that parts of the interface show, by its text."""
    tables = ("findings.", "told.")
    return {text: key for key, text in tool_strings().items() if key.startswith(tables)}


def say(text: str, words: Strings) -> str:
    """Return a message in the language of `words`; unchanged if it is not in the catalogue.

    Values that are phrases themselves are translated too; others are data, and stay.
    """
    template = text.template if isinstance(text, Phrase) else text
    key = _keys().get(template)
    if key is None:
        return text
    values = text.values if isinstance(text, Phrase) else {}
    said = {
        name: say(value, words) if isinstance(value, Phrase) else value
        for name, value in values.items()
    }
    return words[key].format(**said)


def unusable(text: str, english: str) -> str:
    """Return why a string cannot replace the English one, with the remedy; empty if it can."""
    if not text.strip():
        return "empty; translate it"
    if placeholders(text) != placeholders(english):
        return f"names in braces differ in {text!r}; the English is {english!r}"
    if len(text.splitlines()) > 1 or find_active(text) or list(elements(text)):
        return f"more than a line of plain text: {text!r}; write one line"
    return ""


def placeholders(text: str) -> set[str]:
    """Return the placeholders of a string; one that is not a plain name in braces is "?".

    >>> sorted(placeholders("{machine} of {cells}"))
    ['cells', 'machine']
    """
    try:
        fields = list(string.Formatter().parse(text))
    except ValueError:
        return {"?"}
    # A width could fill the memory, and an attribute disclose what is not for a page.
    return {"?" if spec or how else name for _, name, spec, how in fields if name is not None}


def _flatten(document: dict[str, Any]) -> Strings:
    found = {}
    for table, entries in document.items():
        if not isinstance(entries, dict):
            raise TypeError(f"{table} is not in a table")
        for key, value in entries.items():
            if not isinstance(value, str):
                raise TypeError(f"{table}.{key} is {value!r}, not a string")
            found[f"{table}.{key}"] = value
    return found
