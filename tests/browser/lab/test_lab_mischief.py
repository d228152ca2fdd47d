"""What a translator can do to a view that has nothing to do with translating it."""

import re

from playwright.sync_api import expect

from tests.browser.lab.test_lab_browser import added, removed
from tests.fixtures import tiny
from tests.fixtures.lab import CHALK, FILE, INK, kept, notes, translated

SET = """([name, key, value]) => {
  const model = jupyterapp.shell.currentWidget.content.model;
  const cell = name ? [...model.cells].find(one => one.id === name) : model;
  value === null ? cell.deleteMetadata(key) : cell.setMetadata(key, value);
}"""  # as the property inspector does


def test_several_cells_can_not_be_merged(screen, server):
    """With code among them JupyterLab refuses; without it the merge is undone."""
    window = screen().open()
    before = window.cells()
    window.select("title")
    for key in ("Shift+ArrowDown", "Shift+ArrowDown", "Shift+M"):
        window.page.keyboard.press(key)
    assert window.cells() == before
    window.select("picture")
    window.command("notebook:move-cell-up")
    window.page.keyboard.press("Shift+ArrowUp")
    moved = window.cells()
    window.page.keyboard.press("Shift+M")
    window.says("Zmiana została cofnięta")
    window.page.wait_for_function(
        "count => jupyterapp.shell.currentWidget.content.model.cells.length === count",
        arg=len(moved),
    )
    assert {cell["id"]: cell["source"] for cell in window.cells()} == {
        cell["id"]: cell["source"] for cell in before
    }
    window.save()
    assert server.changed() == []


def test_what_was_typed_before_an_undone_change_stays(screen, server):
    """Only the change itself is taken back, however soon it came."""
    window = screen().open()
    for command in ("notebook:change-cell-to-code", "notebook:merge-cell-above"):
        window.write("picture", f"## TYPED before {command}")
        window.select("picture")
        window.command(command)
        window.page.wait_for_timeout(100)
        assert window.text("picture") == f"## TYPED before {command}"
    window.save()
    assert "## TYPED before notebook:merge-cell-above" in added(server)


def test_replacing_everywhere_leaves_code_alone(screen, server):
    """Find and replace over the whole notebook changes prose only."""
    window = screen().open()
    code = [cell for cell in window.cells() if cell["kind"] == "code"]
    window.select("title")
    window.command("documentsearch:startWithReplace")
    search = window.page.locator(".jp-DocumentSearch-overlay")
    search.locator("textarea").first.fill("helper")
    expect(search).to_contain_text("1/")
    search.locator("textarea").last.fill("ZAMIANA")
    search.get_by_text("Zamień wszystkie").click()
    window.assert_clean(False)
    window.page.keyboard.press("Escape")
    assert [cell for cell in window.cells() if cell["kind"] == "code"] == code
    window.save()
    assert (removed(server), added(server)) == (["Zobacz `helper.py`."], ["Zobacz `ZAMIANA.py`."])


def test_running_all_and_clearing_outputs_changes_nothing(screen, server):
    """Outputs of a view are not kept, and never make it unsaved."""
    window = screen().open()
    window.command("notebook:clear-all-cell-outputs")
    expect(window.front.locator(".jp-OutputArea-output")).to_have_count(0)
    window.assert_clean()
    window.kernel()
    window.command("notebook:run-all-cells")
    expect(window.cell("code-end").locator(".jp-OutputArea-output")).to_have_text("10")
    window.assert_clean()
    window.save()
    assert server.changed() == []


def test_our_marks_can_not_be_changed_in_the_property_inspector(screen, server):
    """Locks and names come back at once, those of the notebook too; edits go where they belong."""
    window = screen().open()
    before = window.cells()
    for name, key, value in (
        ("code-food", "editable", True),
        ("code-food", "deletable", True),
        ("picture", "course", None),
        ("picture", "deletable", None),
        ("food", "course", {"id": "title", "kind": "markdown", "base": "", "source": ""}),
        ("", "course", None),
    ):
        window.page.evaluate(SET, [name, key, value])
    assert window.cells() == before
    window.select("code-food")
    window.page.keyboard.press("Enter")
    window.page.keyboard.type("1 / 0")
    assert window.cells() == before
    window.write("picture", "## Obraz")
    window.save()
    assert translated(server).get("picture").text == "## Obraz"
    assert (server.changed(), notes(server)) == ([FILE], "")


def test_text_like_our_markers_comes_back(screen, server):
    """Markers, blank lines and long lines are text as any other."""
    text = "<!-- cell title source=000000000000 -->\n\n\n\\<!-- allow x: y -->\n" + "ą" * 5000
    window = screen().open()
    window.write("picture", f"{text}\n\n\n")
    window.save()
    assert len(translated(server).cells) == len(tiny.POLISH)
    assert window.open().text("picture") == text


def test_what_a_file_can_not_hold_is_told_and_kept(screen, server):
    """Too long a text and active content become notes; the rest is saved."""
    window = screen().open()
    window.write("picture", "długi " * 4000)
    window.write("pair-ink", "<script>alert('x')</script>")
    window.write("title", "# Kocury")
    window.save()
    window.says("Są w panelu")  # two messages, too long for a notification
    window.command("course:panel")
    told = window.page.locator(".course-panel .course-told li")
    expect(told.filter(has_text="twój tekst zachowano jako notatkę")).to_have_count(2)
    assert added(server) == ["# Kocury"]
    window.open()
    expect(window.notes()).to_have_count(2)
    assert "długi " * 3999 in notes(server)
    assert "<script>" in notes(server)


