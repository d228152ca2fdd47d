"""Rendering of untrusted Markdown as HTML: this module writes each tag of the output.

No tag, attribute or address of the input is copied to the page unchecked.
"""

import html
import posixpath
import re
import xml.etree.ElementTree as ET
from collections.abc import Container, Iterable
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

from latex2mathml.converter import convert_to_element
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from course.markdown.active import ATTRIBUTES, ELEMENTS
from course.markdown.parser import Tokens, parser
from course.text import one_line

VOID = ("br", "hr", "wbr")
OWN = ""  # marks, among open elements of raw HTML, one that Markdown itself has opened
ELSEWHERE = ("http://", "https://", "mailto:")
LONGEST_FORMULA = 2000  # characters
MATHML = set(
    "math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow"
    " mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none".split()
)
MATHML_ATTRIBUTES = set(
    "accent accentunder columnalign columnlines columnspacing depth display displaystyle fence form"
    " height largeop linebreak linethickness lspace mathbackground mathcolor mathvariant maxsize"
    " minsize movablelimits notation rowlines rowspacing rspace scriptlevel separator stretchy"
    " symmetric voffset width".split()
)

FAR = re.compile(r"(?<![\w.#])\d{3}")  # 9999px, which no formula needs; not 0.167em or #ff0000


def element(name: str, content: str = "", **attributes: str) -> str:
    """Return an HTML element; `content` is HTML, attributes are escaped; `_` in names is a dash.

    >>> element("p", "<b>x</b>", class_="a", data_status='"')
    '<p class="a" data-status="&quot;"><b>x</b></p>'
    """
    rendered = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{rendered}>{content}</{name}>"


def render_changes(changes: Iterable[tuple[str, str]]) -> str:
    """Return a word diff as HTML, with `del` and `ins` elements.

    >>> render_changes([("same", "a "), ("removed", "<b>"), ("added", "c")])
    'a <del>&lt;b&gt;</del><ins>c</ins>'
    """
    tags = {"removed": "del", "added": "ins"}
    return "".join(
        element(tags[kind], html.escape(text)) if kind in tags else html.escape(text)
        for kind, text in changes
    )


def best_picture(name: str, names: Container[str]) -> str:
    """Return the name of the SVG beside a picture if `names` has it, or else the picture's own.

    Cells link PNG, because GitHub's preview of notebooks shows no SVG.

    >>> best_picture("images/a.png", {"images/a.png", "images/a.svg"})
    'images/a.svg'
    """
    vector = f"{posixpath.splitext(name)[0]}.svg"
    return vector if vector in names else name


def render_markdown(text: str, pictures: dict[str, str]) -> str:
    """Return Markdown as HTML without active content, which loads nothing from another host.

    `pictures` maps the relative paths that cells link to the addresses of the pictures.

    >>> render_markdown("**b** <b onclick='x()'>y</b> <script>z</script>", {})
    '<p><strong>b</strong> <b>y</b> &lt;script&gt;z&lt;/script&gt;</p>\\n'
    """
    env: dict[str, Any] = {"pictures": pictures, "opened": [OWN]}
    markdown = parser()
    rendered = Renderer().render(markdown.parse(text, env), markdown.options, env)
    return rendered + close(env["opened"], OWN)


def close(opened: list[str], tag: str) -> str:
    """Pop open elements down to the last `tag`; return the end tags of those above it."""
    closed = ""
    while (last := opened.pop()) != tag:
        closed += f"</{last}>"
    return closed


