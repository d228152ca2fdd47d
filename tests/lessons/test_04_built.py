"""What lesson 04 builds in view, held against libraries and examples."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tests.claims import benchmark_row, imports_of
from tests.fixtures.lesson_04 import CELLS, LESSON
from tests.fixtures.scripts import load_script

FABLES = load_script(Path(__file__).parents[2] / "data" / "fables" / "make_fables.py")


def broken_texts():
    """Stories with one word or mark exchanged for one of another story."""
    chance = np.random.default_rng(0)
    texts = LESSON["test_texts"]
    for text in texts[:200]:
        place, other = chance.integers(len(text)), texts[chance.integers(len(texts))]
        yield [*text[:place], other[chance.integers(len(other))], *text[place + 1 :]]
        yield text[: chance.integers(1, len(text))]


def test_the_rules_of_the_lesson_are_those_of_the_corpus():
    """Story by story, whole, with one word exchanged, and cut off."""
    found = Counter()
    for tokens in [*LESSON["test_texts"][:100], *broken_texts()]:
        broken = LESSON["broken_rules"](tokens)
        assert broken == FABLES.broken_rules(" ".join(tokens)), tokens
        found.update(broken or ["none"])
    assert min(found[rule] for rule in ("none", "pronoun", "thing", "names", "quotes")) >= 5


def test_the_tokens_of_the_lesson_are_those_of_the_corpus():
    """Their surprises stand in the test rows, one for each and one for the end."""
    for row in LESSON["test_rows"]:
        assert LESSON["split"](row["text"]) == FABLES.tokens(row["text"])
        assert len(row["surprises"]) == len(FABLES.tokens(row["text"])) + 1


def test_interpolated_probabilities_sum_to_one():
    """Over all tokens of a vocabulary, for each length of a run."""
    texts = ["abab", "abba", "bc"]
    models = [LESSON["count_ngrams"](texts, n) for n in (1, 2, 3)]
    tokens = [LESSON["END"], "a", "b", "c"]
    by_last = [
        next(iter(LESSON["ngram_surprises"]([["a", "b", token]], models, 4)))[2]
        for token in tokens[1:]
    ]
    end = next(iter(LESSON["ngram_surprises"]([["a", "b"]], models, 4)))[2]
    assert np.allclose(np.exp(-np.array([end, *by_last])).sum(axis=0), 1)


def test_top_k_and_top_p_agree_with_a_list():
    """Row by row, against sorting in plain Python."""
    p = np.random.default_rng(0).dirichlet(np.ones(9), 50)
    for row, k, kept in zip(p, LESSON["top_k"](p, 3), LESSON["top_p"](p, 0.7), strict=True):
        order = sorted(range(9), key=lambda i: -row[i])
        assert set(np.flatnonzero(k)) == set(order[:3])
        fewest = next(n for n in range(1, 10) if row[order[:n]].sum() >= 0.7)
        assert set(np.flatnonzero(kept)) == set(order[:fewest])
        assert np.isclose(k.sum(), 1)
        assert np.isclose(kept.sum(), 1)


def test_drawing_follows_the_probabilities():
    """Shares of 20,000 draws, and never a token of probability 0."""
    p = np.tile([0.5, 0.0, 0.2, 0.3], (20_000, 1))
    shares = np.bincount(LESSON["draw"](p, np.random.default_rng(0)), minlength=4) / 20_000
    assert np.allclose(shares, p[0], atol=0.015)
    assert shares[1] == 0


def test_surprises_of_leave_padding_out():
    """A short text in a batch has the surprises that it has alone."""
    scores = np.random.default_rng(0).normal(size=(50, 5))
    space = LESSON["surprises_of"].__globals__
    space["read"] = lambda net, tokens, state=None: (scores[tokens * 7 % 50], None)
    texts = [np.array([0, 1, 2, 3, 0]), np.array([0, 4, 0])]
    together, alone = LESSON["surprises_of"](None, texts), LESSON["surprises_of"](None, texts[1:])
    assert [len(found) for found in together] == [4, 2]
    assert np.allclose(together[1], alone[0])


@pytest.mark.parametrize("framework", ["pytorch", "tensorflow"])
def test_a_network_that_reads_in_steps_comes_to_the_same_scores(framework):
    """Writing token by token is the same as reading the whole: the state carries it all."""
    space = imports_of(framework)
    for id_ in ("start", "language-model", "read"):
        exec(CELLS[framework, id_], space)
    net = space["LanguageModel"](9, 4)
    tokens = np.array([[0, 3, 5, 1]])
    whole, _ = space["read"](net, tokens)
    state, steps = None, []
    for place in range(4):
        scores, state = space["read"](net, tokens[:, place : place + 1], state)
        steps.append(scores[:, 0])
    assert np.allclose(np.stack(steps, axis=1), whole, atol=1e-5)


def test_the_benchmark_of_the_recipe_runs_on_the_cells_of_the_lesson(monkeypatch, capsys):
    """Each variant finds what it replaces, and all cells that a row needs are there."""
    short = (("passes * len(texts)", "0.01 * len(texts)"), ("most=150", "most=2"))
    row, _ = benchmark_row("fables", short, monkeypatch, capsys)
    assert row.startswith("| short | 0 | ")
    assert row.count("|") == 8
