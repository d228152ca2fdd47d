"""The demo corpus: made by its script to the byte, and fit to show what the lessons claim."""

import csv
import gzip
import re
from collections import Counter

import pytest

from tests.fixtures.demo import DEMO, distance, make_demo, predict_linear, share, tokens


@pytest.fixture(scope="module")
def rows(corpus):
    """All rows of both splits."""
    return corpus.train + corpus.test


# --- the files --------------------------------------------------------------------------------


@pytest.mark.parametrize(("split", "count"), [("train", 12_000), ("test", 3_000)])
def test_format_is_that_of_ag_news(split, count):
    """Each line is a quoted class index, title and description; no header, LF, UTF-8."""
    text = gzip.decompress((DEMO / f"{split}.csv.gz").read_bytes()).decode("utf-8")
    assert "\r" not in text
    lines = text.splitlines(keepends=True)
    assert len(lines) == count
    assert [line for line in lines if not re.fullmatch('"[1-4]","[^"]+","[^"]+"\n', line)] == []
    assert {len(fields) for fields in csv.reader(lines)} == {3}


# --- the texts --------------------------------------------------------------------------------


@pytest.mark.parametrize("split", ["train", "test"])
def test_classes_are_balanced_within_each_kind(corpus, split):
    """Each class has a quarter of the plain, of the order and of the memory texts."""
    counts = Counter((row.kind, row.label) for row in getattr(corpus, split))
    for kind in make_demo.KINDS:
        assert len({counts[kind, label] for label in (1, 2, 3, 4)}) == 1
        assert counts[kind, 1] > 0


@pytest.mark.parametrize("split", ["train", "test"])
def test_rows_are_shuffled(corpus, split):
    """Every hundred rows in a run hold each class and each kind."""
    rows = getattr(corpus, split)
    for start in range(0, len(rows), 100):
        part = rows[start : start + 100]
        assert {row.label for row in part} == {1, 2, 3, 4}
        assert {row.kind for row in part} == set(make_demo.KINDS)


def test_no_text_stands_twice(rows):
    """No text is repeated, neither within a split nor across the two."""
    assert len({" ".join(tokens(row.text)) for row in rows}) == len(rows)


def test_no_twins_are_parted(corpus):
    """No bag of words stands in both splits, so no test text is a training text turned round."""
    train, test = (
        {" ".join(sorted(tokens(row.text))) for row in split}
        for split in (corpus.train, corpus.test)
    )
    assert train & test == set()


def test_lengths_lie_between_8_and_80_tokens(rows):
    """Texts are short enough to train on in seconds and long enough to forget in."""
    lengths = [len(tokens(row.text)) for row in rows]
    assert min(lengths) >= 8
    assert max(lengths) <= 80
    assert max(lengths) >= 75


def test_vocabulary_is_that_of_a_language(corpus):
    """The training texts hold at least 3,000 word types, and nearly all of the test's."""
    types = {word for row in corpus.train for word in tokens(row.text)}
    test_types = {word for row in corpus.test for word in tokens(row.text)}
    assert len({word for word in types if word.isalpha()}) >= 3000
    assert len(test_types - types) <= 10


def test_sentences_are_well_formed(rows):
    """No slot is left, no blank is doubled, articles fit, and lines begin with a capital."""
    for row in rows:
        assert re.search(r"[{}<>\n]|\(n\)|  | [.,]|\.\.", row.text) is None, row.text
        assert re.search(r"\ba (?!uni|use|eu|one)[aeio]", row.text, re.IGNORECASE) is None, row.text
        assert re.search(r"\ban (?!hour)[^aeiou]", row.text, re.IGNORECASE) is None, row.text
        for line in (row.title, *row.description.split(". ")):
            assert line[0].isupper() or line[0].isdigit(), row.text


def test_full_stops_end_sentences_and_tell_the_kind(rows):
    """Titles have none, plain and order texts one at the end, memory texts one a sentence."""
    for row in rows:
        assert "." not in row.title
        assert row.description.endswith(".")
        assert row.description.count(".") == len(re.findall(r"\.(?= [A-Z0-9]|$)", row.description))
        assert (row.description.count(".") > 1) == (row.kind == "memory"), row.text


# --- order ------------------------------------------------------------------------------------


