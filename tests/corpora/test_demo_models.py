"""Linear classifiers and recurrent networks on the demo corpus."""

import time
from random import Random

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence

from tests.fixtures.demo import distance, make_demo, predict_linear, share, tokens

CORES, SECONDS = 2, 30  # a model may take so long on so many cores


def timed(work, *arguments):
    """Return what the work returns, once it is sure that it is quick enough.

    Processor time is measured, because other work on the machine must not decide the verdict.
    """
    start = time.process_time()
    result = work(*arguments)
    assert time.process_time() - start < CORES * SECONDS
    return result


def linear_right(corpus, most: int) -> list[bool]:
    """Tell for each test text whether logistic regression on counts gives its class."""
    train = [(row.text, row.label) for row in corpus.train]
    guesses = predict_linear(train, [row.text for row in corpus.test], most)
    return [guess == row.label for guess, row in zip(guesses, corpus.test, strict=True)]


@pytest.fixture(scope="module")
def words_right(corpus):
    """Right or wrong for each test text, by counts of words."""
    return timed(linear_right, corpus, 1)


def test_counts_of_words_are_not_enough(words_right):
    """A linear classifier on word counts stays below 0.80."""
    assert 0.60 < share(words_right) < 0.80


def test_counts_of_words_toss_a_coin_over_order_texts(corpus, words_right):
    """It does well on plain texts, and gets at most one of two twins right."""
    by_kind = {
        kind: share(
            ok for ok, row in zip(words_right, corpus.test, strict=True) if row.kind == kind
        )
        for kind in make_demo.KINDS
    }
    assert by_kind["plain"] > 0.95
    assert by_kind["order"] <= 0.5


def test_counts_of_pairs_gain_from_order(corpus, words_right):
    """With pairs of neighbouring words the same classifier gains at least 0.03."""
    assert share(timed(linear_right, corpus, 2)) > share(words_right) + 0.03


class LastState(nn.Module):
    """Scores of the classes from the state after a text's last token."""

    def __init__(self, cell: type[nn.RNNBase], words: int):
        super().__init__()
        self.embedding = nn.Embedding(words, 64)
        nn.init.normal_(self.embedding.weight, std=0.1)
        self.layer = cell(64, 32, batch_first=True)
        self.scores = nn.Linear(32, 4)

    def forward(self, texts: list[torch.Tensor]) -> torch.Tensor:
        lengths = torch.tensor([len(text) for text in texts])
        vectors = self.embedding(pad_sequence(texts, batch_first=True))  # (batch, time, 64)
        packed = pack_padded_sequence(vectors, lengths, batch_first=True, enforce_sorted=False)
        _, state = self.layer(packed)
        hidden = state[0] if isinstance(state, tuple) else state  # (1, batch, 32)
        return self.scores(hidden[0])  # (batch, 4)


def batches(texts: list[torch.Tensor], size: int, rng: Random) -> list[list[int]]:
    """Return the numbers of all texts in batches of like length, in random order."""
    order = sorted(range(len(texts)), key=lambda i: (len(texts[i]), rng.random()))
    groups = [order[i : i + size] for i in range(0, len(order), size)]
    rng.shuffle(groups)
    return groups


def encode(corpus) -> tuple[list[torch.Tensor], list[torch.Tensor], int]:
    """Return both splits as indices, 0 for a word unseen in training, and the number of indices."""
    indices: dict[str, int] = {}
    for row in corpus.train:
        for word in tokens(row.text):
            indices.setdefault(word, len(indices) + 1)
    train, test = (
        [torch.tensor([indices.get(word, 0) for word in tokens(row.text)]) for row in split]
        for split in (corpus.train, corpus.test)
    )
    return train, test, len(indices) + 1


def train_network(net: nn.Module, texts: list[torch.Tensor], labels: torch.Tensor) -> None:
    """Train for three epochs: Adam, one cycle of the rate up to 0.01, batches of 32."""
    rng, size, epochs = Random(0), 32, 3
    optimizer = torch.optim.Adam(net.parameters())
    steps = epochs * -(-len(texts) // size)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.01, total_steps=steps)
    for _ in range(epochs):
        for batch in batches(texts, size, rng):
            loss = nn.functional.cross_entropy(net([texts[i] for i in batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            cycle.step()


def network_right(corpus, cell: type[nn.RNNBase]) -> list[bool]:
    """Return for each test text whether a trained network of such cells gives its class."""
    train, test, words = encode(corpus)
    torch.manual_seed(0)
    net = LastState(cell, words)
    train_network(net, train, torch.tensor([row.label - 1 for row in corpus.train]))
    with torch.no_grad():
        guesses = [
            label for i in range(0, len(test), 250) for label in net(test[i : i + 250]).argmax(1)
        ]
    return [int(guess) == row.label - 1 for guess, row in zip(guesses, corpus.test, strict=True)]


@pytest.fixture(scope="module")
def one_thread():
    """Torch on one thread, which on a busy machine is faster than two that wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def rnn_right(corpus, one_thread):
    """Right or wrong for each test text, by the last state of a plain RNN."""
    return timed(network_right, corpus, nn.RNN)


@pytest.fixture(scope="module")
def lstm_right(corpus, one_thread):
    """Right or wrong for each test text, by the last state of an LSTM."""
    return timed(network_right, corpus, nn.LSTM)


def share_by_distance(corpus, right: list[bool]) -> list[float]:
    """Return the accuracy on memory texts for six equal stretches of distance, near to far."""
    groups: list[list[bool]] = [[] for _ in range(6)]
    for ok, row in zip(right, corpus.test, strict=True):
        if row.kind == "memory":
            groups[(distance(row.text) - 3) * 6 // 63].append(ok)
    return [share(group) for group in groups]


def test_plain_rnn_is_not_enough(rnn_right):
    """The last state of a plain RNN does better than chance and stays below 0.75."""
    assert 0.35 < share(rnn_right) < 0.75


def test_plain_rnn_forgets(corpus, rnn_right):
    """A plain RNN is good at texts that tell to the end, and poor at the longest tails."""
    plain = share(ok for ok, row in zip(rnn_right, corpus.test, strict=True) if row.kind == "plain")
    assert plain > share_by_distance(corpus, rnn_right)[-1] + 0.25


def test_lstm_is_enough(lstm_right):
    """The last state of an LSTM exceeds 0.97."""
    assert share(lstm_right) > 0.97


def test_lstm_remembers_over_every_distance(corpus, lstm_right):
    """An LSTM stays above 0.95 however long the tail is."""
    assert min(share_by_distance(corpus, lstm_right)) > 0.95
