"""The claims of lesson 03: each claim cell passes with numbers as measured, and fails when denied.

No network is trained here: a cell that proves a sentence is executed with numbers in place of the
networks, first those that the sentence is about, then those of an untrained network or of a rival.
"""

from types import SimpleNamespace
from unittest.mock import MagicMock

import numpy as np
import pytest

from tests.claims import claim_tests
from torchnlp import tokenize

KINDS = ("plain", "order", "memory")
BAG, UNTRAINED, GATED = (1.0, 0.5, 0.92), (0.25, 0.25, 0.25), (1.0, 0.99, 1.0)
LAST, MEAN = (0.93, 0.40, 0.36), (1.0, 0.89, 0.96)  # the plain network, its two ways out


def trained(accuracies, **more):
    """Return what a cell sees that trains a network and measures it on the kinds of texts."""

    def by_kind(*_, **__):
        found = dict(zip(KINDS, accuracies, strict=True))
        print(found)
        return found

    return {"by_kind": by_kind, **more}


def lstm(accuracies, accuracy, orthogonal):
    """Return the same, with the accuracy of the network and that of the orthogonal start."""
    rows = {"fit": lambda *_: {"accuracy": accuracy}, "orthogonal_row": {"accuracy": orthogonal}}
    return trained(accuracies, **rows)


def models(**rivals):
    """Return the accuracies that earlier cells have measured."""
    by_model = {
        name.replace("_", " "): dict(zip(KINDS, values, strict=True))
        for name, values in rivals.items()
    }
    by_model["RNN, last state"] = by_model.pop("last", None)
    return {"by_model": by_model}


def clean(accuracy):
    """Return a stand-in for `clean_run`, with an accuracy for each distance."""
    return {"clean_run": lambda net, seen, asked: [accuracy(distance) for distance in asked]}


def mixed(lstm, *plain):
    """Return the accuracies that networks have after training on all distances."""
    names = [f"RNN, {number}" for number, _ in enumerate(plain)]
    return {"mixed": {"LSTM": lstm, **dict(zip(names, plain, strict=True))}, "lstm_alone": 0.25}


def forgets(distance):
    return 1.0 if distance <= 10 else 0.25


def gradients(rate, radius=0.6):
    """Return stand-ins for new networks: `rate` of (factor, orthogonal) is left at each step."""

    def new_rnn(factor=1.0, orthogonal=False):
        return factor, orthogonal

    return {
        "new_rnn": new_rnn,
        "radius_of": lambda net: radius * net[0],
        "gradient_by_step": lambda net, steps=50: rate(*net) ** np.arange(steps),
    }


def after_training(new, late, radius):
    """Return stand-ins for a new plain network, a trained one, and their gradients."""
    rates = {"new": new, "trained": late}
    return {
        "rnn": "trained",
        "lstm": "trained",
        "new_rnn": lambda: "new",
        "new_lstm": lambda *_: "new",
        "radius_of": lambda net: radius if net == "trained" else 0.6,
        "gradient_by_step": lambda net: rates[net] ** np.arange(50),
    }


def reading(early, late):
    """Return both frameworks' stand-ins for accuracies before "but", and at the end."""
    measured = [(0.0, early), (0.0, late)]
    lstm = SimpleNamespace(evaluate=MagicMock(side_effect=measured))
    text = "They spoke not of a fox but of an owl."
    return {"evaluate": MagicMock(side_effect=measured), "lstm": lstm, "not_but": [(1, 2, text)]}


def inside(gate, at_but):
    """Return a stand-in for `look_inside` over two texts that hold "but"."""
    text = "They spoke not of a fox but of an owl."

    def look_inside(net, text):
        gates = np.full((len(tokenize(text)), 32), gate)
        gates[tokenize(text).index("but")] = at_but
        return None, gates

    return {"look_inside": look_inside, "not_but": [(1, 2, text)] * 2}


def first_words(rnn, lstm, begin=0.6):
    """Return what is left of a beginning: at its end, and 24 tokens behind it."""
    at_end = {"rnn": (begin, rnn), "lstm": (1.0, lstm)}
    return {
        "rnn": "rnn",
        "lstm": "lstm",
        "same": [(1, ["word"] * 36, "A text."), (2, ["word"] * 36, "Another.")],
        "beginning_left": lambda net: np.repeat([at_end[net]] * 2, [12, 24], axis=1),
        "answers": lambda net, texts: np.full((len(texts), 36, 4), 0.25),
    }


