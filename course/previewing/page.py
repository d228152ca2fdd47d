"""The rows of the preview: the cells of a lesson beside their translation."""

import base64
import hashlib
import html
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from course.checks.finding import ERROR, Finding
from course.checks.registry import explain_check
from course.checks.review import CellReview, LessonReview
from course.formats.lesson import SourceLesson, alternative
from course.formats.settings import Course, Framework, Locale
from course.formats.strings import Strings
from course.formats.translation import SENTENCES
from course.localization.align import MISSING, STALE, STATUSES
from course.markdown.render import code, element, render_changes, render_markdown
from course.text import ANSI, OVERWRITTEN, one_line

LONG = 15  # lines of code; longer cells are folded
PLACE = re.compile('<span class="place">[^<]*</span>')  # changes with the lines above


@dataclass
class CellVariants:
    """A cell in reading order, by the framework of each notebook that has it."""

    cells: dict[str, dict[str, Any]]

    @property
    def cell(self) -> dict[str, Any]:
        """The variant in the first of these notebooks."""
        return next(iter(self.cells.values()))


def reading_order(lesson: SourceLesson) -> list[CellVariants]:
    """Return the cells of all notebooks of a lesson in reading order, shared cells once.

    Markdown cells are shared by id, code cells if their source is equal and the order of both
    notebooks is kept; other code cells of one id are adjacent. Cells that only a later notebook has
    precede the next shared cell.
    """
    order: list[CellVariants] = []
    for notebook in lesson.notebooks:
        added: list[CellVariants] = []
        done = 0  # entries of the order that this notebook has passed
        for cell in notebook.data["cells"]:
            if not cell["source"].strip():
                continue
            at = _find(order, cell, done)
            if at is None:
                variants = CellVariants({notebook.framework: cell})
                later = range(done, len(order))
                twin = next((at for at in later if order[at].cell["id"] == cell["id"]), None)
                if twin is None:
                    added.append(variants)
                else:
                    order[twin : twin + 1] = [*added, order[twin], variants]
                    done, added = twin + len(added) + 2, []
                continue
            order[at].cells[notebook.framework] = cell
            if at >= done:
                order[at:at] = added
                done, added = at + len(added) + 1, []
        order += added
    return order


def _find(order: Sequence[CellVariants], cell: dict[str, Any], done: int) -> int | None:
    keys = ("id", "cell_type") if cell["cell_type"] == "markdown" else ("id", "cell_type", "source")
    for at, variants in enumerate(order):
        if all(variants.cell[key] == cell[key] for key in keys) and (at >= done or len(keys) == 2):
            return at
    return None


def short_hash(text: str) -> str:
    """Return the first 12 hexadecimal digits of the SHA-256 of a string."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


@dataclass(frozen=True)
class PageContext:
    """The data that all cells of a page are rendered with; `frameworks` are the lesson's."""

    course: Course
    frameworks: Sequence[Framework]
    locale: Locale
    words: Strings
    pictures: dict[str, str]

    @property
    def source(self) -> Locale:
        """The source locale."""
        return self.course.locale(self.course.source_locale)


def compose(context: PageContext, review: LessonReview) -> tuple[dict[str, str], list[str]]:
    """Return the values of the template's placeholders, and the findings without a cell."""
    lesson, cells = review.lesson.source, {item.cell.id: item for item in review.cells}
    all_ids = [framework.id for framework in context.frameworks]
    rest: dict[str, list[Finding]] = {}  # findings of code cells, and of no cell
    for finding in review.findings:
        rest.setdefault(finding.cell, []).append(finding)
    rows = [
        prose_row(context, item, all_ids)
        for item in review.cells
        if not item.cell.source.frameworks  # title, question and summary, which no notebook has
    ]
    order = reading_order(lesson)
    last = {variants.cell["id"]: variants for variants in order}
    for variants in order:
        name = variants.cell["id"]
        if variants.cell["cell_type"] == "markdown" and name in cells:
            rows.append(prose_row(context, cells[name], list(variants.cells)))
        else:
            rows.append(code_row(context, variants, rest.pop(name, [])))
        if variants is last[name]:  # else the notebooks have different cells under one id
            sentences = filter(None, (cells.get(f"{name}:{key}") for key in SENTENCES))
            rows += [prose_row(context, item, item.cell.source.frameworks) for item in sentences]
    parts = {
        **head_parts(context, lesson),
        "counts": count_buttons(review),
        "cells": "\n".join(rows),
    }
    return parts, [finding_item(finding, "cell") for found in rest.values() for finding in found]


