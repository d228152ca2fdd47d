"""Figures as a browser draws them: contrast of texts and marks, and texts within the picture."""

import io
import re
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from course.figures.labels import translate_plot
from course.figures.theme import DARK, LIGHT, Scheme, themed
from course.formats.lesson import read_lesson
from course.formats.plots import data_labels, plots_of, read_plots
from tests.browser.site.conftest import COURSE, ROOT

TEXT, MARK = 4.45, 2.95  # of 4.5 and 3, for the rounding of colours and of pixels
FAINT = 1.4  # up to which a shape is a ground or a grid
TEXTS = """() => [...document.querySelectorAll("svg text")]
  .filter(t => t.textContent.trim()).map(t => {
  const box = t.getBoundingClientRect();
  const parts = [...t.querySelectorAll("tspan")].filter(part => part.textContent.trim());
  const fill = getComputedStyle(parts[0] || t).fill;
  return [t.textContent.trim(), fill, box.x, box.y, box.width, box.height]; })"""
MARKS = """() => [...document.querySelectorAll("svg :is(path, rect, circle, line, use)")]
  .filter(e => !e.closest("defs, clipPath, marker, pattern")).map(e => {
  const s = getComputedStyle(e);
  return [e.outerHTML.slice(0, 80), [s.fill, s.fillOpacity * s.opacity],
    [s.stroke, s.strokeOpacity * s.opacity]]; })"""
OUTSIDE = """() => { const frame = document.querySelector("svg").getBoundingClientRect();
  return [...document.querySelectorAll("svg text:not(:has(tspan))")]  // a formula is not translated
    .map(t => [t, t.getBoundingClientRect()])
    .filter(([, b]) => b.left < frame.left - 2 || b.right > frame.right + 2)
    .map(([t]) => t.textContent.trim()); }"""


def contrast(one: np.ndarray, other: np.ndarray) -> float:
    """Return the contrast of two colours of 0 to 255, as WCAG counts it."""
    found = []
    for colour in (one, other):
        part = np.asarray(colour, float) / 255
        linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
        found.append(float(linear @ [0.2126, 0.7152, 0.0722]) + 0.05)
    return max(found) / min(found)


def rgb(text: str) -> np.ndarray | None:
    """Return a colour that the browser has computed; None for another paint."""
    numbers = re.findall(r"[\d.]+", text)
    return np.array(numbers[:3], float) if text.startswith("rgb") else None


def pictures() -> list[tuple[str, bytes]]:
    """Return all plots and diagrams of the course, each once."""
    found = {
        content: f"{lesson.id} {cell['id']}"
        for lesson in COURSE.lessons
        for cell, content in plots_of(read_lesson(COURSE, lesson))
    }
    for path in sorted(ROOT.glob("notebooks/images/*/*.svg")):
        found[path.read_bytes()] = path.name
    return [(name, content) for content, name in found.items()]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page, on which pictures are drawn."""
    page = browser.new_page(viewport={"width": 900, "height": 900})
    yield page
    page.close()


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=lambda scheme: scheme.name)
def test_texts_and_marks_stand_out_from_what_lies_behind_them(
    page: Page, sample, scheme: Scheme
) -> None:
    """A text from each colour that fills a fifth of its box; a mark from the ground."""
    chosen = list(sample(pictures()))
    assert chosen
    for name, content in chosen:
        page.set_content(f'<body style="margin:0;background:{scheme.ground.hex}">')
        page.evaluate("svg => document.body.innerHTML = svg", themed(content, scheme).decode())
        texts, marks = page.evaluate(TEXTS), page.evaluate(MARKS)
        page.add_style_tag(content="svg text { visibility: hidden }")
        drawn = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
        for text, fill, *box in texts:
            for behind in colours_in(drawn, *box):
                assert contrast(rgb(fill), behind) >= TEXT, (name, text)
        ground = np.array([int(scheme.ground.hex[at : at + 2], 16) for at in (1, 3, 5)])
        for shape, *paints in marks:
            seen = [
                contrast(opacity * colour + (1 - opacity) * ground, ground)
                for text, opacity in paints
                if (colour := rgb(text)) is not None
            ]
            assert not FAINT < max(seen, default=1) < MARK, (name, shape)


def colours_in(
    drawn: np.ndarray, x: float, y: float, width: float, height: float
) -> Iterator[np.ndarray]:
    """Yield the colours that fill at least a fifth of a box."""
    top, bottom = int(y + 0.2 * height), int(y + 0.85 * height)
    box = drawn[max(0, top) : bottom, max(0, int(x)) : int(x + width) + 1].reshape(-1, 3)
    kinds, counts = np.unique(box // 8, axis=0, return_counts=True)
    for kind, count in zip(kinds, counts, strict=True):
        if count > len(box) / 5:
            yield box[(box // 8 == kind).all(1)].mean(0)


@pytest.mark.parametrize("locale", COURSE.targets, ids=lambda locale: locale.id)
def test_no_translated_text_runs_over_the_frame(page: Page, sample, locale) -> None:
    """In the fonts of this machine, whatever the length of the words."""
    words = read_plots(COURSE, locale)
    for lesson in COURSE.lessons:
        for cell, content in sample(list(plots_of(read_lesson(COURSE, lesson)))):
            said, data = words.of(lesson.id), data_labels(cell)
            made = translate_plot(content, said, data, locale.id, locale.direction)
            page.set_content('<body style="margin:50px">')
            page.evaluate("svg => document.body.innerHTML = svg", made.decode())
            assert page.evaluate(OUTSIDE) == [], (lesson.id, cell["id"])
