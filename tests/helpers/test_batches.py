"""From datasets to batches: `padify`, `pad_length`, `offsetify` and `bucket_batches`."""

import pickle
from collections import Counter
from functools import partial

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import DataLoader, Subset

import nlphelpers.tokens
from torchnlp import (
    DataError,
    Vocab,
    bucket_batches,
    encode,
    load_dataset,
    offsetify,
    pad_length,
    padify,
)

COLLATES = [padify, pad_length, offsetify]
BATCH = [(3, "to be"), (1, "or not to be"), (4, "whale")]
VOCAB = Vocab.from_texts(["to be or not to be"])  # <unk> be to not or


class TorchtextVocab:
    """Stands in for `torchtext.vocab.Vocab` without a default index: unknown tokens raise."""

    def __init__(self, tokens):
        self.tokens = tokens

    def __len__(self):
        return len(self.tokens)

    def __contains__(self, token):
        return token in self.tokens

    def __getitem__(self, token):
        if token not in self.tokens:
            raise RuntimeError(f"Token {token} not found and default index is not set")
        return self.tokens.index(token)

    def __call__(self, tokens):
        return [self[token] for token in tokens]


words = st.sampled_from(["to", "be", "or", "not", "whale", "!", ","])
texts = st.lists(words, min_size=1, max_size=12)
rows = st.tuples(st.integers(1, 4), texts.map(" ".join))


def tensors_equal(one, other) -> bool:
    return len(one) == len(other) and all(map(torch.equal, one, other))


# --- worked examples ------------------------------------------------------------------------


def test_padify_gives_labels_from_0_and_rows_filled_with_0_on_the_right():
    """A worked batch: labels (batch,), features (batch, time), both int64."""
    labels, features = padify(BATCH, VOCAB)
    assert labels.tolist() == [2, 0, 3]
    assert features.tolist() == [[2, 1, 0, 0], [4, 3, 2, 1], [0, 0, 0, 0]]
    assert (labels.dtype, features.dtype) == (torch.int64, torch.int64)


def test_pad_length_adds_the_lengths_before_padding_on_the_cpu():
    """Lengths count tokens, also an unknown one, whose index is that of the padding."""
    labels, features, lengths = pad_length(BATCH, VOCAB)
    assert tensors_equal((labels, features), padify(BATCH, VOCAB))
    assert lengths.tolist() == [2, 4, 1]
    assert lengths.dtype == torch.int64
    assert lengths.device == torch.device("cpu")


def test_offsetify_gives_all_tokens_in_a_row_and_where_each_text_begins():
    """What `EmbeddingBag` takes: tokens (all tokens,), offsets (batch,), both int64."""
    labels, tokens, offsets = offsetify(BATCH, VOCAB)
    assert labels.tolist() == [2, 0, 3]
    assert tokens.tolist() == [2, 1, 4, 3, 2, 1, 0]
    assert offsets.tolist() == [0, 2, 6]
    assert (tokens.dtype, offsets.dtype) == (torch.int64, torch.int64)


def test_padding_is_that_of_the_vocabulary():
    """The index of `<pad>` where it is one of the specials; a token of a text never is."""
    specials = ("<unk>", "<bos>", "<pad>")
    _, features = padify(BATCH[:2], Vocab.from_texts(["to be"], specials=specials))
    assert features.tolist() == [[4, 3, 2, 2], [0, 0, 4, 3]]
    _, features = padify(BATCH[:2], Vocab.from_texts(["<pad> to"]))
    assert features.tolist() == [[2, 0, 0, 0], [0, 0, 2, 0]]


def test_pairs_of_words_are_in_the_batch_when_the_vocabulary_has_them():
    """`ngrams` of the vocabulary decides what a text's tokens are."""
    pairs = Vocab.from_texts(["to be or"], ngrams=2)  # <unk> be, be or, or, to, to be
    labels, tokens, offsets = offsetify([(1, "to be"), (2, "or")], pairs)
    assert tokens.tolist() == [4, 1, 5, 3]
    assert offsets.tolist() == [0, 3]


def test_the_vocabulary_of_the_last_load_serves_when_none_is_named(news):
    """A bare `collate_fn=padify` uses what `load_dataset` gave."""
    train, _, _, vocab = news
    for collate in COLLATES:
        assert tensors_equal(collate(train[:5]), collate(train[:5], vocab))
    assert encode("the robot") == encode("the robot", vocab)
    assert encode("the robot", VOCAB) == [0, 0]


def test_a_batch_is_ones_own(news):
    """Writing into a batch changes no later batch."""
    train = news[0]
    for collate in COLLATES:
        kept = [tensor.clone() for tensor in collate(train[:1])]
        for tensor in collate(train[:1]):
            tensor.fill_(7)
        assert tensors_equal(collate(train[:1]), kept)


