"""Pages of the lessons: a localized notebook as HTML, with data for templates and search."""

import binascii
import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any

from course.errors import CourseError
from course.figures.theme import themed
from course.formats.plots import data_labels
from course.formats.references import Reference
from course.formats.settings import Locale
from course.formats.splice import Notebook
from course.formats.strings import Strings
from course.formats.translation import CLAIM
from course.localization.align import MISSING, LocalizedCell
from course.localization.localize import LocalizedLesson, is_untranslated
from course.localization.notices import cell_notice, page_notice
from course.markdown.parser import parser
from course.markdown.render import element
from course.rendering.blocks import Heading
from course.rendering.code import highlight
from course.rendering.figures import Figures, Paint, PlotLanguage, alternative_of, caption_of
from course.rendering.outputs import Picture
from course.rendering.references import REFERENCES, cited_in, reference_list
from course.website import cloud
from course.website.exercises import Exercise, find_exercises
from course.website.figures import draw_plot
from course.website.outputs import render_outputs
from course.website.prose import Links, join_blocks, render_blocks, render_part, searchable
from course.website.widgets import render_widget

PLOTS = "../_plots/"  # relative to the pages of a locale
NAME = re.compile(r"(?<![\w\\])[A-Za-z_]\w{2,}")  # of a function, variable or module, and words
PICTURE = re.compile(r"(?:<img [^>]*>)+")  # one for each colour scheme


@dataclass
class Page:
    """A page that shows a notebook: `body` is its HTML below the first heading.

    `ids` are its anchors in reading order, `picture` is the HTML of its first picture, or empty,
    and `widgets` has the HTML of the first widget of each cell that has one. `exercises` is true if
    it has exercises that it can run.
    Each entry of `search` has anchor, heading, text, and the names in the code.
    """

    name: str
    lesson: str
    framework: str
    headings: list[Heading] = field(default_factory=list)
    body: str = ""
    ids: list[str] = field(default_factory=list)
    picture: str = ""
    widgets: dict[str, str] = field(default_factory=dict)
    exercises: bool = False
    notices: list[str] = field(default_factory=list)
    search: list[list[str]] = field(default_factory=list)


@dataclass
class CellParts:
    """The HTML of a cell, for pages that show cells apart: prose, or code and its outputs.

    Widgets are not among the outputs: they are for those who read the lesson itself.
    """

    prose: str = ""
    code: str = ""
    outputs: str = ""


