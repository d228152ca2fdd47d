"""Checks of the English notebooks: prose, code names, links, outputs and metadata."""

import builtins
import keyword
import re
from collections.abc import Iterator
from typing import Any

from course.checks.contexts import SourceCode, SourceNotebook, SourceProse
from course.checks.finding import WARNING, Found
from course.checks.registry import register
from course.checks.structure import is_dead
from course.dependencies.inputs import find_inputs
from course.dependencies.stamp import outputs_problem
from course.formats.notebook import course_metadata, picture_kinds, tags
from course.formats.references import PAPER, read_references
from course.formats.splice import Notebook
from course.formats.translation import ALT, CAPTION, CLAIM
from course.markdown.active import acts, find_active
from course.markdown.parser import tokens

NAME = re.compile(r"[^\W\d]\w*")
WORDS = 120  # at most in a cell
PYTHON = frozenset(keyword.kwlist) | frozenset(dir(builtins))
FILE = re.compile(r"[\w./-]+\.\w{1,5}|[\w-]+/[\w./-]*")


def code_names(notebook: Notebook) -> set[str]:
    """Return all words of a notebook's code, those of strings and comments included."""
    return {
        name
        for cell in notebook.data["cells"]
        if cell["cell_type"] == "code"
        for name in NAME.findall(cell["source"])
    }


def unknown_names(span: str, names: set[str]) -> list[str]:
    """Return the names in a code span that are neither in `names` nor Python's own.

    >>> unknown_names("cat.sleep", {"cat"})
    ['sleep']
    """
    if FILE.fullmatch(span) and "." in span and span.rsplit(".", 1)[1] in ("py", "md", "toml"):
        return []
    return [name for name in NAME.findall(span) if name not in names and name not in PYTHON]


@register("outputs", SourceNotebook)
def outputs(context: SourceNotebook) -> Iterator[Found]:
    """Committed outputs are those of the current code."""
    notebook = context.notebook
    inputs = find_inputs(context.course, context.lesson.lesson, notebook.data)
    problem = outputs_problem(notebook.data, notebook.path.stat().st_size, inputs)
    if problem:
        yield Found(*problem)


@register("shared-prose", SourceNotebook)
def shared_prose(context: SourceNotebook) -> Iterator[Found]:
    """Cells with one id in two notebooks of a lesson have the same prose."""
    first: dict[str, tuple[Notebook, str]] = {}
    for notebook in context.lesson.notebooks:
        for cell in notebook.prose:
            other, text = first.setdefault(cell.id, (notebook, cell.text))
            if notebook is context.notebook and text != cell.text:
                what = f"prose differs from that of {other.path.name}"
                remedy = "make both equal, or rename one cell"
                yield Found(what, _first_difference(cell.text, text), remedy, cell=cell.id)


@register("shared-prose", SourceNotebook)
def shared_kinds(context: SourceNotebook) -> Iterator[Found]:
    """A cell id is not prose in one notebook and code in another."""
    prose = {cell.id for notebook in context.lesson.notebooks for cell in notebook.prose}
    for cell in context.notebook.data["cells"]:
        if cell["cell_type"] != "markdown" and cell["id"] in prose:
            what = "prose in one notebook and code in another"
            remedy = "rename one of them"
            yield Found(what, cell["cell_type"], remedy, cell=cell["id"])


def _first_difference(text: str, other: str) -> str:
    for line, other_line in zip(text.split("\n"), other.split("\n"), strict=False):
        if line != other_line:
            return line[:60]
    return "one is longer"


@register("name", SourceProse)
def unknown_code_names(context: SourceProse) -> Iterator[Found]:
    """A name in backticks occurs in the code of every notebook that has the cell."""
    for span in context.anatomy.code:
        for framework in context.cell.frameworks:
            for name in unknown_names(span, context.names[framework]):
                what = f"name that does not occur in the lesson's {framework} code"
                remedy = "correct it, or use the name in a cell"
                yield Found(what, name, remedy, context.anatomy.places[span])


