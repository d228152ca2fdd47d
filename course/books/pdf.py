"""PDF: a book as one page of HTML, printed by Chromium, with page numbers and fixed times."""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf

from course.books.browser import Printer
from course.books.content import Book
from course.books.front import font_files, render_template, stylesheet
from course.books.glyphs import check_glyphs
from course.books.media import PrintMedium
from course.errors import CourseError
from course.rendering.blocks import shown_characters

TRIES = 4  # printings until the page numbers are those of the pages
NUMBER = re.compile(r'<span class="page" data-of="([^"]*)"></span>')
UNPRINTED = ("style", "template")  # elements without text of the page itself


@dataclass(frozen=True)
class Printed:
    """A printed book: the content of its file, and the number of its pages."""

    content: bytes
    pages: int


def write_pdf(book: Book, medium: PrintMedium, printer: Printer) -> Printed:
    """Return a book, rendered for `medium`, as a PDF, the same bytes for the same book and browser.

    It is printed until the numbers in its table of contents are those of its pages.

    Raises:
        CourseError: the browser can't print it, or has no font for some of its characters.
    """
    page = render_page(book, medium)
    fonts = font_files(book.locale.direction)
    numbers: dict[str, int] = {}
    for _ in range(TRIES):
        printed = printer.print(fill_numbers(page, numbers), fonts)
        pdf = Pdf.open(io.BytesIO(printed))
        found = find_numbers(pdf)
        if found == numbers:
            break
        numbers = found
    else:
        raise CourseError(f"the pages of the book in {book.locale.id} change with their numbers")
    check_glyphs(pdf, visible_text(page), book.locale.id)
    return Printed(finish(pdf, book), len(pdf.pages))


def render_page(book: Book, medium: PrintMedium) -> str:
    """Return the page that is printed."""
    return render_template(
        "print.xhtml",
        book=book,
        medium=medium,
        title=f"{book.title} · {book.framework.name}",
        style=stylesheet(book.locale.direction, "", "print.css"),
        heads="\n".join(running_heads(book)),
        answered=any(chapter.answers for chapter in book.chapters),
    ).strip()


def running_heads(book: Book) -> Iterator[str]:
    """Yield the CSS of the running heads: number and title of each chapter, and the page."""
    heads = {
        chapter.part: f"{chapter.number}  {chapter.headings[0].text}" for chapter in book.chapters
    }
    heads["answers"] = book.words["book.answers"]
    families = {"ja": '"Noto Sans CJK JP"', "zh": '"Noto Sans CJK SC"', "ar": '"Plex Sans Arabic"'}
    more = families.get(book.locale.id.partition("-")[0], "sans-serif")
    look = f'font: 8pt "Plex Sans", "Plex Sans Ext", {more}, sans-serif; color: #5b6067;'
    look += f" direction: {book.locale.direction};"
    for part, head in heads.items():
        shown = css_string(head)
        yield f"#{part} {{ page: {part}; }}"
        for side in ("left", "right"):
            yield (
                f"@page {part}:{side} {{ @top-{side} {{ content: {shown}; {look} }}"
                f" @bottom-{side} {{ content: counter(page); {look} }} }}"
            )


def css_string(text: str) -> str:
    """Return a string of CSS.

    >>> css_string('a "b"')
    '"a \\\\22 b\\\\22 "'
    """
    escaped = "".join(f"\\{ord(c):x} " if c in '"\\<\n' else c for c in text)
    return f'"{escaped}"'


def fill_numbers(page: str, numbers: Mapping[str, int]) -> str:
    """Write page numbers where the page refers to them; unknown ones as three zeros."""

    def number(match: re.Match[str]) -> str:
        shown = str(numbers.get(match[1], "000"))
        return f'<span class="page">{shown}</span>'

    return NUMBER.sub(number, page)


def find_numbers(pdf: Pdf) -> dict[str, int]:
    """Return the number of the page of each anchor that is linked to, from 1."""
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
    anchors = pdf.Root.get("/Dests", Dictionary())
    return {
        name.removeprefix("/"): pages[target[0].objgen]
        for name, target in anchors.items()
        if isinstance(target, Array) and target[0].objgen in pages
    }


def visible_text(page: str) -> str:
    """Return the text of the page, without styles and drawings."""
    for name in UNPRINTED:
        page = re.sub(rf"<{name}\b.*?</{name}>", "", page, flags=re.DOTALL)
    return shown_characters(page)


def finish(pdf: Pdf, book: Book) -> bytes:
    """Return a PDF with title and direction for viewers, and with the book's date as its own."""
    facts = {"/Title": f"{book.title} · {book.framework.name}", "/Creator": "course book"}
    if book.date:
        facts["/CreationDate"] = facts["/ModDate"] = book.date.strftime("D:%Y%m%d%H%M%SZ")
    for key in list(pdf.docinfo.keys()):
        if key != "/Producer":  # the browser's version, on which the pages depend
            del pdf.docinfo[key]
    for key, value in facts.items():
        pdf.docinfo[key] = value
    rtl = book.locale.direction == "rtl"
    pdf.Root.ViewerPreferences = Dictionary(
        DisplayDocTitle=True, Direction=Name.R2L if rtl else Name.L2R
    )
    pdf.Root.Lang = book.locale.id
    stream = io.BytesIO()
    pdf.save(stream, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)
    return stream.getvalue()
