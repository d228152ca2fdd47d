"""Training loops: progress, devices, refusals, and the table of results."""

import json
import os
import pty
import re
import sys
import termios

import pytest
import torch
from torch.utils.data import DataLoader

from tests.fixtures.batches import (
    KINDS,
    WORDS,
    BagClassifier,
    Echo,
    MeanClassifier,
    PackedClassifier,
    echo_batches,
    make_batches,
    plain_epoch,
)
from torchnlp import (
    DataError,
    device,
    evaluate,
    offsetify,
    pad_length,
    padify,
    show_results,
    train_epoch,
    train_epoch_emb,
)


@pytest.fixture
def no_terminal(monkeypatch, tmp_path):
    """Output that is kept, also when the tests themselves run on a terminal."""
    with (tmp_path / "stderr").open("w") as file:
        monkeypatch.setattr(sys, "stderr", file)
        yield


@pytest.mark.usefixtures("no_terminal")
def test_kept_output_has_a_line_every_200_batches(capsys):
    """`3200: acc=0.31`: the texts so far and the accuracy on them; nothing else."""
    train_epoch(Echo(), echo_batches(right=992, count=210, size=16), lr=0)
    assert capsys.readouterr().out == "3200: acc=0.31\n"


@pytest.mark.usefixtures("no_terminal")
def test_report_freq_sets_how_often(capsys):
    """Every second batch of three texts; 0 or `evaluate` print nothing."""
    batches = echo_batches(right=5, count=5, size=3)
    train_epoch_emb(Echo(), batches, lr=0, report_freq=2)
    assert capsys.readouterr().out == "6: acc=0.83\n12: acc=0.42\n"
    train_epoch(Echo(), batches, lr=0, report_freq=0)
    evaluate(Echo(), batches)
    assert capsys.readouterr().out == ""


