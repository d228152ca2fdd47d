"""`course lab --translate`, over the HTTP of a JupyterLab that it has started; git judges."""

import http.client
import http.cookiejar
import json
import random
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from fixtures import tiny
from fixtures.lab import (
    CHALK,
    FILE,
    INK,
    TOKEN,
    Tab,
    User,
    book,
    commit,
    kept,
    notes,
    started,
    translated,
)
from fixtures.tiny import cell, english

from course.formats.translation import hash_source, parse

# A server for translators


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    """A JupyterLab for the translators of a tiny course, in Polish."""
    root = tiny.write_course(tmp_path_factory.mktemp("lab") / "tiny")
    commit(root)
    with started(root, "--translate", "--locale", "pl") as user:
        yield user


@pytest.fixture
def user(served: User) -> User:
    """The same server, and the course as it was before."""
    root = served.root
    subprocess.run(["git", "-C", str(root), "checkout", "--quiet", "."], check=True)
    subprocess.run(["git", "-C", str(root), "clean", "--quiet", "-fd"], check=True)
    for path in ("translate/.notes", "translate/.tabs.json", "translate/.checkpoints", "kept"):
        subprocess.run(["rm", "-rf", str(root / "workspace" / path)], check=True)
    return served


def added(user: User) -> list[str]:
    """Return the lines that came to the course's files."""
    return [line[1:] for line in user.diff().splitlines() if re.match(r"\+(?!\+\+)", line)]


def removed(user: User) -> list[str]:
    """Return the lines that left the course's files."""
    return [line[1:] for line in user.diff().splitlines() if re.match(r"-(?!--)", line)]


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
    assert len(translated(user).cells) == len(parse(tiny.polish()).cells)


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


# Mischief in the view


def test_a_split_cell_is_joined_again(user: User) -> None:
    """In page order, with a blank line between the pieces, also when new text came after it."""
    tab = user.open(INK)
    tab.split("title", len("# Koty"))
    tab.split("title", len("\n\nKot śpi przez większość dnia."))
    assert tab.save() == ["cell title: its 3 pieces were joined"]
    assert added(user) == [""]
    tab.reload()
    whole = tab.text("title")
    tab.split("title", len(whole))
    tab.type("title", "Nowy akapit.")
    tab.save()
    assert user.open(INK).text("title") == whole + "\n\nNowy akapit."
    assert user.open(INK).of_kind("note") == []


def test_new_and_pasted_cells_are_kept_as_notes(user: User) -> None:
    """They stand again where they were, can be edited and deleted, and never reach the file."""
    tab = user.open(INK)
    tab.insert(0, "markdown", "na górze")
    tab.insert(tab.at("food"), "code", "print('mój kod')")
    tab.paste(tab.cell("title"), tab.at("end"))
    tab.paste(tab.cell("picture"), tab.at("picture") + 1)
    tab.insert(len(tab.cells), "code", "")  # what Shift+Enter on the last cell makes
    told = tab.save()
    assert "copies are kept as notes: title" in told
    assert "cell picture: a copy beside it is kept as a note" in told
    assert user.changed() == []
    tab.reload()
    found = tab.of_kind("note")
    texts = [one["source"] for one in found]
    assert texts[0] == "na górze"
    assert texts[2] == "print('mój kod')"
    assert (texts[1], texts[3]) == (tab.text("picture"), tab.text("title"))
    assert tab.cells[0]["source"] == "na górze"
    assert tab.cells[tab.at("end") - 1]["source"] == tab.text("title")
    assert user.report(INK)["notes"] == [one["id"] for one in found]
    for one in found:
        assert not {"editable", "deletable"} & one["metadata"].keys()
    found[0]["source"] = "na samej górze"
    tab.cells.remove(found[2])
    tab.save()
    again = [one["source"] for one in user.open(INK).of_kind("note")]
    assert again == ["na samej górze", texts[1], texts[3]]
    assert user.open(CHALK).of_kind("note") == []


def test_a_picture_that_was_pasted_into_prose_is_kept_in_a_note(user: User) -> None:
    """A translation file holds text only."""
    tab = user.open(INK)
    tab.cell("picture")["attachments"] = {"image.png": {"image/png": tiny.PNG}}
    tab.type("picture", tab.text("picture") + "\n\n![x](attachment:image.png)")
    for _ in range(2):
        assert any("notebooks/images" in line for line in tab.save())
    tab.reload()
    (note,) = tab.of_kind("note")
    assert note["attachments"] == {"image.png": {"image/png": tiny.PNG}}
    assert tab.cells[tab.at("picture") + 1] == note


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        "x",
        {},
        {"cells": 1, "metadata": {}},
        {"cells": ["x"], "metadata": {}},
        {"cells": [], "metadata": []},
        {"cells": [{"cell_type": "markdown"}], "metadata": {}},
        {"cells": [{"metadata": {}, "source": 5}], "metadata": {}},
    ],
)
def test_what_is_no_notebook_is_refused_in_a_line(user: User, content: object) -> None:
    """Whoever sends it."""
    answer = user.contents(INK, "PUT", {"type": "notebook", "format": "json", "content": content})
    assert (answer.status, bool(answer.message)) == (400, True)
    assert user.changed() == []


