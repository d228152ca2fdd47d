"""The steps of `course site`: gather what pages show, run Sphinx for each locale, collect."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from course.build import bundle
from course.errors import CourseError
from course.files import write_bytes
from course.lesson import read_lesson
from course.settings import Course, Locale
from course.site.frame import assets, root_page
from course.site.gather import Shared, Source, gather

AT_ONCE = 2  # Sphinx processes; each takes a core
STAMP = ".course-site"  # in a locale's folder: the hash of what it was made from


@dataclass
class Made:
    """What became of the site of one locale; `fresh` is false where it was there already."""

    locale: Locale
    folder: Path
    pages: int
    fresh: bool
    warnings: list[str] = field(default_factory=list)


def build_site(
    course: Course, locales: Sequence[Locale], out: Path, work: Path, jobs: int = AT_ONCE
) -> list[Made]:
    """Write the website of each locale into `out/<locale>/`, and what all share beside them.

    A locale whose pages would be the same is not made again. `work` is for what Sphinx reads. The
    switcher names all locales of the course, whichever are built.

    Raises:
        CourseError: the findings of all locales that can't be built; the others are built.
    """
    shared = Shared(course, [read_lesson(course, lesson) for lesson in course.lessons])
    problems: list[str] = []

    def one(locale: Locale) -> Made | None:
        try:
            source = gather(shared, locale)
            for name, content in source.plots.items():
                write_bytes(out / "_plots" / name, content)
            return make(source, out / locale.id, work / locale.id)
        except CourseError as error:
            problems.extend(error.args)
            return None

    for name, content in chain(assets().items(), shared.files()):
        write_bytes(out / name, content)
    with ThreadPoolExecutor(jobs) as pool:
        made = [item for item in pool.map(one, locales) if item]
    write_bytes(out / "index.html", root_page(course, shared.words).encode())
    if problems:
        raise CourseError(*dict.fromkeys(problems))
    return made


def make(source: Source, folder: Path, work: Path) -> Made:
    """Make the pages of one locale, unless they are there and would be the same.

    Raises:
        CourseError: Sphinx failed or warned; its first complaint.
    """
    made = Made(source.locale, folder, len(source.pages), False, source.warnings)
    stamp = source.stamp
    for name, content in source.plain.items():
        made.fresh |= write_bytes(folder / name, content)
    if read_stamp(folder) == stamp:
        return made
    (folder / STAMP).unlink(missing_ok=True)  # half a site is none
    for path in work.glob("*.*"):
        if path.is_file() and path.name not in source.sphinx:
            path.unlink()
    for name, content in source.sphinx.items():
        write_bytes(work / name, content)
    run_sphinx(work, source.locale)
    lessons = {f"{name}.html" for name in source.pages}
    for name in sorted(lessons):
        write_bytes(folder / name, (work / "out" / name).read_bytes())
    for name, content in source.beside.items():
        write_bytes(folder / name, content)
    archive = bundle(source.bundle, folder / f"{source.name}.zip", source.name)
    for path in sorted(folder.rglob("*")):  # of a lesson that is gone
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in {*lessons, *source.plain, archive.name, *source.beside}:
            path.unlink()
    write_bytes(folder / STAMP, stamp.encode())
    made.fresh = True
    return made


def read_stamp(folder: Path) -> str:
    """Return the hash of what a folder was made from; empty where that is not known."""
    try:
        return (folder / STAMP).read_text(encoding="utf-8")
    except OSError:
        return ""


def run_sphinx(work: Path, locale: Locale) -> None:
    """Run Sphinx on the sources in `work`, into the folder `out` in it.

    Pages are written anew, as what they show in their frame is not in what Sphinx compares.

    Raises:
        CourseError: it failed or warned; its first complaint.
    """
    root = Path(__file__).parents[2]
    places = [str(root), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    shutil.rmtree(work / "out", ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "--builder", "html", "--quiet", "--fail-on-warning",
         "--keep-going", "--fresh-env", "--doctree-dir", "doctrees", ".", "out"],
        cwd=work,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, places)),
             "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )  # fmt: skip
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        told = [line for line in lines if "WARNING" in line or "Error" in line] or lines
        said = told[0] if told else f"exit {done.returncode}"
        raise CourseError(f"{locale.id}: Sphinx: {said} (sources in {work})")
