"""Prose of the lessons as HTML that can stand on a page, cut at its headings.

A translation is anybody's text, so `markdown.render` writes every tag of it.
"""

import html
import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from course.markdown.parser import Tokens, parser
from course.markdown.render import ELSEWHERE, OWN, Renderer, best_picture, close, element

TAG = re.compile(r"(<[^>]*>)")
BLANK = re.compile(r"\s+")


@dataclass(frozen=True)
class Links:
    """Where things are, seen from a page: pictures, pages and files by what notebooks call them.

    `anchors` are the ids that pages have, by their addresses, that of the page itself as "".
    `edit` is where the translation can be mended, or empty.
    """

    pictures: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, dict[str, str]] = field(default_factory=dict)  # of pictures, in pixels
    pages: Mapping[str, str] = field(default_factory=dict)
    anchors: Mapping[str, Collection[str]] = field(default_factory=dict)
    edit: str = ""

    def at(self, page: str) -> "Links":
        """Return them as seen from a page."""
        return replace(self, anchors={**self.anchors, "": self.anchors.get(page, ())})


@dataclass(frozen=True)
class Heading:
    """A heading of a page: its level (1 to 6), the id that it is reached by, and its HTML."""

    level: int
    id: str
    html: str

    @property
    def text(self) -> str:
        """The heading without its tags."""
        return plain(self.html)


@dataclass(frozen=True)
class Piece:
    """A part of a cell: a heading, or else the prose below it as HTML."""

    heading: Heading | None
    html: str = ""


class PageRenderer(Renderer):
    """Renders prose for a page of the site; links and pictures go where the site has them."""

    def image(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """Show a picture that the course has; `diagram` follows light and dark."""
        linked = posixpath.normpath(unquote(str(tokens[idx].attrGet("src"))))
        target = best_picture(linked, env["links"].pictures)
        alt = self.renderInlineAsText(tokens[idx].children, options, env)
        address = env["links"].pictures.get(target)
        if address is None:
            return element("span", html.escape(alt or "?"), class_="no-picture")
        kind = "diagram" if address.endswith(".svg") else "picture"
        size = env["links"].sizes.get(target, {})
        shown = {"class": kind, "src": address, "alt": alt, "loading": "lazy"}
        return element("img", **shown, **size).removesuffix("</img>")

    def link_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """Lead to a page of the site, to another site, or nowhere."""
        target = str(tokens[idx].attrGet("href"))
        env["opened"].append(OWN)
        if target.lower().startswith(ELSEWHERE):
            return f'<a href="{html.escape(target)}" rel="noopener noreferrer">'
        path, _, anchor = target.partition("#")
        links = env["links"]
        known = links.pages.get(posixpath.normpath(unquote(path))) if path else ""
        anchor = f"#{anchor}" if unquote(anchor) in links.anchors.get(known or "", ()) else ""
        if known is None or not (known or anchor):
            return "<a>"
        return f'<a href="{html.escape(known + anchor)}">'

    def table_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """Put a table into a box that scrolls where the screen is narrow."""
        return '<div class="scroll" tabindex="0">' + self.renderToken(tokens, idx, options, env)

    def table_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """End that box."""
        return self.renderToken(tokens, idx, options, env) + "</div>"

    def math_block(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """Put a formula into a box of its own, which scrolls where the screen is narrow."""
        shown = super().math_block(tokens, idx, options, env)
        return element("div", shown, class_="formula", dir="ltr", tabindex="0")

    math_inline_double = math_block_label = math_block


def render_part(tokens: Sequence[Token], links: Links) -> str:
    """Return block tokens as HTML; raw HTML that stays open is closed."""
    env: dict[str, Any] = {"pictures": {}, "links": links, "opened": [OWN]}
    made = PageRenderer().render(tokens, parser().options, env) + close(env["opened"], OWN)
    return made.strip("\n")


def pieces(
    cell_id: str, text: str, side: Mapping[str, str], notice: str, edit: str, links: Links
) -> list[Piece]:
    """Return a cell of prose as headings and HTML.

    A heading at the cell's start has the cell's id, later ones have a number behind it. `side` are
    the attributes of a text that is not in the page's language; `notice` stands above the text,
    with a link whose words are `edit`.
    """
    above = notice_line(notice, edit, links) if notice else ""
    made: list[Piece] = []
    for tokens in _cut(parser().parse(text, {})):
        if tokens and tokens[0].type == "heading_open":
            inline = render_part([tokens[1]], links)
            inline = element("span", inline, **side) if side else inline
            name = f"{cell_id}-{_headings(made) + 1}" if made else cell_id
            made.append(Piece(Heading(int(tokens[0].tag[1]), name, inline)))
            continue
        shown = render_part(tokens, links)
        if shown or above:
            inner = element("div", shown, **side) if side else shown
            place = {} if made else {"id": cell_id}
            made.append(Piece(None, element("div", above + inner, class_="prose", **place)))
            above = ""
    if above:
        place = {} if made else {"id": cell_id}
        made.append(Piece(None, element("div", above, class_="prose", **place)))
    return made


def _headings(made: Iterable[Piece]) -> int:
    return sum(piece.heading is not None for piece in made)


def _cut(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield block tokens in runs: each heading by itself, and what stands between them."""
    run: list[Token] = []
    at = 0
    while at < len(tokens):
        if tokens[at].type == "heading_open" and not tokens[at].level:
            if run:
                yield run
            yield list(tokens[at : at + 3])
            run, at = [], at + 3
        else:
            run.append(tokens[at])
            at += 1
    if run:
        yield run


def notice_line(text: str, edit: str, links: Links) -> str:
    """Return a notice above a cell, with the way to mend it."""
    shown = html.escape(text)
    if links.edit:
        shown += f" {element('a', html.escape(edit), href=links.edit)}"
    return element("p", shown, class_="notice")


def plain(shown: str) -> str:
    """Return the text of some HTML on one line, formulas and tags left out as they are read."""
    return BLANK.sub(" ", html.unescape(TAG.sub("", shown))).strip()


def searchable(parts: Iterable[str]) -> str:
    """Return the text of pieces of HTML as it is searched: a blank between blocks, none in words.

    >>> searchable(["<p>one <b>tw</b>o</p><p>three</p>"])
    'one two three'
    """
    spaced = re.sub(r"(</(?:p|li|td|th|pre|div|summary|blockquote|h\d)>)", r" \1", " ".join(parts))
    return plain(spaced)