def test_odd_metadata_does_no_harm(user: User) -> None:
    """What a client makes of our marks is not believed: nothing is lost and nothing leaves."""
    tab = user.open(INK)
    for number, odd in enumerate(
        [
            5,
            None,
            [],
            "x",
            {"id": 5},
            {"id": ["title"]},
            {"id": "../x"},
            {"id": "@title", "kind": "markdown", "base": "", "source": ""},
            {"kind": "note", "base": 7},
        ]
    ):
        tab.insert(0, "markdown", f"obcy{number}")["metadata"]["course"] = odd
    tab.cell("picture")["metadata"]["course"] |= {"base": 5, "source": "<b>"}
    tab.insert(0, "markdown", "bez numeru")["id"] = "../../x y"
    tab.content["metadata"]["course"] |= {"view": ["x"], "notes": 5}
    tab.save()
    assert user.changed() == []
    found = notes(user)
    assert all(f"obcy{number}" in found for number in range(9))
    assert "bez numeru" in found
    assert "message" not in user.contents(INK).json, "valid as the interface wants it"


def test_code_can_not_be_changed(user: User) -> None:
    """What came in its place is a note; outputs are not kept; Markdown stays Markdown."""
    tab = user.open(INK)
    code = tab.cell("code-title")
    code["source"] = "print('moje')"
    code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "moje\n"}]
    prose = tab.cell("picture")
    prose |= {"cell_type": "code", "outputs": [], "execution_count": None, "source": "Tekst."}
    told = tab.save()
    assert "cell code-title: code can't be changed here; yours is kept as a note" in told
    assert "cell picture: it is Markdown, and comes back as such" in told
    again = user.open(INK)
    assert again.text("code-title") == "helper = 'ink'\n1 + 1"
    assert again.cell("code-title")["outputs"][0]["data"]["text/plain"] == "<cat>"
    assert [one["source"] for one in again.of_kind("note")] == ["print('moje')"]
    assert (again.cell("picture")["cell_type"], again.text("picture")) == ("markdown", "Tekst.")
    assert user.changed() == [FILE]


def test_moved_and_deleted_cells_come_back(user: User) -> None:
    """The order is the course's, no translation goes, and both are told."""
    tab = user.open(INK)
    order = [one["id"] for one in tab.cells]
    tab.cells.insert(0, tab.cells.pop(tab.at("end")))
    del tab.cells[tab.at("picture")]
    del tab.cells[tab.at("code-title")]
    told = tab.save()
    assert "moved, and back in their places when reloaded: end" in told
    assert "not in what was saved, and kept as they were: code-title, picture" in told
    assert user.changed() == []
    assert [one["id"] for one in user.open(INK).cells] == order


def test_a_cell_of_another_lesson_is_a_note(user: User) -> None:
    """Also when it has the id of a cell here."""
    tab = user.open(INK)
    other = user.open("ar/02-boats-ink.ipynb")
    tab.paste(other.cell("sails"), 3)
    tab.paste(other.cell("title"), 3)
    tab.save()
    assert user.changed() == []
    assert sorted(one["source"] for one in user.open(INK).of_kind("note")) == sorted(
        [other.text("sails"), other.text("title")]
    )


# Two tabs, and files that change below


def test_a_tab_goes_on_from_what_it_has_written(user: User) -> None:
    """Its first save makes what it was given old: going back to that is a change as well."""
    tab = user.open(INK)
    first = tab.text("title")
    tab.type("title", "# Raz")
    tab.save()
    tab.type("title", "# Dwa")
    tab.save()
    assert added(user) == ["# Dwa"]
    tab.type("title", first)
    tab.save()
    assert user.changed() == []
    assert kept(user) == ""


