"""Prose of the lessons as XHTML; translations are untrusted, so this module writes every tag."""

import html
import posixpath
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from course.books.media import Medium
from course.markdown.parser import Tokens, parser
from course.markdown.render import ELSEWHERE, OWN, Renderer, best_picture, close, element
from course.rendering.blocks import is_picture
from course.rendering.outputs import Picture

VOID = re.compile(r"<(br|hr|wbr|img)((?: [^<>]*?)?) ?/?>")
LANGUAGE = re.compile(r' lang="([^"]*)"')
ALIGN = re.compile(r' align="([^"]*)"')
DIRECTION = re.compile(r' dir="([^"]*)"')
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # in XML
SIDES = ("left", "right", "center", "start", "end")
MATHML = "http://www.w3.org/1998/Math/MathML"


@dataclass(frozen=True)
class Targets:
    """What the links of a chapter lead to.

    `parts` are the chapters of the book by the names of their notebooks, `anchors` the ids of
    their cells; `here` is the name of the chapter's own notebook. `pictures` are the pictures of
    the course by the relative paths that cells link.
    """

    medium: Medium
    here: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    anchors: Mapping[str, Collection[str]] = field(default_factory=dict)
    pictures: Mapping[str, Picture] = field(default_factory=dict)

    def find(self, target: str) -> str:
        """Return the address in the book of a link to a notebook or a cell, or an empty string."""
        path, _, anchor = target.partition("#")
        name = posixpath.normpath(unquote(path)) if path else self.here
        part = self.parts.get(name)
        if part is None:
            return ""
        known = unquote(anchor) in self.anchors.get(name, ())
        return self.medium.address(part, f"{part}-{unquote(anchor)}" if known else "")


class BookRenderer(Renderer):
    """Renders prose for a book, with links and pictures resolved by `Targets`.

    `caption` returns the caption of the next figure.
    """

    def image(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """Render a picture of the course in its best form."""
        pictures = env["targets"].pictures
        path = posixpath.normpath(unquote(str(tokens[idx].attrGet("src"))))
        alt = self.renderInlineAsText(tokens[idx].children, options, env)
        picture = pictures.get(best_picture(path, pictures))
        if picture is None:
            return element("span", html.escape(alt or "?"), class_="no-picture")
        shown: str = env["targets"].medium.picture(picture, {"alt": alt})
        return shown

    def paragraph_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """Open a paragraph, or a figure if it has nothing but a picture."""
        if not is_picture(tokens[idx + 1]):
            return self.renderToken(tokens, idx, options, env)
        env["opened"].append(OWN)
        return "<figure>"

    def paragraph_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """Close a paragraph, or a figure after its caption."""
        if not is_picture(tokens[idx - 1]):
            return self.renderToken(tokens, idx, options, env)
        return f"{close(env['opened'], OWN)}{env['caption']()}</figure>\n"

    def link_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """Render a link to another site or into the book; any other is only its text."""
        target = str(tokens[idx].attrGet("href"))
        env["opened"].append(OWN)
        if not target.lower().startswith(ELSEWHERE):
            target = env["targets"].find(target)
        return f'<a href="{html.escape(target)}">' if target else "<a>"

    def math_inline(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """Render a formula, with its source as alternative text."""
        formula = super().math_inline(tokens, idx, options, env)
        return _describe(formula, tokens[idx].content)

    def math_block(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """Render a formula on a line of its own."""
        formula = super().math_block(tokens, idx, options, env)
        return element("div", _describe(formula, tokens[idx].content), class_="formula", dir="ltr")

    math_inline_double = math_block_label = math_block

    def fence(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """Render code in prose, a line of it after the other."""
        return listing(html.escape(tokens[idx].content.rstrip("\n")).split("\n"), "sample")

    code_block = fence


def _describe(formula: str, tex: str) -> str:
    """Add namespace and alternative text to a formula in MathML."""
    return formula.replace("<math", f'<math xmlns="{MATHML}" alttext="{html.escape(tex)}"', 1)


def listing(lines: Sequence[str], kind: str, label: str = "") -> str:
    """Return lines of code or of output, each an element, so that a page can wrap them visibly."""
    parts = "".join(f'<span class="l">{line}\n</span>' for line in lines)
    if kind != "printed":
        return code_listing(parts, kind)
    more = {"role": "group", "aria_label": label} if label else {}
    return element("pre", parts, class_=kind, dir="ltr", translate="no", **more)


def code_listing(lines: str, kind: str) -> str:
    """Return code whose lines are elements already, as those of `highlight` are."""
    return element("pre", element("code", lines), class_=kind, dir="ltr", translate="no")


def render_part(tokens: Sequence[Token], targets: Targets, caption: Any = str) -> str:
    """Return block tokens as XHTML; raw HTML that stays open is closed."""
    env: dict[str, Any] = {"targets": targets, "opened": [OWN], "caption": caption}
    rendered = BookRenderer().render(tokens, parser().options, env)
    return as_xhtml((rendered + close(env["opened"], OWN)).strip("\n"))


def as_xhtml(markup: str) -> str:
    """Return rendered HTML as XHTML, with the attributes that EPUB allows.

    >>> as_xhtml('<p align="center" lang="en">a<br>b</p>')
    '<p style="text-align: center" lang="en" xml:lang="en">a<br/>b</p>'
    """
    markup = VOID.sub(r"<\1\2/>", FORBIDDEN.sub("", markup))
    markup = LANGUAGE.sub(r' lang="\1" xml:lang="\1"', markup)
    markup = DIRECTION.sub(
        lambda match: match[0] if match[1] in ("ltr", "rtl", "auto") else "", markup
    )
    return ALIGN.sub(_aligned, markup)


def _aligned(match: re.Match[str]) -> str:
    return f' style="text-align: {match[1]}"' if match[1] in SIDES else ""
