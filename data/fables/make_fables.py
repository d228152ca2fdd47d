"""Make the fables: `python data/fables/make_fables.py [--out DIR]`.

A story is drawn from the grammar in `grammar.toml`, one slot after the other.  The same grammar,
read token by token, says how likely each next token is: the best that any model can know.
"""

import functools
import math
import re
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

sys.path.append(str(Path(__file__).resolve().parents[1]))

import corpus_core as core

HERE = Path(__file__).resolve().parent
SEED = 4
COUNTS = {"train": 8000, "test": 1000}
END = "<end>"
PIECE = re.compile(r"\{\^?\w+\}|a\(n\)|A\(n\)|\w+|[^\w\s]")
TOKEN = re.compile(r"\w+|[^\w\s]")

Facts = tuple[tuple[str, str], ...]  # the kept slots and their fillers, sorted
Stack = tuple[str, ...]  # the pieces that are still to be said


# ---------------------------------------------------------------- grammar


@dataclass(frozen=True)
class Grammar:
    """The alternatives of each slot, and those that a name or a deed brings."""

    kept: frozenset[str]
    slots: dict[str, tuple[Stack, ...]]
    brought: dict[str, dict[str, tuple[Stack, ...]]]  # by name or deed

    def alternatives(self, slot: str, facts: Facts) -> tuple[Stack, ...]:
        """Return what can stand in a slot, once it is known who does what."""
        for kept, filler in facts:
            if kept == slot:
                return ((filler,),)
        for _, filler in facts:
            if slot in self.brought.get(filler, {}):
                return self.brought[filler][slot]
        return self.slots[slot]


def pieces(template: str) -> Stack:
    """Return the tokens and the slots of a template."""
    return tuple(PIECE.findall(template))


@functools.cache
def grammar() -> Grammar:
    """Return the grammar of the fables."""
    read = tomllib.loads((HERE / "grammar.toml").read_text(encoding="utf-8"))
    deeds, heroes = read["deeds"], read["heroes"]
    slots = read["slots"] | {
        "name": sorted(name for hero in heroes for name in hero["name"]),
        "deed": sorted(deeds),
    }
    pronouns = ("she", "her", "them")
    brought = {
        name: {key: [hero[key]] for key in pronouns} for hero in heroes for name in hero["name"]
    }
    return Grammar(
        frozenset(read["kept"]),
        {slot: tuple(map(pieces, values)) for slot, values in slots.items()},
        {
            key: {slot: tuple(map(pieces, values)) for slot, values in table.items()}
            for key, table in (brought | deeds).items()
        },
    )


# ---------------------------------------------------------------- drawing


def slot_of(piece: str) -> str | None:
    """Return the slot that a piece names, or None for a token."""
    return piece.strip("{^}") if piece.startswith("{") else None


def put(chosen: Stack, stack: Stack, facts: Facts) -> tuple[Stack, Facts]:
    """Put an alternative in the place of the slot on top of `stack`, and note it if it is kept."""
    piece, slot = stack[0], slot_of(stack[0])
    if slot in grammar().kept:
        facts = tuple(sorted({**dict(facts), slot: chosen[0]}.items()))
    if piece.startswith("{^") and chosen:
        first = slot_of(chosen[0])
        upper = f"{{^{first}}}" if first else chosen[0][0].upper() + chosen[0][1:]
        chosen = (upper, *chosen[1:])
    return chosen + stack[1:], facts


def tell(rng: Random) -> tuple[list[str], dict[str, str], float]:
    """Return the tokens of a new story, who did what in it, and the −ln p of what was drawn."""
    stack: Stack = ("{story}",)
    facts: Facts = ()
    said: list[str] = []
    surprise = 0.0
    while stack:
        if slot := slot_of(stack[0]):
            drawn = grammar().alternatives(slot, facts)
            chosen = core.choice(rng, drawn)
            surprise += math.log(len(drawn) / drawn.count(chosen))
            stack, facts = put(chosen, stack, facts)
        else:
            said.append(stack[0])
            stack = stack[1:]
    return core.ARTICLE.sub(core.article, " ".join(said)).split(" "), dict(facts), surprise


def write(said: Sequence[str]) -> str:
    """Return a text whose tokens are those: spaces as in print."""
    return re.sub(r"“ | (?=[.,?!”])", lambda space: space[0].strip(), " ".join(said))


