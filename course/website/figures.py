"""Pictures of a page, a plot in both colour schemes."""

from collections.abc import Collection, Mapping

from course.figures.theme import SCHEMES
from course.markdown.render import element
from course.rendering.figures import PlotLanguage, theme_plot
from course.rendering.outputs import Picture, size_of

WIDE = 600  # pixels from which a plot is not shrunk to the width of a phone


def draw_plot(
    plot: Picture,
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
    drawn = {
        f" in-{scheme.name}": found
        for scheme in SCHEMES
        if (found := theme_plot(plot, scheme, language, data))
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
