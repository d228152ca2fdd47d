"""What is checked of a whole file: its cells, their order and marks, and its line ends."""

from collections.abc import Iterator

from course.checks.base import ERROR, WARNING, Check

CHECKS = (
    Check("unreadable", ERROR, "A file can be read: UTF-8, no link, not too large, TOML if so."),
    Check("marker", ERROR, "Markers of cells and waivers have the form that TRANSLATING.md shows."),
    Check("conflict", ERROR, "No marks of a merge conflict are left in a file."),
    Check("size", ERROR, "A cell has at most 20,000 characters; longer ones are not looked at."),
    Check("no-file", WARNING, "A lesson has a translation file in every locale."),
    Check("stray-file", ERROR, "Every file of translations/ belongs to a locale and a lesson."),
    Check("missing", ERROR, "Every piece of English prose has its cell in the translation."),
    Check("empty", ERROR, "No cell is empty where the English is not."),
    Check("not-yet", WARNING, "A cell that still holds the English is not translated yet."),
    Check("stale", WARNING, "A translation was made from the English of today."),
    Check("no-source", ERROR, "A translated cell says by a hash which English it was made from."),
    Check("orphan", ERROR, "Every cell of a translation belongs to a cell of the notebooks."),
    Check("repeated-id", ERROR, "A cell stands in a file once."),
    Check("repeated-text", ERROR, "Two cells whose English differs have not the same text."),
    Check("order", ERROR, "Cells stand in reading order."),
    Check("preamble", ERROR, "No text stands before the first marker: it would be shown nowhere."),
    Check("line-ends", ERROR, "Files have LF line ends and no byte order mark."),
    Check("waiver", ERROR, "A waiver names a check, and is removed once it is not needed."),
    Check("glossary", ERROR, "glossary.toml is well formed, and each term has a form."),
    Check("strings", ERROR, "strings.toml says all that the English one says, with its {names}."),
)


def out_of_order(ids: list[str], order: list[str]) -> Iterator[str]:
    """Yield the ids that stand before one that should come earlier.

    >>> list(out_of_order(["a", "c", "b", "d"], ["a", "b", "c", "d"]))
    ['b']
    """
    place = {name: number for number, name in enumerate(order)}
    highest = -1
    for name in ids:
        if name in place:
            if place[name] < highest:
                yield name
            highest = max(highest, place[name])
