"""Checking a course: its English, and each locale's translations against it."""

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

from course.checks import characters, files, source, structure, words
from course.checks.base import WARNING, Check, Found, Language, Pair
from course.checks.finding import Finding
from course.checks.source import (
    check_kinds,
    check_names,
    check_pairs,
    check_prose,
    check_sentences,
    code_names,
)
from course.checks.words import LONG
from course.dependencies.inputs import find_inputs
from course.errors import CourseError
from course.files import show
from course.formats.glossary import Glossary, glossary_path, read_glossary
from course.formats.lesson import SourceCell, SourceLesson, read_lesson
from course.formats.notebook import waivers_of
from course.formats.settings import Course, Locale
from course.formats.splice import Notebook, cell_starts, join_notebook
from course.formats.strings import FILE_NAME as STRINGS
from course.formats.strings import Strings, english_strings, placeholders, read_strings
from course.formats.support import support_files
from course.formats.translation import BOM, LONGEST, Cell, Translation, sentence_of
from course.localization.align import MISSING, STALE, LocalizedCell
from course.localization.localize import LocalizedLesson, localize
from course.markdown.outline import dissect

PAIR_CHECKS = (*structure.CHECKS, *characters.CHECKS, *words.CHECKS)
CHECKS: dict[str, Check] = {
    check.code: check for check in (*files.CHECKS, *PAIR_CHECKS, *source.CHECKS)
}
PLACEHOLDER = re.compile(r"\{\w*\}")  # in strings: stands for a number
# What says the same of a cell in two ways: where the first is found, the second is not told.
IMPLIED = {
    "sentence": {"place"},
    "paragraph": {"place", "sentence", "ending", "length"},
    "list": {"paragraph", "sentence"},
    "table": {"paragraph"},
    "heading": {"paragraph"},
    "quote": {"paragraph"},
    "untranslated": {"english", "alt"},
    "script": {"keep-word"},
    "invisible": {"keep-word", "script"},
}


# What is wrong whatever the English says. All else is told of an outdated cell as a warning: it was
# held against another text than the one it was made from.
INTRINSIC = {check.code for check in characters.CHECKS} | {"active", "dead-link", "markup", "label"}


def check(
    course: Course, locales: Sequence[Locale], jobs: int = 1, source_too: bool = True
) -> list[Finding]:
    """Return all findings, those of the English first, each locale's in the order of the lessons.

    Raises:
        CourseError: a source notebook cannot be read; nothing can be held against it.
    """
    lessons = [read_lesson(course, lesson) for lesson in course.lessons]
    names = built_names(course, lessons)
    found = list(check_source(course, lessons, names)) if source_too else []
    found += stray_folders(course)
    if jobs > 1 and len(locales) > 1:
        with ProcessPoolExecutor(jobs) as pool:
            tasks = [pool.submit(check_locale, course, locale) for locale in locales]
            return found + [finding for task in tasks for finding in task.result()]
    for locale in locales:
        found += check_locale(course, locale, lessons, names)
    return found


def stray_folders(course: Course) -> Iterator[Finding]:
    """Yield the folders of translations whose locale the course does not have."""
    known = {locale.id for locale in course.targets}
    for path in sorted(course.translations.glob("[!.]*")):
        if path.name not in known:
            found = Found(
                "no locale of the course", path.name, "add it to course.toml, or remove it"
            )
            yield _finding(show(path, course.root), 1, "stray-file", "", found, path.name)


def built_names(course: Course, lessons: Iterable[SourceLesson]) -> frozenset[str]:
    """Return all files of a built folder, as links of its notebooks see them."""
    notebooks = {notebook.path.name for lesson in lessons for notebook in lesson.notebooks}
    return frozenset(notebooks | support_files(course).keys())


def check_source(
    course: Course, lessons: Iterable[SourceLesson], names: frozenset[str]
) -> Iterator[Finding]:
    """Yield the findings of the English notebooks."""
    for lesson in lessons:
        for notebook in lesson.notebooks:
            inputs = find_inputs(course, lesson.lesson, notebook.data)
            for found in source.check_outputs(notebook, inputs):
                yield _in_notebook(course, notebook, "", "outputs", found)
        for notebook, cell_id, found in check_pairs(lesson):
            yield _in_notebook(course, notebook, cell_id, "shared-prose", found)
        for notebook, cell_id, found in check_kinds(lesson):
            yield _in_notebook(course, notebook, cell_id, "shared-prose", found)
        yield from _not_waived(course, lesson, names)


