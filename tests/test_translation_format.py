"""Translation files and notebooks as texts: what is read is written again, byte for byte."""

import contextlib
import json
import re
import signal
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import Any

import pytest
from fixtures import tiny
from hypothesis import given, settings
from hypothesis import strategies as st

from course.building.notebooks import notebook_files
from course.building.render import render_notebook
from course.checks.contexts import Language, Pair
from course.checks.runner import check_pair
from course.errors import CourseError
from course.formats.course_toml import load_course
from course.formats.lesson import SourceCell, read_lesson
from course.formats.settings import Course, Framework, Lesson, Locale
from course.formats.splice import cut_notebook, join_notebook
from course.formats.strings import strings_of, tool_strings
from course.formats.translation import (
    Cell,
    Translation,
    hash_source,
    normalise,
    parse,
    render,
    write,
)
from course.localization.align import TRANSLATED
from course.localization.localize import LocalizedLesson, localize
from course.localization.pseudo import pseudo_text
from course.markdown.active import ATTRIBUTES, ELEMENTS, find_active, new_active
from course.markdown.lines import UNSPACED, join_lines
from course.markdown.parser import parser

ROOT = Path(__file__).parents[1]
FIXTURES = Path(__file__).parent / "fixtures" / "translation_files"
HASH = "0123456789ab"

# Texts that anybody may send: any characters, and the words of the formats between them.
MARKERS = [
    "<!-- cell a -->",
    f"<!-- cell b source={HASH} state=machine -->",
    "<!-- cell c keep -->\r",
    "\\<!-- cell a -->",
    "\\\\<!-- allow bold: why -->",
    "<!-- allow bold: why -->",
    "<!--cell a-->",
    "  <!-- CELL a -->",
    "\t<!-- cell a --> x",
    "<!-- cell a source=zz -->",
    "<!-- cells -->",
    "\u00a0<!-- cell a -->",
    "\ufeff<!-- cell a -->",
]
OTHERS = ["```", "~~~", "<<<<<<< ours", "=======", ">>>>>>> theirs", "|||||||", " ", "\t", "\\"]
STRANGE = list("\r\n\u2028\u0085\x0b\x1c\x00\ufeff\u3000") + ["\r\n", "\n\n"]
PIECES = st.sampled_from([*MARKERS, *OTHERS, *STRANGE, "\n", "\n"]) | st.text(max_size=6)
TEXTS = st.one_of(
    st.text(max_size=40),
    st.lists(PIECES, max_size=12).map("".join),
    st.lists(PIECES, max_size=12).map("\n".join),
)


@settings(max_examples=500)
@given(TEXTS)
def test_parse_then_write_gives_back_the_same_text(text: str) -> None:
    """Whatever the text is: line ends, marks, conflicts and a missing final newline stay."""
    assert write(parse(text)) == text


@settings(max_examples=500)
@given(TEXTS)
def test_a_rendered_cell_is_read_with_its_text(text: str) -> None:
    """No line of a text is taken for a marker, and no backslash is lost."""
    cells = parse(render(Cell("a", text))).cells
    assert [(cell.id, cell.text) for cell in cells] == [("a", normalise(text))]


WAIVERS = st.lists(st.tuples(st.sampled_from(["bold", "keep-word"]), st.just("as in 1 -- 2")))
CELLS = st.builds(
    Cell,
    st.from_regex(r"@?[A-Za-z0-9_-]{1,64}|[A-Za-z0-9_-]{1,64}:(alt|claim)", fullmatch=True),
    TEXTS,
    st.sampled_from([None, HASH]),
    st.sampled_from([None, "machine", "reviewed"]),
    st.booleans(),
    WAIVERS.map(tuple),
)


PREAMBLES = st.sampled_from(["", "A word before.\n", "no line end", "\n\n"])


