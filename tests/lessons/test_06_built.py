"""What lesson 06 builds in view, held against libraries and examples."""

import numpy as np
import pytest

from tests.claims import benchmark_row
from tests.fixtures.lesson_06 import CELLS, LESSON, frames


@pytest.mark.parametrize("framework", ["pytorch", "tensorflow"])
@pytest.mark.parametrize("kind", ["Reader", "Writer"])
def test_a_text_has_the_same_scores_with_others_and_alone(framework, kind):
    """Padding is looked at by nobody, and a word does not look ahead."""
    space = frames(framework)
    net, texts = space[kind](50), [np.arange(1, 6), np.arange(3, 12)]
    together = space["read"](net, LESSON["rectangle"](texts))
    for row, text in zip(together, texts, strict=True):
        alone = space["read"](net, text[None])[0]
        assert np.allclose(row[: len(alone)], alone, atol=1e-5)


@pytest.mark.parametrize("framework", ["pytorch", "tensorflow"])
def test_heads_are_attention_on_parts_of_the_vectors(framework):
    """Against a loop in NumPy over heads and queries."""
    space, chance = frames(framework), np.random.default_rng(0)
    tensor = space["torch"].tensor if framework == "pytorch" else space["tf"].constant
    queries, keys, values = chance.normal(size=(3, 1, 5, 8)).astype("float32")
    parts = (space["to_heads"](tensor(part), 2) for part in (queries, keys, values))
    found, _ = space["attend"](*parts, space["causal"](5))
    found = np.asarray(space["from_heads"](found))
    for t, head in np.ndindex(5, 2):
        part = slice(4 * head, 4 * head + 4)
        scores = keys[0, : t + 1, part] @ queries[0, t, part] / 2
        expected = LESSON["softmax"](scores) @ values[0, : t + 1, part]
        assert np.allclose(found[0, t, part], expected, atol=1e-6)


@pytest.mark.parametrize("framework", ["pytorch", "tensorflow"])
def test_a_head_that_is_switched_off_adds_nothing(framework):
    """The other heads stay as they are, and so does the writer."""
    space = frames(framework) | {"words": range(50)}
    exec(CELLS[framework, "without-head"], space)
    writer, text = space["Writer"](50), np.arange(1, 9)[None]
    before = space["read"](writer, text)
    copies = [space["without_head"](writer, head) for head in range(8)]
    after = [space["read"](copy, text) for copy in copies]
    assert np.array_equal(space["read"](writer, text), before)
    assert all(np.abs(scores - before).max() > 1e-4 for scores in after)
    assert len({scores.tobytes() for scores in after}) == 8


def test_a_story_is_shifted_by_one():
    """What the network reads at a place comes behind what it has to predict there."""
    for reads_, writes_ in LESSON["test"][:50]:
        assert reads_[0] == writes_[-1] == 0
        assert reads_[1:].tolist() == writes_[:-1].tolist()


def test_the_benchmark_runs_on_the_cells_of_the_lesson(monkeypatch, capsys):
    """Each variant finds what it replaces, and all cells that a row needs are there."""
    short = ("deep", {"block": "Neither"}, (("int(passes * epochs", "int(0.04 * epochs"),))
    row, bench = benchmark_row("transformer", short, monkeypatch, capsys)
    assert row.startswith("| short | 0 | loss 1.")
    for name, (_, options, _) in bench.VARIANTS.items():
        assert options.get("block", "") in bench.lesson(name, 1) + bench.NEW_BLOCKS