def tail(gate):
    return {
        "look_inside": lambda net, text: (None, np.full((60, 32), gate)),
        "long_texts": [(1, "")] * 2,
    }


def batch_and_alone(framework, difference):
    """Return stand-ins for the packed or masked network, whose batch differs so from single texts.

    The padded network differs by 1.
    """
    if framework == "pytorch":
        torch = pytest.importorskip("torch")
        full, lengths = torch.full, torch.tensor([5, 3, 1])
    else:
        torch, full, lengths = None, np.full, None

    class Net:
        double = load_state_dict = set_weights = lambda self, *_: self

        def __call__(self, rows, lengths=None):
            return full((len(rows), 4), difference * (len(rows) > 1))

    class Padded(Net):
        state_dict = get_weights = lambda self: {}

        def __call__(self, *_):
            return full((3, 4), 1.0)

    return {
        "torch": torch,
        "batch": full((3, 5), 1.0),
        "lengths": lengths,
        "vocab": [],
        "Packed": lambda *_: Net(),
        "recurrent": lambda *_, **__: Net(),
        "Recurrent": SimpleNamespace(forward=Padded()),
        "lstm": Padded(),
    }


def blocks(lstm, gru):
    """Return both frameworks' stand-ins for layers with so many blocks of weights."""
    matrix = MagicMock(size=100, dim=lambda: 2, numel=lambda: 100)

    def layer(name, count):
        def build(self, *_):
            return None

        methods = {
            "build": build,
            "parameters": lambda self: [matrix] * count,
            "get_weights": lambda self: [MagicMock(size=50 * count)] * 3,
        }
        return lambda *_: type(name, (), methods)()

    made = SimpleNamespace(LSTM=layer("LSTM", lstm), GRU=layer("GRU", gru))
    return {"nn": made, "layers": made}


def table(gated, plain, bag, **more):
    rows = {"GRU, last state": gated, "RNN, last state": plain, "bag of words": bag}
    rows = [{"model": name, "accuracy": value} for name, value in rows.items()]
    return {"rows": rows, "dataset": "demo", "train_size": None, "epochs": 3, **more}


def titles(accuracy, parameters):
    return {"fit": lambda *_, **__: {"parameters": parameters, "accuracy": accuracy}}


def padding(random_order, like_length):
    return {"padding_share": MagicMock(side_effect=[random_order, like_length])}


SMALL = {"pytorch": 1_281_380, "tensorflow": 1_281_364}  # parameters of the network for titles
STARTS = {(1.0, False): 0.57, (0.5, False): 0.28, (1.0, True): 0.92, (2, True): 1.1}


def rates(*net):
    return STARTS[net]


