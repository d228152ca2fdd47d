"""The exercises of lesson 03: right and wrong answers, and what their checks find around them."""

from torchnlp import tokenize

ANSWERS = ("words_to_half", "last_real", "guess", "backwards")  # in the solutions
REACHED = {"mine": {"plain": 1.0, "order": 0.91, "memory": 0.93}}  # what the open exercise asks for
WRONG = {
    "exercise-half": [{"words_to_half": 6}, {"words_to_half": 8}],
    "exercise-last": [{"last_real": lambda states, lengths: states[:, -1]}],
    "exercise-backwards": [{"guess": 0.5, "backwards": lambda text: text}],
    "exercise-open": [{"mine": {"plain": 1.0, "order": 0.89, "memory": 0.93}}],
}


def names():
    """What earlier cells have defined; no network is trained: `fit` is a stand-in."""
    return {
        "seed": 0,
        "tokenize": tokenize,
        "demo_train": [(1, "A fox ran.")],
        "kinds": {"memory": [(2, "An owl. It sat.")]},
        "new_rnn": lambda: None,
        "batches": list,
        "fit": lambda *_: {"accuracy": 0.9},
    }
