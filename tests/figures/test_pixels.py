"""Pixels of PNG images, against Pillow."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from course.figures.pixels import PREFIX, pixel_at, read_pixels


def address(pixels: np.ndarray, **options) -> str:
    """Return an image as a data URL."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "png", **options)
    return PREFIX + base64.b64encode(file.getvalue()).decode()


@pytest.mark.parametrize("channels", [3, 4])
def test_the_pixels_are_those_that_were_written(channels: int) -> None:
    """Noise and a slope, for which Pillow chooses several filters."""
    made = np.random.default_rng(0).integers(0, 256, (40, 30, channels), dtype=np.uint8)
    made[20:] = (np.arange(20)[:, None, None] * 3 + np.arange(30)[None, :, None]) % 256
    url = address(made)
    width, height, found, pixels = read_pixels(url)
    assert (width, height, found) == (30, 40, channels)
    assert pixels == made.tobytes()
    assert pixel_at(url, 0, 0) == tuple(made[0, 0, :3])
    assert pixel_at(url, 1, 1) == tuple(made[-1, -1, :3])


def test_another_picture_is_refused() -> None:
    """A palette, another address, a file that is cut off."""
    grey = address(np.zeros((2, 2), np.uint8))
    whole = address(np.zeros((9, 9, 3), np.uint8))
    for url in (grey, "https://example.org/a.png", PREFIX + "AAAA"):
        with pytest.raises(ValueError, match="PNG"):
            read_pixels(url)
    assert read_pixels(whole)[0] == 9
