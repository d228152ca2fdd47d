"""Running a course: executes its notebooks by options and profile, and writes the report."""

import contextlib
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from course.errors import CourseError, UsageError
from course.execution.engine import Engine, Watcher
from course.execution.engines.environment import check_modules
from course.execution.engines.local import LocalEngine
from course.execution.jobs import Job, Wanted, make_jobs, select
from course.execution.keys import machine_facts
from course.execution.options import RunOptions, refuse_contradictions, with_profile
from course.execution.outcome import Outcome
from course.execution.outputs import save_outputs
from course.execution.profile import Profile, read_profile
from course.execution.report import RunReport
from course.execution.reports.content import make_report
from course.execution.reports.files import read_last, write_reports
from course.execution.scheduler import Scheduler
from course.execution.store import Store
from course.formats.settings import Course, Locale
from course.machine import count_cores, how_to_install

if TYPE_CHECKING:
    from course.execution.engines.cluster import Cluster

KERNEL = "python3"  # that of this environment, whatever a notebook was last saved with


def run(
    course: Course,
    options: RunOptions | None = None,
    places: Iterable[tuple[Locale, Path]] = (),
    watcher: Watcher | None = None,
) -> RunReport:
    """Execute the notebooks of a course; only those without a stored result, unless `force`.

    They are executed in their own folder, or in the folders of built locales in `places`, which
    is iterated once the options are known to be valid.
    What has finished is kept when the run is interrupted.

    Raises:
        CourseError: nothing can be executed, as in an unsuitable environment.
        UsageError: options that the course cannot follow, or that contradict each other.
    """
    started, began = datetime.now(UTC), time.monotonic()
    options, profile, wanted = read_request(course, options or RunOptions(), bool(places))
    selected = select(course, options.lessons, options.framework)
    check_modules(course)
    store = open_store(course, options.store)
    with connect(course, options, store) as cluster:
        facts = cluster.facts if cluster else machine_facts(course.distributions)
        where: Sequence[tuple[Locale | None, Path]] = list(places) or [(None, course.notebooks)]
        jobs = make_jobs(course, selected, where, wanted, facts, options.kernel or KERNEL)
        options = replace(options, jobs=options.jobs or min(len(jobs), count_cores()))
        out = (options.out or course.root / "build" / "run").resolve()
        with working_in(out) as scratch:
            engine = cluster or LocalEngine(options.jobs or 1, scratch, options.timeout)
            scheduler = Scheduler(jobs, out, store, options.force, watcher or Watcher())
            stopped = execute_jobs(scheduler, engine)
            outcomes = tuple(scheduler.outcomes[job.name] for job in jobs)
            gates = tuple(gate for outcome in outcomes for gate in profile.judge(outcome))
            if options.save:
                save(outcomes, course)
            asked = {**profile.parameters, **options.parameters}
            seconds = time.monotonic() - began
            report = RunReport(
                course, options, asked, facts, outcomes, gates, out, started, seconds, stopped
            )
            return write_report(report)


def read_request(
    course: Course, options: RunOptions, in_places: bool
) -> tuple[RunOptions, Profile, Wanted]:
    """Return options completed by their profile, the profile, and the parameters of all notebooks.

    Raises:
        UsageError: a profile names what the course does not have, or options contradict each other.
    """
    profile = read_profile(options.profile) if options.profile else Profile()
    profile.check(course, options.profile)
    wanted = Wanted(profile.parameters, profile.lessons, options.parameters)
    refuse_contradictions(options, wanted, in_places)
    return with_profile(options, profile), profile, wanted


def write_report(report: RunReport) -> RunReport:
    """Write the files of a report; return it, with the error in `unwritten` where one failed."""
    try:
        write_reports({**make_report(report), "last": read_last(report.out)}, report.out)
    except CourseError as error:  # the outcomes are known all the same
        return replace(report, unwritten=error.args)
    return report


def open_store(course: Course, folder: Path | None = None) -> Store:
    """Return the store in a folder, or the one that the environment names, or the course's."""
    named = folder or os.environ.get("COURSE_STORE")
    return Store(Path(named) if named else course.root / "build" / "store")


def connect(
    course: Course, options: RunOptions, store: Store
) -> AbstractContextManager["Cluster | None"]:
    """Return a context manager for the cluster of the scheduler, or for None without one."""
    if options.scheduler is None:
        return nullcontext()
    try:
        from course.execution.engines.cluster import Cluster  # brings in Dask, which takes a second
    except ModuleNotFoundError as error:
        raise UsageError(f"--scheduler: {error}; {how_to_install('cluster')}") from None
    spool = store.root / "spool"
    return Cluster(options.scheduler, course.distributions, options.timeout, spool)


def execute_jobs(scheduler: Scheduler, engine: Engine) -> str | None:
    """Execute all jobs; return what interrupted the run, or None."""
    try:
        scheduler.execute(engine)
    except KeyboardInterrupt:
        return "interrupted"
    except CourseError as error:
        return str(error)
    return None


def save(outcomes: Sequence[Outcome], course: Course) -> None:
    """Write the outputs of the notebooks that passed back into the source notebooks."""
    for outcome in outcomes:
        if outcome.output is not None and outcome.failure is None:
            job: Job = outcome.job
            save_outputs(job.notebook, outcome.output, course, job.lesson)


@contextlib.contextmanager
def working_in(out: Path) -> Iterator[Path]:
    """Yield a folder inside `out` for unfinished files, locked for this run; remove it after.

    Raises:
        CourseError: another run is writing to `out`, or nothing can be written there.
    """
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
        shutil.rmtree(scratch, ignore_errors=True)  # left by a run that was killed
        try:
            scratch.mkdir()
        except OSError as error:
            raise CourseError(f"{out}: {error.strerror}; make room or give --out DIR") from None
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        lock.release()