# --- properties -----------------------------------------------------------------------------


@given(st.lists(rows, min_size=1, max_size=6))
def test_padding_keeps_every_index_and_adds_only_0(batch):
    """A row is the text's indices and then 0; no column is padding alone."""
    labels, features, lengths = pad_length(batch, VOCAB)
    assert labels.tolist() == [label - 1 for label, _ in batch]
    assert features.shape == (len(batch), max(lengths))
    for (_, text), row, length in zip(batch, features, lengths, strict=True):
        assert row[:length].tolist() == encode(text, VOCAB)
        assert not row[length:].any()


@given(st.lists(rows, min_size=1, max_size=6))
def test_offsets_split_the_tokens_back_into_the_texts(batch):
    """Cut at the offsets, the one long row is the list of the texts' indices."""
    labels, tokens, offsets = offsetify(batch, VOCAB)
    assert labels.tolist() == [label - 1 for label, _ in batch]
    parts = torch.tensor_split(tokens, offsets[1:])
    assert [part.tolist() for part in parts] == [encode(text, VOCAB) for _, text in batch]


@given(
    st.lists(rows, min_size=1, max_size=40), st.integers(1, 9), st.integers(1, 9), st.integers(0, 3)
)
def test_an_epoch_of_buckets_has_every_text_exactly_once(dataset, size, pool, seed):
    """Full batches but one, as many as `len` says; in one pool, each of neighbouring lengths."""
    batches = bucket_batches(dataset, size, pool=pool, vocab=VOCAB, seed=seed)
    for _ in range(2):
        epoch = list(batches)
        assert len(epoch) == len(batches) == -(-len(dataset) // size)
        assert sorted(index for batch in epoch for index in batch) == list(range(len(dataset)))
        assert sorted(map(len, epoch))[1:] == [size] * (len(epoch) - 1)
        spans = []
        for batch in epoch:
            lengths = [len(encode(dataset[index][1], VOCAB)) for index in batch]
            spans.append((min(lengths), max(lengths)))
        spans.sort()
        if size * pool >= len(dataset):
            assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:], strict=False))


# --- buckets --------------------------------------------------------------------------------


def test_buckets_come_in_another_order_each_epoch_and_seed_but_the_same_for_the_same(news):
    """Seeded by `seed` and the number of the epoch, in order and in make-up."""
    train = news[0]

    def epochs(seed):
        batches = bucket_batches(train, 4, seed=seed)
        return [list(batches) for _ in range(3)]

    first, second, third = epochs(seed=1)
    assert first != second != third != first
    assert {frozenset(batch) for batch in first} != {frozenset(batch) for batch in second}
    assert epochs(seed=1) == [first, second, third]
    assert epochs(seed=2) != [first, second, third]
    lengths = [len(encode(train[batch[0]][1])) for batch in first]
    assert lengths != sorted(lengths)


def padding(batches) -> int:
    """Count the zeros that fill up the batches of `pad_length`."""
    return sum(int(features.numel() - lengths.sum()) for _, features, lengths in batches)


def test_buckets_need_less_padding_and_serve_a_loader(news):
    """As `batch_sampler`, with the dataset's own vocabulary, they cut the zeros."""
    train = news[0]
    batches = bucket_batches(train, 8)
    bucketed = list(DataLoader(train, batch_sampler=batches, collate_fn=pad_length))
    plain = list(DataLoader(train, batch_size=8, collate_fn=pad_length))
    assert len(bucketed) == len(plain) == len(batches)
    assert padding(bucketed) < 0.5 * padding(plain)


def test_a_smaller_pool_leaves_batches_more_mixed(news):
    """Texts are sorted only within `pool` batches: one is no sorting, more is less padding."""
    train = news[0]

    def zeros(pool):
        batches = bucket_batches(train, 4, pool=pool)
        return padding(DataLoader(train, batch_sampler=batches, collate_fn=pad_length))

    assert zeros(1) > zeros(4) > zeros(11) == zeros(20)


def test_buckets_take_a_part_of_a_dataset(news):
    """A `Subset` has no vocabulary of its own: that of the last load serves."""
    part = Subset(news[0], [5, 7, 9])
    assert sorted(sum(bucket_batches(part, 2), [])) == [0, 1, 2]


@pytest.mark.parametrize(
    ("dataset", "sizes", "seen"),
    [
        ([], {}, "0 texts"),
        (BATCH, {"batch_size": 0}, "batch_size=0"),
        (BATCH, {"pool": 0}, "pool=0"),
    ],
)
def test_buckets_of_nothing_are_refused(dataset, sizes, seen):
    """No texts, no text a batch, no batch a pool: the numbers seen."""
    with pytest.raises(DataError) as caught:
        bucket_batches(dataset, **{"batch_size": 4, **sizes}, vocab=VOCAB)
    assert seen in str(caught.value)
    assert "must be 1 or more" in str(caught.value)


