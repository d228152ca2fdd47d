"""Loops that train and measure networks: `train_epoch`, `train_epoch_emb`, `evaluate`."""

import sys

import torch
from tqdm import tqdm

from nlphelpers.errors import DataError

device = torch.device(
    "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
)
"""Where networks are trained: the first of `cuda`, `mps` and `cpu` that is there (lesson 03)."""


def train_epoch(
    net,
    dataloader,
    lr=0.01,
    optimizer=None,
    loss_fn=None,
    epoch_size=None,
    report_freq=200,
    *,
    scheduler=None,
    clip_norm=None,
) -> tuple[float, float]:
    """Train `net` on each batch once; return (mean cross-entropy per text, accuracy) (lesson 01).

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
    net,
    dataloader,
    lr=0.01,
    optimizer=None,
    loss_fn=None,
    epoch_size=None,
    report_freq=200,
    use_pack_sequence=False,
    *,
    scheduler=None,
    clip_norm=None,
) -> tuple[float, float]:
    """Do as `train_epoch` for networks that take two arguments (lesson 02).

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
    """Measure without training: return (mean cross-entropy per text, accuracy) (lesson 01).

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