@given(st.lists(CELLS, max_size=5), PREAMBLES)
def test_written_cells_are_read_as_they_were(cells: list[Cell], preamble: str) -> None:
    """Ids, texts, hashes, states, marks and waivers come back, in their order."""
    read = parse(write(Translation(preamble, tuple(cells)))).cells
    assert len(read) == len(cells)
    for one, cell in zip(read, cells, strict=True):
        assert one.changed(line=0) == cell.changed(text=normalise(cell.text))


@given(TEXTS, TEXTS, st.integers(min_value=0))
def test_a_changed_cell_leaves_every_other_byte(text: str, new: str, number: int) -> None:
    """What stands before and behind it is written as it was read, and read as the same."""
    read = parse(f"<!-- cell first -->\n{text}")
    number %= len(read.cells)
    cells = list(read.cells)
    cells[number] = cells[number].changed(text=new)
    written = write(Translation(read.preamble, tuple(cells)))
    raws = [cell.raw or "" for cell in read.cells]
    assert written.startswith(read.preamble + "".join(raws[:number]))
    assert written.endswith("".join(raws[number + 1 :]))
    again = parse(written)
    texts = [cell.text for cell in read.cells]
    texts[number] = normalise(new)
    assert [cell.text for cell in again.cells] == texts
    assert [cell.id for cell in again.cells] == [cell.id for cell in read.cells]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_byte_order_mark_belongs_to_the_file_and_not_to_its_first_cell(ending: str) -> None:
    """Another cell can be put before the first, and it still is a cell."""
    read = parse(f"\ufeff<!-- cell a -->{ending}One.{ending}")
    assert [cell.id for cell in read.cells] == ["a"]
    more = parse(write(Translation(read.preamble, (Cell("@title", "T"), *read.cells))))
    assert [(cell.id, cell.text) for cell in more.cells] == [("@title", "T"), ("a", "One.")]


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.md")), ids=lambda path: path.stem)
def test_a_file_is_read_as_its_name_says(path: Path) -> None:
    """Nothing is wrong with `pass-…`, and each line `↑ …` of `fail-…` stands below a fault."""
    text = path.read_bytes().decode("utf-8")
    read = parse(text)
    assert write(read) == text
    lines = text.split("\n")
    wrong = [number for number, line in enumerate(lines) if line.startswith("↑")]
    assert sorted({problem.line for problem in read.problems}) == wrong
    assert bool(wrong) == path.stem.startswith("fail-")


def test_there_are_files_that_pass_and_files_that_fail() -> None:
    """A test over no file would pass."""
    names = {path.stem.split("-")[0] for path in FIXTURES.glob("*.md")}
    assert names == {"pass", "fail"}


def canonical(text: str) -> str:
    """Return what of an English text counts, said in another way than the tool does."""
    text = re.sub("\r\n|\r", "\n", unicodedata.normalize("NFC", text))
    text = re.sub("[ \t]+(?=\n|$)", "", text)
    lines = text.split("\n")
    filled = [number for number, line in enumerate(lines) if line and not line.isspace()]
    return "\n".join(lines[filled[0] : filled[-1] + 1]) if filled else ""


ENGLISH = st.lists(
    st.sampled_from(["é", "e\u0301", "\u212b", "a", " ", "\t", "\n", "\r", "\r\n", "\u00a0", "."])
    | st.text(max_size=3),
    max_size=10,
).map("".join)


@given(ENGLISH, st.randoms())
def test_a_hash_ignores_composition_line_ends_and_blanks_at_ends(text: str, chance: Random) -> None:
    """A file saved by another editor makes no translation stale."""
    form = chance.choice(["NFC", "NFD"])
    other = re.sub("\r\n|\r", "\n", unicodedata.normalize(form, text))
    ends = chance.choice(["\n", "\r\n"])
    lines = [line + chance.choice(["", " ", "\t "]) for line in other.split("\n")]
    other = chance.choice(["", "\n \n"]) + ends.join(lines) + chance.choice(["", "\n", "\r\n \n"])
    assert hash_source(other) == hash_source(text)
    assert re.fullmatch("[0-9a-f]{12}", hash_source(text))


