"""`course po`: what goes out comes back, and what a person changed is what changes."""

import os
import shutil
import subprocess
from pathlib import Path

import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.errors import CourseError
from course.formats.course_toml import load_course
from course.formats.lesson import read_lesson
from course.formats.settings import Course, Lesson
from course.formats.translation import hash_source, normalise, parse_translation
from course.localization.localize import localize
from course.localization.po import export_po, import_po, po_path
from course.localization.sync import accept
from tests.fixtures.command import run_course

ROOT = Path(__file__).resolve().parents[2]
PLACES = sorted((path.parent.name, path.stem) for path in ROOT.glob("translations/*/[0-9]*.md"))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy what the translations need into a folder of its own."""
    for name in ("course.toml", "torchnlp.py"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("nlphelpers", "notebooks", "translations", "data"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def exported(tree: Path, locale: str, lesson: str = "03-rnn") -> tuple[Course, Path]:
    """Export one locale and return the course and the PO file of a lesson."""
    assert run_course(tree, "po", "export", locale).code == 0
    course = load_course(tree)
    return course, po_path(tree / "build" / "po", course.locale(locale), the_lesson(course, lesson))


def the_lesson(course: Course, name: str) -> Lesson:
    """Return the lesson with this id."""
    return next(lesson for lesson in course.lessons if lesson.id == name)


def test_there_are_translations() -> None:
    """The tests of every file would pass over an empty folder."""
    assert len(PLACES) >= len(load_course(ROOT).targets)


@pytest.mark.sampled
@pytest.mark.parametrize(("locale", "lesson"), PLACES)
def test_importing_what_was_exported_changes_no_byte(tree: Path, locale: str, lesson: str) -> None:
    """Out and in again, a translation file is the same to the byte."""
    path = tree / "translations" / locale / f"{lesson}.md"
    before = path.read_bytes()
    _, po = exported(tree, locale, lesson)
    done = run_course(tree, "po", "import", str(po))
    assert done.code == 0
    assert "0 cells changed" in done.out
    assert path.read_bytes() == before


@pytest.mark.sampled
@pytest.mark.parametrize(("locale", "lesson"), PLACES)
def test_an_exported_file_holds_every_cell_and_no_date_of_today(
    tree: Path, locale: str, lesson: str
) -> None:
    """Each cell is an entry under its id, and a second export is the same text."""
    course, po = exported(tree, locale, lesson)
    source = read_lesson(course, the_lesson(course, lesson))
    file = polib.pofile(str(po))
    assert [entry.msgctxt for entry in file] == [cell.id for cell in source.cells]
    assert [entry.msgid for entry in file] == [normalise(cell.text) for cell in source.cells]
    assert export_po(course, course.locale(locale), source) == po.read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="gettext is not installed")
@pytest.mark.sampled
@pytest.mark.parametrize(("locale", "lesson"), PLACES)
def test_msgfmt_accepts_the_files(tree: Path, locale: str, lesson: str) -> None:
    """GNU gettext checks them without a complaint."""
    _, po = exported(tree, locale, lesson)
    command = ["msgfmt", "--check", "--output-file", os.devnull, str(po)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_taking_fuzzy_away_confirms_a_draft(tree: Path) -> None:
    """What a person has read in the editor is that person's translation from then on."""
    course, po = exported(tree, "pl")
    file = polib.pofile(str(po))
    (entry,) = (entry for entry in file if entry.msgctxt == "lstm-gates")
    assert "fuzzy" in entry.flags
    entry.flags.remove("fuzzy")
    file.save(str(po))
    before = parse_translation((tree / "translations/pl/03-rnn.md").read_text(encoding="utf-8"))
    assert import_po(course, po)[0].endswith("1 cells changed")
    after = parse_translation((tree / "translations/pl/03-rnn.md").read_text(encoding="utf-8"))
    assert after.get("lstm-gates").state is None
    assert after.get("lstm-gates").text == before.get("lstm-gates").text
    assert [cell.raw for cell in after.cells if cell.id != "lstm-gates"] == [
        cell.raw for cell in before.cells if cell.id != "lstm-gates"
    ]


def test_a_changed_text_is_a_person_s_translation(tree: Path) -> None:
    """Text and hash are those of the entry, and no other cell changes."""
    course, po = exported(tree, "fr")
    file = polib.pofile(str(po))
    (entry,) = (entry for entry in file if entry.msgctxt == "tokens")
    entry.msgstr, entry.flags = "Un réseau calcule avec des nombres.", []
    file.save(str(po))
    import_po(course, po)
    cell = parse_translation((tree / "translations/fr/03-rnn.md").read_text("utf-8")).get("tokens")
    assert (cell.text, cell.state) == ("Un réseau calcule avec des nombres.", None)
    assert cell.source == hash_source(entry.msgid)


def test_an_outdated_cell_is_fuzzy_with_the_english_it_was_made_from(tree: Path) -> None:
    """The older English comes from the history, and stays outdated after an import."""
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(tree)]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run([*git, *words], check=True)
    for notebook in (tree / "notebooks").glob("*.ipynb"):
        text = notebook.read_text(encoding="utf-8")
        notebook.write_text(text.replace("## A network with a state", "## A network and its state"))
    course, po = exported(tree, "ja")
    (entry,) = (entry for entry in polib.pofile(str(po)) if entry.msgctxt == "unrolled")
    assert "fuzzy" in entry.flags
    assert entry.previous_msgid.startswith("## A network with a state")
    before = (tree / "translations/ja/03-rnn.md").read_bytes()
    import_po(course, po)
    assert (tree / "translations/ja/03-rnn.md").read_bytes() == before


