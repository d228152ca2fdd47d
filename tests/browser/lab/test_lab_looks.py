"""What the extension draws: readable by all, in all languages, on narrow and dark screens."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.lab.conftest import ACTIVE

ARABIC = "ar/01-cats-ink.ipynb"
OURS = [
    ".course-bar",
    ".course-english",
    ".course-findings",
    ".course-panel",
    ".course-counter",
    ".course-lock",
]
# axe's rules for whole pages are JupyterLab's to keep
AXE = {"include": [[name] for name in OURS]}
RULES = {"rules": {"region": {"enabled": False}}}


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_no_serious_barrier(screen, server, theme):
    """axe-core finds nothing serious in bars, findings, the English and the panel."""
    window = screen().open()
    window.command("apputils:change-theme", {"theme": f"JupyterLab {theme}"})
    window.page.wait_for_function(
        "light => document.body.dataset.jpThemeLight === light", arg=str(theme == "Light").lower()
    )
    window.write("picture", "## Bez obrazka")
    window.save()
    window.select("picture")
    window.page.keyboard.press("c")
    window.page.keyboard.press("v")
    expect(window.notes()).to_have_count(1)
    window.command("course:panel")
    expect(window.page.locator(".course-panel .course-counts")).to_be_visible()
    expect(window.page.locator(".course-findings").first).to_be_visible()
    found = Axe().run(window.page, context=AXE, options=RULES).response["violations"]
    told = [
        (each["id"], each["nodes"][0]["html"][:200], each["nodes"][0]["failureSummary"])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]
    assert told == []
    window.command("apputils:change-theme", {"theme": "JupyterLab Light"})


def test_arabic_runs_from_right_to_left_and_the_rest_does_not(screen, server):
    """Headings, paragraphs, lists and bars start at the right; code and English at the left."""
    window = screen().open(ARABIC)
    for name, tag in (("title", "h1"), ("title", "p"), ("food", "li"), ("pair-ink", "p")):
        text = window.cell(name).locator(f".jp-RenderedMarkdown {tag}").first
        expect(text).to_have_css("direction", "rtl")
        assert text.evaluate("it => ['start', 'right'].includes(getComputedStyle(it).textAlign)")
        assert edges(text)[1] < 60 < edges(text)[0], (name, tag)
    expect(window.cell("picture").locator("code")).to_have_css("direction", "ltr")
    expect(window.cell("code-food").locator(".cm-content")).to_have_css("direction", "ltr")
    bar = window.cell("title").locator(".course-bar")
    expect(bar).to_have_css("direction", "rtl")
    window.cell("title").locator('[data-act="english"]').click()
    english = window.cell("title").locator(".course-rendered")
    expect(english).to_have_attribute("lang", "en")
    expect(english).to_have_css("direction", "ltr")
    window.edit("food")
    expect(window.cell("food").locator(".cm-content")).to_have_css("direction", "rtl")


def edges(text) -> tuple[float, float]:
    """Return how far a line of text ends from the left and from the right of its cell."""
    return text.evaluate(
        """it => {
             const range = document.createRange();
             range.selectNodeContents(it);
             const [text, cell] = [range, it.closest(".jp-InputArea-editor, .jp-MarkdownOutput")]
               .map(each => each.getBoundingClientRect());
             return [text.left - cell.left, cell.right - text.right];
           }"""
    )


def test_a_missing_cell_is_english_until_it_is_written(screen, server):
    """For screen readers and direction; the locale's as soon as something else is typed."""
    (server.root / "translations/ar/01-cats.md").write_text("", encoding="utf-8")
    window = screen().open(ARABIC)
    area = window.cell("title").locator(".jp-InputArea")
    expect(area).to_have_attribute("lang", "en")
    expect(area).to_have_attribute("dir", "ltr")
    window.write("title", "# قطط", render=False)
    expect(area).to_have_attribute("lang", "ar")
    expect(area).to_have_attribute("dir", "rtl")


