"""Sentences in the metadata of code cells: what is found there, and where they are shown."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from course.checks.finding import Finding
from course.checks.runner import check
from course.formats.course_toml import load_course
from course.formats.lesson import read_lesson
from course.formats.translation import render_translation
from course.jupyterlab.edit import apply
from course.jupyterlab.saved import read_saved
from course.jupyterlab.view import kinds, make_view, strip_marks
from course.localization.localize import localize
from course.previewing.preview import Preview
from tests.fixtures.command import run_course
from tests.fixtures.sentences import (
    ALT,
    ALT_PL,
    CHALK,
    CLAIM,
    CLAIM_PL,
    FED,
    INK,
    PL,
    say,
    translate,
)


def findings(plotted: Path, *locales: str) -> list[Finding]:
    """Return the findings of some locales, and of the English, for cells that say something."""
    course = load_course(plotted)
    found = check(course, [course.locale(name) for name in locales])
    return [f for f in found if f.cell.startswith(("code-picture", "code-food"))]


def test_sentences_that_are_there_have_no_finding(plotted: Path) -> None:
    """The English is in order but for plots that nobody has described."""
    found = findings(plotted)
    assert [(f.path, f.code, f.cell) for f in found] == [(CHALK, "alt", "code-food")]
    line = (plotted / CHALK).read_text(encoding="utf-8").splitlines()[found[0].line - 1]
    assert line == "  {"
    assert "image/png" in str(found[0])


Faulty = tuple[dict[str, Any], str, str]
FAULTS: dict[str, Faulty] = {
    "untagged": ({"tags": []}, "claim", "tag the cell 'claim'"),
    "unsaid": ({"claim": None}, "claim", "write metadata.course.claim"),
    "empty": ({"claim": " "}, "claim", "not one paragraph"),
    "no_text": ({"alt": ["A cat."]}, "alt", "not one paragraph"),
    "paragraphs": ({"alt": "A cat.\n\nAsleep."}, "alt", "not one paragraph"),
    "heading": ({"claim": "# A cat sleeps"}, "claim", "not one paragraph"),
    "list": ({"claim": "* a cat\n* a mouse"}, "claim", "not one paragraph"),
    "undescribed": ({"alt": None}, "alt", "describe it in metadata.course.alt"),
    "unknown_name": ({"alt": "A `dog`."}, "name", "dog"),
    "active": ({"alt": "A <script>x</script>."}, "active", "active content"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_an_english_sentence_is_found(fault: str, plotted: Path) -> None:
    """In both notebooks where both have it, with the cell and what to do."""
    metadata, code, message = FAULTS[fault]
    for name in (INK, CHALK):
        say(plotted, name, "code-picture", **{"alt": "A cat.", **metadata})
    found = [f for f in findings(plotted) if f.cell.startswith("code-picture")]
    assert {f.code for f in found} == {code}
    assert all(message in str(f) for f in found)


def test_sentences_of_one_cell_in_two_notebooks_have_one_text(plotted: Path) -> None:
    """As Markdown cells have: it is translated once."""
    say(plotted, CHALK, "code-picture", claim="A cat sleeps for 12 hours.")
    (found,) = [f for f in findings(plotted) if f.code == "shared-prose"]
    assert (found.path, found.cell, found.value) == (
        CHALK,
        "code-picture:claim",
        "A cat sleeps for 12 hours.",
    )


def test_a_waiver_of_the_cell_counts_for_its_sentences(plotted: Path) -> None:
    """And one that nothing needs any more is reported."""
    say(plotted, CHALK, "code-food", allow={"alt": "a picture of the text below it"})
    assert findings(plotted) == []
    say(plotted, CHALK, "code-food", alt=FED)
    (found,) = findings(plotted)
    assert (found.code, found.cell, found.value) == ("waiver", "code-food", "alt")


DAMAGES: dict[str, tuple[Callable[[str], str], set[str]]] = {
    "number": (lambda text: text.replace("4", "5"), {"number"}),
    "code": (lambda text: text.replace("`helper`", "mata"), {"code"}),
    "paragraphs": (lambda text: f"{text}\n\nI myszy.", {"paragraph"}),
    "heading": (lambda text: f"# {text}", {"heading"}),
    "cut_off": (lambda text: text.rstrip("."), {"ending"}),
    "active": (lambda text: f"{text}<script>x</script>", {"active", "html"}),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_sentence_is_found(damage: str, plotted: Path) -> None:
    """The checks of prose hold for a sentence of metadata as they do for a paragraph."""
    change, codes = DAMAGES[damage]
    translate(plotted, "code-picture:alt", ALT_PL, ALT)
    assert [
        f
        for f in findings(plotted, "pl")
        if f.cell == "code-picture:alt" and f.locale == "pl" and f.code != "order"
    ] == []
    translate(plotted, "code-food:alt", change(ALT_PL), ALT)
    say(plotted, INK, "code-food", alt=ALT)
    found = {f.code for f in findings(plotted, "pl") if f.cell == "code-food:alt"}
    assert codes <= found


# Where they are shown


def test_the_website_shows_them_in_the_language_of_the_page(plotted: Path) -> None:
    """The plot's words without markup, the claim below the output; what is English is marked."""
    translate(plotted, "code-picture:alt", ALT_PL, ALT)
    translate(plotted, "code-picture:claim", "Kot śpi przez **16** godzin.", CLAIM)
    run_course(plotted, "site", "en", "pl", "ar").assert_done()
    shown = {}
    for name in ("en", "pl", "ar"):
        folder = plotted / "build/site" / name
        shown[name] = (folder / "01-cats-ink.html").read_text(encoding="utf-8")
        search = (folder / "search.html").read_text(encoding="utf-8")
        assert ("Kot śpi przez 16 godzin." in search) == (name == "pl")
    assert 'alt="A cat of 4 legs, asleep on a helper." loading' in shown["en"]
    assert f'<div class="claim"><p>{CLAIM}</p></div>' in shown["en"]
    assert 'alt="Kot o 4 nogach śpi na macie helper." loading' in shown["pl"]
    assert (
        '<div class="claim"><p>Kot śpi przez <strong>16</strong> godzin.</p></div>' in shown["pl"]
    )
    assert 'alt="Four mice." lang="en" dir="ltr"' in shown["pl"]
    assert f'<div class="claim" lang="en" dir="ltr"><p>{CLAIM}</p></div>' in shown["ar"]
    blocks = re.findall(r'^<div class="([^"]+)"(?: id="([^"]+)")?', shown["pl"], re.MULTILINE)
    assert blocks[blocks.index(("cell", "code-picture")) + 1][0] == "claim"


