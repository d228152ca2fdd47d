"""What a run is made of: an engine that executes notebooks, and a watcher that hears of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from course.execution.engines.process import Attempt
from course.execution.jobs import Job
from course.execution.outcome import Outcome


@dataclass(frozen=True)
class Finished:
    """An execution that an engine has ended."""

    job: Job
    attempt: Attempt
    worker: str | None = None
    attempts: int = 1


class Engine(Protocol):
    """What executes notebooks, several at once, here or elsewhere."""

    def has_room(self) -> bool:
        """Tell whether another notebook may start."""

    def start(self, job: Job) -> None:
        """Start to execute a notebook."""

    def poll(self) -> Iterable[Finished]:
        """Return what has ended since the last time.

        Raises:
            CourseError: the engine itself is gone.
        """

    def progress(self, job: Job) -> tuple[int, int, str] | None:
        """Return how many cells of a running notebook are done, of how many, and the next's id."""

    def close(self) -> None:
        """End all that runs, and leave nothing behind."""


class Watcher:
    """Hears how a run goes; this one keeps quiet."""

    def begin(self, jobs: Sequence[Job]) -> None:
        """Hear which notebooks there are to execute."""

    def start(self, job: Job, why: str) -> None:
        """Hear that a notebook has started."""

    def tick(self, running: Mapping[Job, tuple[int, int, str] | None], left: float | None) -> None:
        """Hear that a moment has passed, how far each running notebook is, and the seconds left.

        They are an estimate, and None where there is none.
        """

    def finish(self, outcome: Outcome) -> None:
        """Hear that a notebook has ended, well or not."""
