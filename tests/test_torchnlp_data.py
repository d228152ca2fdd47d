"""From raw text to tokens to indices to datasets: what `torchnlp` promises, and refuses."""

import csv
import gzip
import hashlib
import json
import pickle
import shutil
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nlphelpers.corpora
import nlphelpers.tokens
import torchnlp
from torchnlp import DataError, Vocab, encode, load_corpus, load_dataset, tokenize

AG_NEWS_SAMPLE = Path(torchnlp.__file__).resolve().parent / "../shared/data/ag_news"
words = st.sampled_from(["a", "b", "B'", ".", '"', ";", "<unk>", "<br />", "é", "7"])
texts_of_words = st.lists(st.lists(words, max_size=9).map(" ".join), max_size=8)


def message(caught) -> str:
    """Give the error's text, once it is sure to be one line."""
    text = str(caught.value)
    assert "\n" not in text
    return text


# --- tokens ---------------------------------------------------------------------------------

# The expected tokens were worked out by hand from the rules of torchtext's `basic_english`.
WORKED = [
    ("Don't stop!", "don ' t stop !"),
    ("''", "' '"),
    ('He said "Yes".', "he said yes ."),
    ('a"b', "ab"),
    ("one<br />two<BR />three", "one two three"),
    ('one<br" />two', "one two"),
    ("<br/> <br  />", "<br/> <br />"),
    ("now;then:later", "now then later"),
    ("(Reuters) - U.S. stocks, why?", "( reuters ) - u . s . stocks , why ?"),
    ("[square] {curly}", "[square] {curly}"),
    ("$3.5bn in 2004", "$3 . 5bn in 2004"),
    ("Oil#39;s &lt;b&gt; AT&T", "oil#39 s &lt b&gt at&t"),
    ("ŁÓDŹ naïve — ÉCLAIR ß", "łódź naïve — éclair ß"),
    ("日本、東京", "日本、東京"),
    ("  two   spaces\tand\r\nlines \u00a0 ", "two spaces and lines"),
    ("wait...", "wait . . ."),
    ("", ""),
    (' \n";:" <br /> ', ""),
]


@pytest.mark.parametrize(("text", "tokens"), WORKED)
def test_tokens_are_those_worked_out_by_hand(text, tokens):
    """Marks stand alone, quotes vanish, colons part words, case goes, blanks never count."""
    assert tokenize(text) == tokens.split()


def test_ngrams_follow_the_words_shortest_first():
    """`ngrams` adds every run of 2, 3, … neighbouring words after the words themselves."""
    assert tokenize("to be or", 3) == ["to", "be", "or", "to be", "be or", "to be or"]
    assert tokenize("To be", 5) == ["to", "be", "to be"]
    assert tokenize("", 2) == []


@given(st.text(st.characters(codec="utf-8", exclude_characters="<")))
def test_any_text_tokenises_as_mark_by_mark_reading_does(text):
    """The one pattern does what a plain loop over the characters does; no token is empty."""
    spread = ""
    for character in text.lower():
        if character in "'.,()!?":
            spread += f" {character} "
        elif character in ";:":
            spread += " "
        elif character != '"':
            spread += character
    tokens = tokenize(text)
    assert tokens == spread.split()
    assert all(tokens)
    assert tokenize(" ".join(tokens)) == tokens


# --- vocabulary -----------------------------------------------------------------------------


def test_vocabulary_stands_by_frequency_then_alphabet():
    """After `<unk>` the most frequent token comes first, equals by alphabet, marks first."""
    vocab = Vocab.from_texts(["pear fig fig", "fig, pear! apple", "zoo apple"])
    assert vocab.get_itos() == ["<unk>", "fig", "apple", "pear", "!", ",", "zoo"]


def test_an_unk_in_a_text_is_index_0_and_stands_once():
    """`<unk>` written in a text is the unknown word, however often it occurs."""
    vocab = Vocab.from_texts(["<unk> <unk> <unk> a b <UNK> a"])
    assert vocab.get_itos() == ["<unk>", "a", "b"]
    assert encode("a <unk> b", vocab) == [1, 0, 2]


def test_min_freq_drops_rare_tokens_and_encodes_them_as_unknown():
    """A token stays that occurs exactly `min_freq` times; a text that comes twice counts twice."""
    texts = ["a b", "a b", "a c", "d d"]
    vocab = Vocab.from_texts(texts, min_freq=2)
    assert vocab.get_itos() == ["<unk>", "a", "b", "d"]
    assert encode("a c", vocab) == [1, 0]
    assert encode("c b new", vocab) == [0, 2, 0]


def test_ngrams_are_words_of_the_vocabulary_too():
    """With `ngrams=2` pairs are counted, ordered and encoded beside the words."""
    vocab = Vocab.from_texts(["to be or not to be"], ngrams=2, min_freq=2)
    assert vocab.get_itos() == ["<unk>", "be", "to", "to be"]
    assert vocab.ngrams == 2
    assert encode("to be", vocab) == [2, 1, 3]
    assert encode("be to", vocab) == [1, 2, 0]


def test_vocabulary_offers_what_torchtexts_does():
    """Length, index, membership, call, and the four methods."""
    vocab = Vocab.from_texts(["to be or not to be"])
    assert len(vocab) == 5
    assert vocab["to"] == 2
    assert vocab["whale"] == 0
    assert "not" in vocab
    assert "whale" not in vocab
    assert vocab(["to", "whale", "or"]) == [2, 0, 4]
    assert vocab.lookup_indices(["be", "whale"]) == [1, 0]
    assert vocab.lookup_tokens([4, 0, 1]) == ["or", "<unk>", "be"]
    assert vocab.get_itos() == ["<unk>", "be", "to", "not", "or"]
    assert vocab.get_stoi() == {"<unk>": 0, "be": 1, "to": 2, "not": 3, "or": 4}


