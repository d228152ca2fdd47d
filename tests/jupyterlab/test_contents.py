"""What JupyterLab shows and saves of a translation, through its server."""

import json

import pytest

from course.formats.translation import hash_source, parse_translation
from tests.fixtures import tiny
from tests.fixtures.lab import CHALK, FILE, INK, User, notes, translated
from tests.fixtures.server import added, removed
from tests.fixtures.tiny import cell, english


def test_the_browser_of_files_shows_lessons_and_what_they_need(user: User) -> None:
    """Each locale has its notebooks, as views, and real files beside them."""
    top = {one["name"] for one in user.contents("").json["content"]}
    assert top == {"en", "pl", "ja", "ar"}
    shown = {one["name"]: one for one in user.contents("pl").json["content"]}
    books = {"01-cats-ink", "01-cats-chalk", "02-boats-ink", "02-boats-chalk"}
    assert shown.keys() == {"images", "data", "solutions", "helper.py"} | {
        f"{x}.ipynb" for x in books
    }
    assert all(shown[f"{name}.ipynb"]["type"] == "notebook" for name in books)
    assert not (user.root / "workspace/translate/pl/01-cats-ink.ipynb").exists()
    assert (user.root / "workspace/translate/en/01-cats-ink.ipynb").exists()


def test_a_view_shows_the_raw_translation_in_the_source_notebook(user: User) -> None:
    """No notice and no tag of ours; code, outputs and tags of the source; English where missing."""
    tab = user.open(INK)
    source = json.loads((user.root / "notebooks/01-cats-ink.ipynb").read_text(encoding="utf-8"))
    assert [one["id"] for one in tab.cells] == [one["id"] for one in source["cells"]]
    assert tab.text("title") == "# Koty\n\nKot śpi przez większość dnia.\nPoluje o świcie."
    assert tab.text("food") == english("01-cats")["food"]
    code = tab.cell("code-title")
    assert code["source"] == "helper = 'ink'\n1 + 1"
    assert code["outputs"][0]["data"]["text/plain"] == "<cat>"
    assert code["metadata"]["tags"] == ["ink"]
    assert (code["metadata"]["editable"], code["metadata"]["deletable"]) == (False, False)
    assert tab.cell("raw")["metadata"]["editable"] is False
    prose = tab.cell("title")["metadata"]
    assert (prose.get("editable"), prose["deletable"]) == (None, False)
    assert prose["course"]["source"] == hash_source(english("01-cats")["title"])
    about = tab.content["metadata"]["course"]
    assert (about["locale"], about["lesson"], about["framework"]) == ("pl", "01-cats", "ink")
    assert about["view"] != user.open(INK).content["metadata"]["course"]["view"]


@pytest.mark.parametrize(
    "path", [INK, CHALK, "ja/01-cats-ink.ipynb", "ar/02-boats-chalk.ipynb", "pl/02-boats-ink.ipynb"]
)
def test_an_unchanged_save_changes_nothing(user: User, path: str) -> None:
    """No file of the course, no note; the interface sees the same hash, and no new time."""
    tab = user.open(path)
    before = user.contents(path, query="?content=0").json["last_modified"]
    for _ in range(2):
        assert tab.save() == []
    assert user.changed() == []
    assert not tab.conflict()
    assert user.contents(path, query="?content=0").json["last_modified"] == before
    assert not (user.root / "workspace/translate/.notes").exists()


def test_a_save_writes_the_changed_cell_only(user: User) -> None:
    """One line of one file differs, and GET agrees with what PUT has said."""
    tab = user.open(INK)
    tab.type("picture", tab.text("picture").replace("Zobacz", "Obejrzyj"))
    answer = tab.put()
    assert answer.status == 200
    assert (removed(user), added(user)) == (["Zobacz `helper.py`."], ["Obejrzyj `helper.py`."])
    assert user.changed() == [FILE]
    shown = user.contents(INK, query="?content=0").json
    assert shown["last_modified"] == answer.json["last_modified"]
    again = user.open(INK)
    assert again.text("picture").endswith("Obejrzyj `helper.py`.")


def test_a_shared_cell_is_shown_in_both_views(user: User) -> None:
    """What is saved in one framework's notebook stands in the other's, whose tab is asked."""
    one, other, apart = user.open(INK), user.open(CHALK), user.open("pl/02-boats-ink.ipynb")
    one.type("title", "# Kocury")
    one.save()
    assert other.conflict()
    assert not apart.conflict()
    other.reload()
    assert other.text("title") == "# Kocury"
    one.type("pair-ink", "Inny tekst.")
    one.save()
    assert not other.conflict(), "a cell that it does not show"


