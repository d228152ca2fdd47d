"""`course lab`: in which language, with what files, and what is kept from one time to the next."""

import http.client
import json
import os
import socket
from pathlib import Path

import pytest

from course.formats.course_toml import load_course
from course.jupyterlab.language import interface_language, match_locale, system_language
from tests.fixtures import tiny
from tests.fixtures.command import run_course, run_process
from tests.fixtures.lab import FILE, INK, TOKEN, book, commit, notes, started, translated

ROOT = Path(__file__).parents[2]


# The language


@pytest.mark.parametrize(
    ("name", "locale"),
    [
        ("pl_PL.UTF-8", "pl"),
        ("zh_CN", "zh-CN"),
        ("zh_SG", "zh-CN"),
        ("zh_TW", ""),
        ("nb_NO", "nb"),
        ("no_NO", "nb"),
        ("fr_CA.ISO8859-1", "fr"),
        ("ar_EG", "ar"),
        ("ja_JP@x", "ja"),
        ("C", ""),
        ("C.UTF-8", ""),
        ("POSIX", ""),
        ("de_DE", ""),
        ("en_GB", "en"),
        ("x" * 99, ""),
        ("", ""),
    ],
)
def test_the_systems_language_finds_the_locale(name: str, locale: str) -> None:
    """Same language and same script; nothing where the course has none."""
    found = match_locale(load_course(ROOT), system_language({"LANG": name or "C"}))
    assert (found.id if found else "") == locale


def test_the_first_variable_that_is_set_counts() -> None:
    """As POSIX has it."""
    assert system_language({"LC_ALL": "", "LC_MESSAGES": "ja_JP", "LANG": "pl_PL"}) == "ja_JP"
    assert system_language({"LC_ALL": "C", "LANG": "pl_PL"}) == ""


def test_the_interface_has_a_pack_for_each_locale_that_there_is_one_for() -> None:
    """Norwegian and Arabic have none worth it, so the menus stay English there."""
    found = {one.id: interface_language(one) for one in load_course(ROOT).targets}
    packs = {"pl": "pl_PL", "fr": "fr_FR", "ja": "ja_JP", "zh-CN": "zh_CN"}
    assert found == {"nb": "", "ar": "", **packs}


# Starting


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tiny course in a repository; its folder."""
    root = tiny.write_course(tmp_path / "tiny")
    commit(root)
    return root


def test_a_server_that_was_started_again_knows_its_tabs(root: Path) -> None:
    """A tab goes on where it was: going back is a change, notes can be deleted, nothing doubles."""
    with started(root, "--translate", "--locale", "pl") as user:
        tab = user.open(INK)
        first = tab.text("title")
        tab.type("title", "# Raz")
        note = tab.insert(1, "markdown", "notatka")
        tab.save()
    with started(root, "--translate", "--locale", "ja") as user:
        tab.user = user
        assert not tab.conflict()
        tab.type("title", first)
        tab.cells.remove(note)
        tab.save()
        assert user.changed() == []
        assert notes(user) == ""
    (root / "workspace/translate/.tabs.json").write_text("{")
    with started(root, "--translate", "--locale", "pl") as user:
        tab.user = user
        tab.type("title", "# Dwa")
        tab.save()
        assert translated(user).get("title").text == "# Dwa"


def test_a_file_in_the_place_of_a_view_is_moved_aside(root: Path) -> None:
    """A locale that was a real folder loses nothing, and what was changed beside views stays."""
    folder = root / "workspace/translate/pl"
    folder.mkdir(parents=True)
    (folder / "01-cats-ink.ipynb").write_text(json.dumps(book("moje")), encoding="utf-8")
    (folder / "helper.py").write_text("mine = 1\n", encoding="utf-8")
    with started(root, "--translate", "--locale", "pl") as user:
        assert user.open(INK).text("title").startswith("# Koty")
        found = user.contents("pl/01-cats-ink.yours-1.ipynb").json["content"]
        assert found["cells"][0]["source"] == "moje"
        assert (folder / "helper.yours-1.py").read_text(encoding="utf-8") == "mine = 1\n"
        assert "kept: workspace/translate/pl/01-cats-ink.yours-1.ipynb" in user.log.read_text()


def test_a_learner_finds_files_in_their_language(root: Path) -> None:
    """Built notebooks in real folders, English beside; nothing is virtual and nothing locked."""
    with started(root, LC_ALL="pl_PL.UTF-8") as user:
        assert {one["name"] for one in user.contents("").json["content"]} == {"en", "pl"}
        names = {one["name"] for one in user.contents("pl").json["content"]}
        assert {"01-cats-ink.ipynb", "01-cats-chalk.ipynb", "images", "helper.py"} <= names
        model = user.contents("pl/01-cats-ink.ipynb").json
        assert model["content"]["cells"][0]["source"].startswith("# Koty")
        assert "editable" not in json.dumps(model["content"])
        assert user.ask("course/api/info").status == 404
        plugin = user.ask("lab/api/settings/@jupyterlab/translation-extension:plugin").json
        assert plugin["schema"]["properties"]["locale"]["default"] == "pl_PL"
        assert plugin["settings"] == {}, "a user's own setting counts more"
        words = user.ask("lab/api/translations/pl_PL").json["data"]
        assert words["jupyterlab"]["Save"] == ["Zapisz"]
        connection = http.client.HTTPConnection("127.0.0.1", user.port, timeout=30)
        connection.request("GET", "/", headers={"Authorization": f"token {TOKEN}"})
        assert connection.getresponse().headers["Location"].startswith("/lab/tree/pl")
        connection.close()
    assert (root / "workspace/lessons/pl/01-cats-ink.ipynb").is_file()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--translate", "--locale", "en"], ["en is the source locale", "pl, ja, ar"]),
        (["--translate"], ["en is the source locale", "pl, ja, ar"]),
        (["--locale", "pI"], ["unknown locale 'pI'", "en, pl, ja, ar"]),
        (["pl"], ["'pl'", "--locale"]),
        (["--port", "0"], ["--port"]),
        (["--workspace", "notebooks/x"], ["the sources lie there"]),
        (["--workspace", "."], ["the sources lie there"]),
        (["--lokale", "pl"], ["unknown option '--lokale', did you mean '--locale'?"]),
    ],
)
def test_a_wrong_call_is_told_in_a_line(root: Path, arguments: list[str], words: list[str]) -> None:
    """And nothing is started or written."""
    result = run_course(root, "lab", "--no-browser", *arguments, LC_ALL="C.UTF-8")
    result.assert_refused(*words, code=2)
    assert not (root / "workspace").exists()


@pytest.mark.parametrize("name", ["translate", "translate/pl", "lessons/en", "kept/pl"])
def test_a_workspace_with_links_is_refused(root: Path, name: str) -> None:
    """What is written there would land elsewhere, in the translations for one."""
    path = root / "workspace" / name
    path.parent.mkdir(parents=True)
    path.symlink_to(root / "translations/pl")
    before = tiny.snapshot(root)
    result = run_course(root, "lab", "--no-browser", "--translate", "--locale", "pl")
    result.assert_refused(f"workspace/{name}: a symbolic link", code=2)
    assert tiny.snapshot(root) == before


def test_a_taken_port_is_told_in_a_line(root: Path) -> None:
    """Another one is not taken in its place, as the address may be written down."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        result = run_course(root, "lab", "--no-browser", "--port", port)
    result.assert_refused(f"port {port}", "name another --port", code=2)


