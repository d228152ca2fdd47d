"""Exercises that are solved on the page: Python runs and stops there, and asks no other host."""

import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

PAGE = "07-subwords-pytorch.html"
CHECK = "exercise-marks-check"
RIGHT = '    return " ".join(pieces).replace(" ##", "")'
WRONG = '    return " ".join(pieces)'
LONG = 60_000  # ms, until Python has been loaded on a busy machine

pytestmark = pytest.mark.skipif(
    shutil.which("npm") is None, reason="npm, which fetches Pyodide, is not installed"
)


def offer(page: Page):
    """Return the button that opens the editor."""
    return page.locator(f"#{CHECK} + .solve")


def open_exercise(page: Page):
    """Open the editor; return it."""
    offer(page).click()
    return page.locator("div.exercise textarea")


def run(page: Page, code: str) -> str:
    """Run code in the open editor; return what it prints."""
    page.locator("div.exercise textarea").fill(code)
    page.locator("div.exercise .run").click()
    expect(page.locator("div.exercise .run")).to_be_visible(timeout=LONG)
    expect(page.locator("div.exercise .state")).to_be_empty()
    return page.locator("div.exercise .printed").text_content()


@pytest.mark.sampled
@pytest.mark.parametrize("width", [360, 1280])
def test_an_exercise_is_solved_on_the_page(visit, locale, width: int) -> None:
    """The code of its cells is there to be changed; what it prints says whether it is right."""
    seen = visit(width, locale=locale.id, color_scheme="dark" if width == 360 else "light")
    page = seen.open(f"{locale.id}/{PAGE}")
    cell = page.locator(f"#{CHECK}")
    expect(cell).to_be_visible()
    assert not [each for each in seen.requests if "pyodide" in each]
    area = open_exercise(page)
    expect(area).to_be_focused()
    expect(cell).to_be_hidden()
    code = area.input_value()
    assert code.startswith("def join_pieces(pieces):")
    assert run(page, code).startswith("Write your answer above")
    told = run(page, code.replace("    ...", WRONG))
    assert told.splitlines()[0].startswith("Traceback")
    assert 'assert join_pieces(["the", "owl", "##s", "fl", "##ew"]) == "the owls flew"' in told
    assert "pyodide" not in told
    assert run(page, code.replace("    ...", RIGHT)) == "Right.\n"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page, context="div.exercise").response["violations"]
    assert [each["id"] for each in found] == []
    seen.picture(f"{locale.id}-exercise-{width}")
    seen.assert_quiet()


def test_what_never_ends_is_stopped_and_what_was_written_stays(visit) -> None:
    """After Stop the next run works; the code is kept until one starts over."""
    seen = visit()
    page = seen.open(f"en/{PAGE}")
    area = open_exercise(page)
    first = area.input_value()
    area.fill("print('before')\nwhile True:\n    pass")
    page.locator("div.exercise .run").click()
    expect(page.locator("div.exercise .printed")).to_have_text("before\n", timeout=LONG)
    expect(page.locator("div.exercise .state")).to_have_text("Running …")
    page.locator("div.exercise .stop").click()
    expect(page.locator("div.exercise .state")).to_have_text("Stopped.")
    assert run(page, "print(6 * 7)") == "42\n"
    page.reload()
    area = open_exercise(page)
    expect(area).to_have_value("print(6 * 7)")
    page.locator("div.exercise .again").click()
    expect(area).to_have_value(first)
    seen.assert_quiet()


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import numpy", "ModuleNotFoundError: No module named 'numpy'"),
        ("input()", "EOFError: EOF when reading a line"),
        ("x = = 1", "SyntaxError: invalid syntax"),
        ("raise SystemExit(2)", "SystemExit: 2"),
        ("def f():\n    f()\nf()", "RecursionError: maximum recursion depth exceeded"),
        ("import sys\nprint('no', file=sys.stderr)", "no"),
        ("print(end='no newline')", "no newline"),
    ],
)
def test_what_goes_wrong_is_printed(visit, code: str, told: str) -> None:
    """As Python says it, from the exercise's own code on."""
    seen = visit()
    page = seen.open(f"en/{PAGE}")
    open_exercise(page)
    said = run(page, code)
    assert told in said.splitlines()[-1]
    assert "_pyodide" not in said
    assert run(page, "print(1)") == "1\n"
    seen.assert_quiet()


def test_a_page_is_not_flooded(visit) -> None:
    """A program that prints without end shows its beginning, and can be stopped."""
    page = visit().open(f"en/{PAGE}")
    area = open_exercise(page)
    area.fill("while True:\n    print('cat' * 100)")
    page.locator("div.exercise .run").click()
    expect(page.locator("div.exercise .printed")).to_contain_text("…", timeout=LONG)
    page.locator("div.exercise .stop").click()
    expect(page.locator("div.exercise .state")).to_have_text("Stopped.")
    assert len(page.locator("div.exercise .printed").text_content()) < 21_000


def test_an_exercise_is_solved_by_keyboard(visit) -> None:
    """The button is reached and pressed; a new line is indented; Ctrl+Enter runs; focus stays."""
    seen = visit()
    page = seen.open(f"en/{PAGE}")
    offer(page).focus()
    page.keyboard.press("Enter")
    area = page.locator("div.exercise textarea")
    expect(area).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("for cat in 'ab':\nprint(cat)\nif cat:\nprint(1)")
    lines = ["for cat in 'ab':", "    print(cat)", "    if cat:", "        print(1)"]
    expect(area).to_have_value("\n".join(lines))
    page.keyboard.press("Control+Enter")
    expect(page.locator("div.exercise .printed")).to_have_text("a\n1\nb\n1\n", timeout=LONG)
    expect(area).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("div.exercise .run")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("div.exercise .run")).to_be_visible(timeout=LONG)
    expect(page.locator("div.exercise .run")).to_be_focused()
    seen.assert_quiet()


def test_two_exercises_share_one_python(visit) -> None:
    """The second run stops the first; each keeps its own output."""
    page = visit().open("en/04-generation-pytorch.html")
    for button in page.locator(".solve").all()[::-1]:
        button.click()
    first, second = page.locator("div.exercise").all()
    first.locator("textarea").fill("print('one')\nwhile True:\n    pass")
    first.locator(".run").click()
    expect(first.locator(".printed")).to_have_text("one\n", timeout=LONG)
    second.locator("textarea").fill("print('two')")
    second.locator(".run").click()
    expect(first.locator(".state")).to_have_text("Stopped.")
    expect(second.locator(".printed")).to_have_text("two\n", timeout=LONG)


def test_where_python_can_not_be_loaded_the_page_says_so(visit) -> None:
    """Here because its server fails; the cells come back with the next visit."""
    page = visit().open(f"en/{PAGE}")
    page.route("**/python_stdlib.zip", lambda route: route.abort())
    open_exercise(page)
    page.locator("div.exercise .run").click()
    expect(page.locator("div.exercise .state")).to_contain_text("could not be loaded", timeout=LONG)
    expect(page.locator("div.exercise .run")).to_be_visible()


def test_from_disk_and_without_scripts_the_page_is_as_it_was(visit, folder: Path) -> None:
    """Browsers start no worker there, so nothing is offered."""
    for seen, address in (
        (visit(), (folder / "en" / PAGE).as_uri()),
        (visit(java_script_enabled=False), None),
    ):
        if address:
            seen.page.goto(address)
        else:
            seen.open(f"en/{PAGE}")
        expect(seen.page.locator(f"#{CHECK}")).to_be_visible()
        expect(seen.page.locator(".solve, div.exercise")).to_have_count(0)
