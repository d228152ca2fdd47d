"""The TensorFlow models of lesson 03, trained by the reference recipe and by the lesson's."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from measure import TARGETS, Climb, Preparation, Result, Run, Watch

WORDS = 20_000  # tokens that TextVectorization keeps
BATCH = {"titles": 256, "masked": 256, "bucketed": 128, "bidirectional": 128}
EVERY = 5  # batches between two looks at the test accuracy
REFERENCE_EVERY = 125  # the same for the reference: a tenth of an epoch


def make_layers(model: str, recurrent="orthogonal") -> list:
    """Make the layers of the network of that name, from word indices to scores.

    `recurrent` says how the recurrent weights of a SimpleRNN begin.
    """
    if model in ("titles", "masked"):
        return [
            layers.Embedding(WORDS, 64, mask_zero=model == "masked"),
            layers.SimpleRNN(16, recurrent_initializer=recurrent),
            layers.Dense(4),
        ]
    if model == "bucketed":
        return [layers.Embedding(WORDS, 64), layers.LSTM(8), layers.Dense(4)]
    return [
        layers.Embedding(WORDS, 128, mask_zero=True),
        layers.Bidirectional(layers.LSTM(64, return_sequences=True)),
        layers.Bidirectional(layers.LSTM(64)),
        layers.Dense(4),
    ]


def texts_and_labels(model: str, rows) -> tuple[list[str], np.ndarray]:
    """Return the texts that `model` reads, and the labels from 0."""
    texts = rows.titles if model == "titles" else [text for _, text in rows]
    return list(texts), np.array([label - 1 for label, _ in rows])


def accuracy_on(net: keras.Model, batches: tf.data.Dataset) -> float:
    return net.evaluate(batches, verbose=0)[1]


def compile_net(net: keras.Model, optimizer) -> None:
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    net.compile(optimizer, loss, metrics=["accuracy"])


def trace(net: keras.Model, batches: tf.data.Dataset) -> float:
    """Build the network's training graph by one step that is taken back; return its seconds.

    Keras traces a graph in the first step it trains, 1 to 6 s whatever the recipe.  It comes once,
    before the first epoch; within the first it would hide what the recipes differ in.
    """
    net.optimizer.build(net.trainable_variables)
    variables = [*net.variables, *net.optimizer.variables]
    before = [variable.numpy() for variable in variables]
    watch = Watch()
    net.fit(batches.take(1), shuffle=False, verbose=0)
    seconds = watch.seconds
    for variable, value in zip(variables, before, strict=True):
        variable.assign(value)
    return seconds


# --- the reference recipe -------------------------------------------------------------------


class Steps(keras.callbacks.Callback):
    """Tells `climb` of each batch, and keeps the accuracy after each epoch.

    With `stop` the training ends after the epoch in which the goal is reached.
    """

    def __init__(self, climb: Climb, stop: bool = False) -> None:
        super().__init__()
        self.climb, self.stop = climb, stop
        self.accuracies: list[float] = []

    def on_train_batch_end(self, batch, logs=None):
        self.climb.step()

    def on_epoch_end(self, epoch, logs=None):
        with self.climb.watch.paused():
            self.accuracies.append(self.climb.measure())
        if self.stop and self.climb.reached is not None:
            self.model.stop_training = True


def run_reference(model: str, train, test, seed: int, epochs: int) -> Run:
    """Train as the reference lesson does: texts turned into indices within the network.

    Ends with the epoch in which the goal is reached, and after `epochs` at the latest.
    """
    keras.utils.set_random_seed(seed)
    texts, labels = texts_and_labels(model, train)
    vectorizer = layers.TextVectorization(max_tokens=WORDS)
    vectorizer.adapt(texts)
    net = keras.Sequential([keras.Input((), dtype="string"), vectorizer, *make_layers(model)])
    compile_net(net, keras.optimizers.Adam(0.001))
    batches = tf.data.Dataset.from_tensor_slices((texts, labels))
    tracing = trace(net, batches.batch(16))
    batches = batches.shuffle(len(texts), seed=seed).batch(16)
    measured = tf.data.Dataset.from_tensor_slices(texts_and_labels(model, test)).batch(256)
    goal = TARGETS["tensorflow"][model].goal
    climb = Climb(lambda: accuracy_on(net, measured), goal, REFERENCE_EVERY)
    steps = Steps(climb, stop=True)
    net.fit(batches, epochs=epochs, shuffle=False, verbose=0, callbacks=[steps])
    return Run(climb.watch.seconds, tuple(steps.accuracies), climb.reached, tracing)


# --- the lesson's recipe --------------------------------------------------------------------


def index_once(model: str, train, test) -> tuple:
    """Turn all texts into word indices before training: two pairs (ragged indices, labels)."""
    texts, labels = texts_and_labels(model, train)
    vectorizer = layers.TextVectorization(max_tokens=WORDS, ragged=True)
    vectorizer.adapt(texts)
    test_texts, test_labels = texts_and_labels(model, test)
    return (vectorizer(texts), labels), (vectorizer(test_texts), test_labels)


def like_length(data: tuple, size: int, seed: int) -> tf.data.Dataset:
    """Make batches of texts of like length: shuffle, sort within pools of 20 batches, cut.

    Only the order is made here, and a batch is taken out at one stroke:
    `bucket_by_sequence_length` looks at texts one by one, which took a third of an epoch.
    """
    indices, labels = data
    chance, lengths = np.random.default_rng(seed), indices.row_lengths().numpy()
    order = chance.permutation(len(lengths))
    pools = np.arange(len(order)) // (20 * size)
    order = order[np.lexsort((lengths[order], pools))]
    cuts = np.split(order, range(size, len(order), size))
    chance.shuffle(cuts)
    rows = tf.data.Dataset.from_tensor_slices(tf.ragged.stack(cuts))
    return rows.map(lambda row: (tf.gather(indices, row).to_tensor(), tf.gather(labels, row)))


def run_lesson(model: str, indexed, measured, seed: int, goal=None, ready=None) -> Run:
    """Train on `indexed` by the lesson's recipe: bigger batches, a high rate that rises and falls.

    `goal` is an accuracy whose time is asked for; `ready` are batches that were made before.
    """
    keras.utils.set_random_seed(seed)
    # With the identity a state begins as a running sum, in which early words keep their place
    # (Le, Jaitly, Hinton 2015, arXiv:1504.00941).
    made = make_layers(model, recurrent=keras.initializers.Identity())
    net = keras.Sequential([keras.Input((None,), dtype="int64"), *made])
    count = -(-len(indexed[1]) // BATCH[model])
    lr = 0.005 if model == "bidirectional" else 0.01
    cycle = keras.optimizers.schedules.CosineDecay(
        lr / 25, count - count // 10, warmup_target=lr, warmup_steps=count // 10
    )
    compile_net(net, keras.optimizers.Adam(cycle, beta_2=0.95, global_clipnorm=1.0))
    batches = ready or like_length(indexed, BATCH[model], seed)
    tracing = trace(net, batches)
    steps = Steps(Climb(lambda: accuracy_on(net, measured), goal, EVERY))
    net.fit(batches, shuffle=False, verbose=0, callbacks=[steps])
    return Run(steps.climb.watch.seconds, tuple(steps.accuracies), steps.climb.reached, tracing)


def measure_preparation(model: str, indexed, measured, once: float) -> Preparation:
    """Time the making of one epoch's batches, and a training on batches made before."""
    watch = Watch()
    ready = like_length(indexed, BATCH[model], seed=0).cache()
    for _ in ready:
        pass  # the first time through makes them and keeps them
    seconds = watch.seconds
    return Preparation(seconds, run_lesson(model, indexed, measured, 0, ready=ready).seconds, once)


def benchmark(model: str, data: dict, seeds: int, epochs: int, say) -> Result:
    """Measure one model by both recipes; `say` is called with a line for each step."""
    name = f"tensorflow {model}"
    targets = TARGETS["tensorflow"][model]
    watch = Watch()
    indexed, indexed_test = index_once(model, data["train"], data["test"])
    once = watch.seconds
    measured = like_length(indexed_test, 256, seed=0).cache()
    runs, references = [], []
    for seed in range(seeds):
        runs.append(run_lesson(model, indexed, measured, seed, targets.goal))
        say(f"{name}: the lesson's recipe, seed {seed}: {runs[-1].summary}")
        references.append(run_reference(model, data["train"], data["test"], seed, epochs))
        say(f"{name}: the reference recipe, seed {seed}: {references[-1].summary}")
    say(f"{name}: preparation of data")
    preparation = measure_preparation(model, indexed, measured, once)
    return Result("tensorflow", model, targets, runs, preparation, references)
