"""The figures of the lessons: each has a caption, and its words are translated."""

import json
from pathlib import Path

import pytest

from course.formats.course_toml import load_course
from course.formats.lesson import read_lesson
from course.formats.plots import missing_labels, read_plots, source_labels
from course.markdown.parser import visible

ROOT = Path(__file__).parents[2]
COURSE = load_course(ROOT)


@pytest.mark.parametrize("path", sorted(ROOT.glob("notebooks/*.ipynb")), ids=lambda path: path.stem)
def test_each_figure_has_a_caption_that_is_not_its_alternative_text(path: Path) -> None:
    """Plots and diagrams; a caption says what is shown, in at most 60 words."""
    count = 0
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        drawn = [kind for output in cell.get("outputs", ()) for kind in output.get("data", {})]
        plot = any(kind.startswith("image/") for kind in drawn)
        if plot or "](images/" in "".join(cell["source"]):
            said = cell["metadata"].get("course", {})
            words = visible(said.get("caption", "")).split()
            assert 5 <= len(words) <= 60, cell["id"]
            assert said["caption"].endswith("."), cell["id"]
            assert said["caption"] != said.get("alt"), cell["id"]
            count += 1
    lesson = COURSE.lesson(path.stem.rpartition("-")[0])
    assert count >= (10 if len(COURSE.frameworks_of(lesson)) > 1 else 1)


@pytest.mark.parametrize("locale", COURSE.targets, ids=lambda locale: locale.id)
def test_the_words_in_plots_are_translated(locale) -> None:
    """`course sync` adds what is missing; a translation may equal the English."""
    labels = {lesson.id: source_labels(read_lesson(COURSE, lesson)) for lesson in COURSE.lessons}
    assert sum(map(len, labels.values())) > 100
    assert missing_labels(read_plots(COURSE, locale), labels) == {}
