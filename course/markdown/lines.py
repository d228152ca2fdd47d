"""Joining the lines of paragraphs in scripts that are written without spaces."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.utils import EnvType, OptionsDict

from course.markdown.parser import Tokens, parser, tokens

# Scripts that are written without spaces between words (Unicode blocks, roughly).
UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60"
# Full-width punctuation. Dashes, dots and curly quotes are full-width beside such characters.
WIDE = r"\u3001-\u3003\u3008-\u3011\u3014-\u301f\u30fb\uff01-\uff0f"
WIDE += r"\uff1a-\uff20\uff3b-\uff40\uff5b-\uff60"
CLOSING = r"[*_~]*(?:\]\([^()\s]*\))?[*_~]*$"  # emphasis and links that end with a line
OPENING = r"[*_~\[]*"
UNSPACED_EDGE = re.compile(rf"[{UNSPACED}]{CLOSING}"), re.compile(rf"{OPENING}[{UNSPACED}]")
WIDE_EDGE = (
    re.compile(rf"(?:[{WIDE}]|[{UNSPACED}][”’…—])[”’…—]*{CLOSING}"),
    re.compile(rf"{OPENING}(?:[{WIDE}]|[“‘…—]+[{UNSPACED}])"),
)
LONG_EDGE = 300  # characters of a line that are matched
MANY_JOINTS = 50  # in a cell; more are not tried one by one
UNSPACED_LANGUAGES = {"zh", "ja", "th", "lo", "km", "my", "yue", "wuu"}


def writes_without_spaces(locale_id: str) -> bool:
    """Return whether the language of a locale is written without spaces between words.

    >>> [writes_without_spaces(name) for name in ("zh-CN", "ja", "pl")]
    [True, True, False]
    """
    return locale_id.split("-")[0].lower() in UNSPACED_LANGUAGES


def join_lines(text: str, locale_id: str) -> str:
    """Join the lines of paragraphs where the language has no space between them.

    A line break within a paragraph is rendered as a space. Chinese and Japanese have none between
    their characters, and none next to full-width punctuation, whatever is on its other side:
    code, formulas, links and Latin words too. Between a character and code, a formula or a Latin
    word, Japanese has none; in other languages that is the writer's choice, and the break stays.
    The content of a line, code, tables and hard line breaks are not changed.
    """
    lines = text.split("\n")
    joints = dict(_joints(text, lines, locale_id.split("-")[0] == "ja"))
    if not joints:
        return text
    shown, joined = _without_breaks(text), _joined(lines, joints)
    if _without_breaks(joined) == shown:
        return joined
    # A line break can keep what looks like a link or a tag from being one, or emphasis from ending.
    kept: dict[int, str] = {}
    for number, line in joints.items() if len(joints) <= MANY_JOINTS else ():
        if _without_breaks(_joined(lines, {**kept, number: line})) == shown:
            kept[number] = line
    return _joined(lines, kept)


def _joints(text: str, lines: list[str], japanese: bool) -> Iterator[tuple[int, str]]:
    """Yield index and content of each line that can be appended to the one before."""
    for token in tokens(text):
        if token.type == "inline" and token.map:
            contents = token.content.split("\n")
            for number, (before, after) in enumerate(pairwise(contents), start=token.map[0] + 1):
                after = after.lstrip()
                whole = number < len(lines) and lines[number].endswith(after)
                if whole and _run_on(before[-LONG_EDGE:], after[:LONG_EDGE], japanese):
                    yield number, after


def _run_on(before: str, after: str, japanese: bool) -> bool:
    """Return whether no space belongs between two lines."""
    if WIDE_EDGE[0].search(before) or WIDE_EDGE[1].match(after):
        return True
    ends, starts = UNSPACED_EDGE[0].search(before), UNSPACED_EDGE[1].match(after)
    return bool(ends or starts) if japanese else bool(ends and starts)


def _joined(lines: list[str], joints: Mapping[int, str]) -> str:
    """Return lines as one string, those of `joints` appended to the lines before them."""
    parts: list[str] = []
    for number, line in enumerate(lines):
        if number in joints:
            parts[-1] += joints[number]
        else:
            parts.append(line)
    return "\n".join(parts)


class _Breakless(RendererHTML):
    """A renderer that omits line breaks within paragraphs, and keeps formulas as their source."""

    def softbreak(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return ""

    def renderInlineAsText(self, tokens: Tokens | None, options: OptionsDict, env: EnvType) -> str:
        return super().renderInlineAsText(tokens, options, env).replace("\n", "")

    def math_inline(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return escapeHtml(tokens[idx].content)

    math_inline_double = math_block = math_block_label = math_inline


def _without_breaks(text: str) -> str:
    """Return Markdown as HTML, without the line breaks within its paragraphs."""
    markdown = parser()
    env: dict[str, Any] = {}
    return _Breakless().render(markdown.parse(text, env), markdown.options, env)
