"""A pytest plugin: of suites that grow with the course, a sample that rotates with the commits.

A test that is marked `sampled` runs on a share of its parameters, at least a seventh, and a test
that goes over locales or lessons by itself asks the fixture `sample` for its share. Every test
runs with every commit, and seven commits in a row cover all that a test has.

    python -m pytest --sample-seed 3 tests    # the sample of another commit, as its run prints it
    python -m pytest --everything tests       # no sample, as at night
"""

import os
import subprocess
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")
SHARES = 7  # the commits in a row that cover everything
SEED = "COURSE_SAMPLE_SEED"  # hands the seed on to pytest-xdist's workers
ALL = "everything"


def choose(items: Sequence[T], seed: int | None, key: str) -> list[T]:
    """Return the share of `items` whose turn it is: at least a seventh, and at least one.

    Any seven seeds in a row give all items. `key`, the name of a test, shifts the turn, so that
    one commit does not look at the same locale in every test. Without a seed, all are returned.

    >>> [choose(["ar", "ja", "pl"], seed, "") for seed in range(4)]
    [['ar'], ['ja'], ['pl'], ['ar']]
    """
    if seed is None or not items:
        return list(items)
    shares = len(items) // -(-len(items) // SHARES)  # of at least ceil(n / SHARES) items each
    return list(items[(seed + zlib.crc32(key.encode())) % shares :: shares])


def count_commits(folder: Path) -> int | None:
    """Return the number of commits on the way to HEAD, or None where git does not know it."""
    git = ["git", "-C", str(folder), "rev-list", "--first-parent", "--count", "HEAD"]
    shallow = ["git", "-C", str(folder), "rev-parse", "--is-shallow-repository"]
    try:
        if subprocess.run(shallow, capture_output=True, text=True).stdout.strip() != "false":
            return None
        return int(subprocess.run(git, capture_output=True, text=True).stdout)
    except (OSError, ValueError):  # no git, no commit
        return None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the two options."""
    group = parser.getgroup("sampling")
    group.addoption(
        "--sample-seed",
        metavar="N",
        type=int,
        help="the sample of this seed (default: the number of commits)",
    )
    group.addoption("--everything", action="store_true", help="no sample: all parameters")


def pytest_configure(config: pytest.Config) -> None:
    """Settle the seed, once for all workers; without a history nothing is left out."""
    config.addinivalue_line("markers", "sampled: runs on a share of its parameters (sampling.py)")
    if hasattr(config, "workerinput"):
        return
    seed = config.getoption("sample_seed")
    if seed is None and not config.getoption("everything"):
        seed = count_commits(config.rootpath)
    os.environ[SEED] = ALL if seed is None else str(seed)


def pytest_report_header() -> str:
    """Say which sample is taken, and how to take it again."""
    return "sample: everything" if seed() is None else f"sample: --sample-seed {seed()}"


def seed() -> int | None:
    """Return the seed of this run, or None if nothing is left out."""
    value = os.environ[SEED]
    return None if value == ALL else int(value)


@pytest.hookimpl(trylast=True)  # after -k and -m: what was asked for by name is there
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the parameters of marked tests whose turn it is not."""
    families: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("sampled"):
            families.setdefault(item.nodeid.partition("[")[0], []).append(item)
    chosen = {id(item) for key, all_ in families.items() for item in choose(all_, seed(), key)}
    left_out = [item for all_ in families.values() for item in all_ if id(item) not in chosen]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = {id(item) for item in left_out}
        items[:] = [item for item in items if id(item) not in gone]


@pytest.fixture
def sample(request: pytest.FixtureRequest) -> Callable[[Sequence[T]], list[T]]:
    """Return what chooses this test's share of a list."""
    return lambda items: choose(items, seed(), request.node.nodeid)
