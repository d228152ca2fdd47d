"""The front door and the helpers behind it: names, sizes, what is imported, what still works."""

import ast
import importlib
import re
from pathlib import Path

import pytest

import torchnlp

HELPERS = Path(torchnlp.__file__).parent / "nlphelpers"
FILES = [Path(torchnlp.__file__), *sorted(HELPERS.glob("*.py"))]
FRAMEWORKS = {"torch", "tensorflow", "keras", "torchtext"}
# What the older module of this name, one file, had in `__all__`.
OLDER_NAMES = {
    "DataError",
    "Vocab",
    "bucket_batches",
    "device",
    "encode",
    "evaluate",
    "load_dataset",
    "offsetify",
    "pad_length",
    "padify",
    "show_results",
    "tokenize",
    "tokenizer",
    "train_epoch",
    "train_epoch_emb",
}
NEED_TORCH = {
    "device",
    "evaluate",
    "offsetify",
    "pad_length",
    "padify",
    "train_epoch",
    "train_epoch_emb",
}

# --- names ------------------------------------------------------------------------------------


def test_a_star_import_brings_exactly_the_names_in_all():
    """Every one exists, none is there twice, and all that the older module had is among them."""
    names = {}
    exec("from torchnlp import *", names)
    assert sorted(set(names) - {"__builtins__"}) == sorted(torchnlp.__all__)
    assert set(torchnlp.__all__) == set(torchnlp.EXPORTS)
    assert set(torchnlp.__all__) >= OLDER_NAMES
    assert set(torchnlp.__all__) <= set(dir(torchnlp))


@pytest.mark.parametrize(("name", "module"), torchnlp.EXPORTS.items())
def test_the_front_door_gives_what_the_module_behind_it_has(name, module):
    """The same object by both ways."""
    assert getattr(torchnlp, name) is getattr(importlib.import_module(module), name)


def test_a_name_that_is_not_there_is_refused():
    """As by any module."""
    assert not hasattr(torchnlp, "padifly")
    with pytest.raises(ImportError, match="cannot import name 'padifly'"):
        exec("from torchnlp import padifly")


def docstring(name: str) -> str:
    """Return the docstring of an exported name; that of a constant is the string below it."""
    path = HELPERS / f"{torchnlp.EXPORTS[name].rpartition('.')[2]}.py"
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for node, below in zip(body, body[1:], strict=False):
        constant = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
        if constant and isinstance(below, ast.Expr):
            return ast.literal_eval(below.value)
    return getattr(torchnlp, name).__doc__


@pytest.mark.parametrize("name", torchnlp.EXPORTS)
def test_every_exported_name_says_what_it_is_and_which_lesson_introduces_it(name):
    """A docstring whose first line is a sentence, and a lesson's number."""
    said = docstring(name)
    assert len(said) > 40
    assert re.search(r"\blesson \d\d\b", said)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_file_can_be_read_in_one_sitting(path):
    """At most 300 lines, headed by what it is."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    assert ast.get_docstring(ast.parse(text))


def test_the_helpers_have_their_files():
    """So that no test of them runs on nothing."""
    assert {Path(module.replace(".", "/")).name for module in torchnlp.EXPORTS.values()} <= {
        path.stem for path in FILES
    }


# --- frameworks -------------------------------------------------------------------------------


def test_names_by_themselves_import_no_framework(run_python):
    """What TensorFlow notebooks import, and the module itself, load neither framework."""
    out = run_python(f"""
import sys
import torchnlp
from torchnlp import load_dataset, show_results, tokenize
load_dataset("demo", train_size=10)
show_results([dict(model="RNN", parameters=1, seconds=1, accuracy=1)])
print(sorted({FRAMEWORKS} & set(sys.modules)), sorted(torchnlp.__all__))
""")
    assert out.splitlines()[-1] == f"[] {sorted(torchnlp.__all__)}"


REFUSALS = {
    "set to None": """