@given(ENGLISH, ENGLISH)
def test_a_hash_ignores_nothing_else(one: str, two: str) -> None:
    """Texts of one hash are the same but for these."""
    assert (hash_source(one) == hash_source(two)) == (canonical(one) == canonical(two))


@pytest.mark.parametrize(
    "other",
    [
        "One.  Two.",
        " One. Two.",
        "one. Two.",
        "One.\nTwo.",
        "One. Two",
        "One. Two.\u00a0",
        "One.\u200b Two.",
        "Ｏne. Two.",
        "One.\u00a0Two.",
    ],
)
def test_a_hash_tells_small_changes(other: str) -> None:
    """Spaces within a line, letters, and signs that do not show are changes."""
    assert hash_source("One. Two.") != hash_source(other)


# Notebooks as other programs write them: any formatting that JSON allows.


class Pairs(list):
    """An object as pairs of key and value, so that a key can stand there twice."""


class Raw(str):
    """A value as it is to stand in the text."""


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
    """Return a text as JSON, its characters escaped or not."""
    if not style["escapes"]:
        return json.dumps(text, ensure_ascii=style["ascii"])
    parts = []
    for sign in text:
        if "a" <= sign <= "z" and chance.random() < 0.2:
            parts.append(f"\\u{ord(sign):04X}")
        else:
            parts.append(
                "\\/" if sign == "/" else json.dumps(sign, ensure_ascii=style["ascii"])[1:-1]
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
PROSE = st.one_of(
    st.text(max_size=20),
    st.lists(PIECES, max_size=6).map("".join),
    st.sampled_from(
        ["# Title\n\nText.", "中文。\n中文。", '"source": ["x"]', "}], {[", "\n a\n\n"]
    ),
)
OUTPUT = {
    "output_type": "display_data",
    "data": {"image/png": tiny.PNG, "text/plain": ["<cat>"], "application/json": {"source": "x"}},
    "metadata": {"cells": [{"source": "no cell"}], "small": Raw("1e-05"), "large": Raw("-1E+400")},
}


SENTENCES = ("alt", "claim")


@st.composite
def metadata(draw: st.DrawFn) -> dict[str, Any] | Pairs:
    """The metadata of a cell: with sentences, or with what looks like some."""
    said: Any = draw(
        st.dictionaries(st.sampled_from([*SENTENCES, "allow"]), PROSE | st.just({"alt": "x"}))
        | st.sampled_from(["alt", [], None])
    )
    if draw(st.booleans()) and isinstance(said, dict):
        said = Pairs([("alt", "of no account"), ("claim", ["of none"]), *said.items()])
    made: dict[str, Any] = {"tags": ["claim"], "course": said, "alt": "no sentence of ours"}
    if draw(st.booleans()):
        return made
    return Pairs([("course", {"alt": "of no account", "claim": 1}), *made.items()])


@st.composite
def cells(draw: st.DrawFn, cell_id: str) -> dict[str, Any] | Pairs:
    """A cell as some program writes it: a source in one piece or several, keys of its own."""
    kind = draw(st.sampled_from(["markdown", "markdown", "code", "raw"]))
    text = draw(PROSE)
    at = draw(st.lists(st.integers(0, len(text)), max_size=3).map(sorted))
    split = [text[a:b] for a, b in zip([0, *at], [*at, len(text)], strict=True)]
    source = draw(st.sampled_from([text, split, text.splitlines(keepends=True)]))
    about = draw(st.one_of(st.just({}), metadata()))
    made: dict[str, Any] = {"cell_type": kind, "id": cell_id, "metadata": about, "source": source}
    if kind == "code":
        made |= {"execution_count": None, "outputs": draw(st.sampled_from([[], [OUTPUT]]))}
    elif draw(st.booleans()):
        made["attachments"] = {"cat.png": {"image/png": tiny.PNG}}
    extra = draw(st.sampled_from([{}, {"source ": "x"}, {"vendor": {"source": ["x"], "id": "y"}}]))
    made |= extra
    if draw(st.booleans()):
        return made
    return Pairs([("source", "of no account: the last one counts"), *made.items()])


@st.composite
def notebooks(draw: st.DrawFn) -> str:
    """The text of a valid notebook, however it was formatted."""
    names = draw(st.lists(st.from_regex(r"[A-Za-z0-9_-]{1,9}", fullmatch=True), unique=True))
    widgets = {"state": {"a": {"source": "x", "cells": []}}, "version_major": 2}
    made: Any = {
        "cells": [draw(cells(name)) for name in names],
        "metadata": {"widgets": widgets, "authors": ["é", "\U0001f600"], "tiny": Raw("1e-05")},
        "nbformat": 4,
        "nbformat_minor": draw(st.sampled_from([5, 10])),
    }
    if draw(st.booleans()):
        old = [{"cell_type": "markdown", "id": "old", "metadata": {}, "source": "overwritten"}]
        made = Pairs([("cells", old), *made.items(), ("vendor", {"cells": [1, {}]})])
    style = draw(STYLES)
    return dump(made, draw(st.randoms()), style) + style["ends"]


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
        return [("source",)]
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
        if cell["cell_type"] == "markdown":
            found[cell["id"]] = "".join(cell["source"])
        elif cell["cell_type"] == "code" and isinstance(said, dict):
            found |= {
                f"{cell['id']}:{name}": said[name]
                for name in SENTENCES
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
    made = join_notebook(notebook, texts)
    assert cut_notebook(save(folder, made)).pieces == notebook.pieces
    assert without_prose(ordered(made)) == without_prose(ordered(text))
    assert prose_in(made) == texts


POLISH, JAPANESE = Locale("pl", "polski", "ltr"), Locale("ja", "日本語", "ltr")
SOURCE = Locale("en", "English", "ltr")


@given(text=notebooks(), locale=st.sampled_from([POLISH, JAPANESE]))
def test_english_that_is_kept_merges_to_the_source(folder: Path, text: str, locale: Locale) -> None:
    """Extract-then-merge gives back the notebook, byte for byte, through a file on disk."""
    save(folder, text)
    lesson, framework = Lesson("01-a", "A"), Framework("ink", "Ink")
    course = Course(folder, "C", "en", (lesson,), (framework,), (SOURCE, locale))
    source = read_lesson(course, lesson)
    made = [Cell(cell.id, cell.text, cell.hash, keep=True) for cell in source.cells]
    translation = parse(write(Translation("", tuple(made))))
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
    """JSON can escape half a character; it is refused, or written so that it can be read."""
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


# Chinese and Japanese: a line break between sentences is no space.

CJK = f"[{UNSPACED}]"


def pieces(words: str) -> st.SearchStrategy[str]:
    """Make texts of these words, in which ␣ is a blank and ⏎ a line end."""
    words = words.replace("⏎", "\n")
    return st.lists(st.sampled_from([w.replace("␣", " ") for w in words.split(" ")])).map("".join)


CHINESE = pieces(
    '中 文。 中⏎文 中⏎ ⏎文 （ ） word ** * ` $ [ ]( ) ![ | # < > " <b> </b> <b␣title= <http://'
    " <!-- --> [中␣文]:␣/x⏎ &amp; 한국⏎어 ー⏎ー http://a.b/ ⏎ ⏎⏎ ␣␣⏎ \\⏎ ⏎|---|---|⏎ ```⏎ >␣"
    " -␣ 1.␣ ␣ ␣␣␣␣ \u3000"
)


def shown(text: str) -> str:
    """Return a text as a page shows it, without line breaks: all that joining takes away."""
    return parser().render(text).replace("\n", "")


@settings(max_examples=300)
@given(CHINESE, st.sampled_from(["zh-CN", "ja"]))
def test_joined_lines_show_the_same_but_for_line_breaks(text: str, locale: str) -> None:
    """No link, tag, code, table or list comes or goes with a line break."""
    assert shown(join_lines(text, locale)) == shown(text)
    assert find_active(join_lines(text, locale)) == find_active(text)


@pytest.mark.parametrize(
    "text",
    [
        "[x](中\n文)",
        "[中\n文]\n\n[中 文]: /x",
        "<http://a中\n文>",
        "<b title=中\n文 style=top>x</b>",
    ],
)
def test_a_line_break_that_holds_markup_apart_stays(text: str) -> None:
    """Joining would make a link or a tag, or undo one."""
    assert join_lines(text, "zh-CN") == text


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("第一句。\n第二句。", "第一句。第二句。"),
        ("> 第一句。\n> 第二句。", "> 第一句。第二句。"),
        ("* 第一句。\n  第二句。\n* 第三句。", "* 第一句。第二句。\n* 第三句。"),
        ("第一句。  \n第二句。", "第一句。  \n第二句。"),
        ("用 `pad`\n补齐。", "用 `pad`\n补齐。"),
        ("第一句。\n`pad` 补齐。", "第一句。`pad` 补齐。"),
        (
            "第一句：\n$x$ 是数。\nGRU 有三块！\n[链接](x.md)。",
            "第一句：$x$ 是数。GRU 有三块！[链接](x.md)。",
        ),
        ("他说“好。”\nGRU 说“不”。", "他说“好。”GRU 说“不”。"),
        ("见 [这里](x.md)。\n（`pad`）\n**重要**。", "见 [这里](x.md)。（`pad`）**重要**。"),
        ("`pad`\n（补齐）", "`pad`（补齐）"),
        ("**重点。**\n重要。\n`pad`。", "**重点。**\n重要。`pad`。"),
        ("one\ntwo。three", "one\ntwo。three"),
        ("```\n第一\n第二\n```", "```\n第一\n第二\n```"),
        ("| 甲 |\n|---|\n| 乙 |\n| 丙 |", "| 甲 |\n|---|\n| 乙 |\n| 丙 |"),
    ],
)
def test_lines_are_joined_where_both_sides_are_written_without_spaces(
    text: str, joined: str
) -> None:
    """In paragraphs, quotes and lists, beside full-width punctuation whatever follows.

    Not in code, tables, between characters and Latin or at a hard break, and not where emphasis
    would not end.
    """
    assert join_lines(text, "zh-CN") == joined


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("次の\n`x`を\nLSTMに\n入れる。", "次の`x`をLSTMに入れる。"),
        ("`x` と `y`\nと `z`", "`x` と `y`と `z`"),
        ("LSTM\nGRU", "LSTM\nGRU"),
        ("`x`\n$y$", "`x`\n$y$"),
    ],
)
def test_japanese_has_no_space_beside_latin(text: str, joined: str) -> None:
    """A break beside a Japanese character is none; what stands within a line stays."""
    assert join_lines(text, "ja") == joined


