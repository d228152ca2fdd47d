"""The claims of lesson 01: each passes with numbers as measured, and fails when it is denied."""

import numpy as np

from tests.claims import claim_tests
from tests.fixtures.lesson_01 import (
    FAR,
    LN4,
    NEAR,
    autograd,
    by_kind,
    classes_of,
    confused,
    epoch_of,
    every,
    few,
    first_loss,
    first_word,
    frequencies,
    heaviest,
    history,
    learnt,
    naive,
    own_logarithm,
    pairs,
    rates,
    same,
    side_by_side,
    small_batch,
    sparse,
    stable,
    table,
    twins,
    vocabularies,
    weights,
    without_labels,
    words,
)

# For each claim cell: what it is about, and what denies it.
CASES = {
    "plot-zipf": (
        frequencies(lambda rank: 30_000 // rank),
        {"all tokens alike": frequencies(lambda _: 100)},
    ),
    "counts-zero": (
        {"count_rows": lambda _: np.eye(1000), "demo_train": [0], "vocab": range(1000)},
        {"rows without zeros": {"count_rows": lambda _: np.ones((9, 9)), "demo_train": [0]}},
    ),
    "softmax": (
        naive(lambda z: np.exp(z) / np.exp(z).sum()),
        {"a softmax that does not overflow": naive(stable)},
    ),
    "plot-loss": ({}, {"another logarithm": own_logarithm(np.log2)}),
    "untrained-loss": (
        first_loss(1.39),
        {"trained": first_loss(1.0), "weights that are too large": first_loss(2.3)},
    ),
    "gradient-measured": (
        small_batch(),
        {"a gradient without labels": small_batch(gradient=without_labels)},
    ),
    "gradient-framework": (
        autograd,
        {"a gradient without labels": lambda name: autograd(name, gradient=without_labels)},
    ),
    "first-epoch": (
        lambda _: epoch_of(np.linspace(LN4, 1.15, 188)),
        {"nothing learnt": lambda _: epoch_of(np.full(188, LN4))},
    ),
    "plot-rates": (
        rates(1.36, 1.0, 37),
        {
            "a small rate that is fast": rates(1.0, 1.0, 37),
            "a large rate that is best": rates(1.36, 1.0, 0.9),
            "nothing learnt": rates(LN4, LN4, LN4),
        },
    ),
    "baseline-measured": (
        classes_of([0.25] * 4),
        {"unequal classes": classes_of([0.7, 0.1, 0.1, 0.1])},
    ),
    "train-words": (
        words(0.65),
        {
            "untrained": words(0.25),
            "a network that reads the order": words(0.99),
            "a strong baseline": words(0.65, baseline=0.6),
        },
    ),
    "plot-confusion": (
        confused(0.65),
        {
            "untrained": confused(0.25),
            "one class for another": confused(0.4),
            "the missed class is answered often": confused(0.65, often=True),
        },
    ),
    "predict-truth": (
        by_kind(1.0, 0.46, 0.8),
        {"untrained": by_kind(0.25, 0.25, 0.25), "the LSTM": by_kind(1.0, 0.99, 1.0)},
    ),
    "twins-compared": (
        twins(same),
        {
            "a model that sees the first word": twins(first_word),
            "twins of one label": twins(same, labels=(1, 1)),
            "no twins": twins(same, second="c not d."),
        },
    ),
    "heaviest-claim": (
        heaviest(0.9),
        {"untrained": heaviest(0.25), "half of them elsewhere": heaviest(0.5)},
    ),
    "overfit-measured": (
        lambda _: learnt(1, 0.34, 1.54),
        {
            "untrained": lambda _: learnt(0.25, 0.25, LN4),
            "a classifier that generalises": lambda _: learnt(1, 0.7, 0.8),
        },
    ),
    "plot-stopping": (
        history((1.4, 1.2, 1.3), (1.4, 0.3, 0.07)),
        {
            "no rise": history((1.4, 1.2, 1.2), (1.4, 0.3, 0.07)),
            "training that stops": history((1.4, 1.2, 1.3), (1.4, 0.3, 0.3)),
            "accuracy that falls": history((1.4, 1.2, 1.3), (1.4, 0.3, 0.07), (0.5, 0.4)),
        },
    ),
    "library-equals": (
        lambda framework: weights(framework, NEAR, NEAR),
        {
            "other weights": lambda framework: weights(framework, NEAR, FAR),
            "nothing learnt": lambda framework: weights(framework, [[0.0] * 4], [[0.0] * 4]),
        },
    ),
    "ready-loop": (
        lambda framework: weights(framework, NEAR, NEAR),
        {"other weights": lambda framework: weights(framework, NEAR, FAR)},
    ),
    "sparse-equals": (sparse(0.0), {"other weights": sparse(0.01)}),
    "few-labels-compared": (
        lambda _: few(0.48, 0.69),
        {"a tie": lambda _: few(0.69, 0.69), "untrained": lambda _: few(0.25, 0.25)},
    ),
    "all-labels": (
        lambda _: every(0.65, 0.715, 0.71),
        {
            "a tie": lambda _: every(0.715, 0.715, 0.715),
            "counts that never come close": lambda _: every(0.65, 0.715, 0.66),
        },
    ),
    "pairs-vocabulary": (
        vocabularies(1490, 2),
        {"a vocabulary of words": vocabularies(100, 2), "frequent pairs": vocabularies(1490, 9)},
    ),
    "train-pairs": (
        lambda _: pairs(0.499, 0.61, 0.77),
        {
            "untrained": lambda _: pairs(0.25, 0.25, 0.25),
            "a bag of single words": lambda _: pairs(0.499, 0.499, 0.715),
            "words that read the order": lambda _: pairs(0.61, 0.61, 0.77),
        },
    ),
    "plot-kinds": (
        side_by_side(1.0, 0.5, 0.9),
        {"untrained": side_by_side(0.25, 0.25, 0.25), "the LSTM": side_by_side(1.0, 0.99, 1.0)},
    ),
    "claims-check": (
        table(0.25, 0.65, 0.715, 0.77),
        {
            "untrained": table(0.25, 0.25, 0.25, 0.25),
            "pairs that do not help": table(0.25, 0.65, 0.715, 0.70),
            "AG News, counts win": table(0.25, 0.9, 0.89, 0.9, dataset="ag_news"),
        },
    ),
}

(test_every_claim_has_a_case, test_a_claim_holds, test_a_claim_can_fail) = claim_tests(
    "01-text", CASES
)
