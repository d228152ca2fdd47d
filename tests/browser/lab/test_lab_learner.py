"""`course lab` for a learner who has never seen the repository: files, in their language."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.lab.conftest import windows, write_course
from tests.fixtures.lab import INK, settle, started


@pytest.fixture(scope="module")
def learner(tmp_path_factory):
    """The server of somebody whose system speaks Polish."""
    root = write_course(tmp_path_factory.mktemp("learner") / "course")
    settle(root)
    with started(root, LC_ALL="pl_PL.UTF-8") as user:
        yield user


@pytest.fixture
def screen(browser, contexts, learner):
    """Open windows on it."""
    yield from windows(browser, contexts, learner)


def test_a_learner_finds_lessons_in_their_language(screen, learner):
    """The first lesson, Polish menus, English beside it, and nothing of translating."""
    window = screen()
    asked = []
    window.page.on("request", lambda one: "/course/api/" in one.url and asked.append(one.url))
    window.page.goto(f"http://127.0.0.1:{learner.port}/?token=a-token-of-tests")
    expect(window.item("01-cats-ink.ipynb")).to_be_visible()
    expect(window.page.locator(".jp-BreadCrumbs")).to_contain_text("pl")
    expect(window.front.locator(".jp-RenderedMarkdown h1")).to_contain_text("Koty")
    expect(window.page.locator(".jp-Launcher")).to_have_count(0)
    cut = "all => all.filter(it => it.scrollWidth > it.clientWidth).map(it => it.textContent)"
    names = window.page.locator(".lm-DockPanel .lm-TabBar-tabLabel, .jp-DirListing-itemText")
    assert names.evaluate_all(cut) == []
    window.kernel()
    window.assert_clean()
    expect(window.page.locator(".lm-DockPanel .jp-mod-dirty")).to_have_count(0)
    expect(window.front.locator(".jp-CodeCell").first).to_have_attribute("lang", "en")
    expect(window.page.locator(".lm-MenuBar-itemLabel").first).to_have_text("Plik")
    assert not [name for name in window.names() if name.endswith((".toml", ".md"))]
    window.page.locator(".jp-BreadCrumbs-home").click()
    expect(window.item("en")).to_be_visible()
    assert window.names() == ["en", "pl"]
    expect(window.page.locator(".course-panel, .course-bar")).to_have_count(0)
    assert asked == []


def test_what_a_learner_does_stays(screen, learner):
    """Cells run and can be changed, added and deleted; outputs are there after a reload."""
    window = screen().open(INK, wait=False)
    expect(window.front.locator(".jp-RenderedMarkdown h1")).to_contain_text("Koty")
    expect(window.front.locator(".course-bar, .course-lock")).to_have_count(0)
    window.kernel()
    code = window.front.locator(".jp-CodeCell").first
    window.write(code, "6 * 7")
    expect(code.locator(".jp-OutputArea-output")).to_have_text("42")
    window.write(window.front.locator(".jp-MarkdownCell").first, "# Moje koty")
    window.page.keyboard.press("b")
    window.select(window.front.locator(".jp-CodeCell").last)
    window.page.keyboard.press("d")
    window.page.keyboard.press("d")
    window.page.keyboard.press("Control+S")
    window.assert_clean()
    window.open(INK, wait=False)
    code = window.front.locator(".jp-CodeCell").nth(1)
    expect(window.front.locator(".jp-RenderedMarkdown h1")).to_contain_text("Moje koty")
    expect(code.locator(".jp-OutputArea-output")).to_have_text("42")
    saved = json.loads((learner.root / "workspace/lessons" / INK).read_text(encoding="utf-8"))
    assert "course" not in json.dumps([cell["metadata"] for cell in saved["cells"]])
    assert learner.changed() == []
