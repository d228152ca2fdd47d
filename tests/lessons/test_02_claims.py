"""The claims of lesson 02: each passes with numbers as measured, and fails when it is denied.

What counts, counts here too, over the real atlas; what is trained is replaced.
"""

from types import SimpleNamespace
from unittest.mock import MagicMock

import numpy as np

from tests.claims import claim_tests, code_cells, imports_of
from torchnlp import Vocab, encode, load_corpus

CELLS = code_cells("02-embeddings")
COUNTED = (
    "load-atlas",
    "names",
    "unit",
    "pairs",
    "pairs-shown",
    "ppmi-of",
    "svd-vectors",
    "loss-by-hand",
    "analogies-of",
)


def count():
    """Return what the cells define that count the contexts of the atlas."""
    space = {"np": np, "load_corpus": load_corpus, "Vocab": Vocab, "encode": encode}
    for id_ in COUNTED:
        exec(CELLS["pytorch", id_], space)
    return {name: value for name, value in space.items() if not name.startswith("__")}


ATLAS = count()
CHANCE = np.random.default_rng(0)
SHAPE = len(ATLAS["vocab"]), 50
RANDOM = CHANCE.normal(size=SHAPE)
ADDED = RANDOM.copy()  # for each name a part for its role and a part for its country
ADDED[ATLAS["names"]] = CHANCE.normal(size=(4, 1, 50)) + CHANCE.normal(size=(1, 30, 50))
LN64 = 6 * np.log(2)


def atlas(**more):
    return {**ATLAS, "epochs": 1, "plt": MagicMock(), **more}


def looked_up(framework, one_hot):
    return atlas(one_hot=one_hot, **imports_of(framework))


def bag(framework, shift):
    """Return a batch of three texts whose second begins `shift` tokens too late."""
    texts = ["the streets of tarsk", "one dorn", "lumic has many long vowels"]
    tokens = np.concatenate([encode(text, ATLAS["vocab"]) for text in texts])
    space = atlas(batch=[(1, text) for text in texts], encode=encode, **imports_of(framework))
    if framework == "pytorch":
        torch = space["torch"]
        offsets = torch.tensor([0, 4 + shift, 6])
        return space | {
            "embedding": torch.nn.Embedding(*SHAPE),
            "tokens": torch.from_numpy(tokens),
            "offsets": offsets,
        }
    ragged = space["tf"].RaggedTensor.from_row_splits(tokens, [0, 4 + shift, 6, 11])
    return space | {"embedding": space["layers"].Embedding(*SHAPE), "ragged": ragged}


def one_step(framework, wrong=lambda loss, gradient: (loss, gradient)):
    """Return the model of the lesson, and loss and gradient by hand with an error."""
    space = atlas(**imports_of(framework))
    for id_ in ("word-vectors", "mean-loss"):
        exec(CELLS[framework, id_], space)
    by_hand = ATLAS["loss_by_hand"]
    space["loss_by_hand"] = lambda u, v: wrong(*by_hand(u, v))
    return {name: value for name, value in space.items() if name != "__builtins__"}


def shares(task, start, accuracy=1.0):
    """Return stand-ins for the share of like neighbours: of trained vectors, and of random ones."""
    return {
        "same_class": lambda vectors: start if isinstance(vectors, np.ndarray) else task,
        "small": RANDOM,
        "news_vocab": MagicMock(),
        "task_share": task,
        "epochs": 1,
        "accuracy": lambda *_: accuracy,
        "dataset": "demo",
        "train_size": None,
        "train_vectors": lambda *_, **__: (MagicMock(), None, None),
        "unit": lambda _: np.ones(9),
    }


def added(**more):
    """Return vectors that are sums of two parts, and others that are not."""
    found = {"inputs": ADDED, "counted": ADDED, "nothing": RANDOM, "widest": RANDOM, "tried": {}}
    return atlas(**found | more)


def losses(first, last):
    curve = np.concatenate([[first], np.full(200, last)])
    return atlas(train_vectors=lambda *_, **__: (RANDOM, RANDOM, curve))


def trained(strict, free):
    """Return stand-ins for training, and for the analogies that are right afterwards."""

    def analogies(vectors, leave_out=True):
        return strict if leave_out else free

    return atlas(
        train_vectors=lambda *_, **__: (RANDOM, RANDOM, None),
        analogies=analogies,
        guess=None,
        mixed=ATLAS["texts"],
        scores={},
        bags_around=lambda *_, **__: (None, None),
    )


def products(of):
    """Return vectors whose products are what `of` makes of the PMI of each pair."""
    share = ATLAS["table"] / ATLAS["table"].sum()
    chance = np.outer(share.sum(axis=1), share.sum(axis=0))
    pmi = np.log(np.maximum(share, 1e-12) / np.maximum(chance, 1e-12))
    return atlas(inputs=of(pmi), outputs=np.eye(len(pmi)))


def few(random, tuned, frozen):
    found = {"random": random, "tuned": tuned, "frozen": frozen}
    return {
        "starts": dict.fromkeys(found),
        "reached": lambda name, *_: found[name],
        "dataset": "demo",
        "train_size": None,
    }


