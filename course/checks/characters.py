"""Checks of characters: invisible, broken, or of a foreign script."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from html import unescape

from babel.core import get_global

from course.checks.contexts import Pair
from course.checks.finding import Found
from course.checks.registry import register

SCRIPTS = {
    "Latn": "LATIN",
    "Cyrl": "CYRILLIC",
    "Grek": "GREEK",
    "Arab": "ARABIC EXTENDED",
    "Hebr": "HEBREW",
    "Thai": "THAI",
    "Deva": "DEVANAGARI",
    "Hans": "CJK FULLWIDTH",
    "Hant": "CJK FULLWIDTH BOPOMOFO",
    "Jpan": "CJK HIRAGANA KATAKANA FULLWIDTH IDEOGRAPHIC VERTICAL",
    "Kore": "HANGUL CJK FULLWIDTH",
}
MATHS = set("αβγδεζηθικλμνξπρσςτυφχψωΓΔΘΛΞΠΣΦΨΩ")  # one such letter stands for a number
BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028\u2029"
    r"\u2060-\u2064\u206a-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb"
    r"\u2800\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff]"
)
# Joiners are letters in these languages, and direction marks are punctuation in those that mix.
# Arabic itself has none: between two of its letters a joiner only hides a word from a search.
JOINERS = set("fa ur ckb hi bn mr ne ta te kn ml si gu pa km my ps sd ug".split())
RIGHT_TO_LEFT = {"ar", "he", "fa", "ur", "ckb", "ps", "sd", "ug", "yi", "dv"}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
BROKEN = re.compile(
    r"[\ufffd\ufffe\uffff\ue000-\uf8ff\U000f0000-\U0010ffff\ud800-\udfff]|[\ufdd0-\ufdef]"
)
# UTF-8 decoded as Latin-1 or Windows-1252: two to four characters for one letter.
HIGH = "".join(bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xC0))
MISREAD = re.compile(
    rf"[\u00c2-\u00df][\u0080-\u00bf{HIGH}]|[\u00e0-\u00ef][\u0080-\u00bf{HIGH}]{{2}}"
    rf"|[\u00f0-\u00f4][\u0080-\u00bf{HIGH}]{{3}}"
)
LETTERS = {"Å": ("nb", "nn", "no", "da", "sv", "fi"), "Ä": ("de", "sv", "fi", "et")}
MARKS = re.compile(r"[\s«»‹›‘’‚“”„…–—·]+")  # of sentences: `«Å»` and `café »` are intended


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[tuple[str, int]]:
    """Yield each match of a pattern and its line, from 0; HTML entities are decoded."""
    for number, line in enumerate(text.split("\n")):
        for match in pattern.finditer(unescape(line)):
            yield match[0], number


def code_point(character: str) -> str:
    """Return the code point and the Unicode name of a character."""
    return f"U+{ord(character[0]):04X} {unicodedata.name(character[0], '')}".strip()


@register("bidi", Pair, intrinsic=True)
def bidi(pair: Pair) -> Iterator[Found]:
    """No character overrides the text direction: a reader would see other words."""
    for character, line in _matches(BIDI, pair.cell.text):
        yield Found(
            "character that overrides the text direction", code_point(character), "remove it", line
        )


@register("invisible", Pair, intrinsic=True, implies=("keep-word", "script"))
def invisible(pair: Pair) -> Iterator[Found]:
    """There are no invisible characters, except those that a language is written with."""
    language = pair.language.id.split("-")[0].lower()
    allowed = "\u200c\u200d" if language in JOINERS else ""
    allowed += "\u200e\u200f\u061c" if language in RIGHT_TO_LEFT else ""
    for character, line in _matches(INVISIBLE, pair.cell.text):
        if character not in allowed:
            yield Found("invisible character", code_point(character), "remove it", line)


@register("control", Pair, intrinsic=True)
def control(pair: Pair) -> Iterator[Found]:
    """There are no control characters."""
    for character, line in _matches(CONTROL, pair.cell.text):
        yield Found("control character", code_point(character), "remove it", line)


@register("broken", Pair, intrinsic=True)
def broken(pair: Pair) -> Iterator[Found]:
    """No character was lost or replaced when a file was decoded in the wrong encoding."""
    for character, line in _matches(BROKEN, pair.cell.text):
        yield Found(
            "broken character", f"{character!r} {code_point(character)}", "type it again", line
        )
    for letters, line in _matches(MISREAD, pair.cell.text):
        ours = pair.language.id.split("-")[0] in LETTERS.get(letters[0], "")
        if not MARKS.fullmatch(letters[1:]) or (letters[0] in "ÂÃÄÅ" and not ours):
            yield Found("letter decoded in a wrong encoding", letters, "type it again", line)


@register("nfc", Pair, intrinsic=True)
def not_composed(pair: Pair) -> Iterator[Found]:
    """Text is in Unicode's composed form (NFC), so that equal words compare equal."""
    if not unicodedata.is_normalized("NFC", pair.cell.text):
        for number, line in enumerate(pair.cell.text.split("\n")):
            if not unicodedata.is_normalized("NFC", line):
                for word in line.split():
                    if not unicodedata.is_normalized("NFC", word):
                        yield Found("not in composed form (NFC)", word, "type it again", number)
                        break


