"""Make the pairs: `python data/pairs/make_pairs.py [--out DIR]`.

A sentence is drawn clause by clause, in English and in an invented language at once.  So the source
word of each target word is known.
"""

import functools
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

sys.path.append(str(Path(__file__).resolve().parents[1]))

import corpus_core as core

HERE = Path(__file__).resolve().parent
SEED = 5
COUNTS = {"train": 10_000, "test": 1000}
MOST = 4  # clauses in a sentence: there are so many prepositions, and verbs without an object
LENGTHS = ((5, 8), (9, 12), (13, 16), (17, 20), (21, 24))  # words of the source
OBJECT, PLURAL, PLACE = "n", "i", "s"

Words = list[str]
Translated = list[tuple[str, str]]  # a target word, and the source word that it translates


class Phrase(NamedTuple):
    """A part of a sentence in both languages."""

    source: Words
    target: Translated


@functools.cache
def language() -> dict:
    """Return the word lists of both languages."""
    return tomllib.loads((HERE / "language.toml").read_text(encoding="utf-8"))


# ---------------------------------------------------------------- drawing


def fresh(rng: Random, kind: str, used: set[str]) -> str:
    """Return a word of a kind that the sentence does not have yet, and note it."""
    words = [word for word in language()[kind] if word not in used]
    word = core.choice(rng, words)
    used.add(word)
    return word


def noun_phrase(rng: Random, kind: str, used: set[str], case: str) -> Phrase:
    """Return a name, or an article, perhaps an adjective, and a noun; used words do not return."""
    word = fresh(rng, kind, used)
    if kind == "names":
        return Phrase([word], [(word.lower() + case, word)])
    plural, stem = language()[kind][word]
    many = rng.random() < 0.3
    ending = (PLURAL if many else "") + case
    noun = plural if many else word
    source, target = [noun], [(stem + ending, noun)]
    if rng.random() < 0.5:
        adjective = fresh(rng, "adjectives", used)
        source.insert(0, adjective)
        target.append((language()["adjectives"][adjective] + stem[-1] + ending, adjective))
    indefinite = "an" if source[0][0] in "aeiou" else "a"
    article = "the" if many or rng.random() < 0.5 else indefinite
    return Phrase([article, *source], target)


def place(rng: Random, used: set[str]) -> Phrase:
    """Return a preposition and a place."""
    preposition = fresh(rng, "prepositions", used)
    noun = fresh(rng, "places", used)
    target = [(language()["prepositions"][preposition], preposition)]
    target.append((language()["places"][noun] + PLACE, noun))
    return Phrase([preposition, "the", noun], target)


def clause(rng: Random, used: set[str], asks: bool) -> Phrase:
    """Return who does what, where: in the target the verb comes last, the object before it."""
    subject = noun_phrase(rng, core.choice(rng, ["names", "animals", "animals"]), used, "")
    alone = rng.random() < 0.25
    verbs = language()["verbs_alone" if alone else "verbs"]
    verb = fresh(rng, "verbs_alone" if alone else "verbs", used)
    past, stem = verbs[verb]
    what, where = Phrase([], []), Phrase([], [])
    if not alone:
        kind = core.choice(rng, ["names", "animals", "things", "things", "things"])
        what = noun_phrase(rng, kind, used, OBJECT)
    if rng.random() < 0.4:
        where = place(rng, used)
    denied = not asks and rng.random() < 0.2
    said = verb if asks or denied else past
    negation = [(language()["not"], "not")] if denied else []
    target = [*subject.target, *where.target, *what.target, *negation, (stem, said)]
    helpers = ["did", "not"] if denied else []
    source = [*subject.source, *helpers, said, *what.source, *where.source]
    if asks:
        source, target = ["did", *source], [(language()["question"], "did"), *target]
    return Phrase(source, target)


def sentence(rng: Random, least: int, most: int) -> tuple[Words, Words, list[int], str]:
    """Return a sentence of so many words, its translation, the source of each word, its mark."""
    while True:
        asks = rng.random() < 0.25
        source, target, align, used = [], [], [], set()
        for _ in range(MOST):
            if len(source) >= least:
                break
            if source:
                joint = fresh(rng, "conjunctions", used)
                align.append(len(source))
                source.append(joint)
                target.append(language()["conjunctions"][joint])
            part = clause(rng, used, asks and not source)
            where = {word: len(source) + i for i, word in enumerate(part.source)}
            align += [where[word] for _, word in part.target]
            source += part.source
            target += [word for word, _ in part.target]
        if least <= len(source) <= most:
            return source, target, align, "?" if asks else "."


# ---------------------------------------------------------------- corpus


def write(source: Words, mark: str) -> str:
    """Return the source as print has it."""
    text = " ".join(source) + mark
    return text[0].upper() + text[1:]


def make(seed: int = SEED) -> dict[str, list[dict]]:
    """Return the rows of both splits, the same for the same seed on every machine."""
    rng, known = Random(seed), set()
    splits: dict[str, list[dict]] = {}
    for split, count in COUNTS.items():
        rows = splits[split] = []
        while len(rows) < count:
            source, target, align, mark = sentence(rng, *LENGTHS[len(rows) % len(LENGTHS)])
            text = write(source, mark)
            if text not in known:
                known.add(text)
                rows.append({"source": text, "target": " ".join(target), "align": align})
        core.shuffle(rng, rows)
    return splits


def make_files() -> dict[str, bytes]:
    """Return what both files hold, by name."""
    return {f"{split}.jsonl.gz": core.to_json_lines(rows) for split, rows in make().items()}


def main(argv: Sequence[str] | None = None) -> int:
    """Write both files and print a line for each."""
    return core.write_corpus(argv, HERE, make_files)


if __name__ == "__main__":
    sys.exit(main())