# What must not get into a page.


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("active-*.txt")), ids=lambda path: path.stem)
def test_active_content_is_found(path: Path) -> None:
    """Also where a tag is left open, in a formula, or in HTML that no parser likes."""
    assert find_active(path.read_bytes().decode("utf-8")) != []


@pytest.mark.parametrize(
    "text",
    [
        "The data: four classes.",
        "**data:** four",
        "In `x <a` and $x <a$, 1 < 2 <b>bold</b>.",
        "$$\\mathbf{h}_{t} = \\tanh(W \\cdot x)$$",
        "<details open><summary>S</summary>\n\nx\n\n</details>",
        "a <http://a.b/> [x](y.ipynb#z) ![p](images/a.svg)",
    ],
)
def test_harmless_text_is_not_taken_for_active(text: str) -> None:
    """A translator cannot guess what a word of plain prose was taken for."""
    assert find_active(text) == []


MARKUP = pieces(
    "<b <div <p > /> </b> ␣style=x ␣onload=x ␣title=' ' \" ⏎ ⏎⏎ <!-- --> <![CDATA[ ]]> <? ?> <!x <!"
    " <![ x ␣ &lt; [x]( javascript:x ) ` $ $$ \\ 中⏎文 <script <a␣href= -␣"
)


@pytest.mark.parametrize(
    ("text", "english", "new"),
    [
        ("<img src=images/a.svg width=9>", "<img src=images/a.svg width=9>", False),
        ("<img src=images/a.svg width=8>", "<img src=images/a.svg width=9>", True),
        ("<img src=//a.b/c.svg>", "<img src=images/a.svg>", True),
        ("<style>* {display: none}</style>", "<style>.note {color: red}</style>", True),
        ("<b onclick=x()>x</b>", "<b onclick=x()>x</b>", True),
        ("<script src=a.js></script>", "<script src=a.js></script>", True),
    ],
)
def test_only_what_stands_just_so_in_the_english_is_taken_over(
    text: str, english: str, new: bool
) -> None:
    """The size of a picture is the author's own; what acts is refused, whoever wrote it."""
    assert bool(new_active(text, english)) == new