# --- in a loader, in other processes, from another vocabulary ---------------------------------


@pytest.mark.parametrize("collate", COLLATES)
def test_a_collate_function_can_be_pickled(collate):
    """By name, as worker processes need it; also with a vocabulary bound to it."""
    assert pickle.loads(pickle.dumps(collate)) is collate
    bound = pickle.loads(pickle.dumps(partial(collate, vocab=VOCAB)))
    assert tensors_equal(bound(BATCH), collate(BATCH, VOCAB))


def load_in_workers(news, collate, context):
    """Give the batches that two worker processes make, and those that this one makes."""
    train = news[0]
    workers = {"num_workers": 2, "multiprocessing_context": context}
    batches = list(DataLoader(train, batch_size=6, collate_fn=collate, **workers))
    return batches, list(DataLoader(train, batch_size=6, collate_fn=collate))


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")  # Python 3.12+
@pytest.mark.parametrize("collate", COLLATES)
def test_forked_workers_make_the_same_batches(news, collate):
    """`num_workers=2` where processes are forked, as on Linux."""
    there, here = load_in_workers(news, collate, "fork")
    assert len(there) == 8
    assert all(map(tensors_equal, there, here))


def test_workers_started_afresh_make_the_same_batches(news):
    """`num_workers=2` where processes start from nothing, as on Windows and macOS.

    The dataset carries the vocabulary over to a process that never called `load_dataset`.
    """
    there, here = load_in_workers(news, pad_length, "spawn")
    assert len(there) == 8
    assert all(map(tensors_equal, there, here))


def test_a_dataset_from_a_pickle_does_not_displace_the_vocabulary_in_use(news, news_folder):
    """Unpickling sets the vocabulary only where none was loaded."""
    carried = pickle.dumps(news[0])
    _, _, _, vocab = load_dataset("ag_news", root=news_folder, min_freq=40)
    again = pickle.loads(carried)
    assert again == news[0]
    assert again.titles == news[0].titles
    assert again.vocab.get_itos() == news[3].get_itos()
    assert encode("the robot") == encode("the robot", vocab) == [3, 0]


def test_a_text_is_tokenised_once_and_not_once_an_epoch(news_folder, monkeypatch):
    """Three epochs of training texts and of test texts, buckets included: one call a text."""
    calls = Counter()
    tokenize = nlphelpers.tokens.tokenize

    def counted(text, ngrams=1):
        calls[text] += 1
        return tokenize(text, ngrams)

    unseen = "".join(f'"2","New","text {i} {"on " * i}"\n' for i in range(11))
    (news_folder / "test.csv").write_text(unseen)
    monkeypatch.setattr(nlphelpers.tokens, "tokenize", counted)
    train, test, *_ = load_dataset("ag_news", root=news_folder)
    for dataset in (train, test):
        batches = bucket_batches(dataset, 4)
        for collate in COLLATES:
            assert len(list(DataLoader(dataset, batch_sampler=batches, collate_fn=collate))) > 2
    assert set(calls) == {text for _, text in train + test}
    assert not set(train) & set(test)
    assert set(calls.values()) == {1}


@pytest.mark.parametrize("collate", COLLATES)
def test_a_torchtext_vocabulary_serves_as_well(collate):
    """Unknown tokens become `<unk>`, where torchtext's own vocabulary raises an error."""
    theirs = TorchtextVocab(VOCAB.get_itos())
    assert tensors_equal(collate(BATCH, theirs), collate(BATCH, VOCAB))
    assert encode("to whale or not", theirs) == encode("to whale or not", VOCAB) == [2, 0, 4, 3]
    ours = list(bucket_batches(BATCH, 2, vocab=VOCAB))
    assert list(bucket_batches(BATCH, 2, vocab=theirs)) == ours


# --- refusals -------------------------------------------------------------------------------


@pytest.mark.parametrize("collate", COLLATES)
def test_an_empty_batch_is_refused(collate):
    """One line instead of an error deep inside numpy."""
    with pytest.raises(DataError) as caught:
        collate([], VOCAB)
    assert str(caught.value) == "an empty batch: give at least one (label, text)"


@pytest.mark.parametrize("collate", COLLATES)
@pytest.mark.parametrize("text", ["", " \n", '";:"'])
def test_a_text_without_tokens_is_refused_and_shown(collate, text):
    """The text seen, on one line, and what to do with it."""
    with pytest.raises(DataError) as caught:
        collate([(1, "to be"), (2, text)], VOCAB)
    expected = f"the text {text!r} has no tokens; leave it out of the dataset"
    assert str(caught.value) == expected
