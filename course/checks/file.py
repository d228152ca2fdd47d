"""Checks of a translation file as a whole: readability, markers, cells and their order."""

from collections import Counter
from collections.abc import Iterator

from course.checks.contexts import TranslationFile
from course.checks.finding import WARNING, Found
from course.checks.registry import register
from course.formats.translation import BOM, LONGEST
from course.markdown.outline import parse_outline
from course.text import phrase

SAME = 20  # characters from which two cells with one text are no coincidence


@register("unreadable", TranslationFile, intrinsic=True)
def unreadable(file: TranslationFile) -> Iterator[Found]:
    """A file can be read: it is UTF-8, not a symbolic link, and not too large."""
    lesson = file.lesson
    if lesson.error:
        what = lesson.error.removeprefix(f"{lesson.path}: ")
        yield Found(what, lesson.path.rpartition("/")[2], "fix the file")


def _problems(file: TranslationFile, code: str) -> Iterator[Found]:
    """Yield the problems of one kind that parsing the file has found."""
    for problem in file.lesson.translation.problems:
        if problem.code == code:
            yield Found(problem.message, "", "fix it", problem.line)


@register("marker", TranslationFile)
def markers(file: TranslationFile) -> Iterator[Found]:
    """Markers of cells and waivers have the form that TRANSLATING.md documents."""
    yield from _problems(file, "marker")
    if file.lesson.file is not None and not file.lesson.translation.cells:
        remedy = f"course sync {file.lesson.locale.id}"
        yield Found("no cell in the file", file.lesson.source.lesson.id, remedy, 1)


@register("conflict", TranslationFile)
def conflicts(file: TranslationFile) -> Iterator[Found]:
    """A file has no conflict markers of a merge."""
    yield from _problems(file, "conflict")


@register("size", TranslationFile)
def sizes(file: TranslationFile) -> Iterator[Found]:
    """A cell has at most 20,000 characters; longer ones are not checked."""
    yield from _problems(file, "size")


@register("no-file", TranslationFile, WARNING)
def no_file(file: TranslationFile) -> Iterator[Found]:
    """A lesson has a translation file in every locale."""
    if file.lesson.file is None and not file.lesson.error:
        remedy = phrase("course sync {locale}", locale=file.lesson.locale.id)
        yield Found("no translation file for the lesson", file.lesson.source.lesson.id, remedy)


@register("orphan", TranslationFile)
def orphans(file: TranslationFile) -> Iterator[Found]:
    """Every cell of a translation belongs to a cell of the notebooks."""
    remedy = "remove it, or rename it: course mv"
    for cell in file.lesson.orphans:
        yield Found("no notebook has this cell", cell.text[:40], remedy, cell.line, cell.id)


@register("repeated-id", TranslationFile)
def repeated_ids(file: TranslationFile) -> Iterator[Found]:
    """Cell ids are unique within a file."""
    cells = file.lesson.translation.cells
    counts = Counter(cell.id for cell in cells)
    seen: set[str] = set()
    for cell in cells:
        if cell.id in seen:
            times = f"{counts[cell.id]} times"
            yield Found("duplicate cell", times, "remove all but one", cell.line, cell.id)
        seen.add(cell.id)


@register("repeated-text", TranslationFile)
def repeated_texts(file: TranslationFile) -> Iterator[Found]:
    """Cells whose English differs have different translations."""
    sources = {cell.id: cell for cell in file.lesson.source.cells}
    first: dict[str, str] = {}
    for cell in file.lesson.translation.cells:
        source = sources.get(cell.id)
        if cell.source != (source.hash if source else None):
            continue  # stale: the two English texts may have been equal
        other = first.setdefault(cell.text, cell.id)
        texts = [sources[name].text if name in sources else None for name in (other, cell.id)]
        if other != cell.id and len(cell.text) > SAME and texts[0] != texts[1]:
            what = "same text as another cell, whose English differs"
            yield Found(what, other, "translate this one", cell.line, cell.id)


@register("order", TranslationFile)
def order(file: TranslationFile) -> Iterator[Found]:
    """Cells are in reading order."""
    cells = file.lesson.translation.cells
    lines = {cell.id: cell.line for cell in cells}
    wanted = [cell.id for cell in file.lesson.source.cells]
    remedy = phrase("move it: course sync {locale}", locale=file.lesson.locale.id)
    for name in out_of_order([cell.id for cell in cells], wanted):
        yield Found("not in reading order", name, remedy, lines[name], name)


def out_of_order(ids: list[str], order: list[str]) -> Iterator[str]:
    """Yield the ids that come after one that should follow them.

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


@register("preamble", TranslationFile)
def preamble(file: TranslationFile) -> Iterator[Found]:
    """No text precedes the first marker: it would be rendered nowhere."""
    translation = file.lesson.translation
    text = translation.preamble.removeprefix(BOM)
    if translation.cells and parse_outline(text[:LONGEST]).runs:
        what = "text before the first marker"
        yield Found(what, text.strip()[:40], "move it below a marker", 1)


@register("line-ends", TranslationFile)
def line_ends(file: TranslationFile) -> Iterator[Found]:
    """Files have LF line endings and no byte order mark."""
    text = file.lesson.file or ""
    if "\r" in text or text.startswith(BOM):
        seen = "byte order mark" if text.startswith(BOM) else "CR"
        line = text.count("\n", 0, max(0, text.find("\r"))) + 1
        yield Found("line breaks (CR) or byte order mark", seen, "save as UTF-8 with LF", line)
