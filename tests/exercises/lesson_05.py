"""The exercises of lesson 05: right and wrong answers, and what their checks find around them."""

import numpy as np


class Attending(list):
    """A stand-in for a network with attention: its shares of exact matches."""


ANSWERS = ("your_context", "attend_once", "guess", "looks_at")  # in the solutions
REACHED = {"mine": [0.97, 0.8, 0.4, 0.1, 0.0]}  # of the open exercise, for `by_length`
WRONG = {
    "exercise-context": [{"your_context": 6}, {"your_context": 7}],
    "exercise-attend": [
        {"attend_once": lambda query, keys, values, mask: values[mask].mean(axis=0)},
        {
            "attend_once": lambda query, keys, values, mask: (
                softmax(np.where(mask, keys @ query, -np.inf)) @ values  # not divided
            )
        },
        {
            "attend_once": lambda query, keys, values, mask: (
                softmax(np.where(mask, keys @ query / 2, 0)) @ values  # a score of 0 has a weight
            )
        },
    ],
    "exercise-question": [
        {"guess": 1, "looks_at": lambda weights, tokens: [tokens[0]] * len(weights)},
        {"guess": 1, "looks_at": lambda weights, tokens: [tokens[weights.argmax()]]},
    ],
    "exercise-open": [
        {"mine": [0.97, 0.8, 0.3, 0.1, 0.0]},
        {"mine": Attending([1.0, 1.0, 1.0, 1.0, 1.0])},
    ],
}


def softmax(scores):
    p = np.exp(scores - np.max(scores))
    return p / p.sum()


def names():
    """What earlier cells have defined: two questions, one of which looks at its mark."""
    return {
        "np": np,
        "softmax": softmax,
        "tokenize": str.split,
        "Attending": Attending,
        "by_length": list,
        "test_rows": [{"source": "Did it ?"}, {"source": "It did ."}, {"source": "Did he ?"}],
        "maps": [np.eye(3), np.eye(3), np.eye(3)[::-1]],
    }
