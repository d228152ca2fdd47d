"""All corpora in `data/`: made by their scripts to the byte, small, listed; and what makes them."""

import gzip
import re
import zlib
from fnmatch import fnmatch
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.formats.course_toml import load_course
from tests.fixtures.scripts import load_script

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
SCRIPTS = sorted(DATA.glob("*/make_*.py"))
FILES = sorted(DATA.glob("*/*.gz"))
# Another release of zlib, or a rewrite of it such as zlib-ng, may pack the same text into other
# bytes. So packed bytes are compared only beside the release that packed the committed files.
PACKED_WITH = "1.2.13"


core = load_script(DATA / "corpus_core.py")


# --- the files --------------------------------------------------------------------------------


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.parent.name)
def test_making_a_corpus_again_gives_the_same_bytes(script, tmp_path, capsys):
    """Every file of it and no other; unpacked always, packed beside the same zlib."""
    assert load_script(script).main(["--out", str(tmp_path / "new")]) == 0
    made = {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()}
    committed = {path.name: path.read_bytes() for path in FILES if path.parent == script.parent}
    assert made.keys() == committed.keys()
    for name in made:
        assert gzip.decompress(made[name]) == gzip.decompress(committed[name])
        if zlib.ZLIB_RUNTIME_VERSION == PACKED_WITH:
            assert made[name] == committed[name]
    lines = capsys.readouterr().out.splitlines()
    assert {line.partition(": ")[0] for line in lines} == {
        str(tmp_path / "new" / name) for name in made
    }


