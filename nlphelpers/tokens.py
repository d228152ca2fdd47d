"""From text to tokens to indices: `tokenize`, `Vocab`, `encode`."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from nlphelpers.errors import DataError

MARKS = re.compile(r"<br />|[';:.,()!?]")
SPACED = {mark: f" {mark} " for mark in "'.,()!?"} | {";": " ", ":": " ", "<br />": " "}
UNKNOWN, PADDING = "<unk>", "<pad>"


def tokenize(text: str, ngrams: int = 1) -> list[str]:
    """Split `text` into lower-case words and marks, then append its n-grams up to `ngrams` words.

        tokenize("Don't stop!")       # ['don', "'", 't', 'stop', '!']
        tokenize("to be or", 2)       # ['to', 'be', 'or', 'to be', 'be or']

    Double quotes, colons and semicolons vanish.  Token for token this equals torchtext's
    `basic_english` and `ngrams_iterator`.  Introduced in lesson 01.
    """
    words = MARKS.sub(lambda mark: SPACED[mark[0]], text.lower().replace('"', "")).split()
    longer = (
        " ".join(words[i : i + n]) for n in range(2, ngrams + 1) for i in range(len(words) - n + 1)
    )
    return [*words, *longer]


tokenizer = tokenize  # the name that older notebooks know it by


class Vocab:
    """The known tokens in a fixed order: token to index, index to token (lesson 01).

    First come the `specials`, then the rest from the most to the least frequent, equals in
    alphabetical order, as torchtext's `build_vocab_from_iterator(..., specials=...)` has them; the
    methods bear its names.  An unknown token has the index of `<unk>`, one of the specials.  By
    default that is the only one, and padding uses its index 0 too.

        vocab = Vocab.from_texts(["to be or not to be"])
        vocab["be"], vocab["whale"], vocab(["to", "be"])      # (1, 0, [2, 1])
        vocab = Vocab.from_texts(["to be"], specials=("<pad>", "<unk>", "<bos>", "<eos>"))
        vocab["<pad>"], vocab["whale"], vocab["be"]           # (0, 1, 4)
    """

    specials: tuple[str, ...] = (UNKNOWN,)  # also those of a pickle that has none

    def __init__(self, tokens: list[str], ngrams: int = 1, specials=(UNKNOWN,)):
        """Take `tokens` in order of their indices: `specials` first, none twice."""
        self._itos = list(tokens)
        self._stoi = {token: index for index, token in enumerate(self._itos)}
        self.ngrams = ngrams
        self.specials = tuple(specials)
        self._encoded: dict[str, np.ndarray] = {}  # each text is tokenised once, not once an epoch
        if UNKNOWN not in self.specials:
            raise DataError(f"specials={self.specials}: {UNKNOWN!r} must be one of them")
        in_front = tuple(self._itos[: len(self.specials)]) == self.specials
        if not in_front or len(self._stoi) != len(self._itos):
            first = ", ".join(map(repr, self.specials))
            raise DataError(f"a vocabulary begins with {first} and holds no token twice")

    @classmethod
    def from_texts(cls, texts, ngrams: int = 1, min_freq: int = 1, specials=(UNKNOWN,)) -> Vocab:
        """Collect the tokens that occur at least `min_freq` times in `texts`, behind `specials`."""
        if min_freq < 1 or ngrams < 1:
            raise DataError(f"ngrams={ngrams} and min_freq={min_freq}: both must be 1 or more")
        texts, specials = list(texts), tuple(specials)  # gone through twice
        draft: dict[str, int] = {}  # the order of first sight, replaced by the final one below
        encoded = {
            text: np.array([draft.setdefault(t, len(draft)) for t in tokenize(text, ngrams)], int)
            for text in dict.fromkeys(texts)
        }
        counts: Counter[str] = Counter()
        tokens = list(draft)
        for text in texts:
            counts.update(encoded[text].tolist())
        kept = [tokens[i] for i in counts if counts[i] >= min_freq and tokens[i] not in specials]
        kept.sort(key=lambda token: (-counts[draft[token]], token))
        vocab = cls([*specials, *kept], ngrams, specials)
        final = np.array([vocab[token] for token in tokens], dtype=np.int64)
        vocab._encoded = {text: final[indices] for text, indices in encoded.items()}
        return vocab

    def indices(self, text: str) -> np.ndarray:
        """Return the indices of the tokens of `text`, int64 (time,), kept for next time."""
        if text not in self._encoded:
            self._encoded[text] = np.array(self(tokenize(text, self.ngrams)), dtype=np.int64)
        return self._encoded[text]

    def __len__(self) -> int:
        return len(self._itos)

    def __contains__(self, token: str) -> bool:
        return token in self._stoi

    def __getitem__(self, token: str) -> int:
        return self._stoi.get(token, self._stoi[UNKNOWN])

    def __call__(self, tokens: list[str]) -> list[int]:
        unknown = self._stoi[UNKNOWN]
        return [self._stoi.get(token, unknown) for token in tokens]

    lookup_indices = __call__

    def lookup_tokens(self, indices: list[int]) -> list[str]:
        """Return the tokens that stand at `indices`."""
        return [self._itos[index] for index in indices]

    def get_stoi(self) -> dict[str, int]:
        """Return a copy of the table from token to index."""
        return dict(self._stoi)

    def get_itos(self) -> list[str]:
        """Return a copy of the list from index to token."""
        return list(self._itos)

    def __getstate__(self) -> dict:
        return {**self.__dict__, "_encoded": {}}  # a pickle carries the words, not the texts


_loaded_vocab: Vocab | None = None  # that of the last `load_dataset`, for calls that name none


def loaded_vocab() -> Vocab | None:
    """Return the vocabulary of the last `load_dataset`, or None."""
    return _loaded_vocab


def set_loaded_vocab(vocab: Vocab | None) -> None:
    """Make `vocab` the one for calls that name none."""
    global _loaded_vocab
    _loaded_vocab = vocab


def text_indices(text: str, vocab=None) -> np.ndarray:
    """Return what `encode` does as an array, int64 of shape (time,)."""
    vocab = _loaded_vocab if vocab is None else vocab
    if vocab is None:
        raise DataError("no vocabulary yet: call load_dataset() first, or pass vocab=…")
    if isinstance(vocab, Vocab):
        return vocab.indices(text)
    known = [token if token in vocab else UNKNOWN for token in tokenize(text)]
    return np.array(vocab(known), dtype=np.int64)  # torchtext's raises at an unknown token


def padding_index(vocab=None) -> int:
    """Return the index that fills up texts: that of `<pad>` if it is one of the specials, else 0.

    `vocab` as in `encode`.
    """
    vocab = _loaded_vocab if vocab is None else vocab
    return vocab[PADDING] if PADDING in getattr(vocab, "specials", ()) else 0


def encode(text: str, vocab=None) -> list[int]:
    """Return the indices of the tokens of `text`, that of `<unk>` for each unknown one.

    `vocab` is a `Vocab` or a torchtext vocabulary; by default that of the last `load_dataset`.
    Introduced in lesson 01.
    """
    return text_indices(text, vocab).tolist()
