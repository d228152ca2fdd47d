"""Characters that a PDF can show: those for which its fonts have glyphs."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject, PdfObject, StreamObject

from course.errors import CourseError


def refuse_missing(reader: PdfReader, text: str, locale: str) -> None:
    """Ensure that the fonts of a PDF have all characters of its text.

    Raises:
        CourseError: they have not; names some, and what to install.
    """
    known = set(embedded_characters(reader))
    wanted = {c for c in text if unicodedata.category(c)[0] in "LNSP"}
    missing = sorted(c for c in wanted if c not in known and not _composed_of(c, known))
    if missing:
        shown = " ".join(missing[:10])
        raise CourseError(
            f"no font of this machine has {len(missing)} characters of the book in"
            f" {locale}: {shown}; install one, for Chinese and Japanese Noto Sans CJK"
            " (Debian: fonts-noto-cjk)"
        )


def _composed_of(character: str, known: set[str]) -> bool:
    """Return whether a PDF names the parts of a character instead of itself."""
    parts = unicodedata.normalize("NFKD", character)
    return parts != character and set(parts) <= known


def embedded_characters(reader: PdfReader) -> Iterator[str]:
    """Yield the characters that the glyphs of a PDF's fonts stand for."""
    for font in _fonts(reader):
        table = _dictionary(font.get("/ToUnicode"))
        if isinstance(table, StreamObject):
            for text in _targets(table.get_data().decode("ascii", "replace")):
                yield from text
                yield from unicodedata.normalize("NFKC", text)


def _fonts(reader: PdfReader) -> Iterable[DictionaryObject]:
    """Return the fonts of all pages, and of what is drawn on them, each once."""
    found: dict[int, DictionaryObject] = {}
    seen: set[int] = set()
    waiting = [_dictionary(page.get("/Resources")) for page in reader.pages]
    while waiting:
        resources = waiting.pop()
        for reference in _dictionary(resources.get("/Font")).values():
            found[_number(reference)] = _dictionary(reference)
        for reference in _dictionary(resources.get("/XObject")).values():
            if _number(reference) not in seen:
                seen.add(_number(reference))
                waiting.append(_dictionary(_dictionary(reference).get("/Resources")))
    return found.values()


def _dictionary(item: PdfObject | None) -> DictionaryObject:
    """Return what a reference leads to if it is a dictionary, or else an empty one."""
    target = item.get_object() if item is not None else None
    return target if isinstance(target, DictionaryObject) else DictionaryObject()


def _number(item: PdfObject) -> int:
    return item.idnum if isinstance(item, IndirectObject) else id(item)


def _targets(cmap: str) -> Iterator[str]:
    """Yield the strings that a ToUnicode map leads to."""
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for _, target in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            yield _decode(target)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, last, target in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            start = _decode(target)
            for step in range(int(last, 16) - int(first, 16) + 1):
                yield start[:-1] + chr(ord(start[-1]) + step)


def _decode(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-16-be", "replace")
