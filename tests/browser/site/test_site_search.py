"""Search as a reader meets it: in each language, on a phone, from disk."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.site.conftest import COURSE

LESSON_PAGE = "03-rnn-pytorch.html"
# Words that a reader of the language may type, some of them in another form than the lesson has.
WORDS = {
    "en": ["forgetting", "gradients", "RNNs", "pack_padded_sequence", "return_sequences"],
    "nb": ["glemmer", "gradienten", "rekkefolge"],
    "pl": ["zapominania", "gradientów", "słownik"],
    "zh-CN": ["遗忘", "循环神经网络", "梯度消失"],
    "ja": ["忘却", "勾配", "リカレントニューラルネットワーク"],
    "fr": ["gradients", "oublier", "mémoire", "l'ordre", "l’état", "memoire"],
    "ar": ["الشبكات", "شبكة", "التدرج", "التمرين ٢"],
}


@pytest.mark.sampled
def test_a_word_of_the_language_finds_the_lesson(visit, locale) -> None:
    """Typed into the field of any page; the first result leads to a section that has it."""
    seen = visit(locale=locale.id)
    for word in WORDS[locale.id]:
        page = seen.open(f"{locale.id}/progress.html")
        page.locator(".top input[name=q]").fill(word)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("search.html"))
        first = page.locator("[data-search=results] a").first
        href = first.get_attribute("href")
        assert href.startswith(tuple(each.id for each in COURSE.lessons)), word
        first.click()
        page.locator(f"#{href.partition('#')[2]}").wait_for(state="attached")
    page = seen.open(f"{locale.id}/search.html?q=qjxvwk")
    assert page.locator("[data-search=results] li").count() == 0
    assert page.locator("[data-search=count]").inner_text().strip()
    seen.assert_quiet()


def test_a_letter_is_a_word_and_no_part_of_one(visit) -> None:
    """So that `C` does not find all that has a c in it; names in code are shown as code."""
    seen = visit()
    page = seen.open("en/search.html?q=a")
    every = page.locator("[data-search=results] li").count()
    page = seen.open("en/search.html?q=C")
    assert 0 < page.locator("[data-search=results] li").count() < every / 2
    page = seen.open("en/search.html?q=pack_padded")
    assert "pack_padded_sequence" in page.locator("[data-search=results] code").first.inner_text()
    page.locator(".languages a[hreflang=ja]").evaluate("link => link.click()")
    page.wait_for_url(re.compile("/ja/search.html\\?q=pack_padded"))
    assert page.locator("[data-search=results] li").count() > 0
    seen.assert_quiet()


@pytest.mark.sampled
def test_results_come_as_one_types_with_hits_marked(visit, locale) -> None:
    """The key / leads to the field, and nothing is sent; the address keeps what was asked."""
    seen = visit(locale=locale.id)
    page = seen.open(f"{locale.id}/progress.html")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    assert page.locator(".top input[name=q]").input_value() == ""
    page = seen.open(f"{locale.id}/search.html")
    assert page.evaluate("document.activeElement.name") == "q"
    word = WORDS[locale.id][0]
    page.keyboard.type(word)
    first = page.locator("[data-search=results] li").first
    expect(first.locator("mark").first).to_be_visible()
    assert page.locator("[data-search=count]").inner_text().strip()
    page.wait_for_url(re.compile(r"search\.html\?q=."))
    page.reload()
    expect(page.locator("input[name=q]")).to_have_value(word)
    expect(first).to_be_visible()
    page.locator("main input[name=q]").fill("")
    expect(page.locator("[data-search=results] li")).to_have_count(0)
    seen.assert_quiet()


def test_a_formula_is_found_and_read_as_it_is_typed(visit) -> None:
    """Not as letters in a row; the slash is a letter within a field."""
    seen = visit()
    page = seen.open("en/search.html?q=W_h")
    shown = page.locator("[data-search=results] p").all_inner_texts()
    assert any("W_h h_(t−1)" in text for text in shown)
    assert set(page.locator("[data-search=results] mark").all_inner_texts()) == {"W_h"}
    page.locator("main input[name=q]").fill("")
    page.keyboard.type("1/4")
    assert page.locator("main input[name=q]").input_value() == "1/4"
    seen.assert_quiet()


def test_search_is_in_the_bar_of_a_phone(visit) -> None:
    """A link, where there is no room for the field; the key leads there too."""
    seen = visit(360)
    page = seen.open(f"en/{LESSON_PAGE}")
    link = page.locator(".top a[href='search.html']")
    assert link.is_visible()
    assert not page.locator(".top input[name=q]").is_visible()
    page.keyboard.press("/")
    page.wait_for_url(re.compile("search.html"))
    assert page.evaluate("document.activeElement.name") == "q"
    seen.assert_quiet()


def test_search_works_from_disk(visit, folder) -> None:
    """As one types, without a server, whatever the address then says."""
    seen = visit()
    page = seen.page
    page.goto((folder / "en" / "search.html").as_uri())
    page.keyboard.type("forgetting")
    expect(page.locator("[data-search=results] mark").first).to_be_visible()
    page.locator("[data-search=results] a").first.click()
    assert page.url.startswith("file:")
    assert page.locator("h1").count() == 1
    assert seen.complaints == []