@pytest.fixture
def terminal():
    """A real terminal to write on, and a function that gives what was written on it."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))  # a bar on a screen without rows is hidden
    with os.fdopen(theirs, "w") as screen:

        def read() -> str:
            screen.write("\nEND\n")
            screen.flush()
            written = b""
            while b"END" not in written:
                written += os.read(ours, 1000)
            return written.decode()

        yield screen, read
    os.close(ours)


def test_a_terminal_shows_a_bar_and_no_lines(terminal, monkeypatch):
    """The bar counts batches and is gone at the end."""
    screen, read = terminal
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setattr(sys, "stderr", screen)
    train_epoch(Echo(), echo_batches(3, 7, 1), report_freq=1)
    written = read()
    assert "0/7" in written
    assert "acc=" not in written


def test_output_sent_to_a_file_from_a_terminal_still_has_its_lines(terminal, monkeypatch, capsys):
    """`python lesson.py > log`: the log is kept, so it has the lines, and there is no bar."""
    screen, read = terminal
    monkeypatch.setattr(sys, "stderr", screen)
    train_epoch(Echo(), echo_batches(1, 2, 1), lr=0, report_freq=1)
    assert capsys.readouterr().out == "1: acc=1.00\n2: acc=0.50\n"
    assert read().split() == ["END"]


# --- devices --------------------------------------------------------------------------------


def test_the_device_is_the_best_there_is():
    """cuda before mps before cpu."""
    if torch.cuda.is_available():
        assert device.type == "cuda"
    else:
        assert device.type == ("mps" if torch.backends.mps.is_available() else "cpu")


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_batch_trains_on_that_device(kind):
    """Networks on `device`, batches from the CPU; the numbers are those of the CPU."""
    network, train, options = KINDS[kind]
    batches = make_batches(kind)
    expected = plain_epoch(network(), batches)
    net = network().to(device)
    assert evaluate(net, batches, **options) == pytest.approx(expected, rel=1e-3)
    train(net, batches, **options)
    if kind == "packed":
        assert {lengths.device.type for lengths in net.seen} == {"cpu"}


class Seen(Exception):
    """Ends a pass over a network whose numbers cannot be read."""


@pytest.mark.parametrize("loop", ["train", "evaluate"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_batch_goes_where_the_weights_are_but_lengths_stay(kind, loop):
    """On 'meta', a device that every machine has: labels and inputs follow, lengths never."""
    devices = []

    class Watched(Echo):
        def forward(self, *inputs):
            devices.extend(tensor.device.type for tensor in inputs)
            return self.one

    def loss_fn(scores, labels):
        devices.append(labels.device.type)
        raise Seen

    _, train, options = KINDS[kind]
    measure = evaluate if loop == "evaluate" else train
    with pytest.raises(Seen):
        measure(Watched().to("meta"), make_batches(kind), loss_fn=loss_fn, **options)
    expected = {"padded": ["meta"], "bag": ["meta", "meta"], "packed": ["meta", "cpu"]}
    assert devices == [*expected[kind], "meta"]


# --- refusals -------------------------------------------------------------------------------


def refused(loop, *arguments, **options) -> str:
    with pytest.raises(DataError) as caught:
        loop(*arguments, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("loop", [train_epoch_emb, evaluate])
def test_lengths_on_another_device_are_refused(loop):
    """The device seen, and where they belong."""
    batch = (torch.tensor([0]), torch.tensor([[1, 2]]), torch.tensor([2], device="meta"))
    net = PackedClassifier()
    said = refused(loop, net, [batch], use_pack_sequence=True)
    assert said.startswith("packing takes features, and lengths on the CPU; ")
    assert said.endswith("found (1, 2) on cpu, (1,) on meta")
    assert net.seen == []


def test_a_batch_without_lengths_is_refused_for_packing():
    """`padify` where `pad_length` is needed: the shapes seen."""
    said = refused(evaluate, PackedClassifier(), make_batches(), use_pack_sequence=True)
    assert said == "packing takes features, and lengths on the CPU; found (3, 2) on cpu"


@pytest.mark.parametrize("loop", [train_epoch, train_epoch_emb, evaluate])
def test_an_empty_batch_and_an_empty_loader_are_refused(loop):
    """No mean over nothing; the number of the batch is named."""
    net = MeanClassifier()
    empty = (torch.zeros(0, dtype=torch.int64), torch.zeros(0, 3, dtype=torch.int64))
    assert refused(loop, net, [*make_batches(), empty]) == "batch 4 is empty; leave it out"
    assert refused(loop, net, []) == "the dataloader gave no batch; is the dataset empty?"


# --- together with the collate functions --------------------------------------------------------


@pytest.mark.parametrize(
    ("network", "collate", "packed"),
    [(MeanClassifier, padify, False), (BagClassifier, offsetify, False)]
    + [(PackedClassifier, pad_length, True)],
)
def test_a_small_corpus_is_learned_from_what_the_collate_functions_give(
    news, network, collate, packed
):
    """The pieces fit: a few epochs over tiny texts tell all of the test texts right."""
    train, test, _, vocab = news
    assert len(vocab) <= WORDS
    net = network().to(device)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.05)
    loader = DataLoader(train, batch_size=8, collate_fn=collate)
    losses = [
        train_epoch_emb(net, loader, optimizer=optimizer, use_pack_sequence=packed)[0]
        for _ in range(30)
    ]
    assert losses[-1] < 0.5 * losses[0]
    loader = DataLoader(test, batch_size=8, collate_fn=collate)
    assert evaluate(net, loader, use_pack_sequence=packed)[1] == 1


# --- the table of results -----------------------------------------------------------------------

RESULTS = [
    {"model": "RNN", "parameters": 1281364, "seconds": 2.5, "accuracy": 0.8725},
    {"model": "two-layer LSTM", "parameters": 9, "seconds": 10, "accuracy": 1.0},
]


def test_results_are_a_table_without_seconds(capsys):
    """Columns stand below their names; seconds differ from run to run and are left out."""
    show_results(RESULTS)
    assert capsys.readouterr().out.splitlines() == [
        "model           parameters  test accuracy",
        "RNN              1,281,364          0.873",
        "two-layer LSTM           9          1.000",
    ]


def test_columns_stay_in_line_when_every_name_is_short(capsys):
    """Names shorter than the word above them."""
    show_results(RESULTS[:1])
    lines = capsys.readouterr().out.splitlines()
    assert {len(line) for line in lines} == {len("model  parameters  test accuracy")}


def test_a_notebook_gets_the_table_the_plot_and_the_rows_as_data(run_python):
    """The rows stand under the MIME type that `course run` reads, as they were given."""
    out = run_python(
        f"""
import json, sys, torchnlp
from IPython.testing.globalipapp import start_ipython
from IPython.utils.capture import capture_output
start_ipython()
with capture_output() as captured:
    torchnlp.show_results({RESULTS!r})
json.dump([output.data for output in captured.outputs], sys.stdout)
""",
        MPLBACKEND="module://matplotlib_inline.backend_inline",
    )
    table, plot = json.loads(out)
    assert table["application/vnd.nlp-course.results+json"] == {"rows": RESULTS}
    assert re.match(r"model +parameters  test accuracy\nRNN +1,281,364", table["text/plain"])
    assert "Figure" in plot["text/plain"]
    assert "2 Axes" in plot["text/plain"]
