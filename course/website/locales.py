"""The site of one locale: render its changed lessons and write its changed pages."""

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2.utils import htmlsafe_json_dumps

from course.building.bundles import bundle, bundle_name
from course.errors import CourseError
from course.files import write_bytes
from course.formats.lesson import SourceLesson
from course.formats.plots import read_plots
from course.formats.settings import Locale
from course.formats.strings import strings_of
from course.localization.align import STATUSES
from course.localization.localize import localize
from course.website.books import find_books
from course.website.context import (
    Lessons,
    beside_context,
    claims_context,
    hero_context,
    locale_context,
    page_context,
    search_index,
)
from course.website.frame import context_for, render_template
from course.website.lessons import (
    Head,
    LessonPages,
    hash_bytes,
    load_head,
    load_lesson,
    missing_files,
    render_lesson,
    save_lesson,
)
from course.website.progress import Words, language_rows, lesson_rows
from course.website.pyodide import Pyodide, find_pyodide
from course.website.shared import Shared

STAMP = ".course-site"  # in a locale's folder: the hashes of the written files


@dataclass
class BuiltSite:
    """The outcome of building the site of one locale; `fresh` is false if nothing has changed."""

    locale: Locale
    folder: Path
    pages: int = 0
    fresh: bool = False
    warnings: list[str] = field(default_factory=list)


