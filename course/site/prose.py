"""Prose of a built notebook as HTML that can stand on a page, cut at its headings.

A translation is anybody's text. So it is `markdown.render` that writes every tag, and what reaches
Sphinx is one line of HTML, which neither MyST nor docutils looks into: there is no directive, role
or include that a translator could write.
"""

import html
import posixpath
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from markdown_it.token import Token

from course.formats.settings import Locale
from course.formats.strings import Strings
from course.localization.merge import quote
from course.markdown.parser import parser
from course.markdown.render import ELSEWHERE, OWN, Renderer, best_picture, close, element

WRAPPED = re.compile(r'<div lang="([\w-]+)" dir="(ltr|rtl)">\n\n(.*)\n\n</div>', re.DOTALL)
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
    """A part of a cell: a heading, or else the prose below it as HTML on one line."""

    heading: Heading | None
    html: str = ""


class PageRenderer(Renderer):
    """Renders prose for a page of the site; links and pictures go where the site has them."""

    def image(self, tokens, idx, options, env) -> str:
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

    def link_open(self, tokens, idx, options, env) -> str:
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

    def table_open(self, tokens, idx, options, env) -> str:
        """Put a table into a box that scrolls where the screen is narrow."""
        return '<div class="scroll" tabindex="0">' + self.renderToken(tokens, idx, options, env)

    def table_close(self, tokens, idx, options, env) -> str:
        """End that box."""
        return self.renderToken(tokens, idx, options, env) + "</div>"

    def math_block(self, tokens, idx, options, env) -> str:
        """Put a formula into a box of its own, which scrolls where the screen is narrow."""
        shown = super().math_block(tokens, idx, options, env)
        return element("div", shown, class_="formula", dir="ltr", tabindex="0")

    math_inline_double = math_block_label = math_block


def render_part(tokens: Sequence[Token], links: Links) -> str:
    """Return block tokens as HTML on one line; raw HTML that stays open is closed."""
    env = {"pictures": {}, "links": links, "opened": [OWN]}
    made = PageRenderer().render(tokens, parser().options, env) + close(env["opened"], OWN)
    return made.strip("\n").replace("\n", "&#10;")


def pieces(cell_id: str, text: str, locale: Locale, words: Strings, links: Links) -> list[Piece]:
    """Return a prose cell as headings and HTML; what is missing or outdated is marked as such.

    A heading at the cell's start has the cell's id, later ones have a number behind it.
    """
    text, side, notices = strip_marks(text, locale, words)
    attributes = {"lang": side[0], "dir": side[1]} if side else {}
    notice = "".join(notice_line(line, words, links) for line in notices)
    made: list[Piece] = []
    rest: list[Token] = []

    def flush() -> None:
        nonlocal notice
        shown = render_part(rest, links)
        rest.clear()
        if not shown and not notice:
            return
        first = not any(piece.heading for piece in made) and not made
        name = {"id": cell_id} if first else {}
        inner = element("div", shown, **attributes) if attributes else shown
        made.append(Piece(None, element("div", notice + inner, class_="prose", **name)))
        notice = ""

    tokens = parser().parse(text, {})
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.type != "heading_open" or token.level:
            rest.append(token)
            at += 1
            continue
        if rest:
            flush()
        inline = render_part([tokens[at + 1]], links)
        if attributes:
            inline = element("span", inline, **attributes)
        count = sum(piece.heading is not None for piece in made)
        name = f"{cell_id}-{count + 1}" if made else cell_id
        made.append(Piece(Heading(int(token.tag[1]), name, inline)))
        at += 3
    if rest or notice:
        flush()
    return made


def strip_marks(
    text: str, locale: Locale, words: Strings
) -> tuple[str, tuple[str, str] | None, list[str]]:
    """Take off a built cell what the build has put around its text.

    Returns the text, language and direction where they are not the page's, and the notices. The
    notice at the top of a page goes: the site has its own in that place.
    """
    notices: list[str] = []
    if (wrapped := WRAPPED.fullmatch(text)) and wrapped[1] == locale.id:
        text = wrapped[3]
    lines = text.split("\n")
    ends = (number for number, line in enumerate(lines) if is_help(line, words))
    if (stop := next(ends, None)) is not None:
        start = stop
        while start and lines[start - 1].startswith("> "):
            start -= 1
        text = "\n".join(lines[:start] + lines[stop + 1 :]).strip("\n")
    for key in ("notices.missing", "notices.stale"):
        marked = quote(words[key])
        if marked in text.split("\n"):
            text = "\n".join(line for line in text.split("\n") if line != marked).strip("\n")
            notices.append(words[key])
    wrapped = WRAPPED.fullmatch(text)
    if wrapped and wrapped[1] != locale.id:
        return wrapped[3], (wrapped[1], wrapped[2]), notices
    return text, None, notices


def is_help(line: str, words: Strings) -> bool:
    """Tell whether a line is the last of the notice at the top of a page.

    Where its lines are joined, it is all of the notice.
    """
    return line.startswith("> ") and line.endswith(words["notices.help"])


def notice_line(text: str, words: Strings, links: Links) -> str:
    """Return a notice above a cell, with the way to mend it."""
    shown = html.escape(text)
    if links.edit:
        mend = element("a", html.escape(words["site.edit"]), href=links.edit)
        shown += f" {mend}"
    return element("p", shown, class_="notice")


def as_markdown(heading: Heading, level: int) -> str:
    """Return a heading as a line of Markdown in which nothing but its tags means anything.

    >>> as_markdown(Heading(2, "x", "<em>a*</em>"), 2)
    '## <em>a&#42;</em>'
    """
    parts = TAG.split(heading.html)
    shown = [part if part.startswith("<") else inert(part) for part in parts]
    return f"{'#' * level} {''.join(shown)}"


def inert(text: str) -> str:
    """Return the text of some HTML with all ASCII punctuation as entities.

    >>> inert("{a}`b` &amp; *c*")
    '&#123;a&#125;&#96;b&#96; &#38; &#42;c&#42;'
    """
    shown = BLANK.sub(" ", html.unescape(text))
    return "".join(
        f"&#{ord(c)};" if c.isascii() and not (c.isalnum() or c == " ") else c for c in shown
    )


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
