"""The steps of `course site`: gather what pages show, run Sphinx for each locale, collect."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from course.build.bundles import bundle
from course.errors import CourseError, UsageError
from course.files import write_bytes
from course.formats.lesson import read_lesson
from course.formats.settings import Course, Locale
from course.site.frame import assets, root_page
from course.site.gather import Shared, Source, gather

AT_ONCE = 2  # Sphinx processes; each takes a core
STAMP = ".course-site"  # in each folder of ours; in a locale's: what it was made from, and holds


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
        UsageError: a folder to write into holds files that are not ours.
    """
    for folder in (out, work):
        claim(folder)
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


def claim(folder: Path) -> None:
    """Mark a folder as one that builds of the site may write into and delete from.

    Raises:
        UsageError: something lies there, and no build has written it.
    """
    stamp = folder / STAMP
    if not stamp.exists() and folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder}: holds other files; name a folder of its own: --out DIR")
    write_bytes(stamp, b"written by course site, which deletes what it has written here\n")


def make(source: Source, folder: Path, work: Path) -> Made:
    """Make the pages of one locale, unless they are there and would be the same.

    Raises:
        CourseError: Sphinx failed or warned; its first complaint.
    """
    made = Made(source.locale, folder, len(source.pages), False, source.warnings)
    stamp = source.stamp
    for name, content in source.plain.items():
        made.fresh |= write_bytes(folder / name, content)
    known = read_stamp(folder)
    if known.get("stamp") == stamp and known["files"] == hashes(folder, known["files"]):
        return made
    (folder / STAMP).unlink(missing_ok=True)  # half a site is none
    shutil.rmtree(work, ignore_errors=True)
    for name, content in source.sphinx.items():
        write_bytes(work / name, content)
    run_sphinx(work, source.locale)
    lessons = [f"{name}.html" for name in source.pages]
    for name in lessons:
        write_bytes(folder / name, (work / "out" / name).read_bytes())
    for name, content in source.beside.items():
        write_bytes(folder / name, content)
    archive = bundle(source.bundle, folder / f"{source.name}.zip", source.name)
    names = {*lessons, *source.beside, archive.name}
    for name in known.get("files", {}).keys() - names - source.plain.keys():
        (folder / name).unlink(missing_ok=True)  # of a lesson that is gone
    written = {"stamp": stamp, "files": hashes(folder, names)}
    write_bytes(folder / STAMP, json.dumps(written, indent=1).encode())
    made.fresh = True
    return made


def hashes(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Return a hash of each of these files; those that are not there are left out."""
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in sorted(names)
        if (folder / name).is_file()
    }


def read_stamp(folder: Path) -> dict[str, Any]:
    """Return what a folder was made from and what was written there; empty if that's not known."""
    try:
        known = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) and isinstance(known.get("files"), dict) else {}


def run_sphinx(work: Path, locale: Locale) -> None:
    """Run Sphinx on the sources in `work`, into the folder `out` in it.

    Raises:
        CourseError: it failed or warned; its first complaint.
    """
    root = Path(__file__).parents[2]
    places = [str(root), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "sphinx",
            "--builder",
            "html",
            "--quiet",
            "--fail-on-warning",
            "--keep-going",
            "--doctree-dir",
            "doctrees",
            ".",
            "out",
        ],
        cwd=work,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, places)),
            "PYTHONHASHSEED": "0",
            "LC_ALL": "C.UTF-8",
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        told = [line for line in lines if "WARNING" in line or "Error" in line] or lines
        said = told[0] if told else f"exit {done.returncode}"
        raise CourseError(f"{locale.id}: Sphinx: {said} (sources in {work})")
