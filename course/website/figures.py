"""Pictures of a page, a plot in both colour schemes, painted once and kept between builds."""

import hashlib
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

from course.figures.theme import SCHEMES, Scheme, themed
from course.files import write_bytes
from course.markdown.render import element
from course.rendering.figures import Paint, PlotLanguage, theme_plot
from course.rendering.outputs import Picture, size_of

WIDE = 600  # pixels from which a plot is not shrunk to the width of a phone


class KeptPictures:
    """Paints like `themed`, and keeps what it has painted in a folder.

    What other code has painted than that with the hash `tool` is removed.
    """

    def __init__(self, folder: Path, tool: str) -> None:
        self.folder = folder / tool
        for other in folder.glob("*"):
            if other != self.folder:
                shutil.rmtree(other, ignore_errors=True)

    def __call__(self, content: bytes, scheme: Scheme) -> bytes:
        """Return an SVG in the colours of a scheme.

        Raises:
            ValueError: it is not an SVG.
        """
        path = self.folder / f"{hashlib.sha256(content).hexdigest()}-{scheme.name}"
        if path.is_file():
            digest, _, kept = path.read_bytes().partition(b"\n")
            if digest == hashlib.sha256(kept).hexdigest().encode():
                return kept
        painted = themed(content, scheme)
        write_bytes(path, hashlib.sha256(painted).hexdigest().encode() + b"\n" + painted)
        return painted


def draw_plot(
    plot: Picture,
    alt: Mapping[str, str],
    language: PlotLanguage,
    data: Collection[str],
    folder: str,
    plots: dict[str, bytes],
    paint: Paint,
) -> str:
    """Return the pictures of a plot as HTML; their files are added to `plots` by name.

    One that is SVG has a file for each colour scheme, with the labels of the language; `data` as in
    `labels_of`, `paint` as in `theme_plot`. Another picture, or an SVG that is not well-formed, is
    shown as it is.
    """
    drawn = {
        f" in-{scheme.name}": found
        for scheme in SCHEMES
        if (found := theme_plot(plot, scheme, language, data, paint))
    }
    images = []
    for look, shown in (drawn or {"": plot}).items():
        plots[shown.name] = shown.content
        size = size_of(shown.content)
        wide = " wide" if int(size.get("width", 0)) > WIDE else ""
        images.append(picture(f"plot{look}{wide}", folder + shown.name, alt, size))
    return "".join(images)


def picture(look: str, source: str, alt: Mapping[str, str], size: Mapping[str, str]) -> str:
    """Return a picture as HTML, loaded when it is about to be seen."""
    image = element("img", class_=look, src=source, **alt, loading="lazy", **size)
    return image.removesuffix("</img>")
