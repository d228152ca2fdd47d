"""The options of a run."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from course.errors import UsageError
from course.execution.jobs import Wanted
from course.execution.profile import Profile

SAVE_IN_PLACES = "--save writes source notebooks; those of a locale are built from them"


@dataclass(frozen=True)
class RunOptions:
    """What to execute, and how.

    `lessons` and `framework` choose the notebooks, all by default. `parameters` are for all of
    them, `profile` is a file with more. `jobs` is how many are executed at once (default: the
    cores), `timeout` the seconds that a cell may take (default: any), `scheduler` the address of a
    Dask cluster. `force` executes again what has a result, `save` writes the outputs back into the
    source notebooks. `out` is the folder of the run, `store` that of stored results.
    """

    lessons: tuple[str, ...] = ()
    framework: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    profile: Path | None = None
    jobs: int | None = None
    timeout: int | None = None
    kernel: str | None = None
    scheduler: str | None = None
    force: bool = False
    save: bool = False
    out: Path | None = None
    store: Path | None = None


def refuse_contradictions(options: RunOptions, wanted: Wanted, in_places: bool) -> None:
    """Refuse options that contradict each other.

    Raises:
        UsageError: a line for each such pair.
    """
    problems = []
    if options.save and wanted != Wanted():
        problems.append(
            "--save takes no parameters: it keeps what the notebooks show as they stand"
        )
    if options.save and in_places:
        problems.append(SAVE_IN_PLACES)
    if problems:
        raise UsageError(*problems)


def with_profile(options: RunOptions, profile: Profile) -> RunOptions:
    """Return options with the profile's values where none is given."""
    names = ("jobs", "timeout", "kernel", "framework")
    values = {name: getattr(profile, name) for name in names if getattr(options, name) is None}
    return replace(options, **values)
