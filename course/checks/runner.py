"""Runner of all checks: of the English, and of each locale's translations against it."""

import statistics
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

from course.checks.contexts import (
    GlossaryFile,
    Language,
    LocaleFolder,
    Pair,
    PlotsFile,
    SourceCode,
    SourceNotebook,
    SourceProse,
    StringsFile,
    TranslationCell,
    TranslationFile,
    Translations,
    Waivers,
)
from course.checks.finding import Finding, Found
from course.checks.registry import Check, checks_for, run_check, run_checks
from course.checks.source import code_names
from course.checks.words import LONG
from course.errors import CourseError
from course.files import show
from course.formats.glossary import Glossary, glossary_path, read_glossary
from course.formats.lesson import SourceLesson, read_lesson
from course.formats.notebook import waivers_of
from course.formats.plots import FILE_NAME as PLOTS
from course.formats.plots import PlotWords, read_plots, source_labels
from course.formats.settings import Course, Locale
from course.formats.splice import Notebook
from course.formats.strings import FILE_NAME as STRINGS
from course.formats.strings import Strings, english_strings, read_strings
from course.formats.support import support_files
from course.formats.translation import sentence_of
from course.localization.align import MISSING, LocalizedCell
from course.localization.localize import LocalizedLesson, localize
from course.markdown.outline import parse_outline


def check(
    course: Course, locales: Sequence[Locale], jobs: int = 1, source_too: bool = True
) -> list[Finding]:
    """Return all findings, those of the English first, each locale's in the order of the lessons.

    Raises:
        CourseError: a source notebook cannot be read; nothing can be compared with it.
    """
    lessons = [read_lesson(course, lesson) for lesson in course.lessons]
    names = built_names(course, lessons)
    found = list(check_source(course, lessons, names)) if source_too else []
    found += run_checks(Translations(course))
    if jobs > 1 and len(locales) > 1:
        with ProcessPoolExecutor(jobs) as pool:
            tasks = [pool.submit(check_locale, course, locale) for locale in locales]
            return found + [finding for task in tasks for finding in task.result()]
    for locale in locales:
        found += check_locale(course, locale, lessons, names)
    return found


def built_names(course: Course, lessons: Iterable[SourceLesson]) -> frozenset[str]:
    """Return all files of a built folder, relative to its notebooks."""
    notebooks = {notebook.path.name for lesson in lessons for notebook in lesson.notebooks}
    return frozenset(notebooks | support_files(course).keys())


# The English


def check_source(
    course: Course, lessons: Iterable[SourceLesson], names: frozenset[str]
) -> Iterator[Finding]:
    """Yield the findings of the English notebooks."""
    for lesson in lessons:
        for notebook in lesson.notebooks:
            yield from run_checks(SourceNotebook(course, lesson, notebook))
        yield from _check_source_cells(course, lesson, names)


def _check_source_cells(
    course: Course, lesson: SourceLesson, files: frozenset[str]
) -> Iterator[Finding]:
    """Yield the findings that cell metadata does not waive, and needless waivers."""
    where = {notebook.framework: notebook for notebook in lesson.notebooks}
    known = {framework: code_names(notebook) for framework, notebook in where.items()}
    contexts: list[SourceCode | SourceProse] = [
        SourceCode(course, lesson, notebook, cell)
        for notebook in lesson.notebooks
        for cell in notebook.data["cells"]
        if cell["cell_type"] == "code"
    ]
    contexts += [
        SourceProse(course, lesson, where[cell.frameworks[0]], cell, known, files)
        for cell in lesson.cells
        if cell.frameworks
    ]
    waived = _source_waivers(lesson)
    used: dict[str, set[str]] = {name: set() for name in waived}
    for context in contexts:
        for finding in run_checks(context):
            owner = sentence_of(finding.cell)[0] or finding.cell
            if finding.code in waived[owner][1]:
                used[owner].add(finding.code)
            else:
                yield finding
    for name, (notebook, codes) in waived.items():
        around = SourceNotebook(course, lesson, notebook)
        remedy = "remove it from the metadata"
        yield from run_checks(Waivers(around, name, codes, frozenset(used[name]), remedy))


def _source_waivers(lesson: SourceLesson) -> dict[str, tuple[Notebook, tuple[str, ...]]]:
    """Return by cell id its first notebook and the codes that its metadata waives."""
    found: dict[str, tuple[Notebook, tuple[str, ...]]] = {}
    for notebook in lesson.notebooks:
        for cell in notebook.data["cells"]:
            first, codes = found.get(cell["id"], (notebook, ()))
            found[cell["id"]] = first, tuple(dict.fromkeys([*codes, *waivers_of(cell)]))
    return found


# Locales