class PageWriter:
    """Renders the page of a notebook of a lesson in its locale, cell by cell.

    `source` is the source locale; the page's plots are added to `plots` by name, with the words of
    `plot_words` by label. `cells` are the parts of the cells that have been rendered, by id.
    """

    def __init__(
        self,
        lesson: LocalizedLesson,
        notebook: Notebook,
        source: Locale,
        words: Strings,
        links: Links,
        plots: dict[str, bytes],
        references: Mapping[str, Reference],
        plot_words: Mapping[str, str] = MappingProxyType({}),
        paint: Paint = themed,
    ) -> None:
        self.lesson, self.notebook, self.source = lesson, notebook, source
        self.words, self.links, self.plots, self.paint = words, links, plots, paint
        self.references, self.cited = references, dict[str, Reference]()
        self.figures = Figures(words["site.figure"])
        self.language = PlotLanguage(plot_words, lesson.locale.id, lesson.locale.direction)
        self.page = Page(notebook.path.stem, lesson.source.lesson.id, notebook.framework)
        self.parts: list[str] = []
        self.texts: list[str] = []  # HTML of the current HTML section
        self.open: list[int] = []  # heading levels of the open HTML sections
        self.cells: dict[str, CellParts] = {}
        self.exercises: dict[str, Exercise] = {}  # by the ids of their cells

    def write(self) -> Page:
        """Return the page.

        Raises:
            CourseError: an output can't be rendered, or an exercise can't be run; names its cell.
        """
        try:
            exercises = find_exercises(self.notebook.data["cells"])
        except ValueError as error:
            raise CourseError(f"{self.notebook.path.name}: {error}") from None
        self.exercises = {cell: exercise for exercise in exercises for cell in exercise.cells}
        self.page.exercises = any(exercise.plain for exercise in exercises)
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
        self.cite()
        self.close(2)
        self.page.body = "\n".join(self.parts)
        return self.page

    def begin(self, heading: Heading) -> None:
        """Begin an HTML section, nested by level; the first heading is the page's own."""
        level = min(max(2, heading.level), (self.open or [1])[-1] + 1)
        if not self.page.headings:
            level = 1
        else:
            self.close(level)
            self.open.append(level)
            label = self.words["site.link"]
            link = element("a", "#", class_="headerlink", href=f"#{heading.id}", aria_label=label)
            link += self.report(heading)
            self.parts.append(f'<section id="{heading.id}">')
            self.parts.append(f"<h{level}>{heading.html} {link}</h{level}>")
        heading = Heading(level, heading.id, heading.html)
        self.page.headings.append(heading)
        self.page.ids.append(heading.id)
        self.texts.clear()
        self.page.search.append([heading.id, heading.text, "", ""])

    def report(self, heading: Heading) -> str:
        """Return a link to say what is wrong in an HTML section; empty without a repository."""
        if not self.links.repository:
            return ""
        title = f"{self.page.name} ({self.lesson.locale.id}), {heading.id}: "
        address = cloud.issue_address(self.links.repository, title)
        label = self.words["site.report"]
        side = {"class_": "headerlink", "aria_label": label, "title": label}
        return element("a", "⚑", href=address, rel="noopener noreferrer", **side)

    def begin_untitled(self) -> None:
        """Add the title as heading if the notebook does not begin with one."""
        if not self.page.headings:
            title = self.lesson["@title"].text
            self.begin(Heading(1, "top", title))

    def close(self, level: int) -> None:
        """Close the open HTML sections of this level and below."""
        while self.open and self.open[-1] >= level:
            self.open.pop()
            self.parts.append("</section>")

    def add(self, prose: str) -> None:
        """Add the HTML of prose to the current HTML section."""
        self.parts.append(prose)
        self.texts.append(prose)
        self.page.search[-1][2] = searchable(self.texts)

    def side(self, cell: LocalizedCell | None) -> dict[str, str]:
        """Return the language attributes of a cell that is shown in English."""
        if cell is None or cell.status != MISSING:
            return {}
        return {"lang": self.source.id, "dir": self.source.direction}

    def prose(self, cell: LocalizedCell, untranslated: bool) -> None:
        """Add a cell of prose, split at its headings."""
        notice = cell_notice(cell, self.words, untranslated)
        edit = self.words["site.edit"]
        side = self.side(cell)
        self.cited |= cited_in(cell.text, self.references)
        caption = partial(self.caption, cell.id)
        blocks = render_blocks(cell.id, cell.text, side, notice, edit, self.links, caption)
        self.cells[cell.id] = CellParts(prose=join_blocks(cell.id, blocks))
        for block in blocks:
            if block.heading:
                self.begin(block.heading)
                continue
            self.begin_untitled()
            if f' id="{cell.id}"' in block.html:
                self.page.ids.append(cell.id)
            if not self.page.picture and (found := PICTURE.search(block.html)):
                self.page.picture = found[0].replace(' loading="lazy"', "")
            self.add(block.html)

    def cite(self) -> None:
        """Add the references that the page links, as a section of its own at the end."""
        if not self.cited:
            return
        self.begin(Heading(2, REFERENCES, html.escape(self.words["site.references"])))
        side = {"lang": self.source.id, "dir": self.source.direction}
        self.add(reference_list(self.cited.values(), side))

    def code(self, cell: Mapping[str, Any]) -> None:
        """Add a code cell, its outputs, and its claim."""
        self.begin_untitled()
        name = cell["id"]
        side = {"dir": "ltr", "lang": self.source.id, "translate": "no"}  # by browsers
        source = element("pre", highlight(cell["source"]), **side)
        highlighted = element("div", source, class_="highlight")
        outputs = self.outputs(cell)
        code = element("div", highlighted, class_="cell_input")
        self.cells[name] = CellParts("", code, shown_below(part for part, kept in outputs if kept))
        shown = code + shown_below(part for part, _ in outputs)
        exercise = self.exercises.get(name)
        plain = {"data_exercise": exercise.cells[0]} if exercise and exercise.plain else {}
        self.parts.append(element("div", shown, class_="cell", id=name, **plain))
        if exercise and not exercise.plain and name == exercise.cells[-1]:
            self.parts.append(self.elsewhere())
        self.page.ids.append(name)
        known = self.page.search[-1][3].split()
        names = dict.fromkeys([*known, *NAME.findall(cell["source"])])
        self.page.search[-1][2:] = searchable(self.texts), " ".join(names)
        claim = self.lesson.get(f"{name}:{CLAIM}")
        if claim and claim.text.strip():
            rendered = render_part(parser().parse(claim.text, {}), self.links)
            self.add(element("div", rendered, class_="claim", **self.side(claim)))

    def elsewhere(self) -> str:
        """Return links to where the notebook can be run; empty without a repository."""
        repository, locale = self.links.repository, self.lesson.locale.id
        if not repository:
            return ""
        name = f"{self.page.name}.ipynb"
        places = {
            "site.colab": cloud.colab_address(repository, locale, name),
            "site.binder": cloud.binder_address(repository, locale, name),
        }
        links = (
            element(
                "li",
                element("a", html.escape(self.words[word]), href=url, rel="noopener noreferrer"),
            )
            for word, url in places.items()
        )
        return element("ul", "".join(links), class_="buttons")

    def caption(self, cell_id: str) -> str:
        """Return the caption of the next figure, which the cell has."""
        cell, inline = caption_of(self.lesson, cell_id)
        return self.figures.caption(render_part(inline, self.links), self.side(cell))

    def outputs(self, cell: Mapping[str, Any]) -> list[tuple[str, bool]]:
        """Return the outputs of a code cell as HTML, each with whether it is no widget."""
        default = self.words["site.plot"].format(section=self.page.headings[-1].text)
        translated, text = alternative_of(self.lesson, cell, default)
        alt = {"alt": text, **self.side(translated)}

        def draw(plot: Picture) -> str:
            data = data_labels(cell)
            drawn = draw_plot(plot, alt, self.language, data, PLOTS, self.plots, self.paint)
            caption = self.caption(cell["id"])
            self.texts.append(caption)
            return element(
                "figure", element("div", drawn, class_="canvas") + caption, class_="figure"
            )

        def widget(data: Any) -> str:
            """Render a widget, and keep the first of the cell for other pages."""
            shown = render_widget(data, self.words, self.lesson.locale, self.source)
            return self.page.widgets.setdefault(cell["id"], shown) and shown

        try:
            return list(render_outputs(cell["outputs"], self.words["site.output"], draw, widget))
        except binascii.Error as error:
            problem = f"picture of an output: {error}"
        except ValueError as error:
            problem = f"widget of an output: {error}"
        name = f"{self.notebook.path.name}: cell {cell['id']}"
        raise CourseError(f"{name}: {problem}; execute the notebook again")


def shown_below(outputs: Iterable[str]) -> str:
    """Return the outputs of a cell as one element; empty without any."""
    inner = "".join(outputs)
    return element("div", inner, class_="cell_output") if inner else ""