def _not_waived(course: Course, lesson: SourceLesson, names: frozenset[str]) -> Iterator[Finding]:
    """Yield the findings of the cells of a lesson that no metadata waive, and needless waivers."""
    where = {notebook.framework: notebook for notebook in lesson.notebooks}
    known = {framework: code_names(notebook) for framework, notebook in where.items()}
    waivers: dict[str, tuple[Notebook, dict[str, str]]] = {}
    found: list[tuple[Notebook, str, str, Found]] = []
    for notebook in lesson.notebooks:
        for each in notebook.data["cells"]:
            waivers.setdefault(each["id"], (notebook, {}))[1].update(waivers_of(each))
            if each["cell_type"] == "code":
                found += [(notebook, each["id"], *one) for one in check_sentences(each)]
    for cell in lesson.cells:
        if cell.frameworks:
            first = where[cell.frameworks[0]]
            found += [(first, cell.id, "name", one) for one in check_names(cell, known)]
            found += [(first, cell.id, *one) for one in check_prose(cell, names)]
    used = set()
    for notebook, cell_id, code, one in found:
        owner = sentence_of(cell_id)[0] or cell_id
        if code in waivers[owner][1]:
            used.add((owner, code))
        else:
            yield _in_notebook(course, notebook, cell_id, code, one)
    for cell_id, (notebook, codes) in waivers.items():
        for code in codes:
            if (cell_id, code) not in used:
                unused = Found("waiver that is not needed", code, "remove it from the metadata")
                yield _in_notebook(course, notebook, cell_id, "waiver", unused)


def _in_notebook(
    course: Course, notebook: Notebook, cell_id: str, code: str, found: Found
) -> Finding:
    line = _line_in(notebook, cell_id, found.line)
    path = show(notebook.path, course.root)
    return _finding(path, line, code, cell_id, found, course.source_locale)


def _line_in(notebook: Notebook, cell_id: str, more: int) -> int:
    """Return the line of a notebook's file in which a cell's text has the line `more`."""
    line = 1
    for cell, piece in zip(notebook.prose, notebook.pieces, strict=False):
        line += piece.count("\n")
        if cell.id == cell_id:
            return line + (1 + more if cell.raw.startswith("[\n") else 0)
        line += cell.raw.count("\n")
    text = join_notebook(notebook, {})
    starts = zip(notebook.data["cells"], cell_starts(text), strict=True)
    at = next((start for cell, start in starts if cell["id"] == cell_id), 0)
    return 1 + text.count("\n", 0, at)


def _finding(path: str, line: int, code: str, cell: str, found: Found, locale: str) -> Finding:
    return Finding(
        path, line, code, cell, found.what, found.value, found.remedy, CHECKS[code].level, locale
    )


def check_locale(
    course: Course,
    locale: Locale,
    lessons: Sequence[SourceLesson] = (),
    names: frozenset[str] = frozenset(),
) -> list[Finding]:
    """Return the findings of one locale: its glossary, its strings, and every lesson."""
    lessons = lessons or [read_lesson(course, lesson) for lesson in course.lessons]
    names = names or built_names(course, lessons)
    found: list[Finding] = []
    language = read_language(course, locale, found)
    found += stray_files(course, locale)
    for lesson in lessons:
        found += check_lesson(localize(course, locale, lesson), language, names)
    return found


def stray_files(course: Course, locale: Locale) -> Iterator[Finding]:
    """Yield the files of a locale that nothing reads, a misspelt lesson's for one."""
    folder = course.translations / locale.id
    known = {course.translation(locale, lesson) for lesson in course.lessons}
    known |= {folder / STRINGS, glossary_path(course, locale)}
    for path in sorted(folder.glob("[!.]*")):
        if path not in known:
            found = Found("nothing reads this file", path.name, "rename or remove it")
            yield _finding(show(path, course.root), 1, "stray-file", "", found, locale.id)


def read_language(course: Course, locale: Locale, found: list[Finding]) -> Language:
    """Return what the checks know of a locale, and note what is wrong with its own files."""
    try:
        glossary = read_glossary(course, locale)
    except CourseError as error:
        glossary = Glossary(locale.id)
        path = show(glossary_path(course, locale), course.root)
        found += [_broken(message, path, "glossary", locale) for message in error.args]
    if not glossary_path(course, locale).exists():
        path = show(glossary_path(course, locale), course.root)
        missing = Found("no glossary", locale.id, "terms are not checked without one")
        found.append(replace(_finding(path, 1, "glossary", "", missing, locale.id), level=WARNING))
    path = f"{show(course.translations / locale.id, course.root)}/{STRINGS}"
    try:
        strings = read_strings(course, locale)
        english = english_strings(course)
        found += check_strings(strings, english, path, locale)
        found += check_terms(strings, english, path, locale, glossary)
    except CourseError as error:
        strings = {}
        found += [_broken(message, path, "strings", locale) for message in error.args]
    foreign: set[str] = set()
    for other in course.targets:
        try:
            others = read_strings(course, other) if other is not locale else {}
        except CourseError:
            continue  # told where that locale is checked
        foreign |= {value.casefold() for key, value in others.items() if key.startswith("labels.")}
    return Language(locale.id, glossary, strings, frozenset(foreign))