@register("script", Pair, intrinsic=True, implies=("keep-word",))
def mixed_scripts(pair: Pair) -> Iterator[Found]:
    """No word mixes scripts that look alike, no number two scripts; none is in a foreign script."""
    own = scripts_of(pair.language.id)
    reported: set[str] = set()
    for match in re.finditer(r"[^\W_]+", pair.text.visible) if own else ():
        foreign = {script_of(char) for char in match[0] if not char.isascii()} - own - reported
        if foreign and match[0] not in pair.english.visible and match[0] not in MATHS:
            reported |= foreign  # each script once per cell
            yield Found(
                "word or digits in a script that the language does not use",
                f"{match[0]} ({', '.join(sorted(foreign)).lower()})",
                "type it again",
                pair.text.line_of(match.start()),
            )
    for match in re.finditer(r"\d+", pair.text.visible):
        others = {script_of(char) for char in match[0] if not char.isascii()}
        if others and others <= own and any(map(str.isascii, match[0])):
            yield Found(
                "number in digits of two scripts",
                match[0],
                "type it again",
                pair.text.line_of(match.start()),
            )
    for match in re.finditer(r"[^\W\d_]+", pair.text.visible):
        scripts = {script for letter in match[0] if (script := look_alike(letter))}
        if len(scripts) > 1:
            yield Found(
                "word of two scripts",
                f"{match[0]} ({', '.join(sorted(scripts))})",
                "type it again",
                pair.text.line_of(match.start()),
            )


@cache
def script_of(character: str) -> str:
    """Return the script of a letter or digit, the first word of its Unicode name.

    >>> [script_of(character) for character in "ąж漢ー٣"]
    ['LATIN', 'CYRILLIC', 'CJK', 'KATAKANA', 'ARABIC']
    """
    return re.split("[ -]", unicodedata.name(character, "NONE"))[0]


def scripts_of(locale: str) -> set[str]:
    """Return the scripts that a locale is written in, Latin included; empty if not known."""
    likely = get_global("likely_subtags")
    tag = likely.get(locale.replace("-", "_")) or likely.get(locale.split("-")[0], "")
    own = next((SCRIPTS[part] for part in tag.split("_") if part in SCRIPTS), "")
    return (
        {*own.split(), "LATIN", "MICRO", "FEMININE", "MASCULINE", "SUPERSCRIPT"} if own else set()
    )


@cache
def look_alike(letter: str) -> str:
    """Return the script of a letter if it is Latin, Cyrillic or Greek, else an empty string."""
    if letter.isascii():
        return "Latin"
    script = unicodedata.name(letter, "").split(" ")[0]
    return script.title() if script in ("LATIN", "CYRILLIC", "GREEK") else ""
