"""Solutions to the exercises of lesson 03, recurrent neural networks, in TensorFlow."""

from torchnlp import tokenize  # isort: skip

import tensorflow as tf

words_to_half = 7  # 0.9 ** 6 = 0.53, 0.9 ** 7 = 0.48


def last_real(states, lengths):
    """Pick (batch, hidden) out of states (batch, time, hidden), at the last real words."""
    return tf.gather(states, lengths - 1, axis=1, batch_dims=1)


# Read backwards, the telling words come last: seeds 0 to 5 gave 0.96 to 0.99 in PyTorch.
guess = 0.95


def backwards(text):
    """The tokens of `text` from the last to the first, joined with spaces."""
    return " ".join(reversed(tokenize(text)))
