"""The sentences of code cells: what a plot shows and what a cell proves, in every language.

Through the real command, on the tiny course, whose cell `code-picture` says both and whose cell
`code-food` says what it shows in one of the notebooks.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fixtures import tiny
from fixtures.command import run_course

from course.building.pseudo import build_pseudo
from course.checks.finding import Finding
from course.checks.runner import check
from course.formats.course_toml import load_course
from course.formats.lesson import read_lesson
from course.formats.translation import hash_source, parse, write
from course.jupyterlab.edit import apply
from course.jupyterlab.saved import read_saved
from course.jupyterlab.view import kinds, make_view, strip_marks
from course.localization.history import find_english
from course.localization.localize import localize
from course.previewing.preview import Preview

ALT = "A cat of 4 legs, asleep on a `helper`."
CLAIM = "A cat sleeps for 16 hours."
FED = "Four mice."
ALT_PL = "Kot o 4 nogach śpi na macie `helper`."
CLAIM_PL = "Kot śpi przez 16 godzin."
PL = "translations/pl/01-cats.md"
INK, CHALK = "notebooks/01-cats-ink.ipynb", "notebooks/01-cats-chalk.ipynb"
PLACES = ["code-picture:alt", "code-picture:claim", "code-food:alt"]


def say(root: Path, name: str, cell_id: str, **said: Any) -> None:
    """Put sentences into the metadata of a code cell; None takes one away, `tags` are tags."""
    path = root / name
    notebook = json.loads(path.read_text(encoding="utf-8"))
    about = next(cell for cell in notebook["cells"] if cell["id"] == cell_id)["metadata"]
    about["tags"] = said.pop("tags", about["tags"])
    sentences = {**about.get("course", {}), **said}
    about["course"] = {key: text for key, text in sentences.items() if text is not None}
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with sentences, for tests that only look; its folder."""
    root = tiny.write_course(tmp_path_factory.mktemp("sentences") / "tiny")
    for name in (INK, CHALK):
        say(root, name, "code-picture", claim=CLAIM, alt=ALT, tags=["claim"])
    say(root, INK, "code-food", alt=FED)
    return root


@pytest.fixture
def root(kept: Path, tmp_path: Path) -> Path:
    """A copy of it, for tests that change it."""
    return Path(shutil.copytree(kept, tmp_path / "tiny", symlinks=True))


def translate(root: Path, cell_id: str, text: str, english: str, state: str = "") -> None:
    """Put a cell at the end of the Polish file."""
    path = root / PL
    more = tiny.cell(cell_id, text, english, state)
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{more}", encoding="utf-8")


def about(path: Path, cell_id: str) -> dict[str, Any]:
    """Return what the metadata of a cell say to the course."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return next(cell["metadata"] for cell in cells if cell["id"] == cell_id)["course"]


# What is built


def test_built_metadata_differ_in_the_sentences_only(root: Path) -> None:
    """Translated: the locale's; missing or outdated: no notice, and all else byte for byte."""
    translate(root, "code-picture:alt", ALT_PL, ALT)
    translate(root, "code-picture:claim", CLAIM_PL, "A cat sleeps.", "machine")
    run_course(root, "build", "pl").assert_done()
    made, source = root / "build/notebooks/pl/01-cats-ink.ipynb", root / INK
    assert about(made, "code-picture") == {"alt": ALT_PL, "claim": CLAIM_PL}
    assert about(made, "code-food") == {"alt": FED}
    assert json.dumps(ALT_PL, ensure_ascii=False) in made.read_text(encoding="utf-8")
    notebooks = [json.loads(path.read_text(encoding="utf-8")) for path in (made, source)]
    for notebook in notebooks:
        for cell in notebook["cells"]:
            cell.pop("source" if cell["cell_type"] == "markdown" else "", None)
            cell["metadata"].pop("course", None)
    assert json.dumps(notebooks[0]) == json.dumps(notebooks[1])


