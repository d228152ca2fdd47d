"""The exercise of "Start here": right and wrong answers, and what its check finds around it."""

import numpy as np

ANSWERS = ("accuracy",)  # in the solutions
REACHED = {}  # there is no open exercise
WRONG = {
    "exercise-accuracy": [
        {"accuracy": lambda predicted, labels: sum(map(int.__eq__, predicted, labels))},
        {"accuracy": lambda predicted, labels: len(set(predicted) & set(labels)) / len(predicted)},
        {"accuracy": lambda predicted, labels: 3 / 4},
    ]
}


def names():
    """What earlier cells have defined."""
    return {"np": np, "test": [(1, "owl"), (2, "fox"), (1, "bat"), (4, "elk"), (3, "emu")]}
