"""Views as files: in the file browser, read-only, saved by themselves, over a new server."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.lab.conftest import windows, write_course
from tests.fixtures import tiny
from tests.fixtures.lab import CHALK, FILE, book, kept, notes, settle, started, translated

DOCUMENTS = "@jupyterlab/docmanager-extension:plugin"
CHALK_NAME, INK_NAME = "01-cats-chalk.ipynb", "01-cats-ink.ipynb"


def test_a_view_can_be_neither_renamed_nor_deleted_in_the_file_browser(screen, server):
    """A dialog says so in one line, with what to do instead, and the view is still there."""
    window = screen().open()
    window.item(CHALK_NAME).click()
    window.page.keyboard.press("Delete")
    window.dialog_says(CHALK_NAME)
    window.dialog_says("nie można go tu usunąć")
    window.item(CHALK_NAME).click()
    window.page.keyboard.press("F2")
    window.page.keyboard.insert_text("inna")
    window.page.keyboard.press("Enter")
    window.dialog_says("ani przemianować; utwórz duplikat")
    window.ask("docmanager:rename")
    window.page.locator(".jp-Dialog input").fill("inna.ipynb")
    window.page.locator(".jp-Dialog button").last.click()
    window.says("ani przemianować; utwórz duplikat")
    assert {CHALK_NAME, INK_NAME} <= set(window.names())
    assert "inna.ipynb" not in window.names()
    window.write("title", "# Nadal tu")
    window.save()
    assert translated(server).get("title").text == "# Nadal tu"


def test_no_other_file_takes_the_place_of_a_view(screen, server):
    """Neither an upload nor a rename nor "Save as" does; each time one line says so."""
    server.contents("pl/mine.ipynb", "PUT", {"type": "notebook", "content": book("moje")})
    window = screen().open()
    window.item("mine.ipynb").click()
    window.page.keyboard.press("F2")
    window.page.keyboard.press("Control+A")
    window.page.keyboard.insert_text(CHALK_NAME)
    window.page.keyboard.press("Enter")
    window.dialog_says("wybierz inną nazwę")
    with window.page.expect_file_chooser() as chooser:
        window.page.locator(
            "[data-jp-item-name=uploader] jp-button, [data-jp-item-name=uploader]"
        ).last.click()
    upload = {
        "name": CHALK_NAME,
        "mimeType": "application/json",
        "buffer": json.dumps(book("wgrane")).encode(),
    }
    chooser.value.set_files([upload])
    window.dialog_says(CHALK_NAME)
    window.dialog_says("nie można go zastąpić innym notatnikiem")
    window.write("title", "# Kocury")
    window.ask("docmanager:save-as")
    window.page.locator(".jp-Dialog input").fill(CHALK)
    window.page.locator(".jp-Dialog button").last.click()
    window.dialog_says(CHALK)
    window.says("nie można go tu usunąć")
    assert server.changed() == []
    assert window.text("title") == "# Kocury"
    window.assert_clean(False)
    assert server.contents("pl/mine.ipynb", "DELETE").status == 204


def test_a_duplicate_and_a_text_editor_are_ordinary(screen, server):
    """A copy has no bars and no locks; the editor shows the view's text and can't save it."""
    window = screen().open()
    window.item(CHALK_NAME).click()
    window.command("filebrowser:duplicate")
    copy = "01-cats-chalk-Copy1.ipynb"
    expect(window.item(copy)).to_be_visible()
    window.command("docmanager:open", {"path": f"pl/{copy}"})
    expect(window.front.locator(".jp-Cell").first).to_be_visible()
    expect(window.front.locator(".jp-MarkdownCell")).to_have_count(5)
    expect(window.front.locator(".course-bar, .course-lock")).to_have_count(0)
    assert all(not cell["name"] and not cell["kind"] for cell in window.cells())
    window.command("docmanager:open", {"path": CHALK, "factory": "Editor"})
    editor = window.page.locator(".jp-FileEditor .cm-content")
    expect(editor).to_contain_text("Koty")
    editor.click()
    window.page.keyboard.type("XXX")
    window.page.keyboard.press("Control+S")
    window.says("tylko do odczytu")
    assert server.changed() == []
    assert server.contents(f"pl/{copy}", "DELETE").status == 204


def test_a_read_only_translation_says_so(screen, server):
    """The save is refused in a line, what was typed stays in the tab, and can be saved later."""
    path = server.root / FILE
    path.chmod(0o444)
    try:
        window = screen().open()
        window.write("title", "# Kocury")
        window.page.keyboard.press("Control+S")
        window.says("tylko do odczytu")
        window.assert_clean(False)
    finally:
        path.chmod(0o644)
    window = screen().open()
    window.write("title", "# Kocury")
    path.chmod(0o444)
    try:
        window.page.keyboard.press("Control+S")
        window.dialog_says(f"{FILE}: tylko do odczytu; nic nie zapisano")
    finally:
        path.chmod(0o644)
    assert server.changed() == []
    window.save()
    assert translated(server).get("title").text == "# Kocury"


def test_a_broken_translation_says_so(screen, server):
    """Conflict markers in the file: neither opening nor saving does anything but tell."""
    window = screen().open()
    window.write("title", "# Kocury")
    path = server.root / FILE
    whole = path.read_text(encoding="utf-8")
    path.write_text(f"{whole}\n<<<<<<< HEAD\n", encoding="utf-8")
    window.page.keyboard.press("Control+S")
    window.dialog_says(FILE, "merge conflict")
    window.assert_clean(False)
    other = screen()
    other.page.goto(f"http://127.0.0.1:{server.port}/lab/tree/{CHALK}?reset&token=a-token-of-tests")
    expect(other.page.locator(".jp-Dialog")).to_contain_text("merge conflict")
    path.write_text(whole, encoding="utf-8")
    window.save()
    assert translated(server).get("title").text == "# Kocury"


@pytest.fixture
def impatient(server):
    """JupyterLab saves by itself after a second, and not after two minutes."""
    path = f"lab/api/settings/{DOCUMENTS}"
    server.ask(path, "PUT", {"raw": json.dumps({"autosaveInterval": 1})})
    yield server
    server.ask(path, "PUT", {"raw": "{}"})


def test_what_was_typed_is_saved_after_a_while(screen, impatient):
    """JupyterLab's own autosave writes as a save does, and a view that is as it was not at all."""
    window = screen().open()
    window.kernel()
    window.select("code-title")
    window.page.keyboard.press("Control+Enter")
    expect(window.cell("code-title").locator(".jp-OutputArea-output")).to_have_text("2")
    window.assert_clean()
    window.write("title", "# Bez klawisza")
    window.page.wait_for_function(
        "() => [...document.querySelectorAll('.course-findings')].some(it => it.closest"
        "('[data-course=title]'))"  # what the checks say of so short a text, after a save
    )
    window.assert_clean()
    assert translated(impatient).get("title").text == "# Bez klawisza"
    assert (impatient.changed(), notes(impatient)) == ([FILE], "")


