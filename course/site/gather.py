"""What the site of one locale is made from, as files in memory: sources, facts, downloads."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any

from babel import Locale as Cldr
from babel import UnknownLocaleError
from babel.numbers import format_decimal, format_percent
from jinja2.utils import htmlsafe_json_dumps

from course.build.notebooks import built_files
from course.errors import CourseError
from course.formats.lesson import SourceLesson
from course.formats.settings import Course, Framework, Lesson, Locale
from course.formats.strings import Strings, english_strings, strings_for
from course.formats.support import support_files
from course.formats.translation import Translation
from course.localization.align import MISSING, STALE, STATUSES, Match, match
from course.localization.load import usable_translation
from course.localization.merge import page_notice
from course.localization.progress import status
from course.site import cloud
from course.site.frame import FILES, page_of, plain_pages, policy, scripts, templates
from course.site.outputs import size_of
from course.site.prose import Links
from course.site.sources import about, make_page, minutes, number_cells
from course.text import slug

PACKAGES = ("sphinx", "myst-nb", "myst-parser", "furo", "docutils", "pygments")
PICTURES = (".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp")
SHOWN_FILES = (*PICTURES, ".py", ".md")
GUIDE = "TRANSLATING.md"


@dataclass
class Source:
    """What the site of a locale is made from: `sphinx` is read by Sphinx, `beside` lies by pages.

    `plain` are pages that Sphinx has no part in.

    `bundle` is what the zip file of the locale holds, and `name` is that file's name.
    """

    locale: Locale
    sphinx: dict[str, bytes]
    beside: dict[str, bytes]
    bundle: dict[str, bytes]
    name: str
    plots: dict[str, bytes]
    warnings: list[str]
    pages: list[str]
    plain: dict[str, bytes] = field(default_factory=dict)

    @property
    def stamp(self) -> str:
        """A hash of all that the pages depend on."""
        made = hashlib.sha256(repr([(name, version(name)) for name in PACKAGES]).encode())
        made.update(templates().encode())
        for files in (self.sphinx, self.beside, self.bundle):
            for name, content in sorted(files.items()):
                made.update(f"{name}\0{len(content)}\0".encode() + content)
        return made.hexdigest()


class Shared:
    """What is the same for all locales, read once."""

    def __init__(self, course: Course, lessons: Sequence[SourceLesson]) -> None:
        self.course, self.lessons = course, lessons
        self.support = support_files(course)
        self.words = {locale.id: words_of(course, locale) for locale in course.locales}
        self.anchors = {
            f"{notebook.path.stem}.html": frozenset(cell["id"] for cell in notebook.data["cells"])
            for lesson in lessons
            for notebook in lesson.notebooks
        }
        self.progress = {
            (item.locale.id, item.lesson.id): item.words for item in status(course, course.targets)
        }
        self.languages = [
            {
                "name": each.name,
                "lang": each.id,
                "dir": each.direction,
                "href": f"../{each.id}/progress.html",
                **self.together([each], course.lessons),
            }
            for each in course.targets
        ]

    def together(self, locales: Iterable[Locale], lessons: Sequence[Lesson]) -> dict[str, Any]:
        """Return words by status, all words and the share that is up to date, of some lessons."""
        found = sum(
            (self.progress[locale.id, lesson.id] for locale in locales for lesson in lessons),
            Counter(),
        )
        words = {name: found[name] for name in STATUSES}
        total, late = sum(words.values()), words[MISSING] + words[STALE]
        return {"words": words, "total": total, "done": 1 - late / total if total else 0}

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield the files that pages show or link to, by their path in the site.

        Where there is no repository to lead to, the translations are among them.
        """
        course = self.course
        for name, content in self.support.items():
            if name.endswith(SHOWN_FILES):
                yield f"{FILES}/{name}", content
        if course.repository:
            return
        paths = [course.root / GUIDE]
        paths += [
            course.translation(locale, lesson)
            for locale in course.targets
            for lesson in course.lessons
        ]
        for path in paths:
            if path.is_file() and path.resolve() == path:  # no link, which could lead anywhere
                yield f"{FILES}/{path.relative_to(course.root).as_posix()}", path.read_bytes()

    @property
    def guide(self) -> str:
        """Where the guide for translators is; empty where the course has none."""
        return self.address(GUIDE) if (self.course.root / GUIDE).is_file() else ""

    def address(self, path: str, edit: bool = False) -> str:
        """Return where a file of the course is: in the repository, or a copy in the site."""
        if self.course.repository:
            return f"{self.course.repository}/{'edit' if edit else 'blob'}/{cloud.BRANCH}/{path}"
        return f"../{FILES}/{path}"


