"""What the lessons share: news texts, a vocabulary, batches, and loops that train and measure.

    from torchnlp import *

    train_dataset, test_dataset, classes, vocab = load_dataset("demo")
    loader = DataLoader(train_dataset, batch_size=16, collate_fn=padify, shuffle=True)
    loss, accuracy = train_epoch(net, loader, lr=0.001)

From raw text to a trained network, this file reads from top to bottom.  Index 0 of every
vocabulary is `<unk>`, the unknown word, and serves as the padding too.
"""

from __future__ import annotations

import csv
import difflib
import errno
import gzip
import io
import os
import random
import re
import shutil
import sys
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
import pooch
import torch
from filelock import FileLock
from torch.utils.data import Sampler
from tqdm import tqdm

from nlphelpers.plots import (
    MODEL_COLOURS,
    label_lines,
    model_colour,
    set_plot_style,
    shade_guessing,
)

__all__ = [
    "MODEL_COLOURS", "DataError", "Vocab", "bucket_batches", "device", "encode", "evaluate",
    "label_lines", "load_dataset", "model_colour", "offsetify", "pad_length", "padify",
    "set_plot_style", "shade_guessing", "show_results", "tokenize", "tokenizer", "train_epoch",
    "train_epoch_emb",
]  # fmt: skip

device = torch.device(
    "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
)
"""Where networks are trained: the first of `cuda`, `mps` and `cpu` that is there (lesson 03)."""

DATASETS = ["auto", "demo", "ag_news"]
CLASSES = ["World", "Sports", "Business", "Sci/Tech"]
AG_NEWS_HOME = "https://raw.githubusercontent.com/mhjabreel/CharCnn_Keras/master/data/ag_news_csv"
AG_NEWS = {  # MD5 of each file
    "train.csv": "b1a00f826fdfbd249f79597b59e1dc12",
    "test.csv": "d52ea96a97a2d943681189a97654912d",
}


class DataError(ValueError):
    """Data or arguments that cannot be used: one line, with what to do next (lesson 03)."""


# --- from text to tokens to indices ---------------------------------------------------------

_MARKS = re.compile(r"<br />|[';:.,()!?]")
_SPACED = {mark: f" {mark} " for mark in "'.,()!?"} | {";": " ", ":": " ", "<br />": " "}


def tokenize(text: str, ngrams: int = 1) -> list[str]:
    """Split `text` into lower-case words and marks, then append its n-grams up to `ngrams` words.

        tokenize("Don't stop!")       # ['don', "'", 't', 'stop', '!']
        tokenize("to be or", 2)       # ['to', 'be', 'or', 'to be', 'be or']

    Double quotes, colons and semicolons vanish.  Token for token this equals torchtext's
    `basic_english` and `ngrams_iterator`.  Introduced in lesson 03.
    """
    words = _MARKS.sub(lambda mark: _SPACED[mark[0]], text.lower().replace('"', "")).split()
    longer = (
        " ".join(words[i : i + n]) for n in range(2, ngrams + 1) for i in range(len(words) - n + 1)
    )
    return [*words, *longer]


tokenizer = tokenize  # the name that older notebooks know it by


