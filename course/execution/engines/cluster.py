"""The Dask engine: the cluster's scheduler assigns notebooks to workers, and repeats lost ones."""

import logging
import re
import socket
import sys
import time
import uuid
import warnings
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from distributed import Client, Future
from distributed.comm.core import CommClosedError
from distributed.scheduler import KilledWorker

from course.dependencies.inputs import find_files, undeclared
from course.errors import CourseError, UsageError
from course.execution.engine import Finished
from course.execution.engines.remote import (
    Parcel,
    as_attempt,
    compare_facts,
    execute_parcel,
    read_kept,
)
from course.execution.failure import Failure
from course.execution.jobs import Job
from course.execution.keys import Facts, machine_facts
from course.machine import how_to_install

ADDRESS = re.compile(r"(\w+://)?(\[[\w:.]+\]|[^:/\s]+):\d+")
CONNECT_SECONDS = 15
LOOK_SECONDS = 1.0  # between two queries of the workers
PATIENCE_SECONDS = 60.0  # without any worker; a killed one may be restarted


class Cluster:
    """An engine on the cluster of a scheduler; use it as a context manager.

    Raises:
        CourseError: no scheduler at the address, no worker, or none that can execute the course.
    """

    def __init__(
        self, address: str, packages: Iterable[str], timeout: int | None, spool: Path
    ) -> None:
        self.address, self.packages, self.timeout = address, tuple(packages), timeout
        self.spool, self.run_id = spool, uuid.uuid4().hex[:12]
        self.facts: Facts  # of the workers that are used
        self._client: Client
        self._futures: dict[Job, tuple[Future[Any], Parcel, frozenset[str] | None]] = {}
        self._good: dict[str, int] = {}  # address: threads
        self._known: dict[str, bool] = {}  # whether a worker is used
        self._looked = self._seen = time.monotonic()

    def __enter__(self) -> "Cluster":
        if not ADDRESS.fullmatch(self.address):
            raise UsageError(f"--scheduler {self.address}: write it as tcp://HOST:PORT")
        for name in [name for name in logging.root.manager.loggerDict if "distributed" in name]:
            logging.getLogger(name).setLevel(logging.CRITICAL)  # errors are reported in one line
        try:
            host, _, port = self.address.rpartition("://")[2].rpartition(":")
            socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
            with warnings.catch_warnings(action="ignore"):  # of differing versions: checked below
                self._client = Client(self.address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            reason = str(error).partition("\n")[0] or "no answer"
            raise CourseError(
                f"no scheduler at {self.address} ({reason}); start one: dask scheduler"
            ) from None
        try:
            self._choose()
            self.spool.mkdir(parents=True, exist_ok=True)
            (self.spool / self.run_id).touch()
        except BaseException:
            self._client.close()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _choose(self) -> None:
        """Choose the workers to use: those equal to this machine, else the largest equal group."""
        try:
            self._client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError:
            raise CourseError(
                f"{self.address} has no worker; start one: dask worker {self.address}"
            ) from None
        answers = self._ask(None)
        able = {address: facts for address, facts in answers.items() if isinstance(facts, Facts)}
        if not able:
            raise CourseError(*(f"worker {address}: {why}" for address, why in answers.items()))
        alike = list(able.values())
        here = machine_facts(self.packages)
        self.facts = here if here in alike else max(alike, key=alike.count)
        self._take(answers)

    def _ask(self, addresses: list[str] | None) -> dict[str, Facts | str]:
        """Return the facts of workers by address, or why one can't execute the course."""
        answers = self._client.run(
            machine_facts, self.packages, workers=addresses, on_error="return"
        )
        return {address: self._read(answer) for address, answer in answers.items()}

    def _read(self, answer: Any) -> Facts | str:
        if isinstance(answer, ModuleNotFoundError):
            return f"{answer}; install the tool there: {how_to_install('cluster')}"
        if not isinstance(answer, Facts):
            return f"{type(answer).__name__}: {answer}"
        lacking = [name for name, version in answer.versions.items() if version is None]
        here = machine_facts(self.packages).versions
        lacking = [name for name in lacking if here[name] is not None]
        if lacking:
            return f"lacks {' and '.join(lacking)}; install: pip install {' '.join(lacking)}"
        return answer

    def _take(self, answers: dict[str, Facts | str]) -> None:
        """Record which workers are used, and print for each other one why it is not."""
        for address, facts in answers.items():
            why = compare_facts(facts, self.facts) if isinstance(facts, Facts) else facts
            self._known[address] = not why
            if why:
                print(f"worker {address} is not used: {why}", file=sys.stderr)
        self._count()

    def _count(self) -> None:
        """Count the threads of the used workers that are connected."""
        there = self._client.scheduler_info(n_workers=-1)["workers"]
        self._good = {
            address: worker["nthreads"]
            for address, worker in there.items()
            if self._known.get(address)
        }
        if self._good:
            self._seen = time.monotonic()

    def has_room(self) -> bool:
        return len(self._futures) < sum(self._good.values())

    def start(self, job: Job) -> None:
        folder = job.folder
        files = {job.notebook.relative_to(folder).as_posix(): job.notebook.read_bytes()}
        for path in find_files(folder, job.course.patterns):
            files[path.relative_to(folder).as_posix()] = path.read_bytes()
        number = uuid.uuid4().hex[:12]
        parcel = Parcel(
            f"{job.name}-{number}",
            f"{self.run_id}-{number}",
            next(iter(files)),
            files,
            undeclared(job.course, job.lesson),
            dict(job.parameters),
            job.kernel,
            self.timeout,
            self.facts,
            str(self.spool),
            self.run_id,
            job.course,
            job.framework,
        )
        self._submit(job, parcel)

    def _submit(self, job: Job, parcel: Parcel) -> None:
        only = frozenset(self._good) if not all(self._known.values()) else None
        future = self._client.submit(
            execute_parcel,
            parcel,
            key=parcel.task_key,
            pure=False,
            retries=0,
            workers=list(only) if only else None,
        )
        self._futures[job] = future, parcel, only

    def poll(self) -> Iterable[Finished]:
        self._check()
        if time.monotonic() - self._looked > LOOK_SECONDS:
            self._look()
        ended = []
        for job, (future, parcel, only) in list(self._futures.items()):
            if future.done():
                ended += self._collect(job, future, parcel)
            elif only is not None and self._good and not only & self._good.keys():
                future.cancel()  # the workers it was restricted to are gone
                self._submit(job, self._renamed(parcel))
        return ended

    def _check(self) -> None:
        if self._client.status != "running":
            raise CourseError(f"the scheduler {self.address} is gone; start it and run again")

    def _look(self) -> None:
        """Query the connected workers, and check the new ones."""
        self._looked = time.monotonic()
        try:
            there = list(self._client.scheduler_info(n_workers=-1)["workers"])
            new = [address for address in there if address not in self._known]
            if new:
                self._take(self._ask(new))
            self._count()
        except (OSError, CommClosedError, ValueError):
            return  # a worker left during the query; it is repeated soon
        if not self._good and time.monotonic() - self._seen > PATIENCE_SECONDS:
            raise CourseError(
                f"{self.address} has no worker left; start one: dask worker {self.address}"
            )

    def _collect(self, job: Job, future: "Future[Any]", parcel: Parcel) -> list[Finished]:
        """Return the result of a task that is done; submit a refused one again."""
        try:
            record = future.result(timeout=CONNECT_SECONDS)
        except KilledWorker as error:
            count = error.allowed_failures + 1
            died = f"{count} workers died while they executed it; too little memory, perhaps"
            failure = Failure(None, "KilledWorker", died)
            record = {"attempt": {"seconds": 0.0, "notebook": None, "failure": vars(failure)}}
        except Exception as error:  # a task that no worker could start, or a lost scheduler
            self._check()
            failure = Failure(None, type(error).__name__, str(error).partition("\n")[0])
            record = {"attempt": {"seconds": 0.0, "notebook": None, "failure": vars(failure)}}
        if "refused" in record:
            self._submit(job, self._renamed(parcel))
            self._looked = 0.0  # to query the worker that refused
            return []
        del self._futures[job]
        if "kept" in record:
            attempt, attempts = read_kept(self.spool, record["kept"])
        else:
            attempt, attempts = record["attempt"], record.get("attempts", 1)
        return [Finished(job, as_attempt(attempt), record.get("worker"), attempts)]

    def _renamed(self, parcel: Parcel) -> Parcel:
        return replace(parcel, task_key=f"{parcel.task_key}x")

    def progress(self, job: Job) -> tuple[int, int, str] | None:
        return None  # workers report no progress

    def close(self) -> None:
        """Cancel the running tasks; workers notice and end their kernels."""
        for future, *_ in self._futures.values():
            future.cancel()
        self._futures.clear()
        self._client.close(timeout=5)
        for path in self.spool.glob(f"{self.run_id}*"):
            path.unlink(missing_ok=True)
