"""The module as a whole: its names, its size, what importing it costs, and older notebooks."""

import ast
import re
from pathlib import Path

import pytest

import torchnlp

SOURCE = Path(torchnlp.__file__)


def test_a_star_import_brings_exactly_the_names_in_all():
    """Every one exists, none is there twice."""
    names = {}
    exec("from torchnlp import *", names)
    assert sorted(set(names) - {"__builtins__"}) == sorted(torchnlp.__all__)


def docstrings() -> dict[str, str]:
    """Give the docstring of each public name, `device` by the string below it."""
    files = [SOURCE, *SOURCE.parent.glob("nlphelpers/*.py")]
    body = [node for file in files for node in ast.parse(file.read_text(encoding="utf-8")).body]
    found = {}
    for node, following in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = ast.get_docstring(node) or ""
        elif isinstance(node, ast.Assign) and isinstance(following, ast.Expr):
            found[node.targets[0].id] = ast.literal_eval(following.value)
    return found | {"tokenizer": found["tokenize"]}


@pytest.mark.parametrize("name", torchnlp.__all__)
def test_every_public_name_says_what_it_is_and_which_lesson_introduces_it(name):
    """A docstring whose first line is a sentence, and a lesson's number."""
    said = docstrings()[name]
    assert len(said) > 40
    assert re.search(r"\blesson \d\d\b", said)


def test_the_module_can_be_read_in_one_sitting():
    """At most 440 lines that are not blank."""
    lines = SOURCE.read_text(encoding="utf-8").splitlines()
    assert 0 < sum(bool(line.strip()) for line in lines) <= 440


def test_importing_it_does_not_import_tensorflow_but_lives_with_it(run_python):
    """A PyTorch lesson does not wait for TensorFlow; both train in one process."""
    out = run_python("""
import sys
import torchnlp, torch
assert not {"tensorflow", "keras", "torchtext", "matplotlib"} & set(sys.modules)

import tensorflow as tf
batch = torchnlp.padify([(1, "a b"), (2, "b")], torchnlp.Vocab.from_texts(["a b"]))
layers = [torch.nn.Embedding(3, 4), torch.nn.Flatten(), torch.nn.Linear(8, 4)]
print(torchnlp.train_epoch(torch.nn.Sequential(*layers), [batch])[0] > 0)

layers = [tf.keras.layers.Embedding(3, 4), tf.keras.layers.Flatten(), tf.keras.layers.Dense(4)]
model = tf.keras.Sequential(layers)
loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile("adam", loss)
print(model.train_on_batch(batch[1].numpy(), batch[0].numpy()) > 0)
""")
    assert out.split() == ["True", "True"]


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
