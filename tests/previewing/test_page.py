"""What a preview shows."""

import json
import subprocess
from pathlib import Path

import pytest

from course.formats.course_toml import load_course
from course.formats.lesson import read_lesson
from course.formats.settings import Course, Lesson
from course.previewing.page import LONG, reading_order
from tests.fixtures import tiny
from tests.fixtures.previewed import Served, change, read, row, rows, served, sides

ROOT = Path(__file__).parents[2]
COURSE = load_course(ROOT)


# What the page shows


def test_english_and_translation_stand_side_by_side_in_reading_order(polish: Served) -> None:
    """Each cell of both notebooks is there once, with its English and its translation."""
    page = polish.get()
    shown = [item for item in rows(page) if item.attributes["class"] == "row prose"]
    names = ["@title", "@summary", "title", "pair-ink", "pair-chalk", "picture", "food", "end"]
    assert [item.attributes["id"] for item in shown] == [f"prose-{name}" for name in names]
    english, polish_side = sides(row(page, "title"))
    assert (english.attributes["class"], english.attributes["lang"]) == ("source", "en")
    assert (polish_side.attributes["class"], polish_side.attributes["lang"]) == (
        "translation",
        "pl",
    )
    assert "A cat sleeps for most of the day." in english.text
    assert [item.text for item in polish_side.all("h1")] == ["Koty"]
    assert "Kot śpi przez większość dnia." in polish_side.text


def test_a_locale_written_from_right_to_left_is_shown_so_and_code_is_not(root: Path) -> None:
    """Only the translation's side is turned; code and formulas in it are not."""
    with served(root, "ar", "01-cats") as preview:
        page = preview.get()
    english, arabic = sides(row(page, "food"))
    assert (english.attributes["dir"], arabic.attributes["dir"]) == ("ltr", "rtl")
    assert arabic.attributes["lang"] == "ar"
    assert "تأكل القطة" in arabic.text
    inner = [*arabic.all("code"), *arabic.all("math")]
    assert [item.attributes["dir"] for item in inner] == ["ltr", "ltr"]
    for pre in read(page).all("pre"):
        assert pre.attributes["dir"] == "ltr"


def test_japanese_lines_are_joined_as_they_are_built(root: Path) -> None:
    """No blank stands between two sentences of a language that has none."""
    with served(root, "ja", "01-cats") as preview:
        _, japanese = sides(row(preview.get(), "title"))
    assert "過ごします。夜明けに" in japanese.text


def test_code_that_notebooks_share_is_shown_once_and_other_code_for_each(root: Path) -> None:
    """A place holds a cell of all notebooks that have it the same, and keeps the order of each."""
    path = root / "notebooks" / "01-cats-chalk.ipynb"
    change(path, "helper = 'chalk'", "helper = 'ink'")
    with served(root, "pl", "01-cats") as preview:
        shown = rows(preview.get())
    shared = [item for item in shown if item.attributes["id"] == "code-code-title-ink-chalk"]
    assert [item.attributes["data-frameworks"] for item in shared] == ["ink chalk"]
    pair = [item.attributes["id"] for item in shown if "pair" in item.attributes["id"]]
    assert pair == [
        *("prose-pair-ink", "code-code-pair-ink-ink"),
        *("prose-pair-chalk", "code-code-pair-chalk-chalk"),
    ]


@pytest.mark.parametrize("course", [COURSE, None], ids=["this", "tiny"])
def test_the_order_of_each_notebook_is_kept(course: Course | None, tmp_path: Path) -> None:
    """Reading only the cells of one framework gives its notebook."""
    course = course or load_course(tiny.write_course(tmp_path / "tiny"))
    for entry in course.lessons:
        lesson = read_lesson(course, entry)
        places = reading_order(lesson)
        for notebook in lesson.notebooks:
            here = [
                place.cells[notebook.framework]["id"]
                for place in places
                if notebook.framework in place.cells
            ]
            cells = [item for item in notebook.data["cells"] if item["source"].strip()]
            assert here == [item["id"] for item in cells]


def test_code_in_another_order_is_not_taken_for_shared(root: Path) -> None:
    """Each notebook would else be shown in the order of the other."""
    for framework, names in (("ink", "abc"), ("chalk", "cba")):
        cells = [
            {"cell_type": "code", "id": name, "metadata": {}, "outputs": [], "source": [name]}
            for name in names
        ]
        notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        path = root / "notebooks" / f"01-cats-{framework}.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")
    course = load_course(root)
    places = reading_order(read_lesson(course, course.lessons[0]))
    shown = [(place.cell["id"], list(place.cells)) for place in places]
    for framework, names in (("ink", "abc"), ("chalk", "cba")):
        assert "".join(name for name, where in shown if framework in where) == names
    assert len(shown) == 5  # one of the three is shared


