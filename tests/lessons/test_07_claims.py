"""The claims of lesson 07: each passes with numbers as measured, and fails when it is denied.

What is trained is replaced; merges, cuts and counts are those of the lesson, on few texts.
"""

from collections import Counter
from unittest.mock import MagicMock

import numpy as np

from tests.claims import claim_tests
from tests.fixtures.lesson_07 import LESSON
from torchnlp import tokenize

WORDS = Counter({"about": 90, "above": 40, "goal": 20, "goals": 9, "nolvaburn": 3, "ulmaburn": 4})
SAMPLE = Counter(token for row in LESSON["parallel"]["train"] for token in tokenize(row["en"]))
MERGED = LESSON["learn_merges"](SAMPLE, 100)
ROWS = 40 * ["x"]
ENGLISH = {"en": 1946, "nb": 3850, "fr": 4600, "pl": 4700, "zh": 5600, "ar": 8600, "ja": 8200}
SHARED_BY_ALL = {"en": 2655, "nb": 3200, "fr": 3850, "pl": 3800, "zh": 3600, "ar": 3600, "ja": 3700}


def given(**more):
    drawing = {name: MagicMock() for name in ("plt", "model_colour", "label_lines")}
    return {**LESSON, **drawing, "shade_guessing": MagicMock(), **more}


def split_names(train, test):
    corpus = {
        "train": [{"name": name} for name in train],
        "test": [{"name": name} for name in test],
    }
    return given(load_corpus=lambda _: corpus)


def texts(new, prose):
    return given(vocab={"the", "goal"}, new_texts=new, prose=prose)


def spelt(new):
    return given(news=["a goal about owls"], new_texts=[new], Counter=Counter)


def merged(small):
    split = LESSON["split"]
    return given(small=small, cuts={word: split(word) for word in small})


def learnt(merges):
    return given(counts=SAMPLE, merges=merges)


def encoded(encode):
    return given(counts=SAMPLE, merges=MERGED, encode=encode)


def cut_by_rank(pieces):
    """Return 2,000 words, of which the one of each rank has so many pieces."""
    counts = Counter({rank: 2000 - rank for rank in range(2000)})
    return given(counts=counts, encode=lambda rank, _: [""] * pieces(rank), ranks={})


def shortened(lengths):
    numbers = [0, 25, 50, 100, 200, 300, 500, 1000, 2000]
    return given(lengths=lengths, numbers=numbers, alphabet=ROWS, counts=range(3445))


def brought_back(**more):
    return given(english=LESSON["learn_merges"](Counter({b" the": 9, b" then": 3}), 4), **more)


def special(encode_text):
    return given(english=[(b"<e", b"nd>")], english_ranks={}, encode_text=encode_text)


def kept(surname, town, random=(0.19, 0.14)):
    shares = {"surname": (surname, random[0]), "town": (town, random[1])}
    return given(kept_share=lambda kind, _: shares[kind], ranks={}, counts=WORDS)


def joined(counts, merges):
    return given(counts=Counter(counts), ranks=LESSON["rank"](merges))


def written(chinese, english="The same text is here."):
    row = dict.fromkeys(("nb", "fr", "pl", "ar", "ja"), "Den samme teksten står også her.")
    return given(test_half=[{"en": english, "zh-CN": chinese, **row}])


def measured(merges):
    names = {"en": "en", "nb": "nb", "fr": "fr", "pl": "pl", "zh": "zh-CN", "ar": "ar", "ja": "ja"}
    LESSON["tokens_of"].__globals__["measured"] = {
        short: [row[name] for row in LESSON["test_half"]] for short, name in names.items()
    }
    return given(english=merges, guess=None)


def relearnt(by_all):
    return given(
        LANGUAGES={},
        measured=ENGLISH,
        by_english=ENGLISH,
        tokens_of=lambda _: by_all,
        learn_merges=lambda *_: [],
        places=np.arange(7),
        train_half=[],
    )


def scored(counts):
    return given(counts=Counter(counts))


def other_cuts(**shares):
    """Return cutters that keep these shares of surnames and of towns, above what is random."""

    def cutter(name):
        return lambda *_: name

    def kept_share(kind, cut):
        return shares[cut("")][kind == "town"], shares.get("random", {}).get(cut(""), 0.15)

    return given(
        kept_share=kept_share,
        kinds=("surname", "town"),
        encode=cutter("merges"),
        longest=cutter("longest"),
        most_probable=cutter("probable"),
        ranks={},
    )


def named(words, characters, pieces, trigrams):
    found = {"words": words, "characters": characters, "pieces": pieces, "trigrams": trigrams}
    return given(by_tokens=found, labels={"test": np.array([0] * 53 + [1] * 47)})


def misspelt(words, pieces, trigrams):
    turn = {"words": words, "pieces": pieces, "trigrams": trigrams}
    return given(bags=turn, shares=range(5), scores=turn)


FALLING = [4.81, 3.65, 3.29, 2.92, 2.54, 2.3, 2.01, 1.65, 1.35]
ENGLISH_MERGES, ALL_MERGES = (
    LESSON["english"],
    LESSON["learn_merges"](
        LESSON["count_chunks"](
            text for row in LESSON["train_half"] for name, text in row.items() if name != "cell"
        ),
        300,
    ),
)

