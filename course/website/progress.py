"""The progress of translations as rows of a page."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from babel import Locale as Cldr
from babel import UnknownLocaleError
from babel.numbers import format_decimal, format_percent

from course.formats.settings import Course, Locale
from course.localization.align import MISSING, STALE, STATUSES
from course.website.frame import page_of

Words = dict[tuple[str, str], dict[str, int]]  # words by status, by locale and lesson


def together(words: Iterable[Mapping[str, int]]) -> dict[str, Any]:
    """Return words by status, all words, and the share that is up to date."""
    found = sum((Counter(each) for each in words), Counter())
    counted = {name: found[name] for name in STATUSES}
    total, late = sum(counted.values()), counted[MISSING] + counted[STALE]
    return {"words": counted, "total": total, "done": 1 - late / total if total else 0}


def language_rows(course: Course, locale: Locale, words: Words) -> list[dict[str, Any]]:
    """Return how far each language is, with figures as the language of the page writes them."""
    return [
        in_figures(
            {
                "name": each.name,
                "lang": each.id,
                "dir": each.direction,
                "href": f"../{each.id}/progress.html",
                **together(words[each.id, lesson.id] for lesson in course.lessons),
            },
            locale,
        )
        for each in course.targets
    ]


def lesson_rows(
    course: Course, locale: Locale, lessons: Sequence[dict[str, Any]], words: Words
) -> list[dict[str, Any]]:
    """Return how far each lesson is in a locale; in the source's, how far in all others."""
    locales = [locale] if locale in course.targets else course.targets
    return [
        in_figures(
            {
                "name": each["title"],
                "lang": each["lang"].get("title", ""),
                "dir": "auto",
                "href": page_of(each),
                **together(words[other.id, lesson.id] for other in locales),
            },
            locale,
        )
        for lesson, each in zip(course.lessons, lessons, strict=True)
    ]


def in_figures(row: dict[str, Any], locale: Locale) -> dict[str, Any]:
    """Return a row of the progress with its figures as the language of a page writes them."""
    cldr = cldr_locale(locale.id)
    counts = {name: format_decimal(count, locale=cldr) for name, count in row["words"].items()}
    return row | {"counts": counts, "share": format_percent(row["done"], locale=cldr)}


def cldr_locale(tag: str) -> str:
    """Return how CLDR calls a locale, or English where it does not know it."""
    try:
        return str(Cldr.parse(tag, sep="-"))
    except (UnknownLocaleError, ValueError):
        return "en"
