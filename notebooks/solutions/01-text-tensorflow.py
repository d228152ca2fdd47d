"""Solutions to the exercises of lesson 01, text as numbers, for the notebook in TensorFlow."""

import numpy as np

from torchnlp import tokenize

change = 0.16  # -0.1 * 2 * (0.2 - 1): the weight rises, because the class is right


def macro_f1(confusion):
    """Return the mean F1 of the classes; rows are right, columns predicted."""
    right = confusion.diagonal()
    precision = right / np.maximum(confusion.sum(axis=0), 1)
    recall = right / np.maximum(confusion.sum(axis=1), 1)
    return np.mean(2 * precision * recall / np.maximum(precision + recall, 1e-12))


guess = 0  # exactly: a bag of words does not change when its words change places


def shuffled(text, chance):
    """Return the tokens of `text` in random order, joined with spaces; `chance` is a Generator."""
    return " ".join(chance.permutation(tokenize(text)))