def test_what_can_not_be_built_is_told_in_a_line(root: Path) -> None:
    """A learner gets no half lessons, and hears of another language's fault only as a warning."""
    path = root / FILE
    path.write_text(path.read_text(encoding="utf-8") + "<<<<<<< HEAD\n", encoding="utf-8")
    result = run_course(root, "lab", "--no-browser", "--locale", "pl")
    result.assert_refused(f"{FILE}:", "merge conflict")
    (root / "workspace/lessons/pl").mkdir(parents=True)
    with started(root, "--locale", "ja") as user:
        assert f"warning: {FILE}:" in user.log.read_text()


def test_editing_together_is_refused_for_views(root: Path, tmp_path: Path) -> None:
    """A shared document would write whole notebooks, past what a view may change."""
    package = tmp_path / "more" / "jupyter_server_ydoc"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    path = os.pathsep.join([str(package.parent), str(ROOT)])
    arguments = ["lab", "--no-browser", "--translate", "--locale", "pl"]
    result = run_process(root, *arguments, PYTHONPATH=path)
    result.assert_refused("jupyter-collaboration", "pip uninstall")


@pytest.mark.parametrize("translate", [False, True])
def test_jupytext_is_left_out_where_views_are(root: Path, tmp_path: Path, translate: bool) -> None:
    """Its contents manager would come before ours; a learner's JupyterLab has it as ever."""
    package = tmp_path / "more" / "jupyterlab_jupytext"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(
        "import pathlib\n"
        "def _jupyter_server_extension_points(): return [{'module': __name__}]\n"
        "def _load_jupyter_server_extension(app):\n"
        "    pathlib.Path(__file__).with_name('loaded').touch()\n"
    )
    folder = tmp_path / "config" / "jupyter_server_config.d"
    folder.mkdir(parents=True)
    enabled = {"ServerApp": {"jpserver_extensions": {package.name: True}}}
    (folder / "jupyterlab_jupytext.json").write_text(json.dumps(enabled))
    more = {
        "PYTHONPATH": os.pathsep.join([str(package.parent), str(ROOT)]),
        "JUPYTER_CONFIG_PATH": str(folder.parent),
    }
    with started(root, "--locale", "pl", *(["--translate"] * translate), **more) as user:
        assert user.contents(f"pl/{Path(INK).name}").status == 200
    assert (package / "loaded").exists() != translate
