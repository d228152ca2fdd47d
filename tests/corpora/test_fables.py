"""The fables: every probability exact, every rule kept, and a checker that finds broken ones."""

import math
import re
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.fixtures.scripts import load_script
from torchnlp import load_corpus

fables = load_script(Path(__file__).resolve().parents[2] / "data" / "fables" / "make_fables.py")
STORY = (
    "Wanda was a curious mouse who lived behind the mill. On a Sunday she stole a kite from the "
    "fair. An owl landed on the fence. “Did you pay for the kite?” asked the owl. Wanda coughed "
    "twice. “It followed me home,” said the mouse. She could not sleep, and at dawn she took the "
    "kite back. And that is how Wanda the mouse stole a kite."
)


@pytest.fixture(scope="module")
def corpus():
    """The rows of both files."""
    return load_corpus("fables")


@pytest.fixture(scope="module")
def stories(corpus):
    """All stories of both files."""
    return [row["text"] for split in corpus.values() for row in split]


# --- the stories ------------------------------------------------------------------------------


def test_a_story_reads_as_print_does(stories):
    """Words and marks with spaces as in print, capitals after full stops, articles by sound."""
    assert len(stories) == 9000
    for text in stories:
        assert fables.write(fables.tokens(text)) == text
        assert re.search(r"[.?] [a-z]|“[a-z]", text) is None
        assert re.search(r"\ba [aeiou]|\ban [^aeiou]|  | [.,?”]|“ |\{|\(", text) is None
        assert text[0].isupper()
        assert text.endswith(".")


def test_the_readme_shows_a_story_of_the_grammar():
    """Its example is one that could be drawn."""
    readme = (Path(fables.__file__).parent / "README.md").read_text(encoding="utf-8")
    assert f"> {STORY}\n" in readme
    assert math.inf not in fables.surprises(fables.tokens(STORY))


def test_no_story_stands_twice(stories):
    """So no test story can be learnt by heart."""
    assert len(set(stories)) == len(stories)


def test_the_test_file_holds_no_new_word(corpus):
    """Every token of the test stories is in at least ten training stories."""
    seen = Counter(token for row in corpus["train"] for token in set(fables.tokens(row["text"])))
    asked = {token for row in corpus["test"] for token in fables.tokens(row["text"])}
    assert 300 < len(seen) < 400
    assert [token for token in asked if seen[token] < 10] == []


def test_the_facts_of_a_row_stand_in_its_text(corpus):
    """Name, animal, bird, deed and thing come at least twice, as the rules want it."""
    for row in corpus["train"] + corpus["test"]:
        said = fables.tokens(row["text"])
        for slot in fables.KEPT:
            assert said.count(row[slot]) >= 2, (slot, row["text"])
        assert f"{row['name']} the {row['animal']}" in row["text"] or "friends" in row["text"]


# --- the probabilities ------------------------------------------------------------------------


def test_next_tokens_have_probabilities_that_sum_to_one():
    """At every place of a story, over all states that the grammar may be in."""
    states = {(("{story}",), ()): 1.0}
    for token in [*fables.tokens(STORY), fables.END]:
        nexts = [
            (word, then, weight * share)
            for (stack, facts), weight in states.items()
            for word, then, share in fables.nexts(stack, facts)
        ]
        assert math.isclose(math.fsum(share for _, _, share in nexts), 1)
        states = Counter()
        for word, then, share in nexts:
            if word == token:
                states[then] += share
        total = sum(states.values())
        states = {then: share / total for then, share in states.items()}


def test_the_surprise_of_a_story_is_that_of_what_was_drawn(corpus):
    """Token by token the grammar comes to the same −ln p as the draws: no story has two ways."""
    for row in corpus["test"]:
        exact = fables.surprises(fables.tokens(row["text"]))
        assert row["surprises"] == [round(surprise, 4) for surprise in exact]
        assert math.isclose(math.fsum(exact), row["surprise"], abs_tol=1e-4)


