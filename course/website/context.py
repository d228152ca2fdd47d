"""Template contexts of the pages of a locale."""

import json
from collections.abc import Sequence
from typing import Any

from babel import Locale as Cldr
from babel.core import get_global
from babel.dates import format_date

from course.building.bundles import bundle_name
from course.formats.course_toml import ABOUT, START
from course.formats.settings import Framework, Lesson, Locale
from course.formats.strings import Strings
from course.website import cloud
from course.website.books import BookFile
from course.website.frame import policy, scripts
from course.website.lessons import LessonPages, hash_bytes
from course.website.page import Page
from course.website.picture import PICTURE, has_picture
from course.website.progress import cldr_locale
from course.website.pyodide import Pyodide
from course.website.shared import Shared

Lessons = list[tuple[Lesson, LessonPages]]


def locale_context(
    shared: Shared,
    locale: Locale,
    lessons: Lessons,
    books: Sequence[BookFile] = (),
    pyodide: Pyodide | None = None,
) -> dict[str, Any]:
    """Return the context of all templates of a locale, for which there are books."""
    course = shared.course
    locales = [
        {
            "id": target.id,
            "name": target.name,
            "dir": target.direction,
            "offer": shared.words[target.id]["site.offer"],
            "close": shared.words[target.id]["site.close"],
        }
        for target in course.locales
    ]
    binder = course.repository and cloud.binder_address(course.repository, locale.id)
    context = {
        "t": page_words(shared.words[locale.id]),
        "locale": vars(locale),
        "locales": locales,
        "source_locale": course.source_locale,
        "lessons": [lesson_context(shared, lesson, pages) for lesson, pages in lessons],
        "site": course.site,
        "repository": course.repository,
        "comma": comma(locale),
        "binder": binder,
        "bundle": f"{bundle_name(course, locale.id)}.zip",
        "books": [
            {"name": book.path.name, "framework": book.framework, "format": book.format}
            for book in books
        ],
        "guide": shared.guide,
        "about": {name: course.about.get(name, "") for name in ABOUT},
        "date": shared.date and format_date(shared.date, "long", cldr_locale(locale.id)),
        "citation": citation(shared),
        "installs": installs(shared),
        "claims": sum(len(pages.claims) for _, pages in lessons),
        "widgets": False,
        "exercises": False,
        "megabytes": pyodide.size if pyodide else 0,
        "picture": PICTURE if has_picture(shared.hero) else "",
        "territory": territory(locale),
    }
    key = hash_bytes(json.dumps(context, sort_keys=True).encode())
    return {**context, "key": key, "policy": policy(), **scripts()}


def hero_context(shared: Shared, lessons: Lessons) -> dict[str, Any]:
    """Return the additional context of the start page: its widget, and the lesson that it is of."""
    if shared.course.hero is None:
        return {"hero": None}
    name, cell = shared.course.hero
    ((lesson, rendered),) = [pair for pair in lessons if pair[0].id == name]
    facts = {"widget": rendered.pages[0].widgets[cell], "lesson": lesson.id, "cell": cell}
    return {"hero": facts, "widgets": True}


def citation(shared: Shared) -> str:
    """Return the course as an entry of BibTeX; empty without authors."""
    course = shared.course
    facts = {
        "author": course.about.get("authors", ""),
        "title": course.title,
        "year": shared.date and str(shared.date.year),
        "url": course.site or course.repository,
    }
    lines = [f"  {name} = {{{value}}}" for name, value in facts.items() if value]
    key = bundle_name(course, course.source_locale)
    return ",\n".join([f"@misc{{{key}", *lines]) + "\n}" if facts["author"] else ""


def installs(shared: Shared) -> list[str]:
    """Return how to run the notebooks, for each framework that has packages.

    Whoever has installed one of these can run the notebooks that need none.
    """
    frameworks = shared.course.frameworks
    needed = [framework for framework in frameworks if framework.packages] or frameworks[:1]
    return [install(shared, framework) for framework in needed]


def install(shared: Shared, framework: Framework) -> str:
    """Return the commands that install what notebooks of a framework need, and open them."""
    needed = " ".join(f'"{line}"' for line in cloud.requirements(shared.course, framework))
    return f"pip install jupyterlab {needed}".rstrip() + "\njupyter lab"


def page_words(words: Strings) -> Strings:
    """Return the strings of the website by key; those of the start page are optional."""
    tables = ("site.", "start.")
    own = {key.partition(".")[2]: text for key, text in words.items() if key.startswith(tables)}
    return {**dict.fromkeys(START, ""), **own}


