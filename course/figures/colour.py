"""Colours: contrast as WCAG counts it, and lightness as an eye sees it (OKLab)."""

import functools
import math
import re
from collections.abc import Iterable
from typing import NamedTuple

HEX = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})", re.IGNORECASE)
NAMES = {"black": "#000000", "white": "#ffffff", "gray": "#808080", "grey": "#808080"}
STEP = 0.01  # of lightness
# https://bottosson.github.io/posts/oklab/
CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
FROM_LAB = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
FROM_CONES = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)

Matrix = tuple[tuple[float, float, float], ...]


class Colour(NamedTuple):
    """A colour in linear light: red, green and blue from 0 to 1."""

    red: float
    green: float
    blue: float

    @property
    def luminance(self) -> float:
        """The relative luminance of WCAG, from 0 to 1."""
        return 0.2126 * self.red + 0.7152 * self.green + 0.0722 * self.blue

    @property
    def hex(self) -> str:
        """The colour as in CSS: `#d55e00`."""
        return "#" + "".join(f"{round(255 * _encode(part)):02x}" for part in self)

    @property
    def lightness(self) -> float:
        """How light it looks, from 0 to 1."""
        return _to_lab(self)[0]

    @property
    def chroma(self) -> float:
        """How far it is from grey; about 0.3 at most."""
        return math.hypot(*_to_lab(self)[1:])

    def lit(self, lightness: float) -> "Colour":
        """Return the colour of this hue with another lightness, as far as a screen can show it."""
        _, a, b = _to_lab(self)
        for share in range(20, -1, -1):
            found = _from_lab(lightness, a * share / 20, b * share / 20)
            if all(-1e-4 <= part <= 1.0001 for part in found):
                break
        return Colour(*(min(1.0, max(0.0, part)) for part in found))

    def over(self, ground: "Colour", opacity: float) -> "Colour":
        """Return what is seen of it on a ground with an opacity from 0 to 1."""
        mixed = (
            _decode(opacity * _encode(own) + (1 - opacity) * _encode(other))
            for own, other in zip(self, ground, strict=True)
        )
        return Colour(*mixed)


@functools.lru_cache(maxsize=1024)
def parse_colour(text: str | None) -> Colour | None:
    """Return the colour of a hexadecimal value or of black, white or grey; None for others.

    >>> parse_colour("#D55E00").hex, parse_colour("none")
    ('#d55e00', None)
    """
    text = (text or "").strip().lower()
    text = NAMES.get(text, text)
    if not HEX.fullmatch(text):
        return None
    digits = text[1:] if len(text) == 7 else "".join(2 * digit for digit in text[1:])
    return Colour(*(_decode(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4)))


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours as WCAG counts it, from 1 to 21.

    >>> round(contrast(parse_colour("#fff"), parse_colour("#000")))
    21
    """
    dark, light = sorted((one.luminance, other.luminance))
    return (light + 0.05) / (dark + 0.05)


def least_contrast(colour: Colour, behind: Iterable[Colour]) -> float:
    """Return the lowest contrast of a colour with those behind it."""
    return min(contrast(colour, other) for other in behind)


@functools.lru_cache(maxsize=1024)
def legible(colour: Colour, behind: frozenset[Colour], minimum: float) -> Colour:
    """Return a colour of this hue that stands out from those behind it, as near as there is one.

    If none does, black or white is returned, whichever stands out more.
    """
    start = colour.lightness
    for step in range(int(1 / STEP) + 1):
        for lightness in (start + step * STEP, start - step * STEP):
            if 0 <= lightness <= 1:
                found = colour.lit(lightness) if step else colour
                found = parse_colour(found.hex) or found  # as it is written
                if least_contrast(found, behind) >= minimum:
                    return found
    ends = [Colour(0, 0, 0), Colour(1, 1, 1)]
    return max(ends, key=lambda end: least_contrast(end, behind))


def _decode(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _encode(part: float) -> float:
    return part * 12.92 if part <= 0.0031308 else float(1.055 * part ** (1 / 2.4) - 0.055)


def _to_lab(colour: Colour) -> tuple[float, float, float]:
    return _times(LAB, tuple(max(0.0, part) ** (1 / 3) for part in _times(CONES, colour)))


def _from_lab(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    cones = tuple(part**3 for part in _times(FROM_LAB, (lightness, a, b)))
    return _times(FROM_CONES, cones)


def _times(matrix: Matrix, vector: tuple[float, ...]) -> tuple[float, float, float]:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third
