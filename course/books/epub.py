"""EPUB 3: a book as a reproducible zip file of XHTML, pictures and fonts."""

import io
import uuid
import zipfile
from dataclasses import dataclass

from course.books.content import ANSWERS, Book
from course.books.front import font_files, render_template, stylesheet
from course.books.media import EpubMedium

KINDS = {
    "xhtml": "application/xhtml+xml",
    "css": "text/css",
    "woff2": "font/woff2",
    "txt": "text/plain",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
}
FOLDER = "EPUB"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip file can hold
UNDATED = "2000-01-01T00:00:00Z"  # where no commit dates the book: EPUB demands a time
CONTAINER = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles>
<rootfile full-path="{FOLDER}/package.opf" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
"""


@dataclass(frozen=True)
class Item:
    """An entry of the manifest."""

    id: str
    name: str
    kind: str
    properties: str = ""


def write_epub(book: Book, medium: EpubMedium, name: str) -> bytes:
    """Return a book, rendered for `medium`, as an EPUB; `name` identifies it for ever.

    The same book has the same bytes: ids, order and times depend on nothing else.
    """
    pages = render_pages(book, medium)
    files = {f"{part}.xhtml": text.encode() for part, text in pages.items()}
    files["book.css"] = stylesheet(book.locale.direction, "fonts/", "epub.css").encode()
    for picture in medium.pictures.values():
        files[f"images/{picture.name}"] = picture.content
    for font, content in font_files(book.locale.direction).items():
        files[f"fonts/{font}"] = content
    package = render_template(
        "package.opf",
        book=book,
        identifier=f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}",
        modified=book.date.strftime("%Y-%m-%dT%H:%M:%SZ") if book.date else UNDATED,
        items=[item_of(file, content) for file, content in files.items()],
        spine=list(pages),
    )
    entries = {f"{FOLDER}/{file}": content for file, content in files.items()}
    entries |= {f"{FOLDER}/package.opf": package.encode()}
    return zip_files({"META-INF/container.xml": CONTAINER.encode(), **entries})


def render_pages(book: Book, medium: EpubMedium) -> dict[str, str]:
    """Return the XHTML of all parts in reading order."""
    answered = any(chapter.answers for chapter in book.chapters)
    pages = {"title": book.title, "about": book.title, "nav": ""}
    pages |= {chapter.part: chapter.headings[0].text for chapter in book.chapters}
    pages |= {ANSWERS: book.words["book.answers"]} if answered else {}
    chapters = {chapter.part: chapter for chapter in book.chapters}
    rendered = {}
    for name, heading in pages.items():
        template = "nav.xhtml" if name == "nav" else "part.xhtml"
        rendered[name] = render_template(
            template,
            book=book,
            medium=medium,
            name=name,
            heading=heading,
            chapter=chapters.get(name),
            answered=answered,
        ).strip()
    return rendered


def item_of(name: str, content: bytes) -> Item:
    """Return the entry of a file in the manifest."""
    stem, _, ending = name.rpartition(".")
    properties = ["nav"] if name == "nav.xhtml" else []
    if ending == "xhtml" and b"<math" in content:
        properties.append("mathml")
    item = stem.partition("/")[2] or stem
    return Item(
        f"f-{item}" if item[0].isdigit() else item, name, KINDS[ending], " ".join(properties)
    )


def zip_files(files: dict[str, bytes]) -> bytes:
    """Return files as a zip file that begins with the media type of EPUB, as it must.

    Texts are compressed, fonts and pixels are already.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name, content in {"mimetype": b"application/epub+zip", **files}.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # Unix, on every platform
            packed = not name.endswith(("mimetype", ".woff2", ".png", ".jpg", ".gif", ".webp"))
            entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            file.writestr(entry, content)
    return stream.getvalue()
