"""A translator's JupyterLab, used as a person would; `git diff` says what came of it."""

import re

from playwright.sync_api import expect

from tests.browser.lab.conftest import OLD
from tests.fixtures import tiny
from tests.fixtures.lab import CHALK, FILE, INK, kept, notes, translated


def added(user) -> list[str]:
    """Return the lines that the course's tree has now and had not before."""
    return [line[1:] for line in user.diff().splitlines() if re.match(r"\+(?!\+\+)", line)]


def removed(user) -> list[str]:
    """Return the lines that the course's tree had and has not any more."""
    return [line[1:] for line in user.diff().splitlines() if re.match(r"-(?!--)", line)]


def test_an_edit_changes_the_text_of_its_cell_and_nothing_else(screen, server):
    """Type, save: one paragraph of one file differs, and its marker stays."""
    window = screen().open()
    window.assert_clean()
    window.write("picture", "## Jak wygląda\n\nNowe zdanie.")
    window.assert_clean(False)
    window.save()
    assert server.changed() == [FILE]
    assert added(server) == ["Nowe zdanie."]
    window.assert_clean()


def test_a_missing_cell_gets_a_translation(screen, server):
    """What is written over the English is stored, and the bar says so."""
    window = screen().open()
    expect(window.cell("food").locator(".course-status")).to_have_text("Nieprzetłumaczone")
    expect(window.cell("food").locator(".course-english")).to_contain_text("A cat eats")
    expect(window.cell("food").locator(".course-remedy")).not_to_contain_text("course sync")
    window.write("food", "Kot zjada `4` myszy, więc $n = 4$.\n\n* jeden\n* dwa")
    window.save()
    expect(window.cell("food").locator(".course-status")).to_contain_text("Przetłumaczone")
    assert translated(server).get("food").text.startswith("Kot zjada")


def test_code_runs_and_can_be_neither_changed_nor_deleted(screen, server):
    """Typing into code, cutting it and turning it into prose do nothing; running it works."""
    window = screen().open()
    before = window.cells()
    code = window.select("code-title")
    expect(code.locator(".course-lock")).to_have_attribute("title", re.compile("Zablokowane"))
    code.locator(".cm-content").click()
    window.page.keyboard.type("1 / 0 #")
    window.page.keyboard.press("Escape")
    for key in ("d", "d", "x", "Control+Shift+-", "Shift+m"):
        window.page.keyboard.press(key)
    window.command("notebook:change-cell-to-markdown")
    if not OLD:  # JupyterLab 4.4 refuses without a word
        window.dialog("OK")
    assert window.cells() == before
    expect(code.locator(".jp-InputPrompt")).to_have_text("[1]:")
    window.select("code-food")
    window.kernel()
    window.page.keyboard.press("Control+Enter")
    expect(window.cell("code-food").locator(".jp-InputPrompt")).to_have_text("[1]:")
    expect(window.cell("code-food").locator(".jp-OutputArea-output")).to_have_text("8")
    window.assert_clean()
    window.save()
    assert server.changed() == []


def test_prose_of_the_lesson_can_be_neither_deleted_nor_merged_nor_retyped(screen, server):
    """Each way to get rid of a cell fails or is undone at once, and is told."""
    window = screen().open()
    before = window.cells()
    window.select("picture")
    window.page.keyboard.press("d")
    window.page.keyboard.press("d")
    window.page.keyboard.press("x")
    assert window.cells() == before
    for way in ("code", "raw"):
        window.select("picture")
        window.command(f"notebook:change-cell-to-{way}")
        window.says("Zmiana została cofnięta")
        assert window.cells() == before
    window.select("picture")
    window.command("notebook:insert-cell-below")
    window.command("notebook:change-cell-to-markdown")
    window.write(window.notes(), "MERGED", render=False)
    window.page.keyboard.press("Escape")
    window.command("notebook:merge-cell-above")
    window.page.wait_for_timeout(300)
    names = [cell["name"] for cell in window.cells() if cell["name"]]
    assert names == [cell["id"] for cell in before]
    assert "MERGED" in "".join(cell["source"] for cell in window.cells() if not cell["name"])
    window.save()
    assert server.changed() == []
    assert "MERGED" in notes(server)


