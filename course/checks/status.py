"""Checks of a cell's status: missing, empty, still in English, or stale."""

from collections.abc import Iterator

from course.checks.contexts import TranslationCell
from course.checks.finding import WARNING, Found
from course.checks.registry import register
from course.localization.align import MISSING, STALE
from course.text import phrase


@register("missing", TranslationCell)
def missing(context: TranslationCell) -> Iterator[Found]:
    """Every English prose cell has a cell in the translation."""
    cell = context.cell
    if cell.status == MISSING and cell.translation is None:
        yield Found(
            "cell missing",
            cell.source.text[:40],
            phrase("course sync {locale}", locale=cell.locale.id),
        )


@register("empty", TranslationCell)
def empty(context: TranslationCell) -> Iterator[Found]:
    """No translated cell is empty."""
    cell = context.cell
    if cell.status == MISSING and cell.translation and not cell.translation.text.strip():
        yield Found("empty cell", cell.source.text[:40], "translate it")


@register("not-yet", TranslationCell, WARNING)
def not_yet(context: TranslationCell) -> Iterator[Found]:
    """A cell that still holds the English is not translated yet."""
    cell = context.cell
    if cell.status == MISSING and cell.translation and cell.translation.text.strip():
        remedy = "translate it, or mark it keep"
        yield Found("not translated yet", cell.source.text[:40], remedy)


@register("stale", TranslationCell, WARNING)
def stale(context: TranslationCell) -> Iterator[Found]:
    """A translation is of the current English."""
    if context.cell.made_from:
        yield _stale(context, "stale: translated from other English", context.cell.made_from)


@register("no-source", TranslationCell)
def no_source(context: TranslationCell) -> Iterator[Found]:
    """A translated cell records the hash of the English that it translates."""
    if context.cell.status == STALE and not context.cell.made_from:
        yield _stale(context, "no hash of the English", "no source=")


def _stale(context: TranslationCell, what: str, seen: str) -> Found:
    cell = context.cell
    remedy = phrase(
        "compare it: course todo {locale}; confirm it: course accept", locale=cell.locale.id
    )
    value = phrase("{seen}, the current English is {now}", seen=seen, now=cell.source.hash)
    return Found(what, value, remedy)
