"""Make the names: `python data/names/make_names.py [--out DIR]`.

A town or a surname is any start with any end of the lists that the demo corpus uses.  Half of the
combinations are held out, so that one can tell whether a model invents or repeats.
"""

import itertools
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from random import Random

sys.path.append(str(Path(__file__).resolve().parents[1]))

import corpus_core as core

HERE = Path(__file__).resolve().parent
WORDS = HERE.parent / "demo" / "names.toml"
SEED = 4
KINDS = ("town", "surname")


def make(seed: int = SEED) -> dict[str, list[dict]]:
    """Return the rows of both splits, the same for the same seed on every machine."""
    rng = Random(seed)
    words = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    splits: dict[str, list[dict]] = {"train": [], "test": []}
    for kind in KINDS:
        halves = (core.entries(words[kind][half]) for half in ("start", "end"))
        rows = [
            {"name": start + end, "kind": kind, "start": start, "end": end}
            for start, end in itertools.product(*halves)
        ]
        core.shuffle(rng, rows)
        splits["train"] += rows[: len(rows) // 2]
        splits["test"] += rows[len(rows) // 2 :]
    return splits


def make_files() -> dict[str, bytes]:
    """Return what both files hold, by name."""
    return {f"{split}.jsonl.gz": core.to_json_lines(rows) for split, rows in make().items()}


def main(argv: Sequence[str] | None = None) -> int:
    """Write both files and print a line for each."""
    return core.write_corpus(argv, HERE, make_files)


if __name__ == "__main__":
    sys.exit(main())
