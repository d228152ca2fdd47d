"""The cells of a lesson beside their translation, as the rows of a page."""

import base64
import hashlib
import html
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from course.checks.base import ERROR
from course.checks.finding import Finding
from course.checks.runner import explain
from course.formats.lesson import SourceLesson, alternative
from course.formats.settings import Course, Framework, Locale
from course.formats.strings import Strings
from course.formats.translation import SENTENCES
from course.localization.align import MISSING, STALE, STATUSES, Match
from course.localization.merge import joined
from course.markdown.render import code, element, render
from course.text import ANSI, OVERWRITTEN, one_line, word_diff

LONG = 15  # lines of code that are shown unfolded
PLACE = re.compile('<span class="place">[^<]*</span>')  # moves when a cell above gets a line more


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
    other code of one id stands side by side. What a later notebook adds stands before the next cell
    that both have.
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
                place = Place({notebook.framework: cell})
                later = range(done, len(order))
                twin = next((at for at in later if order[at].cell["id"] == cell["id"]), None)
                if twin is None:
                    added.append(place)
                else:
                    order[twin : twin + 1] = [*added, order[twin], place]
                    done, added = twin + len(added) + 2, []
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


def short_hash(text: str) -> str:
    """Return what tells one text from another."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


@dataclass(frozen=True)
class View:
    """What all cells of a page are shown with; `english` is older English by hash.

    `frameworks` are those of the lesson.
    """

    course: Course
    frameworks: Sequence[Framework]
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
    every = [framework.id for framework in view.frameworks]
    told: dict[str, list[Finding]] = {}
    for finding in findings:
        told.setdefault(finding.cell, []).append(finding)
    rows = [
        prose_row(view, item, every, told.pop(item.source.id, []))
        for item in matches
        if not item.source.frameworks  # title, question and summary, which no notebook has
    ]
    places = reading_order(lesson)
    last = {place.cell["id"]: place for place in places}
    for place in places:
        name = place.cell["id"]
        item = items.get(name) if place.cell["cell_type"] == "markdown" else None
        if item:
            rows.append(prose_row(view, item, list(place.cells), told.pop(name, [])))
        else:
            rows.append(code_row(view, place, told.pop(name, [])))
            if place is not last[name]:  # the notebooks have different code under one id
                continue
            for item in (items.get(f"{name}:{which}") for which in SENTENCES):
                if item:
                    id_ = item.source.id
                    rows.append(prose_row(view, item, item.source.frameworks, told.pop(id_, [])))
    rest = [finding_item(finding, "cell") for some in told.values() for finding in some]
    locale, source = view.locale, view.source
    columns = [
        element(
            "div", element("bdi", html.escape(view.words[key]), lang=locale.id), dir=side.direction
        )
        for key, side in (("site.source", source), ("site.translation", locale))
    ]
    choices = [("", "all"), *((each.id, each.name) for each in view.frameworks)]
    if len(view.frameworks) == 1:
        choices = []  # nothing to choose
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
    if item.cell is None:
        return "" if item.status == MISSING else item.source.text
    return joined(item.cell.text, view.locale)


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
        alt = alternative(cell)
        made = "".join(output(each, alt) for each in cell.get("outputs", ()))
        outputs.setdefault(made, []).append(framework)
    parts = [head(view, place.cell["id"], "", frameworks, ""), shown]
    for made, ids in outputs.items():
        if made:
            label = labels(view, ids) if len(outputs) > 1 else ""
            made = (element("div", label, class_="head") if label else "") + made
            parts.append(element("div", made, class_="outputs", data_frameworks=" ".join(ids)))
    return row("code", place.cell["id"], parts, frameworks, findings)


def output(made: dict[str, Any], alt: str) -> str:
    """Return an output of a cell as HTML: a picture, or else its text."""
    data = made.get("data", {})
    text = "".join(made.get("text", data.get("text/plain", "")) or made.get("traceback", ""))
    for kind in ("image/svg+xml", "image/png", "image/jpeg"):
        if kind in data:
            content = "".join(data[kind])
            if kind == "image/svg+xml":
                content = base64.b64encode(content.encode()).decode()
            source = f"data:{kind};base64,{''.join(content.split())}"
            return element("p", element("img", src=source, alt=alt).removesuffix("</img>"))
    return code(OVERWRITTEN.sub("", ANSI.sub("", text)).rstrip()) if text.strip() else ""


def head(view: View, name: str, status: str, frameworks: Sequence[str], line: str) -> str:
    """Return the line above a cell: its id, status, frameworks if not all, and line in the file."""
    place = element("span", line, class_="place") if line else ""
    shown = element("span", html.escape(name)) + status + labels(view, frameworks) + place
    return element("div", shown, class_="head")


def labels(view: View, frameworks: Sequence[str]) -> str:
    """Return the names of frameworks, or nothing where it is all of them."""
    names = [each.name for each in view.frameworks if each.id in frameworks]
    if len(names) == len(view.frameworks):
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
