"""Datasets and corpora: what is loaded, and what is refused."""

import csv
import gzip
import hashlib
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nlphelpers.corpora
import nlphelpers.tokens
import torchnlp
from tests.fixtures.messages import message
from torchnlp import DataError, Vocab, encode, load_corpus, load_dataset, tokenize

AG_NEWS_SAMPLE = Path(torchnlp.__file__).resolve().parent / "../shared/data/ag_news"


SAMPLE_FACTS = {  # split: (SHA-256 of the joined tokens, tokens, texts)
    "train": ("401f26d610bb110fd862180bfef23fc23dbbdacedb4740b2b440ae124fcd0cad", 865_217, 20_000),
    "test": ("34ee35ec228f7969966381621f84a249eb35f82aabe1b4c7c74164403fd1ada7", 327_070, 7_600),
}


@pytest.fixture(scope="module")
def ag_news():
    """The sample of AG News as `load_dataset` gives it."""
    if not AG_NEWS_SAMPLE.is_dir():
        pytest.skip("no sample of AG News in ../shared/data/ag_news: it is not ours to publish")
    return load_dataset("ag_news", root=AG_NEWS_SAMPLE)


@pytest.mark.parametrize("split", ["train", "test"])
def test_tokens_of_ag_news_are_token_for_token_those_of_torchtext(ag_news, split):
    """Tokens joined by a space and texts by a newline have the known hash and count."""
    tokens = [tokenize(text) for _, text in ag_news[split == "test"]]
    digest = hashlib.sha256("\n".join(map(" ".join, tokens)).encode()).hexdigest()
    assert (digest, sum(map(len, tokens)), len(tokens)) == SAMPLE_FACTS[split]


def test_vocabulary_of_ag_news_is_that_of_torchtext(ag_news):
    """Its size and its first entries are known; with pairs it has 386,367 types beside `<unk>`."""
    train, _, _, vocab = ag_news
    assert len(vocab) == 40_981
    assert " ".join(vocab.lookup_tokens(range(12))) == "<unk> . the , to a of in and s on for"
    assert len(Vocab.from_texts((text for _, text in train), ngrams=2)) == 386_367 + 1


# --- datasets -------------------------------------------------------------------------------


def test_a_dataset_is_a_sequence_of_label_and_text(news):
    """Labels stay 1 to 4, the text is title, space, description, and titles stand beside it."""
    train, test, classes, vocab = news
    assert (len(train), len(test)) == (43, 11)
    assert train[0] == (1, "The minister it said")
    assert test[3] == (4, "The robot it said on a cold day , and it went on")
    assert train.titles[:2] == ["The minister", "The team"]
    assert {label for label, _ in train} == {1, 2, 3, 4}
    assert classes == ["World", "Sports", "Business", "Sci/Tech"]
    assert vocab.get_itos()[:4] == ["<unk>", "it", "said", "the"]
    assert train.vocab is vocab
    assert test.vocab is vocab


def test_fields_keep_quotes_commas_newlines_and_other_alphabets(news_folder):
    """The CSV of AG News is read as written, also with a byte-order mark and Windows line ends."""
    fields = '"1","Say ""a, b""","two\nlines \\ Łódź"\r\n"2","","x"\r\n'
    (news_folder / "train.csv").write_bytes(b"\xef\xbb\xbf" + fields.encode())
    train, *_ = load_dataset("ag_news", root=news_folder)
    assert train == [(1, 'Say "a, b" two\nlines \\ Łódź'), (2, " x")]


def test_a_packed_file_serves_as_well(news_folder, news):
    """`train.csv.gz` is read where there is no `train.csv`."""
    packed = gzip.compress((news_folder / "train.csv").read_bytes())
    (news_folder / "train.csv.gz").write_bytes(packed)
    (news_folder / "train.csv").unlink()
    assert load_dataset("ag_news", root=news_folder)[0] == news[0]


