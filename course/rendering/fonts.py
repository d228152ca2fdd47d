"""Fonts that the website and the books embed, each under the SIL Open Font License 1.1."""

from pathlib import Path

# Beside the style sheets of the website, which serves them as they are.
STATIC = Path(__file__).parents[1] / "website" / "static"
FOLDER = STATIC / "fonts"
LICENCE = "OFL.txt"


def read_font(name: str) -> bytes:
    """Return the file of a font, or of their licence.

    >>> read_font("ibm-plex-mono-latin-400.woff2")[:4]
    b'wOF2'
    """
    return (FOLDER / name).read_bytes()