def test_of_two_tabs_the_later_save_counts_and_the_other_text_is_kept(user: User) -> None:
    """The interface has asked; what gave way can be found, and other cells stay with their tab."""
    one, other = user.open(INK), user.open(INK)
    one.type("title", "# Pierwszy")
    one.type("picture", "Pierwszy obraz")
    one.save()
    assert other.conflict()
    other.type("title", "# Drugi")
    told = other.save()
    assert any("kept/pl/01-cats.md" in line for line in told)
    assert "# Pierwszy" in kept(user)
    assert "cell title" in kept(user)
    assert translated(user).get("title").text == "# Drugi"
    assert translated(user).get("picture").text == "Pierwszy obraz", "not touched in that tab"
    assert one.conflict()
    one.save()
    assert translated(user).get("title").text == "# Drugi", "nothing typed there since"


def test_notes_of_two_tabs_do_not_remove_each_other(user: User) -> None:
    """A tab deletes only what it was shown, and only as it was shown it."""
    one, other = user.open(INK), user.open(INK)
    one.insert(1, "markdown", "z jednej karty")
    one.save()
    other.insert(1, "markdown", "z drugiej karty")
    other.save()
    one.save()
    assert {"z jednej karty", "z drugiej karty"} == set(notes(user).split("\n"))
    one.reload()
    other.reload()
    (mine,) = [item for item in one.of_kind("note") if "jednej" in item["source"]]
    mine["source"] = "z jednej karty, dłużej"
    one.save()
    for item in other.of_kind("note"):
        other.cells.remove(item)
    other.save()
    assert notes(user) == "z jednej karty, dłużej"


def test_a_file_changed_on_disk_is_noticed(user: User) -> None:
    """The interface asks; overwriting keeps the other text; reloading shows it."""
    tab = user.open(INK)
    path = user.root / FILE
    path.write_text(path.read_text(encoding="utf-8").replace("# Koty", "# Kotki"), encoding="utf-8")
    assert tab.conflict()
    tab.type("title", "# Kocięta")
    tab.save()
    assert "# Kotki" in kept(user)
    assert not tab.conflict()
    notebook = user.root / "notebooks/01-cats-ink.ipynb"
    notebook.write_text(notebook.read_text(encoding="utf-8").replace("helper = ", "hilfe = "))
    assert tab.conflict()
    assert tab.save() == [], "code that the source has changed is no note"
    assert user.open(INK).text("code-title").startswith("hilfe")


def test_a_source_that_changes_below_a_tab_makes_its_new_cell_outdated(user: User) -> None:
    """A cell that was missing gets the hash of the English that the tab was shown."""
    tab = user.open(INK)
    for path in (user.root / "notebooks").glob("01-*.ipynb"):
        path.write_text(path.read_text(encoding="utf-8").replace("A cat eats", "A cat loves"))
    tab.type("food", "Kot je.")
    tab.save()
    assert user.report(INK)["cells"]["food"]["status"] == "stale"


@pytest.mark.parametrize("text", ["<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n", "\xff"])
def test_a_broken_file_is_told_in_a_line_and_left_alone(user: User, text: str) -> None:
    """Reading and saving are refused, and other files are not harmed."""
    tab = user.open(INK)
    path = user.root / FILE
    broken = path.read_bytes() + text.encode("latin-1")
    path.write_bytes(broken)
    for answer in (
        user.contents(INK),
        user.contents(INK, query="?content=0&hash=1"),
        tab.put(),
        user.ask(f"course/api/view?path={INK}"),
        user.accept(INK, "end"),
    ):
        assert answer.status == 409
        assert answer.message.startswith(f"{FILE}:")
    assert path.read_bytes() == broken
    assert user.contents("pl").status == 200
    assert user.contents("pl/02-boats-ink.ipynb").status == 200


def test_a_source_that_is_gone_is_told_and_hides_nothing_else(user: User) -> None:
    """The folder still shows the other lessons."""
    (user.root / "notebooks/02-boats-chalk.ipynb").unlink()
    names = {one["name"] for one in user.contents("pl").json["content"]}
    assert "01-cats-ink.ipynb" in names
    assert "02-boats-chalk.ipynb" not in names
    answer = user.contents("pl/02-boats-chalk.ipynb")
    assert (answer.status, "02-boats-chalk.ipynb" in answer.body.decode()) == (404, True)
    assert user.open(INK).save() == []


def test_read_only_files_are_not_written(user: User) -> None:
    """The interface is told so, and a save is refused in a line."""
    tab = user.open(INK)
    tab.type("title", "# Nie")
    for path in (user.root / FILE, user.root / "translations/pl"):
        mode = path.stat().st_mode
        path.chmod(mode & ~0o222)
        try:
            assert user.contents(INK, query="?content=0").json["writable"] is False
            answer = tab.put()
            assert (answer.status, "read-only" in answer.message) == (403, True)
            assert user.accept(INK, "end").status == 403
        finally:
            path.chmod(mode)
    assert user.changed() == []
    assert user.contents(INK, query="?content=0").json["writable"] is True


