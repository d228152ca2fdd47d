"""Figures: plots in a colour scheme and in the words of a language, numbers and captions."""

import html
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from markdown_it.token import Token

from course.figures.labels import translate_plot
from course.figures.theme import Scheme, themed
from course.formats.lesson import alternative
from course.formats.translation import ALT, CAPTION
from course.localization.align import LocalizedCell
from course.localization.localize import LocalizedLesson
from course.markdown.parser import parser, visible
from course.markdown.render import element
from course.rendering.outputs import VECTOR, Picture

Paint = Callable[[bytes, Scheme], bytes]


def caption_of(lesson: LocalizedLesson, cell_id: str) -> tuple[LocalizedCell | None, list[Token]]:
    """Return the caption of the figure of a cell, if it has one, and its inline tokens."""
    cell = lesson.get(f"{cell_id}:{CAPTION}")
    parsed = parser().parse(cell.text, {}) if cell else []
    return cell, [token for token in parsed if token.type == "inline"]


def alternative_of(
    lesson: LocalizedLesson, cell: Mapping[str, Any], default: str
) -> tuple[LocalizedCell | None, str]:
    """Return the translated alternative text of the plots of a cell, if there is one, and its text.

    Else the text is the English one, or `default`.
    """
    translated = lesson.get(f"{cell['id']}:{ALT}")
    if translated:
        return translated, visible(translated.text)
    return None, alternative(cell) or default


@dataclass(frozen=True)
class PlotLanguage:
    """The language of the plots of a lesson: their translated labels, and how it is written."""

    words: Mapping[str, str] = field(default_factory=dict)
    lang: str = ""
    direction: str = "ltr"


@dataclass
class Figures:
    """The figures of a page or chapter; `label` is their name, with `{number}` for their number.

    `before` stands before each number: `3.` makes them 3.1, 3.2 and so on.
    """

    label: str
    before: str = ""
    count: int = 0

    def caption(self, said: str, side: Mapping[str, str]) -> str:
        """Return number and caption of the next figure as HTML; `said` is HTML.

        `side` are the attributes of a caption that is not in the language of the page.
        """
        self.count += 1
        label = self.label.format(number=f"{self.before}{self.count}")
        number = element("b", html.escape(label))
        rest = f" {element('span', said, **side)}" if said else ""
        return element("figcaption", number + rest)


def theme_diagram(picture: Picture, scheme: Scheme, paint: Paint = themed) -> Picture | None:
    """Return a diagram in a colour scheme; None if it is no SVG or not well-formed.

    `paint` is `themed`, or what remembers its results.
    """
    if picture.kind != VECTOR:
        return None
    try:
        return replace(picture, content=paint(picture.content, scheme))
    except ValueError:
        return None


def theme_plot(
    picture: Picture,
    scheme: Scheme,
    language: PlotLanguage,
    data: Collection[str],
    paint: Paint = themed,
) -> Picture | None:
    """Return a plot in a colour scheme, with the labels of a language; `data` as in `labels_of`.

    `paint` as in `theme_diagram`. None if it is no SVG or not well-formed.
    """
    drawn = theme_diagram(picture, scheme, paint)
    if drawn is None:
        return None
    words, lang, direction = language.words, language.lang, language.direction
    return replace(drawn, content=translate_plot(drawn.content, words, data, lang, direction))
