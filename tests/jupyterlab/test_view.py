"""Views of translations as pure steps: made, edited, split, saved."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.errors import CourseError
from course.formats.course_toml import load_course
from course.formats.lesson import SourceLesson, read_lesson
from course.formats.settings import Locale
from course.formats.translation import (
    Translation,
    hash_source,
    normalise,
    parse_translation,
    render_translation,
)
from course.jupyterlab.edit import apply
from course.jupyterlab.notes import note_of, read_notes, write_notes
from course.jupyterlab.saved import read_saved
from course.jupyterlab.view import kinds, make_view, strip_marks
from course.localization.localize import LocalizedLesson
from tests.fixtures import tiny
from tests.fixtures.lab import new_id


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> SourceLesson:
    """The first lesson of the tiny course."""
    course = load_course(tiny.write_course(tmp_path_factory.mktemp("pure") / "tiny"))
    return read_lesson(course, course.lessons[0])


LINES = st.sampled_from(
    [
        "",
        "Kot.",
        "Pies i kot",
        "## Tytuł",
        "<!-- cell a -->",
        "\\<!-- cell b -->",
        "> uwaga",
        "```",
        "* jeden",
        "  ",
        "猫は",
        "<!-- allow x: y -->",
        "=======",
        "koniec\u2028linii",
    ]
)
TEXTS = st.lists(LINES, max_size=5).map("\n".join)
NAMES = ["@title", "title", "pair-ink", "pair-chalk", "picture", "food", "end"]
FILES = st.builds(
    lambda texts, states, end: end.join(
        [
            f"<!-- cell {name} source=1657fd7554ba{states.get(name, '')} -->{end}"
            + end.join(
                ("\\" + line) if line.lstrip("\\").startswith("<!--") else line
                for line in text.split("\n")
            )
            + end
            for name, text in texts.items()
        ]
    ),
    st.dictionaries(st.sampled_from(NAMES), TEXTS),
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from([" state=machine", " state=reviewed"])),
    st.sampled_from(["\n", "\r\n"]),
)


def localized(lesson: SourceLesson, translation: Translation) -> LocalizedLesson:
    """Return a lesson with a translation, in Polish."""
    return LocalizedLesson.of(lesson, Locale("pl", "polski", "ltr"), translation)


def view_of(lesson: SourceLesson, translation: Translation, number: int = 0) -> dict:
    """Return a view as the browser has it."""
    view = make_view(
        lesson.notebooks[number].data, localized(lesson, translation), [], {"view": "t"}
    )
    return json.loads(json.dumps(view))


def saved(lesson: SourceLesson, translation: Translation, view: dict, number: int = 0):
    """Return what saving a view comes to."""
    found = kinds(lesson.notebooks[number].data, lesson)
    read = read_saved(view, found, seed="t")
    return read, apply(localized(lesson, translation), read)


@given(FILES, st.sampled_from([0, 1]))
def test_saving_an_untouched_view_changes_no_byte(
    lesson: SourceLesson, text: str, number: int
) -> None:
    """Whatever the file looks like, and nothing is told."""
    translation = parse_translation(text)
    read, done = saved(lesson, translation, view_of(lesson, translation, number), number)
    assert render_translation(done.translation) == text
    assert (read.notes, read.messages, done.messages, done.refused) == ([], [], [], [])


@given(FILES, st.dictionaries(st.sampled_from(NAMES[1:]), TEXTS, min_size=1))
def test_only_the_texts_of_edited_cells_change(
    lesson: SourceLesson, text: str, edits: dict[str, str]
) -> None:
    """Cells that were not edited, and all markers that were there, stay byte for byte."""
    translation = parse_translation(text)
    view = view_of(lesson, translation)
    for item in view["cells"]:
        if item["id"] in edits:
            item["source"] = edits[item["id"]]
    _, done = saved(lesson, translation, view)
    after = parse_translation(render_translation(done.translation))
    assert not after.problems
    refused = dict(done.refused)
    for old in translation.cells:
        new = after.get(old.id)
        if old.id not in edits or old.id in refused:
            assert new.raw.rstrip() == old.raw.rstrip()
        elif old.text.strip() and hash_source(old.text) != lesson.get(old.id).hash:
            assert new.raw.split("\n")[0] == old.raw.split("\n")[0]
    for name, typed in edits.items():
        source = lesson.get(name)
        if name == "pair-chalk" or not typed.strip() or hash_source(typed) == source.hash:
            continue  # not of this notebook, or not stored
        assert name in refused or after.get(name).text == normalise(typed)


@given(FILES, st.data())
def test_pieces_of_a_split_cell_are_joined_in_page_order(
    lesson: SourceLesson, text: str, data: st.DataObject
) -> None:
    """However often it was split, every line is there once, in its order."""
    translation = parse_translation(text)
    view = view_of(lesson, translation)
    number = data.draw(
        st.sampled_from(
            [i for i, item in enumerate(view["cells"]) if item["cell_type"] == "markdown"]
        )
    )
    whole = view["cells"][number]
    lines = whole["source"].split("\n")
    cut = data.draw(st.integers(1, len(lines)))
    piece = {**whole, "id": new_id(), "source": "\n".join(lines[:cut])}
    whole["source"] = "\n".join(lines[cut:])
    view["cells"].insert(number, piece)
    read, done = saved(lesson, translation, view)
    joined = [line for line in read.texts[whole["id"]].split("\n") if line.strip()]
    assert joined == [line for line in lines if line.strip()]
    assert read.notes == []


@given(FILES)
def test_an_ordinary_copy_has_no_locks_and_no_marks(lesson: SourceLesson, text: str) -> None:
    """What a learner gets who duplicates a view."""
    copy = strip_marks(view_of(lesson, parse_translation(text)))
    assert "course" not in copy["metadata"]
    for item in copy["cells"]:
        assert not {"course", "editable", "deletable"} & item["metadata"].keys()
    tags = [item["metadata"].get("tags") for item in copy["cells"]]
    assert tags == [item["metadata"].get("tags") for item in lesson.notebooks[0].data["cells"]]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"notes": [{"after": null, "cell": {}}]}',
        '{"notes": [{"after": null, "cell": {"id": 1, "source": "x", "cell_type": "raw"}}]}',
        '{"notes": [{"after": null, "cell": {"id": "x", "cell_type": "raw"}}]}',
    ],
)
def test_damaged_notes_are_told_in_a_line(tmp_path: Path, text: str) -> None:
    """Where the file lies, and that it can be removed."""
    path = tmp_path / "notes.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match="mend or remove the file") as caught:
        read_notes(path)
    assert str(path) in str(caught.value)
    whole = note_of({"cell_type": "markdown", "source": ["a\n", "b"]}, "x", None)
    write_notes(path, [whole])
    assert read_notes(path) == [whole]
