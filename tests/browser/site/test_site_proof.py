"""The page of claims, and a lesson side by side, as a reader meets them."""

import pytest

from tests.browser.site.conftest import COURSE

LESSON = "03-rnn"
PYTORCH, TENSORFLOW = f"{LESSON}-pytorch.html", f"{LESSON}-tensorflow.html"
SECTION = "vanishing"  # a cell that both notebooks have, and no heading


def test_claims_are_chosen_by_lesson_without_scripts(visit, locale) -> None:
    """A link leaves those of one lesson, and another shows all of them again."""
    seen = visit(locale=locale.id, java_script_enabled=False)
    page = seen.open(f"{locale.id}/proof.html")
    rows = page.locator(".proof tbody tr:not(.head)")
    every = rows.count()
    assert every > 100
    assert str(every) in page.locator("h1 + p").inner_text()
    page.locator(f".filter a[href='#{LESSON}']").click()
    shown = rows.locator("visible=true")
    assert 10 < shown.count() < every / 3
    assert shown.first.locator(f"a[href^='{LESSON}-pytorch.html#']").count() == 1
    page.locator(".filter a[href='#claims']").click()
    assert shown.count() == every


@pytest.mark.sampled
def test_columns_stand_side_by_side_and_on_a_phone_below_each_other(visit, locale) -> None:
    """Cells of a row begin at the same height, and either language can be read alone."""
    box = "i => { const b = i.getBoundingClientRect(); return [b.left, b.top, b.width]; }"
    for width in (1280, 360):
        seen = visit(width, locale=locale.id)
        page = seen.open(f"{locale.id}/{LESSON}-beside.html#train-rnn-last")
        first, second = page.locator("#train-rnn-last > .pair > div").evaluate_all(
            f"all => all.slice(0, 2).map({box})"
        )
        assert (first[1] == second[1]) == (width == 1280)
        assert (first[0] == second[0]) == (width == 360)
        assert first[2] == second[2]
        for pre in page.locator(".row pre:visible").all()[:20]:
            assert pre.evaluate("pre => pre.scrollWidth <= pre.clientWidth + 1")
        if locale.id != COURSE.source_locale:
            source = page.locator("#vanishing .source")
            assert source.is_visible()
            assert source.get_attribute("lang") == "en"
            page.locator("#hide-source").check()
            assert not source.is_visible()
        page.locator("#hide-same").check()
        assert not page.locator("#vanishing").is_visible()
        assert page.locator("#train-rnn-last").is_visible()
        assert page.locator(".row.same:visible").count() == 0
        seen.assert_quiet()


def test_what_is_for_the_lesson_itself_is_not_beside(visit) -> None:
    """Widgets are left out, and questions, which stand there twice, are only read."""
    seen = visit()
    page = seen.open(f"en/{PYTORCH}")
    assert page.locator("[data-widget]").count() > 0
    assert page.locator(".quiz button").count() > 0
    seen.open(f"pl/{LESSON}-beside.html")
    assert page.locator("[data-widget]").count() == 0
    assert page.locator(".quiz").count() > 0
    assert page.locator("main button:not(.copy)").count() == 0
    seen.assert_quiet()


def test_a_lesson_leads_to_its_columns_at_the_same_place(visit) -> None:
    """And from there to another language, and back to the lesson."""
    seen = visit()
    page = seen.open(f"en/{PYTORCH}#{SECTION}")
    page.goto(page.locator("a[href*=beside]").evaluate("link => link.href"))
    assert page.url.endswith(f"/en/{LESSON}-beside.html#{SECTION}")
    page.goto(page.locator(".languages a[hreflang=pl]").evaluate("link => link.href"))
    assert page.url.endswith(f"/pl/{LESSON}-beside.html#{SECTION}")
    page.goto(page.locator("a[data-place]").nth(1).evaluate("link => link.href"))
    assert page.url.endswith(f"/pl/{TENSORFLOW}#{SECTION}")
    seen.assert_quiet()
