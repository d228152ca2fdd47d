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
from course.website.code import stylesheet

HERE = Path(__file__).parent
STATIC, FILES = "_static", "_files"  # folders that all locales share


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


def assets() -> dict[str, bytes]:
    """Return the styles of all pages, by their path in the site."""
    made = {
        "code.css": stylesheet(),
        "course.css": (HERE / "static" / "course.css").read_text(encoding="utf-8"),
    }
    return {f"{STATIC}/{name}": text.encode() for name, text in made.items()}


@functools.cache
def environment() -> jinja2.Environment:
    """Return what renders templates; each says `|e` where a text is no HTML."""
    loader = jinja2.FileSystemLoader(HERE / "templates")
    return jinja2.Environment(loader=loader, autoescape=False, undefined=jinja2.StrictUndefined)


def render_template(name: str, context: Mapping[str, Any]) -> str:
    """Return a page."""
    return environment().get_template(name).render(context)


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


def root_page(course: Course, words: dict[str, Strings]) -> str:
    """Return the first page of the site, which offers the languages."""
    locales = [
        {
            "id": each.id,
            "name": each.name,
            "dir": each.direction,
            "title": words[each.id]["start.title"],
            "tagline": words[each.id].get("start.tagline", ""),
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
