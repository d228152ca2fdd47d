"""The frame of all pages: scripts, Content Security Policy, styles, and the root page."""

import base64
import functools
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jinja2

from course.formats.settings import Course
from course.formats.strings import Strings

HERE = Path(__file__).parent
LICENCE = "fonts/OFL.txt"
STATIC, FILES = "_static", "_files"  # folders that all locales share


@functools.cache
def scripts() -> dict[str, str]:
    """Return the inline scripts by their names in templates."""
    names = {
        "early_script": "early.js",
        "script": "site.js",
        "search_script": "search.js",
        "widget_script": "widgets.js",
        "exercise_script": "exercise.js",
    }
    return {
        key: (HERE / "static" / name).read_text(encoding="utf-8").strip()
        for key, name in names.items()
    }


@functools.cache
def policy(workers: bool = False) -> str:
    """Return the Content Security Policy of a page: scripts by hash, and no other host.

    The scripts are inline: all browsers support hashes of those, also for files opened from disk.
    With `workers`, the page may start workers, which are files of the site.
    """
    hashes = [hashlib.sha256(text.encode()).digest() for text in scripts().values()]
    own = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in hashes)
    return (
        f"default-src 'none'; script-src {own}; style-src 'self'; font-src 'self';"
        " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'"
        + ("; worker-src 'self'" if workers else "")
    )


def assets() -> Iterator[tuple[str, bytes]]:
    """Yield the style sheets and fonts of all pages, by their path in the site."""
    static = HERE / "static"
    fonts = (static / "fonts.css").read_bytes()  # in one file with the styles: one request less
    yield f"{STATIC}/course.css", fonts + (static / "course.css").read_bytes()
    for path in sorted([static / "widgets.css", *static.glob("fonts/*.woff2"), static / LICENCE]):
        yield f"{STATIC}/{path.relative_to(static).as_posix()}", path.read_bytes()


@functools.cache
def environment() -> jinja2.Environment:
    """Return the environment of the templates, which escape plain text with `|e` themselves."""
    loader = jinja2.FileSystemLoader(HERE / "templates")
    return jinja2.Environment(loader=loader, autoescape=False, undefined=jinja2.StrictUndefined)


def render_template(name: str, context: Mapping[str, Any]) -> str:
    """Render a template of the site."""
    return environment().get_template(name).render(context)


def context_for(context: Mapping[str, Any], name: str, framework: str = "") -> dict[str, Any]:
    """Return the context of a page of a locale: with its name, and its URLs in other locales.

    Each lesson has its `page` in the framework of that page, and the lessons that it requires.
    """
    alternates = [
        {**locale, "href": f"../{locale['id']}/{name}.html"} for locale in context["locales"]
    ]
    lessons = {
        lesson["id"]: {**lesson, "page": page_of(lesson, framework)}
        for lesson in context["lessons"]
    }
    for lesson in lessons.values():
        lesson["requires"] = [lessons[required] for required in lesson["requires"]]
    return {**context, "name": name, "alternates": alternates, "lessons": list(lessons.values())}


def page_of(lesson: Mapping[str, Any], framework: str = "") -> str:
    """Return the file name of the page of a lesson in a framework, or else in its first one."""
    ids = [entry["id"] for entry in lesson["frameworks"]]
    return f"{lesson['id']}-{framework if framework in ids else ids[0]}.html"


def root_page(course: Course, words: dict[str, Strings], picture: str = "") -> str:
    """Return the root page of the site, which lists the languages; `picture` is for links to it."""
    locales = [
        {
            "id": locale.id,
            "name": locale.name,
            "dir": locale.direction,
            "title": words[locale.id]["start.title"],
            "tagline": words[locale.id].get("start.tagline", ""),
        }
        for locale in course.locales
    ]
    return (
        environment()
        .get_template("root.html")
        .render(
            locales=locales,
            source_locale=course.source_locale,
            title=course.title,
            site=course.site,
            picture=picture,
            policy=policy(),
            **scripts(),
        )
    )
