"""A page that shows a lesson beside its translation, and follows the files it is made of.

Anybody may have written a translation, so nothing of it can act: `Renderer` writes every tag
itself, and the page's policy admits its own script and style only. These are in preview.html.
"""

import base64
import hashlib
import html
import posixpath
import re
import threading
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import quote, unquote

from latex2mathml.converter import convert_to_element
from markdown_it.renderer import RendererHTML

from course.build import read_translation, support_files
from course.check import Finding, check_lesson, check_source, explain, one_line, read_language
from course.checks.base import ERROR
from course.errors import CourseError
from course.history import find_english
from course.lesson import SourceLesson, read_lesson
from course.markdown import join_lines, parser, writes_without_spaces
from course.match import MISSING, STALE, STATUSES, Match, match
from course.notebook import ANSI
from course.safety import ATTRIBUTES, ELEMENTS
from course.settings import Course, Locale, load_course
from course.strings import Strings, english_strings
from course.todo import word_diff
from course.translation import Translation

# Rendering ------------------------------------------------------------------------------------

VOID = ("br", "hr", "wbr")
OWN = ""  # stands among open elements of raw HTML for one that Markdown itself has opened
ELSEWHERE = ("http://", "https://", "mailto:")
LONGEST_FORMULA = 2000  # characters
MATHML = set(
    "math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow"
    " mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none".split()
)
MATHML_ATTRIBUTES = set(
    "accent accentunder columnalign columnlines columnspacing depth display displaystyle fence form"
    " height largeop linebreak linethickness lspace mathbackground mathcolor mathvariant maxsize"
    " minsize movablelimits notation rowlines rowspacing rspace scriptlevel separator stretchy"
    " symmetric voffset width".split()
)


