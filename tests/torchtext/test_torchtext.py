"""Tokens, vocabularies and batches equal those of torchtext itself, the last one there was.

Runs in an environment of its own, where torchtext can be imported: `make test-torchtext`.
"""

import os
import random
from functools import partial
from pathlib import Path

import nbformat
import papermill
import pytest
import torch
import torchtext
from papermill.exceptions import PapermillExecutionError
from torch.utils.data import DataLoader

torchtext.disable_torchtext_deprecation_warning()

from torchtext.data.utils import get_tokenizer, ngrams_iterator  # noqa: E402
from torchtext.vocab import build_vocab_from_iterator  # noqa: E402

import torchnlp  # noqa: E402
from torchnlp import Vocab, encode, load_dataset, offsetify, pad_length, padify  # noqa: E402

ROOT = Path(__file__).parents[2]
AG_NEWS = ROOT.parent / "shared/data/ag_news"
COLLATES = [padify, pad_length, offsetify]
theirs = get_tokenizer("basic_english")


@pytest.fixture(scope="module", params=["demo", "ag_news"])
def corpus(request):
    """The demo corpus, and AG News where a sample of it lies: what `load_dataset` gives."""
    if request.param == "demo":
        return load_dataset("demo")
    if not AG_NEWS.is_dir():
        pytest.skip("no sample of AG News in ../shared/data/ag_news: it is not ours to publish")
    return load_dataset("ag_news", root=AG_NEWS)


def texts_of(dataset) -> list[str]:
    return [text for _, text in dataset]


def their_tokens(text: str, ngrams: int) -> list[str]:
    return list(ngrams_iterator(theirs(text), ngrams))


def their_vocab(texts, ngrams=1, min_freq=1):
    tokens = (their_tokens(text, ngrams) for text in texts)
    return build_vocab_from_iterator(tokens, min_freq=min_freq, specials=["<unk>"])


def test_a_vocabulary_with_specials_is_that_of_torchtext(corpus):
    """Padding, unknown, begin and end in front; then the same order."""
    specials = ["<pad>", "<unk>", "<bos>", "<eos>"]
    texts = texts_of(corpus[1])
    tokens = (their_tokens(text, 1) for text in texts)
    theirs_too = build_vocab_from_iterator(tokens, min_freq=2, specials=specials)
    ours = Vocab.from_texts(texts, min_freq=2, specials=specials)
    assert ours.get_itos() == theirs_too.get_itos()


def tensors_equal(one, other) -> bool:
    return len(one) == len(other) and all(map(torch.equal, one, other))


def test_this_is_the_last_torchtext():
    """Beside the torch that it was built for."""
    assert torchtext.__version__.split("+")[0] == "0.18.0"
    assert torch.__version__.split("+")[0] == "2.3.1"


@pytest.mark.parametrize("ngrams", [1, 2, 3])
def test_tokens_of_every_text_are_those_of_basic_english(corpus, ngrams):
    """Training and test texts, words and n-grams."""
    texts = texts_of(corpus[0] + corpus[1])
    assert len(texts) > 10_000
    for text in texts:
        assert torchnlp.tokenize(text, ngrams) == their_tokens(text, ngrams)


def test_tokens_of_any_characters_are_those_of_basic_english():
    """100,000 texts drawn from marks, tags, blanks and letters that could go wrong."""
    pieces = [
        *"'\".,()!?;:<>/ \t\n\r\x1c\u00a0\u2028aBİßΣé日-_&#0",
        "<br />",
        "<br",
        " />",
        "<BR />",
    ]
    chance = random.Random(0)
    for _ in range(100_000):
        text = "".join(chance.choices(pieces, k=chance.randint(0, 9)))
        ngrams = chance.randint(1, 3)
        assert torchnlp.tokenize(text, ngrams) == their_tokens(text, ngrams), repr(text)


