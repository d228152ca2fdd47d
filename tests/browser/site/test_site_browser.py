"""The website as a reader meets it: each language, small and large, by mouse and by keyboard."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from course.building.notebooks import notebook_files
from course.formats.lesson import read_lesson
from course.formats.strings import strings_of
from course.localization.localize import localize
from tests.browser.site.conftest import COURSE, Visit

LESSON = "03-rnn"
PYTORCH, TENSORFLOW = f"{LESSON}-pytorch.html", f"{LESSON}-tensorflow.html"
SECTION = "vanishing"  # a cell that both notebooks have, and no heading
SERIOUS = ("serious", "critical")


def pages_of(lesson: str) -> list[str]:
    """Return the pages of a locale: those of one lesson, and what it has once."""
    notebooks = sorted(COURSE.notebooks.glob(f"{lesson}-*.ipynb"))
    assert notebooks
    own = [f"{path.stem}.html" for path in notebooks]
    others = ["proof.html", "progress.html", "search.html?q=LSTM"]
    return ["index.html", *own, f"{lesson}-beside.html", *others]


def width_of(page) -> int:
    """Return how wide the content of a page is, in pixels."""
    return page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.sampled
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_load_quietly_and_fit(visit, locale, lesson, width: int, scheme: str) -> None:
    """No complaint, no request to another host, nothing wider than the screen; pictures load."""
    seen: Visit = visit(width, color_scheme=scheme, locale=locale.id)
    for name in pages_of(lesson):
        page = seen.open(f"{locale.id}/{name}")
        assert page.locator("html").get_attribute("dir") == locale.direction
        assert width_of(page) <= width, name
        seen.picture(
            f"{locale.id}-{name.partition('.')[0]}-{width}-{scheme}",
            full_page=name in ("index.html", "progress.html"),
        )
    seen.assert_quiet()


@pytest.mark.sampled
def test_no_serious_barrier(visit, locale, lesson) -> None:
    """axe-core finds nothing serious on any page, in light and in dark."""
    for scheme in ("light", "dark"):
        seen = visit(color_scheme=scheme, locale=locale.id)
        for name in pages_of(lesson):
            page = seen.open(f"{locale.id}/{name}")
            found = Axe().run(page).response["violations"]
            told = [
                (each["id"], each["nodes"][0]["html"][:200], each["nodes"][0]["failureSummary"])
                for each in found
                if each["impact"] in SERIOUS
            ]
            assert told == [], (name, scheme)


@pytest.mark.sampled
def test_the_language_is_switched_at_the_same_place(visit, locale) -> None:
    """Same lesson, framework and section; and back."""
    other = "ja" if locale.id != "ja" else "ar"
    seen = visit(locale=locale.id)
    page = seen.open(f"{locale.id}/{TENSORFLOW}")
    page.locator(f"#{SECTION}").evaluate("item => item.scrollIntoView()")
    link = page.locator(f".languages a[hreflang={other}]")
    expect(link).to_have_attribute("href", re.compile(f"#{SECTION}$"))
    link.evaluate("link => link.click()")  # Playwright's own click scrolls a bar that sticks
    page.wait_for_url(re.compile(rf"/{other}/{TENSORFLOW}#{SECTION}$"))
    assert page.locator("html").get_attribute("lang") == other
    top = page.locator(f"#{SECTION}").evaluate("item => item.getBoundingClientRect().top")
    assert 0 <= top < 200
    seen.assert_quiet()


@pytest.mark.sampled
def test_the_framework_is_switched_at_the_same_place_and_remembered(visit, locale) -> None:
    """The switch leads to the same section, and later links lead to what was read last."""
    seen = visit(locale=locale.id)
    page = seen.open(f"{locale.id}/{PYTORCH}#{SECTION}")
    link = page.locator("a[data-framework=tensorflow]")
    expect(link).to_have_attribute("href", re.compile(f"#{SECTION}$"))
    page.goto(link.evaluate("link => link.href"))
    assert page.url.endswith(f"/{locale.id}/{TENSORFLOW}#{SECTION}")
    assert page.locator(f"#{SECTION}").count() == 1
    seen.open(f"{locale.id}/00-start-python.html")  # where nothing was to choose
    seen.open(f"{locale.id}/index.html")
    card = page.locator(".cards > li", has=page.locator("h3 a[data-lesson='03-rnn']"))
    assert card.locator("h3 a").get_attribute("href") == TENSORFLOW
    section = card.locator(".sections a").nth(3)
    assert re.fullmatch(rf"{TENSORFLOW}#[\w-]+", section.get_attribute("href"))
    card.locator("summary").click()
    section.click()
    assert page.locator(f"#{page.url.partition('#')[2]}").count() == 1
    seen.assert_quiet()


def test_a_switch_at_once_keeps_the_section(visit) -> None:
    """A page that is opened far down is there at once, also where motion is liked."""
    seen = visit(reduced_motion="no-preference")
    page = seen.open(f"en/{PYTORCH}#{SECTION}")
    for selector in ("a[data-framework=tensorflow]", ".languages a[hreflang=ar]") * 2:
        link = page.locator(selector)
        assert link.evaluate("link => link.hash") == f"#{SECTION}"
        page.goto(link.evaluate("link => link.href"))
    top = page.locator(f"#{SECTION}").evaluate("item => item.getBoundingClientRect().top")
    assert 0 <= top < 200
    seen.assert_quiet()


@pytest.mark.sampled
def test_code_is_copied(visit, locale) -> None:
    """Exactly the cell's source, by mouse and by keyboard."""
    seen = visit(locale=locale.id)
    page = seen.open(f"{locale.id}/{PYTORCH}")
    notebook = json.loads((COURSE.notebooks / f"{LESSON}-pytorch.ipynb").read_text("utf-8"))
    source = next("".join(c["source"]) for c in notebook["cells"] if c["id"] == "rnn-by-hand")
    button = page.locator("#rnn-by-hand .copy")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".heard")).not_to_be_empty()
    assert page.evaluate("navigator.clipboard.readText()") == source
    seen.assert_quiet()


