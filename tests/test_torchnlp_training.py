"""Loops that train and measure, against plain loops written out here; the results table."""

import copy
import json
import os
import pty
import re
import sys
import termios

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader

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

WORDS = 20


class MeanClassifier(nn.Module):
    """Means of embeddings over time, a score a class."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.embedding = nn.Embedding(WORDS, 5)
        self.linear = nn.Linear(5, 4)

    def forward(self, features):
        return self.linear(self.embedding(features).mean(dim=1))


class BagClassifier(nn.Module):
    """The same by `EmbeddingBag`, from tokens and offsets."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.embedding = nn.EmbeddingBag(WORDS, 5)
        self.linear = nn.Linear(5, 4)

    def forward(self, tokens, offsets):
        return self.linear(self.embedding(tokens, offsets))


class PackedClassifier(nn.Module):
    """The last state of an LSTM over packed sequences; keeps the lengths it was given."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.embedding = nn.Embedding(WORDS, 5)
        self.rnn = nn.LSTM(5, 3, batch_first=True)
        self.linear = nn.Linear(3, 4)
        self.seen = []

    def forward(self, features, lengths):
        self.seen.append(lengths)
        pack = nn.utils.rnn.pack_padded_sequence(
            self.embedding(features), lengths, batch_first=True, enforce_sorted=False
        )
        return self.linear(self.rnn(pack)[1][0][-1])


class Echo(nn.Module):
    """Gives its features back as scores, so that a test decides what is right."""

    def __init__(self):
        super().__init__()
        self.one = nn.Parameter(torch.ones(1))

    def forward(self, scores):
        return scores * self.one


def make_batches(kind="padded", sizes=(3, 3, 1)):
    """Give batches of unequal sizes, of times 2 to 6, as the collate function of that kind does."""
    chance = torch.Generator().manual_seed(5)

    def draw(below, *shape):
        return torch.randint(0, below, shape, generator=chance)

    batches = []
    for number, size in enumerate(sizes):
        time = 2 + number * 2
        labels, features = draw(4, size), draw(WORDS, size, time)
        offsets, lengths = torch.arange(size) * time, 1 + draw(time, size)
        inputs = {
            "padded": (features,),
            "bag": (features.flatten(), offsets),
            "packed": (features, lengths),
        }
        batches.append((labels, *inputs[kind]))
    return batches


def echo_batches(right, count, size):
    """Give `count` batches for `Echo`, in which the first `right` texts are told correctly."""
    labels = torch.zeros(count * size, dtype=torch.int64)
    scores = torch.zeros(count * size, 2)
    scores[:right, 0] = 1
    scores[right:, 1] = 1
    return list(zip(labels.split(size), scores.split(size), strict=True))


def plain_epoch(net, batches, optimizer=None):
    """The independent loop: (mean cross-entropy per text, accuracy), text by text."""
    losses, hits = [], []
    for labels, *inputs in batches:
        scores = net(*inputs)
        for score, label in zip(scores.detach(), labels, strict=True):
            losses.append(-score.log_softmax(dim=0)[label].item())
            hits.append(score.argmax().item() == label.item())
        if optimizer:
            optimizer.zero_grad()
            cross_entropy(scores, labels).backward()
            optimizer.step()
    return sum(losses) / len(losses), sum(hits) / len(hits)


def weights_of(net):
    return torch.cat([weights.detach().flatten() for weights in net.parameters()])


@pytest.fixture
def no_terminal(monkeypatch, tmp_path):
    """Output that is kept, also when the tests themselves run on a terminal."""
    with (tmp_path / "stderr").open("w") as file:
        monkeypatch.setattr(sys, "stderr", file)
        yield


KINDS = {
    "padded": (MeanClassifier, train_epoch, {}),
    "bag": (BagClassifier, train_epoch_emb, {}),
    "packed": (PackedClassifier, train_epoch_emb, {"use_pack_sequence": True}),
}


# --- what the loops return and do -------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_an_epoch_trains_and_measures_as_a_plain_loop_does(kind):
    """Mean loss per text with an unequal last batch, accuracy, and the weights afterwards."""
    network, train, options = KINDS[kind]
    ours, plain = network(), network()
    batches = make_batches(kind)
    expected = plain_epoch(plain, batches, torch.optim.Adam(plain.parameters(), lr=0.03))
    assert train(ours, batches, lr=0.03, **options) == pytest.approx(expected, rel=1e-5)
    torch.testing.assert_close(weights_of(ours), weights_of(plain))
    assert not torch.equal(weights_of(ours), weights_of(network()))


@pytest.mark.parametrize("kind", KINDS)
def test_evaluate_measures_as_a_plain_loop_does_and_changes_nothing(kind):
    """The same two numbers; no weight moves, no gradient is kept."""
    network, _, options = KINDS[kind]
    net, batches = network(), make_batches(kind)
    expected = plain_epoch(net, batches)
    assert evaluate(net, batches, **options) == pytest.approx(expected, rel=1e-5)
    assert torch.equal(weights_of(net), weights_of(network()))
    assert all(weights.grad is None for weights in net.parameters())


def test_the_mean_is_over_texts_and_not_over_batches():
    """Three texts told right and one, alone in its batch, told wrong: 3 of 4 count."""
    batches = echo_batches(right=3, count=4, size=1)
    three = tuple(map(torch.cat, zip(*batches[:3], strict=True)))
    loss, accuracy = evaluate(Echo(), [three, batches[3]])
    good, bad = (-torch.tensor(pair).log_softmax(0)[0].item() for pair in ([1.0, 0], [0.0, 1]))
    assert accuracy == 0.75
    assert loss == pytest.approx((3 * good + bad) / 4)


def test_training_by_default_is_adam_at_001():
    """Without `lr` and `optimizer`, Adam with a rate of 0.01."""
    ours, plain = MeanClassifier(), MeanClassifier()
    plain_epoch(plain, make_batches(), torch.optim.Adam(plain.parameters(), lr=0.01))
    train_epoch(ours, make_batches())
    torch.testing.assert_close(weights_of(ours), weights_of(plain))


def test_an_optimizer_that_is_given_is_used_instead():
    """And `lr` then does not matter."""
    ours, plain = MeanClassifier(), MeanClassifier()
    plain_epoch(plain, make_batches(), torch.optim.SGD(plain.parameters(), lr=0.5))
    train_epoch(ours, make_batches(), 9.0, torch.optim.SGD(ours.parameters(), lr=0.5))
    torch.testing.assert_close(weights_of(ours), weights_of(plain))


@pytest.mark.parametrize("loop", [train_epoch, train_epoch_emb, evaluate])
def test_a_loss_function_that_is_given_is_used_instead(loop):
    """Its mean over a batch is weighted by the batch's size."""

    def count_labels(scores, labels):
        return scores.sum() * 0 + len(labels)

    batches = [*echo_batches(0, 1, 3), *echo_batches(0, 1, 1)]
    assert loop(Echo(), batches, loss_fn=count_labels)[0] == (3 * 3 + 1 * 1) / 4