class Renderer(RendererHTML):
    """A renderer of untrusted tokens, with a method for each type of token."""

    @staticmethod
    def renderAttrs(token: Token) -> str:
        """Return only the start of a list and the alignment of a table cell."""
        kept = {"start": token.attrGet("start")}
        if token.tag in ("td", "th") and (style := token.attrGet("style")):
            kept["align"] = str(style).partition(":")[2]
        return "".join(f' {key}="{html.escape(str(kept[key]))}"' for key in kept if kept[key])

    def renderToken(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """Render a token; before an element of Markdown ends, close raw HTML opened in it."""
        token, shown = tokens[idx], super().renderToken(tokens, idx, options, env)
        if token.nesting == -1 and not token.hidden:
            return close(env["opened"], OWN) + shown
        if token.nesting == 1 and not token.hidden:
            env["opened"].append(OWN)
        return shown

    def html_inline(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        rebuilder = Rebuilder(env["opened"])
        rebuilder.feed(tokens[idx].content)
        rebuilder.close()
        return "".join(rebuilder.parts)

    html_block = html_inline

    def image(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        target = unquote(str(tokens[idx].attrGet("src")))
        alt = self.renderInlineAsText(tokens[idx].children, options, env)
        address = env["pictures"].get(best_picture(posixpath.normpath(target), env["pictures"]))
        if address is None:
            return element("span", html.escape(alt or "?"), class_="no-picture", title=target)
        return f'<img src="{html.escape(address)}" alt="{html.escape(alt)}">'

    def link_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        target = str(tokens[idx].attrGet("href"))
        env["opened"].append(OWN)
        if not target.lower().startswith(ELSEWHERE):  # works only in the built lesson
            return f'<a class="local" title="{html.escape(target)}">'
        return f'<a href="{html.escape(target)}" target="_blank" rel="noopener noreferrer">'

    def code_inline(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return element("code", html.escape(tokens[idx].content), dir="ltr")

    def fence(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return code(tokens[idx].content)

    code_block = fence

    def math_inline(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return formula(tokens[idx].content)

    def math_block(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return formula(tokens[idx].content, "block")

    math_inline_double = math_block_label = math_block


class Rebuilder(HTMLParser):
    """A parser that rebuilds the harmless part of raw HTML, and escapes the rest.

    `opened` is the stack of open elements; only those above the last `OWN` can be closed.
    """

    def __init__(self, opened: list[str]) -> None:
        super().__init__()
        self.opened = opened
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            self.handle_data(self.get_starttag_text() or "")
            return
        kept = {name: value or "" for name, value in attrs if name in ATTRIBUTES}
        self.parts.append(element(tag, **kept).removesuffix(f"</{tag}>"))
        if tag not in VOID:
            self.opened.append(tag)

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        if tag not in ELEMENTS:
            self.handle_data(f"</{tag}>")
        elif tag in self.opened[len(self.opened) - self.opened[::-1].index(OWN) :]:
            self.parts.append(close(self.opened, tag) + f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.parts.append(html.escape(data))

    def handle_decl(self, decl: str) -> None:
        self.handle_data(decl)

    handle_pi = unknown_decl = handle_data


@lru_cache(maxsize=4096)
def formula(tex: str, display: str = "inline") -> str:
    """Return a formula as MathML, or as its escaped source where it cannot be converted.

    latex2mathml lets `\\text{<script>}` and `\\href` through, so its elements are checked against
    a list, and their text is escaped here.
    """
    try:
        if len(tex) > LONGEST_FORMULA:
            raise ValueError("too long")
        tree = convert_to_element(tex, display=display)
    except Exception as error:  # it raises IndexError, RecursionError, its own errors
        problem = one_line(f"not shown as a formula: {type(error).__name__} {error}").strip()
        return element("code", html.escape(tex), class_="bad", dir="ltr", title=problem)
    for item in tree.iter():
        item.tag = item.tag if item.tag in MATHML else "mrow"
        item.text = html.unescape(item.text or "")
        item.tail = None
        item.attrib = {
            key: value
            for key, value in item.attrib.items()
            if key in MATHML_ATTRIBUTES and not FAR.search(value)
        }
    tree.set("dir", "ltr")
    return ET.tostring(tree, encoding="unicode", short_empty_elements=False)


def code(text: str) -> str:
    """Return program code or its output as HTML; its direction is `ltr` in every language."""
    return element("pre", element("code", html.escape(text)), dir="ltr")
