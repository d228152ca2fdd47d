"""The claims of lesson 06: each passes with numbers as measured, and fails when it is denied.

What is trained is replaced; attention, blocks, masks and costs are those of the lesson.
"""

from itertools import cycle
from unittest.mock import MagicMock

import numpy as np

from tests.claims import claim_tests
from tests.fixtures.lesson_06 import LESSON, frames

KINDS = np.array(["plain"] * 16 + ["order"] * 50 + ["memory"] * 34).repeat(10)
SLOTS = LESSON["SLOTS"]


def given(**more):
    return {
        **LESSON,
        "plt": MagicMock(),
        "plot_losses": MagicMock(),
        "plot_table": MagicMock(),
        "kinds": KINDS,
        **more,
    }


def with_frames(**changes):
    """Return a case by framework: what its cells define, with a change or two."""
    return lambda framework: given(**frames(framework, **changes))


def no_root(attend):
    return lambda queries, keys, values, mask: attend(queries * 3, keys, values, mask)


def seen_everywhere(attend):
    """Return attention that forgets its mask."""
    return lambda queries, keys, values, mask: attend(queries, keys, values, mask | True)


def only_itself(causal):
    """Return a mask under which a word looks at itself alone."""

    def alone(size):
        mask = causal(size)
        if hasattr(mask, "numel"):  # PyTorch
            return mask & mask.T
        import tensorflow as tf

        return mask & tf.transpose(mask)

    return alone


def one_weight(attend):
    """Return attention with as many weights as words."""

    def look(queries, keys, values, mask):
        means, weights = attend(queries, keys, values, mask)
        return means, weights[..., :1]

    return look


def larger(block):
    """Return a block with a weight more for each head."""

    class Larger(block):
        def __init__(self, width, heads):
            super().__init__(width, heads)
            if hasattr(self, "add_weight"):
                self.more = self.add_weight(shape=(heads,))
            else:
                import torch

                self.more = torch.nn.Parameter(torch.zeros(heads))

    return Larger


def norm(works=True):
    """Return a case in which the library normalizes, or leaves a vector as it is."""

    def case(framework):
        space = frames(framework)
        if not works:
            layers = MagicMock()
            layers.LayerNorm = layers.LayerNormalization = lambda *_, **__: lambda x: x
            space |= {"nn": layers, "layers": layers}
        return given(**space)

    return case


def reads(**changes):
    """Return a case with small texts, for a reader of the lesson."""

    def case(framework):
        chance = np.random.default_rng(0)
        texts = [(chance.integers(1, 50, size), [0]) for size in (12, 20)]
        return given(**frames(framework, **changes), vocab=range(50), news_test=texts)

    return case


def constant(read):
    return lambda net, batch: np.zeros((len(batch), 1, 4))


def right(plain, order, memory):
    """Return which texts are right, for these accuracies by kind."""
    share = np.vectorize({"plain": plain, "order": order, "memory": memory}.get)(KINDS)
    return np.arange(len(KINDS)) % 100 < 100 * share


def by_kind(right):
    return {
        kind: float(right[kinds].mean())
        for kind in ("plain", "order", "memory")
        for kinds in [kind == KINDS]
    }


def blind(*accuracies):
    return given(blind_right=right(*accuracies), by_kind=by_kind, guess=None)


def seeing(*accuracies):
    return given(
        train_reader=lambda **_: (None, {}),
        right_of=lambda *_: right(*accuracies),
        news_train=None,
        news_test=None,
        vocab=None,
        by_kind=by_kind,
    )


def far(reader, blind):
    """Return memory texts of distances 1 to 65, and the accuracies at both ends of the distance."""
    after = np.arange(6500) % 65 + 1
    order = np.random.default_rng(0).random(6500)

    def right(near, far):
        return order < near + (far - near) * after / 65

    return given(
        encode=lambda *_: [1],
        vocab=None,
        kinds=np.full(6500, "memory"),
        news_test=[(np.array([1] + [2] * size), [0]) for size in after],
        reader_right=right(*reader),
        blind_right=right(*blind),
    )


def left_out(**halves):
    """Return the losses of the variants in the first and in the second half."""
    losses = {name.replace("_", " "): [a] * 60 + [b] * 60 for name, (a, b) in halves.items()}
    return given(losses=losses)


def writes(more, at_returns=0.0):
    """Return a writer that pays so many nats above the exact surprise, everywhere or at returns."""
    found = []
    for row in LESSON["test_rows"]:
        surprises = np.array(row["surprises"]) + more
        for slot in SLOTS:
            surprises[LESSON["returns_of"](row, slot)] += at_returns
        found.append(surprises)
    return given(surprises_of=lambda *_: found, count=lambda _: 103_051, writer=None)


def looks(*best, even=0.03):
    """Return the weights of eight heads, of which another has the most for each slot."""
    shares = np.full((8, 5), 0.02)
    shares[np.arange(5), np.arange(5)] = best
    return given(shares=shares, even=[even] * 5)


