"""This machine: its cores, and the distributions that are installed."""

import os
from importlib.metadata import PackageNotFoundError, version

DISTRIBUTION = "notebook-course"  # that this package is installed by


def count_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def installed(name: str) -> str | None:
    """Return the version of a distribution, or None."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None
