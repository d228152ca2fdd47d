"""The claims of lesson 05: each passes with numbers as measured, and fails when it is denied.

What is trained is replaced; attention, masks and sums are those of the lesson.
"""

from itertools import cycle
from unittest.mock import MagicMock

import numpy as np

from tests.claims import claim_tests
from tests.fixtures.lesson_05 import LESSON, frames
from torchnlp import tokenize

ONE, BOTH = [0.93, 0.5, 0.12, 0.01, 0.0], [1.0, 1.0, 0.99, 0.98, 0.97]


def given(**more):
    return {**LESSON, "plt": MagicMock(), "plot_bars": MagicMock(), **more}


def with_frames(**changes):
    """Return a case by framework: what its cells import, with a change or two."""

    def case(framework):
        space = frames(framework)
        return given(**space | {name: change(space) for name, change in changes.items()})

    return case


def scorer(framework):
    """Return a stand-in for the network: the same random scores for the same shapes."""
    chance = np.random.default_rng(0)

    def net(source, reads):
        scores = chance.normal(size=(*reads.shape, len(LESSON["target_words"]))).astype("float32")
        return scores if framework == "tensorflow" else frames(framework)["torch"].tensor(scores)

    return net


def loss(ignored=True):
    """Return a case in which the loss leaves padding out, or counts it."""

    def case(framework):
        space = frames(framework) | {"Translator": lambda: scorer(framework)}
        if not ignored and framework == "pytorch":
            counted = space["nn"].functional.cross_entropy
            nn = MagicMock()
            nn.functional.cross_entropy = lambda scores, writes, **_: counted(scores, writes)
            space["nn"] = nn
        if not ignored and framework == "tensorflow":
            plain = space["keras"].losses.SparseCategoricalCrossentropy
            keras = MagicMock()
            keras.losses.SparseCategoricalCrossentropy = lambda from_logits, **_: plain(
                from_logits=from_logits
            )
            space["keras"] = keras
        return given(**space)

    return case


def no_mask(space):
    whole = space["attend"]
    return lambda queries, keys, values, mask: whole(queries, keys, values, mask | True)


def no_root(space):
    whole = space["attend"]
    return lambda queries, keys, values, mask: whole(queries * 3, keys, values, mask)


def one_weight(space):
    return lambda queries, keys, values, mask: (values[:, :1], queries[:, :1, :1])


def measured(*values):
    return given(by_length=lambda _: list(values), one_vector=None, guess=None)


def lines(one, both=BOTH):
    return given(one_exact=one, exact=both, by_length=lambda _: both, plot_exact=MagicMock())


def scales(largest):
    """Return the weights that a softmax of random scores comes to: all alike, or all on one key."""
    weights = {"even": np.full((500, 10), 0.1), "one": np.eye(10)[np.zeros(500, int)]}
    return given(softmax=lambda _: weights[largest])


def counted(one, both):
    """Return a case with two networks of so many weights."""
    weights = {"numel": lambda: one}, {"numel": lambda: both}
    nets = [
        MagicMock(**{"parameters.return_value": [MagicMock(**part)], "count_params": part["numel"]})
        for part in weights
    ]
    return given(one_vector=nets[0], attention=nets[1])


def mapped(find):
    """Return maps whose heaviest weight lies where `find` says, for the alignment of a row."""
    rows = LESSON["test_rows"][:100]
    maps = []
    for row in rows:
        weights = np.zeros((len(row["align"]), len(tokenize(row["source"]))))
        weights[np.arange(len(weights)), find(np.array(row["align"]), weights.shape[1])] = 1
        maps.append(weights)
    return given(test_rows=rows, maps=maps)


def on_the_diagonal(align, size):
    return np.arange(len(align)) * size // len(align)


def hidden(true, other):
    turn = cycle([true, other])
    return given(right_without=lambda *_: np.arange(10) < 10 * next(turn), attention=None)


def masks(framework_difference, open_difference):
    """Return scores that differ from those alone by so much with the mask, and without."""

    def scores_of(net, batch, reads, masked=True):
        scores = np.zeros((*reads.shape, 5))
        if len(batch) > 1:
            scores += framework_difference if masked else open_difference
        return scores

    return given(scores_of=scores_of, attention=None)