def check_locale(
    course: Course,
    locale: Locale,
    lessons: Sequence[SourceLesson] = (),
    names: frozenset[str] = frozenset(),
) -> list[Finding]:
    """Return the findings of one locale: its glossary, its strings, and every lesson."""
    lessons = lessons or [read_lesson(course, lesson) for lesson in course.lessons]
    names = names or built_names(course, lessons)
    language = read_language(course, locale)
    found = [*check_language(course, language), *run_checks(LocaleFolder(course, locale))]
    found += run_checks(plots_file(course, locale, lessons, language))
    for lesson in lessons:
        found += check_lesson(localize(course, locale, lesson), language, names)
    return found


def plots_file(
    course: Course, locale: Locale, lessons: Iterable[SourceLesson], language: Language
) -> PlotsFile:
    """Return the words in plots of a locale; empty, with the errors, if they cannot be read."""
    path = show(course.translations / locale.id / PLOTS, course.root)
    english = {lesson.lesson.id: source_labels(lesson) for lesson in lessons}
    try:
        return PlotsFile(path, language, read_plots(course, locale), english)
    except CourseError as error:
        return PlotsFile(path, language, PlotWords(), english, error.args)


def read_language(course: Course, locale: Locale) -> Language:
    """Return glossary and strings of a locale; empty, with the errors, if they cannot be read."""
    glossary, words = Glossary(locale.id), Strings()
    glossary_errors: tuple[str, ...] = ()
    strings_errors: tuple[str, ...] = ()
    try:
        glossary = read_glossary(course, locale)
    except CourseError as error:
        glossary_errors = error.args
    try:
        words = read_strings(course, locale)
    except CourseError as error:
        strings_errors = error.args
    labels = frozenset(_labels_of_others(course, locale))
    return Language(locale.id, glossary, words, labels, None, glossary_errors, strings_errors)


def _labels_of_others(course: Course, locale: Locale) -> Iterator[str]:
    """Yield the words that open a remark in the other languages of the course."""
    for other in course.targets:
        try:
            words = read_strings(course, other) if other is not locale else {}
        except CourseError:
            continue  # reported where that locale is checked
        for key, value in words.items():
            if key.startswith("labels."):
                yield value.casefold()


def check_language(course: Course, language: Language) -> Iterator[Finding]:
    """Yield the findings of the glossary and of the strings of a locale."""
    locale = course.locale(language.id)
    path = glossary_path(course, locale)
    yield from run_checks(GlossaryFile(show(path, course.root), language, path.exists()))
    strings = show(path.with_name(STRINGS), course.root)
    yield from run_checks(StringsFile(strings, language, english_strings(course)))


def check_lesson(
    lesson: LocalizedLesson, language: Language, names: frozenset[str]
) -> list[Finding]:
    """Return the findings of one translation file, in the order of its lines."""
    findings = list(run_checks(TranslationFile(lesson)))
    if lesson.file is None:
        return findings
    language = replace(language, ratio=usual_ratio(lesson.cells))
    for cell in lesson.cells:
        findings += check_cell(lesson, cell, language, names)
    return sorted(findings, key=lambda finding: (finding.line, finding.code, finding.value))


def check_cell(
    lesson: LocalizedLesson, cell: LocalizedCell, language: Language, names: frozenset[str]
) -> Iterator[Finding]:
    """Yield the findings of a translated cell that it does not waive."""
    context = TranslationCell(lesson, cell)
    waived = tuple(code for code, _ in cell.translation.allow) if cell.translation else ()
    used = set()
    for finding in run_checks(context):
        used.add(finding.code)
        if finding.code not in waived:
            yield finding
    if cell.translation is None or cell.status == MISSING or cell.translation.too_long:
        return
    pair = Pair(cell.source, cell.translation, language, names, lesson.path, cell.status)
    for failed, founds, implied in check_pair(pair):
        used.add(failed.code)
        if not implied and failed.code not in waived:
            yield from (pair.finding(failed, found) for found in founds)
    yield from run_checks(Waivers(context, cell.id, waived, frozenset(used), "remove it"))


def check_pair(pair: Pair) -> Iterator[tuple[Check, list[Found], bool]]:
    """Yield each check that fails, its findings, and whether another failing one implies it."""
    results = [(item, run_check(item, pair)) for item in checks_for(Pair)]
    failed = [(item, founds) for item, founds in results if founds]
    implied = {code for item, _ in failed for code in item.implies}
    for item, founds in failed:
        yield item, founds, item.code in implied


def usual_ratio(cells: Iterable[LocalizedCell]) -> float | None:
    """Return the median length of these translations relative to their English, if known."""
    ratios = [
        parse_outline(cell.translation.text).letters / letters
        for cell in cells
        if cell.translation
        and not cell.translation.too_long
        and cell.status != MISSING
        and (letters := parse_outline(cell.source.text).letters) >= LONG
    ]
    return statistics.median(ratios) if len(ratios) >= 5 else None
