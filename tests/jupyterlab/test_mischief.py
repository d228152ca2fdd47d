"""What a user may do to a view, and what comes of it."""

import pytest

from tests.fixtures import tiny
from tests.fixtures.lab import CHALK, FILE, INK, User, notes
from tests.fixtures.server import added


def test_a_split_cell_is_joined_again(user: User) -> None:
    """In page order, with a blank line between the pieces, also when new text came after it."""
    tab = user.open(INK)
    tab.split("title", len("# Koty"))
    tab.split("title", len("\n\nKot śpi przez większość dnia."))
    assert tab.save() == ["cell title: its 3 parts were joined"]
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
