"""Markdown as the course reads it: one parser for all steps, and where the lines of a text are."""

import functools
import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

# Scripts that are written without spaces between words (Unicode blocks, roughly).
UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60"
UNSPACED_EDGE = re.compile(rf"[{UNSPACED}]$"), re.compile(rf"[{UNSPACED}]")
UNSPACED_LANGUAGES = {"zh", "ja", "th", "lo", "km", "my", "yue", "wuu"}


@functools.cache
def parser() -> MarkdownIt:
    """Return the parser: CommonMark, tables, strikethrough and dollar maths, as in Jupyter."""
    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    markdown.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    return markdown


@functools.lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[Token, ...]:
    """Parse a text into block tokens; inline ones are the children of those of type `inline`."""
    return tuple(parser().parse(text))


def flat(text: str) -> Iterator[Token]:
    """Yield all tokens of a text, inline ones and those within links and images included."""
    for token in tokens(text):
        yield token
        yield from _below(token)


def _below(token: Token) -> Iterator[Token]:
    for child in token.children or ():
        yield child
        yield from _below(child)


def writes_without_spaces(locale_id: str) -> bool:
    """Tell whether the language of a locale puts no spaces between words.

    >>> [writes_without_spaces(name) for name in ("zh-CN", "ja", "pl")]
    [True, True, False]
    """
    return locale_id.split("-")[0].lower() in UNSPACED_LANGUAGES


def join_lines(text: str) -> str:
    """Join the lines of paragraphs where both sides are written without spaces.

    A line break within a paragraph is shown as a space, which Chinese and Japanese do not have
    between sentences. Code, tables and hard line breaks stay as they are.
    """
    lines = text.split("\n")
    joined: set[int] = set()  # numbers of the lines that are appended to the one before
    for token in tokens(text):
        if token.type != "inline" or not token.map or token.map[1] - token.map[0] < 2:
            continue
        first, _ = token.map
        contents = token.content.split("\n")
        for offset, (one, two) in enumerate(zip(contents, contents[1:], strict=False)):
            if UNSPACED_EDGE[0].search(one) and UNSPACED_EDGE[1].match(two.lstrip()):
                number = first + offset + 1
                if number < len(lines) and lines[number].endswith(two.lstrip()):
                    lines[number] = two.lstrip()
                    joined.add(number)
    parts: list[str] = []
    if not joined:
        return text
    for number, line in enumerate(lines):
        if number in joined:
            parts[-1] += line
        else:
            parts.append(line)
    made = "\n".join(parts)
    # A line break can keep what looks like a link or a tag from being one.
    return made if _unspaced(made) == _unspaced(text) else text


def _unspaced(text: str) -> str:
    """Return how a text is shown, without the white space between characters of such scripts."""
    return re.sub(rf"(?<=[{UNSPACED}])\s+(?=[{UNSPACED}])", "", parser().render(text))
