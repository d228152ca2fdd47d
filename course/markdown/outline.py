"""What a Markdown text is made of, as far as a translation has to keep it."""

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
# Attributes of raw HTML that a reader sees or hears.
SAID = re.compile(
    r"\s(?:alt|title|aria-label|label|placeholder|summary)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.I
)
# Emphasis that did not render: asterisks, underscores at words, backticks, and halves of links.
LEFTOVER = re.compile(r"\*+|(?<!\w)__?(?=\w)|(?<=\w)__?(?!\w)|`+|\]\(|!\[|(?<!\\)\$")


@dataclass(frozen=True)
class Piece:
    """A run of visible text, and the line of the cell it stands in (from 0)."""

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
        """How many lines it has, one sentence each."""
        return self.content.count("\n") + 1


@dataclass
class Anatomy:
    """The parts of a text in reading order; lines count from 0."""

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
    pieces: list[Piece] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)  # line of a code span, formula or target
    leftovers: list[Piece] = field(default_factory=list)

    @cached_property
    def visible(self) -> str:
        """All that a reader sees as words: no code, formulas, tags and targets."""
        return "".join(piece.text for piece in self.pieces)

    @cached_property
    def letters(self) -> int:
        """How many letters the visible text has."""
        return sum(character.isalpha() for character in self.visible)

    @cached_property
    def numbers(self) -> Counter[str]:
        """The numbers of the visible text, as their digits only: `1,281,364` is 1281364."""
        return Counter(digits(match[0]) for match in NUMBER.finditer(self.visible))

    @cached_property
    def digit_runs(self) -> Counter[str]:
        """The runs of digits of the visible text, whatever stands between them."""
        return Counter(digits(match[0]) for match in RUN.finditer(self.visible))

    @cached_property
    def starts(self) -> list[int]:
        """The offsets in the visible text at which the pieces begin."""
        return [0, *accumulate(len(piece.text) for piece in self.pieces)][: len(self.pieces)]

    def line_of(self, offset: int) -> int:
        """Return the line in which the character at `offset` of the visible text stands."""
        at = bisect_right(self.starts, offset) - 1
        if at < 0:
            return 0
        piece = self.pieces[at]
        return piece.line + piece.text.count("\n", 0, offset - self.starts[at])


def digits(number: str) -> str:
    """Return the digits of a number in any script as ASCII, with a point before its decimals.

    Three digits behind a sign are thousands, but for those behind a lone 0.

    >>> digits("1,281.5"), digits("٣٤"), digits("1 281,364"), digits("0,125")
    ('1281.5', '34', '1281364', '0.125')
    """
    plain = "".join(
        str(unicodedata.digit(sign)) if sign.isdigit() else " " if sign.isspace() else sign
        for sign in number
    )
    parts = re.fullmatch(r"(.*?)(?:([.,\u066b])(\d+))?", plain)
    whole, point, decimals = parts.groups("") if parts else (plain, "", "")
    if point and (len(decimals) != 3 or whole == "0"):
        return f"{re.sub(DIVIDER, '', whole)}.{decimals}"
    return re.sub(DIVIDER, "", plain)


@lru_cache(maxsize=8192)
def dissect(text: str) -> Anatomy:
    """Take a Markdown text apart."""
    anatomy = Anatomy()
    open_lists: list[int] = []  # their places among the lists
    quoted = 0
    for token in tokens(text):
        line = token.map[0] if token.map else 0
        kind = token.type
        if kind == "blockquote_open":
            anatomy.quotes += 1
            quoted += 1
        elif kind == "blockquote_close":
            quoted -= 1
        elif kind in ("fence", "code_block"):
            anatomy.code_blocks.append(f"{token.info.strip()}\n{token.content}")
        elif kind.startswith("math_block"):
            _note(anatomy, anatomy.math, squeeze(token.content), line)
        elif kind == "html_block":
            for number, part in enumerate(TAG.sub("", token.content).split("\n")):
                if part.strip():
                    anatomy.pieces.append(Piece(part + "\n", line + number))
                    anatomy.blocks.append(Block(part.strip(), line + number))
        elif kind == "inline":
            anatomy.blocks.append(Block(token.content, line, quoted > 0))
            _inline(anatomy, token.children or [], line)
            anatomy.pieces.append(Piece("\n", line))
        else:
            _count(anatomy, token, open_lists)
    anatomy.html.update(elements(text))
    for match in ADDRESS.finditer(anatomy.visible):  # a renderer may make a link of it
        _note(anatomy, anatomy.links, match[0], anatomy.line_of(match.start()))
    return anatomy