import sys
sys.modules |= dict.fromkeys(["torch", "tensorflow", "keras"])
""",
    "refused by an import hook": """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name in ("torch", "tensorflow", "keras"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Refuse())
""",
}
WITHOUT = """
import torchnlp
from torchnlp import *
assert "padify" not in globals() and "padify" not in dir(torchnlp)

train, test, classes, vocab = load_dataset("demo", train_size=50)
assert encode(train[0][1]) == vocab(tokenizer(train[0][1]))
assert sorted(sum(bucket_batches(train, 8), [])) == list(range(50))
assert Vocab.from_texts(["a"], specials=("<pad>", "<unk>"))["b"] == 1
assert len(load_corpus("demo")["test"]) == 3000
assert issubclass(DataError, ValueError) and type(train) is NewsDataset
show_results([dict(model="RNN", parameters=1, seconds=1, accuracy=1)])
print(sorted(torchnlp.__all__))
try:
    from torchnlp import padify
except ImportError as error:
    print(error)
"""


@pytest.mark.parametrize("refuse", REFUSALS)
def test_all_that_needs_no_framework_works_where_none_is_installed(run_python, refuse):
    """Each such name, by a star import too; the others say what to install."""
    *_, names, said = run_python(REFUSALS[refuse] + WITHOUT).splitlines()
    assert names == str(sorted(set(torchnlp.EXPORTS) - NEED_TORCH))
    assert said == "padify needs PyTorch, which is not installed; pip install torch"


# What goes to standard error comes back as well.
ALSO_ERRORS = ("sh", "-c", 'exec "$@" 2>&1', "sh")


def test_both_frameworks_train_in_one_process_and_tensorflow_is_quiet(run_python, monkeypatch):
    """Importing TensorFlow prints nothing; what is written later is heard."""
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)  # the Makefile sets another level
    out = run_python(
        """
import contextlib, os, sys
from torchnlp import *
assert not {"tensorflow", "keras", "torchtext", "matplotlib"} & set(sys.modules)

with contextlib.suppress(ImportError):
    import triton  # as in conftest.py
import tensorflow as tf
import torch, torchnlp
os.write(2, b"heard\\n")

batch = torchnlp.padify([(1, "a b"), (2, "b")], torchnlp.Vocab.from_texts(["a b"]))
layers = [torch.nn.Embedding(3, 4), torch.nn.Flatten(), torch.nn.Linear(8, 4)]
print(torchnlp.train_epoch(torch.nn.Sequential(*layers), [batch])[0] > 0)

layers = [tf.keras.layers.Embedding(3, 4), tf.keras.layers.Flatten(), tf.keras.layers.Dense(4)]
model = tf.keras.Sequential(layers)
loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile("adam", loss)
print(model.train_on_batch(batch[1].numpy(), batch[0].numpy()) > 0)
""",
        prefix=ALSO_ERRORS,
    )
    assert sorted(out.split()) == ["True", "True", "heard"]


GREETING = "import os; os.write(2, b'greeting\\n')"


@pytest.mark.parametrize(
    ("tensorflow", "variables", "out"),
    [
        (GREETING, {}, "later"),
        (GREETING, {"TF_CPP_MIN_LOG_LEVEL": "2"}, "later"),
        (GREETING, {"TF_CPP_MIN_LOG_LEVEL": "0"}, "greeting later"),
        (f"{GREETING}; raise ImportError('broken')", {}, "greeting broken later"),
    ],
)
def test_what_importing_tensorflow_prints_is_shown_if_asked_for_or_if_it_fails(
    run_python, tmp_path, tensorflow, variables, out
):
    """A stand-in for TensorFlow that writes past Python while it is imported."""
    (tmp_path / "tensorflow.py").write_text(tensorflow)
    code = f"""
import os, sys
sys.path.insert(0, {str(tmp_path)!r})
import torchnlp
try:
    import tensorflow
except ImportError as error:
    os.write(2, f"{{error}}\\n".encode())
os.write(2, b"later\\n")
"""
    assert run_python(code, prefix=ALSO_ERRORS, **variables).split() == out.split()
