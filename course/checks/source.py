"""The English itself: what a translation would copy, and what a notebook owes its readers."""

import builtins
import keyword
import re
from collections.abc import Iterator
from typing import Any

from course.checks.base import ERROR, WARNING, Check, Found
from course.checks.structure import is_dead
from course.dependencies.inputs import Inputs
from course.dependencies.stamp import outputs_problem
from course.formats.lesson import SourceCell, SourceLesson
from course.formats.notebook import course_metadata, picture_kinds, tags
from course.formats.splice import Notebook
from course.formats.translation import ALT, CLAIM, SENTENCES
from course.markdown.active import acts, find_active
from course.markdown.outline import dissect
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

    >>> unknown_names("nn.LSTM", {"nn"})
    ['LSTM']
    """
    if FILE.fullmatch(span) and "." in span and span.rsplit(".", 1)[1] in ("py", "md", "toml"):
        return []
    return [name for name in NAME.findall(span) if name not in names and name not in PYTHON]


def check_names(cell: SourceCell, notebooks: dict[str, set[str]]) -> Iterator[Found]:
    """Names in backticks stand in the code of every notebook that the cell stands in."""
    anatomy = dissect(cell.text)
    for span in anatomy.code:
        for framework in cell.frameworks:
            for name in unknown_names(span, notebooks[framework]):
                yield Found(
                    f"name that no {framework} code of the lesson has",
                    name,
                    "correct it, or use the name in a cell",
                    anatomy.places[span],
                )


def check_prose(cell: SourceCell, files: frozenset[str]) -> Iterator[tuple[str, Found]]:
    """Yield code and finding for links, pictures, markup, length and safety of an English cell."""
    anatomy = dissect(cell.text)
    for target in [*anatomy.links, *anatomy.images]:
        if is_dead(target, files):
            yield (
                "dead-link",
                Found(
                    "leads nowhere from a built notebook",
                    target,
                    "name a file in notebooks/",
                    anatomy.places[target],
                ),
            )
    for alt in anatomy.alts:
        if not alt.strip():
            yield (
                "alt",
                Found(
                    "picture without a text for those who do not see it",
                    "![]",
                    "describe the picture",
                ),
            )
    for piece in anatomy.leftovers:
        yield (
            "markup",
            Found("markup that shows as it is", piece.text, "close what is open", piece.line),
        )
    for piece in filter(acts, find_active(cell.text)):
        yield "active", Found("active content", piece, "remove it")
    words = len(NAME.findall(anatomy.visible))
    if words > WORDS:
        yield "long-cell", Found("long cell", f"{words} words", f"at most about {WORDS}; split it")


def check_sentences(cell: dict[str, Any]) -> Iterator[tuple[str, Found]]:
    """Yield code and finding for the sentences in the metadata of a code cell.

    A plot in its committed outputs has an `alt`, a cell tagged `claim` has a `claim` and no other
    cell has one, and each is a single paragraph.
    """
    said, tagged = course_metadata(cell), CLAIM in tags(cell)
    place = f"metadata.course.{CLAIM}"
    for which in SENTENCES:
        if which in said and not _is_paragraph(said[which]):
            yield which, Found("not one paragraph", repr(said[which])[:60], "write a sentence")
    if ALT not in said and (kinds := picture_kinds(cell)):
        missing = "plot without a text for those who do not see it"
        yield ALT, Found(missing, ", ".join(kinds), f"describe it in metadata.course.{ALT}")
    if tagged and CLAIM not in said:
        yield CLAIM, Found("no sentence that the cell proves", f"tag {CLAIM!r}", f"write {place}")
    if CLAIM in said and not tagged:
        yield CLAIM, Found("sentence in a cell without its tag", place, f"tag the cell {CLAIM!r}")


def _is_paragraph(text: Any) -> bool:
    if not isinstance(text, str):
        return False
    return [token.type for token in tokens(text)] == ["paragraph_open", "inline", "paragraph_close"]


def check_pairs(lesson: SourceLesson) -> Iterator[tuple[Notebook, str, Found]]:
    """Yield notebook, cell id and finding where notebooks disagree on a shared cell."""
    first: dict[str, tuple[Notebook, str]] = {}
    for notebook in lesson.notebooks:
        for cell in notebook.prose:
            other, text = first.setdefault(cell.id, (notebook, cell.text))
            if text != cell.text:
                yield (
                    notebook,
                    cell.id,
                    Found(
                        f"prose differs from that of {other.path.name}",
                        _first_difference(cell.text, text),
                        "make both equal, or give one cell another id",
                    ),
                )


def check_kinds(lesson: SourceLesson) -> Iterator[tuple[Notebook, str, Found]]:
    """Yield a finding where a cell id is prose in one notebook and code in another."""
    prose = {cell.id for notebook in lesson.notebooks for cell in notebook.prose}
    for notebook in lesson.notebooks:
        for cell in notebook.data["cells"]:
            if cell["cell_type"] != "markdown" and cell["id"] in prose:
                yield (
                    notebook,
                    cell["id"],
                    Found(
                        "is prose in one notebook and code in another",
                        cell["cell_type"],
                        "give one of them another id",
                    ),
                )


def _first_difference(text: str, other: str) -> str:
    for one, two in zip(text.split("\n"), other.split("\n"), strict=False):
        if one != two:
            return one[:60]
    return "one is longer"


def check_outputs(notebook: Notebook, inputs: Inputs) -> Iterator[Found]:
    """Committed outputs are those of the code beside them."""
    problem = outputs_problem(notebook.data, notebook.path.stat().st_size, inputs)
    if problem:
        yield Found(*problem)


CHECKS = (
    Check("outputs", ERROR, "Committed outputs are those of the code beside them."),
    Check("shared-prose", ERROR, "Cells of one id in two notebooks of a lesson have one text."),
    Check("name", ERROR, "A name in backticks stands in the code of the lesson."),
    Check("claim", ERROR, "A code cell tagged `claim` says in its metadata what it proves."),
    Check("long-cell", WARNING, "A cell of prose has at most about 120 words."),
)
