"""Two tabs at once, and files that change below a view."""

import pytest

from tests.fixtures import tiny
from tests.fixtures.lab import FILE, INK, User, kept, notes, translated
from tests.fixtures.server import added


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
