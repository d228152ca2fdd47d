"""Prose of the lessons as HTML, split at its headings.

Translations are untrusted, so `markdown.render` generates every tag.
"""

import html
import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from course.markdown.formulas import write_formulas
from course.markdown.parser import Tokens, parser
from course.markdown.render import ELSEWHERE, OWN, Renderer, best_picture, close, element
from course.rendering.blocks import Heading, is_picture, split_at_headings, strip_tags
from course.website.figures import picture
from course.website.quiz import right_answer

BLOCK_END = re.compile(r"(</(?:p|li|td|th|pre|div|summary|blockquote|figcaption|h\d)>)")


@dataclass(frozen=True)
class Links:
    """Link targets relative to a page: URLs of pictures, pages and files by the link in a notebook.

    `anchors` are the ids of each page by its URL, that of the page itself as "". `edit` is the URL
    where the translation can be edited, `repository` that of the repository, or empty.
    """

    pictures: Mapping[str, str] = field(default_factory=dict)
    dark: Mapping[str, str] = field(default_factory=dict)  # their twins for dark pages, by URL
    sizes: Mapping[str, dict[str, str]] = field(default_factory=dict)  # of pictures, in pixels
    pages: Mapping[str, str] = field(default_factory=dict)
    anchors: Mapping[str, Collection[str]] = field(default_factory=dict)
    edit: str = ""
    repository: str = ""

    def at(self, page: str) -> "Links":
        """Return the targets for a page."""
        return replace(self, anchors={**self.anchors, "": self.anchors.get(page, ())})


@dataclass(frozen=True)
class Block:
    """A block of a cell: a heading, or else the prose below it as HTML."""

    heading: Heading | None
    html: str = ""


class PageRenderer(Renderer):
    """Renders prose for a page of the site, with links and pictures resolved by `Links`."""

    def image(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """Render a picture of the course; a diagram is there twice, for light and dark pages."""
        path = posixpath.normpath(unquote(str(tokens[idx].attrGet("src"))))
        target = best_picture(path, env["links"].pictures)
        alt = self.renderInlineAsText(tokens[idx].children, options, env)
        address = env["links"].pictures.get(target)
        if address is None:
            return element("span", html.escape(alt or "?"), class_="no-picture")
        kind = "diagram" if address.endswith(".svg") else "picture"
        size = env["links"].sizes.get(target, {})
        dark = env["links"].dark.get(address)
        looks = [(f"{kind} in-light", address), (f"{kind} in-dark", dark)]
        shown = looks if dark else [(kind, address)]
        return "".join(picture(look, source, {"alt": alt}, size) for look, source in shown)

    def paragraph_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """Open a paragraph, or a figure if it is a picture alone."""
        if env["caption"] and is_picture(tokens[idx + 1]):
            return '<figure class="figure"><div class="canvas">'
        return self.renderToken(tokens, idx, options, env)

    def paragraph_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """Close a paragraph, or a figure, with its caption."""
        if env["caption"] and is_picture(tokens[idx - 1]):
            return f"</div>{env['caption']()}</figure>\n"
        return self.renderToken(tokens, idx, options, env)

    def link_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """Render a link to a page of the site or another site, or one without target."""
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
        """Open a table in a container that scrolls on narrow screens."""
        return '<div class="scroll">' + self.renderToken(tokens, idx, options, env)

    def table_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """Close the table and its container."""
        return self.renderToken(tokens, idx, options, env) + "</div>"

    def math_block(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """Render a formula in a container that scrolls on narrow screens."""
        formula = super().math_block(tokens, idx, options, env)
        return element("div", formula, class_="formula", dir="ltr")

    math_inline_double = math_block_label = math_block


def render_part(
    tokens: Sequence[Token], links: Links, caption: Callable[[], str] | None = None
) -> str:
    """Return block tokens as HTML; raw HTML that stays open is closed.

    A picture in a paragraph of its own becomes a figure, if `caption` returns its caption.
    """
    env: dict[str, Any] = {"pictures": {}, "links": links, "opened": [OWN], "caption": caption}
    rendered = PageRenderer().render(tokens, parser().options, env)
    return (rendered + close(env["opened"], OWN)).strip("\n")


def render_blocks(
    cell_id: str,
    text: str,
    side: Mapping[str, str],
    notice: str,
    edit: str,
    links: Links,
    caption: Callable[[], str] | None = None,
) -> list[Block]:
    """Return a cell of prose as headings and HTML.

    A heading at the cell's start has the cell's id, later ones a numeric suffix. `side` are the
    attributes of prose that is not in the page's language; `notice` is shown above the prose, with
    a link labelled `edit`; `caption` as in `render_part`.
    """
    above = notice_line(notice, edit, links) if notice else ""
    blocks: list[Block] = []
    for tokens in split_at_headings(parser().parse(text, {})):
        if tokens and tokens[0].type == "heading_open":
            inline = render_part([tokens[1]], links)
            inline = element("span", inline, **side) if side else inline
            name = f"{cell_id}-{_count_headings(blocks) + 1}" if blocks else cell_id
            blocks.append(Block(Heading(int(tokens[0].tag[1]), name, inline)))
            continue
        rendered = render_part(tokens, links, caption)
        if rendered or above:
            inner = element("div", rendered, **side) if side else rendered
            place = {} if blocks else {"id": cell_id}
            blocks.append(
                Block(None, element("div", above + inner, **kind_of(tokens, cell_id), **place))
            )
            above = ""
    if above:
        place = {} if blocks else {"id": cell_id}
        blocks.append(Block(None, element("div", above, class_="prose", **place)))
    return blocks


def kind_of(tokens: Sequence[Token], cell_id: str) -> dict[str, str]:
    """Return the attributes of a block of prose: its class, and those of a question."""
    answer = right_answer(tokens)
    if not answer:
        return {"class_": "prose"}
    return {"class_": "prose quiz", "data_answer": str(answer), "data_question": cell_id}


def join_blocks(cell_id: str, blocks: Iterable[Block]) -> str:
    """Return the blocks of a cell as HTML without ids, for a page that shows the cell by itself."""
    parts = []
    for block in blocks:
        if block.heading:
            parts.append(element(f"h{max(2, block.heading.level)}", block.heading.html))
        else:
            parts.append(block.html.replace(f' id="{cell_id}"', "", 1))
    return "".join(parts)


def _count_headings(blocks: Iterable[Block]) -> int:
    return sum(block.heading is not None for block in blocks)


def notice_line(text: str, edit: str, links: Links) -> str:
    """Return the notice above a cell, with a link for editing the translation."""
    shown = html.escape(text)
    if links.edit:
        shown += f" {element('a', html.escape(edit), href=links.edit)}"
    return element("p", shown, class_="notice")


def searchable(parts: Iterable[str]) -> str:
    """Return the visible text of HTML for the search index, with a space between blocks.

    >>> searchable(["<p>one <b>tw</b>o</p><p>three</p>"])
    'one two three'
    """
    spaced = BLOCK_END.sub(r" \1", " ".join(parts))
    return strip_tags(write_formulas(spaced, isolated=True))