def test_english_is_read_only(user: User) -> None:
    """Its notebooks can be read and copied, not saved, renamed or deleted."""
    path = "en/01-cats-ink.ipynb"
    model = user.contents(path).json
    assert model["writable"] is False
    before = tiny.snapshot(user.root / "workspace/translate/en")
    for answer in (
        user.contents(path, "PUT", {"type": "notebook", "content": model["content"]}),
        user.contents(path, "DELETE"),
        user.contents(path, "PATCH", {"path": "en/mine.ipynb"}),
        user.contents("en", "DELETE"),
    ):
        assert answer.status in (403, 409)
        assert answer.message
    assert tiny.snapshot(user.root / "workspace/translate/en") == before
    copied = user.contents("en", "POST", {"copy_from": path}).json
    assert user.contents(copied["path"]).json["writable"] is True
    assert user.contents(copied["path"], "DELETE").status == 204


# Files that are no views


def test_a_view_is_not_renamed_deleted_or_replaced(user: User) -> None:
    """Nor is the folder of its locale; each time one line says what to do."""
    before = user.contents(INK).json["content"]["cells"]
    user.contents("pl/mine.ipynb", "PUT", {"type": "notebook", "content": book("moje")})
    foreign = user.open(CHALK).content
    for answer in (
        user.contents(INK, "DELETE"),
        user.contents(INK, "PATCH", {"path": "pl/other.ipynb"}),
        user.contents("pl", "PATCH", {"path": "polski"}),
        user.contents("pl", "DELETE"),
        user.contents("pl/mine.ipynb", "PATCH", {"path": INK}),
        user.contents(INK, "PUT", {"type": "notebook", "content": book("z dysku")}),
        user.contents(INK, "PUT", {"type": "notebook", "content": foreign}),
        user.contents(INK, "PUT", {"type": "file", "format": "text", "content": "x"}),
        user.contents(INK, "PUT", {"type": "file", "format": "text", "content": "x", "chunk": 1}),
        user.contents(INK, "PUT", {"type": "directory"}),
    ):
        assert answer.status in (403, 409)
        assert "translations/pl/01-cats.md" in answer.message or "lessons of the course" in (
            answer.message
        )
    for answer in (  # of a 409 the interface would ask whether to overwrite the file
        user.contents(INK, "PATCH", {"path": "pl/other.ipynb"}),
        user.contents("pl/mine.ipynb", "PATCH", {"path": INK}),
    ):
        assert answer.status == 403
    assert user.contents(INK).json["content"]["cells"] == before
    assert user.changed() == []
    assert user.contents("pl/mine.ipynb", "DELETE").status == 204


def test_a_view_is_read_only_as_text(user: User) -> None:
    """A text editor can look at it, and is told that it can't save."""
    model = user.contents(INK, query="?type=file&format=text").json
    assert model["writable"] is False
    assert json.loads(model["content"])["cells"][0]["source"].startswith("# Koty")


def test_a_duplicate_is_an_ordinary_notebook(user: User) -> None:
    """It can be edited, saved and deleted; so can a view that is saved elsewhere."""
    copied = user.contents("pl", "POST", {"copy_from": INK}).json
    assert copied["path"] == "pl/01-cats-ink-Copy1.ipynb"
    tab = user.open(INK)
    elsewhere = "pl/moje.ipynb"
    model = {"type": "notebook", "format": "json", "content": tab.content}
    assert user.contents(elsewhere, "PUT", model).status == 201
    for path in (copied["path"], elsewhere):
        found = user.contents(path).json["content"]
        assert "course" not in json.dumps(found["metadata"])
        for item in found["cells"]:
            assert not {"course", "editable", "deletable"} & item["metadata"].keys()
        found["cells"][1]["source"] = "moje = 1"
        assert user.contents(path, "PUT", {"type": "notebook", "content": found}).status == 200
        assert user.contents(path).json["content"]["cells"][1]["source"] == "moje = 1"
        assert user.contents(path, "DELETE").status == 204
    assert user.changed() == []


def test_a_copied_folder_has_the_lessons(user: User) -> None:
    """As ordinary notebooks."""
    copied = user.contents("", "POST", {"copy_from": "pl"}).json["path"].strip("/")
    try:
        names = {one["name"] for one in user.contents(copied).json["content"]}
        assert {"01-cats-ink.ipynb", "02-boats-chalk.ipynb", "images"} <= names
        found = user.contents(f"{copied}/01-cats-ink.ipynb").json["content"]
        assert found["cells"][0]["source"].startswith("# Koty")
        assert "course" not in found["cells"][0]["metadata"]
    finally:
        assert re.fullmatch(r"pl-Copy\d", copied)
        subprocess.run(["rm", "-rf", str(user.root / "workspace/translate" / copied)], check=True)


