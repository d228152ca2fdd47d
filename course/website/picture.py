"""The picture of a link to the site: what the widget of the start page shows, as a PNG.

Its only words are those of the data, which are the same in all languages: one font draws them, and
no script has to be shaped. What a language says is in the title and the description of the link.
"""

import hashlib
import html
from collections.abc import Iterator
from pathlib import Path

import resvg_py

from course.files import write_bytes
from course.website.frame import STATIC
from course.website.widgets import Data, polyline, spaced

WIDTH, HEIGHT, MARGIN = 1200, 630, 60
SIZE, ADVANCE, LEADING = 27, 0.6, 44  # of letters; every letter of the font is as wide
PLOT = 110  # height of the curves
INK, MUTED, GROUND, SHADE = "#16181d", "#575c64", "#ffffff", "#f1f3f5"
TINT = 0.42  # strongest ink behind a word
FONTS = sorted((Path(__file__).parent / "static" / "fonts").glob("picture-*.ttf"))
FAMILY = "Course Mono"
PICTURE = f"{STATIC}/share.png"


def write_picture(data: Data, path: Path, cache: Path) -> None:
    """Write the picture of a widget; `cache` holds the last one, by the hash of its SVG."""
    svg = draw(data)
    stored = cache / f"picture-{hashlib.sha256(svg.encode()).hexdigest()[:16]}.png"
    if not stored.is_file():
        for old in cache.glob("picture-*.png"):
            old.unlink()
        write_bytes(stored, render(svg))
    write_bytes(path, stored.read_bytes())


def render(svg: str) -> bytes:
    """Return an SVG as PNG: the same bytes on every machine, with the fonts of the site alone."""
    files = [str(path) for path in FONTS]
    found = resvg_py.svg_to_bytes(
        svg, skip_system_fonts=True, font_files=files, monospace_family=FAMILY
    )
    return bytes(found)


def has_picture(data: Data | None) -> bool:
    """Tell whether a widget can be drawn: a text that is read, in letters of the font, not long."""
    if data is None or data["kind"] != "reading":
        return False
    names = [one["name"] for one in data["series"]]
    rows = len(names) * (len(list(lines(data["words"]))) + 1.5)
    return "".join([*names, *data["words"]]).isascii() and rows * LEADING < HEIGHT - 2 * PLOT


def draw(data: Data) -> str:
    """Return the picture of a widget as SVG: the models at the end of the text, and curves."""
    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{GROUND}"/>']
    y = 34.0
    for one in data["series"]:
        y += 34
        dot = f'<circle cx="{MARGIN + 12}" cy="{y - 12}" r="12" fill="{one["colour"]}"/>'
        parts += [dot, text(MARGIN + 40, y, one["name"], 36, "bold")]
        last = f"{one['values'][-1]:.2f}"
        parts.append(text(WIDTH - MARGIN - len(last) * 36 * ADVANCE, y, last, 36, "bold"))
        y += 12
        for row in lines(data["words"]):
            parts += words_of(row, y, data["marked"], one)
            y += LEADING
        y += 22
    return svg_of([*parts, curves(data)])


def lines(words: list[str]) -> Iterator[list[tuple[int, str, float]]]:
    """Yield the lines of a text: place, token and horizontal position of each of its tokens."""
    line: list[tuple[int, str, float]] = []
    x, most = 0, int((WIDTH - 2 * MARGIN) / (SIZE * ADVANCE))
    for place, (word, space) in enumerate(spaced(words)):
        if line and x + len(word) > most:
            yield line
            line, x = [], 0
        line.append((place, word, MARGIN + x * SIZE * ADVANCE))
        x += len(word) + space
    yield line


def words_of(
    line: list[tuple[int, str, float]], top: float, marked: int, one: Data
) -> Iterator[str]:
    """Yield the words of a line, with one stroke of ink behind those that are marked."""
    inked = [(word, x) for place, word, x in line if place < marked]
    if inked:
        start, end = inked[0][1] - 5, inked[-1][1] + len(inked[-1][0]) * SIZE * ADVANCE + 5
        opacity = TINT * one["values"][-1]
        yield (
            f'<rect x="{start:.1f}" y="{top + 3:.1f}" width="{end - start:.1f}"'
            f' height="{LEADING - 6}" fill="{one["colour"]}" fill-opacity="{opacity:.3f}"/>'
        )
    for _, word, x in line:
        yield text(x, top + 31, word, SIZE)


def curves(data: Data) -> str:
    """Return the curves of the models, above the bottom margin."""
    width = WIDTH - 2 * MARGIN
    start = width * (data["marked"] - 1) / (len(data["words"]) - 1)
    parts = [f'<rect width="{start:.1f}" height="{PLOT}" fill="{SHADE}"/>']
    parts.append(f'<path d="M0 {PLOT}H{width}" stroke="{MUTED}"/>')
    for one in data["series"]:
        points = polyline(one["values"], width, PLOT)
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{one["colour"]}" stroke-width="5"/>'
        )
    return f'<g transform="translate({MARGIN} {HEIGHT - MARGIN - PLOT})">{"".join(parts)}</g>'


def text(x: float, y: float, content: str, size: int, weight: str = "normal") -> str:
    """Return a text as SVG."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="{FAMILY}" font-size="{size}"'
        f' font-weight="{weight}" fill="{INK}" xml:space="preserve">{html.escape(content)}</text>'
    )


def svg_of(parts: list[str]) -> str:
    """Return an SVG of the picture's size."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"'
        f' viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(parts)}</svg>'
    )