def test_changing_a_returned_table_leaves_the_vocabulary_alone():
    """`get_stoi` and `get_itos` give copies."""
    vocab = Vocab.from_texts(["a"])
    vocab.get_stoi().clear()
    vocab.get_itos().clear()
    assert len(vocab) == 2
    assert vocab["a"] == 1
    assert vocab.lookup_tokens([1]) == ["a"]


def test_texts_may_come_from_a_generator():
    """Texts that can be gone through only once give the same vocabulary as a list."""
    assert Vocab.from_texts(text for text in ["a b", "a"]).get_itos() == ["<unk>", "a", "b"]


def test_a_pickled_vocabulary_carries_words_and_not_texts():
    """A worker process gets the same indices, and not the text of the whole dataset."""
    vocab = Vocab.from_texts(["a b"] + [f"a {'b ' * i}" for i in range(300)], ngrams=2)
    carried = pickle.dumps(vocab)
    again = pickle.loads(carried)
    assert len(carried) < 500
    assert again.get_itos() == vocab.get_itos()
    assert encode("b a", again) == encode("b a", vocab)
    assert again.ngrams == 2


@pytest.mark.parametrize("tokens", [[], ["a"], ["a", "<unk>"], ["<unk>", "a", "a"]])
def test_a_vocabulary_without_unk_in_front_or_with_twins_is_refused(tokens):
    """Index 0 must be `<unk>`, and no token may have two indices."""
    with pytest.raises(DataError) as caught:
        Vocab(tokens)
    assert "<unk>" in message(caught)


@pytest.mark.parametrize("wrong", [{"ngrams": 0}, {"min_freq": 0}, {"min_freq": -3}])
def test_ngrams_and_min_freq_below_1_are_refused(wrong):
    """The message has both names and the values seen."""
    ((name, value),) = wrong.items()
    with pytest.raises(DataError) as caught:
        Vocab.from_texts(["a"], **wrong)
    assert f"{name}={value}" in message(caught)
    assert "1 or more" in message(caught)


@given(texts_of_words, st.integers(1, 3), st.integers(1, 3))
def test_any_vocabulary_is_that_of_counting_and_sorting(texts, ngrams, min_freq):
    """The same order as by a plain Counter; indices of known texts equal those of new ones."""
    counts = Counter(token for text in texts for token in tokenize(text, ngrams))
    counts.pop("<unk>", None)
    kept = [token for token in sorted(counts) if counts[token] >= min_freq]
    vocab = Vocab.from_texts(texts, ngrams, min_freq)
    assert vocab.get_itos() == ["<unk>", *sorted(kept, key=counts.get, reverse=True)]
    assert [vocab.get_stoi()[token] for token in vocab.get_itos()] == list(range(len(vocab)))
    fresh = Vocab(vocab.get_itos(), ngrams)
    assert [encode(text, vocab) for text in texts] == [encode(text, fresh) for text in texts]


SPECIALS = ("<pad>", "<unk>", "<bos>", "<eos>")


def test_specials_come_first_and_unknown_tokens_have_the_index_of_unk():
    """In the order given, also where a text holds one of them; a pickle keeps them."""
    vocab = Vocab.from_texts(["to be <bos> to", "to do"], min_freq=2, specials=SPECIALS)
    assert vocab.get_itos() == [*SPECIALS, "to"]
    assert vocab.specials == SPECIALS
    assert [vocab[token] for token in ("<pad>", "<eos>", "to", "whale")] == [0, 3, 4, 1]
    assert encode("to be <bos> whale", vocab) == [4, 1, 2, 1]
    assert vocab.lookup_indices(["whale", "to"]) == [1, 4]
    again = pickle.loads(pickle.dumps(vocab))
    assert (again.specials, again["whale"]) == (SPECIALS, 1)
    assert Vocab(vocab.get_itos(), specials=SPECIALS)["whale"] == 1


@pytest.mark.parametrize(
    ("specials", "said"),
    [
        (("<pad>",), "specials=('<pad>',): '<unk>' must be one of them"),
        ((), "specials=(): '<unk>' must be one of them"),
        (("<unk>", "<unk>"), "begins with '<unk>', '<unk>' and holds no token twice"),
    ],
)
def test_specials_without_unk_or_with_twins_are_refused(specials, said):
    """The specials seen."""
    with pytest.raises(DataError) as caught:
        Vocab.from_texts(["a"], specials=specials)
    assert said in message(caught)


def test_a_vocabulary_whose_specials_are_not_in_front_is_refused():
    """They are named."""
    with pytest.raises(DataError) as caught:
        Vocab(["<unk>", "a", "<pad>"], specials=("<pad>", "<unk>"))
    assert message(caught) == ("a vocabulary begins with '<pad>', '<unk>' and holds no token twice")


@given(texts_of_words)
def test_specials_leave_the_other_tokens_and_their_order_alone(texts):
    """Behind them stands what stands behind `<unk>` alone."""
    more, plain = Vocab.from_texts(texts, specials=SPECIALS), Vocab.from_texts(texts)
    assert more.get_itos() == [*SPECIALS, *plain.get_itos()[1:]]
    for text in texts:
        assert more.lookup_tokens(encode(text, more)) == plain.lookup_tokens(encode(text, plain))


@given(texts_of_words)
def test_encoding_then_looking_up_gives_the_tokens_back(texts):
    """No token of the texts is lost when every one is kept."""
    vocab = Vocab.from_texts(texts)
    for text in texts:
        assert vocab.lookup_tokens(encode(text, vocab)) == tokenize(text)


# --- the facts of AG News -------------------------------------------------------------------

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