class Vocab:
    """The known tokens in a fixed order: token to index, index to token (lesson 03).

    Index 0 is `<unk>`: every unknown token has it, and padding uses it too.  The rest stand from
    the most to the least frequent, equals in alphabetical order, as torchtext's
    `build_vocab_from_iterator(..., specials=["<unk>"])` has them; the methods bear its names.

        vocab = Vocab.from_texts(["to be or not to be"])
        vocab["be"], vocab["whale"], vocab(["to", "be"])      # (1, 0, [2, 1])
    """

    def __init__(self, tokens: list[str], ngrams: int = 1):
        """Take `tokens` in order of their indices; the first must be `<unk>`, none twice."""
        self._itos = list(tokens)
        self._stoi = {token: index for index, token in enumerate(self._itos)}
        self.ngrams = ngrams
        self._encoded: dict[str, np.ndarray] = {}  # each text is tokenised once, not once an epoch
        if self._itos[:1] != ["<unk>"] or len(self._stoi) != len(self._itos):
            raise DataError("a vocabulary begins with '<unk>' and holds no token twice")

    @classmethod
    def from_texts(cls, texts, ngrams: int = 1, min_freq: int = 1) -> Vocab:
        """Collect the tokens that occur at least `min_freq` times in `texts`."""
        if min_freq < 1 or ngrams < 1:
            raise DataError(f"ngrams={ngrams} and min_freq={min_freq}: both must be 1 or more")
        texts = list(texts)  # gone through twice
        draft: dict[str, int] = {}  # the order of first sight, replaced by the final one below
        encoded = {
            text: np.array([draft.setdefault(t, len(draft)) for t in tokenize(text, ngrams)], int)
            for text in dict.fromkeys(texts)
        }
        counts: Counter[str] = Counter()
        tokens = list(draft)
        for text in texts:
            counts.update(encoded[text].tolist())
        kept = [tokens[i] for i in counts if counts[i] >= min_freq and tokens[i] != "<unk>"]
        vocab = cls(["<unk>", *sorted(kept, key=lambda t: (-counts[draft[t]], t))], ngrams)
        final = np.array([vocab[token] for token in tokens], dtype=np.int64)
        vocab._encoded = {text: final[indices] for text, indices in encoded.items()}
        return vocab

    def indices(self, text: str) -> np.ndarray:
        """Give the indices of the tokens of `text`, int64 of shape (time,); kept for next time."""
        if text not in self._encoded:
            self._encoded[text] = np.array(self(tokenize(text, self.ngrams)), dtype=np.int64)
        return self._encoded[text]

    def __len__(self) -> int:
        return len(self._itos)

    def __contains__(self, token: str) -> bool:
        return token in self._stoi

    def __getitem__(self, token: str) -> int:
        return self._stoi.get(token, 0)

    def __call__(self, tokens: list[str]) -> list[int]:
        return [self._stoi.get(token, 0) for token in tokens]

    lookup_indices = __call__

    def lookup_tokens(self, indices: list[int]) -> list[str]:
        """Give the tokens that stand at `indices`."""
        return [self._itos[index] for index in indices]

    def get_stoi(self) -> dict[str, int]:
        """Give a copy of the table from token to index."""
        return dict(self._stoi)

    def get_itos(self) -> list[str]:
        """Give a copy of the list from index to token."""
        return list(self._itos)

    def __getstate__(self) -> dict:
        return {**self.__dict__, "_encoded": {}}  # a pickle carries the words, not the texts


_loaded_vocab: Vocab | None = None  # that of the last `load_dataset`, for calls that name none


def _indices(text: str, vocab=None) -> np.ndarray:
    vocab = _loaded_vocab if vocab is None else vocab
    if vocab is None:
        raise DataError("no vocabulary yet: call load_dataset() first, or pass vocab=…")
    if isinstance(vocab, Vocab):
        return vocab.indices(text)
    known = [token if token in vocab else "<unk>" for token in tokenize(text)]
    return np.array(vocab(known), dtype=np.int64)  # torchtext's raises at an unknown token


def encode(text: str, vocab=None) -> list[int]:
    """Turn `text` into the indices of its tokens, 0 for each unknown one.

    `vocab` is a `Vocab` or a torchtext vocabulary; by default that of the last `load_dataset`.
    Introduced in lesson 03.
    """
    return _indices(text, vocab).tolist()


# --- datasets -------------------------------------------------------------------------------


class NewsDataset(list):
    """A list of `(label, text)`, labels 1 to 4; `titles` and `vocab` stand beside it."""

    def __init__(self, rows: list[tuple[int, str, str]]):
        super().__init__((label, f"{title} {description}") for label, title, description in rows)
        self.titles = [title for _, title, _ in rows]
        self.vocab: Vocab | None = None

    def __setstate__(self, state: dict) -> None:
        """Hand the vocabulary to a worker process that was started afresh with this dataset."""
        global _loaded_vocab
        self.__dict__.update(state)
        _loaded_vocab = _loaded_vocab or self.vocab