def readers(last, mean, attention):
    return given(found={"last": last, "mean": mean, "attention": attention})


def on_map(weight):
    """Return a reader of two texts of 4 of 12 words, with so much weight on the beginning."""
    text = np.array([1, 2, 3, 9, 1, 2, 3, 9, 1, 2, 3, 9])
    weights = np.array([weight / 4] * 4 + [(1 - weight) / 8] * 8)
    return given(
        encode=lambda *_: [9],
        vocab=None,
        memory_test=[(text, [0])] * 2,
        readers={"attention": None},
        read=lambda *_: (None, weights[None]),
    )


def beams(gain, exact_after):
    """Return beams that gain so many nats, of which this share is exact; of greedy ones half is."""
    picked = [LESSON["test"][i] for i in np.flatnonzero(LESSON["bin_of"] == 2)[:60]]

    def rows(share):
        right = [writes.tolist() for *_, writes in picked]
        return [row if i % 10 < 10 * share else [2] for i, row in enumerate(right)]

    return given(
        picked=picked,
        written=rows(0.5),
        beams=[(row, 1.0) for row in rows(exact_after)],
        gains=np.full(len(picked), gain),
    )


# For each claim cell: what it is about, and what denies it.
CASES = {
    "masked-loss": (loss(), {"padding counts": loss(ignored=False)}),
    "predict-truth": (
        measured(*ONE),
        {"untrained": measured(*[0.0] * 5), "attention": measured(*BOTH)},
    ),
    "plot-one": (
        lines(ONE),
        {"attention": lines(BOTH), "no matter how long": lines([0.05, 0.1, 0.08, 0.05, 0.1])},
    ),
    "more-words-claim": (
        lines(ONE),
        {
            "longer alone": lines([0.93, 0.9, 0.87, 0.83, 0.8]),
            "short ones not learnt": lines([0.3, 0.1, 0.0, 0.0, 0.0]),
        },
    ),
    "attend-library": (
        with_frames(),
        {"no mask": with_frames(attend=no_mask), "another scale": with_frames(attend=no_root)},
    ),
    "plot-scale": (given(), {"equal weights": scales("even"), "one key": scales("one")}),
    "same-weights": (counted(167_391, 167_391), {"a larger network": counted(159_199, 167_391)}),
    "plot-both": (
        lines(ONE),
        {
            "a tie": lines(BOTH),
            "untrained": lines(ONE, [0.0] * 5),
            "long ones lost": lines(ONE, [1.0, 1.0, 0.9, 0.5, 0.3]),
        },
    ),
    "heaviest-claim": (
        mapped(lambda align, size: align),
        {
            "always the first": mapped(lambda align, size: align * 0),
            "the same place": mapped(on_the_diagonal),
            "a word beside": mapped(lambda align, size: (align + 1) % size),
        },
    ),
    "hide-claim": (
        hidden(0.1, 1.0),
        {"a map that misleads": hidden(1.0, 1.0), "any word breaks it": hidden(0.1, 0.5)},
    ),
    "mask-claim": (
        masks(1e-6, 1.4),
        {"a mask that leaks": masks(1e-2, 1.4), "no need of a mask": masks(1e-6, 1e-6)},
    ),
    "memory-claim": (
        readers(0.27, 0.9, 0.95),
        {
            "untrained": readers(0.25, 0.25, 0.25),
            "a last state that remembers": readers(0.95, 0.96, 0.97),
            "attention forgets": readers(0.27, 0.9, 0.3),
        },
    ),
    "memory-map-claim": (
        on_map(0.3),
        {"a map that points": on_map(0.95), "seven tenths": on_map(0.7)},
    ),
    "beam-claim": (
        beams(0.5, 0.5),
        {
            "greedy finds all": beams(0.0, 0.5),
            "a worse search": beams(-0.5, 0.5),
            "one that knows more": beams(0.5, 0.9),
        },
    ),
    "cost-claim": (with_frames(), {"one vector": with_frames(attend=one_weight)}),
}


(test_every_claim_has_a_case, test_a_claim_holds, test_a_claim_can_fail) = claim_tests(
    "05-attention", CASES
)
