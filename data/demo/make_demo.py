"""Make the demo corpus: `python data/demo/make_demo.py [--out DIR]`.

Texts are put together from the word banks and sentence frames in the TOML files beside this script.
"""

import csv
import functools
import io
import itertools
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

sys.path.append(str(Path(__file__).resolve().parents[1]))

import corpus_core as core
from corpus_core import choice, entries, lines, polish, shuffle, tokens, unused

HERE = Path(__file__).resolve().parent
SEED = 20
CLASSES = ("world", "sports", "business", "science")
KINDS = ("plain", "order", "memory")
# Phrases one of which each order text holds, word for word, and no other text does.
ORDER_CUES = (
    "not",
    "rather than",
    "instead of",
    "less about",
    "more about",
    "took the place of",
    "gave way to",
    "turned from",
)
# Rows of each kind. Half the texts are order texts, so a bag of words, which tosses a coin there,
# ends near 0.75. Counts are multiples of 4 classes, and for order of 12 ordered pairs of classes.
TRAIN_COUNTS = {"plain": 1920, "order": 6000, "memory": 4080}
TEST_COUNTS = {"plain": 480, "order": 1500, "memory": 1020}
PASSING = 0.8  # share of the sentences of a tail that mention some topic in passing
SHORTEST, LONGEST = 8, 80  # tokens of a text
NEAREST, FARTHEST = 3, 65  # tokens behind the first full stop of a memory text

EVEN = ("first", "surname", "town", "num", "when")  # slots whose fillers are all as likely
fill = functools.partial(core.fill, even=EVEN)


@dataclass(frozen=True)
class Row:
    """One text: label 1 to 4, title, description, and the kind, which the CSV does not tell."""

    label: int
    title: str
    description: str
    kind: str

    @property
    def text(self) -> str:
        """Title and description as the lessons join them."""
        return f"{self.title} {self.description}"


@dataclass(frozen=True)
class Corpus:
    """The rows of both splits, in the order of the files."""

    train: tuple[Row, ...]
    test: tuple[Row, ...]


# ---------------------------------------------------------------- banks


def read_toml(name: str) -> dict:
    """Return the tables of a TOML file that lies beside this script."""
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def group_banks(slot: str, groups: list[dict]) -> dict[str, list[str]]:
    """Return the bank of a slot whose fillers are two words of one group, and the groups' banks."""
    banks: dict[str, list[str]] = {slot: []}
    for number, group in enumerate(groups):
        halves = {f"{slot}_{number}_{half}": entries(words) for half, words in group.items()}
        banks |= halves
        banks[slot].append(" ".join(f"{{{half}}}" for half in halves))
    return banks


def neutral_banks() -> dict[str, list[str]]:
    """Return the banks that all classes share: names, neutral words, numbers."""
    names = read_toml("names.toml")
    banks = {slot: entries(value) for slot, value in read_toml("neutral.toml").items()}
    banks["first"] = entries(names["first"])
    for slot in ("surname", "town"):
        halves = (entries(names[slot]["start"]), entries(names[slot]["end"]))
        banks[slot] = [start + end for start, end in itertools.product(*halves)]
    banks["num"] = [str(number) for number in range(11, 99)]
    banks |= {slot: read_toml("frames.toml")["order"][slot] for slot in ("coda", "ending")}
    return banks


def class_banks(name: str) -> dict[str, list[str]]:
    """Return the banks of one class laid over the neutral ones."""
    topic = read_toml("topics.toml")[name]
    banks = neutral_banks() | group_banks("theme", topic["themes"])
    return (
        banks
        | group_banks("deed", topic["deeds"])
        | {
            "people": entries(topic["people"]),
            "event": entries(topic["events"]),
            "site": entries(topic["sites"]),
            "lead": lines(topic["own"]["leads"]),
            "title": lines(topic["own"]["titles"]),
        }
    )


# ---------------------------------------------------------------- kinds


@dataclass(frozen=True)
class Writer:
    """What a text is made from: chance, frames, and the banks of the four classes."""

    rng: Random
    frames: dict
    banks: tuple[dict[str, list[str]], ...]

    def write(self, frames: list[str], label: int, used: list[str]) -> str:
        """Return a polished line, without a full stop, from one of the frames."""
        frame = unused(self.rng, choice, frames, used)
        return polish(fill(self.rng, frame, self.banks[label - 1], used))


def plain(writer: Writer, label: int) -> Row:
    """Return a text of one topical sentence."""
    used: list[str] = []
    title = writer.write(writer.frames["plain"]["titles"], label, used)
    sentence = writer.write(writer.frames["plain"]["frames"], label, used)
    return Row(label, title, sentence + ".", "plain")


