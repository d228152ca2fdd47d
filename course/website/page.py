"""Pages of the lessons: a localized notebook as HTML, and what templates and search need of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from course.errors import CourseError
from course.formats.lesson import alternative
from course.formats.settings import Locale
from course.formats.splice import Notebook
from course.formats.strings import Strings
from course.formats.translation import ALT, CLAIM
from course.localization.align import MISSING, LocalizedCell
from course.localization.localize import LocalizedLesson, is_untranslated
from course.localization.notices import cell_notice, page_notice
from course.markdown.parser import parser, visible
from course.markdown.render import element
from course.website.code import highlight
from course.website.outputs import render_outputs
from course.website.prose import Heading, Links, pieces, render_part, searchable

PLOTS = "../_plots/"  # as pages of a locale see it
NAME = re.compile(r"(?<![\w\\])[A-Za-z_]\w{2,}")  # of a function, variable or module, and words
PICTURE = re.compile(r"<img [^>]*>")


@dataclass
class Page:
    """A page that shows a notebook: `body` is its HTML below the first heading.

    `ids` are its anchors in reading order, `picture` is the HTML of its first picture, or empty.
    Each entry of `search` is anchor, heading, text, and the names in the code.
    """

    name: str
    lesson: str
    framework: str
    headings: list[Heading] = field(default_factory=list)
    body: str = ""
    ids: list[str] = field(default_factory=list)
    picture: str = ""
    notices: list[str] = field(default_factory=list)
    search: list[list[str]] = field(default_factory=list)


class PageWriter:
    """Writes the page of a notebook of a lesson in its locale, cell by cell.

    `source` is the locale of the English; the page's plots are added to `plots` by name.
    """

    def __init__(
        self,
        lesson: LocalizedLesson,
        notebook: Notebook,
        source: Locale,
        words: Strings,
        links: Links,
        plots: dict[str, bytes],
    ) -> None:
        self.lesson, self.notebook, self.source = lesson, notebook, source
        self.words, self.links, self.plots = words, links, plots
        self.page = Page(notebook.path.stem, lesson.source.lesson.id, notebook.framework)
        self.parts: list[str] = []
        self.texts: list[str] = []  # of the section that is being read
        self.open: list[int] = []  # levels of the sections that are open

    def write(self) -> Page:
        """Return the page.

        Raises:
            CourseError: an output that can't be shown; names its cell.
        """
        cells = self.lesson.cells_of(self.notebook)
        untranslated = is_untranslated(cells)
        if self.lesson.locale.id != self.source.id:
            self.page.notices = page_notice(cells, self.words)
        for cell in self.notebook.data["cells"]:
            if not cell["source"].strip():
                continue
            if cell["cell_type"] == "markdown":
                self.prose(self.lesson[cell["id"]], untranslated)
            elif cell["cell_type"] == "code":
                self.code(cell)
        self.close(2)
        self.page.body = "\n".join(self.parts)
        return self.page

    def begin(self, heading: Heading) -> None:
        """Begin a section, in those of a lower level; the first heading is the page's own."""
        level = min(max(2, heading.level), (self.open or [1])[-1] + 1)
        if not self.page.headings:
            level = 1
        else:
            self.close(level)
            self.open.append(level)
            label = self.words["site.link"]
            link = element("a", "#", class_="headerlink", href=f"#{heading.id}", aria_label=label)
            self.parts.append(f'<section id="{heading.id}">')
            self.parts.append(f"<h{level}>{heading.html} {link}</h{level}>")
        heading = Heading(level, heading.id, heading.html)
        self.page.headings.append(heading)
        self.page.ids.append(heading.id)
        self.texts.clear()
        self.page.search.append([heading.id, heading.text, "", ""])

    def begin_untitled(self) -> None:
        """Begin a page whose notebook has no heading at its top."""
        if not self.page.headings:
            title = self.lesson["@title"].text
            self.begin(Heading(1, "top", title))

    def close(self, level: int) -> None:
        """End the sections that are open, of this level and below."""
        while self.open and self.open[-1] >= level:
            self.open.pop()
            self.parts.append("</section>")

    def add(self, shown: str) -> None:
        """Add prose to the section that is open."""
        self.parts.append(shown)
        self.texts.append(shown)
        self.page.search[-1][2] = searchable(self.texts)

    def side(self, cell: LocalizedCell | None) -> dict[str, str]:
        """Return the attributes that mark a text that is in English on a page that is not."""
        if cell is None or cell.status != MISSING:
            return {}
        return {"lang": self.source.id, "dir": self.source.direction}

    def prose(self, cell: LocalizedCell, untranslated: bool) -> None:
        """Add a cell of prose, cut at its headings."""
        notice = cell_notice(cell, self.words, untranslated)
        edit = self.words["site.edit"]
        for piece in pieces(cell.id, cell.text, self.side(cell), notice, edit, self.links):
            if piece.heading:
                self.begin(piece.heading)
                continue
            self.begin_untitled()
            if f'<div class="prose" id="{cell.id}">' in piece.html:
                self.page.ids.append(cell.id)
            if not self.page.picture and (found := PICTURE.search(piece.html)):
                self.page.picture = found[0].replace(' loading="lazy"', "")
            self.add(piece.html)

    def code(self, cell: Mapping[str, Any]) -> None:
        """Add a cell of code, its outputs, and what it proves."""
        self.begin_untitled()
        name = cell["id"]
        # Code can be wider than the screen, and keys must be able to scroll it; its words are
        # English, and no browser is to translate them.
        side = {"tabindex": "0", "dir": "ltr", "lang": self.source.id, "translate": "no"}
        source = element("pre", highlight(cell["source"]), **side)
        shown = element("div", source, class_="highlight")
        outputs = self.outputs(cell)
        parts = [element("div", shown, class_="cell_input")]
        parts += [element("div", outputs, class_="cell_output")] if outputs else []
        self.parts.append(element("div", "".join(parts), class_="cell", id=name))
        self.page.ids.append(name)
        known = self.page.search[-1][3].split()
        names = dict.fromkeys([*known, *NAME.findall(cell["source"])])
        self.page.search[-1][3] = " ".join(names)
        claim = self.lesson.get(f"{name}:{CLAIM}")
        if claim and claim.text.strip():
            proved = render_part(parser().parse(claim.text, {}), self.links)
            self.add(element("div", proved, class_="claim", **self.side(claim)))

    def outputs(self, cell: Mapping[str, Any]) -> str:
        """Return the outputs of a cell of code as HTML."""
        said = self.lesson.get(f"{cell['id']}:{ALT}")
        place = self.words["site.plot"].format(section=self.page.headings[-1].text)
        alt = {"alt": visible(said.text) if said else alternative(cell) or place, **self.side(said)}
        label = self.words["site.output"]
        try:
            return render_outputs(cell["outputs"], label, alt, PLOTS, self.plots)
        except ValueError as error:
            raise CourseError(
                f"{self.notebook.path.name}: cell {cell['id']}: picture of an output: {error};"
                " execute the notebook again"
            ) from None