def element(name: str, content: str = "", **attributes: str) -> str:
    """Return an HTML element; `content` is HTML, attributes are text, and `_` in names is a dash.

    >>> element("p", "<b>x</b>", class_="a", data_status='"')
    '<p class="a" data-status="&quot;"><b>x</b></p>'
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{written}>{content}</{name}>"


def render(text: str, pictures: dict[str, str]) -> str:
    """Return a Markdown text as HTML that neither acts nor fetches anything from another host.

    `pictures` are the addresses of the pictures that there are, by how a notebook names them.

    >>> render("**b** <b onclick='x()'>y</b> <script>z</script>", {})
    '<p><strong>b</strong> <b>y</b> &lt;script&gt;z&lt;/script&gt;</p>\\n'
    """
    env: dict[str, Any] = {"pictures": pictures, "opened": [OWN]}
    markdown = parser()
    made = Renderer().render(markdown.parse(text, env), markdown.options, env)
    return made + close(env["opened"], OWN)


def close(opened: list[str], tag: str) -> str:
    """Take elements off those that are open, the last one of `tag` included; close the others."""
    closed = ""
    while (last := opened.pop()) != tag:
        closed += f"</{last}>"
    return closed


class Renderer(RendererHTML):
    """Renders the tokens of a text that is not to be trusted; a method for a type of token."""

    @staticmethod
    def renderAttrs(token) -> str:
        """Keep where a list starts and how a column is aligned."""
        kept = {"start": token.attrGet("start")}
        if token.tag in ("td", "th") and (style := token.attrGet("style")):
            kept["align"] = str(style).partition(":")[2]
        return "".join(f' {key}="{html.escape(str(kept[key]))}"' for key in kept if kept[key])

    def renderToken(self, tokens, idx, options, env) -> str:
        """Close raw HTML that was opened in an element of Markdown before that ends."""
        token, shown = tokens[idx], super().renderToken(tokens, idx, options, env)
        if token.nesting == -1 and not token.hidden:
            return close(env["opened"], OWN) + shown
        if token.nesting == 1 and not token.hidden:
            env["opened"].append(OWN)
        return shown

    def html_inline(self, tokens, idx, options, env) -> str:
        rebuilder = Rebuilder(env["opened"])
        rebuilder.feed(tokens[idx].content)
        rebuilder.close()
        return "".join(rebuilder.parts)

    html_block = html_inline

    def image(self, tokens, idx, options, env) -> str:
        target = unquote(str(tokens[idx].attrGet("src")))
        alt = self.renderInlineAsText(tokens[idx].children, options, env)
        address = env["pictures"].get(posixpath.normpath(target))
        if address is None:
            return element("span", html.escape(alt or "?"), class_="no-picture", title=target)
        return f'<img src="{html.escape(address)}" alt="{html.escape(alt)}">'

    def link_open(self, tokens, idx, options, env) -> str:
        target = str(tokens[idx].attrGet("href"))
        env["opened"].append(OWN)
        if not target.lower().startswith(ELSEWHERE):  # of no use here: a page of the built lesson
            return f'<a class="local" title="{html.escape(target)}">'
        return f'<a href="{html.escape(target)}" target="_blank" rel="noopener noreferrer">'

    def code_inline(self, tokens, idx, options, env) -> str:
        return element("code", html.escape(tokens[idx].content), dir="ltr")

    def fence(self, tokens, idx, options, env) -> str:
        return code(tokens[idx].content)

    code_block = fence

    def math_inline(self, tokens, idx, options, env) -> str:
        return formula(tokens[idx].content)

    def math_block(self, tokens, idx, options, env) -> str:
        return formula(tokens[idx].content, "block")

    math_inline_double = math_block_label = math_block


class Rebuilder(HTMLParser):
    """Writes anew the harmless part of raw HTML, and shows the rest as text.

    `opened` are the elements that are open; only what was opened since `OWN` can be closed.
    """

    def __init__(self, opened: list[str]) -> None:
        super().__init__()
        self.opened = opened
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            self.handle_data(self.get_starttag_text() or "")
            return
        kept = {name: value or "" for name, value in attrs if name in ATTRIBUTES}
        self.parts.append(element(tag, **kept).removesuffix(f"</{tag}>"))
        if tag not in VOID:
            self.opened.append(tag)

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        if tag not in ELEMENTS:
            self.handle_data(f"</{tag}>")
        elif tag in self.opened[len(self.opened) - self.opened[::-1].index(OWN) :]:
            self.parts.append(close(self.opened, tag) + f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.parts.append(html.escape(data))

    handle_decl = handle_pi = unknown_decl = handle_data


@lru_cache(maxsize=4096)
def formula(tex: str, display: str = "inline") -> str:
    """Return a formula as MathML, or as it is written where that cannot be.

    latex2mathml lets `\\text{<script>}` and `\\href` through, so the elements that it makes are
    held against a list, and their text is escaped here.
    """
    try:
        if len(tex) > LONGEST_FORMULA:
            raise ValueError("too long")
        tree = convert_to_element(tex, display=display)
    except Exception as error:  # it raises what it meets: IndexError, RecursionError, its own
        problem = one_line(f"not shown as a formula: {type(error).__name__} {error}").strip()
        return element("code", html.escape(tex), class_="bad", dir="ltr", title=problem)
    for item in tree.iter():
        item.tag = item.tag if item.tag in MATHML else "mrow"
        item.text = html.unescape(item.text or "")
        item.tail = None
        item.attrib = {key: item.attrib[key] for key in item.attrib if key in MATHML_ATTRIBUTES}
    tree.set("dir", "ltr")
    return ET.tostring(tree, encoding="unicode", short_empty_elements=False)


def code(text: str) -> str:
    """Return program code or its output as HTML; it is left to right in every language."""
    return element("pre", element("code", html.escape(text)), dir="ltr")


# The page -------------------------------------------------------------------------------------

TEMPLATE = Path(__file__).with_suffix(".html").read_text(encoding="utf-8")
LONG = 15  # lines of code that are shown unfolded
IMAGES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
}
PLACE = re.compile('<span class="place">[^<]*</span>')  # moves when a cell above gets a line more
OVERWRITTEN = re.compile(r"[^\n]*\r(?!\n)")  # by a progress bar


def own(tag: str) -> str:
    """Return how a policy names the template's own script or style: by the hash of its text."""
    (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", TEMPLATE, re.DOTALL)
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


POLICY = (
    f"default-src 'none'; script-src {own('script')}; style-src {own('style')};"
    " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)


@dataclass
class Place:
    """A place in the reading order: a cell, by the framework of each notebook that has it."""

    cells: dict[str, dict[str, Any]]

    @property
    def cell(self) -> dict[str, Any]:
        """The cell as the first of these notebooks has it."""
        return next(iter(self.cells.values()))


def reading_order(lesson: SourceLesson) -> list[Place]:
    """Return the cells of all notebooks of a lesson in reading order, those that they share once.

    Prose is shared by its id. Code is shared where it is the same and keeps the order of both;
    what a later notebook adds stands before the next cell that both have.
    """
    order: list[Place] = []
    for notebook in lesson.notebooks:
        added: list[Place] = []
        done = 0  # places that this notebook has passed
        for cell in notebook.data["cells"]:
            if not cell["source"].strip():
                continue
            at = _find(order, cell, done)
            if at is None:
                added.append(Place({notebook.framework: cell}))
                continue
            order[at].cells[notebook.framework] = cell
            if at >= done:
                order[at:at] = added
                done, added = at + len(added) + 1, []
        order += added
    return order


def _find(order: Sequence[Place], cell: dict[str, Any], done: int) -> int | None:
    keys = ("id", "cell_type") if cell["cell_type"] == "markdown" else ("id", "cell_type", "source")
    for at, place in enumerate(order):
        if all(place.cell[key] == cell[key] for key in keys) and (at >= done or len(keys) == 2):
            return at
    return None


@dataclass(frozen=True)
class Page:
    """A page as it is sent; `version` changes with it, `pictures` are those that it may show."""

    content: bytes = b""
    version: str = ""
    pictures: dict[str, Path] = field(default_factory=dict)


class Preview:
    """The page of a lesson in a locale, made anew whenever one of its files has changed.

    What is wrong with a file stands on the page, above what could be read last.
    """

    def __init__(self, root: Path, locale: str, lesson: str) -> None:
        self.root, self.locale, self.lesson = root, locale, lesson
        self._lock = threading.Lock()
        self._seen: tuple = ()
        self._page = Page()
        self._parts = dict.fromkeys(("columns", "counts", "frameworks", "cells"), "")
        self._parts |= {"framework_word": "", "title": lesson, "heading": lesson}
        self._english: dict[str, str | None] = {}  # older English by hash, None: not in the history

    def page(self) -> Page:
        """Return the page as its files are now."""
        with self._lock:
            now = self._stamp()  # before reading: what is saved meanwhile is seen next time
            if now != self._seen:
                self._page = self._make()
                self._seen = now
            return self._page

    def _stamp(self) -> tuple:
        folders = (self.root / "notebooks", self.root / "translations" / self.locale)
        paths = [self.root / "course.toml", *(path for top in folders for path in top.rglob("*"))]
        return tuple(sorted((str(path), *_facts(path)) for path in paths))

    def _make(self) -> Page:
        images, problems = {}, []
        try:
            course = load_course(self.root)
            images = find_images(course.notebooks)
            self._parts, problems = self._read(course, images)
        except CourseError as error:
            problems = [problem(line) for line in error.args]
        except OSError as error:  # a file that went away meanwhile
            problems = [problem(str(error))]
        messages = element("ul", "".join(problems), class_="findings") if problems else ""
        parts = {**self._parts, "messages": messages, "version": ""}
        version = short_hash(Template(TEMPLATE).substitute(parts))
        content = Template(TEMPLATE).substitute(parts, version=version)
        return Page(content.encode("utf-8", "replace"), version, images)

    def _read(self, course: Course, images: dict[str, Path]) -> tuple[dict[str, str], list[str]]:
        """Return the parts of the page, and the findings that belong to no cell."""
        locale, entry = course.locale(self.locale), course.lesson(self.lesson)
        lesson = read_lesson(course, entry)
        names = set(support_files(course))
        for each in course.lessons:
            names |= {course.notebook(each, framework).name for framework in course.frameworks}
        findings: list[Finding] = []
        language = read_language(course, locale, findings)
        findings += check_lesson(course, locale, lesson, language, frozenset(names))
        findings += check_source(course, [lesson], frozenset(names))
        try:
            translation = read_translation(course, locale, lesson)
        except CourseError:
            translation = Translation()  # check_lesson says what is wrong with it
        matches = match(lesson, translation)
        self._look_up(course, lesson, matches)
        view = View(
            course,
            locale,
            {**english_strings(), **language.words},
            {name: f"/{quote(name)}?v={_facts(path)[0]}" for name, path in images.items()},
            self._english,
        )
        return compose(view, lesson, matches, findings)

    def _look_up(self, course: Course, lesson: SourceLesson, matches: Sequence[Match]) -> None:
        old = {item.cell.source for item in matches if item.status == STALE and item.cell}
        new = {name for name in old if name and name not in self._english}
        if new:
            self._english |= dict.fromkeys(new) | find_english(course, lesson.lesson, new)


def problem(message: str) -> str:
    """Return what keeps a file from being read, as a line of the page."""
    return element("li", html.escape(one_line(message)), class_=ERROR)


def _facts(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0, 0
    return found.st_mtime_ns, found.st_size, found.st_ino


def short_hash(text: str) -> str:
    """Return what tells one text from another."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def find_images(notebooks: Path) -> dict[str, Path]:
    """Return the pictures of the notebooks by the names that notebooks call them; no links."""
    return {
        path.relative_to(notebooks).as_posix(): path
        for path in sorted((notebooks / "images").rglob("*"))
        if path.suffix.lower() in IMAGES and path.is_file() and path.resolve() == path
    }


@dataclass(frozen=True)
class View:
    """What all cells of a page are shown with; `english` is older English by hash."""

    course: Course
    locale: Locale
    words: Strings
    pictures: dict[str, str]
    english: dict[str, str | None]

    @property
    def source(self) -> Locale:
        """The locale of the English."""
        return self.course.locale(self.course.source_locale)


def compose(
    view: View, lesson: SourceLesson, matches: Sequence[Match], findings: Sequence[Finding]
) -> tuple[dict[str, str], list[str]]:
    """Return what stands in the template's places, and the findings that belong to no cell."""
    items = {item.source.id: item for item in matches}
    every = [framework.id for framework in view.course.frameworks]
    told: dict[str, list[Finding]] = {}
    for finding in findings:
        told.setdefault(finding.cell, []).append(finding)
    rows = [
        prose_row(view, item, every, told.pop(item.source.id, []))
        for item in matches
        if not item.source.frameworks  # title and summary, which no notebook has
    ]
    for place in reading_order(lesson):
        name = place.cell["id"]
        item = items.get(name) if place.cell["cell_type"] == "markdown" else None
        if item:
            rows.append(prose_row(view, item, list(place.cells), told.pop(name, [])))
        else:
            rows.append(code_row(view, place, told.pop(name, [])))
    rest = [finding_item(finding, "cell") for some in told.values() for finding in some]
    locale, source = view.locale, view.source
    columns = [
        element(
            "div",
            element("bdi", html.escape(view.words[key]), lang=locale.id),
            dir=side.direction,
        )
        for key, side in (("site.source", source), ("site.translation", locale))
    ]
    choices = [("", "all"), *((each.id, each.name) for each in view.course.frameworks)]
    heading = html.escape(f"{lesson.lesson.title} · ")
    heading += element("bdi", html.escape(locale.name), lang=locale.id)
    return {
        "title": html.escape(f"{lesson.lesson.id} {source.id} → {locale.id}"),
        "heading": heading,
        "columns": "".join(columns),
        "counts": count_buttons(matches, findings),
        "frameworks": "".join(button("framework", key, name) for key, name in choices),
        "framework_word": html.escape(view.words["site.framework"]),
        "cells": "\n".join(rows),
    }, rest


def count_buttons(matches: Sequence[Match], findings: Sequence[Finding]) -> str:
    """Return a button for each status and for findings, which counts cells and shows only these."""
    counts = Counter(item.status for item in matches)
    errors = sum(finding.level == ERROR for finding in findings)
    told = f"{plural(errors, 'error')}, {plural(len(findings) - errors, 'warning')}"
    shown = [("", plural(len(matches), "cell")), ("findings", told)]
    shown += [(status, f"{counts[status]} {status}") for status in STATUSES if counts[status]]
    return "".join(button("show", key, text) for key, text in shown)


def plural(count: int, what: str) -> str:
    """Return a number with what is counted: `1 error`, `2 errors`."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def button(setting: str, value: str, text: str) -> str:
    """Return a button that gives a setting of the page a value."""
    return element("button", html.escape(text), type="button", data_set=setting, data_value=value)


def prose_row(
    view: View, item: Match, frameworks: Sequence[str], findings: Sequence[Finding]
) -> str:
    """Return a cell of prose: its English, its translation, and what there is to say of it."""
    status = element("span", item.status, class_=f"status {item.status}")
    line = f"line {item.cell.line}" if item.cell else ""
    parts = [head(view, item.source.id, status, frameworks, line)]
    for name, locale in (("source", view.source), ("translation", view.locale)):
        text = item.source.text if name == "source" else translated(view, item)
        if item.source.id.startswith("@"):
            shown = element("p", html.escape(text), class_=item.source.id.removeprefix("@"))
        else:
            shown = render(text, view.pictures)
        if name == "translation" and item.status == MISSING:
            notice = element("bdi", html.escape(view.words["notices.missing"]))
            shown = element("p", notice, class_="none")
        label = view.words[f"site.{name}"]
        side = {"class_": name, "lang": locale.id, "dir": locale.direction}
        parts.append(element("section", shown, **side, data_label=label))
    if item.status == STALE and item.cell:
        parts.append(changes(view, item))
    return row("prose", item.source.id, parts, frameworks, findings, item.status)


def translated(view: View, item: Match) -> str:
    """Return the text of a translation as it is built."""
    text = item.cell.text if item.cell else ""
    return join_lines(text) if writes_without_spaces(view.locale.id) else text


def changes(view: View, item: Match) -> str:
    """Return how the English has changed since a cell was translated, as far as that is known."""
    made_from = item.cell.source if item.cell else None
    before = view.english.get(made_from or "")
    if before is None:
        why = "is not in the history" if made_from else "is not told by its marker"
        return element("p", f"The English that this was made from {why}.", class_="note")
    tags = {"removed": "del", "added": "ins"}
    pieces = [
        element(tags[kind], html.escape(text)) if kind in tags else html.escape(text)
        for kind, text in word_diff(before, item.source.text)
    ]
    note = element("p", "What has changed in the English since:", class_="note")
    side = {"lang": view.source.id, "dir": view.source.direction}
    return note + element("pre", "".join(pieces), class_="diff", **side)


def code_row(view: View, place: Place, findings: Sequence[Finding]) -> str:
    """Return a cell of code across both columns, folded where it is long, and its outputs."""
    text, frameworks = place.cell["source"].rstrip("\n"), list(place.cells)
    lines = text.split("\n")
    shown = code(text)
    if len(lines) > LONG:
        first = element("code", html.escape(lines[0]))
        shown = element("details", element("summary", f"{first} … {len(lines)} lines") + shown)
    outputs: dict[str, list[str]] = {}  # the frameworks by what they show
    for framework, cell in place.cells.items():
        made = "".join(output(each) for each in cell.get("outputs", ()))
        outputs.setdefault(made, []).append(framework)
    parts = [head(view, place.cell["id"], "", frameworks, ""), shown]
    for made, ids in outputs.items():
        if made:
            label = labels(view, ids) if len(outputs) > 1 else ""
            made = (element("div", label, class_="head") if label else "") + made
            parts.append(element("div", made, class_="outputs", data_frameworks=" ".join(ids)))
    return row("code", place.cell["id"], parts, frameworks, findings)


def output(made: dict[str, Any]) -> str:
    """Return an output of a cell as HTML: a picture, or else its text."""
    data = made.get("data", {})
    text = "".join(made.get("text", data.get("text/plain", "")) or made.get("traceback", ""))
    for kind in ("image/png", "image/jpeg"):
        if kind in data:
            content = "".join("".join(data[kind]).split())
            return element("p", f'<img src="data:{kind};base64,{html.escape(content)}" alt="">')
    return code(OVERWRITTEN.sub("", ANSI.sub("", text)).rstrip()) if text.strip() else ""


def head(view: View, name: str, status: str, frameworks: Sequence[str], line: str) -> str:
    """Return the line above a cell: its id, status, frameworks if not all, and line in the file."""
    place = element("span", line, class_="place") if line else ""
    shown = element("span", html.escape(name)) + status + labels(view, frameworks) + place
    return element("div", shown, class_="head")


def labels(view: View, frameworks: Sequence[str]) -> str:
    """Return the names of frameworks, or nothing where it is all of them."""
    names = [each.name for each in view.course.frameworks if each.id in frameworks]
    if len(names) == len(view.course.frameworks):
        return ""
    return "".join(element("span", html.escape(each), class_="framework") for each in names)


def row(
    kind: str,
    name: str,
    parts: Sequence[str],
    frameworks: Sequence[str],
    findings: Sequence[Finding],
    status: str = "",
) -> str:
    """Return a row of the page; its hash tells the page whether more than its place is new."""
    items = "".join(finding_item(finding) for finding in findings)
    content = "".join(parts) + (element("ul", items, class_="findings") if items else "")
    attributes = {"data_status": status, "data_frameworks": " ".join(frameworks)}
    attributes["data_findings"] = str(len(findings))
    attributes["data_hash"] = short_hash(PLACE.sub("", content))
    ident = f"{kind}-{name}" if kind == "prose" else f"{kind}-{name}-{'-'.join(frameworks)}"
    return element("article", content, class_=f"row {kind}", id=ident, **attributes)


def finding_item(finding: Finding, cell: str = "") -> str:
    """Return a finding with its place and its remedy; what it is for shows when pointed at."""
    place = f"{finding.path}:{finding.line}"
    about = f"{cell} {finding.cell}: " if cell and finding.cell else ""
    parts = [
        element("b", html.escape(finding.code), title=explain(finding.code)),
        html.escape(f" {about}{finding.what}: "),
        element("bdi", html.escape(one_line(finding.value))),
        html.escape(one_line(f" → {finding.remedy} ")),
        element("span", html.escape(place), class_="place"),
    ]
    return element("li", "".join(parts), class_=finding.level)