def test_sentences_count_in_the_notice_of_their_page(root: Path) -> None:
    """Of the five cells of the notebook one was missing, two a machine's, and one outdated."""
    translate(root, "code-picture:claim", CLAIM_PL, "A cat sleeps.", "machine")
    run_course(root, "build", "pl").assert_done()
    made = tiny.sources(root / "build/notebooks/pl/01-cats-ink.ipynb")
    assert (
        "> Tłumaczenie maszynowe: 3 z 8.\n> Brakuje: 3 z 8.\n> Nieaktualne: 2.\n" in made["title"]
    )
    assert "\n".join(made.values()).count("> Jeszcze nie przetłumaczono.") == 1
    assert "\n".join(made.values()).count("> Oryginał się zmienił.") == 1


def test_a_sentence_has_no_marks_of_language_or_direction(root: Path) -> None:
    """Metadata is no page: neither in Arabic nor where English stays there are tags in it."""
    run_course(root, "build", "ar").assert_done()
    path = root / "build/notebooks/ar/01-cats-ink.ipynb"
    assert about(path, "code-picture") == {"alt": ALT, "claim": CLAIM}


def test_active_content_in_a_sentence_is_refused(root: Path) -> None:
    """It stands in pages as all prose does."""
    translate(root, "code-picture:claim", "<script>alert(1)</script>", CLAIM)
    run_course(root, "build", "pl").assert_refused("cell code-picture:claim: active content")


def test_nobody_s_language_has_sentences_too(kept: Path, tmp_path: Path) -> None:
    """What is plain English there has escaped translation."""
    course = load_course(kept)
    build_pseudo(course, tmp_path)
    said = about(tmp_path / "en-XA" / "01-cats-ink.ipynb", "code-picture")
    assert {key: text.startswith("[") for key, text in said.items()} == {"alt": True, "claim": True}
    assert "`helper`" in said["alt"]


# What translators work on


def test_sync_adds_sentences_behind_the_place_of_their_cell(root: Path) -> None:
    """Each once, though both notebooks have it, with the English to start from."""
    run_course(root, "sync", "pl").assert_done()
    text = (root / PL).read_text(encoding="utf-8")
    ids = [cell.id for cell in parse(text).cells]
    assert ids[ids.index("picture") :] == [
        "picture",
        "code-picture:alt",
        "code-picture:claim",
        "food",
        "code-food:alt",
        "end",
    ]
    assert f"<!-- cell code-picture:alt source={hash_source(ALT)} -->\n{ALT}\n" in text
    assert run_course(root, "sync", "pl").assert_done().out == "all files are in step\n"


def test_sentences_are_work_to_do_and_can_be_accepted(root: Path, kept: Path) -> None:
    """todo leads to the line, accept confirms, and status counts their words."""
    translate(root, "code-picture:alt", ALT_PL, ALT, "machine")
    told = run_course(root, "todo", "pl", "-n", "99").assert_done().out
    assert re.search(
        rf"^{PL}:\d+: code-picture:alt \(machine, 9 words\)\n{re.escape(ALT)}$", told, re.MULTILINE
    )
    assert f"{PL}:1: code-picture:claim (missing, 6 words)" in told
    done = run_course(root, "accept", "pl", "01-cats", "code-picture:alt").assert_done()
    assert done.out == "1 cells accepted: code-picture:alt\n"
    rows = json.loads(run_course(root, "status", "pl", "--format", "json").out)["translations"]
    before = json.loads(run_course(kept, "status", "pl", "--format", "json").out)["translations"]
    assert rows[0]["translated"] == before[0]["translated"] + len(ALT.split())


def test_the_english_of_an_outdated_sentence_is_found_in_the_history(root: Path) -> None:
    """As that of other cells is, to show what has changed."""
    for command in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=x", "-c", "user.email=x@x.org", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", "-C", str(root), *command], check=True, timeout=60)
    for name in (INK, CHALK):
        say(root, name, "code-picture", claim="A cat sleeps for 15 hours.")
    translate(root, "code-picture:claim", CLAIM_PL, CLAIM)
    told = run_course(root, "todo", "pl", "-n", "99").assert_done().out
    assert "A cat sleeps for [-16-]{+15+} hours." in told
    course = load_course(root)
    old = hash_source(ALT)
    assert find_english(course, course.lessons[0], [old]) == {old: ALT}


