"""The names: half of the combinations held out, every part known, no name twice."""

from collections import Counter

import pytest

from torchnlp import load_corpus


@pytest.fixture(scope="module")
def corpus():
    """The rows of both files."""
    return load_corpus("names")


def test_half_of_the_combinations_of_each_kind_is_held_out(corpus):
    """175 of 350 towns, 196 of 392 surnames."""
    for rows in corpus.values():
        assert Counter(row["kind"] for row in rows) == {"town": 175, "surname": 196}


def test_a_name_is_its_start_with_its_end_and_stands_once(corpus):
    """Also across the files."""
    rows = corpus["train"] + corpus["test"]
    assert [row for row in rows if row["name"] != row["start"] + row["end"]] == []
    assert len({row["name"] for row in rows}) == len(rows) == 742


def test_the_training_names_hold_every_start_and_every_end(corpus):
    """At least twice, so that a model can know the parts of each held-out name."""
    for kind in "town", "surname":
        for part in "start", "end":
            seen = Counter(row[part] for row in corpus["train"] if row["kind"] == kind)
            asked = {row[part] for row in corpus["test"] if row["kind"] == kind}
            assert min(seen[word] for word in asked) >= 2