def lesson_context(shared: Shared, lesson: Lesson, rendered: LessonPages) -> dict[str, Any]:
    """Return the context of a lesson, for pages that refer to it."""
    both, first = rendered.shared_ids, rendered.pages[0]
    frameworks = shared.course.frameworks_of(lesson)
    return {
        "id": lesson.id,
        **rendered.said,
        "requires": lesson.requires,
        "lang": dict.fromkeys(rendered.english, shared.source.id),
        "frameworks": [{"id": framework.id, "name": framework.name} for framework in frameworks],
        "minutes": rendered.minutes,
        "picture": first.picture,
        "sections": [
            (heading.id, heading.html)
            for heading in first.headings
            if heading.level == 2 and heading.id in both
        ],
    }


def page_context(
    shared: Shared,
    locale: Locale,
    lesson: Lesson,
    rendered: LessonPages,
    page: Page,
    pyodide: Pyodide | None = None,
) -> dict[str, Any]:
    """Return the additional context of a page of a lesson; `pyodide` runs its exercises."""
    facts = {**vars(page), "headings": [vars(heading) for heading in page.headings]}
    del facts["search"]
    both = rendered.shared_ids
    facts["shared"] = [name for name in page.ids if name in both]
    # Only where there was a choice, the framework is one that the reader prefers.
    facts["chosen"] = page.framework if len(rendered.pages) > 1 else ""
    facts["colab"] = facts["binder"] = ""
    facts["edit"] = shared.links(locale, lesson).edit
    repository, name = shared.course.repository, f"{page.name}.ipynb"
    if repository:
        facts["colab"] = cloud.colab_address(repository, locale.id, name)
        facts["binder"] = cloud.binder_address(repository, locale.id, name)
    runs = facts.pop("exercises") and pyodide
    more = {"exercises": True, "policy": policy(workers=True)} if runs else {}
    return {"page": facts, "widgets": bool(facts.pop("widgets")), **more}


def beside_context(
    shared: Shared, locale: Locale, lesson: Lesson, rendered: LessonPages
) -> dict[str, Any]:
    """Return the additional context of the page that shows a lesson side by side."""
    beside = {
        "lesson": lesson.id,
        "rows": rendered.beside,
        "notices": rendered.pages[0].notices,
        "source": None if locale.id == shared.source.id else vars(shared.source),
    }
    return {"beside": beside}


def claims_context(shared: Shared, lessons: Lessons) -> dict[str, Any]:
    """Return the additional context of the page of claims."""
    proven = {lesson.id: rendered.claims for lesson, rendered in lessons if rendered.claims}
    notebooks = {
        (lesson, framework)
        for lesson, rows in proven.items()
        for row in rows
        for framework in row.frameworks
    }
    return {
        "proven": proven,
        "notebooks": len(notebooks),
        "names": {framework.id: framework.name for framework in shared.course.frameworks},
        "source": vars(shared.source),
        "described": {name: shared.address(path) for name, path in shared.described.items()},
    }


def search_index(shared: Shared, lessons: Lessons) -> list[list[str]]:
    """Return the search index: rows of page, lesson, label, and an entry of `Page.search`."""
    names = {framework.id: framework.name for framework in shared.course.frameworks}
    return [
        [page.name, lesson.id, label(rendered, names[page.framework]), *entry]
        for lesson, rendered in lessons
        for page in rendered.pages
        for entry in page.search
    ]


def label(rendered: LessonPages, framework: str) -> str:
    """Return the name of a page among others: the lesson's title, and a framework if it has two."""
    title = rendered.said["title"]
    return f"{title} · {framework}" if len(rendered.pages) > 1 else title


def territory(locale: Locale) -> str:
    """Return a locale with its territory, as links to the site name it; without, if none is known.

    >>> territory(Locale("nb", "norsk", "ltr"))
    'nb_NO'
    """
    tag = locale.id.replace("-", "_")
    language, _, rest = str(get_global("likely_subtags").get(tag, tag)).partition("_")
    return f"{language}_{rest.rpartition('_')[2]}" if rest else language


def comma(locale: Locale) -> str:
    """Return the separator of list items in a language.

    >>> comma(Locale("ja", "日本語", "ltr"))
    '、'
    """
    pattern: str = Cldr.parse(cldr_locale(locale.id)).list_patterns["standard"]["middle"]
    return pattern.replace("{0}", "").replace("{1}", "")
