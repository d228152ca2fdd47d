"""The claims of lesson 04: each passes with numbers as measured, and fails when it is denied.

What is trained or written is replaced; rules, cuts and sums are those of the lesson.
"""

from collections import Counter
from functools import partial
from itertools import cycle
from pathlib import Path
from unittest.mock import MagicMock

import numpy as np
import pytest
from fixtures.scripts import load_script

from tests.claims import benchmark_row, claim_tests, code_cells, imports_of
from torchnlp import load_corpus

CELLS = code_cells("04-generation")
SHARED = (
    "count-ngrams",
    "draw-text",
    "perplexity-of",
    "ngram-surprises",
    "rectangle",
    "surprises-of",
    "write-texts",
    "load-fables",
    "split",
    "return-cost",
    "rules",
    "rules-check",
    "top-k",
    "top-p-by-hand",
)
FABLES = load_script(Path(__file__).parents[1] / "data" / "fables" / "make_fables.py")


def lesson():
    """Return what the cells define that need no framework and no training."""
    import re

    space = {
        "np": np,
        "re": re,
        "seed": 0,
        "Counter": Counter,
        "load_corpus": load_corpus,
        "towns": ["Ulmavik", "Ulmadorp"],
    }
    for id_ in SHARED:
        if id_ == "rules-check":
            split = space["split"]
            space["test_texts"] = [split(row["text"]) for row in space["test_rows"]]
        exec(CELLS["pytorch", id_], space)
    return {name: value for name, value in space.items() if not name.startswith("__")}


LESSON = lesson()
V, FLOOR, NGRAMS = 331, 1.375, [133.0, 5.65, 2.57, 2.06, 1.95]
SLOTS = ("name", "animal", "deed", "thing", "bird")


def given(**more):
    return {
        **LESSON,
        "plt": MagicMock(),
        "partial": partial,
        "words": range(V),
        "floor": FLOOR,
        "ngram_perplexities": NGRAMS,
        **more,
    }


def measured(*perplexities):
    """Return a stand-in for `surprises_of` that comes to these perplexities, call by call."""
    turn = cycle(perplexities)
    return lambda *_: [np.log([next(turn)])]


def drawn(name):
    return given(legal_names={"Ulmavik"}, pairs=None, draw_text=lambda *_: list(name))


def letters(*by_n, size=46):
    models = lambda *_: [np.log([by_n])]  # noqa: E731
    return given(towns=[], held_out=["ab"], letters=range(size), ngram_surprises=models)


def spelled(perplexity):
    return given(surprises_of=measured(perplexity), by_n=[23.4, 5.6, 2.6, 2.36], letters=range(46))


def named(lstm, four):
    """Return names of which the shares `lstm` and `four` are legal and new."""

    def texts(share):
        return [list("Ulmadorp" if i < share * 20 else "Ulmavik") for i in range(20)]

    turn = cycle(texts(four))
    return given(
        legal_names={"Ulmavik", "Ulmadorp"},
        held_out=["Ulmadorp"],
        drawn=["Xyz"] * 20,
        draw_text=lambda *_: next(turn),
        write=lambda *_: texts(lstm),
        speller=None,
        letters=[],
        letter_models=[None] * 4,
    )


def ngrams(*perplexities):
    found = lambda *_: [np.log([perplexities])]  # noqa: E731
    return given(ngram_surprises=found, count_ngrams=lambda *_: None, train_texts=[])


def exact(floor, five):
    """Return two stories of four tokens whose perplexity is `floor`."""
    rows = [{"surprises": [np.log(floor)] * 4, "surprise": 4 * np.log(floor)}] * 2
    return given(test_rows=rows, lengths=[4, 4], ngram_perplexities=[*NGRAMS[:4], five])


def costs(**by_slot):
    return {slot: by_slot.get(slot, 0.02) for slot in SLOTS}


def returns(**by_slot):
    return given(return_cost=lambda *_: costs(**by_slot), ngrams=[np.zeros((3, 5))])


def untrained(perplexity):
    return given(surprises_of=measured(perplexity), test_indices=[])


def trained(perplexity):
    return given(surprises_of=measured(perplexity), test_indices=[], fit=lambda *_, **__: None)


def over_time(early, late):
    """Return a training whose perplexity is 1.1 times the floor at the second look."""
    progress = [(100, 1.6, costs(name=3)), (200, 1.1, early)]
    return given(
        progress=progress,
        steps=(100, 200),
        costs=[costs(name=3), early],
        return_cost=lambda *_: late,
        learnt=[],
        label_lines=MagicMock(),
    )


def surprised(model):
    truth = [np.tile([3.1, 0, 0.5, 0], 10)]
    return given(
        exact=truth, learnt=[model(truth[0])], test_texts=[["a"] * 40], model_colour=lambda _: None
    )


def ruled(texts):
    return given(test_texts=texts)


def legal(share):
    return given(legal_share=lambda _: share, write=lambda *_, **__: [], net=None, guess=None)


def counted(share):
    return given(
        legal_share=lambda _: share,
        draw_text=lambda *_: ["A"],
        truth=0.67,
        word_models=[None] * 5,
        join=" ".join,
    )


def greedy(*stories):
    return given(write=lambda *_, **__: [[story] for story in stories], net=None)


def scored(scores):
    return given(scores=np.array(scores), words=range(len(scores)))


