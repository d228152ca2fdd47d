"""The English itself: what a translation would copy, and what a notebook owes its readers."""

import builtins
import keyword
import re
from collections.abc import Iterator
from typing import Any

from course.checks.contexts import SourceCode, SourceNotebook, SourceProse
from course.checks.finding import WARNING, Found
from course.checks.registry import check
from course.checks.structure import is_dead
from course.dependencies.inputs import find_inputs
from course.dependencies.stamp import outputs_problem
from course.formats.notebook import course_metadata, picture_kinds, tags
from course.formats.splice import Notebook
from course.formats.translation import ALT, CLAIM
from course.markdown.active import acts, find_active
from course.markdown.parser import tokens

NAME = re.compile(r"[^\W\d]\w*")
WORDS = 120  # at most in a cell
PYTHON = frozenset(keyword.kwlist) | frozenset(dir(builtins))
FILE = re.compile(r"[\w./-]+\.\w{1,5}|[\w-]+/[\w./-]*")


def code_names(notebook: Notebook) -> set[str]:
    """Return all words of the code of a notebook, those of texts and comments included."""
    return {
        name
        for cell in notebook.data["cells"]
        if cell["cell_type"] == "code"
        for name in NAME.findall(cell["source"])
    }


def unknown_names(span: str, names: set[str]) -> list[str]:
    """Return the names in a code span that no code of the lesson has.

    >>> unknown_names("cat.sleep", {"cat"})
    ['sleep']
    """
    if FILE.fullmatch(span) and "." in span and span.rsplit(".", 1)[1] in ("py", "md", "toml"):
        return []
    return [name for name in NAME.findall(span) if name not in names and name not in PYTHON]


@check("outputs", SourceNotebook)
def outputs(context: SourceNotebook) -> Iterator[Found]:
    """Committed outputs are those of the code beside them."""
    notebook = context.notebook
    inputs = find_inputs(context.course, context.lesson.lesson, notebook.data)
    problem = outputs_problem(notebook.data, notebook.path.stat().st_size, inputs)
    if problem:
        yield Found(*problem)


@check("shared-prose", SourceNotebook)
def shared_prose(context: SourceNotebook) -> Iterator[Found]:
    """Cells of one id in two notebooks of a lesson have one text."""
    first: dict[str, tuple[Notebook, str]] = {}
    for notebook in context.lesson.notebooks:
        for cell in notebook.prose:
            other, text = first.setdefault(cell.id, (notebook, cell.text))
            if notebook is context.notebook and text != cell.text:
                what = f"prose differs from that of {other.path.name}"
                remedy = "make both equal, or give one cell another id"
                yield Found(what, _first_difference(cell.text, text), remedy, cell=cell.id)


@check("shared-prose", SourceNotebook)
def shared_kinds(context: SourceNotebook) -> Iterator[Found]:
    """A cell id is not prose in one notebook and code in another."""
    prose = {cell.id for notebook in context.lesson.notebooks for cell in notebook.prose}
    for cell in context.notebook.data["cells"]:
        if cell["cell_type"] != "markdown" and cell["id"] in prose:
            what = "is prose in one notebook and code in another"
            remedy = "give one of them another id"
            yield Found(what, cell["cell_type"], remedy, cell=cell["id"])


def _first_difference(text: str, other: str) -> str:
    for one, two in zip(text.split("\n"), other.split("\n"), strict=False):
        if one != two:
            return one[:60]
    return "one is longer"


@check("name", SourceProse)
def names(context: SourceProse) -> Iterator[Found]:
    """A name in backticks stands in the code of every notebook that the cell stands in."""
    for span in context.anatomy.code:
        for framework in context.cell.frameworks:
            for name in unknown_names(span, context.names[framework]):
                what = f"name that no {framework} code of the lesson has"
                remedy = "correct it, or use the name in a cell"
                yield Found(what, name, remedy, context.anatomy.places[span])


@check("dead-link", SourceProse)
def dead_links(context: SourceProse) -> Iterator[Found]:
    """Links and pictures are there, seen from where the notebook is built."""
    anatomy = context.anatomy
    for target in [*anatomy.links, *anatomy.images]:
        if is_dead(target, context.files):
            what = "leads nowhere from a built notebook"
            yield Found(what, target, "name a file in notebooks/", anatomy.places[target])


@check("alt", SourceProse)
def alternative_texts(context: SourceProse) -> Iterator[Found]:
    """The text that stands for a picture or a plot is there, and translated."""
    for alt in context.anatomy.alts:
        if not alt.strip():
            what = "picture without a text for those who do not see it"
            yield Found(what, "![]", "describe the picture")


@check("markup", SourceProse)
def leftovers(context: SourceProse) -> Iterator[Found]:
    """Asterisks, backticks and dollar signs are markup, and do not show as such."""
    for piece in context.anatomy.leftovers:
        yield Found("markup that shows as it is", piece.text, "close what is open", piece.line)


@check("active", SourceProse)
def active(context: SourceProse) -> Iterator[Found]:
    """Nothing acts on its own: no scripts, handlers, frames, foreign schemes."""
    for piece in filter(acts, find_active(context.cell.text)):
        yield Found("active content", piece, "remove it")


@check("long-cell", SourceProse, WARNING)
def long_cells(context: SourceProse) -> Iterator[Found]:
    """A cell of prose has at most about 120 words."""
    words = len(NAME.findall(context.anatomy.visible))
    if words > WORDS:
        yield Found("long cell", f"{words} words", f"at most about {WORDS}; split it")


@check("alt", SourceCode)
def plot_texts(context: SourceCode) -> Iterator[Found]:
    """A plot among committed outputs has an `alt` in the metadata, a single paragraph."""
    said = course_metadata(context.cell)
    yield from _paragraph(said, ALT)
    if ALT not in said and (kinds := picture_kinds(context.cell)):
        missing = "plot without a text for those who do not see it"
        yield Found(missing, ", ".join(kinds), f"describe it in metadata.course.{ALT}")


@check("claim", SourceCode)
def claims(context: SourceCode) -> Iterator[Found]:
    """A code cell tagged `claim`, and no other, says in its metadata what it proves."""
    said, tagged = course_metadata(context.cell), CLAIM in tags(context.cell)
    place = f"metadata.course.{CLAIM}"
    yield from _paragraph(said, CLAIM)
    if tagged and CLAIM not in said:
        yield Found("no sentence that the cell proves", f"tag {CLAIM!r}", f"write {place}")
    if CLAIM in said and not tagged:
        yield Found("sentence in a cell without its tag", place, f"tag the cell {CLAIM!r}")


def _paragraph(said: dict[str, Any], which: str) -> Iterator[Found]:
    """Yield a finding if a sentence of the metadata is not a single paragraph."""
    if which in said and not _is_paragraph(said[which]):
        yield Found("not one paragraph", repr(said[which])[:60], "write a sentence")


def _is_paragraph(text: Any) -> bool:
    if not isinstance(text, str):
        return False
    return [token.type for token in tokens(text)] == ["paragraph_open", "inline", "paragraph_close"]