def test_mv_renames_the_sentences_with_their_cell(root: Path) -> None:
    """No translation is lost, and no sentence can be renamed by itself."""
    translate(root, "code-picture:alt", ALT_PL, ALT)
    translate(root, "code-picture:claim", CLAIM_PL, CLAIM)
    before = (root / PL).read_text(encoding="utf-8")
    run_course(root, "mv", "01-cats/code-picture", "look").assert_done()
    after = (root / PL).read_text(encoding="utf-8")
    assert after == before.replace("<!-- cell code-picture:", "<!-- cell look:")
    told = run_course(root, "check", "pl", "--format", "json").out
    assert not [f for f in json.loads(told)["findings"] if f["code"] == "orphan"]
    assert run_course(root, "mv", "01-cats/look:alt", "x").code == 2
    assert run_course(root, "mv", "01-cats/look", "x:alt").code == 2


def test_a_sentence_goes_through_a_po_file_and_comes_back(root: Path) -> None:
    """Exported with its id as context; confirming it there confirms it here."""
    translate(root, "code-picture:alt", ALT_PL, ALT, "machine")
    run_course(root, "sync", "pl").assert_done()
    before = (root / PL).read_text(encoding="utf-8")
    run_course(root, "po", "export", "pl").assert_done()
    path = root / "build/po/pl/01-cats.po"
    run_course(root, "po", "import", str(path)).assert_done()
    assert (root / PL).read_text(encoding="utf-8") == before
    text = path.read_text(encoding="utf-8")
    head = '#, fuzzy\nmsgctxt "code-picture:alt"\n'
    assert text.count(head) == 1
    path.write_text(text.replace(head, head.removeprefix("#, fuzzy\n")), encoding="utf-8")
    run_course(root, "po", "import", str(path)).assert_done()
    cell = parse((root / PL).read_text(encoding="utf-8")).get("code-picture:alt")
    assert cell is not None
    assert (cell.text, cell.state, cell.source) == (ALT_PL, None, hash_source(ALT))


# Checks


def findings(root: Path, *locales: str) -> list[Finding]:
    """Return the findings of some locales, and of the English, for cells that say something."""
    course = load_course(root)
    found = check(course, [course.locale(name) for name in locales])
    return [f for f in found if f.cell.startswith(("code-picture", "code-food"))]


def test_sentences_that_are_there_have_no_finding(root: Path) -> None:
    """The English is in order but for plots that nobody has described."""
    found = findings(root)
    assert [(f.path, f.code, f.cell) for f in found] == [(CHALK, "alt", "code-food")]
    line = (root / CHALK).read_text(encoding="utf-8").splitlines()[found[0].line - 1]
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
def test_a_fault_of_an_english_sentence_is_found(fault: str, root: Path) -> None:
    """In both notebooks where both have it, with the cell and what to do."""
    said, code, told = FAULTS[fault]
    for name in (INK, CHALK):
        say(root, name, "code-picture", **{"alt": "A cat.", **said})
    found = [f for f in findings(root) if f.cell.startswith("code-picture")]
    assert {f.code for f in found} == {code}
    assert all(told in str(f) for f in found)


def test_sentences_of_one_cell_in_two_notebooks_have_one_text(root: Path) -> None:
    """As Markdown cells have: it is translated once."""
    say(root, CHALK, "code-picture", claim="A cat sleeps for 12 hours.")
    (found,) = [f for f in findings(root) if f.code == "shared-prose"]
    assert (found.path, found.cell, found.value) == (
        CHALK,
        "code-picture:claim",
        "A cat sleeps for 12 hours.",
    )


