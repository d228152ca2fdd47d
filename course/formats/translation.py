r"""Translation files: one Markdown file for each lesson and locale, with a marker before each cell.

    <!-- cell what-cats-eat source=9c1f03ab12de state=machine -->
    <!-- allow bold: the term is bold in the sentence before -->
    Kot je …

A marker is a whole line.  The text of its cell is the lines up to the next marker, without blank
lines at the edges.  `source` is the hash of the English cell that was translated, `state` is
`machine` or `reviewed` (absent: translated by a person), and `keep` marks a text that is meant to
equal the English.  Lines `allow` directly below the marker are waivers of checks, each with its
reason.  A line of the text that looks like one of these is escaped with a backslash.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import Any

ALT, CAPTION, CLAIM = SENTENCES = ("alt", "caption", "claim")
# Ids of nbformat, `@title` and others of a lesson, and sentences in a cell's metadata.
CELL_ID = re.compile(r"@?[A-Za-z0-9_-]{1,64}|[A-Za-z0-9_-]{1,64}:(?:alt|caption|claim)")
HASH = re.compile(r"[0-9a-f]{12}")
STATES = ("machine", "reviewed")
MARKER = re.compile(r"<!-- cell (?P<id>\S+)(?P<rest>(?: \S+)*) -->")
ALLOW = re.compile(r"<!-- allow (?P<code>[a-z-]+): (?P<reason>\S.*?) -->")
# What a person or an editor could take for one of the two, with any backslashes before it.
LIKE = re.compile(r"[ \t]*(?P<escape>\\*)<!--[ \t]*(?:cell|allow)\b", re.IGNORECASE)
CONFLICT = re.compile(r"([<=>|])\1{6}(?: .*)?")
BOM = "\ufeff"
LONGEST = 20_000  # characters of a cell: the time to parse grows faster than the text


@dataclass(frozen=True)
class Problem:
    """A violation of the format in a file; lines count from 1."""

    line: int
    message: str
    code: str = "marker"


@dataclass(frozen=True)
class Cell:
    """The translation of one cell.

    `raw` is the part of the file that it was read from, marker included, which is written back
    unchanged. A changed cell has `raw` None and is written in canonical form.
    """

    id: str
    text: str
    source: str | None = None
    state: str | None = None
    keep: bool = False
    allow: tuple[tuple[str, str], ...] = ()
    line: int = 0
    raw: str | None = field(default=None, compare=False)

    @property
    def text_line(self) -> int:
        """The line of the file in which the text begins."""
        return self.line + 1 + len(self.allow)

    @property
    def too_long(self) -> bool:
        """Whether the text is longer than those that are parsed."""
        return len(self.text) > LONGEST

    def changed(self, **changes: Any) -> "Cell":
        """Return a copy with other values, to be written in canonical form."""
        return replace(self, **changes, raw=None)


@dataclass(frozen=True)
class Translation:
    """A translation file: the preamble before the first marker, the cells, and the problems."""

    preamble: str = ""
    cells: tuple[Cell, ...] = ()
    problems: tuple[Problem, ...] = ()

    def get(self, cell_id: str) -> Cell | None:
        """Return the first cell with an id, or None."""
        return next((cell for cell in self.cells if cell.id == cell_id), None)


def sentence_of(cell_id: str) -> tuple[str, str]:
    """Return the cell and the key of a sentence in metadata; ("", "") for other cells.

    >>> sentence_of("food:claim"), sentence_of("food")
    (('food', 'claim'), ('', ''))
    """
    owner, colon, key = cell_id.partition(":")
    return (owner, key) if colon else ("", "")


def normalise(text: str) -> str:
    """Return a text with LF line endings and without blank lines at its edges.

    >>> normalise("\\n  \\r\\n  one\\r\\ntwo \\n\\n")
    '  one\\ntwo '
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    while lines and not lines[0].strip():
        del lines[0]
    while lines and not lines[-1].strip():
        del lines[-1]
    return "\n".join(lines)


