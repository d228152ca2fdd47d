"""`course check`: clean translations have no finding, and every kind of damage is found.

The translations of this repository are damaged in the ways of `fixtures/check/damages.py`, each in
several cells of the files whose turn it is (`sampling.py`), and held against the findings that are
owed.
"""

import functools
import json
import random
import re
import shutil
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fixtures import tiny
from fixtures.check.damages import ALWAYS, SOMETIMES, Damage, Damaged, File, Owed, Spot
from fixtures.command import Result, run_course

from course.checks import runner
from course.checks.contexts import Language, Pair
from course.checks.finding import Finding
from course.checks.registry import CHECKS
from course.checks.runner import built_names, check, check_lesson, check_locale, read_language
from course.checks.words import forbidden_terms
from course.formats.course_toml import load_course
from course.formats.glossary import Glossary, Term, form_pattern
from course.formats.lesson import SourceCell, SourceLesson, read_lesson
from course.formats.settings import Course
from course.formats.strings import tool_strings
from course.formats.translation import Cell, hash_source, parse
from course.localization.localize import localize

ROOT = Path(__file__).parents[1]
COURSE = load_course(ROOT)
LOCALES = [locale.id for locale in COURSE.targets]
PLACES = [(lesson.id, locale) for lesson in COURSE.lessons for locale in LOCALES]
CELLS = 2  # of a locale that each damage is tried on
MORE_CELLS = 12  # where the share is what counts
# Where alone there is something for a damage to work on: a numbered list, a block quote, letters
# made of two characters, which Chinese has only where a lesson quotes French.
ONLY_IN = {
    "numbers_become_bullets": lambda lesson, _: lesson == "01-text",
    "quote_without_its_mark": lambda lesson, _: lesson == "03-rnn",
    "not_composed": lambda lesson, locale: locale != "zh-CN" or lesson == "07-subwords",
}


Case = tuple[str, Damaged]  # id of the cell, and what was made of the file


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
                {other: parse(texts[other]) for other in LOCALES if other != name},
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
        made = [(cell, damage(Spot(file, cell))) for cell in file.cells]
        fits = [
            (cell.id, damaged)
            for cell, damaged in made
            if damaged and not {owed.code for owed in damaged.owed} & dict(cell.allow).keys()
        ]
        return random.Random(f"{name} {locale}").sample(fits, min(most, len(fits)))


def copy_course(root: Path) -> Course:
    """Copy this course into an empty folder."""
    for name in ("nlphelpers", "notebooks", "translations", "data"):
        shutil.copytree(ROOT / name, root / name)
    for name in ("course.toml", "torchnlp.py"):
        shutil.copy(ROOT / name, root / name)
    return load_course(root)


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
    """What is owed is found, and no error is told of a cell that is whole."""
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
            told = [f"{finding.code}:{finding.line}" for finding in findings[:5]]
            missed += [f"{lesson} {locale} {cell}: {what}; found {told}" for what in lost + others]
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
    """It is told once, and the first cell is still read."""
    findings = patient.check("pl", "\ufeff" + patient.files["pl"].text)
    assert [(finding.code, finding.line) for finding in findings] == [("line-ends", 1)]


@pytest.mark.parametrize("piece", ["(", "<", "«", "[", "![", "<!--", "<on", "**a ", "> ", "$a "])
def test_an_endless_cell_is_refused_and_not_looked_at(piece, patient):
    """What would take a parser minutes is told by its size alone."""
    cell = patient.files["pl"].cells[2]
    endless = (piece * 400_000)[:400_000]
    text = patient.files["pl"].text.replace(cell.text, endless)
    findings = patient.check("pl", text)
    assert {finding.cell for finding in findings} <= {"", cell.id}
    assert "size" in {finding.code for finding in findings}


# A locale's own files


def edit(path: Path, pattern: str, by: str) -> None:
    """Change what a pattern finds first in a file, which must be there."""
    text = path.read_text(encoding="utf-8")
    changed, count = re.subn(pattern, by, text, count=1, flags=re.MULTILINE | re.DOTALL)
    assert count == 1
    path.write_bytes(changed.encode("utf-8"))


@pytest.fixture
def whole(tmp_path: Path) -> Course:
    """A copy of this course that a test may damage for good."""
    return copy_course(tmp_path)


def codes(course: Course, locale: str = "pl") -> list[str]:
    return [finding.code for finding in check_locale(course, course.locale(locale))]


