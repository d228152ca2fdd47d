"""Solutions to the exercises of lesson 05, attention, in TensorFlow."""

import numpy as np

your_context = 5  # the weights are 1/4 and 3/4: 8/4 + 3 · 4/4


def attend_once(query, keys, values, mask):
    """The context (D,) of a query (D,) over keys and values (S, D), where mask (S,) is true."""
    scores = np.where(mask, keys @ query / len(query) ** 0.5, -np.inf)
    weights = np.exp(scores - scores.max())
    return weights / weights.sum() @ values


# Both signs say the same, and *did* is what *mi* is aligned to.
guess = 1.0


def looks_at(weights, tokens):
    """For each row of weights (T, S), the one of the S tokens with the largest weight."""
    return [tokens[place] for place in weights.argmax(axis=1)]
