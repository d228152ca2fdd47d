"""Glossaries: how the terms of the course are said in a locale, and what must not be said."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from course.errors import CourseError, unknown
from course.files import read_text, show
from course.formats.settings import Course, Locale
from course.markdown.lines import writes_without_spaces

FILE_NAME = "glossary.toml"
# Arabic is written with and without its vowel signs and the stroke that stretches a word.
SIGNS = "\u0640\u064b-\u0652\u0670"
ARABIC = re.compile("[\u0620-\u063f\u0641-\u064a]")
KEYS = ("examples", "keep", "terms")
TERM_KEYS = ("term", "forms", "forbidden", "note")


@dataclass(frozen=True)
class Term:
    """An English term; one of `forms` stands for it in the locale, and none of `forbidden`."""

    term: str
    forms: tuple[str, ...]
    forbidden: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Glossary:
    """The glossary of a locale; `keep` are words that stay as they are in the English."""

    locale: str = ""
    examples: str = ""
    keep: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()

    def find_terms(self, english: str) -> tuple[Term, ...]:
        """Return the terms that occur in an English text, the longest where several fit."""
        if english not in self._found:
            self._found[english] = tuple(self._search(english))
        return self._found[english]

    def _search(self, english: str) -> Iterator[Term]:
        left = english.casefold()
        for term, first in self._longest_first:
            if first not in left:
                continue  # quicker than a search
            pattern = english_pattern(term.term)
            if pattern.search(left):
                left = pattern.sub("\ufffc", left)
                yield term

    @cached_property
    def _longest_first(self) -> list[tuple[Term, str]]:
        """The terms, each with the word that it begins with, casefolded."""
        terms = sorted(self.terms, key=lambda term: -len(term.term))
        return [(term, term.term.split()[0].casefold()) for term in terms]

    @cached_property
    def _found(self) -> dict[str, tuple[Term, ...]]:
        """What `find_terms` has found: several checks ask for the terms of the same text."""
        return {}

    def pattern(self, form: str) -> re.Pattern[str]:
        """Return what finds a form in a text of this locale."""
        return form_pattern(form, writes_without_spaces(self.locale))


@cache
def english_pattern(term: str) -> re.Pattern[str]:
    """Return what finds an English term, its regular plural included, in casefolded text."""
    words = r"\s+".join(re.escape(word) for word in term.casefold().split())
    return re.compile(rf"(?<!\w){words}(?:s|es)?(?!\w)")


@cache
def form_pattern(form: str, unspaced: bool) -> re.Pattern[str]:
    """Return what finds a form: `*` is any letters of a word; apostrophes of both kinds are one.

    Vowel signs of Arabic do not count, neither in the form nor in the text.

    >>> bool(form_pattern("*متجه* *مخفي*", False).search("والمتّجهَ المخفيَّ"))
    True
    """
    letters = rf"[\w{SIGNS}]"
    words = [f"{letters}*".join(map(_literal, word.split("*"))) for word in _bare(form).split()]
    if unspaced:
        return re.compile(r"\s*".join(words))
    start = "" if form.startswith("*") else f"(?<!{letters})"
    end = "" if form.endswith("*") else f"(?!{letters})"
    return re.compile(start + r"\s+".join(words) + end)


def _bare(form: str) -> str:
    """Return a form for comparing, without vowel signs."""
    return re.sub(f"[{SIGNS}]", "", plain(form))


def _literal(part: str) -> str:
    """Return a pattern for letters as they are, with whatever vowel signs they bear in Arabic."""
    return ARABIC.sub(rf"\g<0>[{SIGNS}]*", re.escape(part))


def plain(text: str) -> str:
    """Return a text for comparing: case and the kind of apostrophe do not count."""
    return text.casefold().replace("\u2019", "'")


def read_glossary(course: Course, locale: Locale) -> Glossary:
    """Read the glossary of a locale; an empty one where there is no file.

    Raises:
        CourseError: one line for each thing that is wrong with it.
    """
    path = course.translations / locale.id / FILE_NAME
    if not path.exists() and not path.is_symlink():
        return Glossary(locale.id)
    text, name = read_text(path, course.root), show(path, course.root)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{name}: {error}") from None
    problems = [unknown("key", key, KEYS) for key in document if key not in KEYS]
    terms = document.get("terms", [])
    if not isinstance(terms, list) or not all(isinstance(term, dict) for term in terms):
        raise CourseError(f"{name}: terms is not a list of tables; write [[terms]] before each")
    made = [_term(entry, number, problems) for number, entry in enumerate(terms, start=1)]
    keep = document.get("keep", [])
    if not _is_texts(keep):
        problems.append(f"keep is {keep!r}, expected a list of texts")
    if not isinstance(document.get("examples", ""), str):
        problems.append("examples is no text")
    names = [term.term.casefold() for term in made if term]
    problems += [
        f"term {item!r} stands there twice"
        for item in dict.fromkeys(names)
        if names.count(item) > 1
    ]
    if problems:
        raise CourseError(*(f"{name}: {problem}" for problem in problems))
    kept = [term for term in made if term]
    return Glossary(locale.id, document.get("examples", ""), tuple(keep), tuple(kept))


def _term(entry: dict[str, Any], number: int, problems: list[str]) -> Term | None:
    where = f"term {number} ({entry.get('term', '?')})"
    wrong = [unknown("key", key, TERM_KEYS) for key in entry if key not in TERM_KEYS]
    if not isinstance(entry.get("term"), str) or not entry["term"].strip():
        wrong.append("'term' is missing or no text")
    for key in ("forms", "forbidden"):
        if not _is_texts(entry.get(key, [])):
            wrong.append(f"{key} is {entry[key]!r}, expected a list of texts")
    for form in entry.get("forms", []) if not wrong else ():
        if not _bare(form).replace("*", "").strip():
            wrong.append(f"the form {form!r} fits every word")
    if not entry.get("forms"):
        wrong.append("'forms' is missing or empty")
    problems += [f"{where}: {problem}" for problem in wrong]
    if wrong:
        return None
    forbidden = tuple(entry.get("forbidden", ()))
    return Term(entry["term"], tuple(entry["forms"]), forbidden, entry.get("note", ""))


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def glossary_path(course: Course, locale: Locale) -> Path:
    """Return where the glossary of a locale lies."""
    return course.translations / locale.id / FILE_NAME
