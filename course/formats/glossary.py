"""Glossaries: the required and the forbidden translations of terms in a locale."""

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
# Arabic is written with and without its diacritics and the tatweel, which stretches a word.
DIACRITICS = "\u0640\u064b-\u0652\u0670"
ARABIC = re.compile("[\u0620-\u063f\u0641-\u064a]")
KEYS = ("examples", "keep", "terms")
TERM_KEYS = ("term", "forms", "forbidden", "note")


@dataclass(frozen=True)
class Term:
    """An English term; a translation has to use one of `forms`, and none of `forbidden`."""

    term: str
    forms: tuple[str, ...]
    forbidden: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Glossary:
    """The glossary of a locale; the words in `keep` are not translated."""

    locale: str = ""
    examples: str = ""
    keep: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()

    def find_terms(self, english: str) -> tuple[Term, ...]:
        """Return the terms that occur in English prose, the longest where several match."""
        if english not in self._found:
            self._found[english] = tuple(self._search(english))
        return self._found[english]

    def _search(self, english: str) -> Iterator[Term]:
        rest = english.casefold()
        for term, first in self._longest_first:
            if first not in rest:
                continue  # quicker than a search
            pattern = english_pattern(term.term)
            if pattern.search(rest):
                rest = pattern.sub("\ufffc", rest)
                yield term

    @cached_property
    def _longest_first(self) -> list[tuple[Term, str]]:
        """The terms, each with the word that it begins with, casefolded."""
        terms = sorted(self.terms, key=lambda term: -len(term.term))
        return [(term, term.term.split()[0].casefold()) for term in terms]

    @cached_property
    def _found(self) -> dict[str, tuple[Term, ...]]:
        """The cache of `find_terms`, which several checks call with the same prose."""
        return {}

    def pattern(self, form: str) -> re.Pattern[str]:
        """Return a pattern that matches a form in prose of this locale."""
        return form_pattern(form, writes_without_spaces(self.locale))


@cache
def english_pattern(term: str) -> re.Pattern[str]:
    """Return a pattern that matches an English term, or its regular plural, in casefolded prose."""
    words = r"\s+".join(re.escape(word) for word in term.casefold().split())
    return re.compile(rf"(?<!\w){words}(?:s|es)?(?!\w)")


@cache
def form_pattern(form: str, unspaced: bool) -> re.Pattern[str]:
    """Return a pattern that matches a form in folded prose; `*` stands for any letters of a word.

    Arabic diacritics are ignored, both in the form and in the prose.

    >>> bool(form_pattern("*متجه* *مخفي*", False).search("والمتّجهَ المخفيَّ"))
    True
    """
    letters = rf"[\w{DIACRITICS}]"
    words = [f"{letters}*".join(map(_literal, word.split("*"))) for word in _bare(form).split()]
    if unspaced:
        return re.compile(r"\s*".join(words))
    start = "" if form.startswith("*") else f"(?<!{letters})"
    end = "" if form.endswith("*") else f"(?!{letters})"
    return re.compile(start + r"\s+".join(words) + end)


def _bare(form: str) -> str:
    """Return a form folded, and without Arabic diacritics."""
    return re.sub(f"[{DIACRITICS}]", "", fold(form))


def _literal(part: str) -> str:
    """Return a pattern for literal letters, each in Arabic with any diacritics."""
    return ARABIC.sub(rf"\g<0>[{DIACRITICS}]*", re.escape(part))


def fold(text: str) -> str:
    """Return a string for comparison: casefolded, with straight apostrophes."""
    return text.casefold().replace("\u2019", "'")


def read_glossary(course: Course, locale: Locale) -> Glossary:
    """Read the glossary of a locale; returns an empty one where there is no file.

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
    read = [_term(entry, number, problems) for number, entry in enumerate(terms, start=1)]
    kept = [term for term in read if term]
    keep = document.get("keep", [])
    if not _is_strings(keep):
        problems.append(f"keep is {keep!r}, expected a list of strings")
    if not isinstance(document.get("examples", ""), str):
        problems.append(f"examples is {document['examples']!r}, expected a string")
    names = [term.term.casefold() for term in kept]
    problems += [
        f"term {item!r} is defined twice" for item in dict.fromkeys(names) if names.count(item) > 1
    ]
    if problems:
        raise CourseError(*(f"{name}: {problem}" for problem in problems))
    return Glossary(locale.id, document.get("examples", ""), tuple(keep), tuple(kept))


def _term(entry: dict[str, Any], number: int, problems: list[str]) -> Term | None:
    where = f"term {number} ({entry.get('term', '?')})"
    wrong = [unknown("key", key, TERM_KEYS) for key in entry if key not in TERM_KEYS]
    if not isinstance(entry.get("term"), str) or not entry["term"].strip():
        wrong.append("'term' is missing or not a string")
    for key in ("forms", "forbidden"):
        if not _is_strings(entry.get(key, [])):
            wrong.append(f"{key} is {entry[key]!r}, expected a list of strings")
    for form in entry.get("forms", []) if not wrong else ():
        if not _bare(form).replace("*", "").strip():
            wrong.append(f"the form {form!r} matches every word")
    if not entry.get("forms"):
        wrong.append("'forms' is missing or empty")
    problems += [f"{where}: {problem}" for problem in wrong]
    if wrong:
        return None
    forbidden = tuple(entry.get("forbidden", ()))
    return Term(entry["term"], tuple(entry["forms"]), forbidden, entry.get("note", ""))


def _is_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def glossary_path(course: Course, locale: Locale) -> Path:
    """Return the path of the glossary of a locale."""
    return course.translations / locale.id / FILE_NAME