def test_a_heading_made_of_a_cell_is_a_change_of_its_text(screen, server):
    """The keys 1 to 6 write a heading, as JupyterLab does, and nothing is undone."""
    window = screen().open()
    window.select("pair-ink")
    window.page.keyboard.press("2")
    window.page.keyboard.press("Control+Enter")
    window.save()
    assert [line[:4] for line in added(server)] == ["## ["]


def test_a_split_cell_is_joined_in_page_order(screen, server):
    """Both pieces are marked, saved as one cell, and one cell when the notebook is loaded again."""
    window = screen().open()
    window.write("title", "# Koty\nPierwsze.\nDrugie.", render=False)
    window.page.keyboard.press("Home")
    window.page.keyboard.press("Control+Shift+-")
    pieces = window.front.locator('.jp-Cell[data-course="title"]')
    expect(pieces).to_have_count(2)
    expect(pieces.nth(0).locator(".course-part")).to_contain_text("Część 1 z 2")
    expect(pieces.nth(1).locator(".course-part")).to_contain_text("Część 2 z 2")
    window.save()
    assert translated(server).get("title").text == "# Koty\nPierwsze.\n\nDrugie."
    assert server.changed() == [FILE]
    expect(pieces).to_have_count(2)
    window.open()
    expect(pieces).to_have_count(1)
    assert window.text("title") == "# Koty\nPierwsze.\n\nDrugie."


def test_pieces_can_be_joined_undone_and_done_again(screen, server):
    """Join makes one cell of the pieces; undo and redo leave them pieces and never notes."""
    window = screen().open()
    window.write("title", "A\nB", render=False)
    window.page.keyboard.press("Home")
    window.page.keyboard.press("Control+Shift+-")
    pieces = window.front.locator('.jp-Cell[data-course="title"]')
    expect(pieces).to_have_count(2)
    window.command("notebook:undo-cell-action")
    expect(pieces).to_have_count(1)
    window.command("notebook:redo-cell-action")
    expect(pieces).to_have_count(2)
    expect(window.notes()).to_have_count(0)
    pieces.nth(0).locator('[data-act="join"]').click()
    expect(pieces).to_have_count(1)
    assert window.text("title") == "A\n\nB"
    window.save()
    assert translated(server).get("title").text == "A\n\nB"


def test_pasted_and_new_cells_are_notes(screen, server):
    """They are told, kept outside of the translation, shown again, and can be deleted."""
    window = screen().open()
    window.select("picture")
    window.page.keyboard.press("c")
    window.page.keyboard.press("v")
    expect(window.notes()).to_have_count(1)
    window.write(window.notes().first, "PASTED text")
    window.select("code-picture")
    window.page.keyboard.press("b")
    window.page.keyboard.press("Escape")
    expect(window.notes()).to_have_count(2)
    window.write(window.notes().nth(1), "NEW = 1")
    window.select("code-food")
    window.command("notebook:copy-cell")
    window.command("notebook:paste-cell-below")
    window.write(window.notes().nth(2), "CODE = 2", render=False)
    expect(window.notes().first.locator(".course-bar")).to_contain_text("nie należy do tłumaczenia")
    window.save()
    assert server.changed() == []
    for typed in ("PASTED text", "NEW = 1", "CODE = 2"):
        assert typed in notes(server)
    window.open()
    expect(window.notes()).to_have_count(3)
    for _ in range(3):
        window.select(window.notes().first)
        window.page.keyboard.press("d")
        window.page.keyboard.press("d")
    expect(window.notes()).to_have_count(0)
    window.save()
    assert notes(server) == ""
    assert server.changed() == []


def test_undoing_a_paste_takes_the_cell_away_at_once(screen, server):
    """That a pasted cell was made a note is no step of its own."""
    window = screen().open()
    before = window.cells()
    window.select("picture")
    window.page.keyboard.press("c")
    window.page.keyboard.press("v")
    expect(window.notes()).to_have_count(1)
    window.command("notebook:undo-cell-action")
    expect(window.notes()).to_have_count(0)
    assert window.cells() == before
    window.command("notebook:redo-cell-action")
    expect(window.notes()).to_have_count(1)


