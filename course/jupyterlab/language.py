"""The language of a learner: the locale of the course, and JupyterLab's language pack."""

import locale
import os
from collections.abc import Mapping
from importlib.metadata import entry_points

import babel

from course.formats.settings import Course, Locale

OTHER_NAMES = {"no": "nb"}  # unspecified Norwegian is Bokmål
VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # in POSIX order; the first that is set applies
PACKS = "jupyterlab.languagepack"  # the entry points of JupyterLab's language packs


def system_language(variables: Mapping[str, str] = os.environ) -> str:
    """Return the language of the system as a POSIX locale name; empty if there is none.

    >>> system_language({"LANG": "pl_PL.UTF-8"})
    'pl_PL'
    """
    found = next((variables[name] for name in VARIABLES if variables.get(name)), None)
    if found is None:
        found = locale.getlocale()[0] or ""
    name = found.partition(".")[0].partition("@")[0]
    return "" if name in ("C", "POSIX") else name


def match_locale(course: Course, language: str) -> Locale | None:
    """Return the locale of a course that matches a language: same language, same script.

    One of the same region is preferred: `pt_BR` matches `pt-BR`, or else `pt-PT`.
    """
    wanted = parse_language(language)
    if wanted is None:
        return None
    matches = []
    for candidate in course.locales:
        found = parse_language(candidate.id)
        if found and (found.language, script(found)) == (wanted.language, script(wanted)):
            matches.append((found.territory != wanted.territory, candidate))
    return min(matches, key=lambda item: item[0])[1] if matches else None


def parse_language(name: str) -> babel.Locale | None:
    """Return the Babel locale of a language tag or locale name; None if there is none."""
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
    return parse_language(likely.get(tag) or likely.get(found.language) or tag) or found


def interface_language(found: Locale) -> str:
    """Return the JupyterLab language pack for a locale; empty if none is installed.

    Names of packs have an underscore: `pl_PL`.
    """
    packs = sorted(point.name.replace("-", "_") for point in entry_points(group=PACKS))
    wanted = parse_language(found.id)
    for name in packs:
        pack = parse_language(name)
        if pack and wanted and (pack.language, script(pack)) == (wanted.language, script(wanted)):
            return name
    return ""
