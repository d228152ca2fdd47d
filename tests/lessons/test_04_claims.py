"""The claims of lesson 04: each passes with numbers as measured, and fails when it is denied.

What is trained or written is replaced; rules, cuts and sums are those of the lesson.
"""

from functools import partial
from itertools import cycle
from unittest.mock import MagicMock

import numpy as np

from tests.claims import claim_tests
from tests.fixtures.lesson_04 import LESSON

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