def load_dataset(name="auto", *, root=None, ngrams=1, min_freq=1, train_size=None, seed=0):
    """Load news texts: return `(train_dataset, test_dataset, classes, vocab)` (lesson 03).

    `name` is "demo", the corpus that comes with the course (12,000 and 3,000 texts); "ag_news",
    the real one (120,000 and 7,600; non-commercial use), downloaded once; or "auto": AG News
    where it already lies, else the demo corpus.  Only "ag_news" ever downloads.

    AG News is looked for in `root`, else in the folder that the environment variable
    `TORCHNLP_DATA` names, else in the user's cache, where a download goes; `TORCHNLP_MIRROR` is
    another address to fetch it from.  A folder holds `train.csv` and `test.csv` without a
    header: class 1 to 4, title, description.

    Datasets are lists of `(label, text)`, labels 1 to 4, text = title + space + description;
    `dataset.titles` has the titles alone.  `train_size` keeps so many training texts, drawn with
    `seed`.  The vocabulary has the tokens of the training texts, and their n-grams up to
    `ngrams`, that occur `min_freq` times or more; batches use it unless told otherwise.

    Raises:
        DataError: an unknown name, a missing or damaged file, a failed download, a wrong number.
    """
    global _loaded_vocab
    folder = _folder(name, root)
    rows = _read(folder, "train")
    if train_size is not None and train_size not in range(1, len(rows) + 1):
        raise DataError(f"train_size={train_size!r}: give a whole number from 1 to {len(rows)}")
    chosen = random.Random(seed).sample(range(len(rows)), train_size or len(rows))
    train = NewsDataset([rows[i] for i in sorted(chosen)])
    test = NewsDataset(_read(folder, "test"))
    vocab = Vocab.from_texts([text for _, text in train], ngrams, min_freq)
    train.vocab = test.vocab = _loaded_vocab = vocab
    return train, test, list(CLASSES), vocab


def _folder(name: str, root: str | Path | None) -> Path:
    """Decide where the dataset `name` is read from; download it if that is asked for."""
    if name not in DATASETS:
        near = difflib.get_close_matches(str(name), DATASETS, 1, 0.4)
        hint = f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(DATASETS)}"
        raise DataError(f"unknown dataset {name!r}; {hint}")
    given = root or (os.environ.get("TORCHNLP_DATA") if name != "demo" else None)
    found = Path(given) if given else None
    if found is None and name != "demo" and all(map(_is_whole, AG_NEWS)):
        found = _cached("")
    elif found is None and name == "ag_news":
        found = _download()
    if name == "auto" and found:
        print(f"Using the texts in {found}; load_dataset('demo') gives the demo corpus.")
    elif name == "auto":
        print("Using the demo corpus; load_dataset('ag_news') downloads AG News (31 MB).")
    here = Path(__file__).resolve().parent
    installed, beside = here / "nlp_course_data/demo", here / "data/demo"
    return found or (beside if beside.is_dir() else installed)


def _read(folder: Path, split: str) -> list[tuple[int, str, str]]:
    """Read one split; a fault names the file, and the line where it has one."""
    names = [folder / f"{split}.csv", folder / f"{split}.csv.gz"]
    path = next(filter(Path.is_file, names), None)
    if path is None:
        raise DataError(f"{folder}: no {split}.csv; name its folder as root=… or in TORCHNLP_DATA")
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        lines = io.StringIO(raw.decode("utf-8-sig"), newline="")  # -sig: spreadsheets mark files so
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError(f"{path}:{line}: not UTF-8 ({error.reason}); save it as UTF-8") from None
    except (EOFError, OSError, zlib.error) as error:
        raise DataError(f"{path}: {error}; mend the file or fetch it anew") from None
    rows, reader = [], csv.reader(lines, strict=True)
    try:
        for row in reader:
            if len(row) != 3:
                raise csv.Error(f"{len(row)} fields, but a row is class, title, description")
            if row[0] not in ("1", "2", "3", "4"):
                raise csv.Error(f"class {row[0]!r}, but classes are 1 to 4")
            rows.append((int(row[0]), row[1], row[2]))
    except csv.Error as error:
        where = f"{path}:{reader.line_num}"
        raise DataError(f"{where}: {error}; mend the line or fetch the file anew") from None
    if not rows:
        raise DataError(f"{path}: empty file; fetch it anew")
    return rows


