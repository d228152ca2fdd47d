"""The jobs of a run: which notebooks, in which folder, with which parameters and cache key."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from course.dependencies.inputs import find_inputs
from course.errors import CourseError, UsageError, unknown
from course.execution.keys import Facts, Key, data_fingerprint, make_key
from course.formats.notebook import read_notebook, read_parameters
from course.formats.settings import Course, Framework, Lesson, Locale


@dataclass(frozen=True)
class Wanted:
    """The notebook parameters requested for a run, by name; later ones override earlier ones.

    `common` are those of a profile: a notebook that lacks one runs without it, which is reported.
    `lessons`, by lesson, and `given`, for all, have to exist in every notebook they apply to.
    """

    common: Mapping[str, Any] = field(default_factory=dict)
    lessons: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)

    def meant_for(self, lesson: str) -> dict[str, Any]:
        """Return the parameters that every notebook of a lesson has to have."""
        return {**self.lessons.get(lesson, {}), **self.given}


@dataclass(frozen=True, eq=False)
class Job:
    """A notebook to execute, in a folder with all the files that it needs.

    `parameters` are those that differ from the notebook's own, `ignored` the names of those that
    it does not have; `problem` is why it cannot be executed at all, and then there is no key.
    """

    course: Course
    lesson: Lesson
    framework: Framework
    locale: Locale | None  # None: a source notebook, in its own place
    notebook: Path
    facts: Facts
    kernel: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    key: Key = Key("", {})
    problem: str | None = None

    @property
    def name(self) -> str:
        """Return the unique name of the job, under which its output is written."""
        return f"{self.locale.id}/{self.notebook.stem}" if self.locale else self.notebook.stem

    @property
    def folder(self) -> Path:
        """Return the folder that the paths of course.toml are relative to."""
        return self.notebook.parent if self.locale else self.course.root

    def key_now(self) -> Key:
        """Return the cache key of the notebook and its inputs as they are now.

        Raises:
            CourseError: the notebook cannot be read.
        """
        notebook = read_notebook(self.notebook)
        dataset = {**read_parameters(notebook), **self.parameters}.get("dataset")
        return make_key(
            notebook,
            find_inputs(self.course, self.lesson, notebook, self.folder),
            self.parameters,
            data_fingerprint(self.course, dataset),
            self.facts,
            self.kernel,
            self.locale.id if self.locale else "",
            self.course.variables,
        )


def select(
    course: Course, lessons: Sequence[str] = (), framework: str | None = None
) -> list[tuple[Lesson, Framework]]:
    """Return the notebooks of lessons and a framework, or of all, in the course's order.

    Raises:
        UsageError: no such lesson or framework.
    """
    problems = []
    for what, wanted, items in (
        ("lesson", lessons, course.lessons),
        ("framework", [framework] if framework is not None else [], course.frameworks),
    ):
        known = [item.id for item in items]
        problems += [unknown(what, name, known) for name in wanted if name not in known]
    if problems:
        raise UsageError(*problems)
    selected = [
        pair
        for pair in course.pairs
        if pair[0].id in (lessons or [pair[0].id]) and framework in (None, pair[1].id)
    ]
    if not selected:
        raise UsageError(f"no notebook of {', '.join(lessons) or 'the course'} is in {framework}")
    return selected


def make_jobs(
    course: Course,
    selected: Iterable[tuple[Lesson, Framework]],
    places: Sequence[tuple[Locale | None, Path]],
    wanted: Wanted,
    facts: Facts,
    kernel: str,
) -> list[Job]:
    """Return the jobs of all selected notebooks in all places (locale and folder).

    A notebook that cannot be read, or whose packages are not installed, is a job with a problem.

    Raises:
        UsageError: every parameter that a notebook does not have and that is meant for it.
            papermill would only warn, inject it and exit 0: a green run without effect.
    """
    jobs, problems = [], []
    selected = list(selected)
    for locale, folder in places:
        for lesson, framework in selected:
            path = folder / course.notebook(lesson, framework).name
            job = Job(course, lesson, framework, locale, path, facts, kernel)
            try:
                own = read_parameters(read_notebook(path))
                meant = wanted.meant_for(lesson.id)
                problems += [
                    f"{path.name}: {unknown('parameter', name, own)}"
                    for name in meant
                    if name not in own
                ]
                job = _with_parameters(job, {**wanted.common, **meant}, own)
                job = replace(job, problem=missing_packages(framework, facts))
                jobs.append(replace(job, key=job.key_now()))
            except CourseError as error:
                jobs.append(replace(job, problem=str(error).removeprefix(f"{path.name}: ")))
    if problems:
        raise UsageError(*dict.fromkeys(problems))
    return jobs


def _with_parameters(job: Job, wanted: Mapping[str, Any], own: Mapping[str, Any]) -> Job:
    """Return a job with those parameters that its notebook has, where they differ from its own."""
    differing = {name: wanted[name] for name in wanted if name in own and own[name] != wanted[name]}
    ignored = tuple(name for name in wanted if name not in own)
    return replace(job, parameters=differing, ignored=ignored)


def missing_packages(framework: Framework, facts: Facts) -> str | None:
    """Return the message that packages of a framework are not installed, or None."""
    lacking = [name for name in framework.packages if not facts.versions.get(name)]
    if not lacking:
        return None
    names = " and ".join(lacking)
    return f"needs {names}, not installed; install: pip install {' '.join(lacking)}"
