"""The cells of a lesson beside their translation, as the rows of a page."""

import base64
import hashlib
import html
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from course.checks.finding import ERROR, Finding
from course.checks.registry import explain
from course.checks.review import CellReview, LessonReview
from course.formats.lesson import SourceLesson, alternative
from course.formats.settings import Course, Framework, Locale
from course.formats.strings import Strings
from course.formats.translation import SENTENCES
from course.localization.align import MISSING, STALE, STATUSES
from course.markdown.render import code, element, render, render_changes
from course.text import ANSI, OVERWRITTEN, one_line

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
    """What all cells of a page are shown with; `frameworks` are those of the lesson."""

    course: Course
    frameworks: Sequence[Framework]
    locale: Locale
    words: Strings
    pictures: dict[str, str]

    @property
    def source(self) -> Locale:
        """The locale of the English."""
        return self.course.locale(self.course.source_locale)


def compose(view: View, review: LessonReview) -> tuple[dict[str, str], list[str]]:
    """Return what stands in the template's places, and the findings that belong to no cell."""
    lesson, cells = review.lesson.source, {each.cell.id: each for each in review.cells}
    every = [framework.id for framework in view.frameworks]
    rest: dict[str, list[Finding]] = {}  # findings of cells of code, and of no cell
    for finding in review.findings:
        rest.setdefault(finding.cell, []).append(finding)
    rows = [
        prose_row(view, each, every)
        for each in review.cells
        if not each.cell.source.frameworks  # title, question and summary, which no notebook has
    ]
    places = reading_order(lesson)
    last = {place.cell["id"]: place for place in places}
    for place in places:
        name = place.cell["id"]
        if place.cell["cell_type"] == "markdown" and name in cells:
            rows.append(prose_row(view, cells[name], list(place.cells)))
            continue
        rows.append(code_row(view, place, rest.pop(name, [])))
        if place is last[name]:  # else the notebooks have different code under one id
            said = filter(None, (cells.get(f"{name}:{which}") for which in SENTENCES))
            rows += [prose_row(view, each, each.cell.source.frameworks) for each in said]
    parts = {**head_parts(view, lesson), "counts": count_buttons(review), "cells": "\n".join(rows)}
    return parts, [finding_item(one, "cell") for found in rest.values() for one in found]


def head_parts(view: View, lesson: SourceLesson) -> dict[str, str]:
    """Return what stands above the rows: heading, columns, and the choice of a framework."""
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
        "frameworks": "".join(button("framework", key, name) for key, name in choices),
        "framework_word": html.escape(view.words["site.framework"]),
    }


def count_buttons(review: LessonReview) -> str:
    """Return a button for each status and for findings, which counts cells and shows only these."""
    counts = Counter(each.cell.status for each in review.cells)
    findings = [*review.findings, *(one for each in review.cells for one in each.findings)]
    errors = sum(finding.level == ERROR for finding in findings)
    told = f"{plural(errors, 'error')}, {plural(len(findings) - errors, 'warning')}"
    shown = [("", plural(len(review.cells), "cell")), ("findings", told)]
    shown += [(status, f"{counts[status]} {status}") for status in STATUSES if counts[status]]
    return "".join(button("show", key, text) for key, text in shown)


def plural(count: int, what: str) -> str:
    """Return a number with what is counted: `1 error`, `2 errors`."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def button(setting: str, value: str, text: str) -> str:
    """Return a button that gives a setting of the page a value."""
    return element("button", html.escape(text), type="button", data_set=setting, data_value=value)


def prose_row(view: View, review: CellReview, frameworks: Sequence[str]) -> str:
    """Return a cell of prose: its English, its translation, and what there is to say of it."""
    cell, english = review.cell, review.cell.source.text
    status = element("span", cell.status, class_=f"status {cell.status}")
    line = f"line {review.line}" if review.line else ""
    parts = [head(view, cell.id, status, frameworks, line)]
    for name, locale, text in (
        ("source", view.source, english),
        ("translation", view.locale, cell.text),
    ):
        if cell.id.startswith("@"):
            shown = element("p", html.escape(text), class_=cell.id.removeprefix("@"))
        else:
            shown = render(text, view.pictures)
        if name == "translation" and cell.status == MISSING:
            notice = element("bdi", html.escape(view.words["notices.missing"]))
            shown = element("p", notice, class_="none")
        label = view.words[f"site.{name}"]
        side = {"class_": name, "lang": locale.id, "dir": locale.direction}
        parts.append(element("section", shown, **side, data_label=label))
    if cell.status == STALE:
        parts.append(changes(view, review))
    return row("prose", cell.id, parts, frameworks, review.findings, cell.status)


def changes(view: View, review: CellReview) -> str:
    """Return how the English has changed since a cell was translated, as far as that is known."""
    if review.changes is None:
        why = "is not in the history" if review.cell.made_from else "is not told by its marker"
        return element("p", f"The English that this was made from {why}.", class_="note")
    note = element("p", "What has changed in the English since:", class_="note")
    side = {"lang": view.source.id, "dir": view.source.direction}
    return note + element("pre", render_changes(review.changes), class_="diff", **side)


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