GLOSSARY = {
    "toml": (r"\Z", "terms = [", "glossary.toml"),
    "unknown_key": (r"^forms = ", "formss = ", "unknown key 'formss', did you mean 'forms'?"),
    "no_forms": (r"^forms = [^\n]*$", "", "'forms' is missing or empty"),
    "empty_forms": (r"^forms = [^\n]*$", "forms = []", "'forms' is missing or empty"),
    "forms_as_text": (r"^forms = [^\n]*$", 'forms = "stan"', "expected a list of texts"),
    "form_that_fits_all": (r"^forms = [^\n]*$", 'forms = ["*"]', "'*'"),
    "no_term": (r"^term = [^\n]*$", "", "'term' is missing or no text"),
    "term_twice": (r"(\[\[terms\]\]\nterm[^\n]*\nforms[^\n]*\n)", r"\1\1", "stands there twice"),
    "keep_as_text": (r"^keep = \[.*?\]", 'keep = "LSTM"', "keep is 'LSTM'"),
    "terms_as_table": (r"\[\[terms\]\].*", '[terms]\nstate = "stan"\n', "not a list of tables"),
}


@pytest.mark.parametrize("fault", GLOSSARY)
def test_a_broken_glossary_is_found_and_says_what_is_wrong(fault, whole):
    """A glossary that asks for nothing would pass every text."""
    pattern, by, what = GLOSSARY[fault]
    edit(whole.translations / "pl" / "glossary.toml", pattern, by)
    found = [f for f in check_locale(whole, whole.locale("pl")) if f.code == "glossary"]
    assert found
    assert {finding.path for finding in found} == {"translations/pl/glossary.toml"}
    assert what in str(found[0])


STRINGS = {
    "toml": (r"\Z", "[notices", "strings.toml"),
    "missing_key": (r"^stale = [^\n]*$", "", "not said: notices.stale"),
    "unknown_key": (r"^stale = ", "stail = ", "unknown: notices.stail"),
    "empty": (r"^stale = [^\n]*$", 'stale = " "', "empty: notices.stale"),
    "no_text": (r"^stale = [^\n]*$", "stale = 1", "notices.stale is 1"),
    "no_table": (r"\A", 'note = "Uwaga"\n', "note stands in no table"),
    "other_placeholder": (r"\{machine\}([^\n]*\"$)", r"{maszyna}\1", "names in braces differ"),
    "no_placeholder": (r"\{stale\}", "0", "names in braces differ"),
    "brace_left_open": (r"\{stale\}", "{stale", "names in braces differ"),
    "width_of_a_billion": (r"\{stale\}", "{stale:>999999999}", "names in braces differ"),
    "attribute": (r"\{stale\}", "{stale.__class__}", "names in braces differ"),
    "html": (r"^stale = \"", 'stale = "<b>x</b>', "plain text"),
    "script": (r"^stale = \"", 'stale = "<script>alert(1)</script>', "notices.stale"),
    "two_lines": (r"^stale = \"", 'stale = "x\\\\n', "plain text"),
    "link": (r"^help = \"", 'help = "[x](https://example.org/) ', "notices.help"),
    "picture": (r"^help = \"", 'help = "![x](https://example.org/x.png) ', "notices.help"),
    "bidi_override": (r"^stale = \"", 'stale = "\u202e', "notices.stale"),
    "control_character": (r"^stale = \"", 'stale = "\\\\u001b[31m', "notices.stale"),
    "english_left": (
        r"^missing = [^\n]*$",
        f'missing = "{tool_strings()["notices.missing"]}"',
        "notices.missing",
    ),
}


@pytest.mark.parametrize("fault", STRINGS)
def test_broken_strings_are_found_and_named(fault, whole):
    """They stand on every page, around the lessons, and a build fills in their numbers."""
    pattern, by, what = STRINGS[fault]
    edit(whole.translations / "pl" / "strings.toml", pattern, by)
    found = [f for f in check_locale(whole, whole.locale("pl")) if f.code == "strings"]
    assert {finding.path for finding in found} == {"translations/pl/strings.toml"}
    assert any(what in str(finding) for finding in found), [str(finding) for finding in found]


@pytest.mark.parametrize(
    ("name", "code"),
    [("glossary.toml", "glossary"), ("strings.toml", "strings"), ("03-rnn.md", "no-file")],
)
def test_a_file_that_is_gone_is_told(name, code, whole):
    """Without its glossary a locale would have no terms to keep, and look as clean as before."""
    (whole.translations / "pl" / name).unlink()
    assert code in codes(whole)