@pytest.mark.parametrize(("ngrams", "min_freq"), [(1, 1), (1, 2), (1, 5), (2, 1), (2, 3)])
def test_the_vocabulary_is_that_of_build_vocab_from_iterator(corpus, ngrams, min_freq):
    """Every token at the same index, and the methods give the same."""
    texts = texts_of(corpus[0])
    ours, other = Vocab.from_texts(texts, ngrams, min_freq), their_vocab(texts, ngrams, min_freq)
    assert ours.get_itos() == other.get_itos()
    assert ours.get_stoi() == other.get_stoi()
    assert len(ours) == len(other)
    known = theirs(texts[0]) if min_freq == 1 else other.get_itos()[:50]
    assert ours(known) == ours.lookup_indices(known) == other(known) == other.lookup_indices(known)
    assert ours.lookup_tokens([0, 5, 2]) == other.lookup_tokens([0, 5, 2])
    for token in ["<unk>", "the", "no such token"]:
        assert (token in ours) == (token in other)
    assert ours["the"] == other["the"]


@pytest.mark.parametrize("default", [None, 0])
def test_batches_take_a_torchtext_vocabulary(corpus, default):
    """The same tensors as with our own, unknown tokens included, with or without its default."""
    train, test, *_ = corpus
    ours, other = (make(texts_of(train), 1, 3) for make in (Vocab.from_texts, their_vocab))
    if default is not None:
        other.set_default_index(default)
    unknown = 0
    for start in range(0, 2000, 100):
        batch = test[start : start + 100]
        for collate in COLLATES:
            assert tensors_equal(collate(batch, other), collate(batch, ours))
        for _, text in batch:
            indices = encode(text, other)
            assert indices == encode(text, ours)
            unknown += indices.count(0)
    assert unknown > 0


@pytest.mark.parametrize("collate", COLLATES)
def test_a_torchtext_vocabulary_reaches_worker_processes(collate):
    """Bound to a collate function it serves a loader with `num_workers=2`."""
    texts = [(1 + i % 4, "to be or not " * (1 + i % 3)) for i in range(20)]
    bound = partial(collate, vocab=their_vocab(texts_of(texts)))
    there = list(DataLoader(texts, batch_size=6, collate_fn=bound, num_workers=2))
    assert len(there) == 4
    for batch, start in zip(there, range(0, 20, 6), strict=True):
        assert tensors_equal(batch, bound(texts[start : start + 6]))


@pytest.mark.parametrize("name", sorted(p.stem for p in ROOT.glob("notebooks/*-pytorch.ipynb")))
def test_a_pytorch_lesson_runs_beside_torchtext(name, tmp_path, monkeypatch):
    """With `import torchtext` as its first cell, to its last cell, as a reader runs it."""
    notebook = nbformat.read(ROOT / f"notebooks/{name}.ipynb", as_version=4)
    first = "import torchtext\ntorchtext.disable_torchtext_deprecation_warning()"
    first += "\nimport torchtext.vocab"
    notebook.cells.insert(0, nbformat.v4.new_code_cell(first, id="import-torchtext"))
    nbformat.write(notebook, tmp_path / "in.ipynb")
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).strip(os.pathsep)
    monkeypatch.setenv("PYTHONPATH", path)
    try:
        done = papermill.execute_notebook(
            tmp_path / "in.ipynb",
            tmp_path / "out.ipynb",
            parameters={"dataset": "demo", "seed": 0},
            kernel_name="python3",
            progress_bar=False,
            cwd=tmp_path,
        )
    except PapermillExecutionError as error:  # docs/torchtext.md names the cell
        cell = next(cell.id for cell in notebook.cells if cell.source == error.source)
        pytest.fail(f"cell {cell}: {error.ename} {error.evalue}".rstrip())
    code = [cell for cell in done.cells if cell.cell_type == "code"]
    assert len(code) > 20
    assert all(cell.execution_count for cell in code if cell.source.strip())
