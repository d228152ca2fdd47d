"""What answers the reader: questions, progress, and what scrolls."""

import re

import pytest
from playwright.sync_api import expect

from course.formats.notebook import read_notebook
from tests.browser.site.conftest import COURSE

LESSON = "03-rnn"
PYTORCH = f"{LESSON}-pytorch.html"


@pytest.mark.sampled
def test_a_question_answers(visit, locale) -> None:
    """By keyboard: the option is marked, the answer opens, and a screen reader is told."""
    seen = visit(locale=locale.id)
    page = seen.open(f"{locale.id}/{PYTORCH}")
    question = page.locator(".quiz").first
    right = int(question.get_attribute("data-answer")) - 1
    options, fold = question.locator(".options button"), question.locator("details")
    wrong = (right + 1) % options.count()
    assert fold.get_attribute("open") is None
    options.nth(wrong).focus()
    page.keyboard.press("Enter")
    expect(fold).to_have_attribute("open", "")
    expect(options.nth(wrong)).to_have_attribute("aria-pressed", "true")
    heard = page.locator(".heard")
    told = heard.inner_text()
    assert told.strip()
    options.nth(right).focus()
    page.keyboard.press("Space")
    expect(options.nth(right)).to_have_attribute("aria-pressed", "true")
    expect(options.nth(wrong)).not_to_have_attribute("aria-pressed", "true")
    assert heard.inner_text().strip() not in ("", told)
    expect(page.locator(".score")).to_contain_text("1")
    seen.assert_quiet()


def test_what_was_read_is_kept_in_the_browser_and_shown_on_the_start_page(visit) -> None:
    """The lesson is marked, its questions counted, and the first button leads on."""
    seen = visit()
    page = seen.open(f"en/{PYTORCH}")
    question = page.locator(".quiz").first
    question.locator(".options button").nth(int(question.get_attribute("data-answer")) - 1).click()
    button = page.locator(".end button")
    assert button.get_attribute("aria-pressed") == "false"
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    seen.open("en/index.html")
    card = page.locator(f"[data-read='{LESSON}']")
    expect(card.locator(".done")).to_contain_text("1 of 5")
    expect(card).to_have_class(re.compile("read"))
    others = page.locator("[data-read] .done:visible")
    assert others.count() == 1
    first = page.locator("[data-go-on]")
    assert COURSE.lessons[0].title in first.inner_text()
    seen.open(f"pl/{PYTORCH}")  # kept for the lesson, not for a language
    expect(page.locator(".end button")).to_have_attribute("aria-pressed", "true")
    page.locator(".end button").click()
    seen.open("en/index.html")
    expect(card).not_to_have_class(re.compile("read"))
    seen.assert_quiet()


def test_pages_work_where_nothing_may_be_stored(visit) -> None:
    """Questions still answer, and nothing is complained of."""
    seen = visit()
    seen.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked'); }})"
    )
    page = seen.open(f"en/{PYTORCH}")
    page.locator(".quiz .options button").first.click()
    expect(page.locator(".quiz details").first).to_have_attribute("open", "")
    page.locator(".end button").click()
    expect(page.locator(".end button")).to_have_attribute("aria-pressed", "true")
    seen.open("en/index.html")
    expect(page.locator("[data-read] .done:visible")).to_have_count(0)
    seen.assert_quiet()


@pytest.mark.sampled
@pytest.mark.parametrize("width", [360, 1280])
def test_only_what_scrolls_takes_focus_and_no_code_is_cut_off(visit, lesson, width: int) -> None:
    """Code wraps at every width; a wide output scrolls, and can be reached by keyboard."""
    seen = visit(width)
    first, *_ = COURSE.frameworks_of(COURSE.lesson(lesson))
    page = seen.open(f"en/{lesson}-{first.id}.html")
    page.wait_for_load_state("load")
    stops = page.locator("article [tabindex='0']")
    assert stops.evaluate_all("all => all.every(i => i.scrollWidth > i.clientWidth)")
    wide = "all => all.filter(i => i.scrollWidth > i.clientWidth + 1 && i.tabIndex < 0).length"
    assert page.locator(".printed, .scroll, .formula, .canvas, .prose pre").evaluate_all(wide) == 0
    cut = "all => all.filter(i => i.scrollWidth > i.clientWidth + 1).map(i => i.textContent)"
    assert page.locator(".highlight pre").evaluate_all(cut) == []
    notebook = read_notebook(COURSE.notebooks / f"{lesson}-{first.id}.ipynb")
    code = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    lines = sum(len(source.strip("\n").split("\n")) for source in code if source.strip())
    assert page.locator(".highlight .l").count() == lines > 50
    seen.assert_quiet()


def test_fonts_come_from_the_site(visit) -> None:
    """Those of text, code and formulas, in every script that the course brings one for."""
    seen = visit()
    for locale, family in (("en", "Plex Sans"), ("ar", "Plex Sans Arabic")):
        page = seen.open(f"{locale}/{PYTORCH}")
        page.evaluate("document.fonts.ready")
        loaded = page.evaluate(
            "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
        )
        assert {family, "Plex Mono", "STIX Two Math"} <= {name.strip('"') for name in loaded}
    seen.assert_quiet()