def test_train_size_draws_by_seed_and_keeps_the_order(news_folder, news):
    """A part of the training texts in the file's order; the vocabulary is that of the part."""
    whole = [*news[0]]

    def draw(**options):
        return load_dataset("ag_news", root=news_folder, train_size=5, **options)

    train, test, _, vocab = draw(seed=1)
    places = [whole.index(row) for row in train]
    assert len(train) == 5
    assert places == sorted(places)
    assert draw(seed=1)[0] == train
    assert draw(seed=2)[0] != train
    assert len(test) == 11
    assert len(train.titles) == 5
    assert vocab.get_itos() == Vocab.from_texts([text for _, text in train]).get_itos()


def test_ngrams_and_min_freq_reach_the_vocabulary(news_folder):
    """`load_dataset` builds the vocabulary with the same options as `Vocab.from_texts`."""
    train, _, _, vocab = load_dataset("ag_news", root=news_folder, ngrams=2, min_freq=9)
    texts = [text for _, text in train]
    assert vocab.get_itos() == Vocab.from_texts(texts, ngrams=2, min_freq=9).get_itos()
    assert "the bank" in vocab
    assert len(encode("the bank")) == 3


def test_the_classes_given_are_ones_own(news, news_folder):
    """Changing the list of classes does not change the next one."""
    news[2].clear()
    assert len(load_dataset("ag_news", root=news_folder)[2]) == 4


def test_the_demo_corpus_is_found_without_any_folder_named(monkeypatch, tmp_path):
    """It comes with the course, whatever the variables name."""
    monkeypatch.setenv("TORCHNLP_DATA", str(tmp_path))
    train, test, classes, vocab = load_dataset("demo", train_size=100)
    assert (len(train), len(test), len(classes)) == (100, 3000, 4)
    assert len(vocab) > 100


# --- corpora --------------------------------------------------------------------------------

