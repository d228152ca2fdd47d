"""Executing notebooks, several at once; one that fails or dies costs nothing but itself."""

import contextlib
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from course import process
from course.environment import kernel_environment
from course.errors import CourseError, UsageError, unknown
from course.notebook import read_notebook, read_parameters
from course.process import Execution, Outcome, Plan
from course.settings import Course

POLL_SECONDS = 0.1


class Watcher:
    """Hears how a run goes; this one keeps quiet."""

    def start(self, execution: Execution) -> None:
        """Hear that a notebook has started."""

    def tick(self) -> None:
        """Hear that a moment has passed."""

    def finish(self, outcome: Outcome) -> None:
        """Hear that a notebook has ended, well or not."""


def select_notebooks(
    course: Course, lesson: str | None = None, framework: str | None = None
) -> list[Path]:
    """Return the notebooks of a lesson and a framework, or of all, in the course's order.

    Raises:
        UsageError: no such lesson or framework.
    """
    lessons = [item for item in course.lessons if lesson in (None, item.id)]
    frameworks = [item for item in course.frameworks if framework in (None, item.id)]
    problems = []
    if not lessons:
        problems.append(unknown("lesson", str(lesson), [item.id for item in course.lessons]))
    if not frameworks:
        known = [item.id for item in course.frameworks]
        problems.append(unknown("framework", str(framework), known))
    if problems:
        raise UsageError(*problems)
    return [course.notebook(item, other) for item in lessons for other in frameworks]


def check_notebooks(notebooks: Iterable[Path], parameters: Iterable[str] = ()) -> None:
    """Refuse, before anything runs, notebooks that cannot be read or do not know a parameter.

    papermill warns of an unknown parameter, injects it and exits 0: a green run of nothing.

    Raises:
        CourseError: every notebook that cannot be read.
        UsageError: every parameter that a notebook does not have.
    """
    notebooks, parameters = list(notebooks), list(parameters)
    unreadable: list[str] = []
    for path in notebooks:
        try:
            read_notebook(path)
        except CourseError as error:
            unreadable.extend(error.args)
    if unreadable:
        raise CourseError(*unreadable)
    problems = []
    for path in notebooks if parameters else ():
        known = read_parameters(path)
        problems += [
            f"{path.name}: {unknown('parameter', name, known)}"
            for name in parameters
            if name not in known
        ]
    if problems:
        raise UsageError(*problems)


def run(
    notebooks: Iterable[Path],
    out: Path,
    parameters: dict[str, Any] | None = None,
    jobs: int = 1,
    timeout: int | None = None,
    watcher: Watcher | None = None,
) -> list[Outcome]:
    """Execute notebooks, `jobs` of them at once, into the folder `out`; return what came of each.

    One that comes to its end is kept as `out/<name>.ipynb`, another as `out/<name>.failed.ipynb`
    beside its log, and nothing of the two is left over from before. `timeout` is in seconds and
    for each cell.

    Raises:
        CourseError: another run is writing to `out`.
        KeyboardInterrupt: every process has ended then, and nothing half-written is left.
    """
    notebooks, out = list(notebooks), out.resolve()  # a kernel has another current folder
    with _working_in(out) as scratch:
        for path in notebooks:
            process.remove_outputs(path, out)
        environment = kernel_environment(jobs, scratch)
        plan = Plan(out, scratch, parameters or {}, timeout, environment)
        outcomes = _execute(notebooks, plan, jobs, watcher or Watcher())
    return [outcomes[path] for path in notebooks]


@contextlib.contextmanager
def _working_in(out: Path) -> Iterator[Path]:
    """Give a folder inside `out` for unfinished files, to one run at a time; remove it after."""
    scratch = out / ".running"
    lock = FileLock(out / ".lock", timeout=0)
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise CourseError(f"{out}: another `course run` writes there; give --out DIR") from None
    except OSError as error:
        raise CourseError(f"{out}: {error.strerror}; give --out DIR") from None
    try:
        shutil.rmtree(scratch, ignore_errors=True)  # that of a run that was killed
        scratch.mkdir()
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        lock.release()


def _execute(notebooks: list[Path], plan: Plan, jobs: int, watcher: Watcher) -> dict[Path, Outcome]:
    """Keep `jobs` processes running until none is left; whatever happens, leave none behind."""
    waiting = list(notebooks)
    running: list[Execution] = []
    outcomes: dict[Path, Outcome] = {}
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                running.append(process.start(waiting.pop(0), plan))
                watcher.start(running[-1])
            for execution in [one for one in running if one.process.poll() is not None]:
                outcome = process.finish(execution, plan.out)
                running.remove(execution)
                outcomes[outcome.notebook] = outcome
                watcher.finish(outcome)
            watcher.tick()
            time.sleep(POLL_SECONDS)
    finally:
        for execution in running:
            process.stop(execution)
    return outcomes