def off(rises):
    """Return the costs without each head, which rise by so much where that head looks."""
    shares = np.full((8, 5), 0.02)
    shares[np.arange(5), np.arange(5)] = 0.9
    rows = [dict.fromkeys(SLOTS, 0.01) for _ in range(9)]
    for i, (slot, rise) in enumerate(zip(SLOTS, rises, strict=True)):
        rows[i][slot] += rise
    turn = cycle(rows)
    return given(
        shares=shares,
        best=shares.max(axis=0),
        names=list("12345678"),
        writer=None,
        without_head=MagicMock(),
        surprises_of=MagicMock(),
        return_cost=lambda *_: next(turn),
    )


def places(table):
    """Return a case with another table of places."""
    return given(
        sine_positions=table,
        x=np.random.default_rng(1).normal(size=(6, 8)),
        matrices=np.random.default_rng(0).normal(size=(3, 8, 8)),
        order=[3, 5, 0, 4, 1, 2],
    )


def blurred(x, *matrices):
    """Attention that sees places."""
    return LESSON["self_attention"](x + LESSON["sine_positions"](*x.shape), *matrices)


LEFT_OUT = {"all_parts": (0.5, 0.01), "no_norm": (1.2, 0.2), "no_residual": (1.42, 1.39)}

# For each claim cell: what it is about, and what denies it.
CASES = {
    "attend-library": (with_frames(), {"another scale": with_frames(attend=no_root)}),
    "shuffle-claim": (
        given(),
        {
            "it sees places": given(self_attention=blurred),
            "all alike": given(self_attention=lambda x, *_: np.zeros_like(x)),
        },
    ),
    "positions-claim": (
        places(LESSON["sine_positions"]),
        {"no positions": places(lambda size, width: np.zeros((size, width)))},
    ),
    "rotation-claim": (
        places(LESSON["sine_positions"]),
        {
            "drawn at random": places(
                lambda size, width: np.random.default_rng(0).normal(size=(size, width))
            ),
            "all alike": places(lambda size, width: np.zeros((size, width))),
        },
    ),
    "norm-claim": (norm(), {"as it was": norm(works=False)}),
    "block-library": (
        with_frames(),
        {
            "another scale": with_frames(attend=no_root),
            "no mask": with_frames(attend=seen_everywhere),
        },
    ),
    "weights-claim": (with_frames(), {"a weight a head": with_frames(Block=larger)}),
    "mask-claim": (
        reads(),
        {"no mask": reads(attend=seen_everywhere), "scores all alike": reads(read=constant)},
    ),
    "predict-truth": (
        blind(1.0, 0.5, 0.9),
        {"it sees the order": blind(1.0, 0.97, 0.99), "untrained": blind(0.25, 0.5, 0.25)},
    ),
    "reader-claim": (
        seeing(1.0, 0.95, 0.99),
        {
            "no positions": seeing(1.0, 0.5, 0.9),
            "untrained": seeing(0.25, 0.25, 0.25),
            "it forgets": seeing(1.0, 0.95, 0.5),
        },
    ),
    "plot-distance": (
        far((1.0, 0.99), (0.99, 0.83)),
        {
            "it forgets": far((1.0, 0.8), (0.99, 0.83)),
            "the bag sees as far": far((1.0, 0.99), (0.9, 0.9)),
        },
    ),
    "plot-left-out": (
        left_out(**LEFT_OUT),
        {
            "no need of it": left_out(**LEFT_OUT | {"no_residual": (0.8, 0.05)}),
            "no need of the norm": left_out(**LEFT_OUT | {"no_norm": (0.5, 0.01)}),
            "nothing learns": left_out(**LEFT_OUT | {"all_parts": (1.4, 1.39)}),
        },
    ),
    "causal-claim": (
        with_frames(),
        {
            "no mask": with_frames(attend=seen_everywhere),
            "no look": with_frames(causal=only_itself),
        },
    ),
    "writer-claim": (
        writes(0.005, 0.05),
        {"n-grams": writes(0.3, 1.9), "words lost": writes(0.0, 1.0), "far": writes(0.05)},
    ),
    "plot-heads": (
        looks(0.8, 0.86, 0.07, 0.92, 0.72),
        {
            "equal weights": looks(0.03, 0.03, 0.03, 0.03, 0.03),
            "two slots": looks(0.8, 0.9, 0.1, 0.2, 0.2),
            "words that stand everywhere": looks(0.8, 0.86, 0.07, 0.92, 0.72, even=0.6),
        },
    ),
    "plot-off": (
        off([2.3, 2.6, 1.2, 3.1, 3.2]),
        {"a map that misleads": off([0, 0, 0, 0, 0]), "one of them": off([2, 2, 2, 0.1, 2])},
    ),
    "cost-claim": (with_frames(), {"a weight a word": with_frames(attend=one_weight)}),
}

(test_every_claim_has_a_case, test_a_claim_holds, test_a_claim_can_fail) = claim_tests(
    "06-transformer", CASES
)
