"""The parallel texts: the same cells in seven languages, plain prose, and as they were frozen."""

import hashlib
import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.fixtures.scripts import load_script
from torchnlp import load_corpus

SCRIPT = Path(__file__).resolve().parents[2] / "data" / "parallel" / "make_parallel.py"
parallel = load_script(SCRIPT)
LANGUAGES = ["en", *parallel.LOCALES]
# Of the rows as JSON: whoever changes the data changes the figures of lesson 07, and this line.
FROZEN = {"train": "979868b48c843aee", "test": "603146fb44d4d54a"}


@pytest.fixture(scope="module")
def corpus():
    """The rows of both files."""
    return load_corpus("parallel")


@pytest.fixture(scope="module")
def rows(corpus):
    """The rows of both files together."""
    return corpus["train"] + corpus["test"]


def test_the_rows_are_those_that_were_frozen(corpus):
    """No later correction of prose may shift a figure."""
    for split, rows in corpus.items():
        text = json.dumps(rows, ensure_ascii=False, sort_keys=True)
        assert hashlib.sha256(text.encode()).hexdigest()[:16] == FROZEN[split]


def test_each_row_is_a_cell_in_seven_languages(rows):
    """34 cells, none twice, and no language lacks one."""
    assert len(rows) == len({row["cell"] for row in rows}) == 34
    for row in rows:
        assert list(row) == ["cell", *LANGUAGES]
        assert len({row[name] for name in LANGUAGES}) == len(LANGUAGES)
        assert min(len(row[name]) for name in LANGUAGES) > 40


def test_both_halves_are_of_like_size(corpus):
    """As many cells each, and in no language is one half a quarter larger than the other."""
    assert {split: len(rows) for split, rows in corpus.items()} == {"train": 17, "test": 17}
    for name in LANGUAGES:
        train, test = (sum(len(row[name]) for row in corpus[split]) for split in parallel.SPLITS)
        assert 0.8 < train / test < 1.25


def test_texts_are_words_without_markdown(rows):
    """No formula, picture, link, heading, list or code is left, and no remark for checkers."""
    for row in rows:
        for name in LANGUAGES:
            assert re.search(r"[$`*#]|\]\(|<\w|<!--|^ | $|\n\n", row[name]) is None, row["cell"]


@pytest.mark.parametrize(
    ("name", "script"),
    [("zh-CN", r"[\u4e00-\u9fff]"), ("ja", r"[\u3040-\u30ff]"), ("ar", r"[\u0600-\u06ff]")],
)
def test_texts_are_in_their_own_script(rows, name, script):
    """Most cells of these languages hold far more of their own script than of Latin letters."""
    for row in rows:
        own, latin = (len(re.findall(kind, row[name])) for kind in (script, "[A-Za-z]"))
        assert own > latin / 2 or row["cell"] == "pair-pytorch"


def test_markdown_is_taken_out():
    """A heading, a link, a picture, a list, emphasis, code and tags."""
    cell = "## Order\n\nA [**bag**](01.ipynb) of `words`:\n\n* one\n* two\n\n![x](y.png)\n</b>"
    assert parallel.plain(cell) == "Order\nA bag of words:\none\ntwo"


def test_a_translation_is_read_by_cell():
    """With the hash of its English, without remarks for checkers, markers in prose unescaped."""
    text = (
        "<!-- cell bag source=0123456789ab state=machine -->\n<!-- allow term: so -->\nSac\n\n"
        "<!-- cell end source=ba9876543210 -->\n\\<!-- cell no source=000000000000 -->\n"
    )
    assert parallel.translated(text) == {
        "bag": ("0123456789ab", "Sac\n"),
        "end": ("ba9876543210", "<!-- cell no source=000000000000 -->\n"),
    }


def test_the_hash_is_that_of_the_course():
    """What was stale at the revision is left out."""
    from course.formats.translation import hash_source

    for text in ("## A\n\nb  ", "é", "e\u0301"):
        assert parallel.hash_of(text) == hash_source(text)


def test_without_the_history_the_same_rows_are_packed(monkeypatch, capsys):
    """A copy without git makes the same bytes, and says so."""
    made = parallel.make_files()
    monkeypatch.setattr(parallel, "REVISION", "0" * 40)
    assert parallel.make_files() == made
    assert "packing the same rows again" in capsys.readouterr().err


def test_the_readme_names_the_revision():
    """It can be looked up."""
    readme = (SCRIPT.parent / "README.md").read_text(encoding="utf-8")
    assert parallel.REVISION in readme
    known = subprocess.run(["git", "-C", SCRIPT.parent, "cat-file", "-e", parallel.REVISION])
    if known.returncode:
        pytest.skip("this copy has no history")
    assert parallel.make() == parallel.frozen()
