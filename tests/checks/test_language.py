"""The glossary, the words and the folder of a locale: what is wrong there is found."""

import shutil

import pytest

from course.checks.contexts import Language, Pair
from course.checks.runner import check
from course.checks.words import forbidden_terms
from course.formats.glossary import Glossary, Term
from course.formats.lesson import SourceCell
from course.formats.strings import tool_strings
from course.formats.translation import Cell
from tests.fixtures.checked import codes, edit, findings

GLOSSARY = {
    "toml": (r"\Z", "terms = [", "glossary.toml"),
    "unknown_key": (r"^forms = ", "formss = ", "unknown key 'formss', did you mean 'forms'?"),
    "no_forms": (r"^forms = [^\n]*$", "", "'forms' is missing or empty"),
    "empty_forms": (r"^forms = [^\n]*$", "forms = []", "'forms' is missing or empty"),
    "forms_as_text": (r"^forms = [^\n]*$", 'forms = "stan"', "expected a list of strings"),
    "form_that_fits_all": (r"^forms = [^\n]*$", 'forms = ["*"]', "'*'"),
    "no_term": (r"^term = [^\n]*$", "", "'term' is missing or not a string"),
    "term_twice": (r"(\[\[terms\]\]\nterm[^\n]*\nforms[^\n]*\n)", r"\1\1", "is defined twice"),
    "keep_as_text": (r"^keep = \[.*?\]", 'keep = "LSTM"', "keep is 'LSTM'"),
    "terms_as_table": (r"\[\[terms\]\].*", '[terms]\nstate = "stan"\n', "not a list of tables"),
}


@pytest.mark.parametrize("fault", GLOSSARY)
def test_a_broken_glossary_is_found_and_says_what_is_wrong(fault, whole):
    """A glossary that asks for nothing would pass every text."""
    pattern, by, what = GLOSSARY[fault]
    edit(whole.translations / "pl" / "glossary.toml", pattern, by)
    found = [f for f in findings(whole) if f.code == "glossary"]
    assert found
    assert {finding.path for finding in found} == {"translations/pl/glossary.toml"}
    assert what in str(found[0])


STRINGS = {
    "toml": (r"\Z", "[notices", "strings.toml"),
    "missing_key": (r"^stale = [^\n]*$", "", "string missing: notices.stale"),
    "unknown_key": (r"^stale = ", "stail = ", "unknown string: notices.stail"),
    "empty": (r"^stale = [^\n]*$", 'stale = " "', "empty string: notices.stale"),
    "no_text": (r"^stale = [^\n]*$", "stale = 1", "notices.stale is 1"),
    "no_table": (r"\A", 'note = "Uwaga"\n', "note is not in a table"),
    "other_placeholder": (r"\{machine\}([^\n]*\"$)", r"{maszyna}\1", "placeholders differ"),
    "no_placeholder": (r"\{stale\}", "0", "placeholders differ"),
    "brace_left_open": (r"\{stale\}", "{stale", "placeholders differ"),
    "width_of_a_billion": (r"\{stale\}", "{stale:>999999999}", "placeholders differ"),
    "attribute": (r"\{stale\}", "{stale.__class__}", "placeholders differ"),
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
    found = [f for f in findings(whole) if f.code == "strings"]
    assert {finding.path for finding in found} == {"translations/pl/strings.toml"}
    assert any(what in str(finding) for finding in found), [str(finding) for finding in found]


@pytest.mark.parametrize(
    ("name", "code"),
    [("glossary.toml", "glossary"), ("strings.toml", "strings"), ("03-rnn.md", "no-file")],
)
def test_a_file_that_is_gone_is_reported(name, code, whole):
    """Without its glossary a locale would have no terms to keep, and look as clean as before."""
    (whole.translations / "pl" / name).unlink()
    assert code in codes(whole)


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        ("Pobierz notatnik", "Pobierz zeszyt", "term", "site.download: notebook → notatnik*"),
        (
            "Pobierz notatnik",
            "Pobierz notatnik i notesy",
            "forbidden-term",
            "site.download: notesy",
        ),
    ],
)
def test_strings_say_terms_as_the_glossary_does(old, new, code, message, whole):
    """A term with two names, one in the lessons and one around them, is two terms to a reader."""
    edit(whole.translations / "pl" / "strings.toml", old, new)
    (found,) = (each for each in findings(whole) if each.code == code)
    assert found.path == "translations/pl/strings.toml"
    assert message in str(found)


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
    seen = {found.what for found in forbidden_terms(pair)}
    assert seen == ({"forbidden for 'padding'"} if forbidden else set())


@pytest.mark.parametrize("name", ["3-rnn.md", "03-rnn.pl.md", "glosary.toml", "notes.html"])
def test_a_file_that_nothing_reads_is_reported(name, whole):
    """A translation under a wrong name would be shown to nobody, and nobody would know."""
    (whole.translations / "pl" / name).write_text("x", encoding="utf-8")
    assert codes(whole) != []


def test_a_folder_that_is_no_locale_of_the_course_is_reported(whole):
    """A locale that course.toml does not name is translated in vain."""
    shutil.copytree(whole.translations / "pl", whole.translations / "pl-PL")
    assert [str(finding) for finding in check(whole, [])] != []


@pytest.mark.parametrize("name", ["glossary.toml", "plots.toml", "strings.toml", "03-rnn.md"])
def test_a_file_that_is_no_text_or_a_link_is_not_read(name, whole, tmp_path):
    """Neither bytes that are not UTF-8 nor a way out of the tree end in a traceback."""
    path = whole.translations / "pl" / name
    content = path.read_bytes()
    for damaged in (b"\xff" + content, content + b"#" * 1_000_001):
        path.write_bytes(damaged)
        assert set(codes(whole)) & {"unreadable", "glossary", "strings", "plots"}
    outside = tmp_path / "outside"
    outside.write_bytes(content)
    path.unlink()
    path.symlink_to(outside)
    assert set(codes(whole)) & {"unreadable", "glossary", "strings", "plots"}
