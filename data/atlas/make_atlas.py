"""Make the corpus atlas: `python data/atlas/make_atlas.py [--out DIR]`.

Sentences about invented countries, and about trades, from the names and frames in the TOML files
beside this script.
"""

import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

sys.path.append(str(Path(__file__).resolve().parents[1]))

import corpus_core as core
from corpus_core import choice, entries, lines, polish, shuffle

HERE = Path(__file__).resolve().parent
SEED = 2
ROLES = ("country", "capital", "language", "currency")
FIELDS = (*ROLES, "emblem")
PLACES = 8_000  # sentences about countries
TRADES = 1_500  # sentences about trades, as many for each
SHARE = 0.8  # of the sentences about a trade: those with the pronoun of its list


def read_toml(name: str) -> dict:
    """Return the tables of a TOML file that lies beside this script."""
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def countries() -> list[dict[str, str]]:
    """Return the names of each country by their fields."""
    rows = lines(read_toml("names.toml")["countries"])
    return [dict(zip(FIELDS, row.split(", "), strict=True)) for row in rows]


def place_sentences(rng: Random, frames: dict) -> Iterator[dict]:
    """Yield sentences about the countries, as many for each, give or take one.

    Half of them name two roles of a country, the others one role, each as often.
    """
    banks = {kind: lines(frames[kind]) for kind in (*ROLES, "pairs")}
    rows = countries()
    for number in range(PLACES):
        row = rows[number % len(rows)]
        kind = "pairs" if rng.random() < 0.5 else choice(rng, ROLES)
        names = {field: [name] for field, name in row.items()}
        text = polish(core.fill(rng, choice(rng, banks[kind]), names, []))
        yield {"about": row["country"], "text": text}


def trade_sentences(rng: Random, frames: dict) -> Iterator[dict]:
    """Yield sentences about the trades, with exactly the planted share of each pronoun."""
    trades = [
        (trade, pronoun) for pronoun, bank in frames["trades"].items() for trade in entries(bank)
    ]
    each = TRADES // len(trades)
    for trade, pronoun in trades:
        other = {"she": "he", "he": "she"}[pronoun]
        for number in range(each):
            banks = {"trade": [trade], "pronoun": [pronoun if number < SHARE * each else other]}
            yield {
                "about": trade,
                "text": polish(core.fill(rng, choice(rng, lines(frames["trade"])), banks, [])),
            }


def words() -> Iterator[dict]:
    """Yield what is known of each name and of each trade."""
    for row in countries():
        for role in FIELDS:
            yield {"word": row[role].lower(), "role": role, "country": row["country"].lower()}


def trades(frames: dict) -> Iterator[dict]:
    """Yield each trade and the planted share of its sentences that have "she"."""
    for pronoun, bank in frames["trades"].items():
        for trade in entries(bank):
            yield {"word": trade, "she": SHARE if pronoun == "she" else round(1 - SHARE, 2)}


def make_files() -> dict[str, bytes]:
    """Return what the files hold, by name."""
    rng, frames = Random(SEED), read_toml("frames.toml")
    sentences = [*place_sentences(rng, frames), *trade_sentences(rng, frames)]
    shuffle(rng, sentences)
    rows = {"sentences": sentences, "trades": list(trades(frames)), "words": list(words())}
    return {f"{name}.jsonl.gz": core.to_json_lines(found) for name, found in rows.items()}


def main(argv: Sequence[str] | None = None) -> int:
    """Write the files and print a line for each."""
    return core.write_corpus(argv, HERE, make_files)


if __name__ == "__main__":
    sys.exit(main())
