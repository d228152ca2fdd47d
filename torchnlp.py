"""What the lessons share: news texts, a vocabulary, batches, and loops that train and measure.

    from torchnlp import *

    train_dataset, test_dataset, classes, vocab = load_dataset("demo")
    loader = DataLoader(train_dataset, batch_size=16, collate_fn=padify, shuffle=True)
    loss, accuracy = train_epoch(net, loader, lr=0.001)

This is the front door.  The helpers stand in `nlphelpers/`, and each is imported when its name is
first asked for: `from torchnlp import load_dataset` imports neither PyTorch nor TensorFlow.
"""

import importlib
import importlib.util

from nlphelpers.quiet import quiet_tensorflow

# Each name, and the module that holds it.
EXPORTS = {
    "DataError": "nlphelpers.errors",
    "MODEL_COLOURS": "nlphelpers.plots",
    "NewsDataset": "nlphelpers.corpora",
    "Vocab": "nlphelpers.tokens",
    "bucket_batches": "nlphelpers.sampling",
    "device": "nlphelpers.training",
    "encode": "nlphelpers.tokens",
    "evaluate": "nlphelpers.training",
    "kind_of": "nlphelpers.corpora",
    "label_lines": "nlphelpers.plots",
    "load_corpus": "nlphelpers.corpora",
    "load_dataset": "nlphelpers.corpora",
    "model_colour": "nlphelpers.plots",
    "offsetify": "nlphelpers.batches",
    "pad_length": "nlphelpers.batches",
    "padify": "nlphelpers.batches",
    "set_plot_style": "nlphelpers.plots",
    "shade_guessing": "nlphelpers.plots",
    "show_results": "nlphelpers.results",
    "show_widget": "nlphelpers.widgets",
    "tokenize": "nlphelpers.tokens",
    "tokenizer": "nlphelpers.tokens",
    "train_epoch": "nlphelpers.training",
    "train_epoch_emb": "nlphelpers.training",
}
NEED_TORCH = ("nlphelpers.batches", "nlphelpers.training")


def torch_is_here() -> bool:
    """Tell whether PyTorch can be imported, without importing it."""
    try:
        return importlib.util.find_spec("torch") is not None
    except (ImportError, ValueError):  # refused by an import hook; a stand-in without a spec
        return False


__all__ = [name for name in EXPORTS if EXPORTS[name] not in NEED_TORCH or torch_is_here()]

quiet_tensorflow()


def __getattr__(name: str):
    """Import the helper `name` from the module that holds it."""
    if name not in EXPORTS:
        raise AttributeError(f"module 'torchnlp' has no attribute {name!r}")
    try:
        found = getattr(importlib.import_module(EXPORTS[name]), name)
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        needs = f"{name} needs PyTorch, which is not installed; pip install torch"
        raise ModuleNotFoundError(needs, name="torch") from None
    globals()[name] = found  # asked for once
    return found


def __dir__() -> list[str]:
    """Return the names that can be imported here."""
    return sorted({*globals(), *__all__})
