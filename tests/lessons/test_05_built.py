"""What lesson 05 builds in view, held against libraries and examples."""

from pathlib import Path

import numpy as np
import pytest

from tests.claims import benchmark_row
from tests.fixtures.lesson_05 import CELLS, LESSON, frames
from tests.fixtures.scripts import load_script

PAIRS = load_script(Path(__file__).parents[2] / "data" / "pairs" / "make_pairs.py")


def test_the_bins_are_those_of_the_corpus():
    """A fifth of the test sentences each, with as many words as their label says."""
    for (least, most), label in zip(PAIRS.LENGTHS, LESSON["BINS"], strict=True):
        assert label == f"{least}–{most}"
    for (source, *_), place in zip(LESSON["test"], LESSON["bin_of"], strict=True):
        least, most = PAIRS.LENGTHS[place]
        assert least <= len(source) - 1 <= most


def test_what_the_decoder_reads_and_writes_is_shifted_by_one():
    """And both are the target."""
    for row, (_, reads, writes) in zip(LESSON["test_rows"], LESSON["test"], strict=True):
        words = [LESSON["target_words"][i] for i in writes]
        assert words == [*row["target"].split(), LESSON["END"]]
        assert reads[1:].tolist() == writes[:-1].tolist()


@pytest.mark.parametrize("framework", ["pytorch", "tensorflow"])
def test_attention_in_a_batch_is_attention_one_by_one(framework):
    """Against a loop in NumPy over each query."""
    space, chance = frames(framework), np.random.default_rng(0)
    queries, keys = (chance.normal(size=(2, size, 4)).astype("float32") for size in (3, 5))
    mask = np.array([[True] * 5, [True] * 2 + [False] * 3])
    tensor = space["torch"].tensor if framework == "pytorch" else space["tf"].constant
    context, weights = space["attend"](*map(tensor, (queries, keys, keys, mask)))
    for b, t in np.ndindex(2, 3):
        seen = keys[b][mask[b]]
        expected = LESSON["softmax"](seen @ queries[b, t] / 2)
        assert np.allclose(weights.numpy()[b, t][mask[b]], expected, atol=1e-6)
        assert np.allclose(context.numpy()[b, t], expected @ seen, atol=1e-6)


@pytest.mark.parametrize("framework", ["pytorch", "tensorflow"])
@pytest.mark.parametrize("kind", ["Translator", "Attending"])
def test_a_decoder_in_steps_comes_to_the_same_scores(framework, kind):
    """Word by word, or all steps at once: the state and the memory carry it all."""
    space = frames(framework) | {name: LESSON[name] for name in ("source_words", "target_words")}
    if framework == "pytorch":
        from torch.nn.utils import rnn

        space |= vars(rnn)
    ids = ("start", "encoder-class", "translator", "attending-class", "run-steps", "encode-decode")
    for id_ in ids:
        exec(CELLS.get((framework, id_), ""), space)
    net, source = space[kind](8), np.array([[3, 5, 1, 7], [4, 2, 0, 0]])
    target = np.array([[1, 4, 6], [1, 9, 8]])
    memory, state = space["to_encode"](net, source)
    whole, *_ = space["to_decode"](net, memory, target, state)
    steps = []
    for place in range(3):
        scores, state, _ = space["to_decode"](net, memory, target[:, place : place + 1], state)
        steps.append(scores[:, 0])
    assert np.allclose(np.stack(steps, axis=1), whole, atol=1e-5)


def test_the_benchmark_of_the_translators_runs_on_the_cells_of_the_lesson(monkeypatch, capsys):
    """Each variant finds what it replaces, and all cells that a row needs are there."""
    short = ("Attending", 0.01, 8, 0.01, ())
    row, _ = benchmark_row("translation", short, monkeypatch, capsys)
    assert row.startswith("| short | 0 | ")
    assert row.count("|") == 11
