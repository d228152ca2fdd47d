"""A lesson side by side: a language beside the source's, and the frameworks beside each other.

Cells are aligned by id. What is the same in all frameworks is shown once.
"""

import html
from collections.abc import Callable, Iterable, Mapping, Sequence

from course.formats.lesson import merge_orders
from course.formats.translation import ALT, CLAIM
from course.localization.align import MISSING
from course.localization.localize import LocalizedLesson
from course.markdown.render import element
from course.website.page import CellParts, PageWriter
from course.website.prose import join_blocks, render_blocks

Side = tuple[Mapping[str, str], str]  # attributes and HTML of a column


class BesideWriter:
    """Renders the rows of the page of a lesson from the cells that its other pages show.

    `writers` have written those, `names` are the names of the frameworks by id, and `source`
    returns a cell of the source's prose as HTML by its id.
    """

    def __init__(
        self,
        lesson: LocalizedLesson,
        writers: Sequence[PageWriter],
        names: Mapping[str, str],
        source: Callable[[str], str],
    ) -> None:
        self.lesson, self.names, self.source = lesson, names, source
        self.cells = {writer.notebook.framework: writer.cells for writer in writers}
        self.words, self.links = writers[0].words, writers[0].links
        self.english = writers[0].source
        self.translated = lesson.locale.id != self.english.id

    def write(self) -> str:
        """Return the rows as HTML, in the reading order of all notebooks."""
        return "\n".join(self.row(name) for name in merge_orders(self.cells.values()))

    def row(self, name: str) -> str:
        """Return the row of a cell of prose or of code; its anchor is the cell's id."""
        parts = {key: cells[name] for key, cells in self.cells.items() if name in cells}
        first = next(iter(parts.values()))
        apart = len(parts) < len(self.cells)
        if not first.prose:
            same = not apart and len({part.code for part in parts.values()}) == 1
            content = self.code(parts, same) + self.sentence(name, ALT) + self.sentence(name, CLAIM)
            return element("div", content, class_=f"row code{' same' if same else ''}", id=name)
        content = (self.label(*parts) if apart else "") + self.languages(name, first.prose)
        return element("div", content, class_="row text", id=name)

    def languages(self, name: str, own: str) -> str:
        """Return a text in the locale, and beside it the source's where it is another language."""
        if not self.translated:
            return own
        if self.lesson[name].status == MISSING:
            own = element("p", html.escape(self.words["site.missing"]), class_="none")
        side = {"class": "source", "lang": self.english.id, "dir": self.english.direction}
        return columns([(side, self.source(name)), ({}, own)])

    def code(self, parts: Mapping[str, CellParts], same: bool) -> str:
        """Return code and outputs of a cell: once what agrees, else a column for each framework."""
        first = next(iter(parts.values()))
        if not same:
            return self.frameworks({key: part.code + part.outputs for key, part in parts.items()})
        outputs = {key: part.outputs for key, part in parts.items()}
        if len(set(outputs.values())) == 1:
            return first.code + first.outputs
        return first.code + self.frameworks(outputs)

    def frameworks(self, shown: Mapping[str, str]) -> str:
        """Return a column for each framework of the lesson, empty where it has nothing."""
        return columns(
            ({}, self.label(key) + shown[key] if key in shown else "") for key in self.cells
        )

    def label(self, *frameworks: str) -> str:
        """Return the names of frameworks as a label."""
        names = ", ".join(self.names[key] for key in frameworks)
        return element("p", html.escape(names), class_="label")

    def sentence(self, name: str, kind: str) -> str:
        """Return a sentence about a cell of code, beside the source's; empty if it has none."""
        cell = self.lesson.get(f"{name}:{kind}")
        if cell is None or not cell.text.strip():
            return ""
        blocks = render_blocks(cell.id, cell.text, {}, "", "", self.links)
        own = self.languages(cell.id, join_blocks(cell.id, blocks))
        return element("div", own, class_=f"said {kind}")


def columns(sides: Iterable[Side]) -> str:
    """Return columns beside each other."""
    inner = "".join(element("div", text, **attributes) for attributes, text in sides)
    return element("div", inner, class_="pair")
