"""Rules of the checks on a small course: what this one does not have."""

import pytest

from course.checks.runner import check_locale
from course.formats.glossary import form_pattern
from course.formats.settings import Course
from tests.fixtures.checked import codes, edit, write_tiny


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
    """The finding is gone, and the waiver itself is reported once the text is corrected."""
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


def test_an_outdated_cell_is_reported_once_and_its_differences_are_warnings(tmp_path):
    """It is of other English, so only what is wrong by itself stays an error."""
    course = write_tiny(tmp_path, "It has 3 rates.", "Ma 2 tempa.\u202e")
    edit(course.root / "translations/pl/01-a.md", r"cell a source=\w+", "cell a source=" + "0" * 12)
    levels = {f.code: f.level for f in check_locale(course, course.locale("pl"))}
    assert levels == {"stale": "warning", "number": "warning", "bidi": "error"} | {
        code: level for code, level in levels.items() if code == "ending"
    }