STORIES = [{"text": "Łódź\u2028slept.", "nats": -1.5}, {"text": "", "spans": [["who", 0, 1]]}]


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A folder of corpora: `fables` with two files, `pairs` with none."""
    for name in ("fables", "pairs", "__pycache__"):
        (tmp_path / name).mkdir()
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in STORIES)
    for split in ("train", "test"):
        (tmp_path / "fables" / f"{split}.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    (tmp_path / "fables" / "README.md").write_text("# Fables")
    monkeypatch.setattr(nlphelpers.corpora, "DATA", tmp_path)
    return tmp_path


def test_a_corpus_is_the_rows_of_each_of_its_files(data):
    """As dicts, under the names of the files; no vocabulary is set."""
    before = nlphelpers.tokens.loaded_vocab()
    assert load_corpus("fables") == {"test": STORIES, "train": STORIES}
    assert nlphelpers.tokens.loaded_vocab() is before


def test_the_demo_corpus_has_the_rows_of_its_datasets():
    """`load_corpus` and `load_dataset` read the same texts."""
    train, test, *_ = load_dataset("demo")
    corpus = load_corpus("demo")
    assert corpus.keys() == {"train", "test"}
    for split, dataset in (("train", train), ("test", test)):
        texts = [(row["label"], f"{row['title']} {row['description']}") for row in corpus[split]]
        assert texts == dataset


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("fabels", "did you mean 'fables'?"),
        ("__pycache__", "use one of fables, pairs"),
        ("../fables", "did you mean 'fables'?"),
        (3, "use one of fables, pairs"),
    ],
)
def test_an_unknown_corpus_is_refused_with_the_near_miss(data, name, hint):
    """The name seen, and the one that was meant or the list of them; nothing outside is read."""
    with pytest.raises(DataError) as caught:
        load_corpus(name)
    assert message(caught) == f"unknown corpus {name!r}; {hint}"


def test_a_corpus_without_files_or_a_folder_without_corpora_is_named(data):
    """And what to do."""
    with pytest.raises(DataError) as caught:
        load_corpus("pairs")
    expected = f"{data / 'pairs'}: no *.jsonl.gz and no *.csv.gz; fetch the course anew"
    assert message(caught) == expected
    for folder in data.iterdir():
        shutil.rmtree(folder)
    with pytest.raises(DataError) as caught:
        load_corpus("pairs")
    assert message(caught) == f"unknown corpus 'pairs'; there is none in {data}"


def test_a_file_of_a_corpus_that_is_not_there_is_named_when_it_is_asked_for(data):
    """With those that are there, and what to do."""
    (data / "fables" / "test.jsonl.gz").unlink()
    with pytest.raises(DataError) as caught:
        load_corpus("fables")["test"]
    assert message(caught) == f"{data / 'fables'}: no file 'test', only train; fetch it anew"


DAMAGES = {  # name: (what the packed file holds, what is said of it)
    "not-json": (gzip.compress(b'{}\n{"text": }\n'), ":2: Expecting value: line 1 column 10"),
    "blank-line": (gzip.compress(b"{}\n\n{}\n"), ":2: Expecting value"),
    "no-object": (gzip.compress(b"{}\n[1]\n"), ":2: list, but a row is an object; mend the line"),
    "not-utf8": (gzip.compress(b'{}\n{"text": "\xe9"}\n'), ":2: not UTF-8 ("),
    "empty": (gzip.compress(b""), ": empty file; fetch it anew"),
    "cut": (gzip.compress(b"{}\n" * 99)[:-9], ": Compressed file ended before the end"),
    "not-gzip": (b"{}\n", ": Not a gzipped file"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_of_a_corpus_is_named(data, damage):
    """With the line where it has one, the fault, and what to do."""
    content, said = DAMAGES[damage]
    path = data / "fables" / "train.jsonl.gz"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        load_corpus("fables")
    assert message(caught).startswith(f"{path}{said}")


# --- refusals -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("agnews", "did you mean 'ag_news'?"),
        ("Demo", "did you mean 'demo'?"),
        ("imdb", "use one of auto, demo, ag_news"),
        (3, "use one of auto, demo, ag_news"),
    ],
)
def test_an_unknown_dataset_is_refused_with_the_near_miss(name, hint):
    """The name seen, and the one that was meant or the list of them."""
    with pytest.raises(DataError) as caught:
        load_dataset(name)
    assert message(caught) == f"unknown dataset {name!r}; {hint}"


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_missing_file_is_named_with_its_folder(news_folder, split):
    """And the two ways to name another folder."""
    (news_folder / f"{split}.csv").unlink()
    with pytest.raises(DataError) as caught:
        load_dataset("ag_news", root=news_folder)
    for part in (str(news_folder), f"no {split}.csv", "root=", "TORCHNLP_DATA"):
        assert part in message(caught)


FAULTS = {  # name: (bytes appended to the training file, or its new content, line, what is said)
    "fewer-fields": (b'"1","only a title"\n', 44, "2 fields, but a row is class, title, descr"),
    "more-fields": (b'"1","a","b","c"\n', 44, "4 fields"),
    "label-5": (b'"1","a","b"\n"5","a","b"\n', 45, "class '5', but classes are 1 to 4"),
    "label-0": (b'"0","a","b"\n', 44, "class '0'"),
    "label-word": (b'"World","a","b"\n', 44, "class 'World'"),
    "not-utf8": (
        b'"1","a","b"\n"2","caf\xe9 au lait","b"\n',
        45,
        "not UTF-8 (invalid continuation",
    ),
    "open-quote": (b'"1","a","b"\n"2","a","b\n', 45, "unexpected end of data"),
    "text-after-quote": (b'"2","a" x,"b"\n"1","a","b"\n', 44, "',' expected after '\"'"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_row_is_named_by_file_and_line(news_folder, fault):
    """The line as an editor counts it, the value seen, and what to do."""
    appended, line, said = FAULTS[fault]
    path = news_folder / "train.csv"
    path.write_bytes(path.read_bytes() + appended)
    with pytest.raises(DataError) as caught:
        load_dataset("ag_news", root=news_folder)
    assert message(caught).startswith(f"{path}:{line}: ")
    assert said in message(caught)
    assert ("save it as UTF-8" if fault == "not-utf8" else "mend the line") in message(caught)


def test_a_file_with_a_byte_order_mark_still_names_the_right_line(news_folder):
    """Three bytes in front move no line."""
    path = news_folder / "train.csv"
    path.write_bytes(b"\xef\xbb\xbf1,a,b\n\xff\n")
    with pytest.raises(DataError) as caught:
        load_dataset("ag_news", root=news_folder)
    assert message(caught).startswith(f"{path}:2: not UTF-8")


def test_an_empty_file_is_refused(news_folder):
    """Zero texts are an error at once, not a division by zero later."""
    (news_folder / "test.csv").write_bytes(b"")
    with pytest.raises(DataError) as caught:
        load_dataset("ag_news", root=news_folder)
    assert message(caught) == f"{news_folder / 'test.csv'}: empty file; fetch it anew"


@pytest.mark.parametrize("damage", ["cut", "not-gzip", "flipped"])
def test_a_damaged_packed_file_is_refused(news_folder, damage):
    """A cut, foreign or corrupt gzip file is never used in part."""
    path = news_folder / "train.csv.gz"
    packed = gzip.compress((news_folder / "train.csv").read_bytes())
    flipped = bytes([*packed[:40], packed[40] ^ 255, *packed[41:]])
    damaged = {"cut": packed[:-20], "not-gzip": b"plain text", "flipped": flipped}
    path.write_bytes(damaged[damage])
    (news_folder / "train.csv").unlink()
    with pytest.raises(DataError) as caught:
        load_dataset("ag_news", root=news_folder)
    assert message(caught).startswith(f"{path}: ")
    assert "fetch it anew" in message(caught)


@pytest.mark.parametrize("size", [0, -1, 44, 2.5, "10"])
def test_a_train_size_out_of_range_is_refused(news_folder, size):
    """The value seen and the range that there is."""
    with pytest.raises(DataError) as caught:
        load_dataset("ag_news", root=news_folder, train_size=size)
    assert message(caught) == f"train_size={size!r}: give a whole number from 1 to 43"


def test_a_failed_load_leaves_the_vocabulary_of_the_last_one(news_folder, news):
    """What stood before an error still stands after it."""
    before = encode("the robot said")
    with pytest.raises(DataError):
        load_dataset("ag_news", root=news_folder, min_freq=0)
    shutil.rmtree(news_folder)
    with pytest.raises(DataError):
        load_dataset("ag_news", root=news_folder)
    assert encode("the robot said") == before


def test_encoding_before_loading_says_what_to_do(monkeypatch):
    """Without a vocabulary there are no indices."""
    monkeypatch.setattr(nlphelpers.tokens, "_loaded_vocab", None)
    with pytest.raises(DataError) as caught:
        encode("a text")
    assert message(caught) == "no vocabulary yet: call load_dataset() first, or pass vocab=…"


@settings(max_examples=50)
@given(rows=st.lists(st.tuples(st.sampled_from("1234"), st.text(), st.text()), min_size=1))
def test_any_rows_that_are_written_are_read_back(tmp_path_factory, rows):
    """What Python's own CSV writer writes, `load_dataset` reads, whatever the characters."""
    rows = [(c, *(t.encode(errors="replace").decode() for t in (a, b))) for c, a, b in rows]
    folder = tmp_path_factory.mktemp("rows")
    for split in ("train", "test"):
        with (folder / f"{split}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)
    train, test, *_ = load_dataset("ag_news", root=folder)
    assert train == test == [(int(label), f"{a} {b}") for label, a, b in rows]
    assert train.titles == [a for _, a, _ in rows]
