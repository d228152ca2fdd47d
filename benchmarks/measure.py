"""What a benchmark measures: a watch that can pause, the way to an accuracy, and the verdicts."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


class Watch:
    """Counts seconds from its making on, except while it is paused.

    watch = Watch()
    with watch.paused():
        measure_something_else()
    watch.seconds

    `Watch.clock` is set once for all watches: `time.process_time` counts the CPU seconds of this
    process, which other programs on the machine hardly change.
    """

    clock: Callable[[], float] = staticmethod(time.perf_counter)

    def __init__(self) -> None:
        self._start = self.clock()
        self._stood = 0.0

    @property
    def seconds(self) -> float:
        return self.clock() - self._start - self._stood

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Do not count what happens inside."""
        start = self.clock()
        yield
        self._stood += self.clock() - start


class Climb:
    """Notes when an accuracy is first reached, calling `measure` every few batches.

    Measuring is not counted, and ends once `goal` is reached; without a goal it never happens.
    """

    def __init__(self, measure: Callable[[], float], goal: float | None, every: int) -> None:
        self.measure, self.goal, self.every = measure, goal, every
        self.watch = Watch()
        self.batches = 0
        self.reached: float | None = None

    def step(self) -> None:
        """Count one more batch that was trained on."""
        self.batches += 1
        if self.goal is None or self.reached is not None or self.batches % self.every:
            return
        with self.watch.paused():
            there = self.measure() >= self.goal
        if there:
            self.reached = self.watch.seconds


@dataclass(frozen=True)
class Run:
    """One training run: its seconds, and the accuracy on the test texts after each epoch.

    `reached` is when it had the accuracy that was its goal, None if never.  `tracing` is what
    TensorFlow took before to build the graph; `seconds` leaves it out.
    """

    seconds: float
    accuracies: tuple[float, ...]
    reached: float | None = None
    tracing: float | None = None

    @property
    def accuracy(self) -> float:
        return self.accuracies[-1]

    @property
    def epochs(self) -> int:
        return len(self.accuracies)

    @property
    def summary(self) -> str:
        """Return all of it in a few words, for a line of progress."""
        accuracies = ", ".join(f"{accuracy:.4f}" for accuracy in self.accuracies)
        reached = "never" if self.reached is None else f"after {self.reached:.1f} s"
        return f"{self.seconds:.1f} s, test accuracy {accuracies}; at the goal {reached}"


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
    """What a model has to reach; None where nothing is asked.

    `goal` is the accuracy whose time is measured in both recipes: what the lesson's recipe reaches
    with each of three seeds, rounded down.
    """

    epoch_ratio: float | None = None
    reach_ratio: float | None = None
    accuracy: float | None = None
    preparation: float | None = 0.10
    goal: float | None = None


TARGETS = {
    "pytorch": {
        "rnn": Targets(6, 25, 0.87, goal=0.87),
        "lstm": Targets(6, 10, 0.88, goal=0.87),
        "packed": Targets(6, 10, 0.88, goal=0.87),
        "bidirectional": Targets(accuracy=0.905),
    },
    "tensorflow": {
        "titles": Targets(3, 6, goal=0.80),
        "masked": Targets(3, 6, goal=0.86),
        "bucketed": Targets(3, 6, goal=0.84),
        "bidirectional": Targets(3, 6, goal=0.89),
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


def median_epoch(runs: list[Run]) -> float:
    """Return the seconds of an epoch, the median of the runs."""
    return statistics.median(run.seconds / run.epochs for run in runs)


@dataclass(frozen=True)
class Result:
    """All that was measured of one model; without references there is nothing to compare."""

    framework: str
    model: str
    targets: Targets
    runs: list[Run]  # of the lesson's recipe, one a seed
    preparation: Preparation
    references: list[Run] = field(default_factory=list)  # of the reference recipe, likewise
    packing: Run | None = None  # the lesson's recipe where batches are packed all the same

    @property
    def lesson(self) -> Run:
        """The run of seed 0, whose accuracy is held against the target."""
        return self.runs[0]

    @property
    def epoch_seconds(self) -> float:
        """Seconds of an epoch of the lesson's recipe, the median of the seeds."""
        return median_epoch(self.runs)

    @property
    def epoch_ratio(self) -> float | None:
        """How many times faster an epoch of the lesson is than one of the reference."""
        return median_epoch(self.references) / self.epoch_seconds if self.references else None

    @property
    def reach_ratio(self) -> float | None:
        """How many times faster the lesson is at the goal, the median of the seeds; None: never.

        A reference that never was there counts with all its seconds: the ratio is a least one.
        """
        if not self.references or not all(run.reached for run in self.runs):
            return None
        pairs = zip(self.references, self.runs, strict=True)
        return statistics.median((old.reached or old.seconds) / new.reached for old, new in pairs)

    @property
    def preparation_share(self) -> float:
        return self.preparation.batches / self.epoch_seconds

    def checks(self) -> list[Check]:
        """Return each figure that has a target."""
        asked = [
            Check("epoch, times faster", self.epoch_ratio, self.targets.epoch_ratio),
            Check("to the goal, times faster", self.reach_ratio, self.targets.reach_ratio),
            Check("test accuracy", self.lesson.accuracy, self.targets.accuracy),
            Check(
                "preparation, share of epoch",
                self.preparation_share,
                self.targets.preparation,
                at_most=True,
            ),
        ]
        return [check for check in asked if check.target is not None]
