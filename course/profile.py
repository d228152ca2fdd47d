"""Profiles: a TOML file with the parameters, the options and the accuracy gates of a run.

[parameters]
dataset = "ag_news"

[options]
timeout = 1800

[gates."03-rnn-pytorch"]
"LSTM, last state" = 0.88
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course.errors import CourseError, UsageError, unknown
from course.outcome import Outcome
from course.settings import Course

TABLES = ("parameters", "options", "gates")
OPTIONS = {"jobs": int, "timeout": int, "kernel": str, "framework": str}


@dataclass(frozen=True)
class Gate:
    """A least accuracy that a model has to reach, beside what it reached, if it was there."""

    notebook: str
    model: str
    least: float
    accuracy: float | None

    @property
    def passed(self) -> bool:
        return self.accuracy is not None and self.accuracy >= self.least

    def __str__(self) -> str:
        """Return it as one line."""
        reached = "not among the results" if self.accuracy is None else f"{self.accuracy:.4f}"
        return f"{self.notebook}.ipynb: {self.model}: test accuracy {reached}, gate {self.least}"


@dataclass(frozen=True)
class Profile:
    """What a profile says; an empty one asks for nothing."""

    parameters: Mapping[str, Any] = field(default_factory=dict)
    gates: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    jobs: int | None = None
    timeout: int | None = None
    kernel: str | None = None
    framework: str | None = None

    def judge(self, outcome: Outcome) -> list[Gate]:
        """Hold the results of a notebook that came to its end against its gates."""
        if outcome.failure is not None:
            return []  # it has failed as it is
        reached = {row.model: row.accuracy for row in outcome.rows}
        gates = self.gates.get(outcome.job.notebook.stem, {})
        return [Gate(outcome.job.name, model, gates[model], reached.get(model)) for model in gates]

    def check(self, course: Course, path: Path | None) -> None:
        """Refuse gates of a notebook that the course does not have.

        Raises:
            UsageError: names it; a gate that nobody looks at would never be missed.
        """
        known = [f"{lesson.id}-{framework.id}" for lesson, framework in course.pairs]
        for name in self.gates:
            if name not in known:
                raise UsageError(f"{path}: gates: {unknown('notebook', name, known)}")


def read_profile(path: Path) -> Profile:
    """Read a profile.

    Raises:
        UsageError: no such file, or something in it that no run understands; one line.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; --profile takes a TOML file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: {error}") from None
    for name, value in document.items():
        if name not in TABLES:
            raise UsageError(f"{path}: {unknown('table', name, TABLES)}")
        _check_table(path, name, value)
    options, gates = document.get("options", {}), document.get("gates", {})
    _check_options(path, options)
    for notebook, models in gates.items():
        _check_gates(path, f"gates {notebook!r}", models)
    return Profile(document.get("parameters", {}), gates, **options)


def _check_options(path: Path, options: Mapping[str, Any]) -> None:
    for name, value in options.items():
        if name not in OPTIONS:
            raise UsageError(f"{path}: options: {unknown('key', name, OPTIONS)}")
        if type(value) is not OPTIONS[name] or value == "" or (OPTIONS[name] is int and value < 1):
            wanted = "a text" if OPTIONS[name] is str else "a whole number of at least 1"
            raise UsageError(f"{path}: options: {name} is {value!r}, not {wanted}")


def _check_gates(path: Path, where: str, models: Any) -> None:
    _check_table(path, where, models)
    for model, least in models.items():
        if type(least) not in (int, float) or not 0 <= least <= 1:
            raise UsageError(f"{path}: {where}: {model!r} is {least!r}, not from 0 to 1")


def _check_table(path: Path, name: str, value: Any) -> None:
    if not isinstance(value, dict):
        raise UsageError(f"{path}: {name} is {value!r}, not a table")
