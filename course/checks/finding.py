"""Findings: what a check has found, and where."""

from dataclasses import dataclass
from typing import NamedTuple

from course.text import one_line

ERROR, WARNING = LEVELS = ("error", "warning")


class Found(NamedTuple):
    """One thing that is wrong: what, the value seen, and how to mend it.

    `line` counts from 0 in what the check was given, `cell` is the id of the cell where the check
    was given more than one, and `level` is another one than the check's.
    """

    what: str
    value: str
    remedy: str
    line: int = 0
    cell: str = ""
    level: str = ""


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong, and where; `path` is relative to the course."""

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
        """What is wrong with what cell, the value seen, and the remedy."""
        cell = f"cell {self.cell}: " if self.cell else ""
        return one_line(f"{cell}{self.what}: {self.value}; {self.remedy}")
