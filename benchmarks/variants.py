"""What the scripts share that vary one thing at a time in a lesson: its code, and a table."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import matplotlib as mpl

ROOT = Path(__file__).resolve().parents[1]
Changes = Iterable[tuple[str, str]]


def code_of(name: str, cells: Iterable[str], changes: Changes) -> str:
    """Return the code of some cells of a notebook, with each change (old, new) made in it.

    Raises:
        AssertionError: what is replaced does not stand there exactly once.
    """
    notebook = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    sources = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
    code = "\n".join(sources[id_] for id_ in cells)
    for old, new in changes:
        assert code.count(old) == 1, f"{name}: {old!r} is no longer there once"
        code = code.replace(old, new)
    return code


def print_table(
    what: str,
    variants: Iterable[str],
    columns: Iterable[str],
    row: Callable[[str, int], list[str]],
    argv=None,
) -> int:
    """Print a row for each variant and seed, as the command line chooses; return the exit code.

    `row` trains a variant with a seed, and returns the cells for `columns`.
    """
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=variants, default=list(variants))
    given = parser.parse_args(argv)
    mpl.use("Agg")
    sys.path.insert(0, str(ROOT))  # torchnlp
    head = ["varied", "seed", *columns]
    print(f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", sep="\n")
    for name in given.only:
        for seed in range(given.seeds):
            print(f"| {' | '.join([name, str(seed), *row(name, seed)])} |", flush=True)
    return 0
