"""Values of a report in words, and strings cleaned for every format."""

import math
import re
from collections.abc import Sequence
from typing import Any

ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")  # also links
# Characters that XML 1.0 forbids, HTML calls an error or UTF-8 cannot encode; bidi overrides.
UNFIT = re.compile(
    "[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]"
    "|[\u202a-\u202e\u2066-\u2069]"
)


def clean(value: Any) -> Any:
    """Return a report that every format can represent: no control characters, no NaN.

    Terminal colours are removed, as are characters that XML forbids or that change the direction of
    text; a number that is not finite becomes None, because JSON has no such numbers.
    """
    if isinstance(value, str):
        plain = value.isascii() and value.isprintable()
        return value if plain else UNFIT.sub("", ANSI.sub("", value))
    if isinstance(value, dict):
        return {clean(name): clean(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def count(number: int, noun: str) -> str:
    """Return a number with its noun: `1 notebook`, `2 notebooks`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def shorten(text: str, limit: int = 400) -> str:
    """Return a string on one line, of at most `limit` characters."""
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def seconds(seconds: float | None) -> str:
    """Return a duration in words: `47.1 s`, `2 min 5 s`, `3 h 20 min`."""
    if seconds is None:
        return "–"
    if seconds < 99.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60:,} h {minutes % 60} min"


def parameters(parameters: dict[str, Any]) -> str:
    """Return the parameters of a run on one line."""
    given = ", ".join(f"{name} = {value}" for name, value in parameters.items())
    return given or "as the notebooks stand"


def moment(moment: str | None) -> str:
    """Return the moment `2026-11-22T03:00:00Z` as `2026-11-22 03:00 UTC`."""
    if moment is None:
        return "–"
    return re.sub(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$", r"\1 \2 UTC", moment)


def number(number: float | None, form: str) -> str:
    """Return a number in a format, or a dash for none."""
    return "–" if number is None else format(number, form)


def memory(size: int | None) -> str:
    """Return a number of bytes as `812 MB` or `1.4 GB`."""
    if size is None:
        return "–"
    return f"{size / 1e9:.1f} GB" if size >= 999.5e6 else f"{size / 1e6:.0f} MB"


def join_names(names: Sequence[str], limit: int = 8) -> str:
    """Return names on one line; of more than `limit` the first ones, and how many follow."""
    more = [f"and {len(names) - limit:,} more"] if len(names) > limit else []
    return ", ".join([*names[:limit], *more])
