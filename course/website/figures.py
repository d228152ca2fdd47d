"""Figures of a page: pictures in both colour schemes, numbered, with captions."""

import hashlib
import html
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from course.figures.labels import translate_plot
from course.figures.theme import DARK, LIGHT, themed
from course.markdown.render import element
from course.website.outputs import KINDS, VECTOR, size_of

WIDE = 600  # pixels from which a plot is not shrunk to the width of a phone


@dataclass(frozen=True)
class PlotLanguage:
    """The language of the plots of a lesson: their translated labels, and how it is written."""

    words: Mapping[str, str] = field(default_factory=dict)
    lang: str = ""
    direction: str = "ltr"


@dataclass
class Figures:
    """The figures of a page; `label` is their name, with `{number}` for their number."""

    label: str
    count: int = 0

    def caption(self, said: str, side: Mapping[str, str]) -> str:
        """Return number and caption of the next figure as HTML; `said` is HTML.

        `side` are the attributes of a caption that is not in the language of the page.
        """
        self.count += 1
        number = element("b", html.escape(self.label.format(number=self.count)))
        rest = f" {element('span', said, **side)}" if said else ""
        return element("figcaption", number + rest)


def draw_plot(
    content: bytes,
    kind: str,
    alt: Mapping[str, str],
    language: PlotLanguage,
    data: Collection[str],
    folder: str,
    plots: dict[str, bytes],
) -> str:
    """Return the pictures of a plot as HTML; their files are added to `plots` by name.

    One that is SVG has a file for each colour scheme, with the labels of the language; `data` as in
    `labels_of`. Another picture, or an SVG that is not well-formed, is shown as it is.
    """
    files = {"": content}
    if kind == VECTOR:
        try:
            files = {
                f" in-{scheme.name}": translate_plot(
                    themed(content, scheme), language.words, data, language.lang, language.direction
                )
                for scheme in (LIGHT, DARK)
            }
        except ValueError:
            files = {"": content}
    images = []
    for look, shown in files.items():
        name = hashlib.sha256(shown).hexdigest()[:16] + KINDS[kind]
        plots[name] = shown
        size = size_of(shown)
        wide = " wide" if int(size.get("width", 0)) > WIDE else ""
        images.append(picture(f"plot{look}{wide}", folder + name, alt, size))
    return "".join(images)


def picture(look: str, source: str, alt: Mapping[str, str], size: Mapping[str, str]) -> str:
    """Return a picture as HTML, loaded when it is about to be seen."""
    image = element("img", class_=look, src=source, **alt, loading="lazy", **size)
    return image.removesuffix("</img>")