def words_of(course: Course, locale: Locale) -> Strings:
    """Return the words of a locale, English where it has none."""
    if locale.id == course.source_locale:
        return english_strings()
    try:
        return strings_for(course, locale)
    except CourseError:
        return english_strings()  # for the other locales' pages; building this one says why


def gather(shared: Shared, locale: Locale) -> Source:
    """Return what the site of a locale is made from.

    Raises:
        CourseError: every translation of the locale that can't be used.
    """
    course, words = shared.course, shared.words[locale.id]
    english = course.locale(course.source_locale)
    side = {"lang": english.id, "dir": english.direction}
    files, warnings = built_files(course, locale, shared.lessons)
    source = Source(
        locale,
        {},
        dict(files),
        {**files, **shared.support},
        f"{slug(course.title)}-{locale.id}",
        {},
        warnings,
        [],
    )
    lessons, facts, index = [], {}, []
    for lesson in shared.lessons:
        translation = Translation()
        if locale.id != course.source_locale:
            translation = usable_translation(course, locale, lesson)
        said, untold = about(lesson.lesson, translation)
        if locale.id == course.source_locale:
            untold = []
        title, frameworks = said["title"], course.frameworks_of(lesson.lesson)
        matches = match(lesson, translation) if locale.id != course.source_locale else []
        missing = {item.source.id: side for item in matches if item.status == MISSING}
        links = links_of(shared, locale, lesson.lesson)
        made: list[dict[str, Any]] = []
        for notebook, framework in zip(lesson.notebooks, frameworks, strict=True):
            content = files[notebook.path.name]
            own = {"": shared.anchors[f"{notebook.path.stem}.html"]}
            page, read = make_page(
                content,
                lesson.lesson,
                framework,
                title,
                locale,
                words,
                replace(links, anchors={**shared.anchors, **own}),
                source.plots,
                missing,
            )
            source.sphinx[f"{page.name}.ipynb"] = number_cells(read)
            source.pages.append(page.name)
            here = {cell.id for cell in notebook.prose}
            notices = notices_of([item for item in matches if item.source.id in here], words)
            made.append(
                page.facts()
                | {"notices": notices, "edit": links.edit}
                | run_it(course, locale, lesson.lesson, framework)
            )
            label = f"{title} · {framework.name}"
            index += [[page.name, lesson.lesson.id, label, *entry] for entry in page.search]
            if course.repository:
                name = f"{cloud.FOLDER}/{notebook.path.name}"
                source.beside[name] = cloud.colab_notebook(content, course, framework)
        both = set.intersection(*(set(each["ids"]) for each in made))
        lessons.append(
            {
                "id": lesson.lesson.id,
                **said,
                "requires": lesson.lesson.requires,
                "lang": dict.fromkeys(untold, course.source_locale),
                "frameworks": [{"id": each.id, "name": each.name} for each in frameworks],
                "minutes": minutes(lesson),
                "picture": made[0]["picture"],
                "sections": [
                    (name, text)
                    for level, name, text in made[0]["headings"]
                    if level == 2 and name in both
                ],
            }
        )
        for each in made:
            facts[each["name"]] = each | {"shared": [name for name in each["ids"] if name in both]}
    context = context_of(shared, locale, lessons)
    more = {
        "languages": [in_figures(row, locale) for row in shared.languages],
        "done": [in_figures(row, locale) for row in lesson_rows(shared, locale, lessons)],
        "statuses": STATUSES[::-1],
        "search_index": htmlsafe_json_dumps(index, ensure_ascii=False),
    }
    source.plain = plain_pages(context, more)
    site = {"root": source.pages[0], "pages": facts, "context": context}
    source.sphinx["site.json"] = json.dumps(site, ensure_ascii=False).encode("utf-8", "replace")
    source.sphinx["conf.py"] = b"from course.site.conf import *  # noqa\n"
    return source


