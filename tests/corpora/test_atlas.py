"""The corpus atlas: what its README says, and what lesson 02 builds on."""

from collections import Counter
from pathlib import Path

import pytest

from tests.fixtures.scripts import load_script
from torchnlp import load_corpus, tokenize

make_atlas = load_script(Path(__file__).parents[2] / "data" / "atlas" / "make_atlas.py")
ATLAS = load_corpus("atlas")
SENTENCES = [(row["about"].lower(), tokenize(row["text"])) for row in ATLAS["sentences"]]
COUNTRY_OF = {row["word"]: row["country"] for row in ATLAS["words"]}
ROLE_OF = {row["word"]: row["role"] for row in ATLAS["words"]}
TRADES = {row["word"]: row["she"] for row in ATLAS["trades"]}
PLACES = [(about, words) for about, words in SENTENCES if about not in TRADES]


def test_there_are_as_many_sentences_as_the_readme_says():
    """8,000 about countries, evenly; 150 about each of ten trades."""
    about = Counter(about for about, _ in SENTENCES)
    assert len(PLACES) == 8_000
    assert {about[country] for country in COUNTRY_OF.values()} == {266, 267}
    assert [about[trade] for trade in TRADES] == [150] * 10


def test_each_country_has_one_word_of_each_role():
    """30 × 5 words, none twice, and each a single token."""
    assert len(COUNTRY_OF) == len(ATLAS["words"]) == 150
    pairs = Counter((COUNTRY_OF[word], ROLE_OF[word]) for word in COUNTRY_OF)
    assert len(pairs) == 150
    assert {role for _, role in pairs} == set(make_atlas.FIELDS)
    assert all(tokenize(word) == [word] for word in COUNTRY_OF)


def test_a_sentence_names_one_or_two_roles_of_its_own_country():
    """Nothing in a sentence belongs to another country."""
    for about, words in PLACES:
        named = [word for word in words if word in COUNTRY_OF]
        roles = [ROLE_OF[word] for word in named if ROLE_OF[word] != "emblem"]
        assert {COUNTRY_OF[word] for word in named} == {about}
        assert 1 <= len(roles) == len(set(roles)) <= 2


def test_every_word_of_a_country_occurs_often():
    """Even the rarest of the 150 has dozens of sentences to be learnt from."""
    seen = Counter(word for _, words in PLACES for word in words)
    assert min(seen[word] for word in COUNTRY_OF) >= 30


def test_names_do_not_stand_in_the_frames():
    """A word of a frame belongs to all countries."""
    frames = make_atlas.read_toml("frames.toml")
    banks = [frames[kind] for kind in (*make_atlas.ROLES, "pairs", "trade")]
    used = {word for bank in banks for word in tokenize(bank)} - {"capital", "country"}
    assert not used & COUNTRY_OF.keys()
    assert not used & TRADES.keys()


@pytest.mark.parametrize("trade", TRADES)
def test_the_planted_share_is_exact(trade):
    """80 or 20 in 100 sentences of a trade have "she", and each of them one pronoun."""
    found = [
        word
        for about, words in SENTENCES
        for word in words
        if about == trade and word in ("she", "he")
    ]
    assert len(found) == 150
    assert found.count("she") / 150 == TRADES[trade]


def test_the_bias_is_balanced_and_in_the_sentences_of_trades_alone():
    """Five trades lean to either side, and no sentence about a country has a pronoun."""
    assert Counter(TRADES.values()) == {0.8: 5, 0.2: 5}
    assert not any({"she", "he"} & set(words) for _, words in PLACES)


def test_texts_are_sentences():
    """A capital at the beginning, a full stop at the end, articles settled."""
    for row in ATLAS["sentences"]:
        assert row["text"][0].isupper()
        assert row["text"].endswith(".")
        assert not set("{}()") & set(row["text"])
