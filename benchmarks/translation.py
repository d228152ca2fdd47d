"""How far one vector comes in lesson 05, and what attention needs: passes, width, the root of D.

    python benchmarks/translation.py [--seeds 2] [--only NAME ...]

Takes the cells of the PyTorch notebook, changes one thing in them, trains a translator, and prints
its exact matches by the length of the source.  20 to 120 CPU seconds a row.
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
NOTEBOOK = ROOT / "notebooks" / "05-attention-pytorch.ipynb"
CELLS = (
    "imports", "parameters", "load-pairs", "vocabularies", "to-indices", "rectangle", "start",
    "encoder-class", "translator", "attend", "attending-class", "learner", "batches", "fit",
    "encode-decode", "greedy",
)  # fmt: skip
# The network, its passes, its width, its rate, and what is replaced in the code of the cells.
VARIANTS = {
    "one vector": ("Translator", 6, 64, 0.012, ()),
    "one vector, 12 passes": ("Translator", 12, 64, 0.012, ()),
    "one vector, twice as wide": ("Translator", 6, 128, 0.008, ()),
    "attention": ("Attending", 3, 64, 0.01, ()),
    "attention, 1.5 passes": ("Attending", 1.5, 64, 0.01, ()),
    "attention, no root of D": ("Attending", 3, 64, 0.01, ((" / keys.shape[2] ** 0.5", ""),)),
    "attention, the library's start": ("Attending", 3, 64, 0.01, (("start(self.gru)", "pass"),)),
}  # fmt: skip


def train(name: str, seed: int) -> str:
    """Train one variant; return its row of the table."""
    network, passes, width, rate, changes = VARIANTS[name]
    space: dict = {}
    sources = {
        cell["id"]: "".join(cell["source"]) for cell in json.loads(NOTEBOOK.read_text())["cells"]
    }
    code = "\n".join(sources[id_] for id_ in CELLS).replace("seed = 0", f"seed = {seed}", 1)
    for old, new in changes:
        assert old in code, f"{NOTEBOOK.name}: {old!r} is no longer there"
        code = code.replace(old, new)
    code = code.replace("print(rectangle([source for source, *_ in test[:3]]))", "")
    code += "\n" + sources["show-indices"].partition("\n")[0]
    with redirect_stdout(io.StringIO()):
        exec(code, space)
        exec(sources["bins-of"], space)
        exec(sources["by-length"], space)
    start = time.process_time()
    space["torch"].manual_seed(seed)
    net = space[network](width)
    weights = sum(weight.numel() for weight in net.parameters())
    space["fit"](net, space["train"], passes, rate)
    seconds = time.process_time() - start
    exact = " | ".join(f"{share:.3f}" for share in space["by_length"](net))
    return f"| {name} | {seed} | {weights:,} | {passes} | {exact} | {seconds:.0f} s |"


def main(argv=None) -> int:
    """Print a table of all variants; return the exit code."""
    parser = argparse.ArgumentParser(description="Vary the translators of lesson 05.")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    given = parser.parse_args(argv)
    mpl.use("Agg")
    print("| varied | seed | weights | passes | 5–8 | 9–12 | 13–16 | 17–20 | 21–24 | CPU |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name in given.only:
        for seed in range(given.seeds):
            print(train(name, seed), flush=True)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
