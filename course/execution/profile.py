"""Profiles: a TOML file with the parameters, the options and the accuracy gates of a run.

[parameters]  # of every notebook that has them
dataset = "large"

[lessons."01-cats".parameters]  # of the notebooks of a lesson, which have to have them
epochs = 5

[options]
timeout = 1800

[gates."01-cats-ink"]
"nine lives" = 0.88
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course.errors import CourseError, UsageError, unknown
from course.execution.outcome import Outcome
from course.formats.notebook import read_notebook, read_parameters
from course.formats.settings import Course

TABLES = ("parameters", "lessons", "options", "gates")
LESSON_TABLES = ("parameters",)
OPTIONS = {"jobs": int, "timeout": int, "kernel": str, "framework": str}


@dataclass(frozen=True)
class Gate:
    """The minimum accuracy of a model, and the accuracy that it reached, None without a result."""

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
    """The values of a profile; an empty one requests nothing."""

    parameters: Mapping[str, Any] = field(default_factory=dict)
    lessons: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # their parameters
    gates: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    jobs: int | None = None
    timeout: int | None = None
    kernel: str | None = None
    framework: str | None = None

    def judge(self, outcome: Outcome) -> list[Gate]:
        """Return the gates of a notebook, with the accuracies reached; none if it failed."""
        if outcome.failure is not None:
            return []  # the failure is reported already
        reached = {row.model: row.accuracy for row in outcome.rows}
        gates = self.gates.get(outcome.job.notebook.stem, {})
        return [Gate(outcome.job.name, model, gates[model], reached.get(model)) for model in gates]

    def check(self, course: Course, path: Path | None) -> None:
        """Refuse the names of lessons, notebooks and parameters that the course does not have.

        Raises:
            UsageError: names it; a gate without a notebook would never be missed.
        """
        lessons = [lesson.id for lesson in course.lessons]
        notebooks = [f"{lesson.id}-{framework.id}" for lesson, framework in course.pairs]
        for where, what, names, known in (
            ("lessons", "lesson", self.lessons, lessons),
            ("gates", "notebook", self.gates, notebooks),
            ("parameters", "parameter", self.parameters, self._known_parameters(course)),
        ):
            for name in names:
                if name not in known:
                    raise UsageError(f"{path}: {where}: {unknown(what, name, known)}")

    def _known_parameters(self, course: Course) -> list[str]:
        """Return the names of all parameters that any notebook of the course has."""
        if not self.parameters:
            return []
        notebooks = (course.notebook(*pair) for pair in course.pairs)
        try:
            found = [name for path in notebooks for name in read_parameters(read_notebook(path))]
        except CourseError:
            return list(self.parameters)  # the run reports the notebook that cannot be read
        return list(dict.fromkeys(found))


def read_profile(path: Path) -> Profile:
    """Read a profile.

    Raises:
        UsageError: no such file, or an unknown table, key or value in it.
        CourseError: not TOML.
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
    lessons = {
        lesson: _lesson_parameters(path, f"lessons {lesson!r}", tables)
        for lesson, tables in document.get("lessons", {}).items()
    }
    return Profile(document.get("parameters", {}), lessons, gates, **options)


def _lesson_parameters(path: Path, where: str, tables: Any) -> Mapping[str, Any]:
    """Return the parameters of a lesson in a profile."""
    _check_table(path, where, tables)
    for name, value in tables.items():
        if name not in LESSON_TABLES:
            raise UsageError(f"{path}: {where}: {unknown('table', name, LESSON_TABLES)}")
        _check_table(path, f"{where}: {name}", value)
    parameters: dict[str, Any] = tables.get("parameters", {})
    return parameters


def _check_options(path: Path, options: Mapping[str, Any]) -> None:
    for name, value in options.items():
        if name not in OPTIONS:
            raise UsageError(f"{path}: options: {unknown('key', name, OPTIONS)}")
        if OPTIONS[name] is str:
            wanted, fits = "a non-empty string", isinstance(value, str) and value != ""
        else:
            wanted, fits = "a whole number of at least 1", type(value) is int and value >= 1
        if not fits:
            raise UsageError(f"{path}: options: {name} is {value!r}, not {wanted}")


def _check_gates(path: Path, where: str, models: Any) -> None:
    _check_table(path, where, models)
    for model, least in models.items():
        if type(least) not in (int, float) or not 0 <= least <= 1:
            raise UsageError(f"{path}: {where}: {model!r} is {least!r}, not from 0 to 1")


def _check_table(path: Path, name: str, value: Any) -> None:
    if not isinstance(value, dict):
        raise UsageError(f"{path}: {name} is {value!r}, not a table")