@pytest.mark.parametrize(
    ("old", "new", "code", "told"),
    [
        ("Notatnik", "Zeszyt", "term", "start.tagline: notatnik*"),
        ("Notatniki", "Notatniki i notesy", "forbidden-term", "start.tagline: notesy"),
    ],
)
def test_strings_say_terms_as_the_glossary_does(old, new, code, told, whole):
    """A term with two names, one in the lessons and one around them, is two terms to a reader."""
    edit(whole.translations / "pl" / "strings.toml", old, new)
    (found,) = check_locale(whole, whole.locale("pl"))
    assert (found.path, found.code) == ("translations/pl/strings.toml", code)
    assert told in str(found)


GLOSSARY_NB = Glossary("nb", terms=(Term("padding", ("utfylling*",), ("padding*",)),))
GLOSSARY_ZH = Glossary("zh-CN", terms=(Term("padding", ("填充",), ("补白", "padding")),))


@pytest.mark.parametrize(
    ("glossary", "text", "forbidden"),
    [
        (GLOSSARY_NB, "Uten utfylling (engelsk «padding») går det.", False),
        (GLOSSARY_NB, "Uten utfyllingen «padding» går det.", False),
        (GLOSSARY_NB, "Uten utfylling (engelsk *padding*, se under) går det.", False),
        (GLOSSARY_NB, "Utfylling “padding”.", False),
        (GLOSSARY_ZH, "先**填充**（padding，也叫补白）。", False),
        (GLOSSARY_NB, "Uten padding går det.", True),
        (GLOSSARY_NB, "Uten utfylling og padding går det.", True),
        (GLOSSARY_NB, "Uten utfylling (engelsk «padding») er padding borte.", True),
        (GLOSSARY_NB, "Uten det (padding) er utfylling borte.", True),
        (GLOSSARY_NB, "Utfylling\n(padding) er borte.", True),
        (GLOSSARY_ZH, "先填充，再补白（padding）。", True),
    ],
)
def test_a_forbidden_form_may_stand_as_a_gloss_of_the_right_one(glossary, text, forbidden):
    """In brackets or quotation marks directly behind it: learners search for English names."""
    english = SourceCell("a", "There is padding.\nIt goes.", ("ink",), "0" * 12)
    pair = Pair(english, Cell("a", text), Language(glossary.locale, glossary))
    told = {found.what for found in forbidden_terms(pair)}
    assert told == ({"forbidden for 'padding'"} if forbidden else set())


@pytest.mark.parametrize("name", ["3-rnn.md", "03-rnn.pl.md", "glosary.toml", "notes.html"])
def test_a_file_that_nothing_reads_is_told(name, whole):
    """A translation under a wrong name would be shown to nobody, and nobody would know."""
    (whole.translations / "pl" / name).write_text("x", encoding="utf-8")
    assert codes(whole) != []


def test_a_folder_that_is_no_locale_of_the_course_is_told(whole):
    """A locale that course.toml does not name is translated in vain."""
    shutil.copytree(whole.translations / "pl", whole.translations / "pl-PL")
    assert [str(finding) for finding in check(whole, whole.targets)] != []


@pytest.mark.parametrize("name", ["glossary.toml", "strings.toml", "03-rnn.md"])
def test_a_file_that_is_no_text_or_a_link_is_not_read(name, whole, tmp_path):
    """Neither bytes that are not UTF-8 nor a way out of the tree end in a traceback."""
    path = whole.translations / "pl" / name
    content = path.read_bytes()
    for damaged in (b"\xff" + content, content + b"#" * 1_000_001):
        path.write_bytes(damaged)
        assert set(codes(whole)) & {"unreadable", "glossary", "strings"}
    outside = tmp_path / "outside"
    outside.write_bytes(content)
    path.unlink()
    path.symlink_to(outside)
    assert set(codes(whole)) & {"unreadable", "glossary", "strings"}


# What this course does not have, on a tiny one

TOML = """\
title = "Tiny"
source_locale = "en"
files = []
[[lessons]]
id = "01-a"
title = "Rates"
[[frameworks]]
id = "ink"
name = "Ink"
[[frameworks]]
id = "chalk"
name = "Chalk"
"""
NAMES = {
    "en": "English",
    "pl": "polski",
    "fr": "français",
    "de": "Deutsch",
    "th": "ไทย",
    "ar": "العربية",
    "pt-BR": "português",
}


