"""The live page of a lesson beside its translation.

Translations are untrusted and must not run code: `markdown.render` generates every tag, and the
page's Content Security Policy admits only the script and the style in page.html.
"""

import base64
import hashlib
import html
import re
import threading
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from urllib.parse import quote

from course.checks.finding import ERROR
from course.checks.review import Reviewer
from course.checks.runner import check_language, check_lesson, check_source, read_language
from course.errors import CourseError
from course.files import file_stamp
from course.formats.course_toml import load_course
from course.formats.lesson import read_lesson
from course.formats.settings import Course
from course.formats.strings import english_strings
from course.formats.support import find_images, support_files
from course.localization.localize import localize
from course.markdown.render import element
from course.previewing.page import PageContext, compose, short_hash
from course.text import one_line

TEMPLATE = Path(__file__).with_name("page.html").read_text(encoding="utf-8")


def own(tag: str) -> str:
    """Return the CSP source expression of the template's script or style: its hash."""
    (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", TEMPLATE, re.DOTALL)
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


POLICY = (
    f"default-src 'none'; script-src {own('script')}; style-src {own('style')};"
    " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)


@dataclass(frozen=True)
class PreviewPage:
    """A page for the browser; `version` changes with it, `pictures` are those that it may load."""

    content: bytes = b""
    version: str = ""
    pictures: dict[str, Path] = field(default_factory=dict)


class Preview:
    """The page of a lesson in a locale, rendered again when one of its files has changed.

    Errors in files are shown on the page, above the last content that could be read.
    """

    def __init__(self, root: Path, locale: str, lesson: str) -> None:
        self.root, self.locale, self.lesson = root, locale, lesson
        self._lock = threading.Lock()
        self._seen: tuple[object, ...] = ()
        self._page = PreviewPage()
        self._reviewer = Reviewer()
        self._parts = dict.fromkeys(("columns", "counts", "frameworks", "cells"), "")
        self._parts |= {"framework_word": "", "title": lesson, "heading": lesson}

    def page(self) -> PreviewPage:
        """Return the page for the current files."""
        with self._lock:
            now = self._stamp()  # before reading, so that a later save is noticed
            if now != self._seen:
                self._page = self._render()
                self._seen = now
            return self._page

    def _stamp(self) -> tuple[object, ...]:
        folders = (self.root / "notebooks", self.root / "translations" / self.locale)
        paths = [self.root / "course.toml", *(path for top in folders for path in top.rglob("*"))]
        return tuple(sorted((str(path), *file_stamp(path)) for path in paths))

    def _render(self) -> PreviewPage:
        images: dict[str, Path] = {}
        problems: list[str] = []
        try:
            course = load_course(self.root)
            images = find_images(course.notebooks)
            self._parts, problems = self._read(course, images)
        except CourseError as error:
            problems = [problem(line) for line in error.args]
        except OSError as error:  # a file was removed meanwhile
            problems = [problem(str(error))]
        messages = element("ul", "".join(problems), class_="findings") if problems else ""
        parts = {**self._parts, "messages": messages, "version": ""}
        version = short_hash(Template(TEMPLATE).substitute(parts))
        content = Template(TEMPLATE).substitute(parts, version=version)
        return PreviewPage(content.encode("utf-8", "replace"), version, images)

    def _read(self, course: Course, images: dict[str, Path]) -> tuple[dict[str, str], list[str]]:
        """Return the parts of the page, and the findings without a cell."""
        locale, entry = course.locale(self.locale), course.lesson(self.lesson)
        source = read_lesson(course, entry)
        lesson = localize(course, locale, source)
        names = frozenset(
            {*support_files(course), *(course.notebook(*pair).name for pair in course.pairs)}
        )
        language = read_language(course, locale)
        findings = [
            *check_language(course, language),
            *check_lesson(lesson, language, names),
            *check_source(course, [source], names),
        ]
        context = PageContext(
            course,
            course.frameworks_of(entry),
            locale,
            {**english_strings(course), **language.words},
            {name: f"/{quote(name)}?v={file_stamp(path)[0]}" for name, path in images.items()},
        )
        return compose(context, self._reviewer.review(course, lesson, findings))


def problem(message: str) -> str:
    """Return an error in a file as a list item of the page."""
    return element("li", html.escape(one_line(message)), class_=ERROR)