def tokens(text: str) -> list[str]:
    """Return the words and marks of a story."""
    return TOKEN.findall(text)


# ---------------------------------------------------------------- exact probabilities

State = tuple[Stack, Facts]


@functools.cache
def nexts(stack: Stack, facts: Facts) -> tuple[tuple[str, State, float], ...]:
    """Return each token that can come next, the state behind it, and its probability."""
    if not stack:
        return ((END, ((), ()), 1.0),)
    if slot := slot_of(stack[0]):
        drawn = grammar().alternatives(slot, facts)
        return tuple(
            (token, state, chance / len(drawn))
            for chosen in drawn
            for token, state, chance in nexts(*put(chosen, stack, facts))
        )
    if stack[0] in ("a(n)", "A(n)"):  # the word behind it decides
        return tuple(
            (said, ((word, *state[0]), state[1]), chance)
            for word, state, chance in nexts(stack[1:], facts)
            for said in [core.ARTICLE.sub(core.article, f"{stack[0]} {word}").split()[0]]
        )
    return ((stack[0], (stack[1:], facts), 1.0),)


def surprises(said: Sequence[str]) -> list[float]:
    """Return −ln p of each token of a story given those before it, and of its end.

    Infinite from the first token on that the grammar would never say.
    """
    states: dict[State, float] = {(("{story}",), ()): 1.0}
    found = []
    for token in [*said, END]:
        after: dict[State, float] = {}
        for state, weight in states.items():
            for word, then, chance in nexts(*state):
                if word == token:
                    after[then] = after.get(then, 0.0) + weight * chance
        total = math.fsum(after.values())
        found.append(abs(math.log(total)) if total else math.inf)
        states = {state: weight / total for state, weight in after.items()}
    return found


# ---------------------------------------------------------------- rules

SEX = {"she": "she", "her": "she", "he": "he", "his": "he", "him": "he"}
KEPT = ("name", "animal", "bird", "deed", "thing")


def broken_rules(text: str) -> list[str]:
    """Return the rules that a text breaks, of `pronoun`, `thing`, `names` and `quotes`.

    * pronoun: each *she*, *her*, *he*, *his*, *him* fits the name;
    * thing: one thing is spoken of, at least twice;
    * names: there are one name, one animal and one bird, and no other;
    * quotes: they open and close in turn, and all are closed.

        broken_rules("Dora was a fox. He painted a ladder. An owl saw the kite.")
        # ['pronoun', 'thing']
    """
    said = tokens(text)
    banks = {slot: {word for (word,) in grammar().slots[slot]} for slot in KEPT}
    found = {slot: [word for word in said if word in banks[slot]] for slot in KEPT}
    kinds = {slot: len(set(words)) for slot, words in found.items()}
    sexes = {grammar().brought[name]["she"][0][0] for name in found["name"]}
    marks = "".join(word for word in said if word in "“”")
    kept = {
        "pronoun": {SEX[word.lower()] for word in said if word.lower() in SEX} <= sexes
        and len(sexes) == 1,
        "thing": kinds["thing"] == 1 and len(found["thing"]) > 1,
        "names": kinds["name"] == kinds["animal"] == kinds["bird"] == 1,
        "quotes": re.fullmatch("(“”)*", marks) is not None,
    }
    return [rule for rule, holds in kept.items() if not holds]


# ---------------------------------------------------------------- corpus


def row(rng: Random, split: str) -> dict:
    """Return one story as it is written: its text, its −ln p, and who did what."""
    said, facts, surprise = tell(rng)
    made = {"text": write(said), "surprise": round(surprise, 4), **facts}
    if split == "test":
        made["surprises"] = [round(surprise, 4) for surprise in surprises(said)]
    return made


def make(seed: int = SEED) -> dict[str, list[dict]]:
    """Return the rows of both splits, the same for the same seed on every machine."""
    rng = Random(seed)
    return {split: [row(rng, split) for _ in range(count)] for split, count in COUNTS.items()}


def make_files() -> dict[str, bytes]:
    """Return what both files hold, by name."""
    return {f"{split}.jsonl.gz": core.to_json_lines(rows) for split, rows in make().items()}


def main(argv: Sequence[str] | None = None) -> int:
    """Write both files and print a line for each."""
    return core.write_corpus(argv, HERE, make_files)


if __name__ == "__main__":
    sys.exit(main())
