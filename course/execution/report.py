"""The report of a run, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from course.execution.keys import Facts
from course.execution.options import RunOptions
from course.execution.outcome import Outcome
from course.execution.profile import Gate
from course.formats.settings import Course


@dataclass(frozen=True)
class RunReport:
    """The report of a run: the outcome of each notebook, and of each accuracy gate.

    `options` are those in effect, `parameters` those requested for all notebooks, `stopped` is
    what interrupted the run. It started at `started`, and took `seconds`. `unwritten` are the
    errors, a line each, that kept its files from being written into `out`.
    """

    course: Course
    options: RunOptions
    parameters: Mapping[str, Any]
    facts: Facts
    outcomes: tuple[Outcome, ...]
    gates: tuple[Gate, ...]
    out: Path
    started: datetime
    seconds: float
    stopped: str | None = None
    unwritten: tuple[str, ...] = ()

    @property
    def failed(self) -> list[Outcome]:
        """The outcomes of the notebooks that failed, or were not executed."""
        return [outcome for outcome in self.outcomes if outcome.failure is not None]

    @property
    def missed(self) -> list[Gate]:
        """The accuracy gates that were missed."""
        return [gate for gate in self.gates if not gate.passed]

    @property
    def passed(self) -> bool:
        """Whether every notebook passed and every gate was reached."""
        return not (self.failed or self.missed or self.stopped)
