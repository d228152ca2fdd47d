"""Pixels of the PNG images in an SVG."""

import base64
import functools
import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PREFIX = "data:image/png;base64,"
CHANNELS = {2: 3, 6: 4}  # by the colour type: RGB and RGBA


@functools.lru_cache(maxsize=16)
def read_pixels(address: str) -> tuple[int, int, int, bytes]:
    """Return width, height, channels and pixels, row by row, of a PNG in a data URL.

    Raises:
        ValueError: not a PNG in a data URL, or one of another kind than 8-bit RGB or RGBA.
    """
    if not address.startswith(PREFIX):
        raise ValueError("not a PNG in a data URL")
    chunks = list(_chunks(base64.b64decode(address.removeprefix(PREFIX))))
    header = next(content for kind, content in chunks if kind == b"IHDR")
    width, height, depth, colours, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if depth != 8 or colours not in CHANNELS or interlaced:
        raise ValueError(f"a PNG of depth {depth} and colour type {colours}")
    channels = CHANNELS[colours]
    data = zlib.decompress(b"".join(content for kind, content in chunks if kind == b"IDAT"))
    if len(data) != height * (width * channels + 1):
        raise ValueError("a PNG that is cut off")
    return width, height, channels, _unfilter(data, width * channels, channels)


def pixel_at(address: str, across: float, down: float) -> tuple[int, int, int]:
    """Return red, green and blue of an image at shares of its width and height, from 0 to 1.

    Raises:
        ValueError: as `read_pixels`.
    """
    width, height, channels, pixels = read_pixels(address)
    x, y = min(width - 1, int(across * width)), min(height - 1, int(down * height))
    red, green, blue = pixels[(y * width + x) * channels :][:3]
    return red, green, blue


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not content.startswith(SIGNATURE):
        raise ValueError("not a PNG")
    at = len(SIGNATURE)
    while at + 8 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        yield content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        at += 12 + length


def _unfilter(data: bytes, stride: int, step: int) -> bytes:
    """Return rows of pixels from filtered ones (https://www.w3.org/TR/png-3/#9Filters)."""
    above = bytearray(stride)
    rows = bytearray()
    for start in range(0, len(data), stride + 1):
        kind, row = data[start], bytearray(data[start + 1 : start + 1 + stride])
        for at in range(stride if kind else 0):
            left = row[at - step] if at >= step else 0
            corner = above[at - step] if at >= step else 0
            row[at] = (row[at] + _predict(kind, left, above[at], corner)) & 255
        rows += row
        above = row
    return bytes(rows)


def _predict(kind: int, left: int, up: int, corner: int) -> int:
    """Return the value that a filter predicts from its neighbours."""
    if kind < 4:
        return (0, left, up, (left + up) // 2)[kind]
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))
