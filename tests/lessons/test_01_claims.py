"""The claims of lesson 01: each passes with numbers as measured, and fails when it is denied."""

import time
from collections import Counter
from types import SimpleNamespace
from unittest.mock import MagicMock

import numpy as np
import pytest

from tests.claims import claim_tests, code_cells

CELLS = code_cells("01-text")
KINDS = ("plain", "order", "memory")
LN4 = np.log(4)


def axes():
    """Return a stand-in for matplotlib that hands out two panels."""
    return {"plt": MagicMock(subplots=lambda *_, **__: (None, [MagicMock(), MagicMock()]))}


def defined(*ids):
    """Return what these cells of the notebook define."""
    space = {"np": np}
    for id_ in ids:
        exec(CELLS["pytorch", id_], space)
    return {name: value for name, value in space.items() if not name.startswith("__")}


def frequencies(count):
    """Return so many tokens of each rank from 1 to 3,000."""
    return {"frequency": Counter({str(r): count(r) for r in range(1, 3001)})}


def naive(function):
    return {"naive_softmax": function}


def stable(z):
    return np.exp(z - z.max()) / np.exp(z - z.max()).sum()


def own_logarithm(log):
    return {"np": SimpleNamespace(**{**vars(np), "log": log})}


def first_loss(value):
    return {
        "count_rows": lambda texts: np.ones((8, 5)),
        "labels_of": lambda texts: np.arange(8) % 4,
        "vocab": range(5),
        "softmax": lambda z: z,
        "cross_entropy": lambda *_: value,
    }


def small_batch(**replaced):
    """Return a batch of eight texts over twelve tokens, with everything that a gradient needs."""
    chance = np.random.default_rng(0)
    x, W = chance.integers(3, size=(8, 12)).astype(float), chance.normal(size=(12, 4))
    space = defined("cross-entropy", "gradient-by-hand") | {"softmax": batch_softmax} | replaced
    found = {"x": x, "W": W, "b": np.zeros(4), "p": batch_softmax(x @ W)}
    found["labels"] = np.arange(8) % 4
    space["dW"] = space["gradient"](found["x"], found["p"], found["labels"])[0]
    return space | found


def batch_softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def without_labels(x, p, labels):
    """Return gradients that forget the right class."""
    return x.T @ p / len(labels), p.mean(axis=0)


def autograd(framework, **replaced):
    if framework == "pytorch":
        torch = pytest.importorskip("torch")
        return small_batch(**replaced) | {"torch": torch, "nn": torch.nn}
    return small_batch(**replaced) | {"tf": pytest.importorskip("tensorflow")}


def epoch_of(losses):
    given = {"vocab": range(5), "cross_entropy": MagicMock(side_effect=losses)}
    given |= {"batches": lambda _: losses, "count_rows": lambda _: np.zeros((2, 5))}
    return given | {"gradient": lambda *_: (0.0, 0.0), "labels_of": lambda _: np.zeros(2)}


def rates(slow, good, fast):
    last = {0.003: slow, 0.1: good, 10: fast}
    return {"loss_curve": lambda rate: [LN4, last[rate]]}


def classes_of(shares):
    """Return labels of 100 texts with these shares of the four classes."""
    labels = np.repeat(np.arange(4), (np.array(shares) * 100).astype(int))
    return {"labels_of": lambda _: labels}


def words(accuracy, baseline=0.25):
    return {
        "train": lambda _: (np.zeros((5, 4)), np.zeros(4)),
        "four": baseline,
        "measure": lambda *_: (1.0, accuracy),
    }


def confused(right, often=False):
    """Return stand-ins for predictions of which a share is right, in class 1 a smaller one.

    Texts of the other classes are mistaken for class 1 never, or as often as can be.
    """
    labels = np.tile(np.arange(4), 750)
    known = np.arange(3000) % 100 < 100 * (right - 0.1 * (labels == 1))
    others = (labels + 1 + ((labels + 1) % 4 == 1)) % 4
    if often:
        others = np.where(labels == 1, 2, 1)
    predicted = np.where(known, labels, others)
    return {
        "test_labels": labels,
        "count_rows": lambda _: np.eye(4)[predicted],
        "W": np.eye(4),
        "b": np.zeros(4),
        "classes": ["World", "Sports", "Business", "Sci/Tech"],
    }


def by_kind(*accuracies):
    found = dict(zip(KINDS, accuracies, strict=True))
    return {"kinds": {kind: kind for kind in KINDS}, "measure": lambda kind, *_: (1.0, found[kind])}


def twins(scores, labels=(1, 2), second="b not a."):
    """Return two order texts, with the scores of a text by its first token."""
    order = [(labels[0], "a not b."), (labels[1], second)]
    return {
        "kinds": {"order": order},
        "W": np.eye(2),
        "b": np.zeros(2),
        "count_rows": lambda rows: np.array([scores(rows[0][1])]),
    }


