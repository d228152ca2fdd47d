"""The interfaces of a run: an engine executes notebooks, and a watcher observes its progress."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from course.execution.engines.process import Attempt
from course.execution.jobs import Job
from course.execution.outcome import Outcome


@dataclass(frozen=True)
class Finished:
    """A finished execution, as an engine returns it."""

    job: Job
    attempt: Attempt
    worker: str | None = None
    attempts: int = 1


class Engine(Protocol):
    """Executes notebooks, several at once, on this machine or elsewhere."""

    def has_room(self) -> bool:
        """Return whether another notebook may start."""

    def start(self, job: Job) -> None:
        """Start the execution of a notebook."""

    def poll(self) -> Iterable[Finished]:
        """Return the executions that have finished since the last call.

        Raises:
            CourseError: the engine itself has failed.
        """

    def progress(self, job: Job) -> tuple[int, int, str] | None:
        """Return (cells done, cells in all, id of the current cell), or None where unknown."""

    def close(self) -> None:
        """End all running executions, and remove their temporary files."""


class Watcher:
    """An observer of a run; this base class ignores every event."""

    def begin(self, jobs: Sequence[Job]) -> None:
        """Handle the start of the run of all `jobs`."""

    def start(self, job: Job, why: str) -> None:
        """Handle the start of a notebook; `why` is the reason for executing it."""

    def tick(self, running: Mapping[Job, tuple[int, int, str] | None], left: float | None) -> None:
        """Handle a poll: the progress of each running notebook, and the estimated seconds left.

        `left` is None where there is no estimate.
        """

    def finish(self, outcome: Outcome) -> None:
        """Handle the outcome of a notebook, passed or not."""
