"""The expected errors, each printed as one line; a traceback means a bug of ours."""

import difflib
from collections.abc import Iterable

MOST = 20  # known values that an error lists


class CourseError(Exception):
    """Something in the course is wrong, and the message says where and what to do (exit 1).

    Several messages are several findings, reported together.
    """

    exit_code = 1


class UsageError(CourseError):
    """The command was called wrongly (exit 2)."""

    exit_code = 2


def unknown(what: str, value: str, known: Iterable[str]) -> str:
    """Say that `value` is not a known `what`, and offer the near miss or else all there are.

    >>> unknown("framework", "chlk", ["ink", "chalk"])
    "unknown framework 'chlk', did you mean 'chalk'?"
    >>> unknown("framework", "paint", ["ink", "chalk"])
    "unknown framework 'paint'; there are ink, chalk"
    """
    known = list(known)
    folded = {_fold(item): item for item in known}
    near = difflib.get_close_matches(_fold(value), folded, n=1)
    if near:
        return f"unknown {what} {value!r}, did you mean {folded[near[0]]!r}?"
    shown = known[:MOST] + ([f"and {len(known) - MOST} more"] if len(known) > MOST else [])
    return f"unknown {what} {value!r}; there are {', '.join(shown) or 'none'}"


def _fold(name: str) -> str:
    """Return a name without the differences that a reader overlooks: `pt_BR` is near `pt-BR`."""
    return name.casefold().replace("_", "-")


def first_line(text: object) -> str:
    """Return the first line of a message that is not blank, for a report of one line."""
    return next((line.strip() for line in str(text).splitlines() if line.strip()), "")
