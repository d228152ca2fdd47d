"""Checks of Markdown structure: blocks, code, formulas, links, HTML and emphasis."""

import posixpath
from collections import Counter
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote, urlsplit

from course.checks.contexts import Pair
from course.checks.finding import Found
from course.checks.registry import register
from course.markdown.active import new_active
from course.markdown.outline import ADDRESS
from course.text import Phrase, phrase

ENDINGS = ".!?…。！？．｡؟।։။።"
CLOSERS = " \t*_`)]}\"'”’»）」』】〉》〕］｝〟\u200f"
WITHOUT_FULL_STOPS = {"th", "lo"}
BULLETS = {"bullet": "•", "ordered": "1."}
COLONS = ":：︰"


@register("heading", Pair, implies=("paragraph",))
def headings(pair: Pair) -> Iterator[Found]:
    """There are as many headings as in the English, of the same levels."""
    if pair.english.headings != pair.text.headings:
        show = [
            " ".join("#" * level for level in part.headings) or "–"
            for part in (pair.text, pair.english)
        ]
        yield Found("headings differ", show[0], phrase("the English has {wanted}", wanted=show[1]))


@register("list", Pair, implies=("paragraph", "sentence"))
def lists(pair: Pair) -> Iterator[Found]:
    """Lists are of the same kind, in the same order, with as many items."""
    if pair.english.lists != pair.text.lists:
        show = [
            ", ".join(f"{count} × {BULLETS[kind]}" for kind, count in part.lists) or "–"
            for part in (pair.text, pair.english)
        ]
        yield Found("lists differ", show[0], phrase("the English has {wanted}", wanted=show[1]))


@register("table", Pair, implies=("paragraph",))
def tables(pair: Pair) -> Iterator[Found]:
    """Tables have as many rows, and rows as many cells."""
    if pair.english.tables != pair.text.tables:
        show = [
            "; ".join(f"{len(table)} × {max(table, default=0)}" for table in part.tables) or "–"
            for part in (pair.text, pair.english)
        ]
        yield Found("tables differ", show[0], phrase("the English has {wanted}", wanted=show[1]))


@register("quote", Pair, implies=("paragraph",))
def quotes(pair: Pair) -> Iterator[Found]:
    """There are as many block quotes and horizontal rules as in the English."""
    for what, english, text in (
        ("block quotes differ", pair.english.quotes, pair.text.quotes),
        ("horizontal lines differ", pair.english.rules, pair.text.rules),
    ):
        if english != text:
            yield Found(what, str(text), phrase("the English has {wanted}", wanted=english))


@register("paragraph", Pair, implies=("place", "sentence", "ending", "length"))
def paragraphs(pair: Pair) -> Iterator[Found]:
    """There are as many paragraphs, list items, headings and table cells as in the English."""
    english, text = len(pair.english.blocks), len(pair.text.blocks)
    if english != text:
        yield Found(
            "paragraphs differ", str(text), phrase("the English has {wanted}", wanted=english)
        )


@register("sentence", Pair, implies=("place",))
def sentences(pair: Pair) -> Iterator[Found]:
    """Each paragraph has as many lines as in the English, one per sentence."""
    if len(pair.english.blocks) == len(pair.text.blocks):
        for english, text in zip(pair.english.blocks, pair.text.blocks, strict=True):
            if english.lines != text.lines:
                yield Found(
                    "lines of a paragraph differ",
                    str(text.lines),
                    phrase(
                        "the English has {wanted}, one per sentence; a line may hold two",
                        wanted=english.lines,
                    ),
                    text.line,
                )


@register("ending", Pair)
def endings(pair: Pair) -> Iterator[Found]:
    """A paragraph ends with a full stop or the like where the English does: none is truncated."""
    if len(pair.english.blocks) != len(pair.text.blocks):
        return
    if pair.language.id.split("-")[0] in WITHOUT_FULL_STOPS:
        return
    for english, text in zip(pair.english.blocks, pair.text.blocks, strict=True):
        ends = [part.content.rstrip(CLOSERS)[-1:] for part in (english, text)]
        if english.content[-1:] in "|" or not ends[0]:
            continue
        if ends[0] in ENDINGS and ends[1] not in ENDINGS + COLONS + ";；؛":
            yield Found(
                "no full stop where the English has one; truncated?",
                text.content[-20:],
                "end the sentence",
                text.line + text.lines - 1,
            )
        if ends[0] in COLONS and ends[1] not in COLONS + ENDINGS:
            yield Found(
                "no colon where the English has one; truncated?",
                text.content[-20:],
                "end the sentence",
                text.line + text.lines - 1,
            )


@register("code-block", Pair)
def code_blocks(pair: Pair) -> Iterator[Found]:
    """Code blocks are those of the English."""
    if pair.english.code_blocks != pair.text.code_blocks:
        for number, (english, text) in enumerate(
            zip(pair.english.code_blocks, pair.text.code_blocks, strict=False), start=1
        ):
            if english != text:
                yield Found(
                    "code block differs",
                    text.strip()[:60],
                    phrase("copy block {number} of the English", number=number),
                )
        if len(pair.english.code_blocks) != len(pair.text.code_blocks):
            yield Found(
                "code blocks differ",
                str(len(pair.text.code_blocks)),
                phrase("the English has {wanted}", wanted=len(pair.english.code_blocks)),
            )