def leaning(share):
    """Return vectors that expect `share` of what was planted for a trade."""
    planted = np.array([row["she"] for row in ATLAS["atlas"]["trades"]])
    words = ATLAS["vocab"]([row["word"] for row in ATLAS["atlas"]["trades"]])
    inputs, outputs = np.zeros(SHAPE), np.zeros(SHAPE)
    outputs[ATLAS["vocab"]["she"], 0] = 1
    inputs[words, 0] = np.log(share(planted) / (1 - share(planted)))
    return atlas(inputs=inputs, outputs=outputs)


def one_meaning():
    """Return the atlas without the currency that takes the name of a capital."""
    quam = ATLAS["vocab"]["quam"]
    return atlas(texts=[text[text != quam] for text in ATLAS["texts"]])


def own_eye(eye):
    return {"np": SimpleNamespace(**{**vars(np), "eye": eye}), "vocab": range(30)}


# For each claim cell: what it is about, and what denies it.
CASES = {
    "one-hot-distances": (
        {"vocab": range(30)},
        {
            "random vectors": own_eye(lambda size: CHANCE.normal(size=(size, size))),
            "numbers in place of vectors": own_eye(lambda size: np.arange(size)[:, None]),
        },
    ),
    "lookup-equals": (
        lambda framework: looked_up(framework, np.eye(SHAPE[0])),
        {"the next row": lambda framework: looked_up(framework, np.roll(np.eye(SHAPE[0]), 1))},
    ),
    "bag-equals": (
        lambda framework: bag(framework, 0),
        {"an offset too far": lambda framework: bag(framework, 1)},
    ),
    "task-vectors": (
        shares(0.99, 0.25),
        {
            "untrained": shares(0.25, 0.25, accuracy=0.25),
            "vectors that stay random": shares(0.25, 0.25),
            "a start that knows": shares(0.99, 0.99),
        },
    ),
    "contexts-claim": (
        atlas(),
        {
            "PPMI no better": atlas(ppmi=ATLAS["table"]),
            "counts as good": atlas(table=ATLAS["ppmi"]),
        },
    ),
    "step-equals": (
        one_step,
        {
            "another loss": lambda framework: one_step(framework, lambda loss, g: (loss + 0.01, g)),
            "another gradient": lambda framework: one_step(framework, lambda loss, g: (loss, -g)),
        },
    ),
    "train-skip-gram": (
        losses(LN64, 1.76),
        {"untrained": losses(LN64, LN64), "another start": losses(6.0, 1.76)},
    ),
    "analogies-claim": (
        atlas(inputs=ADDED, counted=ATLAS["svd_vectors"](ATLAS["ppmi"])),
        {
            "untrained": atlas(inputs=RANDOM, counted=ADDED),
            "counts that do not know": atlas(inputs=ADDED, counted=RANDOM),
            "questions that all solve": atlas(
                inputs=ADDED, counted=ADDED, analogies=lambda *_: 1.0
            ),
        },
    ),
    "plot-width": (
        atlas(),
        {
            "every width serves": atlas(analogies=lambda *_: 1.0),
            "no width serves": atlas(analogies=lambda *_: 0.0),
        },
    ),
    "two-attributes": (
        added(tried={"skip-gram": ADDED}),
        {
            "untrained": added(inputs=RANDOM),
            "counts that do not add": added(counted=RANDOM),
            "chance adds too": added(nothing=ADDED),
            "any width adds up": added(widest=ADDED),
        },
    ),
    "train-mixed": (
        trained(0.34, 0.005),
        {
            "roles kept": trained(1.0, 1.0),
            "random vectors": trained(0.004, 0.0),
            "nothing flatters": trained(0.005, 0.005),
        },
    ),
    "predict-truth": (
        trained(0.95, 0.9),
        {"untrained": trained(0.004, 0.0), "roles mixed": trained(0.34, 0.005)},
    ),
    "pmi-claim": (
        products(lambda pmi: pmi - np.log(5)),
        {
            "untrained": products(lambda pmi: CHANCE.normal(size=pmi.shape)),
            "another distance": products(lambda pmi: pmi),
        },
    ),
    "train-news": (
        shares(0.98, 0.25),
        {"untrained": shares(0.25, 0.25), "chance knows": shares(0.98, 0.98)},
    ),
    "train-few": (
        few(0.7, 0.83, 0.99),
        {
            "untrained": few(0.25, 0.25, 0.25),
            "a tie": few(0.99, 0.99, 0.99),
            "tuning wins": few(0.7, 0.99, 0.9),
            "tuning does not help": few(0.7, 0.7, 0.99),
        },
    ),
    "bias-claim": (
        leaning(lambda planted: 0.1 + 0.8 * planted),
        {
            "untrained": leaning(lambda planted: 0 * planted + 0.5),
            "the other side": leaning(lambda planted: 1 - planted),
            "hardly a bias": leaning(lambda planted: 0.49 + 0.02 * planted),
        },
    ),
    "two-meanings": (atlas(), {"one meaning": one_meaning()}),
}

(test_every_claim_has_a_case, test_a_claim_holds, test_a_claim_can_fail) = claim_tests(
    "02-embeddings", CASES
)
