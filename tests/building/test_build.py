"""`course build`: what it writes, and what it leaves as it is."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course.building.render import at_the_right
from course.markdown.outline import parse_outline
from tests.fixtures import tiny
from tests.fixtures.built import LOCALES, NOTEBOOKS, PAGE, SUPPORT, change_english, edit, out
from tests.fixtures.command import run_course
from tests.fixtures.tiny import snapshot, sources, stamps

# What is built


def test_every_locale_has_every_notebook_and_what_it_needs(built: Path) -> None:
    """A folder for each, the source's included, with pictures, solutions and files."""
    assert sorted(path.name for path in out(built).iterdir()) == LOCALES
    for locale in LOCALES:
        found = snapshot(out(built, locale), hidden=False)
        assert sorted(found) == sorted([*NOTEBOOKS, *SUPPORT])


def test_english_and_files_are_the_same_to_the_byte(built: Path) -> None:
    """The source locale is no translation, and no picture is changed on its way."""
    for name in NOTEBOOKS:
        source = (built / "notebooks" / name).read_bytes()
        assert (out(built, "en") / name).read_bytes() == source
    for locale in LOCALES:
        for name in SUPPORT:
            home = built if (built / name).exists() else built / "notebooks"
            assert (out(built, locale) / name).read_bytes() == (home / name).read_bytes()


@pytest.mark.parametrize("locale", LOCALES)
def test_code_outputs_ids_and_metadata_are_the_source_s(built: Path, locale: str) -> None:
    """Without the Markdown sources, the lines of a built notebook are those of the source."""
    for name in NOTEBOOKS:
        made = json.loads((out(built, locale) / name).read_text(encoding="utf-8"))
        source = json.loads((built / "notebooks" / name).read_text(encoding="utf-8"))
        for cells in (made["cells"], source["cells"]):
            for cell in cells:
                if cell["cell_type"] == "markdown":
                    del cell["source"]
        assert json.dumps(made) == json.dumps(source)


def test_a_page_is_shown_as_its_translation_tells_of_itself(built: Path) -> None:
    """Every status once: the whole prose of a page, notices in the locale and counts included."""
    english, polish = tiny.english("01-cats"), tiny.POLISH
    notice = "> Tłumaczenie maszynowe: 2 z 5.\n> Brakuje: 1 z 5.\n> Nieaktualne: 1.\n> Jak pomóc: "
    title, rest = polish["title"].split("\n\n", 1)
    assert sources(out(built, "pl") / PAGE) == {
        "title": f"{title}\n\n{notice}TRANSLATING.md.\n\n{rest}",
        "pair-ink": polish["pair-ink"],
        "picture": polish["picture"],
        "food": "> Jeszcze nie przetłumaczono.\n\n"
        f'<div lang="en" dir="ltr">\n\n{english["food"]}\n\n</div>',
        "end": f"> Oryginał się zmienił.\n\n{polish['end']}",
    }


def test_a_lesson_without_a_file_is_in_english_and_says_so(built: Path) -> None:
    """Once, at the top; each cell is marked as English, and none has a notice of its own."""
    made = sources(out(built, "pl") / "02-boats-ink.ipynb")
    for name, text in tiny.english("02-boats").items():
        notice = "> Ta lekcja jest po angielsku.\n> Jak pomóc: TRANSLATING.md.\n\n"
        shown = f'<div lang="en" dir="ltr">\n\n{text}\n\n</div>'
        assert made[name] == (notice if name == "title" else "") + shown


def test_one_notebook_of_a_lesson_may_be_in_english(tmp_path: Path) -> None:
    """Where only a cell of the other one is translated, it says so once, at its top."""
    root = tiny.write_course(tmp_path)
    cell = next(
        part
        for part in (root / "translations/pl/01-cats.md")
        .read_text(encoding="utf-8")
        .split("<!-- cell ")
        if part.startswith("pair-chalk")
    )
    (root / "translations/pl/01-cats.md").write_text(f"<!-- cell {cell}", encoding="utf-8")
    run_course(root, "build", "pl").assert_done()
    ink, chalk = (sources(out(root, "pl") / f"01-cats-{name}.ipynb") for name in ("ink", "chalk"))
    assert ink["title"].count("> Ta lekcja jest po angielsku.") == 1
    assert not any("Jeszcze nie" in text for text in ink.values())
    assert "Ta lekcja" not in chalk["title"]
    assert "> Jeszcze nie przetłumaczono." in chalk["title"]


