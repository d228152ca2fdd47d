r"""Translation files: one Markdown file for a lesson and a locale, its cells kept apart by markers.

    <!-- cell what-cats-eat source=9c1f03ab12de state=machine -->
    <!-- allow bold: the term is bold in the sentence before -->
    Kot je …

A marker is a whole line.  The text of its cell are the lines up to the next marker, without blank
lines at the edges.  `source` is the hash of the English text that it was made from, `state` is
`machine` or `reviewed` (absent: translated by a person), and the word `keep` says that the text is
meant to equal the English.  Lines `allow` directly below the marker are waivers of checks, each
with its reason.  A line of text that looks like one of these gets a backslash before it.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import Any

# nbformat's, @title, @question … of a lesson, and the sentences in a code cell's metadata.
ALT, CLAIM = SENTENCES = ("alt", "claim")
CELL_ID = re.compile(r"@?[A-Za-z0-9_-]{1,64}|[A-Za-z0-9_-]{1,64}:(?:alt|claim)")
HASH = re.compile(r"[0-9a-f]{12}")
STATES = ("machine", "reviewed")
MARKER = re.compile(r"<!-- cell (?P<id>\S+)(?P<rest>(?: \S+)*) -->")
ALLOW = re.compile(r"<!-- allow (?P<code>[a-z-]+): (?P<reason>\S.*?) -->")
# What a reader or an editor could take for one of the two, backslashes before it included.
LIKE = re.compile(r"[ \t]*(?P<escape>\\*)<!--[ \t]*(?:cell|allow)\b", re.IGNORECASE)
CONFLICT = re.compile(r"([<=>|])\1{6}(?: .*)?")
BOM = "\ufeff"
LONGEST = 20_000  # characters of a cell: parsing takes time that grows faster than a text does


@dataclass(frozen=True)
class Problem:
    """Something in a file that is not as the format says; lines count from 1."""

    line: int
    message: str
    code: str = "marker"


@dataclass(frozen=True)
class Cell:
    """The translation of one cell.

    `raw` is the piece of the file that it was read from, marker included: it is written as it was
    read. A changed cell has `raw` None and is written in the canonical way.
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
        """The line of the file that the text begins in."""
        return self.line + 1 + len(self.allow)

    @property
    def too_long(self) -> bool:
        """Whether the text is longer than any that is looked at."""
        return len(self.text) > LONGEST

    def changed(self, **changes: Any) -> "Cell":
        """Return this cell with other values, to be written anew."""
        return replace(self, **changes, raw=None)


@dataclass(frozen=True)
class Translation:
    """A translation file: what stands before the first marker, the cells, and what is wrong."""

    preamble: str = ""
    cells: tuple[Cell, ...] = ()
    problems: tuple[Problem, ...] = ()

    def get(self, cell_id: str) -> Cell | None:
        """Return the first cell of that id."""
        return next((cell for cell in self.cells if cell.id == cell_id), None)


def sentence_of(cell_id: str) -> tuple[str, str]:
    """Return the code cell that a sentence belongs to, and which it is; ("", "") for other cells.

    >>> sentence_of("food:claim"), sentence_of("food")
    (('food', 'claim'), ('', ''))
    """
    name, colon, which = cell_id.partition(":")
    return (name, which) if colon else ("", "")


def normalise(text: str) -> str:
    """Return a text with LF line ends and without blank lines at its edges.

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
    """Return the hash that ties a translation to an English text: 12 hex digits.

    The text is taken in NFC, with LF line ends and without trailing blanks, so that none of these
    makes a translation stale.

    >>> hash_source("One.\\nTwo.") == hash_source("One. \\r\\nTwo.\\n")
    True
    """
    lines = normalise(unicodedata.normalize("NFC", text)).split("\n")
    clean = "\n".join(line.rstrip(" \t") for line in lines)
    return hashlib.sha256(clean.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def parse(text: str) -> Translation:
    """Read the text of a translation file; `write` gives back the same text.

    What the format does not allow becomes a `Problem`, and the lines stay where they were.
    """
    pieces: list[list[str]] = [[]]
    markers: list[tuple[int, re.Match[str]]] = []
    problems: list[Problem] = []
    conflict = False
    bom = BOM if text.startswith(BOM) else ""
    lines = text.removeprefix(BOM).split("\n")
    lines = [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    for number, line in enumerate(lines, start=1):
        bare = _bare(line)
        if marker := MARKER.fullmatch(bare):
            pieces.append([])
            markers.append((number, marker))
        elif (sign := CONFLICT.fullmatch(bare)) and (sign[1] not in "=|" or conflict):
            conflict = sign[1] != ">"
            problems.append(Problem(number, "merge conflict not resolved", "conflict"))
        pieces[-1].append(line)
    cells: list[Cell] = []
    for (start, marker), piece in zip(markers, pieces[1:], strict=True):
        cells.append(_read_cell(start, marker, piece, problems))
    for number, line in enumerate(pieces[0], start=1):
        if (like := LIKE.match(line)) and not like["escape"]:
            problems.append(_near_miss(number, line))
    return Translation(bom + "".join(pieces[0]), tuple(cells), tuple(problems))


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
    start: int, marker: re.Match[str], piece: list[str], problems: list[Problem]
) -> Cell:
    """Make a cell of a marker and the lines below it, and note what is wrong with them."""
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
    allow, rest = [], piece[1:]
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
    return Cell(cell_id, text, source, state, keep, tuple(allow), start, "".join(piece))


def write(translation: Translation) -> str:
    """Return the text of a translation file: cells as they were read, changed ones canonically."""
    parts = [translation.preamble]
    for cell in translation.cells:
        if cell.raw is None:
            if parts[-1].strip(BOM) and not parts[-1].endswith("\n"):
                parts.append("\n")
            if "".join(parts[-2:]).strip(BOM) and not "".join(parts[-2:]).endswith("\n\n"):
                parts.append("\n")
        parts.append(render(cell) if cell.raw is None else cell.raw)
    if translation.cells and translation.cells[-1].raw is None:
        parts[-1] = parts[-1].removesuffix("\n")  # no blank line at the end of the file
    return "".join(parts)


def render(cell: Cell) -> str:
    """Return a cell as a new file holds it: marker, waivers, text, and a blank line."""
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
    r"""Return a line of text so that it cannot be taken for a marker.

    >>> escape("<!-- cell a -->")
    '\\<!-- cell a -->'
    """
    like = LIKE.match(line)
    if not like:
        return line
    at = like.start("escape")
    return line[:at] + "\\" + line[at:]