def _cached(name: str) -> Path:
    return Path(pooch.os_cache("nlp-course"), "ag_news", name)


def _is_whole(name: str) -> bool:
    return _cached(name).is_file() and pooch.file_hash(_cached(name), alg="md5") == AG_NEWS[name]


def _download() -> Path:
    """Fetch what the cache lacks of AG News; files appear there whole or not at all."""
    home = (os.environ.get("TORCHNLP_MIRROR") or AG_NEWS_HOME).rstrip("/")
    pooch.get_logger().setLevel("WARNING")
    fetch = pooch.HTTPDownloader(progressbar=sys.stderr.isatty(), timeout=30)
    folder, partial = _cached(""), _cached("partial")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "lock"):
            try:
                for name in [name for name in AG_NEWS if not _is_whole(name)]:
                    url = f"{home}/{name}"
                    print(f"Downloading {url}", file=sys.stderr)
                    pooch.retrieve(url, f"md5:{AG_NEWS[name]}", name, partial, downloader=fetch)
                    os.replace(partial / name, folder / name)
            finally:
                shutil.rmtree(partial, ignore_errors=True)  # and what a killed download left
    except (OSError, ValueError) as error:
        remedy = "check the connection, name a mirror in TORCHNLP_MIRROR, or use 'demo'"
        if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS):
            remedy = f"{folder} needs 32 MB of room and leave to write"
        reason = " ".join(str(error).split())
        raise DataError(f"cannot fetch AG News from {home}: {reason}; {remedy}") from None
    return folder


# --- batches --------------------------------------------------------------------------------


def _labels_and_indices(batch, vocab) -> tuple[torch.Tensor, list[np.ndarray]]:
    if not len(batch):
        raise DataError("an empty batch: give at least one (label, text)")
    texts = [_indices(text, vocab) for _, text in batch]
    if not all(map(len, texts)):
        empty = next(text for (_, text), found in zip(batch, texts, strict=True) if not len(found))
        raise DataError(f"the text {empty!r} has no tokens; leave it out of the dataset")
    return torch.tensor([label - 1 for label, _ in batch]), texts


def padify(batch, vocab=None) -> tuple[torch.Tensor, torch.Tensor]:
    """Turn a list of `(label, text)` into labels (batch,) from 0 and features (batch, time).

    Shorter texts are filled up with 0 on the right; a `collate_fn` (lesson 03).  `vocab` as in
    `encode`.  Raises: DataError for an empty batch or a text without tokens.
    """
    return pad_length(batch, vocab)[:2]


def pad_length(batch, vocab=None) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Do as `padify`, and add the lengths before padding (batch,), for packed sequences.

    Lengths are tokens, and stay on the CPU, where `pack_padded_sequence` wants them (lesson 03).
    """
    labels, texts = _labels_and_indices(batch, vocab)
    lengths = [len(text) for text in texts]
    features = np.zeros((len(texts), max(lengths)), dtype=np.int64)  # (batch, time)
    for row, text in zip(features, texts, strict=True):
        row[: len(text)] = text
    return labels, torch.from_numpy(features), torch.tensor(lengths)


def offsetify(batch, vocab=None) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Turn a list of `(label, text)` into labels (batch,), all tokens in a row, and offsets.

    Tokens have shape (all tokens,), offsets (batch,) say where each text begins, as
    `torch.nn.EmbeddingBag` wants them; a `collate_fn` (lesson 03).
    """
    labels, texts = _labels_and_indices(batch, vocab)
    starts = np.cumsum([0, *(len(text) for text in texts[:-1])])
    return labels, torch.from_numpy(np.concatenate(texts)), torch.from_numpy(starts)


