"""What lesson 01 builds in view, with the real corpus: it equals the helpers, and reads topics."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from tests.claims import code_cells
from torchnlp import encode, kind_of, load_dataset, tokenize

ROOT = Path(__file__).parents[2]
CELLS = code_cells("01-text")
BY_HAND = (
    "kind-of",
    "count-rows",
    "naive-softmax",
    "softmax",
    "cross-entropy",
    "gradient-by-hand",
    "batches",
    "train-function",
    "measure-function",
    "in-a-row-function",
    "train-sparse",
    "measure-sparse",
    "idf",
)


@pytest.fixture(scope="module")
def lesson():
    """What the cells of the notebook define, with the demo corpus."""
    train, test, classes, vocab = load_dataset("demo")
    space = {"np": np, "re": re, "tokenize": tokenize, "encode": encode, "seed": 0}
    space |= {"demo_train": train, "demo_test": test, "classes": classes, "vocab": vocab}
    space |= {"z": np.zeros(4)}
    for id_ in BY_HAND:
        exec(CELLS["pytorch", id_], space)
    return space


def test_the_kinds_in_view_and_the_helper_are_the_same(lesson):
    """For every text of the demo corpus, in the shares that its README names."""
    texts = [text for part in ("demo_train", "demo_test") for _, text in lesson[part]]
    found = [kind_of(text) for text in texts]
    assert found == [lesson["kind_of"](text) for text in texts]
    shares = {kind: found.count(kind) / len(texts) for kind in ("plain", "order", "memory")}
    assert shares == {"plain": 0.16, "order": 0.5, "memory": 0.34}


def test_the_loop_in_view_and_the_helper_come_to_the_same_weights(lesson):
    """`train_epoch` does what the lesson shows, and `evaluate` measures what `measure` does."""
    torch = pytest.importorskip("torch")
    from torch.utils.data import DataLoader

    from torchnlp import evaluate, train_epoch

    few = lesson["demo_train"][:640]
    space = lesson | {"torch": torch, "nn": torch.nn, "DataLoader": DataLoader}
    space |= {"train_epoch": train_epoch, "demo_train": few}
    exec(CELLS["pytorch", "library-parts"], space)
    net, optimizer = space["new_linear"]()
    train_epoch(net, space["loader"], optimizer=optimizer, report_freq=None)
    W, b = lesson["train"](few, epochs=1)
    assert np.allclose(net.weight.detach().numpy().T, W, atol=1e-5)
    assert np.allclose(evaluate(net, space["loader"]), lesson["measure"](few, W, b), atol=1e-4)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_heaviest_tokens_of_each_class_come_from_its_word_bank(lesson, seed):
    """The weights point to the words that the program of the corpus put there."""
    topics = tomllib.loads((ROOT / "data/demo/topics.toml").read_text(encoding="utf-8"))
    banks = [set(tokenize(str(topic))) for topic in topics.values()]
    vocab = lesson["vocab"]
    lesson["seed"] = seed
    W, _ = lesson["train_sparse"](lesson["demo_train"], vocab, np.ones(len(vocab)))
    banks = [{re.sub(r"[^\w-]", "", word) for word in bank} for bank in banks]
    assert len(banks) == 4
    for bank, column in zip(banks, W.T, strict=True):
        heaviest = vocab.lookup_tokens(np.argsort(-column)[:10])
        assert set(heaviest) <= bank, set(heaviest) - bank


def test_the_count_of_a_text_is_that_of_its_tokens(lesson):
    """A row of counts sums to the number of tokens, unknown ones at place 0."""
    text = "The bank fined the whale and the zyzzyva."
    row = lesson["count_rows"]([(1, text)])[0]
    assert row.sum() == len(tokenize(text))
    assert row[0] == 1
    assert row[lesson["vocab"]["the"]] == 3
