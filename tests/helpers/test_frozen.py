"""Older notebooks, and what is frozen for other people's."""

import base64
import inspect
import pickle

import pytest
import torch

import torchnlp

# Cells as older notebooks have them: the names of the older helper, used as it was used.
OLDER_CELLS = [
    """
import torch
from torch.utils.data import DataLoader
from torchnlp import *
train_dataset, test_dataset, classes, vocab = load_dataset()
vocab_size = len(vocab)
""",
    """
class RNNClassifier(torch.nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim, num_class):
        super().__init__()
        self.embedding = torch.nn.Embedding(vocab_size, embed_dim)
        self.rnn = torch.nn.RNN(embed_dim, hidden_dim, batch_first=True)
        self.fc = torch.nn.Linear(hidden_dim, num_class)

    def forward(self, x):
        x, h = self.rnn(self.embedding(x))
        return self.fc(x.mean(dim=1))

train_loader = DataLoader(train_dataset, batch_size=16, collate_fn=padify, shuffle=True)
net = RNNClassifier(vocab_size, 8, 4, len(classes)).to(device)
results = [train_epoch(net, train_loader, lr=0.001)]
""",
    """
class LSTMClassifier(torch.nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim, num_class):
        super().__init__()
        self.embedding = torch.nn.Embedding(vocab_size, embed_dim)
        self.rnn = torch.nn.LSTM(embed_dim, hidden_dim, batch_first=True)
        self.fc = torch.nn.Linear(hidden_dim, num_class)

    def forward(self, x):
        x, (h, c) = self.rnn(self.embedding(x))
        return self.fc(h[-1])

net = LSTMClassifier(vocab_size, 8, 4, len(classes)).to(device)
results.append(train_epoch(net, train_loader, lr=0.001))
""",
    """
def pad_length(b):
    v = [encode(x[1]) for x in b]
    len_seq = list(map(len, v))
    longest = max(len_seq)
    pad = lambda t: torch.nn.functional.pad(torch.tensor(t), (0, longest - len(t)), value=0)
    return (torch.LongTensor([t[0] - 1 for t in b]), torch.stack([pad(t) for t in v]),
            torch.tensor(len_seq))

train_loader_len = DataLoader(train_dataset, batch_size=16, collate_fn=pad_length, shuffle=True)
""",
    """
class LSTMPackClassifier(LSTMClassifier):
    def forward(self, x, lengths):
        pack = torch.nn.utils.rnn.pack_padded_sequence(
            self.embedding(x), lengths, batch_first=True, enforce_sorted=False)
        x, (h, c) = self.rnn(pack)
        return self.fc(h[-1])

net = LSTMPackClassifier(vocab_size, 8, 4, len(classes)).to(device)
results.append(train_epoch_emb(net, train_loader_len, lr=0.001, use_pack_sequence=True))
""",
    """
class EmbedClassifier(torch.nn.Module):
    def __init__(self, vocab_size, embed_dim, num_class):
        super().__init__()
        self.embedding = torch.nn.EmbeddingBag(vocab_size, embed_dim)
        self.fc = torch.nn.Linear(embed_dim, num_class)

    def forward(self, text, off):
        return self.fc(self.embedding(text, off))

train_loader = DataLoader(train_dataset, batch_size=16, collate_fn=offsetify, shuffle=True)
net = EmbedClassifier(vocab_size, 8, len(classes)).to(device)
results.append(train_epoch_emb(net, train_loader, lr=0.001, epoch_size=20, report_freq=1))
tokens = tokenizer(train_dataset[0][1])
known = [vocab.get_itos()[index] for index in encode(train_dataset[0][1])]
""",
]


def test_cells_written_for_the_older_helper_run_unchanged(news_folder, monkeypatch, capsys):
    """In one namespace, in order, on a small folder of texts."""
    monkeypatch.setenv("TORCHNLP_DATA", str(news_folder))
    notebook = {"__name__": "__main__"}
    for cell in OLDER_CELLS:
        exec(cell, notebook)
    assert len(notebook["results"]) == 4
    for loss, accuracy in notebook["results"]:
        assert 0.5 < loss < 3
        assert 0 <= accuracy <= 1
    assert notebook["vocab_size"] == len(notebook["vocab"]) == 15
    assert notebook["tokens"] == notebook["known"] == ["the", "minister", "it", "said"]
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"Using the texts in {news_folder}")
    assert [line.split(":")[0] for line in lines[1:]] == ["16", "32"]


def test_the_older_pad_length_equals_the_one_that_comes_with_the_module(news):
    """The function that older notebooks define and ours make the same batch."""
    notebook = {"encode": torchnlp.encode, "train_dataset": news[0]}
    exec("import torch\nfrom torch.utils.data import DataLoader" + OLDER_CELLS[3], notebook)
    theirs, ours = notebook["pad_length"](news[0]), torchnlp.pad_length(news[0])
    assert [tensor.tolist() for tensor in theirs] == [tensor.tolist() for tensor in ours]


# --- frozen, for other people's notebooks -----------------------------------------------------