@register("code", Pair)
def code_spans(pair: Pair) -> Iterator[Found]:
    """Code in backticks is that of the English, as often."""
    yield from compare_counts(
        pair.english.code, pair.text.code, phrase("code in backticks"), pair.text.places
    )


@register("formula", Pair)
def formulas(pair: Pair) -> Iterator[Found]:
    """Formulas are those of the English, as often."""
    yield from compare_counts(
        pair.english.math, pair.text.math, phrase("formula"), pair.text.places
    )


@register("link", Pair)
def links(pair: Pair) -> Iterator[Found]:
    """Links lead where those of the English do."""
    yield from compare_counts(
        pair.english.links, pair.text.links, phrase("link address"), pair.text.places
    )


@register("image", Pair)
def images(pair: Pair) -> Iterator[Found]:
    """Pictures are those of the English."""
    yield from compare_counts(
        pair.english.images, pair.text.images, phrase("picture"), pair.text.places
    )


@register("dead-link", Pair, intrinsic=True)
def dead_links(pair: Pair) -> Iterator[Found]:
    """Targets of links and pictures exist, relative to the built notebook."""
    for target in [*pair.text.links, *pair.text.images]:
        if is_dead(target, pair.files):
            yield Found(
                "dead link in the built notebook",
                target,
                phrase("name a file in {folder}", folder="notebooks/"),
                pair.text.places.get(target, 0),
            )


def is_dead(target: str, files: frozenset[str]) -> bool:
    """Return whether a link within the course leads to no file of `files`."""
    try:
        parts = urlsplit(target)
    except ValueError:  # brackets that hold no IPv6 address
        return True
    if parts.scheme or parts.netloc or not parts.path or ADDRESS.fullmatch(target):
        return False
    path = posixpath.normpath(unquote(parts.path))
    return path not in files and not any(name.startswith(path + "/") for name in files)


@register("alt", Pair)
def alts(pair: Pair) -> Iterator[Found]:
    """Pictures have an alternative text, and it is translated."""
    english = [alt.split() for alt in pair.english.alts]
    for alt in pair.text.alts:
        if not alt.strip():
            yield Found("picture without alternative text", "![]", "translate the English")
        elif len(alt.split()) >= 4 and alt.split() in english:
            yield Found("alternative text in English", alt[:40], "translate it")


@register("html", Pair)
def html(pair: Pair) -> Iterator[Found]:
    """HTML tags are those of the English."""
    places = {tag: find_line(pair.cell.text, tag.strip("<> =")) for tag in pair.text.html}
    yield from compare_counts(pair.english.html, pair.text.html, phrase("HTML"), places)


@register("active", Pair, intrinsic=True)
def active_content(pair: Pair) -> Iterator[Found]:
    """There is no active content: scripts, event handlers, frames, foreign URL schemes."""
    for content in new_active(pair.cell.text, pair.source.text):
        yield Found("active content", content, "remove it", find_line(pair.cell.text, content))


@register("emphasis", Pair)
def emphasis(pair: Pair) -> Iterator[Found]:
    """There are as many bold and italic spans as in the English."""
    names = {"strong": "bold differs", "em": "italics differs", "s": "strikethrough differs"}
    for kind, what in names.items():
        english, text = pair.english.emphasis[kind], pair.text.emphasis[kind]
        if english != text:
            yield Found(what, str(text), phrase("the English has {wanted}", wanted=english))


@register("markup", Pair, intrinsic=True)
def leftovers(pair: Pair) -> Iterator[Found]:
    """Asterisks, backticks and dollar signs are markup, and do not appear in the rendered text."""
    if len(pair.text.leftovers) > len(pair.english.leftovers):
        for leftover in pair.text.leftovers:
            yield Found(
                "unrendered markup",
                leftover.text,
                "put punctuation and brackets outside of the asterisks, close what is open",
                leftover.line,
            )


def find_line(text: str, excerpt: str) -> int:
    """Return the line of a Markdown text, from 0, in which an excerpt begins.

    Only its first characters are searched for: an excerpt lacks the markup of its source.
    """
    bare = excerpt.strip("</>").casefold()[:20]
    lines = unescape(text).casefold().split("\n")
    return next((number for number, line in enumerate(lines) if bare in line), 0)


def compare_counts(
    english: Counter[str], text: Counter[str], what: Phrase, places: dict[str, int]
) -> Iterator[Found]:
    """Yield a finding for each value that the counts differ in; `places` are lines of `text`."""
    for value in english - text:
        seen, wanted = text[value], english[value]
        times = phrase(
            "{what} {count} times, {wanted} in the English", what=what, count=seen, wanted=wanted
        )
        problem = times if seen else phrase("{what} missing", what=what)
        yield Found(problem, value, "copy it from the English")
    for value in (text - english).elements():
        yield Found(
            phrase("{what} that the English does not have", what=what),
            value,
            "take the English one",
            places.get(value, 0),
        )
