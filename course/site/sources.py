"""What Sphinx reads for one locale: a notebook for each page, and what the templates show."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from course.errors import CourseError
from course.formats.lesson import QUESTION, SUMMARY, TITLE, SourceLesson, alternative
from course.formats.notebook import course_metadata, parse_notebook
from course.formats.settings import Framework, Lesson, Locale
from course.formats.strings import Strings
from course.formats.translation import ALT, CLAIM, Translation
from course.markdown.parser import parser
from course.markdown.render import element
from course.site.outputs import shown_outputs
from course.site.prose import Heading, Links, as_markdown, pieces, render_part, searchable

PLOTS = "../_plots/"  # as pages of a locale see it
NAME = re.compile(r"(?<![\w\\])[A-Za-z_]\w{2,}")  # of a function, variable or module, and words
PICTURE = re.compile(r"<img [^>]*>")
WORDS_A_MINUTE = 120  # read with care, in English; all languages get the same figure
MINUTES_A_CELL = 0.25  # of code


@dataclass
class Page:
    """A page that shows a notebook: `ids` are its anchors in reading order.

    `picture` is the HTML of its first picture, or empty.
    """

    name: str
    lesson: str
    framework: str
    title: str
    headings: list[Heading] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    picture: str = ""
    search: list[list[str]] = field(default_factory=list)  # anchor, heading, text, names in code

    def facts(self) -> dict[str, Any]:
        """Return what the templates need to know of the page."""
        kept = {key: value for key, value in asdict(self).items() if key != "search"}
        return kept | {"headings": [[h.level, h.id, h.html] for h in self.headings]}


def minutes(lesson: SourceLesson) -> int:
    """Return how long a lesson takes to read, in minutes, to the nearest five."""
    cells = lesson.notebooks[0].data["cells"]
    words = sum(len(cell["source"].split()) for cell in cells if cell["cell_type"] == "markdown")
    code = sum(cell["cell_type"] == "code" for cell in cells)
    return max(5, 5 * round((words / WORDS_A_MINUTE + code * MINUTES_A_CELL) / 5))


def about(lesson: Lesson, translation: Translation) -> tuple[dict[str, str], list[str]]:
    """Return title, question and summary of a lesson in a locale, and which of them are English."""
    said = {cell.id: cell.text.strip() for cell in translation.cells if cell.id.startswith("@")}
    english = {TITLE: lesson.title, QUESTION: lesson.question, SUMMARY: lesson.summary}
    texts = {name.removeprefix("@"): said.get(name) or text for name, text in english.items()}
    return texts, [name.removeprefix("@") for name in english if not said.get(name)]


def make_page(
    content: bytes,
    lesson: Lesson,
    framework: Framework,
    title: str,
    locale: Locale,
    words: Strings,
    links: Links,
    plots: dict[str, bytes],
    missing: Mapping[str, Mapping[str, str]],
) -> tuple[Page, dict[str, Any]]:
    """Return a page, and the notebook that Sphinx makes it from; its plots are added to `plots`.

    `missing` are the cells that are not translated, with the attributes that mark their language.

    Raises:
        CourseError: an output that can't be shown; names its cell.
    """
    name = f"{lesson.id}-{framework.id}"
    notebook = parse_notebook(content, f"{name}.ipynb")
    page = Page(name, lesson.id, framework.id, title)
    cells: list[dict[str, Any]] = []
    texts: list[str] = []  # of the section that is being read

    def begin(heading: Heading) -> None:
        first = not page.headings
        level = 1 if first else max(2, heading.level)
        heading = Heading(level, heading.id, heading.html)
        page.headings.append(heading)
        page.ids.append(heading.id)
        texts.clear()
        page.search.append([heading.id, heading.text, "", ""])
        cells.append(markdown_cell(as_markdown(heading, level)))

    for cell in notebook["cells"]:
        if not cell["source"].strip():
            continue
        if cell["cell_type"] == "markdown":
            for piece in pieces(cell["id"], cell["source"], locale, words, links):
                if piece.heading:
                    begin(piece.heading)
                    continue
                if not page.headings:
                    begin(Heading(1, "top", title))
                if f'<div class="prose" id="{cell["id"]}">' in piece.html:
                    page.ids.append(cell["id"])
                if not page.picture and (found := PICTURE.search(piece.html)):
                    page.picture = found[0].replace(' loading="lazy"', "")
                texts.append(piece.html)
                page.search[-1][2] = searchable(texts)
                cells.append(markdown_cell(piece.html))
        elif cell["cell_type"] == "code":
            if not page.headings:
                begin(Heading(1, "top", title))
            place = words["site.plot"].format(section=page.headings[-1].text)
            alt = {"alt": place}
            if said := alternative(cell):
                alt = {"alt": said, **missing.get(f"{cell['id']}:{ALT}", {})}
            try:
                made = shown_outputs(cell["outputs"], words["site.output"], alt, PLOTS, plots)
            except ValueError as error:
                raise CourseError(
                    f"{name}.ipynb: cell {cell['id']}: picture of an output: {error};"
                    " execute the notebook again"
                ) from None
            cells.append(code_cell(cell["id"], cell["source"], made))
            known = dict.fromkeys([*page.search[-1][3].split(), *NAME.findall(cell["source"])])
            page.search[-1][3] = " ".join(known)
            page.ids.append(cell["id"])
            if proved := claim(cell, links, missing.get(f"{cell['id']}:{CLAIM}", {})):
                texts.append(proved)
                page.search[-1][2] = searchable(texts)
                cells.append(markdown_cell(proved))
    if cells and not page.title:
        page.title = page.headings[0].text
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python", "language": "python"},
        "language_info": {"name": "python", "pygments_lexer": "python"},
    }
    return page, {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def claim(cell: Mapping[str, Any], links: Links, side: Mapping[str, str]) -> str:
    """Return what a code cell proves as HTML on one line; empty if it says nothing."""
    said = course_metadata(cell).get(CLAIM)
    if not isinstance(said, str) or not said.strip():
        return ""
    return element("div", render_part(parser().parse(said, {}), links), class_="claim", **side)


def markdown_cell(text: str) -> dict[str, Any]:
    """Return a cell of prose; its id is of no use to Sphinx."""
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def code_cell(name: str, source: str, made: str) -> dict[str, Any]:
    """Return a cell of code with its outputs as HTML; metadata of the source could hide it."""
    outputs = [{"output_type": "display_data", "metadata": {}, "data": {"text/html": made}}]
    return {
        "cell_type": "code",
        "metadata": {"cell": name},
        "execution_count": None,
        "source": source,
        "outputs": outputs if made else [],
    }


def number_cells(notebook: Mapping[str, Any]) -> bytes:
    """Return a notebook as bytes, with ids that nbformat asks for."""
    for number, cell in enumerate(notebook["cells"]):
        cell["id"] = f"c{number}"
    return json.dumps(notebook, ensure_ascii=False).encode("utf-8", "replace")
