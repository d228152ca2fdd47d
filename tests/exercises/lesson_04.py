"""The exercises of lesson 04: right and wrong answers, and what their checks find around them."""

import re

import numpy as np


def stories(count, rest="legal"):
    """Return so many different stories about an umbrella."""
    return [["umbrella", rest, str(number)] for number in range(count)]


ANSWERS = ("your_perplexity", "deed_returns", "guess", "replace_last")  # in the solutions
REACHED = {"mine": stories(95) + stories(5, "broken")}  # of the open exercise
WRONG = {
    "exercise-perplexity": [{"your_perplexity": np.log(6)}, {"your_perplexity": 41 / 3}],
    "exercise-deed": [
        {"deed_returns": lambda tokens: tokens.count("stole") > 1},  # blind to a second deed
        {"deed_returns": lambda tokens: len({"stole", "won"} & set(tokens)) == 1},  # it is enough
    ],
    "exercise-swap": [
        {"guess": 1, "replace_last": lambda tokens, old, new: [*tokens[:-1], new, tokens[-1]]},
        {"guess": 1, "replace_last": lambda *_: ["b", "c", "a"]},  # the first
    ],
    "exercise-umbrella": [
        {"mine": stories(99)},
        {"mine": stories(89) + stories(11, "broken")},
        {"mine": [*stories(99), ["teapot", "legal", "100"]]},
        {"mine": 100 * stories(1)},
    ],
}


def names():
    """What earlier cells have defined; every token has a surprise of 1, and a new name of 5."""
    return {
        "np": np,
        "split": re.compile(r"\w+").findall,
        "test_rows": [{"text": "Ida ran", "name": "Ida"}],
        "she_names": {"Ida", "Nell"},
        "known": {"name": {"Ida", "Nell"}},
        "net": None,
        "words": [],
        "to_indices": lambda texts, _: texts,
        "surprises_of": lambda _, texts: [
            np.array([5 if token == "Nell" else 1 for token in text]) for text in texts
        ],
        "perplexity": lambda surprises: np.exp(np.mean(np.concatenate(surprises))),
        "join": " ".join,
        "legal_share": lambda texts: np.mean(["legal" in text for text in texts]),
    }
