"""The language of a learner: which locale of the course, and which interface of JupyterLab."""

import locale
import os
from collections.abc import Mapping
from importlib.metadata import entry_points

import babel

from course.formats.settings import Course, Locale

OTHER_NAMES = {"no": "nb"}  # Norwegian, where it is not said which, is written as Bokmål
VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # as POSIX orders them; the first that is set counts
PACKS = "jupyterlab.languagepack"  # the entry points of JupyterLab's language packs


def system_language(variables: Mapping[str, str] = os.environ) -> str:
    """Return the language that the system is set to, as it names it; empty if it names none.

    >>> system_language({"LANG": "pl_PL.UTF-8"})
    'pl_PL'
    """
    found = next((variables[name] for name in VARIABLES if variables.get(name)), None)
    if found is None:
        found = locale.getlocale()[0] or ""
    name = found.partition(".")[0].partition("@")[0]
    return "" if name in ("C", "POSIX") else name


def match_locale(course: Course, language: str) -> Locale | None:
    """Return the locale of a course that a reader of a language reads: same language, same script.

    The one of the same region comes first: `pt_BR` finds `pt-BR`, and else `pt-PT`.
    """
    wanted = parse(language)
    if wanted is None:
        return None
    near = []
    for one in course.locales:
        found = parse(one.id)
        if found and (found.language, script(found)) == (wanted.language, script(wanted)):
            near.append((found.territory != wanted.territory, one))
    return min(near, key=lambda item: item[0])[1] if near else None


def parse(name: str) -> babel.Locale | None:
    """Return what Babel knows of a language; nothing for what is none."""
    first, *rest = name.replace("-", "_").split("_")
    for language in (OTHER_NAMES.get(first, first), locale.normalize(first)[:2]):  # Windows: Polish
        try:
            return babel.Locale.parse("_".join([language, *rest]))
        except (babel.UnknownLocaleError, ValueError, TypeError):
            rest = []
    return None


def script(found: babel.Locale) -> str | None:
    """Return the script that a language is written in."""
    return found.script or full(found).script


def full(found: babel.Locale) -> babel.Locale:
    """Return a language with its likely script and region."""
    tag = "_".join(part for part in (found.language, found.script, found.territory) if part)
    likely = babel.core.get_global("likely_subtags")
    return parse(likely.get(tag) or likely.get(found.language) or tag) or found


def interface_language(found: Locale) -> str:
    """Return the language pack of JupyterLab for readers of a locale; empty if none is there.

    Names have an underscore there: `pl_PL`.
    """
    packs = sorted(point.name.replace("-", "_") for point in entry_points(group=PACKS))
    wanted = parse(found.id)
    for name in packs:
        pack = parse(name)
        if pack and wanted and (pack.language, script(pack)) == (wanted.language, script(wanted)):
            return name
    return ""
