"""Checks of a locale's files besides its lessons: glossary, strings, plots, and stray files."""

import re
from collections.abc import Iterator

from course.checks import words
from course.checks.contexts import (
    GlossaryFile,
    Language,
    LocaleFolder,
    Pair,
    PlotsFile,
    StringsFile,
    Translations,
)
from course.checks.finding import ERROR, WARNING, Found
from course.checks.registry import CHECKS, register, run_check
from course.figures.labels import PLACE
from course.formats.glossary import FILE_NAME as GLOSSARY
from course.formats.lesson import SourceCell
from course.formats.plots import FILE_NAME as PLOTS
from course.formats.plots import missing_labels, orphan_labels
from course.formats.strings import FILE_NAME as STRINGS
from course.formats.strings import placeholders
from course.formats.translation import Cell
from course.markdown.outline import parse_outline

HIDDEN = ("bidi", "invisible", "control", "broken", "nfc", "script")
PLACEHOLDER = re.compile(r"\{\w*\}")  # stands for a number


@register("stray-file", Translations)
def stray_folders(context: Translations) -> Iterator[Found]:
    """Every file of translations/ belongs to a locale and a lesson."""
    known = {locale.id for locale in context.course.targets}
    for path in sorted(context.course.translations.glob("[!.]*")):
        if path.name not in known:
            remedy = "add it to course.toml, or remove it"
            yield Found("not a locale of the course", path.name, remedy)


@register("stray-file", LocaleFolder)
def stray_files(context: LocaleFolder) -> Iterator[Found]:
    """A locale's folder has translations of lessons, a glossary, strings and words in plots."""
    course, locale = context.course, context.locale
    folder = course.translations / locale.id
    known = {course.translation(locale, lesson) for lesson in course.lessons}
    known |= {folder / name for name in (STRINGS, GLOSSARY, PLOTS)}
    for path in sorted(folder.glob("[!.]*")):
        if path not in known:
            yield Found("file that nothing reads", path.name, "rename or remove it")


@register("glossary", GlossaryFile)
def glossary(context: GlossaryFile) -> Iterator[Found]:
    """glossary.toml is well-formed, and each term has a form."""
    for message in context.language.glossary_errors:
        yield _broken(message, context.path)
    if not context.exists:
        remedy = "terms are not checked without one"
        yield Found("no glossary", context.language.id, remedy, level=WARNING)


def _broken(message: str, path: str) -> Found:
    what = message.removeprefix(path).removeprefix(": ")
    return Found(what, path.rpartition("/")[2], "fix it")


@register("strings", StringsFile)
def strings(context: StringsFile) -> Iterator[Found]:
    """strings.toml has the keys of the English one, and its strings the same {placeholders}."""
    own, english = context.language.words, context.english
    for message in context.language.strings_errors:
        yield _broken(message, context.path)
    if context.language.strings_errors:
        return
    if not own:
        found = Found("no strings", STRINGS, "course new writes one")
        yield found._replace(level=WARNING)
        return
    missing = [Found("string missing", key, "translate it") for key in english.keys() - own.keys()]
    remedy = "see course/formats/strings.toml, and the start page's words in course.toml"
    surplus = [Found("unknown string", key, remedy) for key in own.keys() - english.keys()]
    wrong = [
        found
        for key in own.keys() & english.keys()
        for found in _string(key, own[key], english[key])
    ]
    yield from sorted([*missing, *surplus, *wrong], key=lambda found: found.value)


def _string(key: str, text: str, english: str) -> Iterator[Found]:
    """Yield the problem of a string of a locale, if any."""
    if not text.strip():
        yield Found("empty string", key, "translate it")
    elif placeholders(text) != placeholders(english):
        yield Found("placeholders differ", f"{key} = {text}", f"the English is {english!r}")
    elif not is_plain(text):
        yield Found("not one line of plain text", key, "write one line")
    elif text == english and len(english.split()) > 3:  # untranslated, not damaged
        yield Found("string in English", key, "translate it", level=WARNING)


def is_plain(text: str) -> bool:
    """Return whether a string is one line without markup, links and invisible characters."""
    anatomy = parse_outline(text)
    marked = anatomy.html or anatomy.links or anatomy.images or anatomy.leftovers
    pair = Pair(SourceCell("", ""), Cell("", text), Language(""))
    hidden = any(run_check(CHECKS[code], pair) for code in HIDDEN)
    return not (marked or hidden or "\n" in text)


@register("term", StringsFile)
def strings_terms(context: StringsFile) -> Iterator[Found]:
    """A term of the glossary is translated as the glossary has it."""
    for key, english, text in _translated(context):
        for found in words.missing_terms(context.language.glossary, english, text):
            yield found._replace(value=f"{key}: {found.value}")


@register("forbidden-term", StringsFile)
def strings_forbidden_terms(context: StringsFile) -> Iterator[Found]:
    """No string has a form that the glossary forbids, except as a gloss after the right one."""
    for key, english, text in _translated(context):
        for found, _ in words.forbidden_forms(context.language.glossary, english, text):
            yield found._replace(value=f"{key}: {found.value}")


def _translated(context: StringsFile) -> Iterator[tuple[str, str, str]]:
    """Yield key, English and translation of each string that a locale has translated."""
    for key, english in context.english.items():
        text = context.language.words.get(key, "")
        if text.strip() and text != english:
            yield key, PLACEHOLDER.sub(" ", english), PLACEHOLDER.sub(" ", text)


@register("plots", PlotsFile, WARNING)
def plots(context: PlotsFile) -> Iterator[Found]:
    """plots.toml has the labels of the plots, one line of plain text for each."""
    for message in context.errors:
        yield _broken(message, context.path)._replace(level=ERROR)
    if context.errors:
        return
    for label in missing_labels(context.words, context.english):
        yield Found("label of a plot not translated", label, "translate it; course sync adds it")
    for label in orphan_labels(context.words, context.english):
        yield Found("label in no plot", label, "course sync --prune removes it")
    for label, text in _plot_labels(context):
        if not is_plain(text):
            yield Found("not one line of plain text", label, "write one line", level=ERROR)


@register("term", PlotsFile)
def plots_terms(context: PlotsFile) -> Iterator[Found]:
    """A term of the glossary is translated as the glossary has it."""
    for label, text in _plot_labels(context):
        english, said = label.replace(PLACE, " "), text.replace(PLACE, " ")
        for found in words.missing_terms(context.language.glossary, english, said):
            yield found._replace(value=f"{label}: {found.value}")


def _plot_labels(context: PlotsFile) -> Iterator[tuple[str, str]]:
    """Yield each translated label with its translation."""
    for entries in (context.words.common, *context.words.lessons.values()):
        yield from ((label, text) for label, text in entries.items() if text.strip())
