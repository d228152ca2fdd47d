"""Makes the pictures of README.md: pages of the built website, and a plot of a notebook.

    make readme-pictures

It needs the Chromium of `make test-site`, and a site in build/site/.
"""

import io
import json
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from tests.fixtures.browser import chromium

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
SITE = ROOT / "build" / "site"
LARGEST = 150_000  # bytes
# By name: the page with the cell at its top, width and height in CSS pixels.
PAGES = {
    "lesson.png": ("en/03-rnn-pytorch.html#plot-clean", 1280, 720),
    "side-by-side.png": ("pl/03-rnn-beside.html#train-rnn-last", 1280, 640),
}
PLOT = ("03-rnn-pytorch", "plot-clean")  # notebook and cell


def cell_of(notebook: str, cell_id: str) -> dict:
    """Return a cell of a notebook."""
    path = ROOT / "notebooks" / f"{notebook}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return next(cell for cell in cells if cell["id"] == cell_id)


def plot() -> bytes:
    """Return the plot as the notebook has it."""
    outputs = cell_of(*PLOT)["outputs"]
    found = [output["data"]["image/svg+xml"] for output in outputs if "data" in output]
    return "".join(found[0]).encode()


def shrink(png: bytes) -> bytes:
    """Return a screenshot with few colours, of which a page of text has no more."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        few = picture.convert("RGB").quantize(160, dither=Image.Dither.NONE)
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


def screenshots() -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the picture of each page."""
    with chromium() as browser:
        for name, (address, width, height) in PAGES.items():
            page = browser.new_page(
                viewport={"width": width, "height": height},
                device_scale_factor=1.5,
                reduced_motion="reduce",
                color_scheme="light",
                locale="pl-PL" if address.startswith("pl/") else "en-US",
            )
            page.goto(f"{SITE.as_uri()}/{address}")
            page.wait_for_function("document.fonts.status === 'loaded'")
            page.evaluate(
                "Promise.all([...document.images].map(i => (i.loading = 'eager', i.decode())))"
            )
            page.evaluate("document.querySelector(location.hash).scrollIntoView()")
            yield name, shrink(page.screenshot(animations="disabled"))
            page.close()


def main() -> None:
    """Write the pictures."""
    IMAGES.mkdir(exist_ok=True)
    (IMAGES / f"{PLOT[1]}.svg").write_bytes(plot())
    for name, content in screenshots():
        (IMAGES / name).write_bytes(content)
        print(f"{name}: {len(content):,} bytes")
        if len(content) > LARGEST:
            raise SystemExit(f"{name}: more than {LARGEST:,} bytes; make the view smaller")


if __name__ == "__main__":
    main()