def hash_source(text: str) -> str:
    """Return the hash of an English cell that a translation records: 12 hex digits.

    The text is hashed in NFC, with LF line endings and without trailing blanks, so that a change
    of these alone makes no translation stale.

    >>> hash_source("One.\\nTwo.") == hash_source("One. \\r\\nTwo.\\n")
    True
    """
    lines = normalise(unicodedata.normalize("NFC", text)).split("\n")
    clean = "\n".join(line.rstrip(" \t") for line in lines)
    return hashlib.sha256(clean.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def parse_translation(text: str) -> Translation:
    """Parse a translation file; `render_translation` returns the same content.

    A violation of the format becomes a `Problem`, and its lines are preserved.
    """
    chunks: list[list[str]] = [[]]
    markers: list[tuple[int, re.Match[str]]] = []
    problems: list[Problem] = []
    conflict = False
    bom = BOM if text.startswith(BOM) else ""
    lines = text.removeprefix(BOM).split("\n")
    lines = [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    for number, line in enumerate(lines, start=1):
        bare = _bare(line)
        if marker := MARKER.fullmatch(bare):
            chunks.append([])
            markers.append((number, marker))
        elif (fence := CONFLICT.fullmatch(bare)) and (fence[1] not in "=|" or conflict):
            conflict = fence[1] != ">"
            problems.append(Problem(number, "merge conflict not resolved", "conflict"))
        chunks[-1].append(line)
    cells: list[Cell] = []
    for (start, marker), chunk in zip(markers, chunks[1:], strict=True):
        cells.append(_read_cell(start, marker, chunk, problems))
    for number, line in enumerate(chunks[0], start=1):
        if (like := LIKE.match(line)) and not like["escape"]:
            problems.append(_near_miss(number, line))
    return Translation(bom + "".join(chunks[0]), tuple(cells), tuple(problems))


def _bare(line: str) -> str:
    return line.removesuffix("\n").removesuffix("\r")


def _near_miss(number: int, line: str) -> Problem:
    form = "<!-- cell ID source=HASH -->"
    if "allow" in line[:20].lower():
        form = "<!-- allow CODE: REASON -->, directly below a marker"
    return Problem(
        number, f"{_bare(line).strip()[:60]!r} is not quite a marker; the form is {form}"
    )


def _read_cell(
    start: int, marker: re.Match[str], chunk: list[str], problems: list[Problem]
) -> Cell:
    """Parse a cell from its marker and the lines below it; append to `problems`."""
    source, state, keep = None, None, False
    cell_id = marker["id"]
    if not CELL_ID.fullmatch(cell_id):
        problems.append(Problem(start, f"{cell_id!r} is no cell id: letters, digits, - and _"))
    for word in marker["rest"].split():
        key, equals, value = word.partition("=")
        if key == "source" and HASH.fullmatch(value):
            source = value
        elif key == "state" and value in STATES:
            state = value
        elif key == "keep" and not equals:
            keep = True
        else:
            message = f"{word!r} in the marker of {cell_id}; there are source=HASH, state=machine,"
            problems.append(Problem(start, message + " state=reviewed and keep"))
    allow, rest = [], chunk[1:]
    while rest and (waiver := ALLOW.fullmatch(_bare(rest[0]))):
        allow.append((waiver["code"], waiver["reason"]))
        rest = rest[1:]
    lines = []
    for number, line in enumerate(rest, start=start + 1 + len(allow)):
        like = LIKE.match(line)
        if like and like["escape"]:
            at = like.start("escape")
            line = line[:at] + line[at + 1 :]
        elif like:
            problems.append(_near_miss(number, line))
        lines.append(line)
    text = normalise("".join(lines))
    if len(text) > LONGEST:
        problems.append(
            Problem(
                start, f"cell {cell_id} has {len(text):,} characters, at most {LONGEST:,}", "size"
            )
        )
    return Cell(cell_id, text, source, state, keep, tuple(allow), start, "".join(chunk))


def render_translation(translation: Translation) -> str:
    """Return the content of a file: cells as they were read, changed ones in canonical form."""
    parts = [translation.preamble]
    for cell in translation.cells:
        if cell.raw is None:
            if parts[-1].strip(BOM) and not parts[-1].endswith("\n"):
                parts.append("\n")
            if "".join(parts[-2:]).strip(BOM) and not "".join(parts[-2:]).endswith("\n\n"):
                parts.append("\n")
        parts.append(render_cell(cell) if cell.raw is None else cell.raw)
    if translation.cells and translation.cells[-1].raw is None:
        parts[-1] = parts[-1].removesuffix("\n")  # no blank line at the end of the file
    return "".join(parts)


def render_cell(cell: Cell) -> str:
    """Return a cell in canonical form: marker, waivers, text, and a blank line."""
    words = ["cell", cell.id]
    if cell.source:
        words.append(f"source={cell.source}")
    if cell.state:
        words.append(f"state={cell.state}")
    if cell.keep:
        words.append("keep")
    lines = [f"<!-- {' '.join(words)} -->"]
    lines += [f"<!-- allow {code}: {reason} -->" for code, reason in cell.allow]
    lines += [escape(line) for line in normalise(cell.text).split("\n")]
    return "\n".join(lines).rstrip("\n") + "\n\n"


def escape(line: str) -> str:
    r"""Return a line of text, escaped if it looks like a marker.

    >>> escape("<!-- cell a -->")
    '\\<!-- cell a -->'
    """
    like = LIKE.match(line)
    if not like:
        return line
    at = like.start("escape")
    return line[:at] + "\\" + line[at:]
