"""Measure what a view costs in `course lab --translate`, beside a plain notebook of the same size.

    python benchmarks/lab.py            # this course, in Polish
    python benchmarks/lab.py --times 50

The same requests go to the same server: those of JupyterLab when it opens a notebook, and when it
saves one. The plain notebook is the built one of the same lesson, put beside the view.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from fixtures.lab import User, commit, started  # noqa: E402

OPEN = "?type=notebook&content=1&hash=1"


def main() -> int:
    """Start a server on a copy of this course, and print a line for each request."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20, help="how often each is asked")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "course"
        root.mkdir()
        for name in ("course.toml", "torchnlp.py"):
            shutil.copy(ROOT / name, root)
        for name in ("notebooks", "translations", "data"):
            shutil.copytree(ROOT / name, root / name)
        commit(root)
        begun = time.perf_counter()
        with started(root, "--translate", "--locale", "pl") as user:
            print(f"{'start until it answers':32} {time.perf_counter() - begun:7.2f} s")
            measure_requests(user, arguments.times)
    return 0


def measure_requests(user: User, times: int) -> None:
    """Print how long opening and saving a view takes, and a plain notebook."""
    view = "pl/03-rnn-pytorch.ipynb"
    first = seconds_of(lambda: user.contents(view, query=OPEN))
    plain = user.contents("pl", "POST", {"copy_from": view}).json["path"]
    size = len(user.contents(plain, query=OPEN).body)
    print(f"{'notebook':32} {size / 1e3:7.0f} kB")
    print(f"{'view, the first time':32} {first:7.3f} s")
    found = {}
    for what, path in (("plain notebook", plain), ("view", view)):
        found[what] = median(times, lambda path=path: user.contents(path, query=OPEN))
        print(f"{what + ', opened':32} {found[what]:7.3f} s")
    print(f"{'view over plain notebook':32} {found['view'] - found['plain notebook']:+7.3f} s")
    for what, path in (("plain notebook", plain), ("view", view)):
        tab, numbers = user.open(path), iter(range(10**6))

        def save(tab=tab, numbers=numbers) -> None:
            """Change a cell, and do what the interface does to save it."""
            tab.cells[2]["source"] = f"Tekst {next(numbers)}."
            tab.conflict()
            assert tab.put().status == 200
            tab.conflict()

        print(f"{what + ', saved':32} {median(times, save):7.3f} s")
    report = seconds_of(lambda: user.report(view))
    print(f"{'report on a view, the first time':32} {report:7.3f} s")
    print(f"{'report on a view':32} {median(times, lambda: user.report(view)):7.3f} s")


def median(times: int, action: Callable[[], object]) -> float:
    """Return the median of the seconds that an action takes."""
    return statistics.median(seconds_of(action) for _ in range(times))


def seconds_of(action: Callable[[], object]) -> float:
    """Return the seconds that an action takes."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
