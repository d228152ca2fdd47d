"""Makes the PNG twin of each diagram, because GitHub's preview of a notebook shows no SVG.

    make pictures

A twin is twice as large as its SVG, and holds the hash of the SVG that it was made from.  Letters
are drawn with the fonts that matplotlib brings, so that they look alike from every machine.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import matplotlib
import resvg_py

IMAGES = Path(__file__).parents[1] / "notebooks" / "images"
FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
FONT = "STIXGeneral"  # as formulas look
GROUND = "#FCFCFA"  # also in the corners: a page may be dark
KEY = b"Made-from"  # the text of a PNG that holds the hash
HEADER = 8 + 25  # bytes of the signature and of the first chunk, behind which texts may stand


def render(svg: bytes) -> bytes:
    """Return the PNG of a diagram, twice its size."""
    files = [str(FONTS / f"{FONT}{kind}.ttf") for kind in ("", "Italic", "Bol", "BolIta")]
    return bytes(
        resvg_py.svg_to_bytes(
            svg.decode(),
            zoom=2,
            background=GROUND,
            skip_system_fonts=True,
            font_files=files,
            serif_family=FONT,
            sans_serif_family=FONT,
        )
    )


def stamp(png: bytes, svg: bytes) -> bytes:
    """Return a PNG with the hash of the SVG that it was made from."""
    text = b"tEXt" + KEY + b"\0" + hashlib.sha256(svg).hexdigest().encode()
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    return png[:HEADER] + chunk + png[HEADER:]


def main() -> Iterator[Path]:
    """Write the twins that are missing or of another SVG; yield their paths."""
    for path in sorted(IMAGES.rglob("*.svg")):
        svg, twin = path.read_bytes(), path.with_suffix(".png")
        made = stamp(render(svg), svg)
        if not twin.exists() or twin.read_bytes() != made:
            twin.write_bytes(made)
            yield twin


if __name__ == "__main__":
    for written in main():
        print(written)