def write_tiny(
    root: Path,
    english: str,
    translated: str = "",
    locale: str = "pl",
    chalk: str | None = None,
    metadata: dict | None = None,
    kind: str = "markdown",
) -> Course:
    """Write a course of one lesson whose prose is one cell `a`; `chalk` is its other notebook's."""
    toml = TOML + "".join(
        f'[[locales]]\nid = "{name}"\nname = "{own}"\ndirection = "ltr"\n'
        for name, own in NAMES.items()
    )
    files = {"course.toml": toml}
    for framework, text in (("ink", english), ("chalk", english if chalk is None else chalk)):
        prose = {"cell_type": "markdown", "id": "a", "metadata": metadata or {}, "source": text}
        if framework == "chalk" and kind == "code":
            prose |= {"cell_type": "code", "execution_count": None, "outputs": []}
        code = {"cell_type": "code", "id": "b", "metadata": {}, "execution_count": None}
        code |= {"outputs": [], "source": "fit(rate=0.1)  # ends"}
        notebook = {"cells": [prose, code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        files[f"notebooks/01-a-{framework}.ipynb"] = json.dumps(notebook, indent=1)
    if translated:
        files[f"translations/{locale}/01-a.md"] = (
            f"<!-- cell @title source={hash_source('Rates')} -->\nTempo\n\n"
            f"<!-- cell a source={hash_source(english)} -->\n{translated}\n"
        )
        own = ROOT / "translations" / locale / "strings.toml"
        if own.exists():
            text = own.read_text(encoding="utf-8")
            start = re.compile(r"^(?:tagline|learn|audience|time) = .*\n", re.MULTILINE)
            files[f"translations/{locale}/strings.toml"] = start.sub("", text)
        files[f"translations/{locale}/glossary.toml"] = "keep = []\n"
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content.encode("utf-8"))
    return load_course(root)


def found_in(course: Course, locale: str = "pl") -> list[str]:
    """Return code and line of each finding of a locale, lines counted from the cell's text."""
    return [
        f"{finding.code}:{finding.line - 4}"
        for finding in check_locale(course, course.locale(locale))
        if finding.code != "strings"
    ]


TABLE = "| Name | Rate |\n|---|---|\n| ink | slow |\n| chalk | fast |"
CODE = "Call it:\n\n```python\nfit(rate=0.1)\n```"
NOTE = "> **Note:** The rate falls."
# Locale, English, translation, what is owed for it (nothing: it is as good as it can be).
TRANSLATIONS = {
    "pass-table": (
        "pl",
        TABLE,
        "| Nazwa | Tempo |\n|---|---|\n| tusz | wolno |\n| kreda | szybko |",
    ),
    "fail-table-column": ("pl", TABLE, "| Nazwa |\n|---|\n| tusz |\n| kreda |", "table:1"),
    "fail-table-row": ("pl", TABLE, "| Nazwa | Tempo |\n|---|---|\n| tusz | wolno |", "table:1"),
    "fail-table-lost": ("pl", TABLE, "Nazwa i tempo.", "table:1"),
    "pass-code-block": ("pl", CODE, CODE.replace("Call it", "Wywołaj ją")),
    "fail-code-block": (
        "pl",
        CODE,
        "Wywołaj ją:\n\n```python\nucz(tempo=0.1)\n```",
        "code-block:1",
    ),
    "fail-code-block-lost": ("pl", CODE, "Wywołaj ją:", "code-block:1"),
    "fail-code-block-open": ("pl", CODE, "Wywołaj ją:\n\n```python\nfit(rate=0.1)", ""),
    "pass-label": ("pl", NOTE, "> **Uwaga:** Tempo spada."),
    "pass-label-colon-outside": ("pl", NOTE, "> **Uwaga**: Tempo spada."),
    "fail-label-of-another-language": ("pl", NOTE, "> **Merk:** Tempo spada.", "label:1"),
    "fail-label-in-english": ("pl", NOTE, "> **Note:** Tempo spada.", "label:1"),
    "fail-label-of-another-kind": ("pl", NOTE, "> **Wskazówka:** Tempo spada.", "label:1"),
    "fail-label-lost": ("pl", NOTE, "> Tempo spada.", "emphasis:1"),
    "fail-label-out-of-its-quote": ("pl", NOTE, "**Uwaga:** Tempo spada.", "quote:1"),
    "pass-alert": ("pl", "> [!NOTE]\n> The rate falls.", "> [!NOTE]\n> Tempo spada."),
    "fail-alert": ("pl", "> [!NOTE]\n> The rate falls.", "> [!UWAGA]\n> Tempo spada.", "label:1"),
    "pass-label-that-is-a-term": (
        "fr",
        "**Attention** looks at all words.",
        "**Attention** : tous les mots comptent.",
    ),
    "pass-term-that-looks-like-a-label": (
        "fr",
        "**Attention** lets a network look back.",
        "**Attention** permet à un réseau de regarder en arrière.",
    ),
    "pass-bold-words-that-are-no-labels": (
        "de",
        "* **Attention** lets a network look back.\n* **Example** words are few.",
        "* **Attention** lässt ein Netz zurückblicken.\n* **Beispiel**wörter sind selten.",
    ),
    "fail-label-before-a-spaced-colon": ("fr", NOTE, "> **Merk** : Le taux baisse.", "label:1"),
    "fail-label-on-a-line-of-its-own": (
        "pl",
        "> **Note**\n> The rate falls.",
        "> **Merk**\n> Tempo spada.",
        "label:1",
    ),
    "pass-number-in-words": ("pl", "It has two rates.", "Ma 2 tempa."),
    "fail-number-in-words": ("pl", "It has two rates.", "Ma 3 tempa.", "number:1"),
    "pass-separators": ("pl", "It has 1,281,364 weights, 0.25 each.", "Ma 1 281 364 wag po 0,25."),
    "fail-decimal-point": ("pl", "It has the rate 0.25.", "Ma tempo 025.", "number:1"),
    "pass-letter-in-quotes": ("de", "The letter is used.", "Der Buchstabe „Ä“ kommt vor."),
    "pass-micro-sign": ("pl", "It takes 5 µs at 20 °C.", "Trwa 5 µs przy 20 °C."),
    "pass-greek-of-formulas": ("pl", "The σ-algebra of the rate.", "σ-algebra tempa."),
    "pass-mark-of-direction": ("ar", "Call `fit`.", "تُستدعى `fit`\u200e."),
    "fail-joiner-in-arabic": ("ar", "The rate falls.", "ينخفض الم\u200cعدل.", "invisible:1"),
    "pass-digits-of-the-language": ("ar", "It has 20 rates.", "لها ٢٠ معدلًا."),
    "fail-digits-of-two-scripts": ("ar", "It has 20 rates.", "لها 2٠ معدلًا.", "script:1"),
    "pass-no-full-stops": ("th", "The rate falls.", "อัตราลดลง"),
    "fail-nested-list": ("pl", "* one\n* two", "* raz\n  * dwa", "list:1"),
    "fail-loose-quote": ("pl", "> one\n\ntwo", "> raz\ndwa", "paragraph:1"),
    "fail-summary-in-english": (
        "pl",
        "<details>\n<summary>Read all the answers</summary>\n\nYes.\n\n</details>",
        "<details>\n<summary>Read all the answers</summary>\n\nTak.\n\n</details>",
        "untranslated:2",
    ),
}


FORMS = [
    ("sie* neuron*", "w sieciach neuronowych", True),
    ("*شبك*", "وبالشبكات", True),  # and, with, the: prefixes of one letter each
    ("شبكة", "وبالشبكة", False),
    ("شبكة", "شبكةٌ", True),  # vowel signs are no letters
    ("شبكة", "شبـكة", True),  # nor is the stroke that stretches a word
    ("كة", "شبَكة", False),
    ("*مُحسِّن", "المحسن", True),
    ("*متجه* *مخفي*", "متّجهًا مخفيًّا", True),
]


@pytest.mark.parametrize(("form", "text", "fits"), FORMS)
def test_a_form_of_the_glossary_is_found_as_the_language_writes_it(form, text, fits):
    """A star is any letters of a word, before it too; Arabic vowel signs do not count."""
    assert bool(form_pattern(form, False).search(text)) == fits


def test_a_form_of_vowel_signs_alone_would_fit_every_word(whole):
    """It is refused as a star alone is."""
    edit(whole.translations / "pl" / "glossary.toml", r"^forms = [^\n]*$", 'forms = ["*ـً"]')
    assert "glossary" in codes(whole)


@pytest.mark.parametrize("name", TRANSLATIONS)
def test_a_translation_is_held_against_its_english(name, tmp_path):
    """What is named `pass` has no finding; what is named `fail` has the one that it owes."""
    locale, english, translated, *owed = TRANSLATIONS[name]
    found = found_in(write_tiny(tmp_path, english, translated, locale), locale)
    if name.startswith("pass"):
        assert found == []
    elif any(owed):
        assert owed[0] in found
    else:
        assert found != []


def test_a_term_may_open_the_second_column_of_a_table(tmp_path):
    """It stands in its line of the English, and would be reported as lost from it."""
    course = write_tiny(
        tmp_path,
        "| Name | Low rate |\n|---|---|\n| ink | slow |\n\nThe rate falls.",
        "| Nazwa | Tempo małe |\n|---|---|\n| tusz | wolno |\n\nTempo spada.",
    )
    glossary = course.root / "translations/pl/glossary.toml"
    glossary.write_text('[[terms]]\nterm = "rate"\nforms = ["temp*"]\n', encoding="utf-8")
    assert found_in(course) == []


def test_a_waiver_is_silent_while_it_is_needed(tmp_path):
    """The finding is gone, and the waiver itself is told once the text is mended."""
    waiver = "<!-- allow number: the year stands in the sentence before -->\n"
    course = write_tiny(tmp_path, "In 1997 it fell.", f"{waiver}Wtedy spadło.")
    assert found_in(course) == []
    course = write_tiny(tmp_path, "In 1997 it fell.", f"{waiver}W 1997 spadło.")
    assert found_in(course) == ["waiver:0"]


def test_a_cell_marked_keep_may_equal_the_english(tmp_path):
    """Without the mark it counts as not translated yet."""
    text = "A rate of the whole and all of that."
    course = write_tiny(tmp_path, text, text)
    assert found_in(course) == ["not-yet:0"]
    edit(course.root / "translations/pl/01-a.md", r"(cell a source=\w+)", r"\1 keep")
    assert found_in(course) == []


def test_an_outdated_cell_is_told_once_and_its_differences_are_warnings(tmp_path):
    """It was made from another English, so only what is wrong by itself stays an error."""
    course = write_tiny(tmp_path, "It has 3 rates.", "Ma 2 tempa.\u202e")
    edit(course.root / "translations/pl/01-a.md", r"cell a source=\w+", "cell a source=" + "0" * 12)
    levels = {f.code: f.level for f in check_locale(course, course.locale("pl"))}
    assert levels == {"stale": "warning", "number": "warning", "bidi": "error"} | {
        code: level for code, level in levels.items() if code == "ending"
    }


# The English

LONG = "One sentence has ten words and so twelve of them. " * 13
ENGLISH = {
    "name": ({"english": "The function `train_emb` learns."}, "name"),
    "name-in-a-call": ({"english": "Call `fit(speed=0.1)` first."}, "name"),
    "dead-link": ({"english": "Read [on](02-b-ink.ipynb)."}, "dead-link"),
    "dead-picture": ({"english": "![A rate](images/rate.svg)"}, "dead-link"),
    "link-out-of-the-folder": ({"english": "Read [on](../README.md)."}, "dead-link"),
    "alt": ({"english": "![](https://example.org/x.svg)"}, "alt"),
    "markup": ({"english": "The rate is **low."}, "markup"),
    "active": ({"english": "<script>alert(1)</script>"}, "active"),
    "long-cell": ({"english": LONG}, "long-cell"),
    "shared-prose": ({"english": "The rate falls.", "chalk": "The rate rises."}, "shared-prose"),
    "prose-and-code": ({"english": "The rate falls.", "kind": "code"}, "shared-prose"),
    "waiver": (
        {
            "english": "The rate falls.",
            "metadata": {"course": {"allow": {"name": "it is gone by now"}}},
        },
        "waiver",
    ),
    "waiver-of-no-check": (
        {"english": "The rate falls.", "metadata": {"course": {"allow": {"all": "so be it"}}}},
        "waiver",
    ),
}


@pytest.mark.parametrize("name", ENGLISH)
def test_a_fault_of_the_english_is_found_in_its_notebook(name, tmp_path):
    """It is told of the cell, at the line of the notebook where that cell's text stands."""
    arguments, code = ENGLISH[name]
    findings = check(write_tiny(tmp_path, **arguments), [])
    assert {(f.code, f.cell, f.locale) for f in findings} == {(code, "a", "en")}
    finding = findings[0]
    framework = "chalk" if code == "shared-prose" else "ink"
    assert finding.path == f"notebooks/01-a-{framework}.ipynb"
    lines = (tmp_path / finding.path).read_text(encoding="utf-8").split("\n")
    if name != "prose-and-code":
        assert '"source"' in lines[finding.line - 1]


def test_outputs_of_other_code_are_found(tmp_path):
    """So are those of an edited file, and those that no run of the course has made."""
    root = tiny.write_course(tmp_path)
    notebook = root / "notebooks/01-cats-ink.ipynb"
    whole, helper = notebook.read_bytes(), root / "helper.py"

    def found():
        findings = check(load_course(root), [])
        return [(f.path, f.what) for f in findings if f.code == "outputs"]

    assert found() == []
    other = "outputs of other code than that beside them"
    edit(notebook, r"\+ 1", "+ 2")
    assert found() == [("notebooks/01-cats-ink.ipynb", other)]
    notebook.write_bytes(whole)
    edit(notebook, r'"made-by": "\w+"', '"made": ""')
    made_elsewhere = "its outputs are not from a run of the course"
    assert found() == [("notebooks/01-cats-ink.ipynb", made_elsewhere)]
    notebook.write_bytes(whole)
    helper.write_text("cats = 4\n", encoding="utf-8")  # no notebook imports it
    assert found() == []
    (table,) = (root / "data").glob("*.csv")
    table.write_text("4\n", encoding="utf-8")
    assert [what for _, what in found()] == [other] * 4


def test_names_files_and_python_words_are_known(tmp_path):
    """Names of the code, comments included, of Python, and of files are no finding."""
    text = (
        "See `fit`, `rate`, `ends`, `None`, `print`, `range(10)`, `fit(rate=0.1)` and `course.py`."
    )
    assert check(write_tiny(tmp_path, text), []) == []


def test_a_waiver_of_the_english_stands_in_the_metadata(tmp_path):
    """With its reason, as in a translation."""
    metadata = {"course": {"allow": {"name": "a name that must not exist is the point"}}}
    text = "There is no `train_emb`."
    assert check(write_tiny(tmp_path, text, metadata=metadata), []) == []


def test_a_line_of_the_english_is_that_of_the_sentence(tmp_path):
    """Where a notebook has a line for each line of a cell, as Jupyter writes it."""
    course = write_tiny(tmp_path, ["One.\n", "\n", "See `train_emb`.\n", "Two."])
    finding = check(course, [])[0]
    lines = (tmp_path / finding.path).read_text(encoding="utf-8").split("\n")
    assert "train_emb" in lines[finding.line - 1]


# The command


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> Path:
    """This course with one error in Polish, at a place that is known, and a warning in French."""
    root = tmp_path_factory.mktemp("broken")
    course = copy_course(root)
    edit(course.translations / "pl" / "03-rnn.md", r"`tokenize`", "`tokenise`")
    edit(
        course.translations / "fr" / "03-rnn.md",
        r"cell title source=\w+",
        "cell title source=" + "0" * 12,
    )
    return root


def line_of(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def check_command(root: Path, *arguments: str) -> Result:
    return run_course(root, "check", *arguments)


def test_the_exit_tells_errors_from_warnings(broken):
    """0 where there is no error, warnings or not; 1 for errors; what was counted is on stderr."""
    clean, warned, wrong = (check_command(broken, locale) for locale in ("ja", "fr", "pl"))
    assert (clean.code, clean.out) == (0, "")
    assert clean.err == "0 errors, 0 warnings in 1 locales\n"
    assert (warned.code, warned.out.count("\n")) == (0, 1)
    assert " warning stale: cell title: " in warned.out
    assert wrong.code == 1
    assert wrong.err == f"{wrong.out.count(' error ')} errors, 0 warnings in 1 locales\n"
    everything = check_command(broken)
    assert (everything.code, sorted(everything.out.splitlines())) == (
        1,
        sorted((warned.out + wrong.out).splitlines()),
    )


def test_a_finding_is_a_line_that_an_editor_can_follow(broken):
    """Path from the course's folder, line, level, code, cell, the value seen, and the remedy."""
    path = broken / "translations/pl/03-rnn.md"
    at = f"translations/pl/03-rnn.md:{line_of(path, 'tokenise')}: error code: cell "
    (line,) = [line for line in check_command(broken, "pl").out.splitlines() if "tokenise" in line]
    assert line.startswith(at)
    assert line.endswith("; take the English one")


def test_json_holds_every_finding_with_all_that_is_known(broken):
    """The report has a schema's number, and its findings are those of the text."""
    result = check_command(broken, "pl", "--format", "json")
    report = json.loads(result.out)
    assert (result.code, report["schema"]) == (1, 1)
    text = check_command(broken, "pl").out.splitlines()
    assert [str(Finding(**finding)) for finding in report["findings"]] == text
    assert {finding["locale"] for finding in report["findings"]} == {"pl"}


def test_github_shows_a_finding_at_its_line(broken):
    """One workflow command for each finding, with nothing in it that ends it early."""
    result = check_command(broken, "pl", "--format", "github")
    line = line_of(broken / "translations/pl/03-rnn.md", "tokenise")
    head = f"::error file=translations/pl/03-rnn.md,line={line},title=code::cell "
    assert result.code == 1
    assert [one for one in result.out.splitlines() if one.startswith(head)]
    assert all(re.match(r"::(error|warning) file=", one) for one in result.out.splitlines())


def test_every_check_is_explained():
    """`--explain` alone lists all; with a code it says that one."""
    everything = check_command(ROOT, "--explain")
    assert everything.code == 0
    lines = everything.out.splitlines()
    assert [re.match(r"[\w-]+", line)[0] for line in lines] == list(CHECKS)
    assert all(re.fullmatch(r"[\w-]+ \((error|warning)\): \S.{20,}\.", line) for line in lines)
    assert check_command(ROOT, "--explain", "bidi").out.splitlines() == [
        line for line in lines if line.startswith("bidi ")
    ]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--explain", "bide"), "unknown check 'bide', did you mean 'bidi'?"),
        (("pt_BR",), "unknown locale 'pt_BR', did you mean 'pt-BR'?"),
        (("PL",), "unknown locale 'PL', did you mean 'pl'?"),
        (("--formt", "json"), "unknown option '--formt', did you mean '--format'?"),
        (("--format", "yaml"), "invalid choice: 'yaml'"),
    ],
)
def test_wrong_usage_exits_2_and_offers_the_near_miss(words, hint, tmp_path):
    """One line, and no finding is printed."""
    write_tiny(tmp_path, "The rate falls.")
    check_command(tmp_path, *words).assert_refused(hint, code=2)