# For each claim cell: what it is about, and what denies it.
CASES = {
    "train-bag": (
        trained(BAG),
        {"untrained": trained(UNTRAINED), "a network that reads the order": trained(GATED)},
    ),
    "train-titles": (
        lambda framework: titles(0.55, SMALL[framework]),
        {
            "titles that tell": lambda framework: titles(0.95, SMALL[framework]),
            "another size": lambda framework: titles(0.55, 223_812),
        },
    ),
    "padding-compared": (
        lambda _: padding(0.6, 0.05),
        {
            "no padding": lambda _: padding(0.05, 0.05),
            "buckets that do not help": lambda _: padding(0.6, 0.6),
        },
    ),
    "train-rnn-last": (
        trained(LAST, **models(bag_of_words=BAG)),
        {
            "untrained": trained(UNTRAINED, **models(bag_of_words=BAG)),
            "the LSTM": trained(GATED, **models(bag_of_words=BAG)),
            "a bag no better": trained(LAST, **models(bag_of_words=LAST)),
        },
    ),
    "plot-clean": (
        clean(forgets),
        {"untrained": clean(lambda _: 0.25), "the orthogonal start": clean(lambda _: 1.0)},
    ),
    "plot-law": (
        gradients(rates),
        {
            "another radius": gradients(rates, radius=0.9),
            "a gradient that stays": gradients(lambda *_: 1.0),
        },
    ),
    "plot-explosion": (
        gradients(rates),
        {
            "orthogonal no better": gradients(lambda factor, _: 0.57 * factor),
            "no explosion": gradients(lambda factor, orthogonal: 0.92 if orthogonal else 0.57),
        },
    ),
    "predict-truth": (
        {**clean(lambda _: 1.0), "rnn_alone": [1.0, 0.25]},
        {
            "untrained": {**clean(lambda _: 0.25), "rnn_alone": [1.0, 0.25]},
            "a random start that learns": {**clean(lambda _: 1.0), "rnn_alone": [1.0, 1.0]},
        },
    ),
    "train-lstm": (
        lstm(GATED, 0.99, orthogonal=0.85),
        {
            "untrained": lstm(UNTRAINED, 0.25, orthogonal=0.85),
            "the bag": lstm(BAG, 0.72, orthogonal=0.41),
            "the mean": lstm(MEAN, 0.93, orthogonal=0.41),
            "an orthogonal start that ties": lstm(GATED, 0.99, orthogonal=0.99),
        },
    ),
    "plot-mixed": (
        mixed([1.0, 1.0], [1.0, 1.0], [0.5, 0.5]),
        {
            "untrained": mixed([0.25, 0.25], [0.25, 0.25], [0.25, 0.25]),
            "plain networks that all learn": mixed([1.0, 1.0], [1.0, 1.0], [1.0, 0.9]),
            "an LSTM that forgets": mixed([1.0, 0.5], [1.0, 1.0], [0.5, 0.5]),
        },
    ),
    "plot-trained": (
        after_training(0.57, 0.9, radius=1.8),
        {
            "untrained": after_training(0.57, 0.57, radius=0.6),
            "a gradient that still vanishes": after_training(0.57, 0.57, radius=1.8),
            "a radius below 1": after_training(0.57, 0.9, radius=0.9),
        },
    ),
    "first-words": (
        first_words(0.2, 0.99),
        {
            "untrained": first_words(0.0, 0.0, begin=0.0),
            "a plain network that remembers": first_words(0.6, 0.99),
            "an LSTM that forgets": first_words(0.2, 0.5),
        },
    ),
    "words-claim": (
        lambda _: reading(0.8, 0.99),
        {"untrained": lambda _: reading(0.25, 0.25), "the bag": lambda _: reading(0.9, 0.5)},
    ),
    "but-claim": (
        inside(0.7, at_but=0.05),
        {"new gates": inside(0.73, at_but=0.73), "closed gates": inside(0.05, at_but=0.05)},
    ),
    "plot-tail": (tail(0.99), {"a new network": tail(0.73)}),
    "gru-weights": (blocks(4, 3), {"four blocks": blocks(4, 4)}),
    "train-gru": (
        trained(GATED),
        {"untrained": trained(UNTRAINED), "the last state of a plain network": trained(LAST)},
    ),
    "train-rnn-mean": (
        trained(MEAN, **models(bag_of_words=BAG, last=LAST)),
        {
            "untrained": trained(UNTRAINED, **models(bag_of_words=BAG, last=LAST)),
            "the last state": trained(LAST, **models(bag_of_words=BAG, last=LAST)),
            "the bag": trained(BAG, **models(bag_of_words=BAG, last=LAST)),
        },
    ),
    "mean-clean": (
        {**clean(lambda _: 1.0), "rnn_alone": [1.0, 0.25]},
        {
            "untrained": {**clean(lambda _: 0.25), "rnn_alone": [1.0, 0.25]},
            "a last state that remembers": {**clean(lambda _: 1.0), "rnn_alone": [1.0, 1.0]},
        },
    ),
    "packed-equals": (
        lambda framework: batch_and_alone(framework, 0.0),
        {"padding that counts": lambda framework: batch_and_alone(framework, 1.0)},
    ),
    "masking-equals": (
        lambda framework: batch_and_alone(framework, 0.0),
        {"padding that counts": lambda framework: batch_and_alone(framework, 1.0)},
    ),
    "train-bidirectional": (
        trained(GATED),
        {"untrained": trained(UNTRAINED), "the bag": trained(BAG)},
    ),
    "claims-check": (
        table(0.99, 0.5, 0.72),
        {
            "untrained": table(0.25, 0.25, 0.25),
            "the bag ties": table(0.99, 0.5, 0.99),
            "the plain network ties": table(0.99, 0.99, 0.72),
            "AG News, the plain network wins": table(0.9, 0.91, 0.9, dataset="ag_news"),
        },
    ),
}

(test_every_claim_has_a_case, test_a_claim_holds, test_a_claim_can_fail) = claim_tests(
    "03-rnn", CASES
)