@pytest.mark.parametrize("kind", ["padded", "packed"])
def test_the_scheduler_steps_after_every_batch(kind):
    """Three batches, three steps, also where it comes with its own optimizer."""
    network, train, options = KINDS[kind]
    net = network()
    optimizer = torch.optim.SGD(net.parameters(), lr=1.0)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    train(net, make_batches(kind), optimizer=optimizer, scheduler=scheduler, **options)
    assert scheduler.get_last_lr() == [0.125]


@pytest.mark.parametrize(("bound", "moved"), [(0.01, 0.01), (0.0, 0.0)])
def test_clip_norm_bounds_the_gradient(bound, moved):
    """One step of plain descent at rate 1 moves the weights by the bound and no further."""
    net = MeanClassifier()
    before = weights_of(net)
    optimizer = torch.optim.SGD(net.parameters(), lr=1.0)
    train_epoch(net, make_batches(sizes=(4,)), optimizer=optimizer, clip_norm=bound)
    assert (weights_of(net) - before).norm().item() == pytest.approx(moved, rel=1e-2)


def test_without_clip_norm_the_gradient_is_free():
    """The same step without a bound goes further."""
    net = MeanClassifier()
    before = weights_of(net)
    optimizer = torch.optim.SGD(net.parameters(), lr=1.0)
    train_epoch(net, make_batches(sizes=(4,)), optimizer=optimizer)
    assert (weights_of(net) - before).norm() > 0.1


@pytest.mark.parametrize("loop", [train_epoch, train_epoch_emb, evaluate])
@pytest.mark.parametrize(("epoch_size", "used"), [(None, 4), (5, 2), (6, 2), (7, 3), (99, 4)])
def test_an_epoch_ends_early_after_epoch_size_texts(loop, epoch_size, used):
    """No batch more than needed is asked for; what is returned is about those used."""
    asked = []
    batches = (asked.append(batch) or batch for batch in make_batches(sizes=(3, 3, 3, 3)))
    loss, accuracy = loop(MeanClassifier(), batches, epoch_size=epoch_size)
    assert len(asked) == used
    assert 0 < loss < 9
    assert round(accuracy * 3 * used, 4).is_integer()


def test_training_turns_training_mode_on_and_evaluating_off():
    """Dropout works in the one and not in the other."""
    modes = []

    class Watched(MeanClassifier):
        def forward(self, features):
            modes.append((self.training, torch.is_grad_enabled()))
            return super().forward(features)

    net = Watched().eval()
    train_epoch(net, make_batches())
    evaluate(net, make_batches())
    assert modes == [(True, True)] * 3 + [(False, False)] * 3


@pytest.mark.parametrize("training", [True, False])
def test_evaluate_leaves_each_layer_in_its_mode(training):
    """Also a layer that was frozen by itself, and also when the network fails."""
    net = nn.Sequential(nn.Dropout(), nn.BatchNorm1d(2), Echo()).train(training)
    net[1].eval()
    statistics = copy.deepcopy(net[1].state_dict())
    evaluate(net, echo_batches(1, 2, 2))
    with pytest.raises(AttributeError):
        evaluate(net, [("no", "tensors")])
    assert [layer.training for layer in net] == [training, False, training]
    assert net.training is training
    assert all(torch.equal(statistics[name], net[1].state_dict()[name]) for name in statistics)


# --- progress -------------------------------------------------------------------------------


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
