"""What the templates of a locale's pages show."""

import json
from typing import Any

from babel import Locale as Cldr

from course.building.bundles import bundle_name
from course.formats.course_toml import START
from course.formats.settings import Lesson, Locale
from course.formats.strings import Strings
from course.website import cloud
from course.website.frame import policy, scripts
from course.website.lessons import LessonPages, hash_bytes
from course.website.page import Page
from course.website.progress import cldr_locale
from course.website.shared import Shared

Lessons = list[tuple[Lesson, LessonPages]]


def locale_context(shared: Shared, locale: Locale, lessons: Lessons) -> dict[str, Any]:
    """Return what every template of the locale needs."""
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
    binder = course.repository and cloud.binder_address(course.repository, locale.id)
    context = {
        "t": page_words(shared.words[locale.id]),
        "locale": vars(locale),
        "locales": locales,
        "source_locale": course.source_locale,
        "lessons": [lesson_context(shared, lesson, made) for lesson, made in lessons],
        "site": course.site,
        "repository": course.repository,
        "comma": comma(locale),
        "binder": binder,
        "bundle": f"{bundle_name(course, locale.id)}.zip",
        "guide": shared.guide,
    }
    key = hash_bytes(json.dumps(context, sort_keys=True).encode())
    return {**context, "key": key, "policy": policy(), **scripts()}


def page_words(words: Strings) -> Strings:
    """Return the words of the website by their keys; a start page need not have all of its own."""
    tables = ("site.", "start.")
    own = {key.partition(".")[2]: text for key, text in words.items() if key.startswith(tables)}
    return {**dict.fromkeys(START, ""), **own}


def lesson_context(shared: Shared, lesson: Lesson, made: LessonPages) -> dict[str, Any]:
    """Return what pages say of a lesson besides its own."""
    both, first = made.shared_ids, made.pages[0]
    frameworks = shared.course.frameworks_of(lesson)
    return {
        "id": lesson.id,
        **made.said,
        "requires": lesson.requires,
        "lang": dict.fromkeys(made.english, shared.source.id),
        "frameworks": [{"id": each.id, "name": each.name} for each in frameworks],
        "minutes": made.minutes,
        "picture": first.picture,
        "sections": [
            (each.id, each.html) for each in first.headings if each.level == 2 and each.id in both
        ],
    }


def page_context(
    shared: Shared, locale: Locale, lesson: Lesson, made: LessonPages, page: Page
) -> dict[str, Any]:
    """Return what the template of a page of a lesson needs besides."""
    facts = {**vars(page), "headings": [vars(each) for each in page.headings]}
    del facts["search"]
    facts["shared"] = [name for name in page.ids if name in made.shared_ids]
    facts["colab"] = facts["binder"] = ""
    facts["edit"] = shared.links(locale, lesson).edit
    repository, name = shared.course.repository, f"{page.name}.ipynb"
    if repository:
        facts["colab"] = cloud.colab_address(repository, locale.id, name)
        facts["binder"] = cloud.binder_address(repository, locale.id, name)
    return {"page": facts}


def search_index(shared: Shared, lessons: Lessons) -> list[list[str]]:
    """Return what the search page looks through: page, lesson, label, and an entry of a page."""
    names = {each.id: each.name for each in shared.course.frameworks}
    return [
        [page.name, lesson.id, f"{made.said['title']} · {names[page.framework]}", *entry]
        for lesson, made in lessons
        for page in made.pages
        for entry in page.search
    ]


def comma(locale: Locale) -> str:
    """Return what a language writes between the parts of a list.

    >>> comma(Locale("ja", "日本語", "ltr"))
    '、'
    """
    pattern: str = Cldr.parse(cldr_locale(locale.id)).list_patterns["standard"]["middle"]
    return pattern.replace("{0}", "").replace("{1}", "")