def _count(anatomy: Anatomy, token: Token, open_lists: list[int]) -> None:
    """Count headings, list items, cells of tables, and rules."""
    kind = token.type
    if kind == "heading_open":
        anatomy.headings.append(int(token.tag[1]))
    elif kind in ("bullet_list_open", "ordered_list_open"):
        open_lists.append(len(anatomy.lists))
        anatomy.lists.append((kind.split("_")[0], 0))
    elif kind == "list_item_open":
        name, items = anatomy.lists[open_lists[-1]]
        anatomy.lists[open_lists[-1]] = (name, items + 1)
    elif kind in ("bullet_list_close", "ordered_list_close"):
        open_lists.pop()
    elif kind == "table_open":
        anatomy.tables.append(())
    elif kind == "tr_open":
        anatomy.tables[-1] += (0,)
    elif kind in ("th_open", "td_open"):
        anatomy.tables[-1] = (*anatomy.tables[-1][:-1], anatomy.tables[-1][-1] + 1)
    elif kind == "hr":
        anatomy.rules += 1


def has_words(text: str) -> bool:
    """Tell whether a Markdown text has anything to translate: words or numbers for a reader.

    What a translation has to take over as it is does not count: code, formulas, addresses, tags.
    A picture has words if it has an alternative text or a title.

    >>> [has_words(text) for text in ("$$h = 1$$", "![](a.svg)", "---", "`x`", "![A cat](a.svg)")]
    [False, False, False, False, True]
    """
    said = [ADDRESS.sub("", dissect(text).visible)]
    for token in flat(text):
        said.append(str(token.attrGet("title") or ""))
        if token.type in ("html_block", "html_inline"):
            said += SAID.findall(token.content)
    return any(character.isalnum() for part in said for character in part)


def squeeze(formula: str) -> str:
    """Return a formula without the spaces that mean nothing, so that line breaks do not count."""
    return re.sub(r"\s+", " ", formula).strip()


def _note(anatomy: Anatomy, counter: Counter[str], value: str, line: int) -> None:
    counter[value] += 1
    anatomy.places.setdefault(value, line)


def _inline(anatomy: Anatomy, children: list[Token], line: int) -> int:
    """Take apart what stands within a block from `line` on; return the line it ends in."""
    bold = 0
    for token in children:
        kind = token.type
        if kind in ("softbreak", "hardbreak"):
            line += 1
            anatomy.pieces.append(Piece("\n", line - 1))
        elif kind in ("text", "text_special"):
            anatomy.pieces.append(Piece(token.content, line))
            if kind == "text":
                anatomy.leftovers += _leftovers(token.content, line)
        elif kind == "code_inline":
            _note(anatomy, anatomy.code, token.content, line)
            anatomy.pieces.append(Piece("\ufffc", line))
            line += token.content.count("\n")
        elif kind.startswith("math_inline"):
            _note(anatomy, anatomy.math, squeeze(token.content), line)
            anatomy.pieces.append(Piece("\ufffc", line))
            line += token.content.count("\n")
        elif kind == "image":
            _note(anatomy, anatomy.images, str(token.attrGet("src") or ""), line)
            anatomy.alts.append(token.content)
            line = _inline(anatomy, token.children or [], line)
        elif kind == "link_open":
            _note(anatomy, anatomy.links, str(token.attrGet("href") or ""), line)
            anatomy.html["title of a link"] += bool(token.attrGet("title"))
        elif kind == "strong_close":
            bold -= 1
        elif kind in ("strong_open", "em_open", "s_open"):
            bold += kind == "strong_open"
            if bold > 1:  # asterisks that were meant to close
                anatomy.leftovers.append(Piece("**", line))
            anatomy.emphasis[kind.removesuffix("_open")] += 1
        elif kind == "html_inline":
            anatomy.pieces.append(Piece(" ", line))
    return line


def _leftovers(text: str, line: int) -> Iterator[Piece]:
    for match in LEFTOVER.finditer(text):
        around = text[max(0, match.start() - 12) : match.end() + 12]
        yield Piece(around, line)
