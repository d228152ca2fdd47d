"""Measure what a view costs in `course lab --translate`, beside a plain notebook of the same size.

    python benchmarks/lab.py            # this course, in Polish
    python benchmarks/lab.py --times 50

The same requests go to the same server: those of JupyterLab when it opens a notebook, and when it
saves one. The plain notebook is the built one of the same lesson, put beside the view. Where
there is a Chromium, both are then opened by turns in the interface, until their cells are seen and
the bars of the view with them.
"""

import argparse
import importlib.util
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from fixtures.lab import TOKEN, User, commit, settle, started  # noqa: E402

OPEN = "?type=notebook&content=1&hash=1"
VIEW = "pl/03-rnn-pytorch.ipynb"
SHOW = """async ([path, seen]) => {
  const begun = performance.now();
  const widget = await jupyterapp.commands.execute("docmanager:open", {path});
  await widget.context.ready;
  while (!widget.node.querySelector(seen)) await new Promise(requestAnimationFrame);
  const took = performance.now() - begun;
  await widget.context.sessionContext.ready;
  await widget.context.sessionContext.shutdown();
  widget.dispose();
  return took / 1000;
}"""


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
        for name in ("nlphelpers", "notebooks", "translations", "data"):
            shutil.copytree(ROOT / name, root / name)
        commit(root)
        settle(root)
        begun = time.perf_counter()
        with started(root, "--translate", "--locale", "pl") as user:
            print(f"{'start until it answers':32} {time.perf_counter() - begun:7.2f} s")
            plain = user.contents("pl", "POST", {"copy_from": VIEW}).json["path"]
            measure_requests(user, plain, arguments.times)
            measure_screen(user, plain, arguments.times)
    return 0


def measure_requests(user: User, plain: str, times: int) -> None:
    """Print how long opening and saving a view takes, and a plain notebook."""
    view = VIEW
    first = seconds_of(lambda: user.contents(view, query=OPEN))
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


def measure_screen(user: User, plain: str, times: int) -> None:
    """Print how long both take to be seen in the interface."""
    if not importlib.util.find_spec("playwright"):
        print("in the interface: not measured; make .venv/ready-browser gets what it takes")
        return
    from fixtures.browser import chromium

    with chromium() as browser:
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{user.port}/lab/tree/pl?reset&token={TOKEN}")
        page.wait_for_function("() => window.jupyterapp?.restored")
        page.evaluate("() => jupyterapp.restored.then(() => {})")
        found: dict[str, list[float]] = {plain: [], VIEW: []}
        for path, seen in [(plain, ".jp-RenderedMarkdown"), (VIEW, ".course-status")] * times:
            found[path].append(page.evaluate(SHOW, [path, seen]))
    before, after = (statistics.median(found[path]) for path in (plain, VIEW))
    print(f"{'plain notebook, seen':32} {before:7.3f} s")
    print(f"{'view with its bars, seen':32} {after:7.3f} s")
    print(f"{'view over plain notebook':32} {after - before:+7.3f} s ({after / before:.2f} times)")


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
