"""Files beside the views: they can be copied, renamed and removed, and views cannot."""

import json
import re
import subprocess

from tests.fixtures.lab import CHALK, INK, User, book, kept, notes


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