@pytest.mark.parametrize("width", [700, 1400])
def test_bars_stand_over_their_text_and_fit(screen, server, width):
    """Where the cell begins, in a narrow window too, and nothing is cut off."""
    window = screen(width=width).open()
    if width < 1000:
        window.command("application:toggle-left-area")
    expect(window.cell("end").locator(".course-diff")).to_be_visible()
    for name in ("title", "food", "end"):
        bar = window.cell(name).locator(".course-bar").bounding_box()
        text = window.cell(name).locator(".jp-MarkdownOutput").bounding_box()
        assert abs(bar["x"] - text["x"]) < 8, name
        cell = window.cell(name).bounding_box()
        assert bar["x"] + bar["width"] <= cell["x"] + cell["width"], name
    over = window.front.locator(".course-bar, .course-english, .course-findings").evaluate_all(
        "all => all.filter(it => it.scrollWidth > it.clientWidth + 1).map(it => it.className)"
    )
    assert over == []


def test_f8_goes_to_what_is_left_and_the_panel_lists_it(screen, server):
    """Missing, outdated and with findings, in page order and round; a click goes there too."""
    window = screen().open()
    window.select("title")
    for name in ("food", "end", "food"):
        window.page.keyboard.press("F8")
        expect(window.cell(name)).to_have_class(ACTIVE)
    window.page.keyboard.press("Shift+F8")
    expect(window.cell("end")).to_have_class(ACTIVE)
    window.command("course:panel")
    panel = window.page.locator(".course-panel")
    expect(panel).to_have_attribute("lang", "pl")
    expect(panel.locator("h2")).to_have_text("Tłumaczenie")
    panel.locator('[data-cell="food"]').first.click()
    expect(window.cell("food")).to_have_class(ACTIVE)
    assert panel.locator('[data-cell="food"]').first.get_attribute("aria-current") == "true"


def test_accept_asks_where_errors_are_open(screen, server):
    """In Polish, with the keyboard alone; Escape leaves the cell a draft."""
    window = screen().open()
    window.write("pair-ink", "Ta sama lekcja.")
    window.save()
    status = window.cell("pair-ink").locator(".course-status")
    dialog = window.page.locator(".jp-Dialog")
    for key, said in (("Escape", "Szkic maszynowy"), ("Tab", "Przetłumaczone przez człowieka")):
        window.cell("pair-ink").locator('[data-act="accept"]').focus()
        window.page.keyboard.press("Enter")
        expect(dialog).to_contain_text("Czy mimo to ją zatwierdzić?")
        expect(dialog.locator("button", has_text="Anuluj")).to_be_focused()
        window.page.keyboard.press(key)
        if key == "Tab":
            window.page.keyboard.press("Enter")
        expect(dialog).to_have_count(0)
        expect(status).to_have_text(said)


def test_the_findings_of_a_cell_are_one_group_in_polish(screen, server):
    """With their number, folded where they are many; drafts count as what is left."""
    window = screen().open()
    window.write("picture", "### Obraz `inny.py` 17\n\n**a** *b* $x$ [c](nie.md)")
    window.save()
    group = window.cell("picture").locator(".course-findings")
    expect(group).to_have_count(1)
    expect(group.locator("summary")).to_contain_text("Błędy:")
    expect(group).not_to_have_attribute("open", "")
    group.locator("summary").click()
    expect(group).to_contain_text("nagłówki się różnią")
    assert group.locator('[lang="en"]').count() == 0
    expect(window.page.locator(".course-counter")).to_contain_text("szkice do przeczytania: 1")


def test_keys_in_a_bar_do_not_reach_the_notebook(screen, server):
    """Letters are commands there; Enter and Space press the button that has the focus."""
    window = screen().open()
    before = window.cells()
    button = window.cell("picture").locator('[data-act="english"]')
    button.focus()
    for key in ("d", "d", "x", "b", "Enter"):
        window.page.keyboard.press(key)
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()
    window.page.keyboard.press("Space")
    expect(button).to_have_attribute("aria-pressed", "false")
    assert window.cells() == before
