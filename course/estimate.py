"""Estimates of the time that a run still takes, from earlier runs and from its own cells."""

import heapq
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from course.jobs import Job

SOUND = 2 / 3  # of a notebook's cells: models are trained late, so fewer say too little


@dataclass(frozen=True)
class Standing:
    """How far a running notebook is: its seconds so far, and the share of its cells done."""

    elapsed: float
    share: float


@dataclass
class TimeLeft:
    """Estimates how long a run still takes; None wherever that would be a guess.

    `earlier` returns the seconds that a notebook took in an earlier run, or None. Without them, a
    running notebook counts by its cells once `SOUND` of them are done, and one that waits as the
    mean of those that are known, of its own framework if there are any.
    """

    earlier: Callable[[Job], float | None]
    _took: dict[Job, float] = field(default_factory=dict)
    _slots: int = 1  # notebooks that were seen to run at once

    def finish(self, job: Job, seconds: float) -> None:
        """Note how long a notebook took that has come to its end."""
        self._took[job] = seconds

    def estimate(self, running: Mapping[Job, Standing], waiting: Sequence[Job]) -> float | None:
        """Return the seconds until all that is running or waiting has ended, or None."""
        self._slots = max(self._slots, len(running))
        known = {**self._took, **_known(running, self.earlier)}
        known |= {job: seconds for job in waiting if (seconds := self.earlier(job)) is not None}
        ends = [0.0] * (self._slots - len(running))
        for job, standing in running.items():
            whole = known.get(job) or _like(job, known)
            if whole is None or whole <= standing.elapsed:
                return None
            ends.append(whole - standing.elapsed)
        heapq.heapify(ends)
        for job in waiting:  # each starts where a slot is free first
            whole = known.get(job) or _like(job, known)
            if whole is None:
                return None
            heapq.heapreplace(ends, ends[0] + whole)
        return max(ends)


def _known(
    running: Mapping[Job, Standing], earlier: Callable[[Job], float | None]
) -> dict[Job, float]:
    """Return the whole time of those running notebooks of which something is known."""
    known = {}
    for job, at in running.items():
        before = earlier(job)
        if before is not None and at.elapsed < before:
            known[job] = before
        elif at.share >= SOUND:
            known[job] = at.elapsed / at.share
    return known


def _like(job: Job, known: Mapping[Job, float]) -> float | None:
    """Return the mean time of the notebooks of the same framework, else of all, or None."""
    alike = [seconds for other, seconds in known.items() if other.framework == job.framework]
    return statistics.fmean(alike or known.values()) if known else None


def in_words(seconds: float) -> str:
    """Return an estimate as coarse as it is.

    >>> [in_words(seconds) for seconds in (3, 41, 80, 500)]
    ['about 10 s', 'about 50 s', 'about 1 min', 'about 8 min']
    """
    if seconds <= 50:
        return f"about {10 * max(1, -(-int(seconds) // 10))} s"
    return f"about {max(1, round(seconds / 60))} min"
