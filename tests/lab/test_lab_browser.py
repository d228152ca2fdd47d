"""Translating in JupyterLab as a translator does it, in a real Chromium."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures import tiny
from fixtures.lab import INK, TOKEN, User, commit, started
from playwright.sync_api import Browser, Page, expect, sync_playwright


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium: that of the system, or the one that CHROMIUM names."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.fail("no Chromium: apt-get install chromium, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])


@pytest.fixture
def user(tmp_path: Path) -> Iterator[User]:
    """A JupyterLab for the translators of a tiny course, in Polish."""
    root = tiny.write_course(tmp_path / "tiny")
    commit(root)
    with started(root, "--translate", "--locale", "pl") as served:
        yield served


@pytest.fixture
def complaints() -> list[str]:
    """What the pages complained of."""
    return []


@pytest.fixture
def visit(browser: Browser, user: User, complaints: list[str]):
    """Open a view in a window of its own."""

    def opened(path: str) -> Page:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"http://127.0.0.1:{user.port}/lab/tree/{path}?token={TOKEN}")
        page.locator(".course-line").first.wait_for()
        return page

    yield opened
    for context in browser.contexts:
        context.close()


def changed(user: User) -> list[str]:
    """Return the lines of the course's files that came or went."""
    return [line for line in user.diff().splitlines() if re.match(r"[+-](?![+-]{2})", line)]


def test_every_paragraph_says_its_state(visit, user: User, complaints: list[str]) -> None:
    """A bar at each Markdown cell, a lock at each code cell, and nothing is written."""
    page = visit(INK)
    cells = user.contents(INK).json["content"]["cells"]
    prose = [cell for cell in cells if cell["cell_type"] == "markdown"]
    expect(page.locator(".course-line")).to_have_count(len(prose))
    expect(page.locator(".course-lock")).to_have_count(len(cells) - len(prose))
    assert changed(user) == []
    assert complaints == []


def test_the_english_is_shown_when_asked_for(visit, complaints: list[str]) -> None:
    """By the keyboard too; and it goes away again."""
    page = visit(INK)
    button = page.locator(".course-button[aria-expanded=false]").first
    before = page.locator(".course-english").count()
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".course-english")).to_have_count(before + 1)
    assert complaints == []


def test_a_paragraph_is_marked_as_reviewed(visit, user: User, complaints: list[str]) -> None:
    """Its marker changes, and no other byte."""
    page = visit(INK)
    line = page.locator(".course-line").filter(has=page.locator("button:nth-of-type(2)")).first
    line.locator("button").last.click()
    for _ in range(100):
        if lines := changed(user):
            break
        page.wait_for_timeout(100)
    assert [line[0] for line in lines] == ["-", "+"]
    assert "state=reviewed" in lines[1]
    assert complaints == []
