"""Pseudolocalization: English with accents, a third longer, in brackets.

Plain English on a page in this locale is a string that cannot be translated.
"""

import re

from course.formats.lesson import SourceLesson
from course.formats.settings import Course, Locale
from course.formats.strings import Strings, english_strings
from course.formats.translation import Cell, Translation
from course.localization.localize import LocalizedLesson

PSEUDO = Locale("en-XA", "[Ƥşḗŭḓǿ]", "ltr")
ACCENTS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "áƀçďéƒǧĥíĵķľɱñóƥʠřšťúṽŵẋýžÁƁÇĎÉƑǦĤÍĴĶĽṀÑÓƤɊŘŠŤÚṼŴẊÝŽ",
)
FILLER = "·"
# Markup that is not prose: code, formulas, tags, targets, footnotes, entities, names in braces.
FIXED = re.compile(
    r"(`+)(?:(?!\1).|\n)+?\1|\$\$(?:.|\n)+?\$\$|\$[^$\n]+\$|<[^>\n]+>|\]\([^)\n]*\)|!\[|\[|\\."
    r"|https?://\S+|&\w+;|\{\w+\}"
)
FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
# Block markup that begins a line; and lines without prose.
PREFIX = re.compile(r"^(?:\s*(?:>|[*+-](?=\s)|\d+[.)](?=\s)|#{1,6}(?=\s))\s*)*")
NO_PROSE = re.compile(
    r"^\s*(?:\|?[\s|:-]*\||</?\w+[^>]*>|\$\$.*\$\$[,.]?|!?\[[^\]]*\]\([^)]*\))?\s*$"
)


def pseudo_text(text: str) -> str:
    """Return pseudolocalized Markdown: accents, longer lines, brackets; the same markup.

    >>> pseudo_text("## Read `x` now")
    '## [Řéáď `x` ñóŵ ····]'
    """
    fenced, lines = "", []
    for line in text.split("\n"):
        fence = FENCE.match(line)
        if fence and (not fenced or line.strip() == fenced):
            fenced = "" if fenced else fence[1]
        elif not fenced:
            line = _line(line)
        lines.append(line)
    return "\n".join(lines)


def _line(line: str) -> str:
    match = PREFIX.match(line)
    prefix = match[0] if match else ""
    rest = line[len(prefix) :]
    if NO_PROSE.match(rest):
        return prefix + accent(rest)
    if "|" in rest and rest.count("|") > 1 and rest.strip().startswith("|"):
        return prefix + accent(rest)  # brackets would be outside of a table
    body = rest.rstrip(" .:;!?")  # the punctuation still ends the line
    return f"{prefix}[{accent(body)} {FILLER * max(3, len(rest) // 3)}]{rest[len(body) :]}"


def accent(text: str) -> str:
    """Return Markdown with accented letters, except in code, formulas, tags and targets."""
    parts, done = [], 0
    for match_ in FIXED.finditer(text):
        parts += [text[done : match_.start()].translate(ACCENTS), match_[0]]
        done = match_.end()
    return "".join([*parts, text[done:].translate(ACCENTS)])


def pseudo_lesson(lesson: SourceLesson) -> LocalizedLesson:
    """Return a lesson in the pseudolocale."""
    texts = [(cell, pseudo_text(cell.text)) for cell in lesson.cells]
    # Cells without prose, such as a formula, are not changed.
    cells = [Cell(c.id, text, source=c.hash, keep=text == c.text) for c, text in texts]
    return LocalizedLesson.of(lesson, PSEUDO, Translation("", tuple(cells)))


def pseudo_strings(course: Course) -> Strings:
    """Return the strings of the pseudolocale."""
    return {key: f"[{accent(value)} ···]" for key, value in english_strings(course).items()}
