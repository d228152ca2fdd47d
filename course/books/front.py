"""Fonts, styles and templates that EPUB and PDF share."""

import functools
import re
from pathlib import Path
from typing import Any

import jinja2

from course.rendering.code import CLASSES
from course.rendering.fonts import LICENCE, STATIC, read_font

HERE = Path(__file__).parent
# File: family, weight, style. A family of its own for each subset, so that a stack of families
# serves readers that know no `unicode-range`. Static weights: many readers show no variable font.
FACES = {
    "ibm-plex-sans-latin-400-normal": ("Plex Sans", 400, "normal"),
    "ibm-plex-sans-latin-600-normal": ("Plex Sans", 600, "normal"),
    "ibm-plex-sans-latin-400-italic": ("Plex Sans", 400, "italic"),
    "ibm-plex-sans-latin-ext-400-normal": ("Plex Sans Ext", 400, "normal"),
    "ibm-plex-sans-latin-ext-600-normal": ("Plex Sans Ext", 600, "normal"),
    "ibm-plex-sans-latin-ext-400-italic": ("Plex Sans Ext", 400, "italic"),
    "ibm-plex-mono-latin-400": ("Plex Mono", 400, "normal"),
    "ibm-plex-mono-latin-600": ("Plex Mono", 600, "normal"),
    "ibm-plex-mono-latin-ext-400": ("Plex Mono Ext", 400, "normal"),
    "stix-two-math": ("STIX Two Math", 400, "normal"),
    "stix-two-math-more": ("STIX Two Math More", 400, "normal"),
}
ARABIC = {
    "ibm-plex-sans-arabic-400": ("Plex Sans Arabic", 400, "normal"),
    "ibm-plex-sans-arabic-600": ("Plex Sans Arabic", 600, "normal"),
}


def faces_of(direction: str) -> dict[str, tuple[str, int, str]]:
    """Return the faces that a book embeds: those of Arabic where it runs from right to left."""
    return {**FACES, **(ARABIC if direction == "rtl" else {})}


def font_files(direction: str) -> dict[str, bytes]:
    """Return the files of the faces, and their licence, by name."""
    names = [f"{name}.woff2" for name in faces_of(direction)]
    own = {name: HERE / "fonts" / name for name in names}
    found = {
        name: path.read_bytes() if path.exists() else read_font(name) for name, path in own.items()
    }
    return {**found, LICENCE: read_font(LICENCE)}


def font_faces(direction: str, folder: str) -> str:
    """Return the CSS that declares the faces, whose files are in a folder."""
    return "\n".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {style};'
        f' src: url("{folder}{name}.woff2") format("woff2"); }}'
        for name, (family, weight, style) in faces_of(direction).items()
    )


def code_colours() -> str:
    """Return the CSS of code: the light half of each pair of colours that the website declares."""
    declared = (STATIC / "course.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--code-(\w): light-dark\((#\w+),", declared))
    names = dict.fromkeys(name for _, name in CLASSES)
    rules = [f".{name} {{ color: {light[name]}; }}" for name in names]
    return "\n".join([*rules, ".c { font-style: italic; }"])


def stylesheet(direction: str, folder: str, name: str) -> str:
    """Return the style sheet of a medium: fonts, the look of all books, and its own."""
    looks = [(HERE / "templates" / file).read_text(encoding="utf-8") for file in ("book.css", name)]
    return "\n".join([font_faces(direction, folder), *looks, code_colours()])


@functools.cache
def environment() -> jinja2.Environment:
    """Return the environment of the templates, which escape all but the rendered chapters."""
    loader = jinja2.FileSystemLoader(HERE / "templates")
    found = jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters["plain"] = plain
    return found


def render_template(template: str, /, **context: Any) -> str:
    """Render a template of the books."""
    return environment().get_template(template).render(context)


def plain(markup: str) -> str:
    """Return the XHTML of a heading without links and ids, for a table of contents."""
    return re.sub(r"</?a\b[^>]*>", "", markup)
