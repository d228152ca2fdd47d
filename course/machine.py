"""This machine: its cores and its installed distributions."""

import os
from importlib.metadata import PackageNotFoundError, version

DISTRIBUTION = "notebook-course"  # the one that holds this package


def how_to_install(extra: str) -> str:
    """Return the command that installs an extra; the distribution is on no package index.

    >>> how_to_install("lab")
    "pip install '.[lab]' in the folder of notebook-course"
    """
    return f"pip install '.[{extra}]' in the folder of {DISTRIBUTION}"


def count_cores() -> int:
    """Return the number of CPU cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def installed(name: str) -> str | None:
    """Return the version of an installed distribution, or None."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None
