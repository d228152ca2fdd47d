"""The outline of Markdown: the structure and the inline content that a translation keeps."""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate

from markdown_it.token import Token

from course.markdown.active import elements
from course.markdown.parser import flat, tokens

NUMBER = re.compile(r"\d+(?:[.,' \u2019\u00a0\u202f\u066b\u066c]\d{3}(?!\d))*(?:[.,\u066b]\d+)?")
DIVIDER = re.compile(r"\D")
RUN = re.compile(r"\d+")
ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>]+|(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}\w{2,24}",
    re.ASCII | re.IGNORECASE,
)
TAG = re.compile(r"<!--(?:(?!<!--).)*?-->|<[^<>]*>", re.DOTALL)
# Attributes of raw HTML whose values are shown or read aloud.
TEXT_ATTRIBUTES = re.compile(
    r"\s(?:alt|title|aria-label|label|placeholder|summary)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.I
)
# Markup that did not render: asterisks, underscores at words, backticks, and parts of links.
LEFTOVER = re.compile(r"\*+|(?<!\w)__?(?=\w)|(?<=\w)__?(?!\w)|`+|\]\(|!\[|(?<!\\)\$")


@dataclass(frozen=True)
class TextRun:
    """A run of visible text, and the line of the cell in which it begins (from 0)."""

    text: str
    line: int


@dataclass(frozen=True)
class Block:
    """A paragraph, heading or table cell: its raw Markdown, and its first line (from 0)."""

    content: str
    line: int
    quoted: bool = False  # in a block quote

    @property
    def lines(self) -> int:
        """The number of lines, each of one sentence."""
        return self.content.count("\n") + 1


@dataclass
class Outline:
    """The parts of a cell in reading order; lines count from 0."""

    headings: list[int] = field(default_factory=list)
    lists: list[tuple[str, int]] = field(default_factory=list)  # kind, number of items
    quotes: int = 0
    tables: list[tuple[int, ...]] = field(default_factory=list)  # cells in each row
    rules: int = 0
    code_blocks: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    code: Counter[str] = field(default_factory=Counter)
    math: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    images: Counter[str] = field(default_factory=Counter)
    alts: list[str] = field(default_factory=list)
    html: Counter[str] = field(default_factory=Counter)
    emphasis: Counter[str] = field(default_factory=Counter)
    runs: list[TextRun] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)  # line of a code span, formula or target
    leftovers: list[TextRun] = field(default_factory=list)

    @cached_property
    def visible(self) -> str:
        """The visible text, without tags and targets; U+FFFC stands for code and formulas."""
        return "".join(run.text for run in self.runs)

    @cached_property
    def letters(self) -> int:
        """The number of letters in the visible text."""
        return sum(character.isalpha() for character in self.visible)

    @cached_property
    def numbers(self) -> Counter[str]:
        """The numbers in the visible text, as `digits` returns them: `1,281,364` is 1281364."""
        return Counter(digits(match[0]) for match in NUMBER.finditer(self.visible))

    @cached_property
    def digit_runs(self) -> Counter[str]:
        """The runs of digits in the visible text, whatever separates them."""
        return Counter(digits(match[0]) for match in RUN.finditer(self.visible))

    @cached_property
    def starts(self) -> list[int]:
        """The offset of each run in the visible text."""
        return [0, *accumulate(len(run.text) for run in self.runs)][: len(self.runs)]

    def line_of(self, offset: int) -> int:
        """Return the line of the character at `offset` in the visible text."""
        at = bisect_right(self.starts, offset) - 1
        if at < 0:
            return 0
        run = self.runs[at]
        return run.line + run.text.count("\n", 0, offset - self.starts[at])


def digits(number: str) -> str:
    """Return the digits of a number in any script as ASCII, with a point before its decimals.

    Three digits after a separator are thousands, except after a lone 0.

    >>> digits("1,281.5"), digits("٣٤"), digits("1 281,364"), digits("0,125")
    ('1281.5', '34', '1281364', '0.125')
    """
    plain = "".join(
        str(unicodedata.digit(character))
        if character.isdigit()
        else " "
        if character.isspace()
        else character
        for character in number
    )
    parts = re.fullmatch(r"(.*?)(?:([.,\u066b])(\d+))?", plain)
    whole, point, decimals = parts.groups("") if parts else (plain, "", "")
    if point and (len(decimals) != 3 or whole == "0"):
        return f"{re.sub(DIVIDER, '', whole)}.{decimals}"
    return re.sub(DIVIDER, "", plain)


