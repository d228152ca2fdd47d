"""Render a localized lesson as the JSON of its notebooks."""

import re
from collections.abc import Sequence

from course.formats.settings import Locale
from course.formats.splice import Notebook, join_notebook
from course.formats.strings import Strings
from course.localization.align import MISSING, LocalizedCell, join_text
from course.localization.localize import LocalizedLesson, is_untranslated
from course.localization.notices import cell_notice, page_notice
from course.markdown.parser import tokens

RIGHT = '<span style="display: block; text-align: right">'
HEADING = re.compile(r"#{1,6} [^\n]*(?:\n|$)")


def render_notebook(
    lesson: LocalizedLesson, notebook: Notebook, source: Locale, words: Strings
) -> str:
    """Return the JSON of a notebook of a lesson in its locale; `source` is the source's locale.

    Translated cells show the translation; stale ones also a notice; missing ones the English,
    marked as such, with a notice unless all are missing. The first cell counts the machine drafts,
    stale and missing cells of the notebook. Code cells, outputs, metadata and ids are byte for byte
    the source's, except for the sentences in the metadata of code cells: these are the locale's,
    and have no notices.
    """
    cells = lesson.cells_of(notebook)
    texts = {cell.id: cell.text for cell in cells}
    if lesson.locale.id == source.id:
        return join_notebook(notebook, {})
    markdown = [cell for cell in cells if not cell.source.in_metadata]
    untranslated = is_untranslated(cells)
    for cell in markdown:
        texts[cell.id] = _with_notice(cell, source, cell_notice(cell, words, untranslated))
    lines = page_notice(cells, words)
    if lines and markdown:
        notice = join_text(quote([*lines, words["notices.help"]]), lesson.locale)
        first = markdown[0].id
        texts[first] = below_heading(texts[first], notice)
    if lesson.locale.direction != source.direction:  # Jupyter uses that of its menus
        for cell in markdown:
            texts[cell.id] = in_language(texts[cell.id], lesson.locale)
    return join_notebook(notebook, texts)


def _with_notice(cell: LocalizedCell, source: Locale, notice: str) -> str:
    """Return the Markdown that a built notebook has for a Markdown cell."""
    if cell.status != MISSING:
        return below_heading(cell.text, quote([notice])) if notice else cell.text
    english = in_language(cell.text, source)
    return f"{quote([notice])}\n\n{english}" if notice else english


def quote(lines: Sequence[str]) -> str:
    """Return lines as a Markdown block quote, the form of notices in a notebook."""
    return "\n".join(f"> {line}" for line in lines)


def below_heading(text: str, notice: str) -> str:
    """Insert a notice above Markdown, or below the heading that it begins with."""
    heading = HEADING.match(text)
    if not heading:
        return f"{notice}\n\n{text}"
    rest = text[heading.end() :].lstrip("\n")
    return "\n\n".join(part for part in (heading[0].rstrip("\n"), notice, rest) if part)


def in_language(text: str, locale: Locale) -> str:
    """Wrap Markdown in an element with the language and direction of a locale."""
    text = at_the_right(text) if locale.direction == "rtl" else text
    return f'<div lang="{locale.id}" dir="{locale.direction}">\n\n{text}\n\n</div>'


def at_the_right(text: str) -> str:
    """Wrap the text of each paragraph of Markdown in an element that aligns it at the right.

    JupyterLab aligns every paragraph at the left, whatever its direction (its style sheet has
    `.jp-RenderedHTMLCommon p { text-align: left }`). An inline element leaves the Markdown in it as
    it is; readers that ignore the style, such as GitHub's, follow the direction around it.
    """
    lines = text.split("\n")
    found = tokens(text)
    for token, inline in zip(found, found[1:], strict=False):
        if token.type == "paragraph_open" and not token.hidden and token.map:
            start, end = token.map
            at = lines[start].find(inline.content.split("\n", 1)[0])
            lines[start] = f"{lines[start][:at]}{RIGHT}{lines[start][at:]}"
            lines[end - 1] = f"{lines[end - 1].rstrip()}</span>"
    return "\n".join(lines)