def test_long_code_is_folded_and_outputs_are_there_for_the_switch(root: Path) -> None:
    """A reader of prose does not scroll past code."""
    for framework in ("ink", "chalk"):
        path = root / "notebooks" / f"01-cats-{framework}.ipynb"
        data = json.loads(path.read_text(encoding="utf-8"))
        data["cells"][1]["source"] = "\n".join(f"x{n} = '<{n}>'" for n in range(LONG + 1))
        stream = {"output_type": "stream", "name": "stdout", "text": ["1%\r9%\r\x1b[1m100%\n"]}
        data["cells"][1]["outputs"].append(stream)
        path.write_text(json.dumps(data), encoding="utf-8")
    with served(root, "pl", "01-cats") as preview:
        page = read(preview.get())
    (long,) = page.all("article", id="code-code-title-ink-chalk")
    (folded,) = long.all("details")
    assert "open" not in folded.attributes
    assert folded.all("summary")[0].text == f"x0 = '<0>' … {LONG + 1} lines"
    assert f"x{LONG} = '<{LONG}>'" in folded.all("pre")[0].text
    (outputs,) = long.all("div", **{"class": "outputs"})
    assert [item.attributes["src"] for item in outputs.all("img")] == [
        f"data:image/png;base64,{tiny.PNG}"
    ]
    assert outputs.all("pre")[0].text == "100%"
    (short,) = page.all("article", id="code-code-picture-ink")
    assert not short.all("details")
    values = [item.attributes["data-value"] for item in page.all("button", **{"data-set": "code"})]
    assert values == ["", "none", "outputs"]


def test_pictures_and_formulas_are_shown(polish: Served) -> None:
    """A picture comes from the notebooks' folder; a formula is MathML, which needs no script."""
    page = polish.get()
    for side in sides(row(page, "picture")):
        (picture,) = side.all("img")
        answer = polish.ask(picture.attributes["src"])
        assert (answer.status, answer.headers["Content-Type"]) == (200, "image/svg+xml")
        assert answer.text == tiny.PICTURE
    (maths,) = sides(row(page, "food"))[0].all("math")
    assert [item.text for item in maths.all("mi")] == ["n"]


def test_each_cell_has_its_status_its_findings_and_their_remedy(polish: Served) -> None:
    """The page says what `course status` and `course check` say."""
    page = polish.get()
    status = {item.attributes["id"]: item.attributes["data-status"] for item in rows(page)}
    assert status["prose-title"] == "reviewed"
    assert status["prose-picture"] == "translated"
    assert status["prose-pair-ink"] == "machine"
    assert status["prose-food"] == "missing"
    assert status["prose-end"] == "stale"
    food = row(page, "food")
    assert "Jeszcze nie przetłumaczono." in sides(food)[1].text
    (finding,) = food.all("li", **{"class": "error"})
    assert "missing" in finding.text
    assert "course sync pl" in finding.text
    assert food.attributes["data-findings"] == "1"
    assert "course accept" in row(page, "end").text
    assert row(page, "title").attributes["data-findings"] == "0"


def test_the_header_counts_cells_and_findings_and_filters_by_them(polish: Served) -> None:
    """A button for each status that there is, for findings, and for each framework."""
    page = read(polish.get())
    shown = {item.attributes["data-value"]: item.text for item in page.all("button")}
    errors, warnings = (page.all("li", **{"class": level}) for level in ("error", "warning"))
    assert len(errors) > 1
    assert len(warnings) > 1
    assert shown["findings"] == f"{len(errors)} errors, {len(warnings)} warnings"
    assert shown["missing"] == "2 missing"
    assert shown["stale"] == "1 stale"
    assert (shown["ink"], shown["chalk"]) == ("Ink", "Chalk")


def test_an_outdated_cell_shows_what_has_changed_in_the_english(root: Path) -> None:
    """The English that it was made from is found in the history of the repository."""
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    commit = [*git, "commit", "-q", "-m", "x"]
    for words in ([*git, "init", "-q"], [*git, "add", "."], commit):
        subprocess.run(words, cwd=root, check=True)
    for framework in ("ink", "chalk"):
        change(root / "notebooks" / f"01-cats-{framework}.ipynb", "hunts", "<feeds>")
    with served(root, "pl", "01-cats") as preview:
        page = preview.get()
    (diff,) = row(page, "title").all("pre", **{"class": "diff"})
    assert [item.text for item in diff.all("del")] == ["hunts"]
    assert [item.text for item in diff.all("ins")] == ["<feeds>"]
    assert "is not in the history" in row(page, "end").text


def test_the_words_of_the_page_are_the_locale_s_and_else_english(root: Path) -> None:
    """They stand in strings.toml, in the table `site`."""
    with served(root, "pl", "01-cats") as preview:
        assert "English original" in preview.get()
        strings = root / "translations" / "pl" / "strings.toml"
        words = strings.read_text(encoding="utf-8") + '\n[site]\nsource = "Oryginał <b>"\n'
        page = preview.after(lambda: strings.write_text(words, encoding="utf-8"))
    assert "English original" not in page
    assert "Oryginał &lt;b&gt;" in page
    assert "Translation" in page


@pytest.mark.sampled
@pytest.mark.parametrize("entry", COURSE.lessons, ids=lambda lesson: lesson.id)
@pytest.mark.parametrize("locale", [locale.id for locale in COURSE.targets])
def test_this_course_can_be_previewed_in_every_locale(locale: str, entry: Lesson) -> None:
    """All its cells are there, all its formulas are, and every picture is sent."""
    cells = read_lesson(COURSE, entry).cells
    with served(ROOT, locale, entry.id) as preview:
        page = preview.get()
        found = read(page)
        pictures = {
            item.attributes["src"] for side in found.all("section") for item in side.all("img")
        }
        assert [preview.ask(address).status for address in sorted(pictures)] == [
            200 for _ in pictures
        ]
    shown = [item for item in found.all("article") if item.attributes["class"] == "row prose"]
    assert [item.attributes["id"] for item in shown] == [f"prose-{item.id}" for item in cells]
    assert not found.all("code", **{"class": "bad"})
    assert not found.all("span", **{"class": "no-picture"})
    assert pictures
    assert found.all("math")
