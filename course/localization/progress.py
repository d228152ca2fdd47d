"""Progress of translations, in words of the English."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from course.errors import CourseError
from course.formats.course_toml import load_course
from course.formats.lesson import read_lesson
from course.formats.settings import Course, Lesson, Locale
from course.localization.align import MACHINE, REVIEWED, STATUSES, TRANSLATED, count_words
from course.localization.history import check_revision, english_dates, git
from course.localization.localize import LocalizedLesson, localize

READ = (TRANSLATED, REVIEWED)  # statuses of cells that a person has read


@dataclass(frozen=True)
class Progress:
    """The words of one lesson in one locale by status; `oldest` is its oldest stale cell."""

    locale: Locale
    lesson: Lesson
    words: Counter[str] = field(default_factory=Counter)
    oldest: str = ""  # cell id, and the day since which it is stale, if known
    error: str = ""

    @property
    def total(self) -> int:
        """All words of the lesson."""
        return sum(self.words.values())

    @property
    def read(self) -> float:
        """The share of words in cells that a person has translated or reviewed, from 0 to 1."""
        return self.share(*READ)

    @property
    def drafted(self) -> float:
        """The share of words in machine drafts that nobody has read, from 0 to 1."""
        return self.share(MACHINE)

    def share(self, *statuses: str) -> float:
        """The share of words with one of these statuses, from 0 to 1."""
        return sum(self.words[status] for status in statuses) / self.total if self.total else 0.0


def status(course: Course, locales: Sequence[Locale]) -> list[Progress]:
    """Return the progress of each locale in each lesson.

    A file that cannot be read counts as missing; `error` is the reason.
    """
    lessons = [read_lesson(course, lesson) for lesson in course.lessons]
    return [
        progress_of(course, localize(course, locale, lesson))
        for locale in locales
        for lesson in lessons
    ]


def progress_of(course: Course, lesson: LocalizedLesson) -> Progress:
    """Return the progress of the translation of a lesson."""
    entry = lesson.source.lesson
    stale = {cell.made_from: cell.id for cell in lesson.cells if cell.made_from}
    oldest = oldest_stale(course, entry, stale) if stale else ""
    return Progress(lesson.locale, entry, count_words(lesson.cells), oldest, lesson.error)


def oldest_stale(course: Course, lesson: Lesson, stale: dict[str, str]) -> str:
    """Return the id of the cell that has been stale for longest, with the day if known."""
    dates = english_dates(course, lesson, stale)
    if not dates:
        return next(iter(stale.values()))
    day, name = min((day, stale[key]) for key, day in dates.items())
    return f"{name} (since {day})"


def changes_since(
    course: Course, revision: str, after: Sequence[Progress]
) -> dict[tuple[str, str], Counter[str]]:
    """Return by (locale, lesson) the change of the words of each status since `revision`.

    The files of that revision are written to a temporary folder.

    Raises:
        CourseError: no such revision.
    """
    commit = check_revision(course.root, revision)
    prefix = (git(course.root, "rev-parse", "--show-prefix") or "").strip()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        listed = git(course.root, "ls-tree", "-r", "--name-only", "-z", commit) or ""
        for name in filter(None, listed.split("\0")):
            wanted = name == "course.toml" or name.startswith("translations/")
            if wanted or (name.startswith("notebooks/") and name.endswith(".ipynb")):
                content = git(course.root, "show", f"{commit}:{prefix}{name}")
                path = root / name
                if content is not None and path.resolve().is_relative_to(root):
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(content.encode("utf-8"))
        try:
            old = load_course(root)
            before = {
                (item.locale.id, item.lesson.id): item.words for item in status(old, old.targets)
            }
        except CourseError:
            before = {}  # at that revision there was no course yet
    changes = {}
    for item in after:
        words = Counter(item.words)
        words.subtract(before.get((item.locale.id, item.lesson.id), Counter()))
        changes[item.locale.id, item.lesson.id] = Counter({s: words[s] for s in STATUSES})
    return changes
