"""The sentences of code cells: what a plot shows and what a cell proves, in every language.

Through the real command, on the tiny course, whose cell `code-picture` says both and whose cell
`code-food` says what it shows in one of the notebooks.
"""

import json
import re
import subprocess
from pathlib import Path

from course.building.pseudo import build_pseudo
from course.formats.course_toml import load_course
from course.formats.translation import hash_source, parse_translation
from course.localization.history import find_english
from tests.fixtures import tiny
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
    about,
    say,
    translate,
)

PLACES = ["code-picture:alt", "code-picture:claim", "code-food:alt"]


# What is built


def test_built_metadata_differ_in_the_sentences_only(plotted: Path) -> None:
    """Translated: the locale's; missing or outdated: no notice, and all else byte for byte."""
    translate(plotted, "code-picture:alt", ALT_PL, ALT)
    translate(plotted, "code-picture:claim", CLAIM_PL, "A cat sleeps.", "machine")
    run_course(plotted, "build", "pl").assert_done()
    built, source = plotted / "build/notebooks/pl/01-cats-ink.ipynb", plotted / INK
    assert about(built, "code-picture") == {"alt": ALT_PL, "claim": CLAIM_PL}
    assert about(built, "code-food") == {"alt": FED}
    assert json.dumps(ALT_PL, ensure_ascii=False) in built.read_text(encoding="utf-8")
    notebooks = [json.loads(path.read_text(encoding="utf-8")) for path in (built, source)]
    for notebook in notebooks:
        for cell in notebook["cells"]:
            cell.pop("source" if cell["cell_type"] == "markdown" else "", None)
            cell["metadata"].pop("course", None)
    assert json.dumps(notebooks[0]) == json.dumps(notebooks[1])


def test_sentences_count_in_the_notice_of_their_page(plotted: Path) -> None:
    """Of the five cells of the notebook one was missing, two a machine's, and one outdated."""
    translate(plotted, "code-picture:claim", CLAIM_PL, "A cat sleeps.", "machine")
    run_course(plotted, "build", "pl").assert_done()
    built = tiny.sources(plotted / "build/notebooks/pl/01-cats-ink.ipynb")
    assert (
        "> Tłumaczenie maszynowe: 3 z 8.\n> Brakuje: 3 z 8.\n> Nieaktualne: 2.\n" in built["title"]
    )
    assert "\n".join(built.values()).count("> Jeszcze nie przetłumaczono.") == 1
    assert "\n".join(built.values()).count("> Oryginał się zmienił.") == 1


def test_a_sentence_has_no_marks_of_language_or_direction(plotted: Path) -> None:
    """Metadata is no page: neither in Arabic nor where English stays there are tags in it."""
    run_course(plotted, "build", "ar").assert_done()
    path = plotted / "build/notebooks/ar/01-cats-ink.ipynb"
    assert about(path, "code-picture") == {"alt": ALT, "claim": CLAIM}


def test_active_content_in_a_sentence_is_refused(plotted: Path) -> None:
    """It stands in pages as all prose does."""
    translate(plotted, "code-picture:claim", "<script>alert(1)</script>", CLAIM)
    run_course(plotted, "build", "pl").assert_refused("cell code-picture:claim: active content")


def test_nobody_s_language_has_sentences_too(kept: Path, tmp_path: Path) -> None:
    """What is plain English there has escaped translation."""
    course = load_course(kept)
    build_pseudo(course, tmp_path)
    said = about(tmp_path / "en-XA" / "01-cats-ink.ipynb", "code-picture")
    assert {key: text.startswith("[") for key, text in said.items()} == {"alt": True, "claim": True}
    assert "`helper`" in said["alt"]


# What translators work on


def test_sync_adds_sentences_behind_the_place_of_their_cell(plotted: Path) -> None:
    """Each once, though both notebooks have it, with the English to start from."""
    run_course(plotted, "sync", "pl").assert_done()
    text = (plotted / PL).read_text(encoding="utf-8")
    ids = [cell.id for cell in parse_translation(text).cells]
    assert ids[ids.index("picture") :] == [
        "picture",
        "code-picture:alt",
        "code-picture:claim",
        "food",
        "code-food:alt",
        "end",
    ]
    assert f"<!-- cell code-picture:alt source={hash_source(ALT)} -->\n{ALT}\n" in text
    assert run_course(plotted, "sync", "pl").assert_done().out == "all files are in step\n"


