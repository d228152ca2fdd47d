"""Notebooks in the layouts of other programs: read, spliced and compared byte by byte."""

import contextlib
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.building.notebooks import notebook_files
from course.building.render import render_notebook
from course.errors import CourseError
from course.formats.course_toml import load_course
from course.formats.lesson import read_lesson
from course.formats.settings import Course, Framework, Lesson, Locale
from course.formats.splice import cut_notebook, join_notebook
from course.formats.strings import strings_of, tool_strings
from course.formats.translation import Cell, Translation, parse_translation, render_translation
from course.localization.align import TRANSLATED
from course.localization.localize import LocalizedLesson, localize
from tests.fixtures.texts import PROSE, SENTENCES, Pairs, Raw, cells

ROOT = Path(__file__).parents[2]


def dump(value: Any, chance: Random, style: dict[str, Any], depth: int = 0) -> str:
    """Return a value as JSON in some style; `chance` decides where JSON leaves a choice."""
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, str):
        return dump_text(value, chance, style)
    if isinstance(value, dict):
        value = Pairs(value.items())
        if style["shuffled"]:
            chance.shuffle(value)
    if isinstance(value, Pairs):
        items = [
            f"{dump_text(key, chance, style)}{style['colon']}{dump(item, chance, style, depth + 1)}"
            for key, item in value
        ]
        return within("{}", items, style, depth)
    if isinstance(value, list | tuple):
        return within("[]", [dump(item, chance, style, depth + 1) for item in value], style, depth)
    return json.dumps(value)


def dump_text(text: str, chance: Random, style: dict[str, Any]) -> str:
    """Return a string as JSON, its characters escaped or not."""
    if not style["escapes"]:
        return json.dumps(text, ensure_ascii=style["ascii"])
    parts = []
    for character in text:
        if "a" <= character <= "z" and chance.random() < 0.2:
            parts.append(f"\\u{ord(character):04X}")
        else:
            parts.append(
                "\\/"
                if character == "/"
                else json.dumps(character, ensure_ascii=style["ascii"])[1:-1]
            )
    return f'"{"".join(parts)}"'


def within(brackets: str, items: list[str], style: dict[str, Any], depth: int) -> str:
    """Return items in brackets, indented in some style."""
    if not items:
        return brackets
    if style["indent"] is None:
        return brackets[0] + style["comma"].join(items) + brackets[1]
    line = style["newline"] + style["indent"] * (depth + 1)
    end = style["newline"] + style["indent"] * depth
    return f"{brackets[0]}{line}{f',{line}'.join(items)}{end}{brackets[1]}"


STYLES = st.fixed_dictionaries(
    {
        "indent": st.sampled_from([None, "", " ", "  ", "    ", "\t"]),
        "newline": st.sampled_from(["\n", "\r\n", "\n\n", "\r"]),
        "comma": st.sampled_from([",", ", ", " ,\r\n"]),
        "colon": st.sampled_from([":", ": ", " :\t"]),
        "ascii": st.booleans(),
        "escapes": st.booleans(),
        "shuffled": st.booleans(),
        "ends": st.sampled_from(["", "\n", "\r\n", " \n\n"]),
    }
)


