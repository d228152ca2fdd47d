"""What linear classifiers make of the demo corpus; lesson 03 proves what networks do."""

import time

import pytest

from tests.fixtures.demo import make_demo, predict_linear, share

CORES, SECONDS = 2, 30  # a model may take so long on so many cores


def timed(work, *arguments):
    """Return what the work returns, once it is sure that it is quick enough.

    Processor time is measured, because other work on the machine must not decide the verdict.
    """
    start = time.process_time()
    result = work(*arguments)
    assert time.process_time() - start < CORES * SECONDS
    return result


def linear_right(corpus, most: int) -> list[bool]:
    """Tell for each test text whether logistic regression on counts gives its class."""
    train = [(row.text, row.label) for row in corpus.train]
    guesses = predict_linear(train, [row.text for row in corpus.test], most)
    return [guess == row.label for guess, row in zip(guesses, corpus.test, strict=True)]


@pytest.fixture(scope="module")
def words_right(corpus):
    """Right or wrong for each test text, by counts of words."""
    return timed(linear_right, corpus, 1)


def test_counts_of_words_are_not_enough(words_right):
    """A linear classifier on word counts stays below 0.80."""
    assert 0.60 < share(words_right) < 0.80


def test_counts_of_words_toss_a_coin_over_order_texts(corpus, words_right):
    """It does well on plain texts, and gets at most one of two twins right."""
    by_kind = {
        kind: share(
            ok for ok, row in zip(words_right, corpus.test, strict=True) if row.kind == kind
        )
        for kind in make_demo.KINDS
    }
    assert by_kind["plain"] > 0.95
    assert by_kind["order"] <= 0.5


def test_counts_of_pairs_gain_from_order(corpus, words_right):
    """With pairs of neighbouring words the same classifier gains at least 0.03."""
    assert share(timed(linear_right, corpus, 2)) > share(words_right) + 0.03