def test_cues_mark_the_order_texts_and_no_others(rows):
    """A learner finds the order texts by the cues, word for word, and finds no others."""
    for row in rows:
        spaced = f" {' '.join(tokens(row.text))} "
        cued = any(f" {cue} " in spaced for cue in make_demo.ORDER_CUES)
        assert cued == (row.kind == "order"), row.text


def test_every_cue_occurs_often_in_both_splits(corpus):
    """Each cue marks at least three order texts in a hundred."""
    for split in (corpus.train, corpus.test):
        texts = [f" {' '.join(tokens(row.text))} " for row in split if row.kind == "order"]
        for cue in make_demo.ORDER_CUES:
            assert share(f" {cue} " in text for text in texts) > 0.03, cue


@pytest.mark.parametrize("split", ["train", "test"])
def test_each_order_text_has_a_twin_of_another_class(corpus, split):
    """Title and words are the same and the label is not: no bag of words can tell the two apart."""
    twins: dict[tuple, list[int]] = {}
    for row in getattr(corpus, split):
        if row.kind == "order":
            bag = row.title, *sorted(tokens(row.description))
            twins.setdefault(bag, []).append(row.label)
    assert twins
    assert all(len(labels) == len(set(labels)) == 2 for labels in twins.values())


# Where the topic that counts stands, and where the other one does.
COUNTS = [
    r"\bnot (about |of )?(?P<other>.+) but (?P<counts>.+)",
    r"(?P<counts>.+), not (?P<other>.+)",
    r"(?P<counts>.+) rather than (?P<other>.+)",
    r"Rather than (?P<other>[^,]+), (?P<counts>.+)",
    r"(?P<counts>.+) instead of (?P<other>.+)",
    r"Instead of (?P<other>[^,]+), (?P<counts>.+)",
    r"less about (?P<other>.+) than about (?P<counts>.+)",
    r"more about (?P<counts>.+) than about (?P<other>.+)",
    r"(?P<counts>.+) took the place of (?P<other>.+)",
    r"(?P<other>.+) gave way to (?P<counts>.+)",
    r"turned from (?P<other>.+?) to (?P<counts>.+)",
]


@pytest.fixture(scope="module")
def homes(corpus):
    """Word to class, for words that plain texts hold in one class only, at least five times."""
    labels: dict[str, Counter] = {}
    for row in corpus.train:
        if row.kind == "plain":
            for word in tokens(row.text):
                labels.setdefault(word, Counter())[row.label] += 1
    return {
        word: next(iter(count))
        for word, count in labels.items()
        if len(count) == 1 and count.total() >= 5
    }


@pytest.mark.parametrize("pattern", COUNTS)
def test_label_is_the_class_of_the_topic_that_counts(corpus, homes, pattern):
    """As English has it: of `not X but Y` the label is Y's class, of `X rather than Y` X's."""
    right = []
    for row in corpus.train:
        match = row.kind == "order" and re.search(pattern, row.description)
        if match:
            here, there = (
                {homes.get(word) for word in tokens(match[side])} for side in ("counts", "other")
            )
            # Rare words have no home, and a name may have one by chance: not every text can tell.
            if (row.label in here) != (row.label in there):
                right.append(row.label in here)
    assert len(right) > 100
    assert share(right) > 0.97


# --- memory -----------------------------------------------------------------------------------


def test_distances_are_spread_evenly(corpus):
    """Of six equal stretches from 3 to 65 tokens, none has fewer than 130 test texts."""
    distances = [distance(row.text) for row in corpus.test if row.kind == "memory"]
    assert (min(distances), max(distances)) == (3, 65)
    counts = Counter((far - 3) * 6 // 63 for far in distances)
    assert sorted(counts) == list(range(6))
    assert min(counts.values()) >= 130


def test_tails_alone_tell_nothing(corpus):
    """A classifier that sees only what follows the first full stop guesses, one in four right."""
    train, test = (
        [(row.text.split(". ", 1)[1], row.label) for row in split if row.kind == "memory"]
        for split in (corpus.train, corpus.test)
    )
    guesses = predict_linear(train, [text for text, _ in test])
    assert share(guess == label for guess, (_, label) in zip(guesses, test, strict=True)) < 0.30
