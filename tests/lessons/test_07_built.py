"""What lesson 07 builds in view, held against libraries and examples."""

import math
from collections import Counter

import numpy as np
import pytest
import tokenizers

from tests.claims import imports_of
from tests.fixtures.lesson_07 import CELLS, LESSON


@pytest.mark.parametrize("number", [500, 1000])
def test_the_library_learns_the_same_merges_and_cuts_alike(counts, number):
    """`tokenizers` has the same rule for ties; every word is cut into the same pieces."""
    merges = LESSON["learn_merges"](counts, number)
    theirs = tokenizers.Tokenizer(tokenizers.models.BPE())
    theirs.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    alphabet = LESSON["ages"](counts)
    trainer = tokenizers.trainers.BpeTrainer(vocab_size=len(alphabet) + number, show_progress=False)
    theirs.train_from_iterator((f"{word} " * count for word, count in counts.items()), trainer)
    vocabulary = theirs.get_vocab()
    pieces = dict.fromkeys([*alphabet, *("".join(pair) for pair in merges)])
    assert sorted(vocabulary, key=vocabulary.get) == list(pieces)[: len(vocabulary)]
    ranks = LESSON["rank"](merges)
    assert [
        word for word in counts if theirs.encode(word).tokens != LESSON["encode"](word, ranks)
    ] == []


def test_merging_goes_from_left_to_right():
    """Of overlapping pairs the first is joined; strings and bytes alike."""
    merge, split = LESSON["merge"], LESSON["split"]
    assert merge(split("aaaa"), ("a", "a")) == ["aa", "aa"]
    assert merge(split("abab"), ("a", "b")) == ["ab", "ab"]
    assert merge(["ab", "ab"], ("ab", "ab")) == ["abab"]
    assert merge(split(b"aba"), (b"a", b"b")) == [b"ab", b"a"]
    assert merge([], ("a", "b")) == []


def test_learning_ends_where_nothing_is_left_to_merge():
    """Three words of two letters have three merges."""
    assert len(LESSON["learn_merges"](Counter({"ab": 2, "cd": 1, "ef": 1}), 10)) == 3
    assert LESSON["learn_merges"](Counter({"ab": 1, "cd": 1, "ef": 2}), 2) == [
        ("e", "f"),
        ("a", "b"),
    ]


def test_other_cutters_cover_the_word_with_known_pieces(counts):
    """Longest match and the most probable cut, which no other cut beats."""
    merges = LESSON["learn_merges"](counts, 200)
    space = {
        **LESSON,
        "counts": counts,
        "merges": merges,
        "ranks": LESSON["rank"](merges),
        "alphabet": sorted(set("".join(counts))),
    }
    for id_ in ("piece-counts", "longest", "most-probable"):
        exec(CELLS["pytorch", id_], space)
    cost = lambda cut: sum(math.log(space["used"][piece] + 0.1) for piece in cut)  # noqa: E731
    cost_of = lambda cut: cost(cut) - len(cut) * math.log(space["used"].total())  # noqa: E731
    for word in ["nolvaburn", "goalkeeper", "unbelievable", "a", "the"]:
        cuts = [space[name](word) for name in ("longest", "most_probable")]
        cuts.append(LESSON["encode"](word, space["ranks"]))
        assert all("".join(cut) == word and set(cut) <= space["known"] for cut in cuts)
        assert cost_of(cuts[1]) >= max(map(cost_of, cuts)) - 1e-9


def test_a_misspelt_word_differs_by_one_letter():
    """Dropped, doubled, or exchanged; the first letter stays, and short words do."""
    misspell, chance = LESSON["misspell"], np.random.default_rng(0)
    found = {misspell("goals", chance) for _ in range(200)}
    assert {"gols", "gooals", "gaols"} <= found
    assert {len(word) for word in found} == {4, 5, 6}
    assert {word[0] for word in found} == {"g"}
    assert misspell("the", chance) == "the"
    assert misspell("16-lap", chance) == "16-lap"


@pytest.mark.parametrize("framework", ["pytorch", "tensorflow"])
def test_a_bag_leaves_out_what_is_unknown(framework):
    """Padding and unknown tokens change nothing; a text of them alone has finite scores."""
    space = imports_of(framework)
    as_input = space["torch"].tensor if framework == "pytorch" else np.array
    exec(CELLS[framework, "bag"], space)
    net = space["Bag"](5, 2, width=3)
    scores = [net(as_input([row])) for row in ([1, 2, 0], [2, 0, 1], [1, 2, 1], [0, 0, 0])]
    one, two, three, none = (
        found.detach().numpy() if framework == "pytorch" else np.array(found) for found in scores
    )
    assert np.allclose(one, two, atol=1e-6)
    assert not np.allclose(one, three, atol=1e-6)
    assert np.isfinite(none).all()


def test_an_indexer_numbers_the_training_tokens_and_pads():
    """Index 0 is for what is unknown and for padding."""
    space = {"np": np}
    exec(CELLS["pytorch", "indexer"], space)
    indexer = space["Indexer"](list, [["ab"], ["b", "c"]])
    assert indexer.index == {"a": 1, "b": 2, "c": 3}
    assert indexer([["ab", "x"], ["c"]]).tolist() == [[1, 2, 0], [3, 0, 0]]
