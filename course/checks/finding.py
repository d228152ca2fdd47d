"""Findings: one thing that is wrong, where, and the remedy."""

from dataclasses import dataclass

from course.checks.base import ERROR
from course.text import one_line


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
