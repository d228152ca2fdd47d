"""The status of a cell: missing, not translated yet, stale."""

from collections.abc import Iterator

from course.checks.contexts import TranslationCell
from course.checks.finding import WARNING, Found
from course.checks.registry import check
from course.localization.align import MISSING, STALE


@check("missing", TranslationCell)
def missing(context: TranslationCell) -> Iterator[Found]:
    """Every piece of English prose has its cell in the translation."""
    cell = context.cell
    if cell.status == MISSING and cell.translation is None:
        yield Found("cell missing", cell.source.text[:40], f"course sync {cell.locale.id}")


@check("empty", TranslationCell)
def empty(context: TranslationCell) -> Iterator[Found]:
    """No cell is empty where the English is not."""
    cell = context.cell
    if cell.status == MISSING and cell.translation and not cell.translation.text.strip():
        yield Found("empty, and the English is not", cell.source.text[:40], "translate it")


@check("not-yet", TranslationCell, WARNING)
def not_yet(context: TranslationCell) -> Iterator[Found]:
    """A cell that still holds the English is not translated yet."""
    cell = context.cell
    if cell.status == MISSING and cell.translation and cell.translation.text.strip():
        remedy = "translate it, or mark it keep"
        yield Found("not translated yet", cell.source.text[:40], remedy)


@check("stale", TranslationCell, WARNING)
def stale(context: TranslationCell) -> Iterator[Found]:
    """A translation was made from the English of today."""
    if context.cell.made_from:
        yield _stale(context, "made from another English text", context.cell.made_from)


@check("no-source", TranslationCell)
def no_source(context: TranslationCell) -> Iterator[Found]:
    """A translated cell says by a hash which English it was made from."""
    if context.cell.status == STALE and not context.cell.made_from:
        yield _stale(context, "does not say its English", "no source=")


def _stale(context: TranslationCell, what: str, seen: str) -> Found:
    cell = context.cell
    remedy = f"compare it: course todo {cell.locale.id}; confirm it: course accept"
    return Found(what, f"{seen}, today's is {cell.source.hash}", remedy)