# Two rows, their vocabulary, a collate function and an error, as the older module pickled them.
OLDER_PICKLE = """
gASVRgEAAAAAAACMCHRvcmNobmxwlIwLTmV3c0RhdGFzZXSUk5QpgZQoSwGMDFRvIGJlIG9yIG5vdJSGlEsDjAliZSB3aGFs
ZSGUhpRlfZQojAZ0aXRsZXOUXZQojAVUbyBiZZSMAmJllGWMBXZvY2FilGgAjAVWb2NhYpSTlCmBlH2UKIwFX2l0b3OUXZQo
jAU8dW5rPpSMAmJllIwBIZSMA25vdJSMAm9ylIwCdG+UjAV3aGFsZZRljAVfc3RvaZR9lChoFEsAaBVLAWgWSwJoF0sDaBhL
BGgZSwVoGksGdYwGbmdyYW1zlEsBjAhfZW5jb2RlZJR9lHVidWKMCWZ1bmN0b29sc5SMB3BhcnRpYWyUk5RoAIwGcGFkaWZ5
lJOUhZRSlChoJCl9lGgNaBBzTnSUYmgAjAlEYXRhRXJyb3KUk5SMAXiUhZRSlIeULg==
"""


def test_a_pickle_of_the_older_module_can_be_read():
    """Its classes and functions are found by their old place."""
    dataset, collate, error = pickle.loads(base64.b64decode(OLDER_PICKLE))
    assert dataset == [(1, "To be or not"), (3, "be whale!")]
    assert type(dataset) is torchnlp.NewsDataset
    assert dataset.titles == ["To be", "be"]
    assert dataset.vocab.get_itos() == ["<unk>", "be", "!", "not", "or", "to", "whale"]
    assert torchnlp.encode("be whale or ?", dataset.vocab) == [1, 6, 4, 0]
    assert [tensor.tolist() for tensor in collate(dataset)] == [
        [0, 2],
        [[5, 1, 4, 3], [1, 6, 2, 0]],
    ]
    assert type(error) is torchnlp.DataError


SIGNATURES = {
    "train_epoch": "(net, dataloader, lr=0.01, optimizer=None, loss_fn=None, epoch_size=None, "
    "report_freq=200, *, scheduler=None, clip_norm=None) -> tuple[float, float]",
    "train_epoch_emb": "(net, dataloader, lr=0.01, optimizer=None, loss_fn=None, epoch_size=None, "
    "report_freq=200, use_pack_sequence=False, *, scheduler=None, clip_norm=None) "
    "-> tuple[float, float]",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_the_signature_of_a_training_loop_is_frozen(name):
    """Names, order and defaults of its parameters."""
    assert str(inspect.signature(getattr(torchnlp, name))) == SIGNATURES[name]


class Means(torch.nn.Module):
    """Scores from the mean of embeddings, all weights from a formula: the same on every torch."""

    def __init__(self, table):
        super().__init__()
        self.table, self.out = table(7, 3), torch.nn.Linear(3, 2)
        with torch.no_grad():
            for weights in self.parameters():
                weights.copy_(torch.linspace(-1, 1, weights.numel()).sin().reshape(weights.shape))

    def forward(self, words, second=None):
        if isinstance(self.table, torch.nn.EmbeddingBag):
            return self.out(self.table(words, second))
        states = self.table(words).sum(dim=1)  # (batch, 3)
        return self.out(states / (words.shape[1] if second is None else second[:, None]))


# Loop, embedding, collate function, options; what the older module returned, and the sums of the
# squares of the trained weights.
FROZEN = [
    ("train_epoch", "Embedding", "padify", {}, (1.301483, 0.400000), [6.14476, 2.01372, 1.3176]),
    (
        "train_epoch",
        "Embedding",
        "padify",
        {"lr": 0.1, "epoch_size": 3, "clip_norm": 0.1},
        (1.241135, 0.500000),
        [6.14067, 1.10038, 0.82355],
    ),
    (
        "train_epoch_emb",
        "EmbeddingBag",
        "offsetify",
        {"lr": 0.05},
        (1.176533, 0.400000),
        [6.67, 1.63088, 0.95693],
    ),
    (
        "train_epoch_emb",
        "Embedding",
        "pad_length",
        {"use_pack_sequence": True},
        (1.314071, 0.400000),
        [6.13922, 2.01005, 1.31789],
    ),
]


@pytest.mark.parametrize(("loop", "table", "collate", "options", "returned", "trained"), FROZEN)
def test_the_results_of_a_training_loop_are_frozen(
    loop, table, collate, options, returned, trained
):
    """Loss, accuracy and trained weights on five texts are those of the older module."""
    vocab = torchnlp.Vocab.from_texts(["to be or not", "be whale !"])
    batches = [
        [(1, "to be or not"), (2, "whale ! be")],
        [(2, "whale"), (1, "or to")],
        [(1, "not x")],
    ]
    net = Means(getattr(torch.nn, table))
    batches = [getattr(torchnlp, collate)(batch, vocab) for batch in batches]
    assert getattr(torchnlp, loop)(net, batches, **options) == pytest.approx(returned, abs=1e-5)
    squares = [weights.square().sum().item() for weights in net.parameters()]
    assert squares == pytest.approx(trained, abs=1e-4)
