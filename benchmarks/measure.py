"""What a benchmark measures: a watch that can pause, the way to an accuracy, and the verdicts."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


class Watch:
    """Counts seconds from its making on, except while it is paused.

    watch = Watch()
    with watch.paused():
        measure_something_else()
    watch.seconds
    """

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._stood = 0.0

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._start - self._stood

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Do not count what happens inside."""
        start = time.perf_counter()
        yield
        self._stood += time.perf_counter() - start


class Climb:
    """Notes when an accuracy is first reached, asking `measure` every few batches.

    Asking is not counted, and ends once `goal` is reached.
    """

    def __init__(self, measure: Callable[[], float], goal: float, every: int) -> None:
        self.measure, self.goal, self.every = measure, goal, every
        self.watch = Watch()
        self.batches = 0
        self.reached: float | None = None

    def step(self) -> None:
        """Count one more batch that was trained on."""
        self.batches += 1
        if self.reached is not None or self.batches % self.every:
            return
        with self.watch.paused():
            there = self.measure() >= self.goal
        if there:
            self.reached = self.watch.seconds


@dataclass(frozen=True)
class Run:
    """One training run: its seconds, its accuracy on the test texts, when it met its goal.

    `tracing` is what TensorFlow took before to build the graph; `seconds` leaves it out.
    """

    seconds: float
    accuracy: float
    reached: float | None = None
    epochs: int = 1
    tracing: float | None = None


@dataclass(frozen=True)
class Preparation:
    """Seconds of making one epoch's batches, of an epoch on ready batches, and of what comes once.

    `once` is what is done before the first epoch: collecting words and turning texts to indices.
    """

    batches: float
    floor: float
    once: float


@dataclass(frozen=True)
class Targets:
    """What a model has to reach; None where nothing is asked."""

    epoch_ratio: float | None = None
    reach_ratio: float | None = None
    accuracy: float | None = None
    preparation: float | None = 0.10


TARGETS = {
    "pytorch": {
        "rnn": Targets(6, 25, 0.87),
        "lstm": Targets(6, 10, 0.88),
        "packed": Targets(6, 10, 0.88),
        "bidirectional": Targets(accuracy=0.905),
    },
    "tensorflow": {
        "titles": Targets(3, 6),
        "masked": Targets(3, 6),
        "bucketed": Targets(3, 6),
        "bidirectional": Targets(3, 6),
    },
}


@dataclass(frozen=True)
class Check:
    """One figure beside its target, and whether it is met."""

    what: str
    value: float | None
    target: float
    at_most: bool = False

    @property
    def met(self) -> bool:
        if self.value is None:
            return False
        return self.value <= self.target if self.at_most else self.value >= self.target


@dataclass(frozen=True)
class Result:
    """All that was measured of one model; `reference` is None where there is nothing to compare."""

    framework: str
    model: str
    targets: Targets
    runs: list[Run]  # of the lesson's recipe, one a seed; the first is the one that climbs
    preparation: Preparation
    reference: Run | None = None
    packing: Run | None = None  # the lesson's recipe where batches are packed all the same

    @property
    def lesson(self) -> Run:
        """The run of seed 0, whose accuracy is held against the target."""
        return self.runs[0]

    @property
    def epoch_seconds(self) -> float:
        """Seconds of an epoch of the lesson's recipe, the median of the seeds."""
        return statistics.median(run.seconds / run.epochs for run in self.runs)

    @property
    def epoch_ratio(self) -> float | None:
        """How many times faster an epoch of the lesson is than one of the reference."""
        return self.reference and self.reference.seconds / self.epoch_seconds

    @property
    def reach_ratio(self) -> float | None:
        """How many times faster the lesson has the reference's final accuracy; None: never."""
        reached = self.lesson.reached
        return self.reference.seconds / reached if self.reference and reached else None

    @property
    def preparation_share(self) -> float:
        return self.preparation.batches / self.epoch_seconds

    def checks(self) -> list[Check]:
        """Return each figure that has a target."""
        asked = [
            Check("epoch, times faster", self.epoch_ratio, self.targets.epoch_ratio),
            Check("to reference accuracy, times faster", self.reach_ratio,
                  self.targets.reach_ratio),
            Check("test accuracy", self.lesson.accuracy, self.targets.accuracy),
            Check("preparation, share of epoch", self.preparation_share,
                  self.targets.preparation, at_most=True),
        ]  # fmt: skip
        return [check for check in asked if check.target is not None]
