"""What the training loops return and do."""

import copy

import pytest
import torch
from torch import nn

from tests.fixtures.batches import (
    KINDS,
    Echo,
    MeanClassifier,
    echo_batches,
    make_batches,
    plain_epoch,
)
from torchnlp import evaluate, train_epoch, train_epoch_emb


def weights_of(net):
    return torch.cat([weights.detach().flatten() for weights in net.parameters()])


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