def test_a_view_can_be_downloaded(user: User) -> None:
    """As an ordinary notebook, with the token only."""
    answer = user.ask(f"files/{INK}?download=1")
    assert answer.status == 200
    assert answer.json["cells"][0]["source"].startswith("# Koty")
    assert "course" not in answer.json["metadata"]
    assert "Koty" not in user.ask(f"files/{INK}", token="").body.decode("utf-8")
    assert user.ask("files/pl/helper.py").body.startswith(b'"""What the lessons share')


def test_new_files_and_folders_are_ordinary(user: User) -> None:
    """Beside the views, with checkpoints that lie elsewhere."""
    made = user.contents("pl", "POST", {"type": "notebook"}).json["path"]
    model = {"type": "notebook", "content": book("nowy")}
    assert user.contents(made, "PUT", model).status == 200
    assert user.ask(f"api/contents/{made}/checkpoints", "POST", {}).status == 201
    assert user.contents("pl/nowy", "PUT", {"type": "directory"}).status == 201
    assert user.contents("pl/nowy", "DELETE").status == 204
    text = {"type": "file", "format": "text", "content": "tekst"}
    assert user.contents("pl/plik.txt", "PUT", text).status == 201
    assert user.contents("pl/plik.txt", "DELETE").status == 204
    assert user.contents(made, "DELETE").status == 204
    assert not list((user.root / "workspace/translate").rglob(".ipynb_checkpoints"))
    assert user.changed() == []


def test_a_checkpoint_brings_texts_back_and_keeps_what_it_replaces(user: User) -> None:
    """Notes too; it lies outside the translations, and is of the view as it was."""
    tab = user.open(INK)
    note = tab.insert(1, "code", "moja = 'notatka'")
    tab.save()
    made = user.ask(f"api/contents/{INK}/checkpoints", "POST", {})
    assert made.status == 201
    tab.type("title", "# Później")
    tab.cells.remove(note)
    tab.insert(3, "markdown", "nowsza notatka")
    tab.save()
    answer = user.ask(f"api/contents/{INK}/checkpoints/{made.json['id']}", "POST", {})
    assert answer.status == 204, answer.body
    assert user.changed() == []
    assert "# Później" in kept(user)
    assert notes(user).split("\n") == ["moja = 'notatka'", "nowsza notatka"]
    assert (user.root / "workspace/translate/.checkpoints/pl").is_dir()
    assert user.ask(f"api/contents/{INK}/checkpoints").json[0]["id"] == made.json["id"]


def test_a_kernel_can_be_started_beside_the_files_of_a_view(user: User) -> None:
    """Its folder is that of the locale, where the helper module and the data lie."""
    body = {
        "path": INK,
        "name": "01-cats-ink.ipynb",
        "type": "notebook",
        "kernel": {"name": "python3"},
    }
    answer = user.ask("api/sessions", "POST", body)
    assert answer.status == 201, answer.body
    kernel = answer.json["kernel"]["id"]
    import psutil

    folders = [
        psutil.Process(child.pid).cwd() for child in psutil.Process(user.process.pid).children()
    ]
    assert str(user.root / "workspace/translate/pl") in folders
    assert user.ask(f"api/kernels/{kernel}", "DELETE").status == 204


# Paths and tokens

TRICKS = [
    "../course.toml",
    "pl/../../course.toml",
    "pl/../pl/01-cats-ink.ipynb",
    "..%2fcourse.toml",
    "%2e%2e/course.toml",
    "pl/%2e%2e/%2e%2e/%2e%2e/notebooks/01-cats-ink.ipynb",
    "/etc/passwd",
    "//etc/passwd",
    "..\\course.toml",
    "pl/./01-cats-ink.ipynb",
    ".notes",
    ".tabs.json",
    ".checkpoints",
    "link/course.toml",
    "pl/link.ipynb",
    "pl/01-cats-ink.ipynb/x",
    "pl%00",
    "translations/pl/01-cats.md",
    ".%2e/kept",
]