def test_moved_cells_are_told_and_come_back(screen, server):
    """A cell can be moved for the moment; a notification and the panel say that it comes back."""
    window = screen().open()
    window.select("picture")
    window.command("notebook:move-cell-down")
    window.page.keyboard.press("Escape")
    window.save()
    window.says("przeniesione")
    window.command("course:panel")
    expect(window.page.locator(".course-panel .course-told")).to_contain_text("przeniesione")
    assert server.changed() == []
    order = [cell["name"] for cell in window.open().cells()]
    assert order.index("picture") < order.index("code-picture")


def test_a_stale_cell_shows_what_has_changed_and_can_be_accepted(screen, server):
    """The diff stands before the English; Accept writes the hash, and nothing else."""
    window = screen().open()
    end = window.cell("end")
    end.scroll_into_view_if_needed()
    expect(end.locator(".course-status")).to_have_text("Nieaktualne")
    expect(end.locator(".course-diff ins").first).to_contain_text("in [the next lesson]")
    expect(end.locator(".course-rendered")).to_contain_text("the next lesson")
    old = translated(server).get("end")
    end.locator('[data-act="accept"]').click()
    expect(end.locator(".course-status")).not_to_have_text("Nieaktualne")
    expect(end.locator(".course-english")).to_have_count(0)
    new = translated(server).get("end")
    assert new.text == old.text
    assert new.source == tiny.hash_source(tiny.english("01-cats")["end"]) != old.source
    assert new.state is None
    assert len(added(server)) == len(removed(server)) == 1
    window.write("end", "Czytaj dalej.")
    window.save()
    expect(window.page.locator(".jp-Dialog")).to_have_count(0)
    assert translated(server).get("end").text == "Czytaj dalej."


def test_a_cell_can_be_marked_as_reviewed(screen, server):
    """What was typed is saved first, then the marker says reviewed."""
    window = screen().open()
    window.write("pair-ink", "[Ta sama](01-cats-chalk.ipynb) lekcja.", render=False)
    window.cell("pair-ink").locator('[data-act="reviewed"]').click()
    expect(window.cell("pair-ink").locator(".course-reviewed .course-status")).to_be_visible()
    cell = translated(server).get("pair-ink")
    assert (cell.text, cell.state) == ("[Ta sama](01-cats-chalk.ipynb) lekcja.", "reviewed")
    window.assert_clean()


def test_a_save_neither_accepts_nor_reviews(screen, server):
    """The markers of a stale cell and of a draft stay as they are."""
    window = screen().open()
    window.write("end", "Czytaj dalej w [następnej lekcji](02-boats-ink.ipynb)!")
    window.write("pair-ink", "[Ta sama](01-cats-chalk.ipynb) lekcja.")
    window.save()
    assert all(not line.startswith("<!--") for line in added(server) + removed(server))
    expect(window.cell("end").locator(".course-status")).to_have_text("Nieaktualne")
    expect(window.cell("pair-ink").locator(".course-status")).to_have_text("Szkic maszynowy")


def test_findings_stand_at_their_cell_with_a_remedy(screen, server):
    """What `course check` says after a save is below the cell, in the panel and in the counter."""
    window = screen().open()
    expect(window.cell("picture").locator(".course-findings")).to_have_count(0)
    window.write("picture", "## Jak wygląda\n\nBez obrazka.")
    window.save()
    found = window.cell("picture").locator(".course-findings")
    expect(found).to_be_visible()
    expect(found.locator(".course-remedy").first).not_to_have_text("")
    window.command("course:panel")
    expect(window.page.locator('.course-panel [data-cell="picture"]')).to_be_visible()
    window.write("picture", tiny.POLISH["picture"])
    window.save()
    expect(found).to_have_count(0)


def test_a_shared_cell_changed_in_one_view_shows_in_the_other(screen, server):
    """Ink's edit stands in chalk's view, whose outputs and unsaved texts stay."""
    window = screen().open(CHALK)
    window.kernel()
    window.select("code-title")
    window.page.keyboard.press("Control+Enter")
    expect(window.cell("code-title").locator(".jp-OutputArea-output")).to_have_text("2")
    window.write("pair-chalk", "[Ta sama](01-cats-ink.ipynb) UNSAVED.")
    window.open_more(INK)
    window.write("picture", "## Jak wygląda\n\nZ atramentu. ![Kot](images/cat.svg) `helper.py`.")
    window.save()
    window.show(CHALK)
    expect(window.cell("picture").locator(".jp-RenderedMarkdown")).to_contain_text("Z atramentu.")
    expect(window.cell("code-title").locator(".jp-OutputArea-output")).to_have_text("2")
    assert "UNSAVED" in window.text("pair-chalk")
    window.assert_clean(False)
    window.save()
    expect(window.page.locator(".jp-Dialog")).to_have_count(0)
    text = (server.root / FILE).read_text()
    assert "UNSAVED" in text
    assert "Z atramentu" in text