def test_a_locale_without_words_of_its_own_has_english_notices(built: Path) -> None:
    """What is missing is told in English rather than not at all."""
    made = sources(out(built, "ja") / PAGE)
    assert "> Not translated yet: 4 of 5 cells.\n> How to help" in made["title"]
    assert "> This cell is not translated yet.\n" in made["food"]


def test_a_complete_translation_has_no_notice(built: Path) -> None:
    """A person has read all of it, so the page holds the translation and nothing else.

    Each cell says that it runs from right to left, because a page of Jupyter does not.
    """
    for lesson in ("01-cats", "02-boats"):
        for framework in ("ink", "chalk"):
            made = sources(out(built, "ar") / f"{lesson}-{framework}.ipynb")
            texts = {name: tiny.ARABIC[lesson][name] for name in made}
            assert made == {
                name: f'<div lang="ar" dir="rtl">\n\n{at_the_right(text)}\n\n</div>'
                for name, text in texts.items()
            }


def test_arabic_paragraphs_are_aligned_at_the_right() -> None:
    """Each, in quotes too; headings, tight lists and code are left as they are."""
    text = "# A\n\nb **c**\nd\n\n* e\n* f\n\n> g\n> h\n\n```\ni\n```"
    style = '<span style="display: block; text-align: right">'
    assert at_the_right(text) == (
        f"# A\n\n{style}b **c**\nd</span>\n\n* e\n* f\n\n> {style}g\n> h</span>\n\n```\ni\n```"
    )


def test_japanese_lines_are_joined(built: Path) -> None:
    """A line break between two sentences would be shown as a blank."""
    made = sources(out(built, "ja") / PAGE)["title"]
    assert made.startswith("# 猫\n\n> ")
    assert made.endswith("\n\n猫は一日の大半を眠って過ごします。夜明けに狩りをします。")


def test_nothing_is_empty_where_the_english_is_not(built: Path) -> None:
    """Every cell of every page of every locale has letters."""
    for locale in LOCALES:
        for name in NOTEBOOKS:
            made = sources(out(built, locale) / name)
            assert made.keys() == sources(built / "notebooks" / name).keys()
            for text in made.values():
                assert parse_outline(text).letters > 0


@pytest.mark.parametrize("locale", LOCALES)
def test_links_and_pictures_resolve_wherever_the_folder_lies(
    built: Path, tmp_path: Path, locale: str
) -> None:
    """A folder is self-contained: it can be moved."""
    folder = shutil.copytree(out(built, locale), tmp_path / "elsewhere")
    targets = 0
    for path in folder.glob("*.ipynb"):
        for text in sources(path).values():
            for target in [*parse_outline(text).links, *parse_outline(text).images]:
                assert (folder / target).is_file(), f"{path.name}: {target}"
                targets += 1
    assert targets >= 6


def test_missing_cells_and_lessons_are_warned_of(built: Path) -> None:
    """A build of something incomplete passes, and does not do so silently."""
    result = run_course(built, "build", "pl").assert_done()
    assert result.err.splitlines() == [
        "warning: translations/pl/01-cats.md: 2 of 8 cells are shown in English",
        "warning: translations/pl/02-boats.md: 3 of 3 cells are shown in English",
    ]


def test_a_cell_of_no_notebook_is_warned_of_and_not_shown(copy: Path) -> None:
    """Its text would be lost without a word."""
    path = copy / "translations/ar/02-boats.md"
    path.write_text(path.read_text(encoding="utf-8") + "\n" + tiny.cell("oars", "مجاذيف"))
    result = run_course(copy, "build", "ar").assert_done()
    assert re.search(r"translations/ar/02-boats\.md:\d+: cell oars is in no notebook", result.err)
    assert result.out.endswith("nothing to change\n")


# Building again