def links_of(shared: Shared, locale: Locale, lesson: Lesson) -> Links:
    """Return where things are for the pages of a lesson."""
    course = shared.course
    here = {name: f"../{FILES}/{name}" for name in shared.support if name.endswith(SHOWN_FILES)}
    names = [f"{each.id}-{framework.id}" for each, framework in course.pairs]
    pages = {f"{name}.ipynb": f"{name}.html" for name in names}
    edit = ""
    if locale.id != course.source_locale:
        path = course.translation(locale, lesson)
        name = path.relative_to(course.root)
        if path.is_file():
            edit = shared.address(name.as_posix(), edit=True)
        elif course.repository:
            edit = cloud.new_file_address(course.repository, name)
    sizes = {name: size_of(shared.support[name]) for name in here if name.endswith(PICTURES)}
    return Links(here, sizes, {**here, **pages}, edit=edit)


def notices_of(matches: Sequence[Match], words: Strings) -> list[str]:
    """Return the lines of the notice at the top of a page, without the one that tells of help."""
    lines = page_notice(matches, words).split("\n")[:-1]
    return [line.removeprefix("> ") for line in lines]


def run_it(course: Course, locale: Locale, lesson: Lesson, framework: Framework) -> dict[str, str]:
    """Return where a notebook runs without an installation; nothing without a repository."""
    if not course.repository:
        return {}
    name = course.notebook(lesson, framework).name
    return {
        "colab": cloud.colab_address(course.repository, locale.id, name),
        "binder": cloud.binder_address(course.repository, locale.id, name),
    }


def context_of(shared: Shared, locale: Locale, lessons: Sequence[dict]) -> dict[str, Any]:
    """Return what every template of a locale needs."""
    course = shared.course
    locales = [
        {
            "id": each.id,
            "name": each.name,
            "dir": each.direction,
            "offer": shared.words[each.id]["site.offer"],
            "close": shared.words[each.id]["site.close"],
        }
        for each in course.locales
    ]
    return {
        "t": {
            key.removeprefix("site."): text
            for key, text in shared.words[locale.id].items()
            if key.startswith("site.")
        },
        "locale": vars(locale),
        "locales": locales,
        "source_locale": course.source_locale,
        "lessons": lessons,
        "site": course.site,
        "repository": course.repository,
        "comma": comma(locale),
        "binder": course.repository and cloud.binder_address(course.repository, locale.id),
        "bundle": f"{slug(course.title)}-{locale.id}.zip",
        "guide": shared.guide,
        "policy": policy(),
        **scripts(),
    }


def lesson_rows(
    shared: Shared, locale: Locale, lessons: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return how far each lesson is in a locale; in the source's, how far in all others."""
    course = shared.course
    locales = [locale] if locale in course.targets else course.targets
    return [
        {
            "name": each["title"],
            "lang": each["lang"].get("title", ""),
            "dir": "auto",
            "href": page_of(each),
            **shared.together(locales, [lesson]),
        }
        for lesson, each in zip(course.lessons, lessons, strict=True)
    ]


def in_figures(row: dict[str, Any], locale: Locale) -> dict[str, Any]:
    """Return a row of the progress with its figures as the language of a page writes them."""
    cldr = cldr_locale(locale.id)
    counts = {name: format_decimal(count, locale=cldr) for name, count in row["words"].items()}
    return row | {"counts": counts, "share": format_percent(row["done"], locale=cldr)}


def comma(locale: Locale) -> str:
    """Return what a language writes between the parts of a list.

    >>> comma(Locale("ja", "日本語", "ltr"))
    '、'
    """
    pattern = Cldr.parse(cldr_locale(locale.id)).list_patterns["standard"]["middle"]
    return pattern.replace("{0}", "").replace("{1}", "")


def cldr_locale(tag: str) -> str:
    """Return how CLDR calls a locale, or English where it does not know it."""
    try:
        return str(Cldr.parse(tag, sep="-"))
    except (UnknownLocaleError, ValueError):
        return "en"
