"""Estimates of the time that a run still takes, from earlier runs and from its own cells."""

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from course.execution.jobs import Job
from course.formats.settings import Framework

SOUND = 2 / 3  # of a notebook's cells: models are trained late, so fewer are no sound basis


@dataclass(frozen=True)
class Standing:
    """The progress of a running notebook: its seconds so far, and the share of its cells done."""

    elapsed: float
    share: float


@dataclass
class TimeLeft:
    """Estimates how long a run still takes; None wherever that would be a guess.

    `earlier` returns the seconds that a notebook took in an earlier run, or None; they are scaled
    by the pace of this run, as measured on the notebooks that have finished. Without them, the time
    of a running notebook is extrapolated from its cells once `SOUND` of them are done, and that of
    a waiting one is the mean of the known times, of its own framework if there are any.
    """

    earlier: Callable[[Job], float | None]
    _took: dict[Job, float] = field(default_factory=dict)
    _slots: int = 1  # notebooks that were seen to run at once

    def finish(self, job: Job, seconds: float) -> None:
        """Record the duration of a notebook that has finished."""
        self._took[job] = seconds

    def estimate(self, running: Mapping[Job, Standing], waiting: Sequence[Job]) -> float | None:
        """Return the seconds until all running and waiting notebooks have finished, or None."""
        self._slots = max(self._slots, len(running))
        known = {**self._took, **self._expected(running), **self._by_cells(running)}
        known |= self._expected(waiting)
        means = _mean_by_framework(known)
        ends = [0.0] * (self._slots - len(running))
        for job, standing in running.items():
            whole = known.get(job) or means.get(job.framework, means[None])
            if whole is None or whole <= standing.elapsed:
                return None
            ends.append(whole - standing.elapsed)
        heapq.heapify(ends)
        for job in waiting:  # each starts where a slot is free first
            whole = known.get(job) or means.get(job.framework, means[None])
            if whole is None:
                return None
            heapq.heapreplace(ends, ends[0] + whole)
        return max(ends)

    def _expected(self, jobs: Iterable[Job]) -> dict[Job, float]:
        """Return the seconds of the notebooks with an earlier run, scaled to this run's pace."""
        ended = [(seconds, self.earlier(job)) for job, seconds in self._took.items()]
        then = sum(before for _, before in ended if before)
        pace = sum(seconds for seconds, before in ended if before) / then if then else 1.0
        return {job: pace * before for job in jobs if (before := self.earlier(job))}

    def _by_cells(self, running: Mapping[Job, Standing]) -> dict[Job, float]:
        """Return the seconds of running notebooks, extrapolated from their cells where sound."""
        expected = self._expected(running)
        return {
            job: at.elapsed / at.share
            for job, at in running.items()
            if at.share >= SOUND and at.elapsed >= expected.get(job, 0.0)
        }


def _mean_by_framework(known: Mapping[Job, float]) -> dict[Framework | None, float | None]:
    """Return the mean time of the notebooks of each framework, and under None that of all."""
    seconds: dict[Framework | None, list[float]] = {None: list(known.values())}
    for job, took in known.items():
        seconds.setdefault(job.framework, []).append(took)
    return {framework: fmean(found) if found else None for framework, found in seconds.items()}


def in_words(seconds: float) -> str:
    """Return an estimate in words, rounded to what it is accurate to.

    >>> [in_words(seconds) for seconds in (3, 41, 80, 500)]
    ['about 10 s', 'about 50 s', 'about 1 min', 'about 8 min']
    """
    if seconds <= 50:
        return f"about {10 * max(1, -(-int(seconds) // 10))} s"
    return f"about {max(1, round(seconds / 60))} min"
