"""A cell without words, such as a formula: the same in every language, and nobody's work."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.building.render import render_notebook
from course.checks.todo import todo
from course.formats.course_toml import load_course
from course.formats.lesson import SourceCell, SourceLesson, read_lesson
from course.formats.settings import Lesson
from course.formats.strings import tool_strings
from course.formats.translation import Cell, Translation, hash_source
from course.jupyterlab.view import make_view
from course.localization.align import TRANSLATED, align_cell
from course.localization.localize import LocalizedLesson, localize
from course.localization.notices import cell_notice, page_notice
from course.localization.po import export_po, import_po
from course.localization.progress import status
from course.localization.sync import synced
from course.markdown.outline import has_words
from tests.fixtures import tiny
from tests.fixtures.command import run_course
from tests.fixtures.tiny import cell, sources

FORMULA = "$$n = 4$$"
WORDLESS = [
    FORMULA,
    "$h$",
    "$$\n\\text{loss} = -\\ln p\n$$",
    "---",
    "`x`",
    "```python\nprint('a word')\n```",
    "![](images/cat.svg)",
    '<img src="images/cat.svg" alt="">',
    "<!-- a remark -->",
    "<br>",
    "→ …",
    "<https://example.org/a>",
    "| $a$ | $b$ |\n|---|---|\n| `x` | |",
    "## $x_t$",
]
WORDED = [
    "A cat.",
    "猫",
    "12,000",
    "where $x$ is read",
    "![A cat](images/cat.svg)",
    '![](images/cat.svg "A cat")',
    '<img src="images/cat.svg" alt="A cat">',
    "<details><summary>More</summary></details>",
    '[`x`](images/cat.svg "A cat")',
    "| `x` | a word |\n|---|---|",
    "| $x$ |\n|---|\n| word |",
]
PAGES = ("01-cats-ink", "01-cats-chalk")


@pytest.mark.parametrize("text", WORDLESS)
def test_what_every_language_says_alike_has_no_words(text: str) -> None:
    """Code, formulas, tags, addresses, and pictures without a text."""
    assert not has_words(text)


@pytest.mark.parametrize("text", WORDED)
def test_what_a_translation_may_change_has_words(text: str) -> None:
    """Whatever a reader sees or hears; numbers too, as languages write them differently."""
    assert has_words(text)


def source(text: str, name: str = "x") -> SourceCell:
    return SourceCell(name, text, ("ink",), hash_source(text))


@given(parts=st.lists(st.sampled_from(WORDLESS), min_size=1, max_size=4), at=st.integers(0, 4))
def test_any_text_without_words_is_shown_as_it_is(parts: list[str], at: int) -> None:
    """It is translated by itself, asked of nobody, and a single word makes it work again."""
    text = "\n\n".join(parts)
    whole = source(text)
    item = align_cell(whole, None, tiny_locale("pl"))
    assert (item.status, item.translation, whole.words) == (TRANSLATED, None, 0)
    assert (item.text, cell_notice(item, tool_strings())) == (text, "")
    lesson = SourceLesson(Lesson("1", "One"), (), (whole,))
    assert synced(Translation(), lesson) == (Translation(), [])
    parts.insert(at, "word")
    assert align_cell(source("\n\n".join(parts)), None, tiny_locale("pl")).status == "missing"


@given(
    text=st.sampled_from(WORDLESS),
    other=st.sampled_from([*WORDLESS, "", "Słowo."]),
    made_from=st.sampled_from(WORDLESS),
    state=st.sampled_from([None, "machine", "reviewed"]),
)
def test_a_copy_is_nobodys_text_and_any_other_is_kept(
    text: str, other: str, made_from: str, state: str | None
) -> None:
    """A text of the locale's own has the status of any translation, and is what is shown."""
    cell = Cell("x", other, source=hash_source(made_from), state=state)
    item = align_cell(source(text), cell, tiny_locale("pl"))
    shown = item.text
    if other in ("", text, made_from):
        assert (item.translation, item.status, shown) == (None, TRANSLATED, text)
    else:
        assert item.translation is cell
        assert item.status == ("stale" if made_from != text else state or TRANSLATED)
        assert other in shown


def tiny_locale(name: str):
    from course.formats.settings import Locale

    return Locale(name, name, "ltr")


def add_cell(root: Path, text: str) -> None:
    """Put a cell `formula` behind the first cell of both notebooks of the first lesson."""
    for name in PAGES:
        path = root / f"notebooks/{name}.ipynb"
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = [each for each in notebook["cells"] if each["id"] != "formula"]
        lines = text.splitlines(keepends=True)
        cells.insert(2, {"cell_type": "markdown", "id": "formula", "metadata": {}, "source": lines})
        notebook["cells"] = cells
        text_ = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
        path.write_text(text_, encoding="utf-8")


