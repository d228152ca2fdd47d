"""Solutions to the exercises of lesson 02, word vectors, in PyTorch."""

import numpy as np

starts = [0, 4, 5, 8]  # each the sum of the lengths before it


def odd_one(vectors):
    """The row of `vectors` (words, D) that is least like the mean of the rows."""
    rows = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    mean = rows.mean(axis=0)
    return np.argmin(rows @ mean)  # all cosines have the length of the mean in common


# Side by side with a name stands "of", "in" or "the", so the roles can hardly be told: 0.04.
guess = 0.04


def side_by_side(text):
    """All (word, context word) of words side by side in `text`, in both orders, as a list."""
    forwards = list(zip(text[:-1], text[1:], strict=True))
    return forwards + [(context, word) for word, context in forwards]
