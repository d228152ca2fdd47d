"""The pairs: each rule of the invented language kept, each word aligned, no word twice."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.fixtures.scripts import load_script
from torchnlp import load_corpus, tokenize

pairs = load_script(Path(__file__).resolve().parents[2] / "data" / "pairs" / "make_pairs.py")
SOURCE = "Did the old fox follow Clara and the cats did not see a drum?"
TARGET = "mi velpo veto claran sekva ur misai tambon ze veda"
SMALL = {"the", "a", "an", "did"}  # may return


@pytest.fixture(scope="module")
def corpus():
    """The rows of both files."""
    return load_corpus("pairs")


@pytest.fixture(scope="module")
def rows(corpus):
    """All rows of both files."""
    return corpus["train"] + corpus["test"]


def dictionary():
    """Return each source word with the stem of its target word."""
    read = pairs.language()
    found = {name.lower(): name.lower() for name in read["names"]}
    for kind in "animals", "things":
        for noun, (plural, stem) in read[kind].items():
            found |= {noun: stem, plural: stem}
    for kind in "verbs", "verbs_alone":
        for verb, (past, stem) in read[kind].items():
            found |= {verb: stem, past: stem}
    for kind in "places", "adjectives", "conjunctions", "prepositions":
        found |= read[kind]
    return found | {"did": read["question"], "not": read["not"]}


def test_a_sentence_reads_as_print_does(rows):
    """A capital, single spaces, a mark; the article by the letter behind it."""
    assert len(rows) == 11_000
    for row in rows:
        text = row["source"]
        assert text[0].isupper()
        assert re.search(r"\ba [aeiou]|\ban [^aeiou]|  | [.?]", text) is None
        assert text[-1] == ("?" if text.startswith("Did ") else ".")


def test_no_sentence_stands_twice(rows):
    """So no test sentence can be learnt by heart."""
    assert len({row["source"] for row in rows}) == len(rows)


def test_the_readme_shows_a_pair_of_the_corpus(rows):
    """Its example is one of the rows."""
    readme = (Path(pairs.__file__).parent / "README.md").read_text(encoding="utf-8")
    assert f"> {SOURCE}\n>\n> {TARGET}\n" in readme
    assert (SOURCE, TARGET) in [(row["source"], row["target"]) for row in rows]


def test_a_fifth_of_the_sentences_has_each_length(corpus):
    """5 to 8 words, and so on, the mark not counted."""
    for part in corpus.values():
        bins = Counter((len(tokenize(row["source"])) - 6) // 4 for row in part)
        assert bins == dict.fromkeys(range(5), len(part) // 5)


def test_the_test_file_holds_no_new_word(corpus):
    """Every token of the test pairs is in at least a hundred training pairs."""
    for side, split in ("source", tokenize), ("target", str.split):
        seen = Counter(token for row in corpus["train"] for token in set(split(row[side])))
        asked = {token for row in corpus["test"] for token in split(row[side])}
        assert [token for token in asked if seen[token] < 100] == []
        assert len(seen) == {"source": 93, "target": 156}[side]


def test_no_word_stands_twice_in_a_sentence(rows):
    """Articles and "did" alone may return, and "not", at most once in a clause."""
    for row in rows:
        counts = Counter(tokenize(row["source"]))
        assert {word for word, count in counts.items() if count > 1} <= SMALL | {"not"}


def test_each_target_word_has_the_stem_of_its_source_word(rows):
    """So the alignment is true, word by word."""
    stems = dictionary()
    for row in rows:
        source, target = tokenize(row["source"]), row["target"].split()
        assert len(target) == len(row["align"]) == len(set(row["align"]))
        for word, place in zip(target, row["align"], strict=True):
            stem = stems[source[place]]
            assert re.fullmatch(rf"{stem}[oa]?i?[ns]?", word), (word, source[place])


def test_each_content_word_is_translated(rows):
    """All but articles, "did" where it does not ask, and the mark."""
    for row in rows:
        source = tokenize(row["source"])
        left = [word for i, word in enumerate(source[:-1]) if i not in row["align"]]
        assert set(left) <= SMALL


def test_the_rules_of_the_language_hold(rows):
    """The verb last in its clause, "ze" before it, adjectives behind their noun, `mi` in front."""
    read = pairs.language()
    verbs = {stem for kind in ("verbs", "verbs_alone") for _, stem in read[kind].values()}
    adjectives = tuple(read["adjectives"].values())
    joints = "|".join(read["conjunctions"].values())
    for row in rows:
        assert row["target"].startswith("mi ") == row["source"].endswith("?")
        for part in re.split(rf" (?:{joints}) ", row["target"].removeprefix("mi ")):
            words = part.split()
            assert [word in verbs for word in words] == [False] * (len(words) - 1) + [True]
            assert "ze" not in words[:-2]
            for noun, adjective in zip(words, words[1:], strict=False):
                if adjective.startswith(adjectives) and adjective not in verbs:
                    ending = re.search(r"[oa]i?n?$", adjective)[0]
                    assert noun.endswith(ending), (noun, adjective)


def test_a_worked_translation():
    """Of the example: what each ending says."""
    row = {"source": SOURCE, "target": TARGET}
    source = tokenize(row["source"])
    stems = dictionary()
    assert [stems[source[place]] for place in (0, 3, 2, 5, 4, 6, 8, 13, 10, 11)] == [
        "mi",
        "velpo",
        "vet",
        "clara",
        "sekva",
        "ur",
        "misa",
        "tambo",
        "ze",
        "veda",
    ]