@st.composite
def notebooks(draw: st.DrawFn) -> str:
    """The text of a valid notebook, however it was formatted."""
    names = draw(st.lists(st.from_regex(r"[A-Za-z0-9_-]{1,9}", fullmatch=True), unique=True))
    widgets = {"state": {"a": {"source": "x", "cells": []}}, "version_major": 2}
    notebook: Any = {
        "cells": [draw(cells(name)) for name in names],
        "metadata": {"widgets": widgets, "authors": ["é", "\U0001f600"], "tiny": Raw("1e-05")},
        "nbformat": 4,
        "nbformat_minor": draw(st.sampled_from([5, 10])),
    }
    if draw(st.booleans()):
        old = [{"cell_type": "markdown", "id": "old", "metadata": {}, "source": "overwritten"}]
        notebook = Pairs([("cells", old), *notebook.items(), ("vendor", {"cells": [1, {}]})])
    style = draw(STYLES)
    return dump(notebook, draw(st.randoms()), style) + style["ends"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all examples of a property write to."""
    return tmp_path_factory.mktemp("notebooks")


def save(folder: Path, text: str) -> Path:
    """Write a notebook and return its path."""
    path = folder / "notebooks" / "01-a-ink.ipynb"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
    return path


def ordered(text: str) -> Any:
    """Read JSON so that nothing gets lost: order and repetition of keys, and digits of numbers."""
    return json.loads(text, object_pairs_hook=Pairs, parse_float=Raw, parse_int=Raw)


def without_prose(notebook: Any) -> Any:
    """Return a notebook read by `ordered` without its prose: Markdown, and sentences on code."""
    at = last(notebook, "cells")
    return Pairs(
        (key, [blank(cell, *prose_of(cell)) for cell in value] if number == at else value)
        for number, (key, value) in enumerate(notebook)
    )


def prose_of(cell: Pairs) -> list[tuple[str, ...]]:
    """Return the keys that lead to the prose of a cell."""
    kind = dict(cell)["cell_type"]
    if kind == "markdown":
        return [("source",), ("metadata", "course", "caption")]
    return [("metadata", "course", name) for name in SENTENCES] if kind == "code" else []


def blank(value: Any, *paths: tuple[str, ...]) -> Any:
    """Return an object with nothing in the last texts that these keys lead to."""
    for keys in paths:
        at = last(value, keys[0]) if isinstance(value, Pairs) else None
        if at is not None:
            old = value[at][1]
            text = isinstance(old, str) and not isinstance(old, Raw) or keys == ("source",)
            new = blank(old, keys[1:]) if keys[1:] else None if text else old
            value = Pairs([*value[:at], (keys[0], new), *value[at + 1 :]])
    return value


def last(value: Pairs, key: str) -> int | None:
    """Return the place of the last of the pairs with a key."""
    return max((number for number, (name, _) in enumerate(value) if name == key), default=None)


def prose_in(text: str) -> dict[str, str]:
    """Return the prose of a notebook by id: Markdown cells, and sentences on code cells."""
    found = {}
    for cell in json.loads(text)["cells"]:
        said = cell["metadata"].get("course")
        names = {"code": SENTENCES, "markdown": ("caption",)}.get(cell["cell_type"], ())
        if cell["cell_type"] == "markdown":
            found[cell["id"]] = "".join(cell["source"])
        if isinstance(said, dict):
            found |= {
                f"{cell['id']}:{name}": said[name]
                for name in names
                if isinstance(said.get(name), str)
            }
    return found


@given(text=notebooks())
def test_a_notebook_cut_and_joined_is_the_same_file(folder: Path, text: str) -> None:
    """However it was formatted, and also when its own prose is put in."""
    notebook = cut_notebook(save(folder, text))
    assert join_notebook(notebook, {}) == text
    assert join_notebook(notebook, {cell.id: cell.text for cell in notebook.prose}) == text
    assert {cell.id: cell.text for cell in notebook.prose} == prose_in(text)


@given(text=notebooks(), new=st.lists(PROSE, min_size=1))
def test_other_prose_changes_markdown_and_the_sentences_of_code_only(
    folder: Path, text: str, new: list[str]
) -> None:
    """Code, outputs, other metadata, ids and all between them stay, byte for byte."""
    notebook = cut_notebook(save(folder, text))
    texts = {cell.id: new[n % len(new)] for n, cell in enumerate(notebook.prose)}
    joined = join_notebook(notebook, texts)
    assert cut_notebook(save(folder, joined)).pieces == notebook.pieces
    assert without_prose(ordered(joined)) == without_prose(ordered(text))
    assert prose_in(joined) == texts


POLISH, JAPANESE = Locale("pl", "polski", "ltr"), Locale("ja", "日本語", "ltr")
SOURCE = Locale("en", "English", "ltr")


@given(text=notebooks(), locale=st.sampled_from([POLISH, JAPANESE]))
def test_english_that_is_kept_merges_to_the_source(folder: Path, text: str, locale: Locale) -> None:
    """Extract-then-merge returns the notebook, byte for byte, through a file on disk."""
    save(folder, text)
    lesson, framework = Lesson("01-a", "A"), Framework("ink", "Ink")
    course = Course(folder, "C", "en", (lesson,), (framework,), (SOURCE, locale))
    source = read_lesson(course, lesson)
    cells = [Cell(cell.id, cell.text, cell.hash, keep=True) for cell in source.cells]
    translation = parse_translation(render_translation(Translation("", tuple(cells))))
    localized = LocalizedLesson.of(source, locale, translation)
    assert {cell.status for cell in localized.cells} == {TRANSLATED}
    (notebook,) = source.notebooks
    assert render_notebook(localized, notebook, SOURCE, tool_strings()) == text


def test_all_locales_of_the_course_have_the_code_of_the_source(sample) -> None:
    """The built notebooks differ from the English ones in their prose only."""
    course = load_course(ROOT)
    assert len(course.locales) > 1
    places = [(lesson, locale) for lesson in course.lessons for locale in course.locales]
    for name, locale in sample(places):
        lesson = read_lesson(course, name)
        sources = {notebook.path.name: notebook for notebook in lesson.notebooks}
        localized = localize(course, locale, lesson)
        files = notebook_files(course, [localized], strings_of(course, locale))
        assert files.keys() == sources.keys()
        for name, content in files.items():
            text = sources[name].path.read_bytes().decode("utf-8")
            assert without_prose(ordered(content.decode("utf-8"))) == without_prose(ordered(text))
            if locale.id == course.source_locale:
                assert content.decode("utf-8") == text


def test_a_lone_surrogate_makes_no_file_that_is_not_utf_8(folder: Path) -> None:
    """JSON can escape a lone surrogate; it is refused, or written so that it can be read."""
    cell = r'{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "\ud800"}'
    text = f'{{"cells": [{cell}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}'
    save(folder, text)
    lesson, framework = Lesson("01-a", "A"), Framework("ink", "Ink")
    course = Course(folder, "C", "en", (lesson,), (framework,), (SOURCE, POLISH))
    with contextlib.suppress(CourseError):
        localized = localize(course, POLISH, read_lesson(course, lesson))
        files = notebook_files(course, [localized], tool_strings())
        for content in files.values():
            json.loads(content.decode("utf-8"))
