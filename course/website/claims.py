"""Claims of a lesson for the page that lists them: sentence, printed output, conditions."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from course.localization.align import MISSING
from course.localization.claims import claim_cells, printed
from course.localization.localize import LocalizedLesson
from course.markdown.parser import parser
from course.website.prose import Links, render_part

Said = list[tuple[list[str], str]]  # texts of a claim's cells, each with the frameworks that say it


@dataclass
class ClaimRow:
    """A claim of a lesson: the id of its cell, and its sentence as HTML.

    `frameworks` are those of the notebooks that prove it. `printed` has the output of its cell, and
    `conditions` what the cell asserts, once if the frameworks agree. `data` are the corpora that it
    uses. `english` is whether the sentence is not translated.
    """

    cell: str
    sentence: str
    english: bool
    frameworks: list[str] = field(default_factory=list)
    printed: Said = field(default_factory=list)
    conditions: Said = field(default_factory=list)
    data: list[str] = field(default_factory=list)


def claim_rows(
    lesson: LocalizedLesson, links: Links, data: Mapping[str, list[str]]
) -> list[ClaimRow]:
    """Return the claims of a lesson in reading order, each once for all its frameworks.

    `data` are the corpora that cells use, by id.
    """
    rows: dict[str, ClaimRow] = {}
    for notebook, cell, sentence in claim_cells(lesson):
        row = rows.get(cell["id"])
        if row is None:
            rendered = render_part(parser().parse(sentence.text, {}), links)
            row = ClaimRow(cell["id"], rendered, sentence.status == MISSING)
            row.data = data.get(row.cell, [])
            rows[row.cell] = row
        row.frameworks.append(notebook.framework)
        add_said(row.printed, notebook.framework, printed(cell))
        add_said(row.conditions, notebook.framework, "\n".join(conditions(cell["source"])))
    return list(rows.values())


def add_said(said: Said, framework: str, text: str) -> None:
    """Add a text of a framework's cell to those that differ; an empty one is left out."""
    for frameworks, known in said:
        if known == text:
            frameworks.append(framework)
            return
    if text:
        said.append(([framework], text))


def conditions(source: str) -> list[str]:
    r"""Return the conditions of the assertions in code, as written; none if it is not Python.

    >>> conditions("x = 1\nassert 0 < x, 'too small'")
    ['0 < x']
    """
    try:
        nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assert)]
    except (SyntaxError, ValueError):
        return []
    nodes.sort(key=lambda node: node.lineno)
    return [ast.get_source_segment(source, node.test) or "" for node in nodes]
