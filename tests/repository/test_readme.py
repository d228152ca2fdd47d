"""What README.md shows is what the course does: its code, its numbers and its pictures."""

import re
from pathlib import Path

from course.formats.course_toml import load_course
from course.localization.claims import claims
from tests.readme_pictures import IMAGES, LARGEST, PAGES, PLOT, cell_of, plot

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_code_is_a_cell_of_a_notebook_with_its_claim_and_output() -> None:
    """Word for word, and the whole cell."""
    (code,) = re.findall(r"```python\n(.*?)\n```", README, re.DOTALL)
    (printed,) = re.findall(r"```\n\n```\n(.*?)\n```", README, re.DOTALL)
    (claim,) = re.findall(r"^> (.+)$", README, re.MULTILINE)
    cell = cell_of(*PLOT)
    assert code == "".join(cell["source"])
    assert len(code.splitlines()) <= 10
    assert code.splitlines()[-1].startswith("assert ")
    assert claim == cell["metadata"]["course"]["claim"]
    outputs = ["".join(output["text"]) for output in cell["outputs"] if "text" in output]
    assert printed == "".join(outputs).strip()


def test_it_counts_the_claims() -> None:
    """Those of all lessons, each once for both frameworks."""
    course = load_course(ROOT)
    found = claims(course, course.locale("en"), course.lessons)
    number = len({(claim.lesson, claim.cell) for claim in found})
    assert f"The lessons make {number} such claims" in README
    using = sum("demo" in lesson.corpora for lesson in course.lessons)
    assert using > len(course.lessons) / 2
    assert "Most of the lessons use the demo corpus" in README


def test_its_pictures_are_small_and_described() -> None:
    """Each file is shown, with a text for those who do not see it."""
    shown = dict(re.findall(r"!\[([^\]]+)\]\((docs/images/[^)]+)\)", README))
    shown |= {alt: src for src, alt in re.findall(r'<img src="([^"]+)"[^>]* alt="([^"]+)"', README)}
    assert all(len(alt) > 40 for alt in shown)
    paths = {ROOT / name for name in shown.values()}
    assert paths == set(IMAGES.iterdir()) == {IMAGES / n for n in (*PAGES, f"{PLOT[1]}.svg")}
    for path in paths:
        assert path.stat().st_size <= LARGEST, path


def test_its_plot_is_that_of_the_notebook() -> None:
    """Else: make readme-pictures."""
    assert (IMAGES / f"{PLOT[1]}.svg").read_bytes() == plot()


def test_its_screenshots_show_cells_that_there_are() -> None:
    """Each page is one of a lesson, and begins at one of its cells."""
    for address, _, _ in PAGES.values():
        name, cell = re.fullmatch(r"[\w-]+/([\w-]+)\.html#([\w-]+)", address).groups()
        notebook = re.sub(r"-beside$", "-pytorch", name)
        assert cell_of(notebook, cell)