def head_parts(context: PageContext, lesson: SourceLesson) -> dict[str, str]:
    """Return the values of the placeholders above the rows."""
    locale, source = context.locale, context.source
    columns = [
        element(
            "div",
            element("bdi", html.escape(context.words[key]), lang=locale.id),
            dir=side.direction,
        )
        for key, side in (("site.source", source), ("site.translation", locale))
    ]
    choices = [("", "all"), *((framework.id, framework.name) for framework in context.frameworks)]
    if len(context.frameworks) == 1:
        choices = []
    heading = html.escape(f"{lesson.lesson.title} · ")
    heading += element("bdi", html.escape(locale.name), lang=locale.id)
    return {
        "title": html.escape(f"{lesson.lesson.id} {source.id} → {locale.id}"),
        "heading": heading,
        "columns": "".join(columns),
        "frameworks": "".join(button("framework", key, name) for key, name in choices),
        "framework_word": html.escape(context.words["site.framework"]),
    }


def count_buttons(review: LessonReview) -> str:
    """Return buttons that filter cells by status or findings, with their counts."""
    counts = Counter(item.cell.status for item in review.cells)
    findings = [*review.findings, *(finding for item in review.cells for finding in item.findings)]
    errors = sum(finding.level == ERROR for finding in findings)
    summary = f"{plural(errors, 'error')}, {plural(len(findings) - errors, 'warning')}"
    choices = [("", plural(len(review.cells), "cell")), ("findings", summary)]
    choices += [(status, f"{counts[status]} {status}") for status in STATUSES if counts[status]]
    return "".join(button("show", key, text) for key, text in choices)