def heaviest(share):
    """Return plain texts in which a class's tokens stand with this share in its own texts."""
    plain = [
        (label, str(token))
        for token in range(4)
        for label in (1, 2, 3, 4)
        for _ in range(round(100 * (share if label == token + 1 else (1 - share) / 3)))
    ]
    return {
        "demo_train": plain,
        "kind_of": lambda _: "plain",
        "vocab": range(4),
        "classes": "abcd",
        "encode": lambda text, _: [int(text)],
        "heaviest": np.arange(4)[:, None],
    }


def learnt(training, test, test_loss):
    return {
        "train": lambda *_, **__: (0, 0),
        "batches": lambda *_: iter([[]]),
        "measure": MagicMock(side_effect=[(0.1, training), (test_loss, test)]),
    }


def history(validation, training, accuracies=(0.49, 0.49)):
    """Return 60 epochs with the losses at start, lowest point and end."""

    def line(points):
        return np.interp(range(60), (0, 15, 59), points)

    columns = [line(training), line((0.5, 1, 1)), line(validation), line((0.3, *accuracies))]
    return {"history": np.array(columns).T} | axes()


def weights(framework, values, others):
    """Return stand-ins of both frameworks for layers that have come to these weights."""
    if framework == "pytorch":
        torch = pytest.importorskip("torch")

        def net(weight):
            return SimpleNamespace(weight=torch.tensor(weight))

        made = {"loader": [], "train_epoch": lambda *_, **__: (1.3, 0.4)}
    else:

        def net(weight):
            layer = {"loss": [1.3], "accuracy": [0.4]}
            fit = MagicMock(return_value=SimpleNamespace(history=layer))
            return MagicMock(get_weights=lambda: [np.array(weight).T], fit=fit)

        made = {"data": []}
    made["net"] = net(others)  # of the ready loop
    made["train"] = lambda *_, **__: (np.array(others).T, None)
    return made | {"new_linear": lambda: (net(values), None)}


def sparse(difference):
    W = np.full((5, 4), 0.5)
    trained = {"train_sparse": lambda *_: (W + difference, None)}
    return trained | {"W": W, "vocab": range(5), "seconds": 1.0, "time": time, "words_row": {}}


def few(counts, tfidf):
    return {
        "ones": 1,
        "batches": lambda *_: iter([[]]),
        "kinds": {"plain": []},
        "train_sparse": lambda *_, **__: (0, 0),
        "measure_sparse": MagicMock(side_effect=[counts, tfidf]),
    }


def every(counts, tfidf, patient):
    return {
        "words_row": {"accuracy": counts},
        "train_sparse": lambda *_: (np.zeros(4), np.zeros(4)),
        "measure_sparse": MagicMock(side_effect=[tfidf, patient]),
    }


def vocabularies(size, occurrences):
    return {
        "load_dataset": lambda *_, **__: ([], [], [], range(size)),
        "vocab": range(100),
        "in_a_row": lambda *_: (np.repeat(np.arange(size), occurrences), None),
    }


def pairs(words_order, order, accuracy):
    return {
        "fit": lambda *_: ({"accuracy": accuracy}, 0, 0),
        "tfidf_weights": [0, 0],
        "tfidf_row": {"accuracy": 0.715},
        "by_kind": MagicMock(side_effect=[{"order": order}, {"order": words_order}]),
    }


def side_by_side(*accuracies):
    found = dict(zip(KINDS, accuracies, strict=True))
    same = dict.fromkeys(("found", "tfidf_found", "pair_found"), found)
    return same | {"kinds": KINDS}


def table(*accuracies, **more):
    rows = [{"model": str(n), "accuracy": value} for n, value in enumerate(accuracies)]
    return {"rows": rows, "dataset": "demo", "train_size": None, "epochs": 3, **more}


def same(text):
    return [1.0, 2.0]


def first_word(text):
    return [float(text[0] == "a"), 1.0]


NEAR, FAR = [[0.3] * 4] * 3, [[0.2] * 4] * 3  # weights that differ

