"""The exercises of lesson 01: right and wrong answers, and what their checks find around them."""

import numpy as np

from torchnlp import tokenize

ANSWERS = ("change", "macro_f1", "guess", "shuffled")  # in the solutions
REACHED = {"mine": 0.82}  # of the open exercise: n-grams of up to 3 tokens, 10 epochs of `fit`
WRONG = {
    "exercise-step": [{"change": -0.16}, {"change": 0.08}, {"change": 1.6}],
    "exercise-macro": [
        {"macro_f1": lambda confusion: confusion.trace() / confusion.sum()},  # accuracy
        {"macro_f1": lambda confusion: np.mean(confusion.diagonal() / confusion.sum(axis=1))},
    ],
    "exercise-shuffle": [
        {"guess": 0, "shuffled": lambda text, chance: text},
        {"guess": 0, "shuffled": lambda text, chance: "owl"},
    ],
    "exercise-open": [{"mine": 0.79}],
}


def names():
    """What earlier cells have defined; no classifier is trained."""

    def gradient(x, p, labels):
        error = p.copy()
        error[np.arange(len(labels)), labels] -= 1
        return x.T @ error / len(labels), error.mean(axis=0)

    return {
        "seed": 0,
        "np": np,
        "tokenize": tokenize,
        "gradient": gradient,
        "W": None,
        "b": None,
        "demo_test": [(1, "A red fox ran over the old bridge.")] * 3,
        "measure": lambda texts, *_: np.array([1.0, 0.6]),
    }