def plural(count: int, noun: str) -> str:
    """Return a number with its noun: `1 error`, `2 errors`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def button(setting: str, value: str, text: str) -> str:
    """Return a button that sets a setting of the page to a value."""
    return element("button", html.escape(text), type="button", data_set=setting, data_value=value)


def prose_row(context: PageContext, review: CellReview, frameworks: Sequence[str]) -> str:
    """Return the row of a cell of prose: its English, its translation, and its findings."""
    cell, english = review.cell, review.cell.source.text
    status = element("span", cell.status, class_=f"status {cell.status}")
    line = f"line {review.line}" if review.line else ""
    parts = [head(context, cell.id, status, frameworks, line)]
    for name, locale, text in (
        ("source", context.source, english),
        ("translation", context.locale, cell.text),
    ):
        if cell.id.startswith("@"):
            rendered = element("p", html.escape(text), class_=cell.id.removeprefix("@"))
        else:
            rendered = render_markdown(text, context.pictures)
        if name == "translation" and cell.status == MISSING:
            notice = element("bdi", html.escape(context.words["notices.missing"]))
            rendered = element("p", notice, class_="none")
        label = context.words[f"site.{name}"]
        side = {"class_": name, "lang": locale.id, "dir": locale.direction}
        parts.append(element("section", rendered, **side, data_label=label))
    if cell.status == STALE:
        parts.append(changes(context, review))
    return row("prose", cell.id, parts, frameworks, review.findings, cell.status)


def changes(context: PageContext, review: CellReview) -> str:
    """Return the changes in the English since a cell was translated, if known."""
    if review.changes is None:
        why = "is not in the history" if review.cell.made_from else "is not recorded in its marker"
        return element("p", f"The English that this was translated from {why}.", class_="note")
    note = element("p", "Changes in the English since then:", class_="note")
    side = {"lang": context.source.id, "dir": context.source.direction}
    return note + element("pre", render_changes(review.changes), class_="diff", **side)


def code_row(context: PageContext, variants: CellVariants, findings: Sequence[Finding]) -> str:
    """Return the row of a code cell across both columns, folded if long, and its outputs."""
    source, frameworks = variants.cell["source"].rstrip("\n"), list(variants.cells)
    lines = source.split("\n")
    listing = code(source)
    if len(lines) > LONG:
        first = element("code", html.escape(lines[0]))
        listing = element("details", element("summary", f"{first} … {len(lines)} lines") + listing)
    outputs: dict[str, list[str]] = {}  # the frameworks by the HTML of their outputs
    for framework, cell in variants.cells.items():
        alt = alternative(cell)
        rendered = "".join(render_output(output, alt) for output in cell.get("outputs", ()))
        outputs.setdefault(rendered, []).append(framework)
    parts = [head(context, variants.cell["id"], "", frameworks, ""), listing]
    for rendered, ids in outputs.items():
        if rendered:
            label = framework_labels(context, ids) if len(outputs) > 1 else ""
            heading = element("div", label, class_="head") if label else ""
            parts.append(
                element("div", heading + rendered, class_="outputs", data_frameworks=" ".join(ids))
            )
    return row("code", variants.cell["id"], parts, frameworks, findings)


def render_output(output: dict[str, Any], alt: str) -> str:
    """Return an output of a cell as HTML: a picture, or else its text."""
    data = output.get("data", {})
    text = "".join(output.get("text", data.get("text/plain", "")) or output.get("traceback", ""))
    for kind in ("image/svg+xml", "image/png", "image/jpeg"):
        if kind in data:
            content = "".join(data[kind])
            if kind == "image/svg+xml":
                content = base64.b64encode(content.encode()).decode()
            source = f"data:{kind};base64,{''.join(content.split())}"
            return element("p", element("img", src=source, alt=alt).removesuffix("</img>"))
    return code(OVERWRITTEN.sub("", ANSI.sub("", text)).rstrip()) if text.strip() else ""


def head(context: PageContext, name: str, status: str, frameworks: Sequence[str], line: str) -> str:
    """Return the line above a cell: its id, status, frameworks if not all, and line in the file."""
    place = element("span", line, class_="place") if line else ""
    label = element("span", html.escape(name)) + status + framework_labels(context, frameworks)
    return element("div", label + place, class_="head")


def framework_labels(context: PageContext, frameworks: Sequence[str]) -> str:
    """Return the names of frameworks as HTML, or an empty string for all frameworks."""
    names = [entry.name for entry in context.frameworks if entry.id in frameworks]
    if len(names) == len(context.frameworks):
        return ""
    return "".join(element("span", html.escape(name), class_="framework") for name in names)


def row(
    kind: str,
    name: str,
    parts: Sequence[str],
    frameworks: Sequence[str],
    findings: Sequence[Finding],
    status: str = "",
) -> str:
    """Return a row of the page; its hash ignores its place, so that only changed rows differ."""
    items = "".join(finding_item(finding) for finding in findings)
    content = "".join(parts) + (element("ul", items, class_="findings") if items else "")
    attributes = {"data_status": status, "data_frameworks": " ".join(frameworks)}
    attributes["data_findings"] = str(len(findings))
    attributes["data_hash"] = short_hash(PLACE.sub("", content))
    ident = f"{kind}-{name}" if kind == "prose" else f"{kind}-{name}-{'-'.join(frameworks)}"
    return element("article", content, class_=f"row {kind}", id=ident, **attributes)


def finding_item(finding: Finding, cell: str = "") -> str:
    """Return a finding as a list item; its tooltip explains the check."""
    place = f"{finding.path}:{finding.line}"
    about = f"{cell} {finding.cell}: " if cell and finding.cell else ""
    parts = [
        element("b", html.escape(finding.code), title=explain_check(finding.code)),
        html.escape(f" {about}{finding.what}: "),
        element("bdi", html.escape(one_line(finding.value))),
        html.escape(one_line(f" → {finding.remedy} ")),
        element("span", html.escape(place), class_="place"),
    ]
    return element("li", "".join(parts), class_=finding.level)
