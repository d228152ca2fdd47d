"""Findings of checks, with and without their places."""

from dataclasses import dataclass
from typing import NamedTuple

from course.text import one_line

ERROR, WARNING = LEVELS = ("error", "warning")


class Found(NamedTuple):
    """A problem without its place: what is wrong, the value seen, and the remedy.

    `line` counts from 0 in the check's context, `cell` is the id of the cell if the context has
    several, and `level` overrides the check's.
    """

    what: str
    value: str
    remedy: str
    line: int = 0
    cell: str = ""
    level: str = ""


@dataclass(frozen=True, order=True)
class Finding:
    """A problem and its place; `path` is relative to the course."""

    path: str
    line: int
    code: str
    cell: str
    what: str
    value: str
    remedy: str
    level: str = ERROR
    locale: str = ""

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.path}:{self.line}: {self.level} {self.code}: {self.message}"

    @property
    def message(self) -> str:
        """The cell, what is wrong, the value seen, and the remedy, in one line."""
        cell = f"cell {self.cell}: " if self.cell else ""
        return one_line(f"{cell}{self.what}: {self.value}; {self.remedy}")
