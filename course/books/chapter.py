"""Chapters of a book: a localized lesson in one framework as XHTML."""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from course.books.folds import Fold, replace_folds
from course.books.prose import FORBIDDEN, Targets, listing, render_part
from course.errors import CourseError
from course.formats.lesson import QUESTION, TITLE, alternative
from course.formats.settings import Locale
from course.formats.splice import Notebook
from course.formats.strings import Strings
from course.formats.translation import ALT, CLAIM
from course.localization.align import MISSING, LocalizedCell
from course.localization.localize import LocalizedLesson, is_untranslated
from course.localization.notices import cell_notice, page_notice
from course.markdown.parser import parser, visible
from course.markdown.render import element
from course.rendering.blocks import split_at_headings, strip_tags
from course.rendering.code import highlight_lines
from course.rendering.outputs import Picture, read_outputs


@dataclass(frozen=True)
class Heading:
    """A heading of a chapter: its level (1 to 6), its id, and its XHTML."""

    level: int
    id: str
    html: str

    @property
    def text(self) -> str:
        """The heading without its tags."""
        return strip_tags(self.html)


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
    ) -> None:
        self.lesson, self.notebook, self.source = lesson, notebook, source
        self.words, self.targets, self.answers = words, targets, answers
        part = targets.parts[notebook.path.name]
        self.chapter = Chapter(part, number, lesson[TITLE].text)
        self.parts: list[str] = []
        self.figures = 0

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
        self.chapter.body = FORBIDDEN.sub("", "\n".join(self.parts))
        return self.chapter

    def place(self, name: str) -> str:
        """Return the id in the book of a cell of this chapter."""
        return f"{self.chapter.part}-{name}"

    def sided(self, markup: str, cell: LocalizedCell, name: str = "div") -> str:
        """Return XHTML, in an element with its language if it is of a cell shown in English."""
        if cell.status != MISSING:
            return markup
        language = f'lang="{self.source.id}" xml:lang="{self.source.id}"'
        return f'<{name} {language} dir="{self.source.direction}">{markup}</{name}>'

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
            shown = render_part(tokens, self.targets, self.caption)
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

    def caption(self, claim: str = "") -> str:
        """Return the caption of the next figure: its number, and what it proves."""
        self.figures += 1
        number = f"{self.chapter.number}.{self.figures}"
        label = html.escape(self.words["book.figure"].format(number=number))
        return element("figcaption", element("p", label, class_="number") + claim)

    # Code

    def code(self, cell: Mapping[str, Any]) -> None:
        """Add a code cell, its outputs, and its claim: the caption of its last picture, if any."""
        if not self.chapter.headings:
            self.begin_chapter(html.escape(self.chapter.title))
        source = listing(highlight_lines(cell["source"]), "code")
        self.parts.append(element("div", source, class_="highlight", id=self.place(cell["id"])))
        claim = self.claim(cell)
        outputs = self.outputs(cell)
        last = next(
            (at for at in reversed(range(len(outputs))) if not isinstance(outputs[at], str)), -1
        )
        for at, output in enumerate(outputs):
            if isinstance(output, str):
                lines = html.escape(output).split("\n")
                self.parts.append(listing(lines, "printed", self.words["site.output"]))
            else:
                shown = self.targets.medium.picture(output, self.alternative(cell))
                caption = self.caption(claim if at == last else "")
                self.parts.append(element("figure", shown + caption))
        if claim and last < 0:
            self.parts.append(claim)

    def claim(self, cell: Mapping[str, Any]) -> str:
        """Return the claim of a code cell as XHTML, or an empty string."""
        claim = self.lesson.get(f"{cell['id']}:{CLAIM}")
        if claim is None or not claim.text.strip():
            return ""
        shown = render_part(parser().parse(claim.text, {}), self.targets)
        return element("div", self.sided(shown, claim), class_="claim")

    def alternative(self, cell: Mapping[str, Any]) -> dict[str, str]:
        """Return the alternative text of the pictures of a code cell, and its language if other."""
        translated = self.lesson.get(f"{cell['id']}:{ALT}")
        default = self.words["site.plot"].format(section=self.chapter.headings[-1].text)
        text = visible(translated.text) if translated else alternative(cell) or default
        if translated is None or translated.status != MISSING:
            return {"alt": text}
        return {"alt": text, "lang": self.source.id, "xml:lang": self.source.id}

    def outputs(self, cell: Mapping[str, Any]) -> list[str | Picture]:
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