def test_every_corpus_has_its_script_its_readme_and_its_files():
    """A folder is named as its script, and nothing lies in `data/` that no script makes."""
    folders = {path for path in DATA.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert DATA / "demo" in folders
    assert {path.parent for path in FILES} == folders
    for folder in folders:
        assert (folder / f"make_{folder.name}.py").is_file()
        assert (folder / "README.md").is_file()


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_header_of_a_packed_file_holds_neither_name_nor_time(path):
    """Flags and time are zero, so that making again changes nothing."""
    assert path.read_bytes()[3:8] == bytes(5)


def test_the_table_of_sizes_is_that_of_the_files():
    """Rows and bytes of each file, in order; all together at most 3 MB."""
    text = (DATA / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(.+)` \| (.+) \| (.+) \|$", text, re.MULTILINE)
    found = [
        (
            path.relative_to(DATA).as_posix(),
            f"{len(gzip.decompress(path.read_bytes()).splitlines()):,}",
            f"{path.stat().st_size:,}",
        )
        for path in FILES
    ]
    assert listed == found
    assert sum(path.stat().st_size for path in FILES) <= 3_000_000


def test_the_course_brings_every_file():
    """course.toml lists it for the notebooks."""
    patterns = load_course(ROOT).patterns
    for path in FILES:
        place = path.relative_to(ROOT).as_posix()
        assert any(fnmatch(place, pattern) for pattern in patterns)


# --- writing them -----------------------------------------------------------------------------


def test_a_script_writes_packed_files_and_says_so(tmp_path, capsys):
    """`--out` gets the files and nothing half-written, and a line is printed for each."""
    out = tmp_path / "new"
    files = {"train.jsonl.gz": b"{}\n{}\n", "test.jsonl.gz": b"{}\n"}
    assert core.write_corpus(["--out", str(out)], tmp_path, lambda: files) == 0
    assert {path.name: gzip.decompress(path.read_bytes()) for path in out.iterdir()} == files
    size = {path.name: path.stat().st_size for path in out.iterdir()}
    assert capsys.readouterr().out.splitlines() == [
        f"{out / 'train.jsonl.gz'}: 2 rows, {size['train.jsonl.gz']} bytes",
        f"{out / 'test.jsonl.gz'}: 1 rows, {size['test.jsonl.gz']} bytes",
    ]


def test_a_script_that_cannot_write_says_why_in_one_line(tmp_path, capsys):
    """A file where the folder should be is exit 1 and one line."""
    (tmp_path / "taken").write_text("")
    assert core.write_corpus(["--out", str(tmp_path / "taken")], tmp_path, dict) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"ERROR {tmp_path / 'taken'}: ")
    assert error.count("\n") == 1


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    """Where the new file cannot take its place, the old one stays and the temporary one goes."""
    old = tmp_path / "train.csv.gz"
    old.write_bytes(b"old")

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(core.os, "replace", refuse)
    with pytest.raises(OSError, match="No space left"):
        core.write_file(old, b"new")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


# --- chance and frames ------------------------------------------------------------------------

BANKS = {
    "who": ["a(n) {trade} from {town}", "a(n) {trade}", "{first}"],
    "trade": ["umpire", "user", "hourly worker", "baker"],
    "first": ["Ada", "Bo"],
    "town": [f"Town{i}" for i in range(30)],
}
frames = st.lists(
    st.sampled_from(["{who}", "{trade}", "{town}", "a(n) {trade}", "a(n) owl", "met", "."]),
    min_size=1,
    max_size=8,
).map(" ".join)


def test_spans_say_where_each_filler_stands():
    """A worked frame: slots in reading order, each before those inside it."""
    banks = {"who": ["a(n) {trade}"], "trade": ["umpire"], "town": ["Ulm"]}
    filled = core.fill_spans(Random(0), "in {town} {who} slept", banks, [])
    assert filled == (
        "in Ulm a(n) umpire slept",
        [("town", 3, 6), ("who", 7, 18), ("trade", 12, 18)],
    )
    polished = core.polish_spans(*filled)
    assert polished == (
        "In Ulm an umpire slept",
        [("town", 3, 6), ("who", 7, 16), ("trade", 10, 16)],
    )


@given(frames, st.integers(0, 999))
def test_spans_hold_the_fillers_before_and_after_polishing(frame, seed):
    """As many as slots were filled, each with an entry of its bank; the text is that of `fill`."""
    used: list[str] = []
    text, spans = core.fill_spans(Random(seed), frame, BANKS, used)
    assert core.fill(Random(seed), frame, BANKS, []) == text
    polished, moved = core.polish_spans(text, spans)
    assert core.polish(text) == polished
    assert len(moved) == len(spans) == len(used)
    for before, after in zip(spans, moved, strict=True):
        filler, kept = text[before.start : before.end], polished[after.start : after.end]
        assert after.slot == before.slot
        assert "(n)" not in kept
        assert kept.lower() == core.polish(filler).lower()
        if before.slot != "who":
            assert filler in BANKS[before.slot]


def test_articles_follow_the_sound_of_the_word():
    """A vowel takes "an", but not one that sounds like "you"; a silent h does."""
    said = "a(n) umpire, a(n) user, a(n) hour, a(n) baker, A(n) European, a(n) egg"
    assert core.polish(said) == "An umpire, a user, an hour, a baker, A European, an egg"


def test_the_earlier_entries_are_favoured_and_even_slots_are_not():
    """Of 30 entries the first ten come in 58 % of the draws (√⅓), or in 33 %."""

    def early(even):
        rng = Random(0)
        drawn = [core.fill(rng, "{town}", BANKS, [], even) for _ in range(3000)]
        return sum(BANKS["town"].index(town) < 10 for town in drawn) / 3000

    assert 0.55 < early(even=()) < 0.61
    assert 0.30 < early(even=("town",)) < 0.37


def test_shuffling_keeps_the_items_and_reaches_every_order():
    """All six orders of three items, each in 13 to 21 % of the draws."""
    rng = Random(0)
    orders = []
    for _ in range(3000):
        items = [1, 2, 3]
        core.shuffle(rng, items)
        orders.append(tuple(items))
    assert len(set(orders)) == 6
    assert {tuple(sorted(order)) for order in orders} == {(1, 2, 3)}
    assert all(0.13 < orders.count(order) / 3000 < 0.21 for order in set(orders))