def test_a_worked_surprise():
    """One of 3 openings and 8 names; a trait with a consonant is 6 of 10, then one of those 6."""
    exact = fables.surprises(fables.tokens(STORY))
    assert math.isclose(exact[0], math.log(3 * 8))
    assert exact[1] == 0  # was
    assert math.isclose(exact[2], math.log(10 / 6))  # a, not an
    assert math.isclose(exact[3], math.log(6))  # curious


def test_a_name_is_drawn_as_often_as_the_grammar_says(corpus):
    """Shares of the 8 names and the 8 things, within four standard deviations."""
    rows = corpus["train"]
    for slot, count in ("name", 8), ("animal", 6), ("bird", 6), ("deed", 8), ("thing", 8):
        shares = Counter(row[slot] for row in rows)
        assert len(shares) == count
        spread = 4 * math.sqrt(len(rows) / count * (1 - 1 / count))
        assert all(abs(found - len(rows) / count) < spread for found in shares.values())


def test_the_mean_of_the_exact_surprises_is_the_floor(corpus):
    """Drawing again comes to the same mean, about 30 nats a story; a perplexity of about 1.38."""
    chance = Random(0)
    again = [fables.tell(chance)[2] for _ in range(3000)]
    rows = corpus["test"]
    assert abs(sum(again) / 3000 - sum(row["surprise"] for row in rows) / 1000) < 0.2
    tokens = sum(len(row["surprises"]) for row in rows)
    assert 1.3 < math.exp(sum(row["surprise"] for row in rows) / tokens) < 1.4


def test_what_the_grammar_never_says_is_infinitely_surprising():
    """A wrong pronoun, another thing on return, a story that stops."""
    for broken in (
        STORY.replace("dawn she", "dawn he"),
        STORY.replace("the kite back", "the boat back"),
        STORY[: STORY.index("And that")],
    ):
        assert math.inf in fables.surprises(fables.tokens(broken))


# --- the rules --------------------------------------------------------------------------------


def test_every_story_keeps_every_rule(stories):
    """All of both files."""
    assert [text for text in stories if fables.broken_rules(text)] == []


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("pronoun", "dawn she took", "dawn he took"),
        ("pronoun", "On a Sunday she", "On a Sunday he"),
        ("pronoun", "An owl landed", "His brush broke. An owl landed"),
        ("thing", "took the kite back", "took the lantern back"),
        ("thing", "Wanda the mouse stole a kite", "Wanda the mouse stole a drum"),
        ("names", "how Wanda the mouse", "how Wanda the badger"),
        ("names", "Wanda coughed", "Clara coughed"),
        ("names", "asked the owl", "asked the goose"),
        ("names", "said the mouse", "said the otter"),
        ("quotes", "home,” said", "home, said"),
        ("quotes", "“It followed", "It followed"),
        ("quotes", "kite?” asked", "kite?“ asked"),
        ("quotes", "home,” said the mouse", "home,” said the mouse”"),
    ],
)
def test_a_broken_story_breaks_its_rule_and_no_other(rule, old, new):
    """One change each."""
    assert STORY.count(old) == 1
    assert fables.broken_rules(STORY) == []
    assert fables.broken_rules(STORY.replace(old, new)) == [rule]


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("", ["pronoun", "thing", "names"]),
        ("Wanda was a mouse.", ["thing", "names"]),
        (STORY.replace("kite", "cheese"), ["thing"]),
        (STORY.replace("Wanda", "Somebody"), ["pronoun", "names"]),
        (STORY.replace("Wanda coughed", "Hugo coughed"), ["pronoun", "names"]),
        (STORY[: STORY.index("?”")], ["quotes"]),
    ],
)
def test_worse_stories_break_more_rules(text, broken):
    """Nothing at all, a story that never comes to its thing, a name that nobody knows."""
    assert fables.broken_rules(text) == broken