@pytest.mark.parametrize("path", TRICKS)
def test_no_path_leaves_the_workspace(user: User, path: str) -> None:
    """Not by dots, codes, links or drives: there is nothing there, to read or to write."""
    folder = user.root / "workspace/translate"
    links = [folder / "link", folder / "pl/link.ipynb"]
    links[0].symlink_to(user.root)
    links[1].symlink_to(user.root / "notebooks/01-cats-ink.ipynb")
    before = tiny.snapshot(user.root)
    try:
        body = json.dumps({"type": "file", "format": "text", "content": "x"})
        book_body = json.dumps({"type": "notebook", "content": book("x")})
        for method, address, sent in (
            ("GET", f"/api/contents/{path}", None),
            ("GET", f"/files/{path}", None),
            ("PUT", f"/api/contents/{path}", body),
            ("PUT", f"/api/contents/{path}", book_body),
            ("DELETE", f"/api/contents/{path}", None),
            ("PATCH", "/api/contents/pl/helper.py", json.dumps({"path": unquote(path)})),
            ("GET", f"/course/api/view?path={path}", None),
            ("POST", "/course/api/accept", json.dumps({"path": path, "cell": "title"})),
        ):
            connection = http.client.HTTPConnection("127.0.0.1", user.port, timeout=30)
            connection.request(method, address, sent, {"Authorization": f"token {TOKEN}"})
            answer = connection.getresponse()
            answer.read()
            connection.close()
            if address == "/course/api/view?path=pl/../pl/01-cats-ink.ipynb":
                continue
            assert answer.status in (301, 302, 400, 403, 404, 405, 409), (method, address)
    finally:
        for link in links:
            link.unlink(missing_ok=True)
    after = tiny.snapshot(user.root)
    gone = {"workspace/translate/link", "workspace/translate/pl/link.ipynb"}
    assert {key: before[key] for key in before.keys() - gone} == after


def test_a_trusted_view_stays_trusted(user: User) -> None:
    """Its code and outputs are the English notebook's, so it is that which is trusted."""
    tab = user.open(INK)
    assert tab.cell("code-title")["metadata"]["trusted"] is False
    assert user.ask(f"api/contents/{INK}/trust", "POST", {}).status == 201
    for path in (INK, "ja/01-cats-ink.ipynb"):
        assert user.open(path).cell("code-title")["metadata"]["trusted"] is True
    assert user.open(CHALK).cell("code-title")["metadata"]["trusted"] is False
    assert not tab.conflict()


