"""The exercises of lesson 02: right and wrong answers, and what their checks find around them."""

import numpy as np

ANSWERS = ("starts", "odd_one", "guess", "side_by_side")  # in the solutions
REACHED = {"mine": np.ones((6, 4))}  # what the open exercise asks for
LEANING = np.ones((6, 4)) + 3 * np.eye(6, 4)
WRONG = {
    "exercise-offsets": [{"starts": [4, 5, 8, 10]}, {"starts": [0, 4, 1, 3]}],
    "exercise-odd": [
        {"odd_one": lambda vectors: 0},
        {"odd_one": lambda vectors: np.argmin(vectors @ vectors.mean(axis=0))},  # long ones win
    ],
    "exercise-window": [
        {"guess": 0, "side_by_side": lambda text: list(zip(text[:-1], text[1:], strict=True))}
    ],
    "exercise-open": [{"mine": LEANING}, {"mine": np.zeros((6, 4))}],
}


def names():
    """What earlier cells have defined; vectors that are all 0 solve no analogy."""
    return {
        "np": np,
        "texts": [np.array([1, 2, 3])],
        "vocab": range(6),
        "count_contexts": lambda pairs, size: pairs,
        "ppmi_of": lambda table: table,
        "svd_vectors": lambda ppmi: ppmi,
        "analogies": lambda vectors: float(np.any(vectors)),
        "trades": [0, 1],
        "she": 0,
        "he": 1,
        "outputs": np.eye(6, 4),
        "sigmoid": lambda number: 1 / (1 + np.exp(-number)),
    }