def test_a_tab_outlives_its_server(browser, contexts, tmp_path):
    """What is typed while there is no server is saved to the next one, and nothing doubles."""
    root = write_course(tmp_path / "course")
    settle(root)
    with started(root, "--translate", "--locale", "pl") as user:
        for start in windows(browser, contexts, user):
            window = start().open()
            window.write("title", "# Pierwsze")
            window.select("picture")
            window.page.keyboard.press("c")
            window.page.keyboard.press("v")
            window.write(window.notes().first, "NOTATKA")
            window.save()
            user.process.terminate()
            user.process.wait(30)
            window.dialog_of_lost_server()
            window.write("pair-ink", "[Bez serwera](01-cats-chalk.ipynb).")
            window.page.keyboard.press("Control+S")
            expect(window.page.locator(".jp-Dialog")).to_be_visible()
            window.page.locator(".jp-Dialog button").last.click()
            window.assert_clean(False)
            with started(root, "--translate", "--locale", "pl", port=user.port) as again:
                window.write("title", "# Drugie")
                window.save()
                assert again.changed() == [FILE]
                found = translated(again)
                assert found.get("title").text == "# Drugie"
                assert found.get("pair-ink").text == "[Bez serwera](01-cats-chalk.ipynb)."
                assert found.get("picture").text == tiny.POLISH["picture"]
                assert (notes(again), kept(again)) == ("NOTATKA", "")
                window.assert_clean()
                window.page.close()
            window.complaints.clear()  # of a server that was not there