def tail(writer: Writer, distance: int) -> str:
    """Return sentences of exactly so many tokens, full stops included, that tell nothing.

    Some mention a topic of any class in passing. Without these a plain recurrent network learns to
    skip the words of tails, and forgets nothing; with them it has to guard what it read first.
    """
    frames, passing = writer.frames["tail"]["frames"], writer.frames["tail"]["passing"]
    labels = range(1, len(CLASSES) + 1)
    while True:
        used: list[str] = []
        sentences: list[str] = []
        left = distance
        while left > 0:
            if writer.rng.random() < PASSING:
                sentences.append(writer.write(passing, choice(writer.rng, labels), used) + ".")
            else:
                sentences.append(writer.write(frames, 1, used) + ".")
            left -= len(tokens(sentences[-1]))
        if left == 0:
            return " ".join(sentences)


def memory(writer: Writer, label: int, distance: int) -> Row:
    """Return a text that tells early and goes on neutrally for so many tokens."""
    used: list[str] = []
    kind = "tail" if writer.rng.random() < 0.3 else "memory"
    title = writer.write(writer.frames[kind]["titles"], label, used)
    head = writer.write(writer.frames["memory"]["frames"], label, used)
    return Row(label, title, f"{head}. {tail(writer, distance)}", "memory")


def phrase(writer: Writer, label: int, kind: str) -> str:
    """Return a noun phrase of the class: themes, a person or an event."""
    frame = {"theme": "{theme}", "people": "a(n) {people}", "event": "a(n) {event}"}[kind]
    return fill(writer.rng, frame, writer.banks[label - 1], [])


def order(writer: Writer, left: int, right: int) -> tuple[Row, Row]:
    """Return twins: the same words with the two topics changed round, and so the other label."""
    rng, frames = writer.rng, writer.frames["order"]
    wins = choice(rng, ("first_wins", "second_wins"))
    kind = choice(rng, ("theme", "theme", "people", "event"))
    a, b = phrase(writer, left, kind), phrase(writer, right, kind)
    # A and B stay slots while the rest is filled, so that the twins differ in nothing else.
    banks = writer.banks[0] | {"A": ["<A>"], "B": ["<B>"]}
    used: list[str] = []
    title = (
        fill(rng, choice(rng, frames["titles"]), banks, used).replace("<A>", a).replace("<B>", b)
    )
    sentence = fill(rng, choice(rng, frames[wins]), banks, used) + "."
    rows = []
    for one, two, labels in ((a, b, (left, right)), (b, a, (right, left))):
        description = polish(sentence.replace("<A>", one).replace("<B>", two))
        label = labels[0] if wins == "first_wins" else labels[1]
        rows.append(Row(label, polish(title), description, "order"))
    return rows[0], rows[1]


# ---------------------------------------------------------------- corpus


def fits(row: Row) -> bool:
    """Tell whether the text is neither too short nor too long."""
    return SHORTEST <= len(tokens(row.text)) <= LONGEST


def fresh(make_rows: Callable[[], tuple[Row, ...]], seen: set[str]) -> tuple[Row, ...]:
    """Return the first rows made that fit and hold no bag of words seen before."""
    while True:
        rows = make_rows()
        bag = " ".join(sorted(tokens(rows[0].text)))
        if all(map(fits, rows)) and bag not in seen:
            seen.add(bag)
            return rows


def jobs(writer: Writer, counts: dict[str, int]) -> Iterator[Callable[[], tuple[Row, ...]]]:
    """Yield one function for each text, or pair of twins, that a split needs."""
    labels = range(1, len(CLASSES) + 1)
    for label in labels:
        for _ in range(counts["plain"] // len(CLASSES)):
            yield lambda label=label: (plain(writer, label),)
        for i in range(counts["memory"] // len(CLASSES)):
            distance = NEAREST + i % (FARTHEST - NEAREST + 1)
            yield lambda label=label, far=distance: (memory(writer, label, far),)
    class_pairs = list(itertools.combinations(labels, 2))
    for left, right in class_pairs:
        for _ in range(counts["order"] // (2 * len(class_pairs))):
            yield lambda left=left, right=right: order(writer, left, right)


def make(seed: int = SEED) -> Corpus:
    """Return the corpus, the same for the same seed on every machine."""
    rng = Random(seed)
    banks = tuple(class_banks(name) for name in CLASSES)
    writer = Writer(rng, read_toml("frames.toml"), banks)
    seen: set[str] = set()
    splits = []
    for counts in (TRAIN_COUNTS, TEST_COUNTS):
        rows = [row for job in jobs(writer, counts) for row in fresh(job, seen)]
        shuffle(rng, rows)
        splits.append(tuple(rows))
    return Corpus(*splits)


def to_csv(rows: Sequence[Row]) -> bytes:
    """Return the rows as AG News writes them: no header, all fields quoted, UTF-8, LF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows((row.label, row.title, row.description) for row in rows)
    return out.getvalue().encode("utf-8")


def make_files() -> dict[str, bytes]:
    """Return what both files hold, by name."""
    corpus = make()
    return {f"{split}.csv.gz": to_csv(getattr(corpus, split)) for split in ("train", "test")}


def main(argv: Sequence[str] | None = None) -> int:
    """Write both files and print a line for each."""
    return core.write_corpus(argv, HERE, make_files)


if __name__ == "__main__":
    sys.exit(main())
