"""Headings, Markdown split at them, and the visible text of HTML."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from course.markdown.formulas import write_formulas

TAG = re.compile(r"(<[^>]*>)")
BLANK = re.compile(r"\s+")


@dataclass(frozen=True)
class Heading:
    """A heading of a page or chapter: its level (1 to 6), its anchor, and its HTML."""

    level: int
    id: str
    html: str

    @property
    def text(self) -> str:
        """The heading without its tags."""
        return strip_tags(self.html)


def is_picture(token: Token) -> bool:
    """Return whether the inline token of a paragraph is a picture and nothing else."""
    return [child.type for child in token.children or ()] == ["image"]


def split_at_headings(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield block tokens in runs: each heading by itself, and the tokens between headings."""
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


def strip_tags(markup: str) -> str:
    """Return the visible text of HTML in one line, with formulas as text.

    >>> strip_tags("The <b>LSTM</b>\\n&amp; more")
    'The LSTM & more'
    """
    return shown_characters(write_formulas(markup))


def shown_characters(markup: str) -> str:
    """Return the text of HTML in one line, that of formulas as it is drawn."""
    return BLANK.sub(" ", html.unescape(TAG.sub("", markup))).strip()
