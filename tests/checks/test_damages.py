"""`course check`: clean translations have no finding, and every kind of damage is found.

The translations of this repository are damaged in the ways of `fixtures/check/damages.py`, each in
several cells of the files whose turn it is (`sampling.py`), and held against the findings that are
owed.
"""

import functools
import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from course.checks import runner
from course.checks.contexts import Language, Pair
from course.checks.finding import Finding
from course.checks.runner import built_names, check, check_lesson, check_locale, read_language
from course.formats.course_toml import load_course
from course.formats.lesson import SourceLesson, read_lesson
from course.formats.settings import Course
from course.formats.translation import parse_translation
from course.localization.localize import localize
from tests.fixtures.check.damages import ALWAYS
from tests.fixtures.check.senses import SOMETIMES
from tests.fixtures.check.spots import Damage, Damaged, File, Owed, Spot
from tests.fixtures.checked import ROOT, copy_course

COURSE = load_course(ROOT)
LOCALES = [locale.id for locale in COURSE.targets]
PLACES = [(lesson.id, locale) for lesson in COURSE.lessons for locale in LOCALES]
CELLS = 2  # of a locale that each damage is tried on
MORE_CELLS = 12  # where the share is what counts
# Where alone there is something for a damage to work on: lists, quotes, formulas, and letters
# made of two characters, which Chinese has only where a lesson quotes French.
ONLY_IN = {
    "numbers_become_bullets": lambda lesson, _: lesson == "01-text",
    "quote_without_its_mark": lambda lesson, _: lesson == "03-rnn",
    "display_formula_changed": lambda lesson, _: lesson != "00-start",
    "not_composed": lambda lesson, locale: locale != "zh-CN" or lesson == "07-subwords",
}


Case = tuple[str, Damaged]  # id of the cell, and the damaged file


# Clean files


@pytest.mark.sampled
@pytest.mark.parametrize("locale", LOCALES)
def test_a_clean_locale_has_no_finding(locale):
    """Neither an error nor a warning: the translations of this repository are the proof."""
    found = check_locale(COURSE, COURSE.locale(locale))
    assert [str(finding) for finding in found] == []


def test_the_english_has_no_finding():
    """What all translations are held against holds itself."""
    assert [str(finding) for finding in check(COURSE, [])] == []


# Damages


class Patient:
    """A lesson in a copy of this course, whose translations are damaged and healed again."""

    def __init__(self, course: Course, lessons: list[SourceLesson], name: str) -> None:
        self.course = course
        self.lesson = next(lesson for lesson in lessons if lesson.lesson.id == name)
        self.names = built_names(course, lessons)
        self.languages = {name: self.language(name) for name in LOCALES}
        texts = {name: self.path(name).read_text(encoding="utf-8") for name in LOCALES}
        english = {cell.id: cell.text for cell in self.lesson.cells}
        self.files = {
            name: File(
                name,
                text,
                english,
                self.languages[name].glossary,
                {other: parse_translation(texts[other]) for other in LOCALES if other != name},
            )
            for name, text in texts.items()
        }

    def language(self, locale: str) -> Language:
        return read_language(self.course, self.course.locale(locale))

    def path(self, locale: str) -> Path:
        return self.course.translation(self.course.locale(locale), self.lesson.lesson)

    def check(self, locale: str, text: str) -> list[Finding]:
        """Return what is found in a locale when its file holds another text."""
        path = self.path(locale)
        path.write_bytes(text.encode("utf-8"))
        try:
            localized = localize(self.course, self.course.locale(locale), self.lesson)
            return check_lesson(localized, self.languages[locale], self.names)
        finally:
            path.write_bytes(self.files[locale].text.encode("utf-8"))

    def damages(self, damage: Damage, name: str, locale: str, most: int) -> list[Case]:
        """Return the damaged files of some cells, the same ones in every run.

        Cells that waive what is owed are left out.
        """
        file = self.files[locale]
        damages = [(cell, damage(Spot(file, cell))) for cell in file.cells]
        fits = [
            (cell.id, damaged)
            for cell, damaged in damages
            if damaged and not {owed.code for owed in damaged.owed} & dict(cell.allow).keys()
        ]
        return random.Random(f"{name} {locale}").sample(fits, min(most, len(fits)))


@pytest.fixture(scope="module")
def remembered() -> Iterator[None]:
    """Look at a cell once as long as it is the same: a damage changes one of a hundred."""
    look, known = runner.check_pair, {}

    def check_pair(pair: Pair) -> list:
        cell, language = pair.cell, pair.language
        key = (pair.source, cell.text, cell.keep, language.id, language.ratio)
        if key not in known:
            known[key] = list(look(pair))
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "check_pair", check_pair)
        yield


@pytest.fixture(scope="module")
def patients(tmp_path_factory, remembered: None) -> Callable[[str], Patient]:
    """Return what gives a lesson of a copy of this course, by its id, to damage."""
    course = copy_course(tmp_path_factory.mktemp("patient"))
    lessons = [read_lesson(course, lesson) for lesson in course.lessons]
    return functools.cache(lambda name: Patient(course, lessons, name))


