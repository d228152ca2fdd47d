"""The exercises of lesson 07: right and wrong answers, and what their checks find around them."""

import math
from collections import Counter, defaultdict

import numpy as np

from tests.claims import code_cells

CELLS = code_cells("07-subwords")
SHARED = ("split", "count-pairs", "merge", "choose", "ages", "learn-merges", "encode")
FAIR = [("a", "b"), ("c", "d")]  # what `tokens_of` below takes for a fair tokenizer
ANSWERS = ("your_piece", "join_pieces", "guess", "backwards")  # in the solutions
REACHED = {"mine": FAIR}  # of the open exercise
WRONG = {
    "exercise-merge": [{"your_piece": "ow"}, {"your_piece": "owl"}],
    "exercise-marks": [
        {"join_pieces": lambda pieces: " ".join(pieces)},
        {"join_pieces": lambda pieces: "".join(pieces).replace("##", "")},
        {"join_pieces": lambda pieces: " ".join(pieces).replace(" ##", "").replace("#", "")},
    ],
    "exercise-backwards": [
        {"guess": 2, "backwards": lambda counts: counts},
        {"guess": 2, "backwards": lambda counts: Counter(word[::-1] for word in counts)},
    ],
    "exercise-fair": [
        {"mine": []},  # bytes alone
        {"mine": FAIR * 300},
        {"mine": FAIR[:1]},  # fair, and long in all languages
    ],
}


def names():
    """What earlier cells have defined; fair merges are known by their number."""
    space = {"np": np, "math": math, "Counter": Counter, "defaultdict": defaultdict, "merges": []}
    for id_ in SHARED:
        exec(CELLS["pytorch", id_], space)
    exec(CELLS["pytorch", "mean-pieces"].partition("\n\n\n")[0], space)
    by_size = {0: {"en": 100, "ar": 167}, 1: {"en": 120, "ar": 130}, 2: {"en": 60, "ar": 72}}
    space["new_counts"] = Counter(goal=2, the=3)
    space["ranks"] = space["rank"]([("t", "h"), ("th", "e")])
    space["by_all"] = {"en": 55, "ar": 76}
    space["tokens_of"] = lambda merges: by_size[min(len(merges), 2)]
    return {name: value for name, value in space.items() if not name.startswith("__")}
