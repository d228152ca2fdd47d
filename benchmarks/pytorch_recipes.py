"""The PyTorch models of lesson 03, trained by the reference recipe and by the lesson's."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

import torch
from measure import TARGETS, Climb, Preparation, Result, Run, Watch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence
from torch.utils.data import DataLoader

from torchnlp import Vocab, bucket_batches, evaluate, pad_length, padify, tokenize, train_epoch_emb

BATCH = {"rnn": 48, "lstm": 48}  # elsewhere 32
RARE = {"bidirectional": 2}  # elsewhere 5: a word must occur so often to have a vector
EVERY = 10  # batches between two looks at the test accuracy
REFERENCE_EVERY = 125  # the same for the reference: a tenth of an epoch


class Recurrent(nn.Module):
    """Scores of the classes from the mean of all states, or from the last one.

    With lengths, the last state is that of the last word: the batch is packed, or, as `pack` is
    False, the state is taken out of the padded batch, where padding comes after it.
    """

    def __init__(self, layer, words, embedding=64, hidden=32, classes=4, mean=False):
        super().__init__()
        self.pack = True
        self.embedding = nn.Embedding(words, embedding)
        self.layer = layer(embedding, hidden, batch_first=True)
        self.scores = nn.Linear(hidden, classes)
        self.mean = mean

    def forward(self, features, lengths=None):  # (batch, time), (batch,)
        vectors = self.embedding(features)  # (batch, time, embedding)
        if lengths is not None and self.pack:
            packed = pack_padded_sequence(vectors, lengths, batch_first=True, enforce_sorted=False)
            _, (h, _) = self.layer(packed)
            return self.scores(h[-1])  # (batch, classes)
        states, _ = self.layer(vectors)  # (batch, time, hidden)
        if lengths is not None:
            return self.scores(states[torch.arange(len(lengths)), lengths - 1])
        return self.scores(states.mean(dim=1) if self.mean else states[:, -1])


class Bidirectional(nn.Module):
    """Scores of the classes from the largest state over time of two bidirectional LSTM layers."""

    def __init__(self, words, embedding=128, hidden=64, classes=4, dropout=0.5):
        super().__init__()
        self.embedding = nn.Embedding(words, embedding)
        self.layer = nn.LSTM(
            embedding, hidden, num_layers=2, bidirectional=True, batch_first=True, dropout=dropout
        )
        self.dropout = nn.Dropout(dropout)
        self.scores = nn.Linear(2 * hidden, classes)

    def forward(self, features, lengths):  # (batch, time), (batch,)
        states, _ = self.layer(self.dropout(self.embedding(features)))  # (batch, time, 2 hidden)
        padding = torch.arange(features.shape[1]) >= lengths[:, None]  # (batch, time)
        largest = states.masked_fill(padding[:, :, None], -1.0).amax(dim=1)  # states are above -1
        return self.scores(self.dropout(largest))


def make_net(model: str, words: int, seed: int) -> nn.Module:
    """Make the network of that name with PyTorch's own initial weights."""
    torch.manual_seed(seed)
    if model == "bidirectional":
        return Bidirectional(words)
    return Recurrent(nn.RNN if model == "rnn" else nn.LSTM, words, mean=model == "rnn")


def start_well(net: nn.Module) -> None:
    """Start with small word vectors, and with forget gates of LSTMs open, as Keras does."""
    nn.init.normal_(net.embedding.weight, std=0.1)
    if isinstance(net.layer, nn.LSTM):
        hidden = net.layer.hidden_size
        for name, bias in net.layer.named_parameters():
            if name.startswith("bias_ih"):  # the gates stand as input, forget, cell, output
                bias.data[hidden : 2 * hidden] = 1.0


def takes_lengths(model: str) -> bool:
    return model in ("packed", "bidirectional")


def accuracy_on(net: nn.Module, model: str, batches: Iterable) -> float:
    return evaluate(net, batches, use_pack_sequence=takes_lengths(model))[1]


def batches_to_measure(test, vocab: Vocab) -> list:
    """Make the batches for measuring once: looking at the accuracy is not what is timed."""
    sampler = bucket_batches(test, 256, vocab=vocab)
    return list(
        DataLoader(test, batch_sampler=sampler, collate_fn=partial(pad_length, vocab=vocab))
    )


def for_model(model: str, batches: list) -> list:
    """Leave the lengths out where the model does not take them."""
    return batches if takes_lengths(model) else [batch[:2] for batch in batches]


# --- the reference recipe -------------------------------------------------------------------


def tokenise_and_pad(batch, vocab: Vocab, lengths: bool):
    """Tokenise, look up and pad, each time anew, as older code did."""
    texts = [torch.tensor(vocab(tokenize(text))) for _, text in batch]
    longest = max(map(len, texts))
    features = [nn.functional.pad(text, (0, longest - len(text))) for text in texts]
    labels = torch.tensor([label - 1 for label, _ in batch])
    found = (labels, torch.stack(features))
    return (*found, torch.tensor([len(text) for text in texts])) if lengths else found