def test_a_page_of_another_site_can_not_accept(user: User) -> None:
    """A browser that is logged in sends its cookies along; that is not enough."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    address = f"http://127.0.0.1:{user.port}"
    opener.open(f"{address}/lab?token={TOKEN}", timeout=30).close()
    assert opener.open(f"{address}/course/api/info", timeout=30).status == 200
    body = json.dumps({"path": INK, "cell": "end", "reviewed": True}).encode()
    request = urllib.request.Request(f"{address}/course/api/accept", body)
    with pytest.raises(urllib.error.HTTPError) as refused:
        opener.open(request, timeout=30)
    assert refused.value.code == 403
    refused.value.close()
    assert user.changed() == []


def test_nothing_is_answered_without_the_token(user: User) -> None:
    """Neither the views nor our own answers."""
    for path in ("course/api/info", f"course/api/view?path={INK}", f"api/contents/{INK}"):
        assert user.ask(path, token="").status in (302, 403)
        assert user.ask(path, token="wrong").status in (302, 403)
    body = {"path": INK, "cell": "end", "reviewed": True}
    assert user.ask("course/api/accept", "POST", body, token="").status == 403
    assert user.changed() == []


# Our own answers


def test_the_report_says_how_each_cell_is(user: User) -> None:
    """Status, line, English, and the findings of `course check` with their remedies."""
    report = user.report(INK)
    assert report["path"] == INK
    assert report["locale"] == {"id": "pl", "name": "polski", "direction": "ltr"}
    assert (report["lesson"], report["framework"], report["file"]) == ("01-cats", "ink", FILE)
    statuses = {name: one["status"] for name, one in report["cells"].items()}
    assert statuses == {
        "title": "reviewed",
        "pair-ink": "machine",
        "picture": "translated",
        "food": "missing",
        "end": "stale",
    }
    assert report["counts"] == dict.fromkeys(
        ("missing", "stale", "machine", "translated", "reviewed"), 1
    )
    lines = (user.root / FILE).read_text(encoding="utf-8").split("\n")
    assert lines[report["cells"]["picture"]["line"] - 1].startswith("<!-- cell picture ")
    food = report["cells"]["food"]
    assert (food["line"], food["english"]) == (None, english("01-cats")["food"])
    assert "<li>one</li>" in food["english_html"]
    assert 'src="/files/pl/images/cat.svg"' in report["cells"]["picture"]["english_html"]
    assert user.ask("files/pl/images/cat.svg").status == 200
    (found,) = food["findings"]
    assert (found["code"], found["severity"]) == ("missing", "error")
    assert found["remedy"]
    info = user.ask("course/api/info").json
    assert INK in info["views"]
    assert info["source"] == "en"
    assert info["locales"]["ar"]["direction"] == "rtl"
    assert info["locales"]["en"]["words"]["stale"] == "Outdated"
    assert "en/01-cats-ink.ipynb" not in info["views"]
    for path in ("pl/none.ipynb", "en/01-cats-ink.ipynb", "pl", "", "../x"):
        assert user.ask(f"course/api/view?path={path}").status == 404


def test_findings_follow_a_save(user: User) -> None:
    """What a save has damaged is told at its cell, and no more once it is mended."""
    tab = user.open(INK)
    whole = tab.text("picture")
    tab.type("picture", "## Jak wygląda\n\nBez obrazka.")
    tab.save()
    found = user.report(INK)["cells"]["picture"]["findings"]
    assert "image" in {one["code"] for one in found}
    assert all(one["remedy"] and one["message"] and one["line"] for one in found)
    tab.type("picture", whole)
    tab.save()
    assert user.report(INK)["cells"]["picture"]["findings"] == []


def test_a_stale_cell_shows_what_changed_and_is_accepted_by_one_action(user: User) -> None:
    """The word diff comes out of the history; then it says what the English says today."""
    old = english("01-cats")["title"]
    for path in (user.root / "notebooks").glob("01-*.ipynb"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("It hunts at dawn", "It <hunts> & eats"), encoding="utf-8")
    tab = user.open(INK)
    shown = user.report(INK)["cells"]["title"]
    assert shown["status"] == "stale"
    assert "hunts<ins>&gt;</ins> <del>at</del><ins>&amp;</ins>" in shown["diff_html"]
    tab.type("title", tab.text("title") + " I je.")
    tab.save()
    assert translated(user).get("title").source == hash_source(old)
    answer = user.accept(INK, "title")
    assert (answer.status, answer.json["cells"]["title"]["status"]) == (200, "translated")
    assert translated(user).get("title").source != hash_source(old)
    assert user.accept(INK, "title", reviewed=True).json["cells"]["title"]["status"] == "reviewed"
    assert translated(user).get("title").text.endswith("I je.")
    assert not tab.conflict(), "the text is the same"
    tab.type("title", tab.text("title") + " I śpi.")
    tab.save()
    assert translated(user).get("title").state == "reviewed"
    assert kept(user) == ""


def test_a_draft_becomes_a_persons_by_accepting_it(user: User) -> None:
    """And nothing but its marker changes."""
    assert user.accept(INK, "pair-ink").json["cells"]["pair-ink"]["status"] == "translated"
    assert len(added(user)) == len(removed(user)) == 1
    assert removed(user)[0].replace(" state=machine", "") == added(user)[0]


def test_what_is_not_translated_is_not_accepted(user: User) -> None:
    """Nor is a cell that there is none of, or a body that says nothing."""
    for name, status in (("food", 400), ("none", 400), ("code-title", 400), ("", 400)):
        answer = user.accept(INK, name)
        assert (answer.status, bool(answer.message)) == (status, True)
    assert user.ask("course/api/accept", "POST", {"path": INK}).status == 400
    assert user.ask("course/api/accept", "POST", [1]).status == 400
    assert user.ask("course/api/accept", "POST", {"path": "pl/x", "cell": "end"}).status == 404
    assert user.changed() == []


def test_hostile_texts_are_shown_as_text(user: User) -> None:
    """The English and its changes are HTML that does nothing."""
    for path in (user.root / "notebooks").glob("01-*.ipynb"):
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("It hunts", "<img src=x onerror=alert(1)> It"), encoding="utf-8"
        )
    shown = user.report(INK)["cells"]["title"]
    for key in ("english_html", "diff_html"):
        assert "<img" not in shown[key]
        assert "&lt;img" in shown[key]


# A scripted user


@pytest.mark.parametrize("seed", [1, 2])
def test_after_two_hundred_actions_only_edited_prose_differs_and_nothing_is_lost(
    user: User, seed: int
) -> None:
    """Edits, splits, pastes, moves, deletions, saves and reloads in three tabs of two views."""
    before = translated(user)
    script = Script(user, random.Random(seed))
    for _ in range(200):
        script.act()
    for tab in script.tabs:
        script.save(tab)
    assert set(user.changed()) <= {FILE}
    after = translated(user)
    assert not after.problems
    for old in before.cells:
        if old.id not in script.edited:
            assert after.get(old.id).raw == old.raw, old.id
        else:
            assert after.get(old.id).raw.split("\n")[0] == old.raw.split("\n")[0]
    assert {one.id for one in after.cells} - {one.id for one in before.cells} <= {"food"}
    everything = "\n".join(
        [(user.root / FILE).read_text(encoding="utf-8"), kept(user), notes(user)]
        + [notes(user, "01-cats-chalk")]
    )
    assert [word for word in sorted(script.typed) if word not in everything] == []
    assert len(script.typed) > 20


WORD = re.compile(r"słowo\d+x")


class Script:
    """A user who does anything, and remembers which words were typed and not taken back."""

    def __init__(self, user: User, chance: random.Random) -> None:
        self.user, self.chance = user, chance
        self.tabs = [user.open(INK), user.open(INK), user.open(CHALK)]
        self.typed: set[str] = set()
        self.fresh: list[set[str]] = [set(), set(), set()]  # since the last save of each tab
        self.edited: set[str] = set()
        self.count = 0

    def act(self) -> None:
        """Do one thing in one tab."""
        number = self.chance.randrange(3)
        tab = self.tabs[number]
        actions = [self.edit] * 6 + [self.save] * 2
        actions += [self.split, self.add, self.paste, self.move, self.delete, self.change_code]
        actions += [self.reload]
        self.chance.choice(actions)(tab)

    def word(self, tab: Tab) -> str:
        """Return a word that nobody has typed before."""
        self.count += 1
        word = f"słowo{self.count}x"
        self.typed.add(word)
        self.fresh[self.tabs.index(tab)].add(word)
        return word

    def forget(self, tab: Tab, words: set[str]) -> None:
        """Take back words that stand on no other page."""
        pages = [item["source"] for other in self.tabs if other is not tab for item in other.cells]
        self.typed -= {word for word in words if not any(word in page for page in pages)}

    def edit(self, tab: Tab) -> None:
        cells = tab.of_kind("markdown") + tab.of_kind("note")
        item = self.chance.choice(cells)
        at = self.chance.randrange(len(item["source"]) + 1)
        while at and re.match(r"\w", item["source"][at - 1 : at]):
            at -= 1  # not within a word
        item["source"] = f"{item['source'][:at]} {self.word(tab)} {item['source'][at:]}"
        self.edited.add(item["metadata"]["course"].get("id", ""))

    def split(self, tab: Tab) -> None:
        item = self.chance.choice(tab.of_kind("markdown"))
        if item["id"] == item["metadata"]["course"]["id"]:
            blank = [match.start() for match in re.finditer(r"\s", item["source"])]
            tab.split(item["id"], self.chance.choice([*blank, 0, len(item["source"])]))
            self.edited.add(item["id"])

    def add(self, tab: Tab) -> None:
        kind = self.chance.choice(["markdown", "code", "raw"])
        tab.insert(self.chance.randrange(len(tab.cells) + 1), kind, self.word(tab))

    def paste(self, tab: Tab) -> None:
        item = self.chance.choice(self.chance.choice(self.tabs).cells)
        tab.paste(item, self.chance.randrange(len(tab.cells) + 1))
        self.fresh[self.tabs.index(tab)] |= set(WORD.findall(item["source"])) & self.typed

    def move(self, tab: Tab) -> None:
        item = tab.cells.pop(self.chance.randrange(len(tab.cells)))
        tab.cells.insert(self.chance.randrange(len(tab.cells) + 1), item)

    def delete(self, tab: Tab) -> None:
        item = self.chance.choice(tab.cells)
        words = set(WORD.findall(item["source"]))
        name = item["metadata"].get("course", {}).get("id")
        alike = [one for one in tab.cells if one["metadata"].get("course", {}).get("id") == name]
        if item["id"] == name and len(alike) == 1 and item in tab.of_kind("markdown"):
            self.forget(tab, words & self.fresh[self.tabs.index(tab)])  # what was saved stays
        else:
            self.typed -= words  # a note or a piece, from all pages
        tab.cells.remove(item)

    def change_code(self, tab: Tab) -> None:
        cells = tab.of_kind("code")
        if cells:
            self.chance.choice(cells)["source"] += f"\n{self.word(tab)}"

    def save(self, tab: Tab) -> None:
        tab.save()
        self.fresh[self.tabs.index(tab)] = set()

    def reload(self, tab: Tab) -> None:
        if self.chance.random() < 0.7:
            self.save(tab)
        number = self.tabs.index(tab)
        self.forget(tab, self.fresh[number])
        self.fresh[number] = set()
        tab.reload()
