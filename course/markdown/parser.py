"""The Markdown parser of the course, and its tokens."""

import functools
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

Tokens = Sequence[Token]  # as markdown-it passes them to a renderer


@functools.cache
def parser() -> MarkdownIt:
    """Return the parser: CommonMark, tables, strikethrough and dollar maths, as in Jupyter."""
    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    markdown.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    return markdown


@functools.lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[Token, ...]:
    """Parse Markdown into block tokens; inline tokens are children of those of type `inline`."""
    return tuple(parser().parse(text))


def flat(text: str) -> Iterator[Token]:
    """Yield all tokens of Markdown in order, those within inline tokens and images included."""
    for token in tokens(text):
        yield token
        yield from _below(token)


def _below(token: Token) -> Iterator[Token]:
    for child in token.children or ():
        yield child
        yield from _below(child)


def link_targets(text: str) -> list[str]:
    """Return the targets of the links in Markdown, in order.

    >>> link_targets("[a](b.md) and <https://c.org>")
    ['b.md', 'https://c.org']
    """
    return [str(token.attrGet("href")) for token in flat(text) if token.type == "link_open"]


def visible(text: str) -> str:
    """Return the text of Markdown without its markup, on one line.

    >>> visible("The *mean* of `h` and $h_T$.")
    'The mean of h and h_T.'
    """
    parts = []
    for token in flat(text):
        if token.type in ("softbreak", "hardbreak", "paragraph_close"):
            parts.append(" ")
        elif token.type in ("text", "text_special", "code_inline", "fence", "code_block") or (
            token.type.startswith("math")
        ):
            parts.append(token.content)
    return " ".join("".join(parts).split())