def _broken(message: str, path: str, code: str, locale: Locale) -> Finding:
    found = Found(message.removeprefix(path).removeprefix(": "), path.rsplit("/", 1)[1], "mend it")
    return _finding(path, 1, code, "", found, locale.id)


def check_strings(
    strings: Strings, english: Strings, path: str, locale: Locale
) -> Iterator[Finding]:
    """Yield where the words of a locale are not those that the English has."""
    remedy = "see course/formats/strings.toml"
    founds = [Found("not said", key, "translate it") for key in english.keys() - strings.keys()]
    founds += [Found("unknown", key, remedy) for key in strings.keys() - english.keys()]
    for key in strings.keys() & english.keys():
        if not strings[key].strip():
            founds.append(Found("empty", key, "translate it"))
        elif placeholders(strings[key]) != placeholders(english[key]):
            founds.append(Found("names in braces differ", f"{key} = {strings[key]}", remedy))
        elif not is_plain(strings[key]):
            founds.append(Found("more than a line of plain text", key, "write one line"))
        elif strings[key] == english[key] and len(english[key].split()) > 3:
            founds.append(Found("still in English", key, "translate it"))
    for found in sorted(founds, key=lambda found: found.value):
        finding = _finding(path, 1, "strings", "", found, locale.id)
        if found.what == "still in English":
            finding = replace(finding, level=WARNING)  # not yet translated is no damage
        if strings or found.what != "not said":
            yield finding
    if not strings:
        found = Found("no words around the lessons", STRINGS, "course new writes one")
        yield replace(_finding(path, 1, "strings", "", found, locale.id), level=WARNING)


def check_terms(
    strings: Strings, source: Strings, path: str, locale: Locale, glossary: Glossary
) -> Iterator[Finding]:
    """Yield where the words of a locale do not say a term of the English as its glossary does."""
    for key, english in source.items():
        text = strings.get(key, "")
        if not text.strip() or text == english:
            continue
        said = [PLACEHOLDER.sub(" ", part) for part in (english, text)]
        founds = [("term", found) for found in words.missing_terms(glossary, *said)]
        founds += [("forbidden-term", found) for found, _ in words.forbidden_forms(glossary, *said)]
        for code, found in founds:
            found = found._replace(value=f"{key}: {found.value}")
            yield _finding(path, 1, code, "", found, locale.id)


def is_plain(text: str) -> bool:
    """Tell whether a text is one line without markup, links and signs that do not show."""
    anatomy = dissect(text)
    marked = anatomy.html or anatomy.links or anatomy.images or anatomy.leftovers
    pair = Pair(SourceCell("", ""), Cell("", text), Language(""))
    hidden = any(True for check in characters.CHECKS for _ in check.function(pair))
    return not (marked or hidden or "\n" in text)


def check_lesson(
    lesson: LocalizedLesson, language: Language, names: frozenset[str]
) -> list[Finding]:
    """Return the findings of one translation file, in the order of its lines."""

    def at(line: int, code: str, cell: str, found: Found) -> Finding:
        return _finding(lesson.path, line, code, cell, found, lesson.locale.id)

    file_name = lesson.path.rpartition("/")[2]
    if lesson.error:
        what = lesson.error.removeprefix(f"{lesson.path}: ")
        return [at(1, "unreadable", "", Found(what, file_name, "mend the file"))]
    if lesson.file is None:
        remedy = f"course sync {lesson.locale.id}"
        return [at(1, "no-file", "", Found("lesson not begun", lesson.source.lesson.id, remedy))]
    findings = [
        at(item.line, item.code, "", Found(item.message, "", "mend it"))
        for item in lesson.translation.problems
    ]
    findings += [at(line, code, cell, found) for line, code, cell, found in check_file(lesson)]
    language = replace(language, ratio=usual_ratio(lesson.cells))
    for cell in lesson.cells:
        findings += _check_cell(cell, language, names, at)
    return sorted(findings, key=lambda finding: (finding.line, finding.code, finding.value))