def run_reference(model: str, train, test, vocab: Vocab, seed: int, epochs: int) -> Run:
    """Train as the reference lesson does: batches of 16 in any order, Adam as it comes.

    Ends with the epoch in which the goal is reached, and after `epochs` at the latest.
    """
    net = make_net(model, len(vocab), seed)
    packed = takes_lengths(model)
    collate = partial(tokenise_and_pad, vocab=vocab, lengths=packed)
    loader = DataLoader(train, 16, shuffle=True, collate_fn=collate)
    measured = for_model(model, batches_to_measure(test, vocab))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.001)
    goal = TARGETS["pytorch"][model].goal
    climb = Climb(lambda: accuracy_on(net, model, measured), goal, REFERENCE_EVERY)
    accuracies: list[float] = []
    while climb.reached is None and len(accuracies) < epochs:
        train_epoch_emb(
            net,
            loader,
            optimizer=optimizer,
            scheduler=climb,
            use_pack_sequence=packed,
            report_freq=None,
        )
        with climb.watch.paused():
            accuracies.append(climb.measure())
    return Run(climb.watch.seconds, tuple(accuracies), climb.reached)


# --- the lesson's recipe --------------------------------------------------------------------


class Steps:
    """A scheduler that also tells `climb` of each batch."""

    def __init__(self, cycle, climb: Climb) -> None:
        self.cycle, self.climb = cycle, climb

    def step(self) -> None:
        self.cycle.step()
        self.climb.step()


def lesson_loader(model: str, train, vocab: Vocab, seed: int) -> DataLoader:
    """Make batches of texts of like length."""
    collate = pad_length if takes_lengths(model) else padify
    sampler = bucket_batches(train, BATCH.get(model, 32), vocab=vocab, seed=seed)
    return DataLoader(train, batch_sampler=sampler, collate_fn=partial(collate, vocab=vocab))


def run_lesson(
    model: str, batches, measured: list, vocab: Vocab, seed: int, goal=None, pack=False
) -> Run:
    """Train `batches` by the lesson's recipe: small vectors, a high rate that rises and falls."""
    net = make_net(model, len(vocab), seed)
    start_well(net)
    net.pack = pack
    epochs, lr = (3, 0.01) if model == "bidirectional" else (1, 0.02)
    optimizer = torch.optim.Adam(net.parameters(), lr, betas=(0.9, 0.95), fused=True)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, lr, total_steps=epochs * len(batches))
    climb = Climb(lambda: accuracy_on(net, model, measured), goal, EVERY)
    accuracies = []
    for _ in range(epochs):
        train_epoch_emb(
            net,
            batches,
            optimizer=optimizer,
            scheduler=Steps(cycle, climb),
            clip_norm=1.0,
            use_pack_sequence=takes_lengths(model),
            report_freq=None,
        )
        with climb.watch.paused():
            accuracies.append(climb.measure())
    return Run(climb.watch.seconds, tuple(accuracies), climb.reached)


def check_same(batch, vocab: Vocab) -> None:
    """Stop the benchmark if the packed network and the one that takes the last state differ."""
    net = make_net("packed", len(vocab), seed=0)
    _, features, lengths = batch
    packed = net(features, lengths)
    net.pack = False
    torch.testing.assert_close(net(features, lengths), packed, atol=1e-5, rtol=0)


def measure_preparation(model: str, train, measured, vocab: Vocab, once: float) -> Preparation:
    """Time the making of one epoch's batches, and a training on batches made before."""
    watch = Watch()
    ready = list(lesson_loader(model, train, vocab, seed=0))
    seconds = watch.seconds
    floor = run_lesson(model, ready, measured, vocab, seed=0)
    return Preparation(seconds, floor.seconds / floor.epochs, once)


def benchmark(model: str, data: dict, seeds: int, epochs: int, say) -> Result:
    """Measure one model by both recipes; `say` is called with a line for each step."""
    name = f"pytorch {model}"
    train, test, whole = (data[key] for key in ("train", "test", "whole"))
    vocab = data["vocabs"][RARE.get(model, 5)]
    measured = for_model(model, batches_to_measure(test, vocab))
    targets = TARGETS["pytorch"][model]
    runs, references = [], []
    for seed in range(seeds):
        loader = lesson_loader(model, train, vocab, seed)
        runs.append(run_lesson(model, loader, measured, vocab, seed, targets.goal))
        say(f"{name}: the lesson's recipe, seed {seed}: {runs[-1].summary}")
    for seed in range(seeds if targets.goal is not None else 0):
        references.append(run_reference(model, train, test, whole, seed, epochs))
        say(f"{name}: the reference recipe, seed {seed}: {references[-1].summary}")
    say(f"{name}: preparation of data")
    preparation = measure_preparation(model, train, measured, vocab, data["once"])
    result = Result("pytorch", model, targets, runs, preparation, references)
    if model != "packed":
        return result
    check_same(measured[0], vocab)
    say(f"{name}: the lesson's recipe with packing itself")
    loader = lesson_loader(model, train, vocab, seed=0)
    return replace(result, packing=run_lesson(model, loader, measured, vocab, 0, pack=True))
