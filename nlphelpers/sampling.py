"""Which texts come in one batch: `bucket_batches`."""

import numpy as np

from nlphelpers.errors import DataError
from nlphelpers.tokens import text_indices


class bucket_batches:  # noqa: N801 - used like a function, as `padify` is
    """Batches of texts of like length, as lists of indices: padding costs little (lesson 03).

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
        self.lengths = np.array([len(text_indices(text, vocab)) for _, text in dataset])
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