def check_file(lesson: LocalizedLesson) -> Iterator[tuple[int, str, str, Found]]:
    """Yield line, code, cell and finding for a file as a whole."""
    text, translation, locale = lesson.file or "", lesson.translation, lesson.locale.id
    if "\r" in text or text.startswith(BOM):
        line = text.count("\n", 0, max(0, text.find("\r"))) + 1
        sign = "byte order mark" if text.startswith(BOM) else "CR"
        yield (
            line,
            "line-ends",
            "",
            Found("line ends or first bytes", sign, "save as UTF-8 with LF"),
        )
    if not translation.cells:
        yield (
            1,
            "marker",
            "",
            Found("no cell in the file", lesson.source.lesson.id, f"course sync {locale}"),
        )
        return
    preamble = translation.preamble.removeprefix(BOM)
    if dissect(preamble[:LONGEST]).pieces:
        yield (
            1,
            "preamble",
            "",
            Found("text before the first marker", preamble.strip()[:40], "move it below a marker"),
        )
    counts = Counter(cell.id for cell in translation.cells)
    seen: set[str] = set()
    for cell in translation.cells:
        if cell.id in seen:
            yield (
                cell.line,
                "repeated-id",
                cell.id,
                Found("cell stands here again", f"{counts[cell.id]} times", "remove all but one"),
            )
        seen.add(cell.id)
    for cell in lesson.orphans:
        yield (
            cell.line,
            "orphan",
            cell.id,
            Found(
                "no notebook has this cell", cell.text[:40], "remove it, or rename it: course mv"
            ),
        )
    lines = {cell.id: cell.line for cell in translation.cells}
    order = [cell.id for cell in lesson.cells]
    for cell_id in files.out_of_order([cell.id for cell in translation.cells], order):
        yield (
            lines[cell_id],
            "order",
            cell_id,
            Found("not in reading order", cell_id, f"move it: course sync {locale}"),
        )
    yield from _repeated(translation, lesson.source)


def _repeated(
    translation: Translation, lesson: SourceLesson
) -> Iterator[tuple[int, str, str, Found]]:
    english = {cell.id: cell.text for cell in lesson.cells}
    first: dict[str, str] = {}
    hashes = {cell.id: cell.hash for cell in lesson.cells}
    for cell in translation.cells:
        if cell.source != hashes.get(cell.id):
            continue  # outdated: two texts may have been one
        other = first.setdefault(cell.text, cell.id)
        if other != cell.id and len(cell.text) > 20 and english.get(other) != english.get(cell.id):
            yield (
                cell.line,
                "repeated-text",
                cell.id,
                Found(
                    "same text as another cell, whose English differs", other, "translate this one"
                ),
            )


def usual_ratio(cells: Iterable[LocalizedCell]) -> float | None:
    """Return how long translations are beside their English in this file, as the median."""
    ratios = [
        dissect(cell.translation.text).letters / letters
        for cell in cells
        if cell.translation
        and not cell.translation.too_long
        and cell.status != MISSING
        and (letters := dissect(cell.source.text).letters) >= LONG
    ]
    return statistics.median(ratios) if len(ratios) >= 5 else None


def _check_cell(
    item: LocalizedCell, language: Language, names: frozenset[str], at
) -> Iterator[Finding]:
    source_cell, cell = item.source, item.translation
    if cell is None:
        if item.status == MISSING:
            found = Found("cell missing", source_cell.text[:40], f"course sync {language.id}")
            yield at(1, "missing", source_cell.id, found)
        return
    if item.status == MISSING:
        if cell.text.strip():
            yield at(
                cell.line,
                "not-yet",
                cell.id,
                Found("not translated yet", source_cell.text[:40], "translate it, or mark it keep"),
            )
        else:
            yield at(
                cell.line,
                "empty",
                cell.id,
                Found("empty, and the English is not", source_cell.text[:40], "translate it"),
            )
        return
    if cell.too_long:
        return  # told already
    pair = Pair(source_cell, cell, language, names)
    results = {check.code: list(check.function(pair)) for check in PAIR_CHECKS}
    implied = {code for first, codes in IMPLIED.items() if results[first] for code in codes}
    waived = dict(cell.allow)
    for code, founds in results.items():
        if code in implied or code in waived:
            continue
        for found in founds:
            finding = at(cell.text_line + found.line, code, cell.id, found)
            compared = item.status == STALE and cell.source and code not in INTRINSIC
            yield replace(finding, level=WARNING) if compared else finding
    if item.status == STALE:
        code = "stale" if cell.source else "no-source"
        seen = cell.source or "no source="
        if code not in waived:
            yield at(
                cell.line,
                code,
                cell.id,
                Found(
                    "made from another English text" if cell.source else "does not say its English",
                    f"{seen}, today's is {source_cell.hash}",
                    f"compare it: course todo {language.id}; confirm it: course accept",
                ),
            )
    for code, _ in cell.allow:
        if code not in CHECKS:
            yield at(
                cell.line,
                "waiver",
                cell.id,
                Found("waiver of an unknown check", code, "course check --explain lists them"),
            )
        elif not results.get(code) and not (code == "stale" and item.status == STALE):
            yield at(
                cell.line, "waiver", cell.id, Found("waiver that is not needed", code, "remove it")
            )


def explain(code: str) -> str:
    """Return what a check is for, as a sentence or two."""
    check = CHECKS[code]
    return f"{code} ({check.level}): {(check.explain or '').strip()}"