def test_the_source_locale_alone_checks_the_english(tmp_path):
    """`course check en` is not an unknown locale."""
    write_tiny(tmp_path, "The function `train_emb` learns.", "Funkcja `train_emb` się uczy.")
    result = check_command(tmp_path, "en")
    assert result.code == 1
    assert {line.partition(":")[0] for line in result.out.splitlines()} == {
        "notebooks/01-a-ink.ipynb"
    }


ESCAPES = ["\x1b]0;x\x07", "\x1b[2J", "\x9b31m", "\u202e", "\x7f", "\x08"]


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_nothing_that_a_translation_holds_acts_on_the_terminal(form, whole):
    """Escape sequences and signs of direction are shown as codes, wherever they stood."""
    folder = whole.translations / "pl"
    piece = "".join(ESCAPES)
    text = (folder / "03-rnn.md").read_text(encoding="utf-8")
    text = re.sub(r"`\w+`", lambda match: f"`{piece}{match[0][1:]}", text)
    text = re.sub(r"\]\((\w)", rf"](<{piece}>\1", text)
    text = text.replace(" state=machine", f" state={piece}", 3)
    text = (
        f"{piece} before\n{text}\n<!-- cell {piece} -->\n{piece}\n\n<!-- cell gone -->\n{piece}\n"
    )
    (folder / "03-rnn.md").write_bytes(text.encode("utf-8"))
    edit(folder / "glossary.toml", r"^forms = ", f'"{_toml(piece)}" = 1\nforms = ')
    edit(folder / "strings.toml", r"^stale = ", f'"{_toml(piece)}" = "x"\nstale = ')
    result = check_command(whole.root, "pl", "--format", form)
    assert result.code == 1
    assert "u001b" in result.out
    shown = (result.out + result.err).replace("\n", "")
    acting = {
        c for c in shown if unicodedata.category(c) == "Cc" or unicodedata.bidirectional(c) == "RLO"
    }
    assert acting == set()


def _toml(text: str) -> str:
    return "".join(f"\\\\u{ord(character):04x}" for character in text)


def test_a_text_cannot_make_a_workflow_command_of_its_own(whole):
    """Neither a line end nor a percent sign in a value ends the annotation."""
    path = whole.translations / "pl" / "03-rnn.md"
    edit(path, r"`tokenize`", "`x%0A::error::y`")
    result = check_command(whole.root, "pl", "--format", "github")
    lines = result.out.splitlines()
    assert all(line.startswith("::error file=translations/pl/03-rnn.md,") for line in lines)
    assert any("x%250A::error::y" in line for line in lines)