@lru_cache(maxsize=8192)
def parse_outline(text: str) -> Outline:
    """Return the outline of Markdown; it is cached, so do not change it."""
    outline = Outline()
    open_lists: list[int] = []  # their indices in outline.lists
    quoted = 0
    for token in tokens(text):
        line = token.map[0] if token.map else 0
        kind = token.type
        if kind == "blockquote_open":
            outline.quotes += 1
            quoted += 1
        elif kind == "blockquote_close":
            quoted -= 1
        elif kind in ("fence", "code_block"):
            outline.code_blocks.append(f"{token.info.strip()}\n{token.content}")
        elif kind.startswith("math_block"):
            _note(outline, outline.math, squeeze(token.content), line)
        elif kind == "html_block":
            for number, part in enumerate(TAG.sub("", token.content).split("\n")):
                if part.strip():
                    outline.runs.append(TextRun(part + "\n", line + number))
                    outline.blocks.append(Block(part.strip(), line + number))
        elif kind == "inline":
            outline.blocks.append(Block(token.content, line, quoted > 0))
            _inline(outline, token.children or [], line)
            outline.runs.append(TextRun("\n", line))
        else:
            _count(outline, token, open_lists)
    outline.html.update(elements(text))
    for match in ADDRESS.finditer(outline.visible):  # a renderer may render it as a link
        _note(outline, outline.links, match[0], outline.line_of(match.start()))
    return outline


def _count(outline: Outline, token: Token, open_lists: list[int]) -> None:
    """Count headings, list items, cells of tables, and rules."""
    kind = token.type
    if kind == "heading_open":
        outline.headings.append(int(token.tag[1]))
    elif kind in ("bullet_list_open", "ordered_list_open"):
        open_lists.append(len(outline.lists))
        outline.lists.append((kind.split("_")[0], 0))
    elif kind == "list_item_open":
        name, items = outline.lists[open_lists[-1]]
        outline.lists[open_lists[-1]] = (name, items + 1)
    elif kind in ("bullet_list_close", "ordered_list_close"):
        open_lists.pop()
    elif kind == "table_open":
        outline.tables.append(())
    elif kind == "tr_open":
        outline.tables[-1] += (0,)
    elif kind in ("th_open", "td_open"):
        outline.tables[-1] = (*outline.tables[-1][:-1], outline.tables[-1][-1] + 1)
    elif kind == "hr":
        outline.rules += 1


@lru_cache(maxsize=8192)
def has_words(text: str) -> bool:
    """Return whether Markdown has anything to translate: words or numbers.

    What a translation has to keep does not count: code, formulas, addresses, tags. A picture has
    words if it has an alternative text or a title.

    >>> [has_words(text) for text in ("$$h = 1$$", "![](a.svg)", "---", "`x`", "![A cat](a.svg)")]
    [False, False, False, False, True]
    """
    parts = [ADDRESS.sub("", parse_outline(text).visible)]
    for token in flat(text):
        parts.append(str(token.attrGet("title") or ""))
        if token.type in ("html_block", "html_inline"):
            parts += TEXT_ATTRIBUTES.findall(token.content)
    return any(character.isalnum() for part in parts for character in part)


def squeeze(formula: str) -> str:
    """Return a formula with each run of white space as one space, and none at its edges."""
    return re.sub(r"\s+", " ", formula).strip()


def _note(outline: Outline, counter: Counter[str], value: str, line: int) -> None:
    counter[value] += 1
    outline.places.setdefault(value, line)


def _inline(outline: Outline, children: list[Token], line: int) -> int:
    """Add the inline tokens of a block that begins in `line`; return the line it ends in."""
    bold = 0
    for token in children:
        kind = token.type
        if kind in ("softbreak", "hardbreak"):
            line += 1
            outline.runs.append(TextRun("\n", line - 1))
        elif kind in ("text", "text_special"):
            outline.runs.append(TextRun(token.content, line))
            if kind == "text":
                outline.leftovers += _leftovers(token.content, line)
        elif kind == "code_inline":
            _note(outline, outline.code, token.content, line)
            outline.runs.append(TextRun("\ufffc", line))
            line += token.content.count("\n")
        elif kind.startswith("math_inline"):
            _note(outline, outline.math, squeeze(token.content), line)
            outline.runs.append(TextRun("\ufffc", line))
            line += token.content.count("\n")
        elif kind == "image":
            _note(outline, outline.images, str(token.attrGet("src") or ""), line)
            outline.alts.append(token.content)
            line = _inline(outline, token.children or [], line)
        elif kind == "link_open":
            _note(outline, outline.links, str(token.attrGet("href") or ""), line)
            outline.html["title of a link"] += bool(token.attrGet("title"))
        elif kind == "strong_close":
            bold -= 1
        elif kind in ("strong_open", "em_open", "s_open"):
            bold += kind == "strong_open"
            if bold > 1:  # asterisks that were meant as closing ones
                outline.leftovers.append(TextRun("**", line))
            outline.emphasis[kind.removesuffix("_open")] += 1
        elif kind == "html_inline":
            outline.runs.append(TextRun(" ", line))
    return line


def _leftovers(text: str, line: int) -> Iterator[TextRun]:
    for match in LEFTOVER.finditer(text):
        around = text[max(0, match.start() - 12) : match.end() + 12]
        yield TextRun(around, line)
