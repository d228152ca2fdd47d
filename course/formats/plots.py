"""Words in the plots of a lesson: English from its outputs, and translated from a locale's file.

`translations/<locale>/plots.toml` has a table `labels`, from each English label to the locale's;
a table with the id of a lesson has those that mean something else there.
"""

import json
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from course.errors import CourseError
from course.figures.labels import PLACE, labels_of
from course.files import read_text, show, write_text
from course.formats.lesson import SourceLesson
from course.formats.notebook import course_metadata
from course.formats.settings import Course, Locale

FILE_NAME = "plots.toml"
LABELS = "labels"
VECTOR = "image/svg+xml"
HEAD = f"""\
# Words in the plots of the lessons: the English, and what stands there in this language.
# {PLACE} stands for a number. A short word is best: it has the room of the English one.
# A label that means something else in one lesson has its own line there, in a table of its id.

[{LABELS}]
"""
ENTRY = re.compile(r'\s*(?P<key>"(?:[^"\\]|\\.)*")\s*=')


@dataclass(frozen=True)
class PlotWords:
    """The translated labels of a locale: of all lessons, and those of single lessons by id."""

    common: Mapping[str, str] = field(default_factory=dict)
    lessons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of(self, lesson_id: str) -> dict[str, str]:
        """Return the labels of a lesson that are translated."""
        found = {**self.common, **self.lessons.get(lesson_id, {})}
        return {label: text for label, text in found.items() if text.strip()}


def data_labels(cell: Mapping[str, Any]) -> list[str]:
    """Return which labels of a cell's plot are words of its data, from the cell's metadata."""
    found = course_metadata(cell).get("data", [])
    return [str(name) for name in found] if isinstance(found, list) else []


def plots_of(lesson: SourceLesson) -> Iterator[tuple[Mapping[str, Any], bytes]]:
    """Yield the plots in the outputs of a lesson's notebooks that are SVG, with their cells."""
    for notebook in lesson.notebooks:
        for cell in notebook.data["cells"]:
            for output in cell.get("outputs", ()):
                if content := "".join(output.get("data", {}).get(VECTOR, ())):
                    yield cell, content.encode("utf-8", "surrogatepass")


def source_labels(lesson: SourceLesson) -> list[str]:
    """Return the labels in the plots of a lesson that are to be translated, each once."""
    found: dict[str, None] = {}
    for cell, content in plots_of(lesson):
        try:
            found |= dict.fromkeys(labels_of(content, data_labels(cell)))
        except ValueError:
            continue  # not an SVG; the website shows it as it is
    return list(found)


def read_plots(course: Course, locale: Locale) -> PlotWords:
    """Return the labels of a locale; empty where there is no file.

    Raises:
        CourseError: the file cannot be read, or is not tables of strings.
    """
    path = course.translations / locale.id / FILE_NAME
    if not path.exists() and not path.is_symlink():
        return PlotWords()
    text, name = read_text(path, course.root), show(path, course.root)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{name}: {error}") from None
    known = {LABELS, *(lesson.id for lesson in course.lessons)}
    for table, entries in document.items():
        if table not in known or not isinstance(entries, dict):
            raise CourseError(f"{name}: {table!r} is neither the table {LABELS!r} nor a lesson's")
        for label, said in entries.items():
            if problem := _unusable(label, said):
                raise CourseError(f"{name}: {table}: {label!r}: {problem}")
    common = document.pop(LABELS, {})
    return PlotWords(common, document)


def _unusable(label: str, said: Any) -> str:
    """Return why a text cannot stand for a label, with the remedy; empty if it can."""
    if not isinstance(said, str):
        return f"{said!r} is not a string; write it in quotation marks"
    if said and (said.count(PLACE), len(said.splitlines())) != (label.count(PLACE), 1):
        return f"{said!r} is not one line with {label.count(PLACE)} {PLACE}; write it so"
    return ""


def read_plots_or_none(course: Course, locale: Locale) -> PlotWords:
    """Return the labels of a locale; none if its file cannot be used, which `check` reports."""
    try:
        return read_plots(course, locale)
    except CourseError:
        return PlotWords()


def missing_labels(words: PlotWords, labels: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Return the labels without a translation, each with the lesson in which it occurs first.

    `labels` are the English ones by lesson.
    """
    found: dict[str, str] = {}
    for lesson_id, wanted in labels.items():
        known = words.of(lesson_id)
        for label in wanted:
            if label not in known:
                found.setdefault(label, lesson_id)
    return found


def orphan_labels(words: PlotWords, labels: Mapping[str, Collection[str]]) -> list[str]:
    """Return the translated labels that no plot has any more; `labels` as in `missing_labels`."""
    every = {label for wanted in labels.values() for label in wanted}
    found = [label for label in words.common if label not in every]
    for lesson_id, entries in words.lessons.items():
        found += [label for label in entries if label not in labels.get(lesson_id, ())]
    return found


def sync_plots(
    course: Course, locale: Locale, labels: Mapping[str, Collection[str]], prune: bool = False
) -> list[str]:
    """Add the missing labels to the file of a locale, empty; return messages, a line each.

    Every other line is kept. With `prune`, labels that no plot has any more are removed.

    Raises:
        CourseError: the file cannot be used; nothing is written.
    """
    path = course.translations / locale.id / FILE_NAME
    words, name = read_plots(course, locale), show(path, course.root)
    missing = missing_labels(words, labels)
    added = {label: lesson for label, lesson in missing.items() if label not in words.common}
    orphans = orphan_labels(words, labels)
    lines = (read_text(path, course.root) if path.exists() else HEAD).splitlines()
    messages = []
    if added:
        lines = _insert(lines, added)
        messages.append(f"{name}: {len(added)} labels added")
    if orphans and prune:
        lines = [line for line in lines if _label_of(line) not in orphans]
        messages.append(f"{name}: {len(orphans)} labels removed")
    elif orphans:
        messages.append(f"{name}: {len(orphans)} labels in no plot: {', '.join(orphans[:5])}")
    if added or (orphans and prune):
        write_text(path, "\n".join(lines) + "\n")
    return messages


def _label_of(line: str) -> str:
    entry = ENTRY.match(line)
    return str(json.loads(entry["key"])) if entry else ""


def _insert(lines: list[str], added: Mapping[str, str]) -> list[str]:
    """Insert empty entries at the end of the first table, below the names of their lessons."""
    more: list[str] = []
    for lesson in dict.fromkeys(added.values()):
        more += ["", f"# {lesson}"]
        for label, where in added.items():
            if where == lesson:
                more.append(f'{json.dumps(label, ensure_ascii=False)} = ""')
    start = lines.index(f"[{LABELS}]") if f"[{LABELS}]" in lines else -1
    if start < 0:
        return [*lines, f"[{LABELS}]", *more]
    tables = (at for at in range(start + 1, len(lines)) if lines[at].startswith("["))
    end = next(tables, len(lines))
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    rest = lines[end:]
    return [*lines[:end], *(more[1:] if lines[end - 1].startswith("[") else more), *rest]
