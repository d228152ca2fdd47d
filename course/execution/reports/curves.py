"""Learning curves as small SVG plots: the coordinates; the template of report.html draws them.

A plotting library would take most of a warm run's time to import and would fix the colours, so that
a page could not follow its reader's choice of light or dark.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, floor
from typing import Any, TypeVar

WIDTH, HEIGHT = 360, 230  # in units of about a pixel, so that labels are legible on a phone
LEFT, RIGHT, TOP, BOTTOM = 36, 350, 22, 198  # the edges of the plot inside it
COLOUR_COUNT = 7  # of the style sheet; with 6 markers, 42 curves are distinguishable
POINTS = 200  # of a curve at most: more are narrower than a line
MARKS = 12  # of a curve at most
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)
SLACK = 1e-6  # of a step: 0.6 / 0.2 is a little less than 3
T = TypeVar("T")
# Circle, square, triangle, diamond, triangle on its tip, cross: relative to the point.
MARKERS = (
    "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z",
    "m-2.8 -2.8h5.6v5.6h-5.6z",
    "m0 -3.8l3.7 6.4h-7.4z",
    "m0 -4l4 4l-4 4l-4 -4z",
    "m0 3.8l3.7 -6.4h-7.4z",
    "m-2.8 -2.8l5.6 5.6m0 -5.6l-5.6 5.6",
)


@dataclass(frozen=True)
class Curve:
    """A model's curve: its line and markers as paths, and the accuracy that it ends with."""

    model: str
    colour: int
    line: str
    marks: str
    sample: str  # a marker for the legend, around (12, 6)
    last: float


@dataclass(frozen=True)
class Plot:
    """The curves of a notebook, the highest end first, and the ticks as (coordinate, label)."""

    curves: list[Curve]
    epochs: list[tuple[str, str]]
    accuracies: list[tuple[str, str]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    bottom: int = BOTTOM


@dataclass(frozen=True)
class Scale:
    """The coordinates of epochs and accuracies in the plot."""

    epochs: int
    least: float
    most: float

    def x(self, epoch: int) -> float:
        """Return the x coordinate of an epoch, the first being 1."""
        return LEFT + 8 + (epoch - 1) / max(1, self.epochs - 1) * (RIGHT - LEFT - 16)

    def y(self, accuracy: float) -> float:
        """Return the y coordinate of an accuracy."""
        return BOTTOM - (accuracy - self.least) / (self.most - self.least) * (BOTTOM - TOP)


def number_models(notebooks: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Return a number for each model of a report, in order of appearance.

    It determines colour and marker, which a model thus has in every plot and table of a page.
    """
    names = dict.fromkeys(row["model"] for item in notebooks for row in item["results"])
    return {name: number for number, name in enumerate(names)}


def plot_curves(results: list[dict[str, Any]], numbers: Mapping[str, int]) -> Plot | None:
    """Return the plot of the models that have a curve of two points or more; None without any.

    `numbers` are those of `number_models`. An epoch whose value is not from 0 to 1 is left out.
    """
    found = [(row["model"], _points(row["curve"])) for row in results]
    found = [(model, points) for model, points in found if len(points) >= 2]
    if not found:
        return None
    values = [accuracy for _, points in found for _, accuracy in points]
    step = _step(max(values) - min(values))
    least = floor(min(values) / step + SLACK) * step
    most = max(ceil(max(values) / step - SLACK) * step, least + step)
    scale = Scale(max(points[-1][0] for _, points in found), least, most)
    curves = [_curve(numbers[model], model, points, scale) for model, points in found]
    curves.sort(key=lambda curve: -curve.last)
    return Plot(curves, _epoch_ticks(scale), _accuracy_ticks(scale, step))


def _points(curve: list[float | None]) -> list[tuple[int, float]]:
    """Return the points (epoch, accuracy) of a curve, thinned where it is long; keep its end."""
    points = [
        (epoch, accuracy)
        for epoch, accuracy in enumerate(curve, start=1)
        if accuracy is not None and 0 <= accuracy <= 1
    ]
    return _thin(points, POINTS)


def _thin(points: list[T], limit: int) -> list[T]:
    """Return at most `limit` points, evenly chosen, the last among them."""
    stride = -(-len(points) // limit)
    return points[::-1][:: max(1, stride)][::-1]


def _step(span: float) -> float:
    """Return the distance of ticks that leads to at most five of them."""
    return next((step for step in STEPS if span / step <= 4), STEPS[-1])


def _curve(number: int, model: str, points: list[tuple[int, float]], scale: Scale) -> Curve:
    places = [f"{scale.x(epoch):.1f} {scale.y(value):.1f}" for epoch, value in points]
    marker = MARKERS[number % len(MARKERS)]
    return Curve(
        model=model,
        colour=colour_of(number),
        line="M" + "L".join(places),
        marks="".join(f"M{place}{marker}" for place in _thin(places, MARKS)),
        sample=f"M12 6{marker}",
        last=points[-1][1],
    )


def colour_of(number: int) -> int:
    """Return the number of the colour of a model in the style sheet."""
    return number % COLOUR_COUNT


def _epoch_ticks(scale: Scale) -> list[tuple[str, str]]:
    """Return at most eight whole epochs, the first among them."""
    step = next(
        step * 10**power
        for power in range(20)
        for step in (1, 2, 5)
        if (scale.epochs - 1) / (step * 10**power) <= 7
    )
    epochs = [1, *range(step, scale.epochs + 1, step)] if step > 1 else range(1, scale.epochs + 1)
    return [(f"{scale.x(epoch):.1f}", str(epoch)) for epoch in epochs]


def _accuracy_ticks(scale: Scale, step: float) -> list[tuple[str, str]]:
    count = round((scale.most - scale.least) / step)
    values = [scale.least + step * number for number in range(count + 1)]
    return [(f"{scale.y(value):.1f}", f"{value:.2f}") for value in values]