def test_the_preview_shows_them_beside_their_cell(plotted: Path) -> None:
    """Both sentences in both languages, below the code that draws the plot in each framework."""
    translate(plotted, "code-picture:alt", ALT_PL.replace("4", "5"), ALT)
    page = Preview(plotted, "pl", "01-cats").page().content.decode("utf-8")
    rows = re.findall(r'<article class="row (\w+)" id="([^"]+)"', page)
    names = [name for _, name in rows]
    at = names.index("code-code-picture-ink")
    assert names[at + 1 : at + 4] == [
        "code-code-picture-chalk",
        "prose-code-picture:alt",
        "prose-code-picture:claim",
    ]
    assert len(names) == len(set(names))
    alt = page[page.index('id="prose-code-picture:alt"') :].partition("</article>")[0]
    assert "Kot o 5 nogach" in alt
    assert 'class="status translated"' in alt
    assert '<b title="number' in alt
    assert 'alt="A cat of 4 legs, asleep on a helper."' in page


def test_claims_are_listed_with_what_their_cells_have_printed(plotted: Path) -> None:
    """A line for each notebook, in the language that is asked for."""
    path = plotted / INK
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "code-picture")
    cell["outputs"].append(
        {"name": "stdout", "output_type": "stream", "text": ["awake 8\n", "asleep 16 | \x1b[1mx\n"]}
    )
    path.write_text(json.dumps(notebook), encoding="utf-8")
    translate(plotted, "code-picture:claim", CLAIM_PL, CLAIM)
    output = json.loads(run_course(plotted, "claims", "--format", "json").assert_done().out)
    assert output["claims"] == [
        {
            "lesson": "01-cats",
            "framework": framework,
            "cell": "code-picture",
            "sentence": CLAIM,
            "printed": printed,
        }
        for framework, printed in (("ink", "awake 8 asleep 16 | x"), ("chalk", ""))
    ]
    table = run_course(plotted, "claims", "01-cats", "--locale", "pl", "--format", "markdown")
    assert f"| code-picture | {CLAIM_PL} | awake 8 asleep 16 \\| x |" in table.assert_done().out
    assert CLAIM in run_course(plotted, "claims").assert_done().out
    run_course(plotted, "claims", "01-cat").assert_refused("did you mean '01-cats'", code=2)
    assert CLAIM not in run_course(plotted, "claims", "02-boats").assert_done().out


def test_a_view_keeps_them_when_it_is_saved_and_copied(plotted: Path) -> None:
    """A save of other cells leaves them in the file; a copy has them as translated."""
    translate(plotted, "code-picture:alt", ALT_PL, ALT)
    text = (plotted / PL).read_text(encoding="utf-8")
    course = load_course(plotted)
    lesson = read_lesson(course, course.lessons[0])
    localized = localize(course, course.locale("pl"), lesson)
    notebook = lesson.notebooks[0].data
    view = json.loads(json.dumps(make_view(notebook, localized, [], {"view": "t"})))
    saved = read_saved(view, kinds(notebook, lesson), seed="t")
    done = apply(localized, saved)
    assert render_translation(done.translation) == text
    assert (saved.notes, done.messages) == ([], [])
    copy = {cell["id"]: cell["metadata"] for cell in strip_marks(view)["cells"]}
    assert copy["code-picture"]["course"] == {"alt": ALT_PL, "claim": CLAIM}
    assert "course" not in copy["code-title"]