# For each claim cell: what it is about, and what denies it.
CASES = {
    "unknown-names": (
        split_names(["Nolvaburn"], ["Ulmavik"]),
        {"names that were there": split_names(["Nolvaburn", "Ulmavik"], ["Ulmavik"])},
    ),
    "unknown-prose": (
        texts(["the goal"], ["the network forgets"]),
        {
            "prose like the news": texts(["the goal"], ["the goal"]),
            "news unlike the news": texts(["the owl"], ["the network forgets"]),
        },
    ),
    "characters": (
        spelt("about about goal"),
        {"a new letter": spelt("about zzzzz"), "short words": spelt("a go at a")},
    ),
    "three-merges": (
        merged({"seal": 3, "seat": 4, "tea": 5, "sea": 2}),
        {"other counts": merged({"seal": 30, "seat": 4, "tea": 5, "sea": 2})},
    ),
    "same-merges": (
        learnt(MERGED),
        {"another order": learnt(MERGED[::-1]), "one merge less": learnt(MERGED[1:])},
    ),
    "encode-repeats": (
        encoded(LESSON["encode"]),
        {
            "whole words": encoded(lambda word, _: [word]),
            "characters": encoded(lambda word, _: list(word)),
        },
    ),
    "plot-frequency": (
        cut_by_rank(lambda rank: 1 if rank < 250 else 3),
        {
            "whole words": cut_by_rank(lambda _: 1),
            "characters": cut_by_rank(lambda _: 5),
            "a frequency that does not matter": cut_by_rank(lambda rank: 1 + rank % 4),
        },
    ),
    "plot-lengths": (
        shortened(FALLING),
        {
            "merges that do not help": shortened([4.81] * 9),
            "an even gain": shortened([4.81, 4.7, 4.6, 4.5, 4.2, 3.9, 3.3, 1.65, 1.3]),
        },
    ),
    "round-trip": (
        brought_back(),
        {
            "words without their spaces": brought_back(
                encode_text=lambda text, _: [word.encode() for word in text.split()]
            ),
            "only what Latin-1 has": brought_back(
                encode_text=lambda text, _: [text.encode("latin-1", "ignore")],
                decode=lambda pieces: b"".join(pieces).decode("latin-1"),
            ),
        },
    ),
    "specials": (
        special(LESSON["encode_text"]),
        {"a text that is the token": special(lambda text, _: [text.encode()])},
    ),
    "plot-cuts": (
        kept(0.80, 0.30),
        {
            "random cuts": kept(0.19, 0.14),
            "cuts by meaning": kept(1.0, 1.0),
            "towns as at random": kept(0.80, 0.14),
        },
    ),
    "why-cut": (
        joined({"about": 90, "nolvaburn": 3}, [("a", "b")]),
        {
            "a language of towns": joined({"about": 9, "nolvaburn": 30}, [("a", "b")]),
            "a late merge": joined(
                {"about": 90, "nolvaburn": 3}, [("x", str(i)) for i in range(30)] + [("a", "b")]
            ),
        },
    ),
    "plot-bytes": (
        written("同样的文字在这里也有"),
        {
            "as many characters": written("The same text is here and here."),
            "fewer bytes": written("同样的"),
        },
    ),
    "predict-truth": (
        measured(ENGLISH_MERGES),
        {"merges of all languages": measured(ALL_MERGES), "bytes alone": measured([])},
    ),
    "plot-languages": (
        relearnt(SHARED_BY_ALL),
        {
            "merges of English": relearnt(ENGLISH),
            "a gain for all": relearnt({**SHARED_BY_ALL, "en": 1946}),
            "one language left out": relearnt({**SHARED_BY_ALL, "ar": 8600}),
        },
    ),
    "wordpiece": (
        scored({"the": 90, "then": 20, "quo": 3, "hat": 9, "tot": 5, "oh": 4}),
        {
            "a score that is the count": scored({"th": 90}),
            "a frequent q": scored({"the": 90, "qu": 100, "hat": 9, "tot": 5}),
        },
    ),
    "plot-cutters": (
        other_cuts(merges=(0.80, 0.30), longest=(0.95, 0.49), probable=(0.97, 0.34)),
        {
            "merges as good": other_cuts(
                merges=(0.97, 0.5), longest=(0.95, 0.49), probable=(0.97, 0.34)
            ),
            "more cuts only": other_cuts(
                merges=(0.80, 0.30),
                longest=(0.95, 0.49),
                probable=(0.97, 0.34),
                random={"longest": 0.45},
            ),
        },
    ),
    "plot-names": (
        named(0.528, 0.855, 0.989, 1.0),
        {
            "words that know": named(0.98, 0.855, 0.989, 1.0),
            "untrained": named(0.528, 0.528, 0.528, 0.528),
            "characters as good": named(0.528, 0.98, 0.989, 1.0),
        },
    ),
    "plot-misspelt": (
        misspelt(
            [0.92, 0.9, 0.86, 0.76, 0.53],
            [0.87, 0.84, 0.78, 0.72, 0.64],
            [0.9, 0.89, 0.87, 0.86, 0.84],
        ),
        {
            "untrained": misspelt([0.25] * 5, [0.25] * 5, [0.25] * 5),
            "pieces that help": misspelt(
                [0.92, 0.8, 0.7, 0.6, 0.53],
                [0.92, 0.91, 0.9, 0.89, 0.88],
                [0.9, 0.89, 0.87, 0.86, 0.84],
            ),
            "words that last": misspelt([0.92] * 5, [0.87, 0.84, 0.78, 0.72, 0.64], [0.9] * 5),
            "trigrams that fail": misspelt(
                [0.92, 0.9, 0.86, 0.76, 0.53],
                [0.87, 0.84, 0.78, 0.72, 0.64],
                [0.9, 0.7, 0.6, 0.5, 0.4],
            ),
        },
    ),
}


(test_every_claim_has_a_case, test_a_claim_holds, test_a_claim_can_fail) = claim_tests(
    "07-subwords", CASES
)
