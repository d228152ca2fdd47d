"""Chapters of a book: a localized lesson in one framework as XHTML."""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from course.books.folds import Fold, replace_folds
from course.books.prose import FORBIDDEN, Targets, code_listing, listing, render_part
from course.errors import CourseError
from course.figures.theme import LIGHT
from course.formats.lesson import QUESTION, TITLE
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
from course.rendering.blocks import Heading, split_at_headings
from course.rendering.code import highlight
from course.rendering.figures import Figures, PlotLanguage, alternative_of, caption_of, theme_plot
from course.rendering.outputs import Picture, Widget, read_outputs
from course.rendering.references import REFERENCES, cited_in, reference_list


@dataclass(frozen=True)
class Answer:
    """A folded answer at the end of the book: its number, the id where it is asked, its XHTML."""

    number: str
    id: str
    asked: str
    html: str


@dataclass
class Chapter:
    """A chapter: its XHTML below the title, its headings, the title's own first, and answers."""

    part: str
    number: int
    title: str
    question: str = ""
    notices: list[str] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    body: str = ""
    answers: list[Answer] = field(default_factory=list)


class ChapterWriter:
    """Renders a notebook of a lesson in its locale, cell by cell.

    `number` is that of the lesson in the course, `part` the chapter's id in the book, with which
    all of its ids begin; `source` is the source locale, `answers` the part with the answers.
    Plots have the words of `plot_words` by label.
    """

    def __init__(
        self,
        lesson: LocalizedLesson,
        notebook: Notebook,
        source: Locale,
        words: Strings,
        targets: Targets,
        number: int,
        answers: str,
        references: Mapping[str, Reference],
        plot_words: Mapping[str, str],
    ) -> None:
        self.lesson, self.notebook, self.source = lesson, notebook, source
        self.words, self.targets, self.answers = words, targets, answers
        part = targets.parts[notebook.path.name]
        self.chapter = Chapter(part, number, lesson[TITLE].text)
        self.parts: list[str] = []
        self.figures = Figures(words["site.figure"], before=f"{number}.")
        self.references, self.cited = references, dict[str, Reference]()
        self.language = PlotLanguage(plot_words, lesson.locale.id, lesson.locale.direction)
        self.in_source = {"lang": source.id, "xml:lang": source.id, "dir": source.direction}

    def write(self) -> Chapter:
        """Return the chapter.

        Raises:
            CourseError: an output can't be rendered; names its cell.
        """
        cells = self.lesson.cells_of(self.notebook)
        untranslated = is_untranslated(cells)
        if self.lesson.locale.id != self.source.id:
            self.chapter.notices = page_notice(cells, self.words)
        question = self.lesson.get(QUESTION)
        if question:
            shown = element("p", html.escape(question.text), class_="question")
            self.chapter.question = self.sided(shown, question)
        for cell in self.notebook.data["cells"]:
            if not cell["source"].strip():
                continue
            if cell["cell_type"] == "markdown":
                self.prose(self.lesson[cell["id"]], untranslated)
            elif cell["cell_type"] == "code":
                self.code(cell)
        self.cite()
        self.chapter.body = FORBIDDEN.sub("", "\n".join(self.parts))
        return self.chapter

    def place(self, name: str) -> str:
        """Return the id in the book of a cell of this chapter."""
        return f"{self.chapter.part}-{name}"

    def side(self, cell: LocalizedCell | None) -> dict[str, str]:
        """Return the language attributes of a cell that is shown in English."""
        return self.in_source if cell and cell.status == MISSING else {}

    def sided(self, markup: str, cell: LocalizedCell, name: str = "div") -> str:
        """Return XHTML, in an element with its language if it is of a cell shown in English."""
        side = self.side(cell)
        return element(name, markup, **side) if side else markup

    # Prose

    def begin(self, level: int, name: str, markup: str) -> None:
        """Begin a section."""
        level = min(max(2, level), self.chapter.headings[-1].level + 1)
        self.chapter.headings.append(Heading(level, name, markup))
        self.parts.append(f'<h{level} id="{name}">{markup}</h{level}>')

    def begin_chapter(self, markup: str) -> None:
        """Begin the chapter with its own heading, which the template shows."""
        self.chapter.headings.append(Heading(1, self.chapter.part, markup))

    def prose(self, cell: LocalizedCell, untranslated: bool) -> None:
        """Add a cell of prose, split at its headings; its first part has its id."""
        name = self.place(cell.id)
        free, used = [name], 0
        notice = cell_notice(cell, self.words, untranslated)
        above = element("p", html.escape(notice), class_="notice") if notice else ""
        self.cited |= cited_in(cell.text, self.references)
        for tokens in split_at_headings(parser().parse(cell.text, {})):
            if tokens[0].type == "heading_open":
                heading = self.sided(render_part([tokens[1]], self.targets), cell, "span")
                if not self.chapter.headings:
                    self.begin_chapter(heading)
                    continue
                used += 1
                self.begin(int(tokens[0].tag[1]), free.pop() if free else f"{name}-{used}", heading)
                continue
            if not self.chapter.headings:
                self.begin_chapter(html.escape(self.chapter.title))
            shown = render_part(tokens, self.targets, partial(self.caption, cell.id))
            shown = replace_folds(shown, lambda fold: self.answer(fold, cell))
            place = {"id": free.pop()} if free else {}
            self.parts.append(element("div", above + self.sided(shown, cell), **place))
            above = ""
        self.parts += (
            [element("div", above, **{"id": name} if free else {})] if above or free else []
        )

    def answer(self, fold: Fold, cell: LocalizedCell) -> str:
        """Move a folded part to the answers, and return the link to it."""
        number = f"{self.chapter.number}.{len(self.chapter.answers) + 1}"
        name, asked = (self.place(f"{kind}-{number.replace('.', '-')}") for kind in ("a", "q"))
        content = self.sided(fold.content, cell)
        self.chapter.answers.append(Answer(number, name, asked, content))
        text = f"{fold.summary or html.escape(self.words['book.answers'])} {number}"
        link = element("a", text, id=asked, href=self.targets.medium.address(self.answers, name))
        return element("p", link + self.targets.medium.page(name), class_="fold")

    def caption(self, cell_id: str) -> str:
        """Return the caption of the next figure, which the cell has."""
        cell, inline = caption_of(self.lesson, cell_id)
        return self.figures.caption(render_part(inline, self.targets), self.side(cell))

    def cite(self) -> None:
        """Add the references that the chapter links, as a section of its own at the end."""
        if self.cited:
            self.begin(2, self.place(REFERENCES), html.escape(self.words["site.references"]))
            self.parts.append(reference_list(self.cited.values(), self.in_source))

    # Code

    def code(self, cell: Mapping[str, Any]) -> None:
        """Add a code cell, its outputs, and its claim; a widget is only for screens."""
        if not self.chapter.headings:
            self.begin_chapter(html.escape(self.chapter.title))
        source = code_listing(highlight(cell["source"]), "code")
        self.parts.append(element("div", source, class_="highlight", id=self.place(cell["id"])))
        for output in self.outputs(cell):
            if isinstance(output, Picture):
                self.parts.append(self.plot(output, cell))
            elif isinstance(output, str):
                lines = html.escape(output).split("\n")
                self.parts.append(listing(lines, "printed", self.words["site.output"]))
        if claim := self.claim(cell):
            self.parts.append(claim)

    def plot(self, picture: Picture, cell: Mapping[str, Any]) -> str:
        """Return a picture of an output as a figure, drawn for white paper."""
        drawn = theme_plot(picture, LIGHT, self.language, data_labels(cell)) or picture
        shown = self.targets.medium.picture(drawn, self.alternative(cell))
        return element("figure", shown + self.caption(cell["id"]))

    def claim(self, cell: Mapping[str, Any]) -> str:
        """Return the claim of a code cell as XHTML, or an empty string."""
        claim = self.lesson.get(f"{cell['id']}:{CLAIM}")
        if claim is None or not claim.text.strip():
            return ""
        shown = render_part(parser().parse(claim.text, {}), self.targets)
        return element("div", self.sided(shown, claim), class_="claim")

    def alternative(self, cell: Mapping[str, Any]) -> dict[str, str]:
        """Return the alternative text of the pictures of a code cell, and its language if other."""
        default = self.words["site.plot"].format(section=self.chapter.headings[-1].text)
        translated, text = alternative_of(self.lesson, cell, default)
        if translated is None or translated.status != MISSING:
            return {"alt": text}
        return {"alt": text, "lang": self.source.id, "xml:lang": self.source.id}

    def outputs(self, cell: Mapping[str, Any]) -> list[str | Picture | Widget]:
        """Return the outputs of a code cell.

        Raises:
            CourseError: a picture is not valid base64.
        """
        try:
            return list(read_outputs(cell["outputs"]))
        except ValueError as error:
            raise CourseError(
                f"{self.notebook.path.name}: cell {cell['id']}: picture of an output: {error};"
                " execute the notebook again"
            ) from None