def at_temperatures(legal, once):
    """Return a writer whose stories are the temperature alone."""
    places = {0.25: 0, 0.5: 1, 0.75: 2, 1.0: 3, 1.5: 4}
    return given(
        write=lambda *_, temperature, **__: temperature,
        net=None,
        label_lines=MagicMock(),
        legal_share=lambda t: legal[places[t]],
        test_texts="the corpus",
        once_share=lambda t: once[places[t]] if t in places else 1 / 3,
    )


def cut(top_p, top_k, free, once):
    """Return a writer whose stories are the name of what it cuts by."""
    shares = {"top_p": top_p, "top_k": top_k, "all": free}
    return given(
        write=lambda *_, cut, **__: cut.func.__name__ if cut else "all",
        net=None,
        legal_share=shares.get,
        by_temperature={1.0: "all"},
        once_share=lambda how: once if how == "top_p" else 0.35,
    )


def copied(many, few, own=1.04, new=55.0):
    turn = cycle([many, few])
    return given(
        copied_share=lambda *_: next(turn),
        surprises_of=measured(own, new),
        by_temperature=MagicMock(),
        train_texts=[],
        train_indices=[],
        test_indices=[],
        repeated=[],
        few=None,
    )


BROKEN = [*LESSON["test_texts"][:3], "Clara was a cat . He hid a kite .".split()]
# For each claim cell: what it is about, and what denies it.
CASES = {
    "pairs-legal": (drawn("Fabunal"), {"a model that knows the parts": drawn("Ulmavik")}),
    "letters-perplexity": (
        letters(23.4, 5.6, 2.6, 2.4),
        {
            "counts that know nothing": letters(46, 46, 46, 46),
            "pairs that know all": letters(23, 1, 1, 1),
        },
    ),
    "train-letters": (
        spelled(2.02),
        {"untrained": spelled(46), "no better than four letters": spelled(2.36)},
    ),
    "names-legal": (
        named(lstm=0.3, four=0.15),
        {
            "a network that repeats": named(lstm=0.0, four=0.15),
            "four letters tie": named(lstm=0.3, four=0.3),
        },
    ),
    "ngram-perplexity": (
        ngrams(*NGRAMS),
        {
            "counts that do not help": ngrams(133, 133, 133, 133, 133),
            "a fifth word that helps much": ngrams(133, 5.7, 2.6, 2.1, 1.4),
        },
    ),
    "floor-claim": (
        exact(FLOOR, 1.95),
        {"n-grams at the floor": exact(FLOOR, 1.4), "an uneven floor": exact(1.9, 1.95)},
    ),
    "ngram-returns": (
        returns(name=2.1, animal=1.9),
        {"an LSTM": returns(), "one that forgets the animal alone": returns(animal=1.9)},
    ),
    "untrained": (untrained(19_000), {"a start that says it knows nothing": untrained(V)}),
    "train-words": (
        trained(1.39),
        {"untrained": trained(19_000), "five-word n-grams": trained(1.95), "late": trained(1.47)},
    ),
    "plot-returns": (
        over_time(costs(name=1.1), costs(name=0.1)),
        {
            "a mean that tells all": over_time(costs(), costs()),
            "a name that is never learnt": over_time(costs(name=1.4), costs(name=1.4)),
        },
    ),
    "plot-story": (
        surprised(lambda truth: truth + 0.01 * np.arange(40)),
        {
            "untrained": surprised(lambda truth: np.arange(40) % 7),
            "another story": surprised(lambda truth: np.roll(truth, 1)),
        },
    ),
    "rules-check": (ruled(LESSON["test_texts"][:20]), {"a broken story": ruled(BROKEN)}),
    "predict-truth": (legal(0.63), {"untrained": legal(0.0), "stories by the grammar": legal(1.0)}),
    "ngram-stories": (counted(0.0), {"n-grams as good as the LSTM": counted(0.67)}),
    "greedy-claim": (greedy("a", "a"), {"free writing": greedy("a", "b")}),
    "temperature-claim": (
        scored([3.0, 2.0, *[0.0] * 40]),
        {"a network that knows nothing": scored([0.0] * 42)},
    ),
    "plot-legal": (
        at_temperatures([1, 0.97, 0.88, 0.6, 0.1], [0.98, 0.73, 0.47, 0.34, 0.18]),
        {
            "no harm from heat": at_temperatures([1] * 5, [0.98, 0.73, 0.47, 0.34, 0.18]),
            "no loss of variety": at_temperatures([1, 0.97, 0.88, 0.6, 0.1], [1 / 3] * 5),
            "untrained": at_temperatures([0] * 5, [0] * 5),
        },
    ),
    "top-p-claim": (
        given(),
        {
            "top-k": given(top_p=lambda p, _: LESSON["top_k"](p, 3)),
            "all tokens": given(top_p=lambda p, _: p),
        },
    ),
    "cuts": (
        cut(0.86, 0.67, 0.65, once=0.35),
        {
            "top-k as good": cut(0.86, 0.86, 0.65, once=0.35),
            "no gain": cut(0.65, 0.65, 0.65, once=0.35),
            "always the same beginning": cut(0.86, 0.67, 0.65, once=0.8),
        },
    ),
    "copy-claim": (
        copied(0.0, 0.98),
        {
            "a network that copies": copied(0.9, 0.98),
            "20 stories not learnt": copied(0.0, 0.1),
            "no overfitting": copied(0.0, 0.98, own=1.4, new=1.4),
        },
    ),
}


(test_every_claim_has_a_case, test_a_claim_holds, test_a_claim_can_fail) = claim_tests(
    "04-generation", CASES
)


# --- what the lesson builds in view -------------------------------------------------------------


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
