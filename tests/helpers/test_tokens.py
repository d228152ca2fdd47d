"""Tokens and vocabulary."""

import pickle
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fixtures.messages import message
from torchnlp import DataError, Vocab, encode, tokenize

words = st.sampled_from(["a", "b", "B'", ".", '"', ";", "<unk>", "<br />", "é", "7"])
texts_of_words = st.lists(st.lists(words, max_size=9).map(" ".join), max_size=8)


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