def test_sentences_are_work_to_do_and_can_be_accepted(plotted: Path, kept: Path) -> None:
    """todo leads to the line, accept confirms, and status counts their words."""
    translate(plotted, "code-picture:alt", ALT_PL, ALT, "machine")
    output = run_course(plotted, "todo", "pl", "-n", "99").assert_done().out
    assert re.search(
        rf"^{PL}:\d+: code-picture:alt \(machine, 9 words\)\n{re.escape(ALT)}$",
        output,
        re.MULTILINE,
    )
    assert f"{PL}:1: code-picture:claim (missing, 6 words)" in output
    done = run_course(plotted, "accept", "pl", "01-cats", "code-picture:alt").assert_done()
    assert done.out == "1 cells accepted: code-picture:alt\n"
    rows = json.loads(run_course(plotted, "status", "pl", "--format", "json").out)["translations"]
    before = json.loads(run_course(kept, "status", "pl", "--format", "json").out)["translations"]
    assert rows[0]["translated"] == before[0]["translated"] + len(ALT.split())


def test_the_english_of_an_outdated_sentence_is_found_in_the_history(plotted: Path) -> None:
    """As that of other cells is, to show what has changed."""
    for command in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=x", "-c", "user.email=x@x.org", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", "-C", str(plotted), *command], check=True, timeout=60)
    for name in (INK, CHALK):
        say(plotted, name, "code-picture", claim="A cat sleeps for 15 hours.")
    translate(plotted, "code-picture:claim", CLAIM_PL, CLAIM)
    output = run_course(plotted, "todo", "pl", "-n", "99").assert_done().out
    assert "A cat sleeps for [-16-]{+15+} hours." in output
    course = load_course(plotted)
    old = hash_source(ALT)
    assert find_english(course, course.lessons[0], [old]) == {old: ALT}


def test_mv_renames_the_sentences_with_their_cell(plotted: Path) -> None:
    """No translation is lost, and no sentence can be renamed by itself."""
    translate(plotted, "code-picture:alt", ALT_PL, ALT)
    translate(plotted, "code-picture:claim", CLAIM_PL, CLAIM)
    before = (plotted / PL).read_text(encoding="utf-8")
    run_course(plotted, "mv", "01-cats/code-picture", "look").assert_done()
    after = (plotted / PL).read_text(encoding="utf-8")
    assert after == before.replace("<!-- cell code-picture:", "<!-- cell look:")
    output = run_course(plotted, "check", "pl", "--format", "json").out
    assert not [f for f in json.loads(output)["findings"] if f["code"] == "orphan"]
    assert run_course(plotted, "mv", "01-cats/look:alt", "x").code == 2
    assert run_course(plotted, "mv", "01-cats/look", "x:alt").code == 2


def test_a_sentence_goes_through_a_po_file_and_comes_back(plotted: Path) -> None:
    """Exported with its id as context; confirming it there confirms it here."""
    translate(plotted, "code-picture:alt", ALT_PL, ALT, "machine")
    run_course(plotted, "sync", "pl").assert_done()
    before = (plotted / PL).read_text(encoding="utf-8")
    run_course(plotted, "po", "export", "pl").assert_done()
    path = plotted / "build/po/pl/01-cats.po"
    run_course(plotted, "po", "import", str(path)).assert_done()
    assert (plotted / PL).read_text(encoding="utf-8") == before
    text = path.read_text(encoding="utf-8")
    head = '#, fuzzy\nmsgctxt "code-picture:alt"\n'
    assert text.count(head) == 1
    path.write_text(text.replace(head, head.removeprefix("#, fuzzy\n")), encoding="utf-8")
    run_course(plotted, "po", "import", str(path)).assert_done()
    cell = parse_translation((plotted / PL).read_text(encoding="utf-8")).get("code-picture:alt")
    assert cell is not None
    assert (cell.text, cell.state, cell.source) == (ALT_PL, None, hash_source(ALT))
