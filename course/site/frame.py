"""The frame of all pages: scripts with the policy that admits them, styles, and the first page."""

import base64
import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2

from course.formats.settings import Course
from course.formats.strings import Strings

HERE = Path(__file__).parent
STATIC, FILES = "_static", "_files"  # folders that all locales share
PAGES = {"index": "start.html", "progress": "progress.html", "search": "search.html"}
LIGHT, DARK = "a11y-high-contrast-light", "a11y-high-contrast-dark"  # enough contrast


@functools.cache
def scripts() -> dict[str, str]:
    """Return our scripts by the name under which templates write them into a page."""
    names = {"early_script": "early.js", "script": "site.js"}
    return {
        key: (HERE / "static" / name).read_text(encoding="utf-8").strip()
        for key, name in names.items()
    }


@functools.cache
def policy() -> str:
    """Return the policy of every page: our two scripts by their hashes, and no other host.

    The scripts stand in the page, as a hash holds for those in every browser, and from a disk too.
    """
    hashes = [hashlib.sha256(text.encode()).digest() for text in scripts().values()]
    own = " ".join(f"'sha256-{base64.b64encode(each).decode()}'" for each in hashes)
    return (
        f"default-src 'none'; script-src {own}; style-src 'self'; img-src 'self' data:;"
        " base-uri 'none'; form-action 'self'"
    )


@functools.cache
def templates() -> str:
    """Return all that the pages of every locale are made with, to tell when it has changed."""
    paths = sorted([*HERE.glob("*.py"), *HERE.glob("templates/*"), *HERE.glob("static/*")])
    return "\0".join(path.read_text(encoding="utf-8") for path in paths if path.is_file())


def assets() -> dict[str, bytes]:
    """Return the styles of all pages, by their path in the site."""
    import furo  # here, so that commands which show no page start without Sphinx

    theme = furo.THEME_PATH / "static" / "styles" / "furo.css"
    made = {
        "furo.css": theme.read_text(encoding="utf-8").partition("/*# sourceMappingURL")[0],
        "pygments.css": highlighting(),
        "course.css": (HERE / "static" / "course.css").read_text(encoding="utf-8"),
    }
    return {f"{STATIC}/{name}": text.encode() for name, text in made.items()}


@functools.cache
def plain_classes() -> tuple[str, ...]:
    """Return the classes of tokens that look like a plain name, both in light and in dark.

    Their colour is that of all code, so a third of a page can go: the spans around them.
    """
    from pygments.styles import get_style_by_name
    from pygments.token import STANDARD_TYPES

    styles = [get_style_by_name(name) for name in (LIGHT, DARK)]
    looks = {
        short: [style.style_for_token(token) for style in styles]
        for token, short in STANDARD_TYPES.items()
        if short
    }
    return tuple(short for short, look in looks.items() if look == looks["n"])


def highlighting() -> str:
    """Return the colours of code, for light and for dark, as the theme switches between them."""
    light = colours(LIGHT, ".highlight")
    chosen = colours(DARK, "body[data-theme=dark] .highlight")
    system = colours(DARK, "body:not([data-theme=light]) .highlight")
    lines = [*light, "@media not print {", *chosen, "@media (prefers-color-scheme: dark) {"]
    return "\n".join([*lines, *system, "}", "}", ""])


def colours(style: str, place: str) -> list[str]:
    """Return the rules of a style: that of plain names for all code in a place, then the others."""
    from pygments.formatters import HtmlFormatter
    from pygments.styles import get_style_by_name
    from pygments.token import Name

    ink = get_style_by_name(style).style_for_token(Name)["color"]
    plain = tuple(f"{place} .{name} " for name in plain_classes())
    rules = HtmlFormatter(style=style).get_token_style_defs(place)
    others = [rule for rule in rules if not rule.startswith(plain)]
    return [f"{place} pre {{ color: #{ink} }}", *others]


@functools.cache
def environment() -> jinja2.Environment:
    """Return what the pages outside of Sphinx are made with.

    Like Sphinx's own it escapes nothing by itself, as templates serve both: each says `|e`.
    """
    loader = jinja2.FileSystemLoader(HERE / "templates")
    return jinja2.Environment(loader=loader, autoescape=False, undefined=jinja2.StrictUndefined)


def context_for(context: Mapping[str, Any], name: str, framework: str = "") -> dict[str, Any]:
    """Return the context of a page of a locale: with its name, and where it is in other locales.

    Each lesson has its `page` in the framework of that page, and the lessons that it requires.
    """
    alternates = [{**each, "href": f"../{each['id']}/{name}.html"} for each in context["locales"]]
    lessons = {
        each["id"]: {**each, "page": page_of(each, framework)} for each in context["lessons"]
    }
    for each in lessons.values():
        each["requires"] = [lessons[required] for required in each["requires"]]
    return {**context, "name": name, "alternates": alternates, "lessons": list(lessons.values())}


def page_of(lesson: Mapping[str, Any], framework: str = "") -> str:
    """Return the page of a lesson in a framework, or in its first one where it has not that."""
    ids = [each["id"] for each in lesson["frameworks"]]
    return f"{lesson['id']}-{framework if framework in ids else ids[0]}.html"


def plain_pages(context: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the pages of a locale that no notebook is behind.

    They are made without Sphinx, because the progress of one locale stands in all of them.
    """
    return {
        f"{name}.html": environment()
        .get_template(template)
        .render(context_for(context, name), page=None, **more)
        .encode("utf-8", "replace")
        for name, template in PAGES.items()
    }


def root_page(course: Course, words: dict[str, Strings]) -> str:
    """Return the first page of the site, which offers the languages."""
    locales = [
        {
            "id": each.id,
            "name": each.name,
            "dir": each.direction,
            "title": words[each.id]["site.title"],
            "tagline": words[each.id]["site.tagline"],
        }
        for each in course.locales
    ]
    return (
        environment()
        .get_template("root.html")
        .render(
            locales=locales,
            source_locale=course.source_locale,
            title=course.title,
            site=course.site,
            policy=policy(),
            **scripts(),
        )
    )