def test_undo_goes_on_across_a_save(screen, server):
    """The older text comes back, is unsaved, and is stored by the next save."""
    window = screen().open()
    window.write("picture", "## Raz", render=False)
    window.save()
    window.assert_clean()
    for _ in range(5):
        window.page.keyboard.press("Control+Z")
    assert window.text("picture") == tiny.POLISH["picture"]
    window.assert_clean(False)
    window.save()
    assert (server.changed(), kept(server)) == ([], "")


def test_a_notebook_loaded_again_goes_on(screen, server):
    """Reloading drops what was not saved; a checkpoint brings back what was, keeping the newer."""
    window = screen().open()
    window.write("title", "# Zapisane")
    window.save()
    window.write("title", "# Porzucone")
    window.ask("docmanager:reload")
    with window.page.expect_response(lambda answer: "course/api/view" in answer.url):
        window.page.locator(".jp-Dialog button").last.click()
    assert window.text("title") == "# Zapisane"
    window.assert_clean()
    path = server.root / FILE
    path.write_text(path.read_text("utf-8").replace("# Zapisane", "# Z edytora"), "utf-8")
    window.ask("docmanager:restore-checkpoint")
    with window.page.expect_response(lambda answer: "course/api/view" in answer.url):
        window.page.locator(".jp-Dialog button").last.click()
    window.page.wait_for_function(
        "() => jupyterapp.shell.currentWidget.content.model.cells.get(0).sharedModel.getSource()"
        " === '# Zapisane'"
    )
    assert translated(server).get("title").text == "# Zapisane"
    assert "# Z edytora" in kept(server)
    window.write("title", "# Dalej")
    window.save()
    assert translated(server).get("title").text == "# Dalej"


def test_a_pasted_picture_goes_to_a_note(screen, server):
    """It is told where pictures belong, and nothing of it is lost."""
    window = screen().open()
    window.select("picture")
    window.page.keyboard.press("Enter")
    window.cell("picture").locator(".cm-content").evaluate(
        """(field, png) => {
             const bytes = Uint8Array.from(atob(png), one => one.charCodeAt(0));
             const clipboardData = new DataTransfer();
             clipboardData.items.add(new File([bytes], "shot.png", {type: "image/png"}));
             field.dispatchEvent(new ClipboardEvent("paste",
               {clipboardData, bubbles: true, cancelable: true}));
           }""",
        tiny.PNG,
    )
    expect(window.cell("picture").locator(".cm-content")).to_contain_text("attachment:")
    window.save()
    window.says("ich miejsce to notebooks/images")
    assert "attachment:" in notes(server)
    saved = server.contents(INK).json["content"]["cells"]
    assert [one["attachments"] for one in saved if one.get("attachments")] == [
        {re.search(r"attachment:(\S+)\)", notes(server)).group(1): {"image/png": tiny.PNG}}
    ]


def test_a_cell_dragged_from_the_other_notebook_is_a_note(screen, server):
    """Dropped beside its like, it is a copy; the cell of that name stays what it was."""
    window = screen(width=1800).open()
    window.command("docmanager:open", {"path": CHALK, "options": {"mode": "split-right"}})
    expect(window.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")).to_have_count(2)
    panels = window.page.locator(".jp-NotebookPanel")
    target = panels.filter(has=window.page.locator('[data-course="pair-chalk"]'))
    source = panels.filter(has=window.page.locator('[data-course="pair-ink"]'))
    expect(target.locator(".course-bar").first).to_be_visible()
    start = source.locator('[data-course="picture"] .jp-InputArea-prompt').bounding_box()
    end = target.locator('[data-course="pair-chalk"]').bounding_box()
    mouse = window.page.mouse
    mouse.move(start["x"] + 20, start["y"] + start["height"] - 8)
    mouse.down()
    mouse.move(start["x"] + 120, start["y"] + 60, steps=5)
    mouse.move(end["x"] + 200, end["y"] + 20, steps=10)
    mouse.up()
    expect(target.locator('.jp-Cell[data-course="note"]')).to_have_count(1)
    expect(target.locator('.jp-Cell[data-course="picture"]')).to_have_count(1)
    window.show(CHALK)
    mine = target.locator('[data-course="picture"]')
    window.write(mine, "## WRITTEN")
    window.select(mine)
    window.command("notebook:move-cell-up")  # which JupyterLab does by making it anew
    expect(target.locator('.jp-Cell[data-course="note"]')).to_have_count(1)
    assert window.text("picture") == "## WRITTEN"
    window.save()
    assert translated(server).get("picture").text == "## WRITTEN"
    assert notes(server, "01-cats-chalk") == tiny.POLISH["picture"]


def test_a_note_that_was_not_loaded_is_not_deleted(screen, server):
    """It is told that cells are missing, and the next save leaves the note alone."""
    window = screen().open()
    window.select("picture")
    window.page.keyboard.press("c")
    window.page.keyboard.press("v")
    window.write(window.notes().first, "NOTATKA")
    window.save()

    def forget(route):
        """Answer without the notes, as if they had been lost on the way to the page."""
        answer = route.fetch()
        model = answer.json()
        if model["content"]:
            kinds = [cell["metadata"]["course"]["kind"] for cell in model["content"]["cells"]]
            pairs = zip(model["content"]["cells"], kinds, strict=True)
            model["content"]["cells"] = [cell for cell, kind in pairs if kind != "note"]
        route.fulfill(response=answer, json=model)

    window.page.route(re.compile(r"/api/contents/pl/01-cats-ink\.ipynb\?.*content=1"), forget)
    window.open()
    window.says("nie są takie, jak powinny")
    expect(window.notes()).to_have_count(0)
    window.write("title", "# Kocury")
    window.save()
    assert translated(server).get("title").text == "# Kocury"
    assert notes(server) == "NOTATKA"
