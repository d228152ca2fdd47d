"""Starting a locale: its entry in course.toml, and the files that a translator fills."""

import json
import unicodedata

from babel import Locale as Cldr
from babel import UnknownLocaleError
from babel.localedata import locale_identifiers

from course.errors import CourseError, UsageError, unknown
from course.files import show, write_text
from course.glossary import FILE_NAME as GLOSSARY
from course.glossary import read_glossary
from course.lesson import read_lesson
from course.settings import FILE_NAME, Course, Locale, load_course
from course.strings import ENGLISH
from course.strings import FILE_NAME as STRINGS
from course.sync import sync

HEAD = """\
# How the terms of the course are said in this language; `course check` holds the lessons to it.
# In forms, * stands for any letters within a word, such as endings. One of the forms has to stand
# wherever the English has the term. `forbidden` and `note` may be left out.

# How example words and names are handled; one rule for the whole course.
examples = ""

# Words that stay as they are in the English.
keep = {keep}
"""
TERM = """
# [[terms]]
# term = {term}
# forms = [""]
"""


def describe(tag: str) -> Locale:
    """Return a locale of BCP 47 with its own name and its direction, from CLDR.

    >>> describe("pt-BR")
    Locale(id='pt-BR', name='português (Brasil)', direction='ltr')

    Raises:
        UsageError: no such language, or another spelling of the tag; offers the right one.
    """
    try:
        cldr = Cldr.parse(tag.replace("-", "_"), resolve_likely_subtags=False)
    except (UnknownLocaleError, ValueError, TypeError):
        cldr = None
    if cldr is None:
        known = sorted((name.replace("_", "-") for name in locale_identifiers()), key=len)
        raise UsageError(unknown("locale", tag, known))
    parts = tag.replace("_", "-").split("-")
    canonical = "-".join([parts[0].lower(), *(_part(part) for part in parts[1:])])
    if tag != canonical:
        raise UsageError(f"unknown locale {tag!r}, did you mean {canonical!r}? (BCP 47)")
    name = unicodedata.normalize("NFC", cldr.display_name or tag)
    return Locale(tag, name, cldr.text_direction)


def _part(part: str) -> str:
    """Return a part of a language tag as BCP 47 writes it: Script, REGION, variant."""
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 or part.isdigit() else part.lower()


def new(course: Course, tag: str) -> list[str]:
    """Start a locale: enter it into course.toml, and write its glossary, strings and lessons.

    Returns the files, relative to the course.

    Raises:
        UsageError: no such language, or the course has it already.
        CourseError: files of the locale are there already.
    """
    locale = describe(tag)
    if tag in {item.id for item in course.locales}:
        raise UsageError(f"the course has the locale {tag!r} already; course todo {tag}")
    folder = course.translations / tag
    if folder.exists():
        raise CourseError(f"{show(folder, course.root)} is there already; remove it, or enter {tag}"
                          f" into {FILE_NAME} by hand")  # fmt: skip
    write_text(folder / GLOSSARY, glossary_template(course))
    write_text(folder / STRINGS, ENGLISH.read_text(encoding="utf-8"))
    settings = course.root / FILE_NAME
    entry = f"\n[[locales]]\nid = {_toml(locale.id)}\nname = {_toml(locale.name)}\n"
    entry += f"direction = {_toml(locale.direction)}\n"
    text = settings.read_bytes().decode("utf-8")
    write_text(settings, text + ("" if text.endswith("\n") else "\n") + entry)
    course = load_course(course.root)
    for lesson in course.lessons:
        sync(course, course.locale(tag), read_lesson(course, lesson))
    paths = [settings, *sorted(folder.iterdir())]
    return [show(path, course.root) for path in paths]


def glossary_template(course: Course) -> str:
    """Return a glossary to fill in: the terms of the other locales, as comments."""
    terms: dict[str, None] = {}
    keep: dict[str, None] = {}
    for locale in course.targets:
        glossary = read_glossary(course, locale)
        terms |= dict.fromkeys(term.term for term in glossary.terms)
        keep |= dict.fromkeys(glossary.keep)
    wanted = [word for word in keep if word.isascii()]
    return HEAD.format(keep=json.dumps(wanted)) + "".join(
        TERM.format(term=_toml(term)) for term in terms
    )


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a JSON string is a TOML string