def write_formula(root: Path, text: str, english: str) -> None:
    """Give the Polish file a cell `formula` of its own, made from an English text."""
    path = root / "translations/pl/01-cats.md"
    before = path.read_text(encoding="utf-8")
    path.write_text(before + "\n" + cell("formula", text, english), encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The tiny course with a formula in its first lesson."""
    add_cell(tiny.write_course(tmp_path), FORMULA)
    return tmp_path


def test_a_formula_is_asked_of_nobody(root: Path) -> None:
    """No step counts it, adds it or marks it; on the page it stands as it is."""
    course = load_course(root)
    lesson = read_lesson(course, course.lessons[0])
    assert lesson.get("formula")
    for locale in course.targets:
        assert "formula" not in {task.review.cell.id for task in todo(course, locale)}
        assert 'msgctxt "formula"' not in export_po(course, locale, lesson)
    before = {
        (item.locale.id, item.lesson.id): item.words for item in status(course, course.targets)
    }
    run_course(root, "sync").assert_done()
    assert "formula" not in (root / "translations/pl/01-cats.md").read_text(encoding="utf-8")
    found = run_course(root, "check")
    assert "cell formula:" not in found.out
    run_course(root, "build").assert_done()
    for locale in ("pl", "ja"):
        for name in PAGES:
            built = sources(root / f"build/notebooks/{locale}/{name}.ipynb")
            assert built["formula"] == FORMULA
    add_cell(root, "A word.")
    after = {
        (item.locale.id, item.lesson.id): item.words for item in status(course, course.targets)
    }
    assert {key: words.total() for key, words in after.items() if key[1] == "01-cats"} == {
        key: words.total() + 2 for key, words in before.items() if key[1] == "01-cats"
    }


def test_a_lesson_of_which_nothing_is_translated_says_so_once(root: Path) -> None:
    """A formula does not make it half a translation, with a notice above each cell."""
    course = load_course(root)
    lesson = read_lesson(course, course.lessons[0])
    words = tool_strings()
    localized = LocalizedLesson.of(lesson, course.locale("pl"), Translation())
    assert page_notice(localized.cells, words) == [words["notices.english"]]
    for notebook in lesson.notebooks:
        text = render_notebook(localized, notebook, course.locale("en"), words)
        assert words["notices.missing"] not in text


def test_notices_do_not_count_it(root: Path) -> None:
    """Neither among what is missing, nor among all."""
    course = load_course(root)
    lesson = read_lesson(course, course.lessons[0])
    cells = localize(course, course.locale("pl"), lesson).cells
    others = [cell for cell in cells if cell.id != "formula"]
    assert len(others) == len(cells) - 1
    assert page_notice(cells, tool_strings()) == page_notice(others, tool_strings())


def test_a_text_that_a_translator_has_put_there_is_kept(root: Path) -> None:
    """It is shown, exchanged, and outdated once the English changes, as any other."""
    write_formula(root, "Wzór: $$n = 4$$", FORMULA)
    course = load_course(root)
    locale = course.locale("pl")
    lesson = read_lesson(course, course.lessons[0])
    assert 'msgctxt "formula"' in export_po(course, locale, lesson)
    run_course(root, "build", "pl").assert_done()
    page = root / "build/notebooks/pl/01-cats-ink.ipynb"
    assert sources(page)["formula"] == "Wzór: $$n = 4$$"
    add_cell(root, "$$n = 5$$")
    run_course(root, "build", "pl").assert_done()
    assert sources(page)["formula"].endswith("\n\nWzór: $$n = 4$$")
    assert "stale: cell formula" in run_course(root, "check", "pl").out


def test_a_copy_in_a_file_follows_the_english(root: Path) -> None:
    """As a file has it that was synced by an older version: today's formula is shown everywhere."""
    write_formula(root, FORMULA, FORMULA)
    add_cell(root, "$$n = 5$$")
    course = load_course(root)
    lesson = read_lesson(course, course.lessons[0])
    localized = localize(course, course.locale("pl"), lesson)
    translation = localized.translation
    assert synced(translation, lesson)[0].get("formula") == translation.get("formula")
    run_course(root, "build", "pl").assert_done()
    assert sources(root / "build/notebooks/pl/01-cats-ink.ipynb")["formula"] == "$$n = 5$$"
    run_course(root, "sync", "pl").assert_done()
    assert "cell formula:" not in run_course(root, "check", "pl").out
    view = make_view(
        lesson.notebooks[0].data, localize(course, course.locale("pl"), lesson), [], {}
    )
    assert {each["id"]: each["source"] for each in view["cells"]}["formula"] == "$$n = 5$$"


def test_a_copy_is_not_confirmed(root: Path) -> None:
    """It would turn into an own text, and stay when the English changes."""
    write_formula(root, FORMULA, FORMULA)
    add_cell(root, "$$n = 5$$")
    run_course(root, "accept", "pl", "01-cats", "formula").assert_refused("has no words")
    run_course(root, "accept", "pl", "01-cats").assert_done()
    run_course(root, "build", "pl").assert_done()
    assert sources(root / "build/notebooks/pl/01-cats-ink.ipynb")["formula"] == "$$n = 5$$"


def test_an_older_po_file_that_has_it_can_be_imported(root: Path) -> None:
    """Its empty entry changes nothing; one that is filled is the translator's own."""
    course = load_course(root)
    lesson = read_lesson(course, course.lessons[0])
    text = export_po(course, course.locale("pl"), lesson)
    path = root / "pl.po"
    for said in ("", "Wzór"):
        entry = f'\nmsgctxt "formula"\nmsgid "{FORMULA}"\nmsgstr "{said}"\n'
        path.write_text(text + entry, encoding="utf-8")
        import_po(course, path)
        read = localize(course, course.locale("pl"), lesson).translation.get("formula")
        assert (read.text if read else "") == said
