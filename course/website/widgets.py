"""Widgets: interactive figures that the website draws from the data of an output.

An output of a notebook may carry such data (`WIDGET` in `rendering.outputs`), beside the picture
or text that other readers show. `kind` names the widget, and every number that it draws is in the
data.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from babel.numbers import format_percent
from jinja2.utils import htmlsafe_json_dumps

from course.errors import unknown
from course.formats.settings import Locale
from course.formats.strings import Strings
from course.website.frame import render_template
from course.website.progress import cldr_locale

COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
SHOWN = 10  # words of a distribution that have a bar of their own
STEPS = 40  # steps over which a gate is drawn
SYMBOLS = {
    "c": "<i>c</i><sub><i>t</i>−1</sub>",
    "fc": "<i>f</i> <i>c</i><sub><i>t</i>−1</sub>",
    "ig": "<i>i</i> <i>g</i>",
    "new": "<i>c</i><sub><i>t</i></sub>",
    "h": "<i>h</i><sub><i>t</i></sub>",
}
Data = Mapping[str, Any]


def render_widget(data: Any, words: Strings, locale: Locale, source: Locale) -> str:
    """Return a widget as HTML: its still picture, its controls, and the data for its script.

    `source` is the locale of the words in the data.

    Raises:
        ValueError: says what is wrong with the data.
    """
    check_widget(data)
    cldr = cldr_locale(locale.id)
    own = {
        key.removeprefix("widgets."): text
        for key, text in words.items()
        if key.startswith("widgets.")
    }
    context = {
        "data": data,
        "say": own,
        "json": htmlsafe_json_dumps({"data": data, "say": own}, ensure_ascii=False),
        "source": source,
        "percent": lambda share: format_percent(share, locale=cldr),
        "shown": SHOWN,
        "steps": STEPS,
        "polyline": polyline,
        "terms": terms,
        "decay": decay,
        "spaced": spaced,
        "probabilities": probabilities,
    }
    return render_template("widgets.html", context).strip()


# What a template draws


def polyline(values: list[float], width: float, height: float) -> str:
    """Return the points of a curve of values from 0 to 1, from the left to the right.

    >>> polyline([1, 0.5], 10, 4)
    '0,0 10,2'
    """
    step = width / max(1, len(values) - 1)
    return " ".join(f"{n * step:.4g},{height * (1 - y):.4g}" for n, y in enumerate(values))


def spaced(words: list[str]) -> list[tuple[str, bool]]:
    """Return each token, and whether a space follows it: none precedes a punctuation mark.

    >>> spaced(["It", "rained", "."])
    [('It', True), ('rained', False), ('.', True)]
    """
    after = [*words[1:], "word"]
    return [
        (word, any(c.isalnum() for c in following))
        for word, following in zip(words, after, strict=True)
    ]


def probabilities(scores: list[float]) -> list[float]:
    """Return the softmax of scores.

    >>> probabilities([0, 0])
    [0.5, 0.5]
    """
    powers = [math.exp(score - max(scores)) for score in scores]
    return [power / sum(powers) for power in powers]


def terms(data: Data) -> list[tuple[str, str, float]]:
    """Return the numbers of one step of a cell: name, symbols as HTML, and value."""
    c, f, i, o, g = (data[key] for key in "cfiog")
    state = f * c + i * g
    rows = [("c", c), ("fc", f * c), ("ig", i * g), ("new", state), ("h", o * math.tanh(state))]
    return [(name, SYMBOLS[name], value) for name, value in rows]


def decay(gate: float) -> list[float]:
    """Return what a gate leaves of a number after 0, 1, … steps."""
    return [gate**step for step in range(STEPS + 1)]


# What the data must hold


def check_widget(data: Any) -> None:
    """Check the data of a widget.

    Raises:
        ValueError: the first thing that is wrong with it.
    """
    if not isinstance(data, dict):
        raise ValueError(f"{data!r} is no table of data")
    kind = data.get("kind")
    if kind not in CHECKS:
        raise ValueError(unknown("kind", str(kind), list(CHECKS)))
    CHECKS[kind](data)


def check_reading(data: Data) -> None:
    """Check a text that models read: `words`, how many of them are `marked`, the `answer`.

    The `values` of a model are what the marked words still decide after each word, `sure` the
    probability of the answer.
    """
    words = strings(data, "words")
    marked = data.get("marked")
    if not isinstance(marked, int) or not 0 < marked <= len(words):
        raise ValueError(f"marked is {marked!r}, expected a number of words up to {len(words)}")
    if not isinstance(data.get("answer"), str):
        raise ValueError(f"answer is {data.get('answer')!r}, expected a string")
    for one in series(data):
        for column in ("values", "sure"):
            numbers(one, column, len(words), 0, 1)


def check_lines(data: Data) -> None:
    """Check the shares of models at each `x`, and the share by `guessing`, if there is one."""
    count = len(numbers(data, "x"))
    number(data, "guessing", 0, 1)
    for one in series(data):
        numbers(one, "values", count, 0, 1)


def check_gates(data: Data) -> None:
    """Check the numbers of a cell: its state `c`, the gates `f`, `i` and `o`, the candidate `g`."""
    number(data, "c")
    number(data, "g", -1, 1)
    for gate in "fio":
        number(data, gate, 0, 1)


def check_sampling(data: Data) -> None:
    """Check the `words` that can come next, and the `scores` that one model gives them, sorted."""
    count = len(strings(data, "words"))
    for one in series(data):
        scores = numbers(one, "scores", count)
        if scores != sorted(scores, reverse=True):
            raise ValueError("scores are not sorted from the highest to the lowest")


CHECKS: dict[str, Callable[[Data], None]] = {
    "reading": check_reading,
    "lines": check_lines,
    "gates": check_gates,
    "sampling": check_sampling,
}


def series(data: Data) -> list[dict[str, Any]]:
    """Return the models of a widget, each with its name and colour."""
    found = data.get("series")
    if not isinstance(found, list) or not found:
        raise ValueError(f"series is {found!r}, expected a list of models")
    for one in found:
        name, colour = (one.get("name"), one.get("colour")) if isinstance(one, dict) else ("", "")
        if not (isinstance(name, str) and isinstance(colour, str) and COLOUR.fullmatch(colour)):
            raise ValueError(f"series: {one!r} has no name, or no colour such as #0072B2")
    return found


def strings(data: Data, key: str) -> list[str]:
    """Return a list of at least two strings."""
    found = data.get(key)
    if not isinstance(found, list) or len(found) < 2 or not all(isinstance(w, str) for w in found):
        raise ValueError(f"{key} is {found!r}, expected a list of strings")
    return found


def numbers(
    data: Data, key: str, count: int = 0, least: float = -1e9, most: float = 1e9
) -> list[float]:
    """Return a list of `count` numbers, or of any length."""
    found = data.get(key)
    if not isinstance(found, list) or not found or count not in (0, len(found)):
        size = len(found) if isinstance(found, list) else found
        raise ValueError(f"{key}: {size!r} numbers, expected {count or 'a list of them'}")
    for value in found:
        number({key: value}, key, least, most)
    return found


def number(data: Data, key: str, least: float = -1e9, most: float = 1e9) -> float:
    """Return a number in a range."""
    found = data.get(key)
    if isinstance(found, bool) or not isinstance(found, int | float) or not least <= found <= most:
        raise ValueError(f"{key} is {found!r}, expected a number from {least:g} to {most:g}")
    return found