def test_a_save_neither_accepts_nor_reviews(user: User) -> None:
    """Markers stay as they are, whatever happens to the text."""
    tab = user.open(INK)
    before = {one.id: (one.source, one.state) for one in translated(user).cells}
    for name in ("title", "pair-ink", "picture", "end"):
        tab.type(name, tab.text(name) + " Nowe.")
    tab.save()
    assert {one.id: (one.source, one.state) for one in translated(user).cells} == before
    assert len(added(user)) == 4
    report = user.report(INK)
    statuses = [one["status"] for one in report["cells"].values()]
    assert statuses == ["reviewed", "machine", "translated", "missing", "stale"]


def test_a_missing_cell_is_translated_by_writing_it(user: User) -> None:
    """It comes in reading order, with the hash of its English; English left is not stored."""
    tab = user.open(INK)
    tab.type("title", tab.text("title") + " Nowe.")
    tab.save()
    assert translated(user).get("food") is None
    tab.type("food", "Kot je `4` myszy, więc $n = 4$.\n\n* jeden\n* dwa")
    tab.save()
    made = translated(user).get("food")
    assert (made.source, made.state) == (hash_source(english("01-cats")["food"]), None)
    assert [one.id for one in translated(user).cells][-3:] == ["picture", "food", "end"]
    assert user.report(INK)["cells"]["food"]["status"] == "translated"


def test_english_over_a_translation_and_an_emptied_cell_are_not_stored(user: User) -> None:
    """The old text stays, and both are told."""
    tab = user.open(INK)
    tab.type("picture", english("01-cats")["picture"])
    tab.type("title", " \n")
    told = tab.save()
    assert user.changed() == []
    assert any(line.startswith("cell picture: the English") for line in told)
    assert any(line.startswith("cell title: emptied") for line in told)


def test_a_lesson_without_a_file_gets_one(user: User) -> None:
    """The first cell that is translated makes it, and nothing else is in it."""
    tab = user.open("pl/02-boats-ink.ipynb")
    tab.type("sails", "Żagle łapią wiatr.\nMaszt je trzyma.")
    tab.save()
    path = user.root / "translations/pl/02-boats.md"
    source = english("02-boats")["sails"]
    assert path.read_text(encoding="utf-8") == cell(
        "sails", "Żagle łapią wiatr.\nMaszt je trzyma.", source
    )


def test_text_like_a_marker_is_prose(user: User) -> None:
    """It comes back as it was typed."""
    text = "<!-- cell title -->\n\\<!-- allow x: y -->\nkoniec"
    tab = user.open(INK)
    tab.type("picture", text)
    tab.save()
    assert user.open(INK).text("picture") == text
    assert len(translated(user).cells) == len(parse_translation(tiny.polish()).cells)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<script>alert(1)</script>", "active content"),
        ("x" * 20_001, "characters"),
        ("<<<<<<< HEAD\na", "merge conflict"),
        ("pół \ud800 znaku", "lone surrogate"),
    ],
    ids=["active", "long", "conflict", "surrogate"],
)
def test_what_a_file_cannot_hold_is_kept_as_a_note(user: User, text: str, why: str) -> None:
    """The file stays usable, other edits are saved, and what was typed stands below its cell."""
    tab = user.open(INK)
    tab.type("picture", text)
    tab.type("title", "# Kocury")
    for _ in range(2):
        assert any(why in line for line in tab.save())
    assert added(user) == ["# Kocury"]
    again = user.open(INK)
    (note,) = again.of_kind("note")
    assert note["source"] == text
    assert again.cells[again.at("picture") + 1] == note
    tab.type("picture", "Bez tego.")
    tab.save()
    assert user.open(INK).of_kind("note") == []


def test_a_file_that_would_grow_too_large_is_not_written(user: User) -> None:
    """Since it could not be read again; one line says so, and the tab keeps what was typed."""
    path = user.root / FILE
    path.write_text(f"<!-- {'x' * 990_000} -->\n\n{path.read_text(encoding='utf-8')}", "utf-8")
    tab = user.open(INK)
    tab.type("title", "długi " * 3000)
    tab.insert(0, "markdown", "notatka")
    before = path.read_bytes()
    answer = tab.put()
    assert (answer.status, FILE in answer.message) == (413, True)
    assert (path.read_bytes(), notes(user)) == (before, "")