def test_a_second_build_touches_no_file(copy: Path) -> None:
    """Not even its time of change, so that nothing is read or uploaded anew."""
    before = stamps(copy)
    result = run_course(copy, "build").assert_done()
    assert stamps(copy) == before
    assert result.out.count("nothing to change") == len(LOCALES)


def test_one_changed_translation_touches_its_pages_only(copy: Path) -> None:
    """All other files keep inode and time; in the folder, what was built is noted anew."""
    path = copy / "translations/pl/01-cats.md"
    path.write_text(path.read_text(encoding="utf-8").replace("Poluje", "Łowi"), encoding="utf-8")
    before = stamps(out(copy))
    run_course(copy, "build").assert_done()
    after = stamps(out(copy))
    touched = {name for name in after if after[name] != before.get(name)}
    pages = {"pl/01-cats-ink.ipynb", "pl/01-cats-chalk.ipynb"}
    assert {name for name in touched if not Path(name).name.startswith(".")} == pages


def test_the_same_sources_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    """In another folder, another time zone and under another mask of permissions."""
    root = tiny.write_course(tmp_path / "other")
    command = [sys.executable, "-m", "course", "build"]
    environment = {**os.environ, "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7"}
    subprocess.run(command, cwd=root, env=environment, check=True, umask=0o077, capture_output=True)
    assert snapshot(out(root)) == snapshot(out(built))


def test_what_a_learner_changed_stays(copy: Path) -> None:
    """As long as there is nothing new to build, and it is told."""
    mine = edit(out(copy, "pl") / PAGE)
    for _ in range(2):
        result = run_course(copy, "build").assert_done()
        assert f"kept: build/notebooks/pl/{PAGE}, which you have changed" in result.err
        assert (out(copy, "pl") / PAGE).read_bytes() == mine


def test_what_a_learner_changed_is_set_aside_for_a_new_version(copy: Path) -> None:
    """Under a name that is free, each time anew, and the new version takes its place."""
    path, kept = out(copy, "en") / PAGE, []
    for number, (old, new) in enumerate([("It hunts", "It eats"), ("It eats", "It sings")], 1):
        kept.append(edit(path))
        change_english(copy, old, new)
        result = run_course(copy, "build").assert_done()
        assert f"01-cats-ink.yours-{number}.ipynb" in result.err
        assert b"+ 2" not in path.read_bytes()
        for count, content in enumerate(kept, 1):
            assert (out(copy, "en") / f"01-cats-ink.yours-{count}.ipynb").read_bytes() == content
    assert run_course(copy, "build").assert_done().out.count("nothing to change") == len(LOCALES)


def test_a_removed_lesson_disappears_unless_a_learner_changed_it(copy: Path) -> None:
    """Its notebooks go, and so does a picture that is no longer there."""
    mine = edit(out(copy, "ar") / "02-boats-ink.ipynb")
    toml = copy / "course.toml"
    lesson = '[[lessons]]\nid = "02-boats"\ntitle = "Boats"\n'
    toml.write_text(toml.read_text(encoding="utf-8").replace(lesson, ""), encoding="utf-8")
    (copy / "notebooks/images/cat.svg").unlink()
    run_course(copy, "build").assert_done()
    gone = {"02-boats-ink.ipynb", "02-boats-chalk.ipynb", "images/cat.svg"}
    everything = {*NOTEBOOKS, *SUPPORT}
    assert snapshot(out(copy, "pl"), hidden=False).keys() == everything - gone
    left = everything - gone | {"02-boats-ink.ipynb"}
    assert snapshot(out(copy, "ar"), hidden=False).keys() == left
    assert (out(copy, "ar") / "02-boats-ink.ipynb").read_bytes() == mine


def test_a_damaged_note_of_what_was_built_leads_nowhere(copy: Path) -> None:
    """What stands beside the notebooks can be anybody's: nothing outside is read or removed."""
    secret = copy / "build" / "secret.txt"
    secret.write_text("mine")
    for name in ("../../secret.txt", str(secret)):
        note = json.dumps({name: snapshot(copy)["build/secret.txt"], "helper.py": 3, "x": None})
        (out(copy, "pl") / ".course-build.json").write_text(note)
        run_course(copy, "build", "pl").assert_done()
        assert secret.read_text() == "mine"
