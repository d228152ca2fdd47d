"""Expected errors, each printed as one line; a traceback means a bug in the tool."""

import difflib
from collections.abc import Iterable

MAX_LISTED = 20  # known values that an error lists


class CourseError(Exception):
    """Something in the course is wrong, and the message says where and what to do (exit 1).

    Each argument is the message of one finding; all are reported.
    """

    exit_code = 1


class UsageError(CourseError):
    """The command was called wrongly (exit 2)."""

    exit_code = 2


def unknown(what: str, value: str, known: Iterable[str]) -> str:
    """Return the message for an unknown `value`, with the closest known one or else with all.

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
    shown = known[:MAX_LISTED]
    if len(known) > MAX_LISTED:
        shown.append(f"and {len(known) - MAX_LISTED} more")
    return f"unknown {what} {value!r}; there are {', '.join(shown) or 'none'}"


def _fold(name: str) -> str:
    """Return a name without the differences that users overlook: `pt_BR` is close to `pt-BR`."""
    return name.casefold().replace("_", "-")


def first_line(text: object) -> str:
    """Return the first line of a message that is not blank; empty if there is none."""
    return next((line.strip() for line in str(text).splitlines() if line.strip()), "")