# What Markdown itself makes of these pieces.
MARKDOWN = {"a", "blockquote", "code", "eq", "h1", "h2", "li", "ol", "pre", "section", "ul"}


class Page(HTMLParser):
    """Collects the elements of a page that came from HTML in a text, and their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what Markdown itself does not make."""
        if tag not in MARKDOWN:
            self.found.add(tag)
            self.found |= {name for name, _ in attrs}


def pictures(text: str) -> set[str]:
    """Return what Markdown's own pictures make, if it has any: `![` comes of a `<!` and a link."""
    inner = [child.type for token in parser().parse(text) for child in token.children or ()]
    return {"img", "src", "alt"} if "image" in inner else set()


@settings(max_examples=500)
@given(MARKUP)
def test_what_is_called_harmless_shows_allowed_elements_only(text: str) -> None:
    """Whatever HTML is broken in whatever way, there is a verdict, and it is right."""
    for page in (text, join_lines(text, "ja")):
        if not find_active(text):
            allowed = ELEMENTS | ATTRIBUTES | {"eqn", "class"} | pictures(page)
            assert Page(parser().render(page)).found <= allowed


def judge(text: str) -> None:
    """Hold that every check has a verdict on a text, in one line and about one of its lines."""
    english = "The cost is $n$: [see](https://a.b/).\n\n> **Note:** read `pad`."
    pair = Pair(SourceCell("a", english, ("ink",), HASH), Cell("a", text, HASH), Language("pl"))
    for check, founds, _ in check_pair(pair):
        for found in founds:
            assert len(str(pair.finding(check, found)).splitlines()) == 1
            assert 0 <= found.line <= text.count("\n"), check.code


