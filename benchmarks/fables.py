"""Which part of lesson 04's recipe does what: one varied at a time, on the fables.

    python benchmarks/fables.py [--seeds 2] [--only NAME ...]

Takes the cells of the PyTorch notebook, changes one line in them, trains the language model, and
prints its perplexity over the floor, the dearest slot on its return, and the legal stories at
temperatures 0.5 and 1.  About 40 CPU seconds a row.
"""

import io
import sys
import time
from contextlib import redirect_stdout

from variants import code_of, print_table

CELLS = (
    "imports",
    "parameters",
    "load-names",
    "count-ngrams",
    "perplexity-of",
    "rectangle",
    "start",
    "language-model",
    "learner",
    "batches",
    "fit",
    "read",
    "surprises-of",
    "write-texts",
    "load-fables",
    "split",
    "vocabulary",
    "return-cost",
    "rules",
    "rules-check",
)
# What is replaced in the code of the cells, and by what.
VARIANTS = {
    "as the lesson": (),
    "forget gates at 0.73": (("chunk(4)[1], 4)", "chunk(4)[1], 1)"),),
    "the library's start": (("        start(self.lstm)\n", ""),),
    "word vectors from N(0, 0.1)": (
        (
            "        start(self.lstm)\n",
            "        start(self.lstm)\n        nn.init.normal_(self.embedding.weight, std=0.1)\n",
        ),
    ),
    "not tied": (
        ("self.out = nn.Linear(width, width)", "self.out = nn.Linear(width, size)"),
        ("self.out(states) @ self.embedding.weight.T", "self.out(states)"),
    ),
    "width 96": (),
    "batches of 16": (("size=8, watch", "size=16, watch"),),
    "rate 0.002": (("top=0.006", "top=0.002"),),
    "rate 0.012": (("top=0.006", "top=0.012"),),
}


def lesson(name: str, seed: int) -> str:
    """Return the code of the cells, in one variant."""
    changes = [("\nseed = 0", f"\nseed = {seed}"), *VARIANTS[name]]
    return code_of("04-generation-pytorch", CELLS, changes)


def train(name: str, seed: int) -> list[str]:
    """Train one variant; return its cells of the table."""
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
    shares = [f"{share:.2f}" for share in legal]
    return [f"{ratio:.3f}", f"{slot} {cost:.2f}", *shares, f"{seconds:.0f} s"]


def main(argv=None) -> int:
    """Print a table of all variants; return the exit code."""
    columns = ["over the floor", "dearest return", "legal at 0.5", "at 1", "CPU"]
    return print_table("Vary the recipe of lesson 04.", VARIANTS, columns, train, argv)


if __name__ == "__main__":
    sys.exit(main())
