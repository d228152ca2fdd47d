"""From texts to tensors: `padify`, `pad_length`, `offsetify`, for a `DataLoader` of PyTorch."""

import numpy as np
import torch

from nlphelpers.errors import DataError
from nlphelpers.tokens import padding_index, text_indices


def labels_and_indices(batch, vocab) -> tuple[torch.Tensor, list[np.ndarray]]:
    """Return the labels of a batch from 0, and the indices of each of its texts."""
    if not len(batch):
        raise DataError("an empty batch: give at least one (label, text)")
    texts = [text_indices(text, vocab) for _, text in batch]
    if not all(map(len, texts)):
        empty = next(text for (_, text), found in zip(batch, texts, strict=True) if not len(found))
        raise DataError(f"the text {empty!r} has no tokens; leave it out of the dataset")
    return torch.tensor([label - 1 for label, _ in batch]), texts


def padify(batch, vocab=None) -> tuple[torch.Tensor, torch.Tensor]:
    """Turn a list of `(label, text)` into labels (batch,) from 0 and features (batch, time).

    Shorter texts are filled up on the right with 0, or with the index of `<pad>` where the
    vocabulary has that among its specials; a `collate_fn` (lesson 03).  `vocab` as in `encode`.
    Raises: DataError for an empty batch or a text without tokens.
    """
    return pad_length(batch, vocab)[:2]


def pad_length(batch, vocab=None) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Do as `padify`, and add the lengths before padding (batch,), for packed sequences.

    Lengths are tokens, and stay on the CPU, where `pack_padded_sequence` wants them (lesson 03).
    """
    labels, texts = labels_and_indices(batch, vocab)
    lengths = [len(text) for text in texts]
    features = np.full((len(texts), max(lengths)), padding_index(vocab), np.int64)  # (batch, time)
    for row, text in zip(features, texts, strict=True):
        row[: len(text)] = text
    return labels, torch.from_numpy(features), torch.tensor(lengths)


def offsetify(batch, vocab=None) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Turn a list of `(label, text)` into labels (batch,), all tokens in a row, and offsets.

    Tokens have shape (all tokens,), offsets (batch,) say where each text begins, as
    `torch.nn.EmbeddingBag` wants them; a `collate_fn` (lesson 02).
    """
    labels, texts = labels_and_indices(batch, vocab)
    starts = np.cumsum([0, *(len(text) for text in texts[:-1])])
    return labels, torch.from_numpy(np.concatenate(texts)), torch.from_numpy(starts)
