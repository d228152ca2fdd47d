"""What the scripts that make the corpora share: chance, frames with slots, packed files.

Only `Random(seed).random()` is drawn from, the one generator whose numbers Python promises never to
change, so the rows are the same on every version and platform.
"""

import argparse
import gzip
import io
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

SLOT = re.compile(r"\{(\w+)\}")
ARTICLE = re.compile(r"\b([Aa])\(n\) (\w+)")
SOUNDS_LIKE_YOU = ("uni", "use", "eu", "one", "ura")


# ---------------------------------------------------------------- chance


def choice(rng: Random, items: Sequence):
    """Return one of the items, each as likely as the others."""
    return items[int(rng.random() * len(items))]


def favour(rng: Random, items: Sequence[str]) -> str:
    """Return one of the items, the earlier ones oftener, as words are used in a language.

    A square is exact on every machine, a broken power need not be.
    """
    chance = rng.random()
    return items[int(chance * chance * len(items))]


def shuffle(rng: Random, items: list) -> None:
    """Put the items into a random order, in place."""
    for i in range(len(items) - 1, 0, -1):
        j = int(rng.random() * (i + 1))
        items[i], items[j] = items[j], items[i]


def unused(rng: Random, draw: Callable, bank: Sequence[str], used: list[str]) -> str:
    """Return an entry drawn from the bank, if it can be one not in `used`, and note it there."""
    entry = draw(rng, bank)
    for _ in range(5):
        if entry not in used:
            break
        entry = draw(rng, bank)
    used.append(entry)
    return entry


# ---------------------------------------------------------------- banks


def entries(value: str | list[str]) -> list[str]:
    """Return the entries of a bank: a list as it is, a string cut at its commas or lines."""
    if isinstance(value, list):
        return value
    cut = value.strip().split("\n") if ", " not in value else value.replace("\n", " ").split(",")
    return [entry.strip() for entry in cut if entry.strip()]


def lines(value: str) -> list[str]:
    """Return the lines of a bank whose entries are sentences and may hold commas."""
    return [line for line in value.split("\n") if line]


# ---------------------------------------------------------------- frames


class Span(NamedTuple):
    """Where the filler of a slot stands in a text: at `text[start:end]`."""

    slot: str
    start: int
    end: int

    def moved(self, distance: int) -> "Span":
        """Return the span of the same filler where so many characters were put before it."""
        return Span(self.slot, self.start + distance, self.end + distance)


def fill(
    rng: Random,
    frame: str,
    banks: Mapping[str, Sequence[str]],
    used: list[str],
    even: Collection[str] = (),
) -> str:
    """Return the frame with every slot filled, no filler twice in one text where it can be helped.

    The fillers of the slots `even`, and those of banks of at most 20, are all as likely; of others
    the earlier ones are favoured. `used` collects the fillers of the text.

        fill(rng, "a(n) {people} from {town}", banks, [])     # "a(n) umpire from Nolvaburn"
    """
    return fill_spans(rng, frame, banks, used, even)[0]


def fill_spans(
    rng: Random,
    frame: str,
    banks: Mapping[str, Sequence[str]],
    used: list[str],
    even: Collection[str] = (),
) -> tuple[str, list[Span]]:
    """Do as `fill`, and return the spans of all slots as well, each before those inside it."""
    text, spans, done = "", [], 0
    for slot in SLOT.finditer(frame):
        bank = banks[slot[1]]
        draw = choice if slot[1] in even or len(bank) <= 20 else favour
        filler, inside = fill_spans(rng, unused(rng, draw, bank, used), banks, used, even)
        text += frame[done : slot.start()]
        spans.append(Span(slot[1], len(text), len(text) + len(filler)))
        spans += [span.moved(len(text)) for span in inside]
        text += filler
        done = slot.end()
    return text + frame[done:], spans


def polish(words: str) -> str:
    """Return the words with articles settled and a capital at the beginning."""
    return polish_spans(words, [])[0]


def polish_spans(words: str, spans: Sequence[Span]) -> tuple[str, list[Span]]:
    """Do as `polish`, and return the spans of the same fillers in the polished text as well."""
    text, cuts, done = "", [], 0  # each cut: where an article ended, and by how much it shrank
    for match in ARTICLE.finditer(words):
        text += words[done : match.start()] + article(match)
        done = match.end()
        cuts.append((match.end(2) - len(match[2]) - 1, done - len(text)))
    text += words[done:]

    def place(position: int) -> int:
        return position - max((shrunk for end, shrunk in cuts if end <= position), default=0)

    moved = [Span(slot, place(start), place(end)) for slot, start, end in spans]
    return text[0].upper() + text[1:], moved


def article(match: re.Match) -> str:
    """Return "a" or "an" and the word behind it."""
    word = match[2].lower()
    vowel = word[0] in "aeiou" and not word.startswith(SOUNDS_LIKE_YOU)
    return f"{match[1]}{'n' if vowel or word.startswith('hour') else ''} {match[2]}"


def tokens(text: str) -> list[str]:
    """Return the tokens as torchtext's `basic_english` cuts them."""
    return re.sub(
        r"([.,()!?'])", r" \1 ", re.sub(r"[;:]", " ", text.lower().replace('"', ""))
    ).split()


# ---------------------------------------------------------------- files


def pack(data: bytes) -> bytes:
    """Return the data gzipped with neither time nor name in the header, so that bytes compare."""
    out = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=out, mtime=0) as packed:
        packed.write(data)
    return out.getvalue()


def write_file(path: Path, data: bytes) -> None:
    """Write the file whole or leave what was there."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def to_json_lines(rows: Iterable[Mapping]) -> bytes:
    """Return rows as JSON Lines: an object on each line, UTF-8, LF."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def write_corpus(
    argv: Sequence[str] | None, folder: Path, make_files: Callable[[], Mapping[str, bytes]]
) -> int:
    """Write each file that is made into `folder`, or into `--out`, packed; print a line for each.

    `make_files` returns what the files hold, by names that end in `.gz`. This is the `main` of a
    corpus's script: it returns the exit code.
    """
    parser = argparse.ArgumentParser(description=f"Make the corpus {folder.name}.")
    parser.add_argument(
        "--out", type=Path, default=folder, metavar="DIR", help="default: %(default)s"
    )
    out = parser.parse_args(argv).out
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, data in make_files().items():
            packed = pack(data)
            write_file(out / name, packed)
            rows = data.count(b"\n")
            print(f"{out / name}: {rows} rows, {len(packed)} bytes")
    except OSError as error:
        print(f"ERROR {out}: {error.strerror}; name a folder to write to: --out", file=sys.stderr)
        return 1
    return 0
