"""Progress of translations, as table rows for a page."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from babel import Locale as Cldr
from babel import UnknownLocaleError
from babel.numbers import format_decimal, format_percent

from course.formats.settings import Course, Locale
from course.localization.align import MACHINE, REVIEWED, STATUSES, TRANSLATED
from course.website.frame import page_of

Words = dict[tuple[str, str], dict[str, int]]  # words by status, by locale and lesson


def totals(words: Iterable[Mapping[str, int]]) -> dict[str, Any]:
    """Return words by status, their total, and the shares read by people and drafted (0 to 1)."""
    found = sum((Counter(counts) for counts in words), Counter())
    counted = {name: found[name] for name in STATUSES}
    total = sum(counted.values())
    read, drafted = counted[TRANSLATED] + counted[REVIEWED], counted[MACHINE]
    shares = {"read": read / total, "drafted": drafted / total} if total else {}
    return {"words": counted, "total": total, "read": 0, "drafted": 0, **shares}


def language_rows(course: Course, locale: Locale, words: Words) -> list[dict[str, Any]]:
    """Return the progress of each language, with numbers in the format of `locale`."""
    return [
        format_numbers(
            {
                "name": target.name,
                "lang": target.id,
                "dir": target.direction,
                "href": f"../{target.id}/progress.html",
                **totals(words[target.id, lesson.id] for lesson in course.lessons),
            },
            locale,
        )
        for target in course.targets
    ]


def lesson_rows(
    course: Course, locale: Locale, lessons: Sequence[dict[str, Any]], words: Words
) -> list[dict[str, Any]]:
    """Return the progress of each lesson in a locale; for the source locale, in all others."""
    locales = [locale] if locale in course.targets else course.targets
    return [
        format_numbers(
            {
                "name": context["title"],
                "lang": context["lang"].get("title", ""),
                "dir": "auto",
                "href": page_of(context),
                **totals(words[other.id, lesson.id] for other in locales),
            },
            locale,
        )
        for lesson, context in zip(course.lessons, lessons, strict=True)
    ]


def format_numbers(row: dict[str, Any], locale: Locale) -> dict[str, Any]:
    """Return a row with its numbers in the format of a locale."""
    cldr = cldr_locale(locale.id)
    counts = {name: format_decimal(count, locale=cldr) for name, count in row["words"].items()}
    shares = {key: format_percent(row[key], locale=cldr) for key in ("read", "drafted")}
    return row | {"counts": counts, "shares": shares}


def cldr_locale(tag: str) -> str:
    """Return the CLDR identifier of a locale, or of English if CLDR does not have it."""
    try:
        return str(Cldr.parse(tag, sep="-"))
    except (UnknownLocaleError, ValueError):
        return "en"
