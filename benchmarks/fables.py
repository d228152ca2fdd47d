"""Which part of lesson 04's recipe does what: one varied at a time, on the fables.

    python benchmarks/fables.py [--seeds 2] [--only NAME ...]

Takes the cells of the PyTorch notebook, changes one line in them, trains the language model, and
prints its perplexity over the floor, the dearest slot on its return, and the legal stories at
temperatures 0.5 and 1.  About 40 CPU seconds a row.
"""

import argparse
import io
import json
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path

import matplotlib as mpl

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "notebooks" / "04-generation-pytorch.ipynb"
CELLS = (
    "imports", "parameters", "load-names", "count-ngrams", "perplexity-of", "rectangle", "start",
    "language-model", "learner", "batches", "fit", "read", "surprises-of", "write-texts",
    "load-fables", "split", "vocabulary", "return-cost", "rules", "rules-check",
)  # fmt: skip
# What is replaced in the code of the cells, and by what.
VARIANTS = {
    "as the lesson": (),
    "forget gates at 0.73": (("chunk(4)[1], 4)", "chunk(4)[1], 1)"),),
    "the library's start": (("        start(self.lstm)\n", ""),),
    "word vectors from N(0, 0.1)": (
        ("        start(self.lstm)\n", "        start(self.lstm)\n"
         "        nn.init.normal_(self.embedding.weight, std=0.1)\n"),
    ),
    "not tied": (
        ("self.out = nn.Linear(width, width)", "self.out = nn.Linear(width, size)"),
        ("self.out(states) @ self.embedding.weight.T", "self.out(states)"),
    ),
    "width 96": (),
    "batches of 16": (("size=8, watch", "size=16, watch"),),
    "rate 0.002": (("top=0.006", "top=0.002"),),
    "rate 0.012": (("top=0.006", "top=0.012"),),
}  # fmt: skip


def lesson(name: str, seed: int) -> str:
    """Return the code of the cells, in one variant."""
    sources = {
        cell["id"]: "".join(cell["source"]) for cell in json.loads(NOTEBOOK.read_text())["cells"]
    }
    code = "\n".join(sources[id_] for id_ in CELLS)
    for old, new in (("\nseed = 0", f"\nseed = {seed}"), *VARIANTS[name]):
        assert code.count(old) == 1, f"{NOTEBOOK.name}: {old!r} is no longer there once"
        code = code.replace(old, new)
    return code


def train(name: str, seed: int) -> str:
    """Train one variant; return its row of the table."""
    space: dict = {}
    with redirect_stdout(io.StringIO()):
        exec(lesson(name, seed), space)
    rows, texts = space["test_rows"], space["test_indices"]
    start = time.process_time()
    space["torch"].manual_seed(seed)
    net = space["LanguageModel"](len(space["words"]), 96 if name == "width 96" else 120)
    space["fit"](net, space["train_indices"], 1.5)
    seconds = time.process_time() - start
    found = space["surprises_of"](net, texts)
    floor = space["perplexity"]([row["surprises"] for row in rows])
    slot, cost = max(space["return_cost"](rows, found).items(), key=lambda item: item[1])
    legal = [
        space["legal_share"](space["write"](net, space["words"], 500, temperature=t))
        for t in (0.5, 1.0)
    ]
    ratio = space["perplexity"](found) / floor
    return (
        f"| {name} | {seed} | {ratio:.3f} | {slot} {cost:.2f} "
        f"| {legal[0]:.2f} | {legal[1]:.2f} | {seconds:.0f} s |"
    )


def main(argv=None) -> int:
    """Print a table of all variants; return the exit code."""
    parser = argparse.ArgumentParser(description="Vary the recipe of lesson 04.")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    given = parser.parse_args(argv)
    mpl.use("Agg")
    print("| varied | seed | over the floor | dearest return | legal at 0.5 | at 1 | CPU |")
    print("|---|---|---|---|---|---|---|")
    for name in given.only:
        for seed in range(given.seeds):
            print(train(name, seed), flush=True)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
