"""Build the website: first the lessons, then the pages, locale by locale."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

from course.errors import CourseError, UsageError
from course.files import write_bytes
from course.formats.lesson import read_lesson
from course.formats.settings import Course, Locale
from course.localization.align import count_words
from course.localization.localize import localize
from course.website.frame import assets, root_page
from course.website.locales import STAMP, BuiltSite, LocaleSite
from course.website.picture import PICTURE, has_picture, write_picture
from course.website.progress import Words
from course.website.pyodide import find_pyodide
from course.website.shared import Shared

FEW = 12  # changed lessons up to which one process is faster than several
Places = tuple[Path, Path]  # of the site, and of the cache


def build_site(
    course: Course, locales: Sequence[Locale], out: Path, work: Path, jobs: int = 2
) -> list[BuiltSite]:
    """Write the website of each locale into `out/<locale>/`, and shared files beside them.

    Only changed lessons are rendered and only changed pages written; `work` caches the rendered
    lessons. The language switcher lists all locales of the course, whichever are built.

    Raises:
        CourseError: the findings of all locales that can't be built; the others are built.
        UsageError: `out` or `work` holds files that no build has written.
    """
    for folder in (out, work):
        mark_folder(folder)
    shared = Shared(course, [read_lesson(course, lesson) for lesson in course.lessons], work)
    pyodide = find_pyodide(out)
    for name, content in chain(assets(), shared.files(), pyodide.files() if pyodide else ()):
        write_bytes(out / name, content)
    if shared.hero is not None and has_picture(shared.hero):
        write_picture(shared.hero, out / PICTURE, work)
    places = out, work
    changed = sum(LocaleSite(shared, locale, out, work).count_changed() for locale in locales)
    with workers(shared, jobs if changed > FEW and len(locales) > 1 else 1) as run:
        updated = list(run(_update, [(locale, places) for locale in locales]))
        problems = [line for _, found in updated for line in found]
        words = {key: count for found, _ in updated for key, count in found.items()}
        good = [locale for locale, (_, found) in zip(locales, updated, strict=True) if not found]
        words |= count_words_of(shared, [other for other in course.targets if other not in good])
        sites = list(run(_write, [(locale, places, words) for locale in good]))
    picture = PICTURE if has_picture(shared.hero) else ""
    write_bytes(out / "index.html", root_page(course, shared.words, picture).encode())
    if problems:
        raise CourseError(*dict.fromkeys(problems))
    return sites


def mark_folder(folder: Path) -> None:
    """Mark a folder as one in which builds of the site may write and delete files.

    Raises:
        UsageError: it has files, and no build has marked it.
    """
    stamp = folder / STAMP
    if not stamp.exists() and folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder}: holds other files; name a folder of its own: --out DIR")
    write_bytes(stamp, b"written by course site, which deletes what it has written here\n")


def count_words_of(shared: Shared, locales: Sequence[Locale]) -> Words:
    """Return the words by status of each lesson of locales, which are not built."""
    return {
        (locale.id, lesson.lesson.id): dict(
            count_words(localize(shared.course, locale, lesson).cells)
        )
        for locale in locales
        for lesson in shared.lessons
    }


# Processes

_shared: Shared  # of this process


def _start(course: Course, work: Path) -> None:
    """Initialise a worker process with the data that all locales share."""
    global _shared
    _shared = Shared(course, [read_lesson(course, lesson) for lesson in course.lessons], work)


@contextmanager
def workers(shared: Shared, jobs: int) -> Iterator[Callable[..., Iterator[Any]]]:
    """Yield a function like `map`, which runs in this process or in several."""
    global _shared
    _shared = shared
    if jobs == 1:
        yield map
        return
    with ProcessPoolExecutor(
        jobs, initializer=_start, initargs=(shared.course, shared.work)
    ) as pool:
        yield pool.map


def _update(item: tuple[Locale, Places]) -> tuple[Words, list[str]]:
    """Render the lessons of a locale; return their words by status, or else the findings."""
    locale, places = item
    try:
        found = LocaleSite(_shared, locale, *places).update()
    except CourseError as error:
        return {}, list(error.args)
    return {(locale.id, lesson): words for lesson, words in found.items()}, []


def _write(item: tuple[Locale, Places, Words]) -> BuiltSite:
    """Write the pages of a locale."""
    locale, places, words = item
    return LocaleSite(_shared, locale, *places).write(words)