@given(TEXTS.map(normalise) | MARKUP)
def test_every_check_has_a_verdict_on_any_text(text: str) -> None:
    """Anybody may send it; a traceback would hide what is wrong with all other cells."""
    judge(text)


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("check-*.txt")), ids=lambda path: path.stem)
def test_texts_that_broke_a_check_are_judged(path: Path) -> None:
    """Found by tests/fuzz/fuzz_translation.py."""
    judge(path.read_bytes().decode("utf-8"))


def too_slow(_signal: int, _frame: object) -> None:
    """Give up on a text."""
    raise TimeoutError("a text of 100 kB is not judged in 10 s of CPU")


@pytest.mark.parametrize("piece", ["<", "<!--", "<b ", "a", "(", "«", "[a](", "中\n"])
def test_a_long_text_does_not_keep_the_checks_busy(piece: str) -> None:
    """A file may have ten times as much, and anybody may send one."""
    text = (piece * 100_000)[:100_000]
    source = SourceCell("a", "The cost is $n$.", ("ink",), HASH)
    pair = Pair(source, Cell("a", text, HASH), Language("pl"))
    before = signal.signal(signal.SIGVTALRM, too_slow)  # other work on the machine does not count
    signal.setitimer(signal.ITIMER_VIRTUAL, 10)
    try:
        join_lines(text, "ja")
        assert list(check_pair(pair))
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@given(PROSE)
def test_a_pseudo_translation_has_the_lines_of_its_text(text: str) -> None:
    """Its markup is that of the English, so line by line."""
    assert pseudo_text(text).count("\n") == text.count("\n")