@register("dead-link", SourceProse)
def source_dead_links(context: SourceProse) -> Iterator[Found]:
    """Targets of links and pictures exist, relative to the built notebook."""
    anatomy = context.anatomy
    for target in [*anatomy.links, *anatomy.images]:
        if is_dead(target, context.files):
            what = "dead link in the built notebook"
            yield Found(what, target, "name a file in notebooks/", anatomy.places[target])


@register("reference", SourceProse)
def unknown_references(context: SourceProse) -> Iterator[Found]:
    """Papers that the English links are in references.toml, if the course has one."""
    known = read_references(context.course)
    for target in context.anatomy.links:
        if known and PAPER.match(target) and target not in known:
            remedy = "add its authors, title and where it was published, or correct the link"
            place = context.anatomy.places[target]
            yield Found("paper that is not in references.toml", target, remedy, place)


@register("alt", SourceProse)
def alternative_texts(context: SourceProse) -> Iterator[Found]:
    """Pictures and plots have an alternative text, and it is translated."""
    for alt in context.anatomy.alts:
        if not alt.strip():
            what = "picture without alternative text"
            yield Found(what, "![]", "describe the picture")


@register("markup", SourceProse)
def source_leftovers(context: SourceProse) -> Iterator[Found]:
    """Asterisks, backticks and dollar signs are markup, and do not appear in the rendered text."""
    for leftover in context.anatomy.leftovers:
        yield Found("unrendered markup", leftover.text, "close what is open", leftover.line)


@register("active", SourceProse)
def source_active_content(context: SourceProse) -> Iterator[Found]:
    """There is no active content: scripts, event handlers, frames, foreign URL schemes."""
    for content in filter(acts, find_active(context.cell.text)):
        yield Found("active content", content, "remove it")


@register("long-cell", SourceProse, WARNING)
def long_cells(context: SourceProse) -> Iterator[Found]:
    """A cell of prose has at most about 120 words."""
    words = len(NAME.findall(context.anatomy.visible))
    if words > WORDS:
        yield Found("long cell", f"{words} words", f"at most about {WORDS}; split it")


@register("alt", SourceCode)
def plot_texts(context: SourceCode) -> Iterator[Found]:
    """A plot among committed outputs has an `alt` in the metadata, a single paragraph."""
    metadata = course_metadata(context.cell)
    yield from _paragraph(metadata, ALT)
    if ALT not in metadata and (kinds := picture_kinds(context.cell)):
        missing = "plot without alternative text"
        yield Found(missing, ", ".join(kinds), f"describe it in metadata.course.{ALT}")


@register("caption", SourceCode)
def captions(context: SourceCode) -> Iterator[Found]:
    """The caption of a figure is a single paragraph."""
    yield from _paragraph(course_metadata(context.cell), CAPTION)


@register("claim", SourceCode)
def claim_sentences(context: SourceCode) -> Iterator[Found]:
    """A code cell has a claim sentence in its metadata exactly if it is tagged `claim`."""
    metadata, tagged = course_metadata(context.cell), CLAIM in tags(context.cell)
    place = f"metadata.course.{CLAIM}"
    yield from _paragraph(metadata, CLAIM)
    if tagged and CLAIM not in metadata:
        yield Found("no claim sentence in the metadata", f"tag {CLAIM!r}", f"write {place}")
    if CLAIM in metadata and not tagged:
        yield Found("claim sentence in a cell without the tag", place, f"tag the cell {CLAIM!r}")


def _paragraph(metadata: dict[str, Any], key: str) -> Iterator[Found]:
    """Yield a finding if a sentence of the metadata is not a single paragraph."""
    if key in metadata and not _is_paragraph(metadata[key]):
        yield Found("not one paragraph", repr(metadata[key])[:60], "write a sentence")


def _is_paragraph(text: Any) -> bool:
    if not isinstance(text, str):
        return False
    return [token.type for token in tokens(text)] == ["paragraph_open", "inline", "paragraph_close"]