def test_a_cell_that_is_not_there_yet_comes_in_at_its_place(tree: Path) -> None:
    """Imported into an emptied file, all cells stand in reading order again."""
    course, po = exported(tree, "nb")
    path = tree / "translations/nb/03-rnn.md"
    whole = parse_translation(path.read_text(encoding="utf-8"))
    path.unlink()
    import_po(course, po)
    again = parse_translation(path.read_text(encoding="utf-8"))
    assert [cell.id for cell in again.cells] == [cell.id for cell in whole.cells]
    assert [cell.text for cell in again.cells] == [cell.text for cell in whole.cells]
    assert {cell.state for cell in again.cells} == {"machine"}  # still marked fuzzy


def test_an_emptied_entry_loses_no_translation(tree: Path) -> None:
    """It is reported, and the cell is not changed."""
    course, po = exported(tree, "pl")
    file = polib.pofile(str(po))
    file[5].msgstr = ""
    file.save(str(po))
    before = (tree / "translations/pl/03-rnn.md").read_bytes()
    messages = import_po(course, po)
    assert (tree / "translations/pl/03-rnn.md").read_bytes() == before
    assert any(file[5].msgctxt in line and "not changed" in line for line in messages)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("no PO file", "not a PO file"),
        (
            'msgid ""\nmsgstr ""\n"Language: xx\\n"\n"X-Course-Lesson: 03-rnn\\n"\n',
            "unknown locale",
        ),
        ('msgid ""\nmsgstr ""\n"Language: pl\\n"\n"X-Course-Lesson: 04\\n"\n', "unknown lesson"),
        ('msgid "broken\n', "unknown lesson ''"),
    ],
)
def test_what_is_no_po_file_of_the_course_is_refused(tree: Path, content: str, said: str) -> None:
    """One line, exit 1, and no file is changed."""
    path = tree / "bad.po"
    path.write_text(content, encoding="utf-8")
    before = {p: p.read_bytes() for p in (tree / "translations").rglob("*.md")}
    done = run_course(tree, "po", "import", str(path))
    assert done.code == 1
    assert said in done.err
    assert "Traceback" not in done.err
    assert {p: p.read_bytes() for p in (tree / "translations").rglob("*.md")} == before


def test_active_content_does_not_come_in(tree: Path) -> None:
    """A script in an entry is named, and nothing of the file is taken."""
    course, po = exported(tree, "pl")
    file = polib.pofile(str(po))
    file[3].msgstr = "tekst <script>alert(1)</script>"
    file.save(str(po))
    done = run_course(tree, "po", "import", str(po))
    assert done.code == 1
    assert "active content" in done.err
    assert "<script" not in (tree / "translations/pl/03-rnn.md").read_text(encoding="utf-8")


LINE_ENDS = "\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00" + LINE_ENDS), min_size=1
)


@given(texts=st.lists(TEXT, min_size=1, max_size=4))
def test_any_text_survives_a_po_file(texts: list[str]) -> None:
    """What polib writes, it reads again: quotes, backslashes, line ends and all."""
    file = polib.POFile(wrapwidth=78)
    for number, text in enumerate(texts):
        entry = polib.POEntry(msgctxt=str(number), msgid="x", msgstr=normalise(text))
        file.append(entry)
    again = polib.pofile(str(file), wrapwidth=78)
    assert [entry.msgstr for entry in again] == [normalise(text) for text in texts]


@pytest.mark.parametrize("character", LINE_ENDS.replace("\r", ""))
def test_a_character_that_would_be_lost_is_refused(tree: Path, character: str) -> None:
    """Neither is it exported nor imported."""
    course, po = exported(tree, "pl")
    text = po.read_text(encoding="utf-8")
    po.write_text(text.replace("Rekurencyjne", f"Rekur{character}encyjne", 1), encoding="utf-8")
    with pytest.raises(CourseError, match=f"U\\+{ord(character):04X} is a line separator"):
        import_po(course, po)
    path = tree / "translations/pl/03-rnn.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Rekurencyjne", f"Rekur{character}encyjne", 1), encoding="utf-8")
    with pytest.raises(CourseError, match=f"U\\+{ord(character):04X} is not allowed"):
        export_po(course, course.locale("pl"), read_lesson(course, course.lesson("03-rnn")))


def test_a_reviewed_cell_is_not_fuzzy(tree: Path) -> None:
    """Only what a person has yet to read asks for work in the editor."""
    course = load_course(tree)
    lesson = read_lesson(course, course.lesson("03-rnn"))
    accept(course, course.locale("pl"), lesson, ["gru"], reviewed=True)
    text = export_po(course, course.locale("pl"), lesson)
    (entry,) = (entry for entry in polib.pofile(text) if entry.msgctxt == "gru")
    assert entry.flags == []
    assert localize(course, course.locale("pl"), lesson)["gru"].status == "reviewed"