class bucket_batches(Sampler):  # noqa: N801 - used like a function, as `padify` is
    """Batches of texts of like length: a `batch_sampler` in which padding costs little (lesson 03).

        DataLoader(train_dataset, batch_sampler=bucket_batches(train_dataset, 64),
                   collate_fn=padify)

    Every epoch has each index exactly once and comes in a new order, the same for the same `seed`
    and number of the epoch.  Texts are shuffled, and sorted by length only within a pool of `pool`
    batches, because batches of texts that are too much alike train worse.  `dataset` is a list of
    `(label, text)`; `vocab` as in `encode`.
    """

    def __init__(self, dataset, batch_size: int, *, pool: int = 20, vocab=None, seed: int = 0):
        if min(batch_size, pool, len(dataset)) < 1:
            sizes = f"batch_size={batch_size}, pool={pool}, {len(dataset)} texts"
            raise DataError(f"{sizes}: each must be 1 or more")
        vocab = vocab or getattr(dataset, "vocab", None)
        self.lengths = np.array([len(_indices(text, vocab)) for _, text in dataset])
        self.batch_size, self.pool, self.seed, self.epoch = batch_size, pool, seed, 0

    def __len__(self) -> int:
        return -(-len(self.lengths) // self.batch_size)

    def __iter__(self):
        chance = np.random.default_rng([self.seed, self.epoch])
        self.epoch += 1
        order = chance.permutation(len(self.lengths))
        pools = np.arange(len(order)) // (self.batch_size * self.pool)
        order = order[np.lexsort((self.lengths[order], pools))]
        for batch in chance.permutation(len(self)):
            yield order[batch * self.batch_size : (batch + 1) * self.batch_size].tolist()


# --- training and measuring -----------------------------------------------------------------


def train_epoch(
    net, dataloader, lr=0.01, optimizer=None, loss_fn=None, epoch_size=None, report_freq=200,
    *, scheduler=None, clip_norm=None,
) -> tuple[float, float]:  # fmt: skip
    """Train `net` on each batch once; return (mean cross-entropy per text, accuracy) (lesson 03).

    A batch is labels (batch,) and what `net` takes, as `padify` makes it; `net` gives one score a
    class, (batch, classes).  `optimizer` is Adam with `lr` unless given; `loss_fn` averages over
    the batch; `scheduler` steps after every batch; `clip_norm` bounds the gradient's norm.  Ends
    early after `epoch_size` texts.  Progress is a bar in a terminal, and where output is kept a
    line `3200: acc=0.31` (texts so far, accuracy on them) every `report_freq` batches.
    """
    options = {"scheduler": scheduler, "clip_norm": clip_norm}
    return train_epoch_emb(
        net, dataloader, lr, optimizer, loss_fn, epoch_size, report_freq, **options
    )


def train_epoch_emb(
    net, dataloader, lr=0.01, optimizer=None, loss_fn=None, epoch_size=None, report_freq=200,
    use_pack_sequence=False, *, scheduler=None, clip_norm=None,
) -> tuple[float, float]:  # fmt: skip
    """Do as `train_epoch` for networks that take two arguments (lesson 03).

    A batch is (labels, text, offsets) of `offsetify` for `EmbeddingBag`, or with
    `use_pack_sequence` (labels, features, lengths) of `pad_length`, whose lengths stay on the CPU.
    """
    optimizer = optimizer or torch.optim.Adam(net.parameters(), lr=lr)

    def learn(loss):
        optimizer.zero_grad()
        loss.backward()
        if clip_norm is not None:
            torch.nn.utils.clip_grad_norm_(net.parameters(), clip_norm)
        optimizer.step()
        if scheduler is not None:
            scheduler.step()

    live = sys.stdout.isatty() and sys.stderr.isatty()
    bar = tqdm(dataloader, disable=not live, leave=False)
    net.train()
    return _epoch(net, bar, loss_fn, epoch_size, use_pack_sequence, learn, not live and report_freq)


def evaluate(net, dataloader, loss_fn=None, epoch_size=None, use_pack_sequence=False):
    """Measure without training: return (mean cross-entropy per text, accuracy) (lesson 03).

    Batches as in `train_epoch`, or with `use_pack_sequence` as in `train_epoch_emb`.  Leaves each
    layer of `net` in the mode, training or not, in which it was.
    """
    modes = {layer: layer.training for layer in net.modules()}
    net.eval()
    try:
        with torch.no_grad():
            return _epoch(net, dataloader, loss_fn, epoch_size, use_pack_sequence)
    finally:
        for layer, mode in modes.items():
            layer.training = mode


def _epoch(net, batches, loss_fn, epoch_size, packed, learn=None, report_freq=None):
    """Go over the batches once; `learn`, if given, is called with the loss of each."""
    loss_fn = loss_fn or torch.nn.CrossEntropyLoss()
    target = next((weights.device for weights in net.parameters()), device)
    loss_sum = right = torch.zeros((), device=target)  # stay there: reading them back would wait
    count = 0
    for number, (labels, *inputs) in enumerate(batches, 1):
        if not len(labels):
            raise DataError(f"batch {number} is empty; leave it out")
        if packed and (len(inputs) != 2 or inputs[1].device.type != "cpu"):
            found = ", ".join(f"{tuple(tensor.shape)} on {tensor.device}" for tensor in inputs)
            raise DataError(f"packing takes features, and lengths on the CPU; found {found}")
        labels = labels.to(target)
        moved = [tensor.to(target) for tensor in (inputs[:1] if packed else inputs)]
        scores = net(*moved, *inputs[len(moved) :])  # (batch, classes)
        loss = loss_fn(scores, labels)
        if learn:
            learn(loss)
        count += len(labels)
        loss_sum = loss_sum + loss.detach() * len(labels)
        right = right + (scores.detach().argmax(dim=1) == labels).sum()
        if report_freq and number % report_freq == 0:
            print(f"{count}: acc={right.item() / count:.2f}")
        if epoch_size is not None and count >= epoch_size:
            break
    if not count:
        raise DataError("the dataloader gave no batch; is the dataset empty?")
    return loss_sum.item() / count, right.item() / count


# --- showing --------------------------------------------------------------------------------

RESULTS_MIME = "application/vnd.nlp-course.results+json"


def show_results(rows: list[dict]) -> None:
    """Show models in a table and a plot; a row has `model`, `parameters`, `seconds`, `accuracy`.

    Accuracy is from 0 to 1.  Seconds differ from run to run, so only the plot shows them; the
    output carries the rows as data too, which is where `course run` reads them, and with them the
    `curve` of a row, its training accuracy after each epoch (lesson 03).
    """
    import matplotlib.pyplot as plt
    from IPython import get_ipython
    from IPython.display import display

    names = [row["model"] for row in rows]
    width = max(map(len, ["model", *names]))
    table = f"{'model':<{width}}  parameters  test accuracy"
    for row in rows:
        table += f"\n{row['model']:<{width}}  {row['parameters']:>10,}  {row['accuracy']:>13.3f}"
    if get_ipython() is None:
        return print(table)
    display({"text/plain": table, RESULTS_MIME: {"rows": rows}}, raw=True)

    size = (5.4, 0.6 + 0.33 * len(rows))
    _, axes = plt.subplots(1, 2, sharey=True, figsize=size, width_ratios=[3, 2])
    columns = [("accuracy", "test accuracy", "%.3f"), ("seconds", "seconds", "%.1f")]
    colours = [model_colour(name) for name in names]
    for axis, (column, title, fmt) in zip(axes, columns, strict=True):
        bars = axis.barh(names, [row[column] for row in rows], color=colours)
        axis.bar_label(bars, fmt=fmt, padding=3)
        axis.set_title(title)
        axis.margins(x=0.6)  # room for the values
        axis.set_xlim(left=0)
        axis.set_xticks([])
        axis.tick_params(length=0)
        axis.grid(False)
        axis.spines["bottom"].set_visible(False)
    axes[0].invert_yaxis()
    plt.show()