@pytest.fixture
def patient(patients: Callable[[str], Patient]) -> Patient:
    """A lesson to damage."""
    return patients("03-rnn")


@pytest.fixture(scope="module")
def score() -> Iterator[Counter]:
    """How many damages were tried and found; printed at the end (`pytest -s` shows it)."""
    counter: Counter = Counter()
    yield counter
    print(f"\ndamages found: {counter['found']} of {counter['tried']}")


def is_found(owed: Owed, findings: list[Finding]) -> bool:
    return any(
        (finding.cell, finding.line) == (owed.cell, owed.line)
        and finding.code in owed.code.split("|")
        for finding in findings
    )


@pytest.mark.parametrize("name", ALWAYS)
def test_a_damage_is_found_at_its_line(name, patients, sample, score, record_property):
    """What is owed is found, and no error is reported for an undamaged cell."""
    missed, tried = [], 0
    for lesson, locale in sample(PLACES):
        patient = patients(lesson)
        cases = patient.damages(ALWAYS[name], name, locale, CELLS)
        expected = name not in ONLY_IN or ONLY_IN[name](lesson, locale)
        assert bool(cases) == expected, f"{lesson} {locale}: {len(cases)} cases"
        for cell, damaged in cases:
            findings = patient.check(locale, damaged.text)
            others = [
                f"needless {finding}"
                for finding in findings
                if finding.cell not in ("", cell)
                and finding.level == "error"
                and not damaged.spreads
            ]
            lost = [f"{owed} not found" for owed in damaged.owed if not is_found(owed, findings)]
            seen = [f"{finding.code}:{finding.line}" for finding in findings[:5]]
            missed += [f"{lesson} {locale} {cell}: {what}; found {seen}" for what in lost + others]
            tried += 1
            score["tried"] += 1
            score["found"] += not lost
    record_property("tried", tried)
    assert missed == []


@pytest.mark.parametrize("damage", SOMETIMES, ids=lambda damage: damage.__name__)
def test_what_only_a_reader_can_always_see_is_found_as_often_as_measured(
    damage, patient, record_property
):
    """Sentences of sense in the wrong place are found by their terms, names and code, or not.

    The shares in `SOMETIMES` are what was measured, rounded down. A share of 0 says honestly that
    nothing is found: every word is there, and only a reader sees that the order is wrong.
    A share needs all of its locales, so none is left to another commit; one lesson is enough.
    """
    found, tried = 0, 0
    for locale in LOCALES:
        for _, damaged in patient.damages(damage, damage.__name__, locale, MORE_CELLS):
            found += bool(patient.check(locale, damaged.text))
            tried += 1
    record_property("found", f"{found} of {tried}")
    print(f"{damage.__name__}: {found} of {tried}")
    assert tried >= len(LOCALES)
    assert found / tried >= SOMETIMES[damage]


def test_the_file_of_another_locale_is_found_in_most_cells(patients, sample):
    """A file copied into the wrong folder has findings nearly everywhere, not here and there."""
    pairs = [(*place, other) for place in PLACES for other in LOCALES if other != place[1]]
    for lesson, locale, other in sample(pairs):
        patient = patients(lesson)
        findings = patient.check(locale, patient.files[other].text)
        cells = {finding.cell for finding in findings}
        assert len(cells) > 0.8 * len(patient.lesson.cells), (lesson, locale, other)


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_other_line_ends_are_found_at_the_first(ending, patient):
    """A file that an editor saved with CRLF would be a change in every line."""
    text = patient.files["pl"].text.replace("\n", ending)
    found = [finding for finding in patient.check("pl", text) if finding.code == "line-ends"]
    assert [finding.line for finding in found] == [1]
    lines = patient.files["pl"].text.split("\n")
    text = "\n".join([*lines[:9], lines[9] + "\r", *lines[10:]])
    found = [finding for finding in patient.check("pl", text) if finding.code == "line-ends"]
    assert [finding.line for finding in found] == [10]


def test_a_byte_order_mark_is_found_in_the_first_line(patient):
    """It is reported once, and the first cell is still read."""
    findings = patient.check("pl", "\ufeff" + patient.files["pl"].text)
    assert [(finding.code, finding.line) for finding in findings] == [("line-ends", 1)]


@pytest.mark.parametrize("piece", ["(", "<", "«", "[", "![", "<!--", "<on", "**a ", "> ", "$a "])
def test_an_endless_cell_is_refused_and_not_looked_at(piece, patient):
    """What would take a parser minutes is reported by its size alone."""
    cell = patient.files["pl"].cells[2]
    endless = (piece * 400_000)[:400_000]
    text = patient.files["pl"].text.replace(cell.text, endless)
    findings = patient.check("pl", text)
    assert {finding.cell for finding in findings} <= {"", cell.id}
    assert "size" in {finding.code for finding in findings}
