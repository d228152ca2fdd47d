"""How far one vector comes in lesson 05, and what attention needs: passes, width, the root of D.

    python benchmarks/translation.py [--seeds 2] [--only NAME ...]

Takes the cells of the PyTorch notebook, changes one thing in them, trains a translator, and prints
its exact matches by the length of the source.  15 to 130 CPU seconds a row.
"""

import io
import sys
import time
from contextlib import redirect_stdout

from variants import code_of, print_table

CELLS = (
    "imports",
    "parameters",
    "load-pairs",
    "plot-alignment",
    "vocabularies",
    "to-indices",
    "show-indices",
    "rectangle",
    "bins-of",
    "start",
    "encoder-class",
    "translator",
    "attend",
    "attending-class",
    "learner",
    "batches",
    "fit",
    "encode-decode",
    "greedy",
    "by-length",
)
# The network, its passes, its width, its rate, and what is replaced in the code of the cells.
VARIANTS = {
    "one vector": ("Translator", 6, 64, 0.012, ()),
    "one vector, 12 passes": ("Translator", 12, 64, 0.012, ()),
    "one vector, twice as wide": ("Translator", 6, 128, 0.008, ()),
    "attention": ("Attending", 3, 64, 0.01, ()),
    "attention, 1.5 passes": ("Attending", 1.5, 64, 0.01, ()),
    "attention, no root of D": ("Attending", 3, 64, 0.01, ((" / keys.shape[2] ** 0.5", ""),)),
    "attention, the library's start": (
        "Attending",
        3,
        64,
        0.01,
        (("in gru.named_parameters():", "in ():"),),
    ),
}


def lesson(name: str, seed: int) -> str:
    """Return the code of the cells, in one variant."""
    changes = [("\nseed = 0", f"\nseed = {seed}"), *VARIANTS[name][-1]]
    return code_of("05-attention-pytorch", CELLS, changes)


def train(name: str, seed: int) -> list[str]:
    """Train one variant; return its cells of the table."""
    network, passes, width, rate, _ = VARIANTS[name]
    space: dict = {}
    with redirect_stdout(io.StringIO()):
        exec(lesson(name, seed), space)
    start = time.process_time()
    space["torch"].manual_seed(seed)
    net = space[network](width)
    weights = sum(weight.numel() for weight in net.parameters())
    space["fit"](net, space["train"], passes, rate)
    seconds = time.process_time() - start
    exact = [f"{share:.3f}" for share in space["by_length"](net)]
    return [f"{weights:,}", str(passes), *exact, f"{seconds:.0f} s"]


def main(argv=None) -> int:
    """Print a table of all variants; return the exit code."""
    columns = ["weights", "passes", "5–8", "9–12", "13–16", "17–20", "21–24", "CPU"]
    return print_table("Vary the translators of lesson 05.", VARIANTS, columns, train, argv)


if __name__ == "__main__":
    sys.exit(main())
