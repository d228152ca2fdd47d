"""The history of a course in its repository: older English by hash, and the last change."""

import json
import subprocess
import tomllib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from course.errors import CourseError
from course.formats.notebook import course_metadata
from course.formats.settings import FILE_NAME, Course, Lesson
from course.formats.translation import SENTENCES, hash_source

DEPTH = 1000  # commits searched at most
KEYS = ("title", "question", "summary")  # prose of a lesson in course.toml


def find_english(course: Course, lesson: Lesson, hashes: Iterable[str]) -> dict[str, str]:
    """Return by hash the English of these hashes, as far as the history of the lesson has it.

    A hash that is not found is omitted: a shallow clone, or prose that was never committed.
    """
    wanted, found = set(hashes), {}
    for text in _texts(course, lesson) if wanted else ():
        name = hash_source(text)
        if name in wanted:
            found[name] = text
            wanted.discard(name)
            if not wanted:
                break
    return found


def english_dates(course: Course, lesson: Lesson, hashes: Iterable[str]) -> dict[str, str]:
    """Return by hash the day on which the English became outdated, as far as known.

    That is the date of the commit after the last one that had it, as YYYY-MM-DD.
    """
    wanted, days = set(hashes), {}
    for path in course.notebooks_of(lesson):
        name = path.relative_to(course.root).as_posix()
        later = ""
        log = git(course.root, "log", f"-{DEPTH}", "--format=%H %cs", "--", name)
        for line in (log or "").splitlines():
            commit, _, day = line.partition(" ")
            content = git(course.root, "show", f"{commit}:./{name}") if commit else None
            for text in _prose(content) if content else ():
                key = hash_source(text)
                if key in wanted and key not in days and later:
                    days[key] = later
            later = day
    return days


def _prose(content: str) -> list[str]:
    """Return the prose of a notebook; nothing if the content is not a notebook."""
    try:
        cells = json.loads(content)["cells"]
        markdown = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        found = [course_metadata(cell).get(name) for cell in cells for name in SENTENCES]
        return markdown + [text for text in found if isinstance(text, str)]
    except (ValueError, KeyError, TypeError):
        return []


def _texts(course: Course, lesson: Lesson) -> Iterator[str]:
    """Yield the prose of a lesson in all its versions, the newest first."""
    for content in _versions(course.root, course.notebooks_of(lesson)):
        yield from _prose(content)
    for content in _versions(course.root, [course.root / FILE_NAME]):
        try:
            for entry in tomllib.loads(content)["lessons"]:
                if entry["id"] == lesson.id:
                    yield from (str(entry[key]) for key in KEYS if key in entry)
        except (tomllib.TOMLDecodeError, KeyError, TypeError):
            continue


def _versions(root: Path, paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        name = path.relative_to(root).as_posix()
        log = git(root, "log", f"-{DEPTH}", "--format=%H", "--", name)
        for commit in (log or "").split():
            content = git(root, "show", f"{commit}:./{name}")
            if content is not None:
                yield content


def git(root: Path, *arguments: str) -> str | None:
    """Return the output of a git command, or None if it fails or git is not installed."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def last_change(root: Path) -> datetime | None:
    """Return the time of the last commit of a course; None if its folder is no clone."""
    told = git(root, "log", "-1", "--format=%ct") if (root / ".git").exists() else ""
    return datetime.fromtimestamp(int(told), UTC) if told and told.strip() else None


def check_revision(root: Path, revision: str) -> str:
    """Return the hash of the commit that a revision names.

    Raises:
        CourseError: no repository, or no such revision in it.
    """
    # The dashes keep a revision from being taken for an option.
    name = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
    commit = git(root, *name)
    if commit is None:
        raise CourseError(f"no revision {revision!r} in the repository of {root}; git fetch it")
    return commit.strip()
