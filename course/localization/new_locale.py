"""Creation of a locale: its entry in course.toml, and the files that a translator fills."""

import json
import unicodedata

from babel import Locale as Cldr
from babel import UnknownLocaleError
from babel.core import get_global
from babel.localedata import locale_identifiers

from course.errors import CourseError, UsageError, unknown
from course.files import show, write_text
from course.formats.course_toml import load_course
from course.formats.glossary import FILE_NAME as GLOSSARY
from course.formats.glossary import read_glossary
from course.formats.lesson import read_lesson
from course.formats.plots import source_labels, sync_plots
from course.formats.settings import FILE_NAME, Course, Locale
from course.formats.strings import FILE_NAME as STRINGS
from course.formats.strings import english_file
from course.localization.sync import sync

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


def parse_locale(tag: str) -> Locale:
    """Return the locale of a BCP 47 tag, with its own name and its direction from CLDR.

    >>> parse_locale("pt-BR")
    Locale(id='pt-BR', name='português (Brasil)', direction='ltr')

    Raises:
        UsageError: no such language, or a misspelt tag; suggests the right one.
    """
    written = canonical(tag)
    try:
        # CLDR has zh-CN as zh-Hans-CN: a tag may omit its most likely subtags.
        cldr = Cldr.parse(written, sep="-", resolve_likely_subtags=True)
    except (UnknownLocaleError, ValueError, TypeError):
        cldr = None
    # Likely subtags make he-IL of iw, and ca of ca-valencia: neither is the requested one.
    known = canonical(str(cldr)).split("-") if cldr else []
    if cldr is None or tag == "root" or not set(written.split("-")) <= set(known):
        raise UsageError(unknown("locale", tag, known_tags()))
    if tag != written:
        raise UsageError(f"unknown locale {tag!r}, did you mean {written!r}? (BCP 47)")
    direction = "rtl" if cldr.text_direction == "rtl" else "ltr"
    return Locale(tag, unicodedata.normalize("NFC", own_name(cldr, tag)), direction)


def canonical(tag: str) -> str:
    """Return a language tag in the canonical form of BCP 47.

    >>> canonical("ZH_hant_hk")
    'zh-Hant-HK'
    """
    first, *rest = tag.replace("_", "-").split("-")
    return "-".join([first.lower(), *map(_subtag, rest)])


def known_tags() -> list[str]:
    """Return the tags of all locales of CLDR, also without a script that is implied."""
    names, likely = set(locale_identifiers()) - {"root"}, get_global("likely_subtags")
    tags = {canonical(name) for name in names}
    for name in names:
        language, *rest = name.split("_")
        if len(rest) == 2 and len(rest[0]) == 4:
            known = likely.get(f"{language}_{rest[1]}") or likely.get(language, "")
            tags |= {f"{language}-{rest[1]}"} if rest[0] in known.split("_") else set()
    return sorted(tags, key=lambda tag: (len(tag), tag))


def own_name(cldr: Cldr, tag: str) -> str:
    """Return the name of a locale in its own language, with the other subtags in brackets.

    >>> own_name(Cldr.parse("sr-RS", sep="-"), "sr-RS")
    'српски (Србија)'
    """
    names = {**cldr.scripts, **cldr.territories}
    names |= {key.lower(): name for key, name in cldr.variants.items()}
    details = [names.get(part, part) for part in tag.split("-")[1:]]
    name = cldr.languages.get(cldr.language, cldr.language)
    return f"{name} ({', '.join(details)})" if details else name


def _subtag(part: str) -> str:
    """Return a subtag in the canonical form of BCP 47: Script, REGION, variant."""
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 or part.isdigit() else part.lower()


def new(course: Course, tag: str) -> list[str]:
    """Create a locale: add it to course.toml, and write its glossary, its strings, its
    lessons, and the words in its plots.

    Returns the paths of the files, relative to the course.

    Raises:
        UsageError: no such language, or the course has it already.
        CourseError: the folder of the locale exists.
    """
    locale = parse_locale(tag)
    if tag in {item.id for item in course.locales}:
        raise UsageError(f"the course has the locale {tag!r} already; course todo {tag}")
    folder = course.translations / tag
    if folder.exists():
        raise CourseError(
            f"{show(folder, course.root)} exists; remove it, or add {tag} to {FILE_NAME} by hand"
        )
    write_text(folder / GLOSSARY, glossary_template(course))
    write_text(folder / STRINGS, english_file(course))
    settings = course.root / FILE_NAME
    entry = f"\n[[locales]]\nid = {_toml(locale.id)}\nname = {_toml(locale.name)}\n"
    entry += f"direction = {_toml(locale.direction)}\n"
    text = settings.read_bytes().decode("utf-8")
    write_text(settings, text + ("" if text.endswith("\n") else "\n") + entry)
    course = load_course(course.root)
    lessons = [read_lesson(course, lesson) for lesson in course.lessons]
    for lesson in lessons:
        sync(course, course.locale(tag), lesson)
    labels = {lesson.lesson.id: source_labels(lesson) for lesson in lessons}
    sync_plots(course, course.locale(tag), labels)
    paths = [settings, *sorted(folder.iterdir())]
    return [show(path, course.root) for path in paths]


def glossary_template(course: Course) -> str:
    """Return the TOML of a glossary to fill in: the terms of the other locales as comments."""
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