def test_a_waiver_of_the_cell_counts_for_its_sentences(root: Path) -> None:
    """And one that nothing needs any more is told."""
    say(root, CHALK, "code-food", allow={"alt": "a picture of the text below it"})
    assert findings(root) == []
    say(root, CHALK, "code-food", alt=FED)
    (found,) = findings(root)
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
def test_a_damaged_sentence_is_found(damage: str, root: Path) -> None:
    """The checks of prose hold for a sentence of metadata as they do for a paragraph."""
    change, codes = DAMAGES[damage]
    translate(root, "code-picture:alt", ALT_PL, ALT)
    assert [
        f
        for f in findings(root, "pl")
        if f.cell == "code-picture:alt" and f.locale == "pl" and f.code != "order"
    ] == []
    translate(root, "code-food:alt", change(ALT_PL), ALT)
    say(root, INK, "code-food", alt=ALT)
    found = {f.code for f in findings(root, "pl") if f.cell == "code-food:alt"}
    assert codes <= found


# Where they are shown


def test_the_website_shows_them_in_the_language_of_the_page(root: Path) -> None:
    """The plot's words without markup, the claim below the output; what is English is marked."""
    translate(root, "code-picture:alt", ALT_PL, ALT)
    translate(root, "code-picture:claim", "Kot śpi przez **16** godzin.", CLAIM)
    run_course(root, "site", "en", "pl", "ar").assert_done()
    shown = {}
    for name in ("en", "pl", "ar"):
        folder = root / "build/site" / name
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


def test_the_preview_shows_them_beside_their_cell(root: Path) -> None:
    """Both sentences in both languages, below the code that draws the plot in each framework."""
    translate(root, "code-picture:alt", ALT_PL.replace("4", "5"), ALT)
    page = Preview(root, "pl", "01-cats").page().content.decode("utf-8")
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


def test_claims_are_listed_with_what_their_cells_have_printed(root: Path) -> None:
    """A line for each notebook, in the language that is asked for."""
    path = root / INK
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "code-picture")
    cell["outputs"].append(
        {"name": "stdout", "output_type": "stream", "text": ["awake 8\n", "asleep 16 | \x1b[1mx\n"]}
    )
    path.write_text(json.dumps(notebook), encoding="utf-8")
    translate(root, "code-picture:claim", CLAIM_PL, CLAIM)
    told = json.loads(run_course(root, "claims", "--format", "json").assert_done().out)
    assert told["claims"] == [
        {
            "lesson": "01-cats",
            "framework": framework,
            "cell": "code-picture",
            "sentence": CLAIM,
            "printed": printed,
        }
        for framework, printed in (("ink", "awake 8 asleep 16 | x"), ("chalk", ""))
    ]
    table = run_course(root, "claims", "01-cats", "--locale", "pl", "--format", "markdown")
    assert f"| code-picture | {CLAIM_PL} | awake 8 asleep 16 \\| x |" in table.assert_done().out
    assert CLAIM in run_course(root, "claims").assert_done().out
    run_course(root, "claims", "01-cat").assert_refused("did you mean '01-cats'", code=2)
    assert CLAIM not in run_course(root, "claims", "02-boats").assert_done().out


def test_a_view_keeps_them_when_it_is_saved_and_copied(root: Path) -> None:
    """A save of other cells leaves them in the file; a copy has them as translated."""
    translate(root, "code-picture:alt", ALT_PL, ALT)
    text = (root / PL).read_text(encoding="utf-8")
    course = load_course(root)
    lesson = read_lesson(course, course.lessons[0])
    localized = localize(course, course.locale("pl"), lesson)
    notebook = lesson.notebooks[0].data
    view = json.loads(json.dumps(make_view(notebook, localized, [], {"view": "t"})))
    saved = read_saved(view, kinds(notebook, lesson), seed="t")
    done = apply(localized, saved)
    assert write(done.translation) == text
    assert (saved.notes, done.told) == ([], [])
    copy = {cell["id"]: cell["metadata"] for cell in strip_marks(view)["cells"]}
    assert copy["code-picture"]["course"] == {"alt": ALT_PL, "claim": CLAIM}
    assert "course" not in copy["code-title"]