def test_a_cell_changed_in_both_views_is_asked_about(screen, server):
    """Nothing is taken over; JupyterLab asks, and what is overwritten is kept."""
    window = screen().open(CHALK)
    window.write("picture", "## Wersja kredy")
    window.open_more(INK)
    window.write("picture", "## Wersja atramentu")
    window.save()
    window.show(CHALK)
    assert window.text("picture") == "## Wersja kredy"
    window.page.keyboard.press("Control+S")
    expect(window.page.locator(".jp-Dialog")).to_be_visible()
    with window.page.expect_response(lambda answer: "course/api/view" in answer.url):
        window.dialog("Nadpisz")
    assert translated(server).get("picture").text == "## Wersja kredy"
    assert "## Wersja atramentu" in kept(server)


def test_a_file_changed_on_disk_brings_the_question(screen, server):
    """An editor changed the file: the save asks, and Revert shows what is there."""
    window = screen().open()
    path = server.root / FILE
    path.write_text(path.read_text().replace("Kot śpi", "Kot drzemie"))
    window.write("picture", "## Moje")
    window.page.keyboard.press("Control+S")
    with window.page.expect_response(lambda answer: "course/api/view" in answer.url):
        window.dialog("Przywróć")
    window.page.wait_for_timeout(500)
    assert "Kot drzemie" in window.text("title")
    assert window.text("picture") == tiny.POLISH["picture"]
    window.write("picture", "## Znowu moje")
    window.save()
    assert translated(server).get("picture").text == "## Znowu moje"
    assert "Kot drzemie" in path.read_text()


def test_two_windows_on_one_lesson(screen, server):
    """The second to save is asked; overwriting leaves the first one's other cells alone."""
    first, second = screen().open(), screen().open()
    first.write("picture", "## Okno pierwsze")
    second.write("pair-ink", "[Okno drugie](01-cats-chalk.ipynb)")
    first.save()
    second.page.keyboard.press("Control+S")
    with second.page.expect_response(lambda answer: "course/api/view" in answer.url):
        second.dialog("Nadpisz")
    text = (server.root / FILE).read_text()
    assert "Okno pierwsze" in text
    assert "Okno drugie" in text


def test_what_is_typed_during_a_save_is_not_taken_for_saved(screen, server):
    """A slow save ends after more was typed: the notebook still counts as unsaved."""
    window = screen().open()

    def slowly(route):
        if route.request.method == "PUT":
            window.page.wait_for_timeout(50)
            window.page.keyboard.insert_text(" TYPED-LATER")
        route.continue_()

    window.write("picture", "## Przed", render=False)
    window.page.route("**/api/contents/**", slowly)
    window.save(clean=False)
    window.page.unroute("**/api/contents/**")
    assert "TYPED-LATER" in window.text("picture")
    window.assert_clean(False)
    window.save()
    assert "TYPED-LATER" in (server.root / FILE).read_text()


def test_a_view_in_two_panels_undoes_once(screen, server):
    """ "New view for notebook" shows the same cells twice; a guarded change is undone once."""
    window = screen().open()
    window.write("title", "# TYPED", render=True)
    window.command("docmanager:clone")
    expect(window.page.locator(".jp-NotebookPanel.course-view")).to_have_count(2)
    expect(window.front.last.locator(".course-bar").first).to_be_visible()
    window.select("picture")
    window.command("notebook:change-cell-to-code")
    window.page.wait_for_timeout(500)
    assert window.text("title") == "# TYPED"
    assert {cell["type"] for cell in window.cells() if cell["name"] == "picture"} == {"markdown"}
    window.save()
    assert added(server) == ["# TYPED"]