@pytest.mark.sampled
def test_the_download_is_the_built_notebook(visit, locale, lesson, tmp_path: Path) -> None:
    """The file of the button opens with nbformat, and is the built one byte for byte."""
    name = next(COURSE.notebooks.glob(f"{lesson}-*.ipynb")).name
    seen = visit(locale=locale.id, accept_downloads=True)
    page = seen.open(f"{locale.id}/{name.replace('.ipynb', '.html')}")
    with page.expect_download() as waiting:
        page.locator('a[download][href$=".ipynb"]').click()
    path = tmp_path / "got.ipynb"
    waiting.value.save_as(path)
    entry = next(each for each in COURSE.lessons if each.id == lesson)
    localized = localize(COURSE, locale, read_lesson(COURSE, entry))
    files = notebook_files(COURSE, [localized], strings_of(COURSE, locale))
    assert path.read_bytes() == files[name]
    nbformat.validate(nbformat.reads(path.read_text("utf-8"), as_version=4))


@pytest.mark.sampled
def test_keys_reach_everything(visit, locale) -> None:
    """The first Tab offers to skip to the text; menus open with Enter and close with Escape."""
    seen = visit(locale=locale.id)
    page = seen.open(f"{locale.id}/{PYTORCH}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    summary = page.locator(".languages summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator(".languages").get_attribute("open") is not None
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.languages') !== null")
    page.keyboard.press("Escape")
    assert page.locator(".languages").get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    seen.assert_quiet()


def test_light_and_dark_are_chosen_and_kept(visit) -> None:
    """The button goes round; the choice holds on the next page, against the system too."""
    seen = visit(color_scheme="light")
    page = seen.open(f"en/{PYTORCH}")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    button = page.locator(".theme")
    assert button.get_attribute("aria-pressed") == "false"
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert page.evaluate("document.body.dataset.theme") == "dark"
    assert page.evaluate(ground) != light
    for kind in ("diagram", "plot"):
        assert page.locator(f".{kind}.in-dark").first.is_visible()
        assert page.locator(f".{kind}.in-light").first.is_hidden()
    seen.open("pl/index.html")
    assert page.evaluate("document.body.dataset.theme") == "dark"
    button.click()
    assert page.evaluate(ground) == light
    assert page.evaluate("document.body.dataset.theme") == "auto"  # it is what the system has
    seen.assert_quiet()


def test_the_readers_language_is_offered_and_never_forced(visit) -> None:
    """A line in that language, which leads to the same page, and stays away once it is closed."""
    seen = visit(locale="ar-EG")
    page = seen.open(f"en/{PYTORCH}")
    assert page.url.endswith(f"/en/{PYTORCH}")
    offer = page.locator(".offer")
    assert offer.get_attribute("dir") == "rtl"
    assert offer.locator("a").evaluate("a => a.href").endswith(f"/ar/{PYTORCH}")
    offer.locator("button").click()
    assert not offer.is_visible()
    seen.open(f"en/{TENSORFLOW}")
    assert not offer.is_visible()
    seen.open(f"ar/{TENSORFLOW}")
    assert not offer.is_visible()
    seen.assert_quiet()


def test_pages_read_from_right_to_left_but_for_code_and_formulas(visit) -> None:
    """The side bar stands at the right, and code and maths run from left to right."""
    page = visit().open(f"ar/{PYTORCH}")
    box = "item => item.getBoundingClientRect().left"
    assert page.locator(".side").evaluate(box) > page.locator("main").evaluate(box)
    assert page.locator(".outline").evaluate(box) < page.locator("main").evaluate(box)
    for what in ("pre", "math", ".formula", ".prose code"):
        sides = page.locator(what).evaluate_all(
            "all => all.map(i => getComputedStyle(i).direction)"
        )
        assert sides, what
        assert set(sides) == {"ltr"}, what


@pytest.mark.sampled
def test_pages_work_without_scripts(visit, locale) -> None:
    """Reading, switching and downloading; search says that it needs scripts."""
    seen = visit(java_script_enabled=False, locale=locale.id)
    page = seen.open(f"{locale.id}/{PYTORCH}")
    page.locator(".switch a").nth(1).click()
    assert page.url.endswith(TENSORFLOW)
    page.locator(".languages summary").click()
    page.locator(".languages a[hreflang=fr]").click()
    assert page.url.endswith(f"/fr/{TENSORFLOW}")
    assert not page.locator(".theme").is_visible()
    page = seen.open(f"{locale.id}/search.html")
    assert page.locator("noscript p").is_visible()


def test_a_strange_script_does_not_run(visit) -> None:
    """The policy holds: neither a script in the page, nor a file, nor a handler, nor a picture."""
    seen = visit()
    page = seen.open(f"en/{PYTORCH}")
    page.evaluate("""() => {
        const make = (tag) => document.createElement(tag);
        const add = (tag, more) => document.body.append(Object.assign(make(tag), more));
        window.ran = [];
        add("script", {textContent: "window.ran.push('inline')"});
        add("script", {src: "../_files/x.js"});
        add("img", {src: "https://example.org/x.png"});
        const div = document.createElement("div");
        div.setAttribute("onclick", "window.ran.push('handler')");
        document.body.append(div);
        div.click();
    }""")
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran") == []
    assert len(seen.complaints) >= 4
    assert all("Content Security Policy" in each for each in seen.complaints)


def test_the_first_page_offers_every_language(visit) -> None:
    """By its own name; the reader's is marked."""
    seen = visit(locale="pl-PL")
    page = seen.open("index.html")
    assert page.locator("a[data-card]").count() == len(COURSE.locales)
    assert page.locator("a.yours").get_attribute("hreflang") == "pl"
    assert width_of(page) <= 1280
    assert [
        each for each in Axe().run(page).response["violations"] if each["impact"] in SERIOUS
    ] == []
    seen.picture("root")
    seen.assert_quiet()