class LocaleSite:
    """The site of a locale in `out/<locale>/`; `work/<locale>/` caches its lessons."""

    def __init__(self, shared: Shared, locale: Locale, out: Path, work: Path) -> None:
        self.shared, self.locale = shared, locale
        self.out, self.folder, self.work = out, out / locale.id, work / locale.id
        self.books = list(find_books(shared.course, locale, out))

    # Lessons

    def count_changed(self) -> int:
        """Return the number of lessons that have changed since they were cached."""
        return sum(self.unchanged(lesson) is None for lesson in self.shared.lessons)

    def unchanged(self, lesson: SourceLesson) -> Head | None:
        """Return the head of the cached lesson, or None if the lesson must be rendered."""
        found = load_head(self.work / f"{lesson.lesson.id}.json")
        return found if found and found.key == self.shared.key(self.locale, lesson) else None

    def update(self) -> dict[str, dict[str, int]]:
        """Render the lessons that have changed; return the words of each by status.

        Raises:
            CourseError: each unusable translation, or an output that can't be rendered; nothing of
                the locale is written.
        """
        strings_of(self.shared.course, self.locale)
        read_plots(self.shared.course, self.locale)
        words: dict[str, dict[str, int]] = {}
        changed: list[tuple[str, LessonPages]] = []
        files: dict[str, bytes] = {}
        problems: list[str] = []
        for lesson in self.shared.lessons:
            cached = self.unchanged(lesson)
            if cached and not missing_files(cached.files, self.folder):
                words[lesson.lesson.id] = cached.words
                continue
            try:
                localized = localize(self.shared.course, self.locale, lesson).usable()
                key = self.shared.key(self.locale, lesson)
                rendered, lesson_files = render_lesson(self.shared, localized, key)
            except CourseError as error:
                problems.extend(error.args)
                continue
            words[lesson.lesson.id] = rendered.words
            files |= lesson_files
            changed.append((lesson.lesson.id, rendered))
        if problems:
            raise CourseError(*problems)
        for name, content in files.items():
            write_bytes(self.folder / name, content)
        for name, rendered in changed:
            save_lesson(rendered, self.work / f"{name}.json")
        return words

    # Pages

    @functools.cached_property
    def pyodide(self) -> Pyodide | None:
        """What runs exercises on the pages, if it lies beside the site."""
        return find_pyodide(self.out)

    def write(self, words: Words) -> BuiltSite:
        """Write the pages that have changed; `words` are those of all locales."""
        lessons = [
            (lesson.lesson, load_lesson(self.work / f"{lesson.lesson.id}.json"))
            for lesson in self.shared.lessons
        ]
        site = BuiltSite(self.locale, self.folder)
        site.warnings = [line for _, rendered in lessons for line in rendered.warnings]
        context = locale_context(self.shared, self.locale, lessons, self.books, self.pyodide)
        stamp = read_stamp(self.folder)
        written: dict[str, list[str]] = {}
        for name, template, more in self.pages(context, lessons, words):
            site.fresh |= self.write_page(name, template, context, more, stamp, written)
            site.pages += template == "page.html"
        site.fresh |= self.write_bundle(lessons, stamp, written)
        for book in self.books:
            content = book.path.read_bytes()
            site.fresh |= write_bytes(self.folder / book.path.name, content)
            written[book.path.name] = ["", hash_bytes(content)]
        self.remove_others(stamp, written, lessons)
        if written != stamp:
            write_bytes(self.folder / STAMP, json.dumps(written, indent=1).encode())
        return site

    def pages(
        self, context: Mapping[str, Any], lessons: Lessons, words: Words
    ) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Yield the name of each page, its template, and the additional context of that."""
        shared, locale = self.shared, self.locale
        for entry, rendered in lessons:
            for page in rendered.pages:
                more = page_context(shared, locale, entry, rendered, page, self.pyodide)
                yield f"{page.name}.html", "page.html", more
            yield (
                f"{entry.id}-beside.html",
                "beside.html",
                beside_context(shared, locale, entry, rendered),
            )
        yield "index.html", "start.html", hero_context(self.shared, lessons)
        progress = {
            "languages": language_rows(shared.course, locale, words),
            "done": lesson_rows(shared.course, locale, context["lessons"], words),
            "statuses": STATUSES[::-1],
        }
        yield "progress.html", "progress.html", progress
        if context["claims"]:
            yield "proof.html", "proof.html", claims_context(shared, lessons)
        index = htmlsafe_json_dumps(search_index(shared, lessons), ensure_ascii=False)
        yield "search.html", "search.html", {"search_index": index}

    def write_page(
        self,
        name: str,
        template: str,
        context: Mapping[str, Any],
        more: Mapping[str, Any],
        stamp: Mapping[str, list[str]],
        written: dict[str, list[str]],
    ) -> bool:
        """Write a page if its inputs have changed or its file differs; return whether it did."""
        inputs = [self.shared.tool, template, context["key"], more]
        key = hash_bytes(json.dumps(inputs, sort_keys=True, default=vars).encode())
        path = self.folder / name
        known = stamp.get(name, ["", ""])
        if known[0] == key and not missing_files({name: known[1]}, self.folder):
            written[name] = known
            return False
        framework = more["page"]["framework"] if "page" in more else ""
        full = {**context_for(context, name.removesuffix(".html"), framework), "page": None, **more}
        content = render_template(template, full).encode("utf-8", "replace")
        written[name] = [key, hash_bytes(content)]
        return write_bytes(path, content)

    def write_bundle(
        self, lessons: Lessons, stamp: Mapping[str, list[str]], written: dict[str, list[str]]
    ) -> bool:
        """Write the zip file of the locale: its notebooks, and the files that they need."""
        names = [page.name + ".ipynb" for _, rendered in lessons for page in rendered.pages]
        stem = bundle_name(self.shared.course, self.locale.id)
        hashes = {
            name: digest for _, rendered in lessons for name, digest in rendered.files.items()
        }
        inputs = [[hashes[name] for name in names], self.shared.support_hash]
        key, name = hash_bytes(json.dumps(inputs).encode()), f"{stem}.zip"
        known = stamp.get(name, ["", ""])
        if known[0] == key and not missing_files({name: known[1]}, self.folder):
            written[name] = known
            return False
        files = {item: (self.folder / item).read_bytes() for item in names}
        path = bundle({**files, **self.shared.support}, self.folder / name, stem)
        written[name] = [key, hash_bytes(path.read_bytes())]
        return True

    def remove_others(
        self, stamp: Mapping[str, list[str]], written: dict[str, list[str]], lessons: Lessons
    ) -> None:
        """Remove files of earlier builds that this one has not written: of removed lessons."""
        for _, rendered in lessons:
            for name, digest in rendered.files.items():
                if not name.startswith(".."):
                    written[name] = ["", digest]
        for name in stamp.keys() - written.keys():
            (self.folder / name).unlink(missing_ok=True)


def read_stamp(folder: Path) -> dict[str, list[str]]:
    """Return key and hash by name of the files written to a folder; empty if unknown."""
    try:
        known = json.loads((folder / STAMP).read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {
        name: pair
        for name, pair in known.items()
        if isinstance(pair, list)
        and len(pair) == 2
        and ".." not in Path(name).parts
        and not Path(name).is_absolute()  # these files may be deleted
    }
