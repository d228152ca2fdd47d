"""Which part of the transformers of lesson 06 does what: one thing varied at a time, in PyTorch.

    python benchmarks/transformer.py [--seeds 1] [--only NAME ...]

Takes the cells of the PyTorch notebook.  Readers of the news print their accuracy on each kind of
text, readers of eight blocks their loss in the first and in the second half of their steps, and
writers of fables their perplexity over the floor and the slot that costs most when it returns; all
print CPU seconds.  "LSTM" is the language model of lesson 04, out of that notebook, for its time on
the same machine.  A row takes 7 to 95 CPU seconds.
"""

import io
import sys
import time
from contextlib import redirect_stdout

from variants import code_of, print_table

CELLS = (
    "imports",
    "parameters",
    "softmax",
    "attend",
    "split-heads",
    "block-class",
    "weights-claim",
    "transformer-class",
    "reader-class",
    "load-news",
    "rectangle",
    "read",
    "learner",
    "batches",
    "fit",
    "scores-of",
    "by-kind",
    "variants",
    "causal-mask",
    "writer-class",
    "load-fables",
    "story-examples",
    "surprises-of",
    "return-cost",
)
LSTM_CELLS = (
    "imports",
    "parameters",
    "load-names",
    "count-ngrams",
    "rectangle",
    "start",
    "language-model",
    "learner",
    "batches",
    "fit",
    "load-fables",
    "split",
    "vocabulary",
)
NEW_BLOCKS = """
class NormAfter(Block):
    def forward(self, x, mask):
        x = self.norm_1(x + self.look(x, mask)[0])
        return self.norm_2(x + self.think(x))


class Neither(NoNorm):
    def forward(self, x, mask):
        return self.think(self.look(x, mask)[0])
"""
# Each variant: what kind it is, the options of its network, and what is replaced in the cells.
MORE_PASSES = (("int(passes * epochs", "int(5 / 3 * passes * epochs"),)
NO_WARM_UP = (("rise = min(1, (step + 1) / (0.1 * steps))", "rise = 1"),)
VARIANTS = {
    "reader": ("reader", {}, ()),
    "reader, one head": ("reader", {"heads": 1}, ()),
    "reader, two blocks": ("reader", {"depth": 2}, ()),
    "reader, tables N(0, 0.1)": ("reader", {}, (("std=0.02", "std=0.1"),)),
    "reader, tables N(0, 1)": ("reader", {}, (("std=0.02", "std=1.0"),)),
    "eight blocks": ("deep", {"block": "Block"}, ()),
    "eight blocks, no residual": ("deep", {"block": "NoResidual"}, ()),
    "eight blocks, no norm": ("deep", {"block": "NoNorm"}, ()),
    "eight blocks, neither": ("deep", {"block": "Neither"}, ()),
    "eight blocks, norm after": ("deep", {"block": "NormAfter"}, ()),
    "eight blocks, no warm-up": ("deep", {"block": "Block"}, NO_WARM_UP),
    "writer": ("writer", {}, ()),
    "writer, one head": ("writer", {"heads": 1}, ()),
    "writer, four heads": ("writer", {"heads": 4}, ()),
    "writer, two blocks": ("writer", {"depth": 2}, ()),
    "writer, no positions": ("writer", {"positions": False}, ()),
    "writer, no warm-up": ("writer", {}, NO_WARM_UP),
    "writer, width 40, 2.5 passes": ("writer", {"width": 40}, MORE_PASSES),  # 53,000 weights
    "LSTM": ("lstm", {}, ()),
}


def lesson(name: str, seed: int) -> str:
    """Return the code of the cells, in one variant."""
    kind, _, changes = VARIANTS[name]
    changes = [("\nseed = 0", f"\nseed = {seed}"), *changes]
    if kind == "lstm":
        return code_of("04-generation-pytorch", LSTM_CELLS, changes)
    return code_of("06-transformer-pytorch", CELLS, changes)


def read_news(space, options) -> str:
    """Train a reader of the demo corpus; return its accuracies."""
    net = space["Reader"](len(space["vocab"]), **options)
    space["fit"](net, space["news_train"], passes=3, top=0.006, size=32)
    found = space["by_kind"](space["right_of"](net, space["news_test"]))
    said = ", ".join(f"{kind} {value:.3f}" for kind, value in found.items())
    mix, heads, order = net.blocks[0].mix.weight.data, net.blocks[0].heads, []
    for part in mix.clone().chunk(heads, dim=1) if heads > 1 and not options else ():
        kept, place = part.clone(), len(order) * part.shape[1]
        mix[:, place : place + part.shape[1]] = 0
        order.append(space["by_kind"](space["right_of"](net, space["news_test"]))["order"])
        mix[:, place : place + part.shape[1]] = kept
    return said + (f"; order with one head off {min(order)} to {max(order)}" if order else "")


def read_plain(space, options) -> str:
    """Train eight blocks on the plain texts; return the losses of both halves."""
    rows = zip(space["news_train"], space["demo_train"], strict=True)
    plain = [example for example, (_, text) in rows if space["kind_of"](text) == "plain"]
    exec(NEW_BLOCKS, space)
    block = space[options["block"]]
    net = space["Reader"](len(space["vocab"]), width=32, heads=2, depth=8, block=block)
    losses = space["fit"](net, plain, passes=2, top=0.003, size=32)
    first, last = (part.mean() for part in space["np"].array_split(losses, 2))
    return f"loss {first:.2f}, then {last:.2f}"


def write_fables(space, options) -> str:
    """Train a writer; return its perplexity over the floor, and the dearest return."""
    net = space["Writer"](len(space["words"]), **options)
    space["fit"](net, space["train"], passes=1.5, top=0.006, size=8)
    found = space["surprises_of"](net, space["test"])
    ratio = space["perplexity"](found) / space["floor"]
    slot, cost = max(
        space["return_cost"](space["test_rows"], found).items(), key=lambda item: item[1]
    )
    return f"{ratio:.3f} × floor, dearest {slot} {cost:.2f}"


def write_lstm(space, options) -> str:
    """Train the language model of lesson 04, for the time that it takes."""
    net = space["LanguageModel"](len(space["words"]), 120)
    space["fit"](net, space["train_indices"], 1.5)
    return "as in fables.py"


KINDS = {"reader": read_news, "deep": read_plain, "writer": write_fables, "lstm": write_lstm}


def train(name: str, seed: int) -> list[str]:
    """Train one variant; return its cells of the table."""
    kind, options, _ = VARIANTS[name]
    space: dict = {}
    with redirect_stdout(io.StringIO()):
        exec(lesson(name, seed), space)
    start = time.process_time()
    space["torch"].manual_seed(seed)
    found = KINDS[kind](space, options)
    return [found, f"{time.process_time() - start:.0f} s"]


def main(argv=None) -> int:
    """Print a table of all variants; return the exit code."""
    columns = ["found", "CPU"]
    return print_table("Vary the transformers of lesson 06.", VARIANTS, columns, train, argv)


if __name__ == "__main__":
    sys.exit(main())
