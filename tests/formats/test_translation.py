"""Translation files: parsed and rendered again without loss, byte by byte."""

import re
import unicodedata
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.formats.translation import (
    Cell,
    Translation,
    hash_source,
    normalise,
    parse_translation,
    render_cell,
    render_translation,
)
from tests.fixtures.texts import FIXTURES, HASH, TEXTS


@settings(max_examples=500)
@given(TEXTS)
def test_parse_then_write_gives_back_the_same_text(text: str) -> None:
    """Whatever the text is: line ends, marks, conflicts and a missing final newline stay."""
    assert render_translation(parse_translation(text)) == text


@settings(max_examples=500)
@given(TEXTS)
def test_a_rendered_cell_is_read_with_its_text(text: str) -> None:
    """No line of a text is taken for a marker, and no backslash is lost."""
    cells = parse_translation(render_cell(Cell("a", text))).cells
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
    read = parse_translation(render_translation(Translation(preamble, tuple(cells)))).cells
    assert len(read) == len(cells)
    for one, cell in zip(read, cells, strict=True):
        assert one.changed(line=0) == cell.changed(text=normalise(cell.text))


@given(TEXTS, TEXTS, st.integers(min_value=0))
def test_a_changed_cell_leaves_every_other_byte(text: str, new: str, number: int) -> None:
    """What stands before and behind it is written as it was read, and read as the same."""
    read = parse_translation(f"<!-- cell first -->\n{text}")
    number %= len(read.cells)
    cells = list(read.cells)
    cells[number] = cells[number].changed(text=new)
    written = render_translation(Translation(read.preamble, tuple(cells)))
    raws = [cell.raw or "" for cell in read.cells]
    assert written.startswith(read.preamble + "".join(raws[:number]))
    assert written.endswith("".join(raws[number + 1 :]))
    again = parse_translation(written)
    texts = [cell.text for cell in read.cells]
    texts[number] = normalise(new)
    assert [cell.text for cell in again.cells] == texts
    assert [cell.id for cell in again.cells] == [cell.id for cell in read.cells]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_byte_order_mark_belongs_to_the_file_and_not_to_its_first_cell(ending: str) -> None:
    """Another cell can be put before the first, and it still is a cell."""
    read = parse_translation(f"\ufeff<!-- cell a -->{ending}One.{ending}")
    assert [cell.id for cell in read.cells] == ["a"]
    more = parse_translation(
        render_translation(Translation(read.preamble, (Cell("@title", "T"), *read.cells)))
    )
    assert [(cell.id, cell.text) for cell in more.cells] == [("@title", "T"), ("a", "One.")]


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.md")), ids=lambda path: path.stem)
def test_a_file_is_read_as_its_name_says(path: Path) -> None:
    """Nothing is wrong with `pass-…`, and each line `↑ …` of `fail-…` stands below a fault."""
    text = path.read_bytes().decode("utf-8")
    read = parse_translation(text)
    assert render_translation(read) == text
    lines = text.split("\n")
    wrong = [number for number, line in enumerate(lines) if line.startswith("↑")]
    assert sorted({problem.line for problem in read.problems}) == wrong
    assert bool(wrong) == path.stem.startswith("fail-")


def test_there_are_files_that_pass_and_files_that_fail() -> None:
    """A test over no file would pass."""
    names = {path.stem.split("-")[0] for path in FIXTURES.glob("*.md")}
    assert names == {"pass", "fail"}


def canonical(text: str) -> str:
    """Return the part of an English text that is hashed, computed otherwise than by the tool."""
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
    """Spaces within a line, letters, and invisible characters are changes."""
    assert hash_source("One. Two.") != hash_source(other)