# For each claim cell: what it is about, and what denies it.
CASES = {
    "plot-zipf": (
        frequencies(lambda rank: 30_000 // rank),
        {"all tokens alike": frequencies(lambda _: 100)},
    ),
    "counts-zero": (
        {"count_rows": lambda _: np.eye(1000), "demo_train": [0], "vocab": range(1000)},
        {"rows without zeros": {"count_rows": lambda _: np.ones((9, 9)), "demo_train": [0]}},
    ),
    "softmax": (
        naive(lambda z: np.exp(z) / np.exp(z).sum()),
        {"a softmax that does not overflow": naive(stable)},
    ),
    "plot-loss": ({}, {"another logarithm": own_logarithm(np.log2)}),
    "untrained-loss": (
        first_loss(1.39),
        {"trained": first_loss(1.0), "weights that are too large": first_loss(2.3)},
    ),
    "gradient-measured": (
        small_batch(),
        {"a gradient without labels": small_batch(gradient=without_labels)},
    ),
    "gradient-framework": (
        autograd,
        {"a gradient without labels": lambda name: autograd(name, gradient=without_labels)},
    ),
    "first-epoch": (
        lambda _: epoch_of(np.linspace(LN4, 1.15, 188)),
        {"nothing learnt": lambda _: epoch_of(np.full(188, LN4))},
    ),
    "plot-rates": (
        rates(1.36, 1.0, 37),
        {
            "a small rate that is fast": rates(1.0, 1.0, 37),
            "a large rate that is best": rates(1.36, 1.0, 0.9),
            "nothing learnt": rates(LN4, LN4, LN4),
        },
    ),
    "baseline-measured": (
        classes_of([0.25] * 4),
        {"unequal classes": classes_of([0.7, 0.1, 0.1, 0.1])},
    ),
    "train-words": (
        words(0.65),
        {
            "untrained": words(0.25),
            "a network that reads the order": words(0.99),
            "a strong baseline": words(0.65, baseline=0.6),
        },
    ),
    "plot-confusion": (
        confused(0.65),
        {
            "untrained": confused(0.25),
            "one class for another": confused(0.4),
            "the missed class is answered often": confused(0.65, often=True),
        },
    ),
    "predict-truth": (
        by_kind(1.0, 0.46, 0.8),
        {"untrained": by_kind(0.25, 0.25, 0.25), "the LSTM": by_kind(1.0, 0.99, 1.0)},
    ),
    "twins-compared": (
        twins(same),
        {
            "a model that sees the first word": twins(first_word),
            "twins of one label": twins(same, labels=(1, 1)),
            "no twins": twins(same, second="c not d."),
        },
    ),
    "heaviest-claim": (
        heaviest(0.9),
        {"untrained": heaviest(0.25), "half of them elsewhere": heaviest(0.5)},
    ),
    "overfit-measured": (
        lambda _: learnt(1, 0.34, 1.54),
        {
            "untrained": lambda _: learnt(0.25, 0.25, LN4),
            "a classifier that generalises": lambda _: learnt(1, 0.7, 0.8),
        },
    ),
    "plot-stopping": (
        history((1.4, 1.2, 1.3), (1.4, 0.3, 0.07)),
        {
            "no rise": history((1.4, 1.2, 1.2), (1.4, 0.3, 0.07)),
            "training that stops": history((1.4, 1.2, 1.3), (1.4, 0.3, 0.3)),
            "accuracy that falls": history((1.4, 1.2, 1.3), (1.4, 0.3, 0.07), (0.5, 0.4)),
        },
    ),
    "library-equals": (
        lambda framework: weights(framework, NEAR, NEAR),
        {
            "other weights": lambda framework: weights(framework, NEAR, FAR),
            "nothing learnt": lambda framework: weights(framework, [[0.0] * 4], [[0.0] * 4]),
        },
    ),
    "ready-loop": (
        lambda framework: weights(framework, NEAR, NEAR),
        {"other weights": lambda framework: weights(framework, NEAR, FAR)},
    ),
    "sparse-equals": (sparse(0.0), {"other weights": sparse(0.01)}),
    "few-labels-compared": (
        lambda _: few(0.48, 0.69),
        {"a tie": lambda _: few(0.69, 0.69), "untrained": lambda _: few(0.25, 0.25)},
    ),
    "all-labels": (
        lambda _: every(0.65, 0.715, 0.71),
        {
            "a tie": lambda _: every(0.715, 0.715, 0.715),
            "counts that never come close": lambda _: every(0.65, 0.715, 0.66),
        },
    ),
    "pairs-vocabulary": (
        vocabularies(1490, 2),
        {"a vocabulary of words": vocabularies(100, 2), "frequent pairs": vocabularies(1490, 9)},
    ),
    "train-pairs": (
        lambda _: pairs(0.499, 0.61, 0.77),
        {
            "untrained": lambda _: pairs(0.25, 0.25, 0.25),
            "a bag of single words": lambda _: pairs(0.499, 0.499, 0.715),
            "words that read the order": lambda _: pairs(0.61, 0.61, 0.77),
        },
    ),
    "plot-kinds": (
        side_by_side(1.0, 0.5, 0.9),
        {"untrained": side_by_side(0.25, 0.25, 0.25), "the LSTM": side_by_side(1.0, 0.99, 1.0)},
    ),
    "claims-check": (
        table(0.25, 0.65, 0.715, 0.77),
        {
            "untrained": table(0.25, 0.25, 0.25, 0.25),
            "pairs that do not help": table(0.25, 0.65, 0.715, 0.70),
            "AG News, counts win": table(0.25, 0.9, 0.89, 0.9, dataset="ag_news"),
        },
    ),
}

(test_every_claim_has_a_case, test_a_claim_holds, test_a_claim_can_fail) = claim_tests(
    "01-text", CASES
)
