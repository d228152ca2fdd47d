"""Make the parallel texts: `python data/parallel/make_parallel.py [--out DIR]`.

They are cells of prose of lesson 03 in seven languages, as they stood at one revision of this
repository.  The packed files are the data: they are frozen, and no later change of the lesson or
of a translation reaches them.  Where the history is at hand, the script reads that revision and
shows how the files came about; in a copy without it, it packs the same rows again.
"""

import gzip
import hashlib
import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))

import corpus_core as core

HERE = Path(__file__).resolve().parent
REVISION = "7128bff44009ecefd9b1251b8826126df608b5af"
LESSON = "03-rnn"
LOCALES = ("nb", "pl", "zh-CN", "ja", "fr", "ar")
SPLITS = ("train", "test")
CELL = re.compile(r"<!-- cell (\S+) source=([0-9a-f]{12}).*-->")


def show(path: str) -> str:
    """Return a file of this repository as it was at the revision.

    Raises:
        LookupError: there is no git, or the revision is not in this copy.
    """
    command = ["git", "-C", str(HERE), "show", f"{REVISION}:{path}"]
    try:
        return subprocess.run(command, capture_output=True, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError) as error:
        raise LookupError(REVISION) from error


def english(text: str) -> dict[str, str]:
    """Return the prose of a notebook by cell."""
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
    return {cell["id"]: "".join(cell["source"]) for cell in cells}


def translated(text: str) -> dict[str, tuple[str, str]]:
    """Return the cells of a translation: the hash of the English that each is made from, its text.

    translated("<!-- cell bag source=0123456789ab state=machine -->\\nSac")["bag"]
    # ("0123456789ab", "Sac")
    """
    found: dict[str, tuple[str, list[str]]] = {}
    lines: list[str] = []
    for line in text.split("\n"):
        if marker := CELL.fullmatch(line):
            lines = []
            found[marker[1]] = marker[2], lines
        elif not line.startswith("<!-- "):  # a remark for checkers
            lines.append(line.removeprefix("\\") if line.startswith("\\<!--") else line)
    return {id_: (source, "\n".join(lines)) for id_, (source, lines) in found.items()}


def hash_of(text: str) -> str:
    """Return the hash that a translation keeps of its English."""
    lines = [line.rstrip() for line in unicodedata.normalize("NFC", text).split("\n")]
    return hashlib.sha256("\n".join(lines).strip("\n").encode()).hexdigest()[:12]


def plain(text: str) -> str:
    """Return the words of a cell without its Markdown: pictures go, links keep their words.

    plain("## Order\\n\\nA [**bag**](01.ipynb) of `words`")     # "Order\\nA bag of words"
    """
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)|</?\w+>", "", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"^(#+|\*|\d\.|>) ?", "", text, flags=re.MULTILINE)
    text = re.sub(r"[*`]", "", text)
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


def make() -> dict[str, list[dict]]:
    """Return the rows of both halves: cells that all languages have, alternating in lesson order.

    Cells with a formula or a block of code are left out: these are the same in every language.
    """
    source = english(show(f"notebooks/{LESSON}-pytorch.ipynb"))
    others = {name: translated(show(f"translations/{name}/{LESSON}.md")) for name in LOCALES}
    rows = []
    for id_, text in source.items():
        if "$" in text or "```" in text:
            continue
        texts = {name: cells.get(id_, ("", "")) for name, cells in others.items()}
        if all(made_from == hash_of(text) for made_from, _ in texts.values()):
            words = {name: plain(said) for name, (_, said) in texts.items()}
            rows.append({"cell": id_, "en": plain(text), **words})
    return {split: rows[half::2] for half, split in enumerate(SPLITS)}


def frozen() -> dict[str, list[dict]]:
    """Return the rows of the packed files."""
    texts = {split: gzip.decompress((HERE / f"{split}.jsonl.gz").read_bytes()) for split in SPLITS}
    return {
        split: [json.loads(line) for line in text.decode().splitlines()]
        for split, text in texts.items()
    }


def make_files() -> dict[str, bytes]:
    """Return what both files hold, by name."""
    try:
        splits = make()
    except LookupError:
        print(f"revision {REVISION} is not here: packing the same rows again", file=sys.stderr)
        splits = frozen()
    return {f"{split}.jsonl.gz": core.to_json_lines(rows) for split, rows in splits.items()}


def main(argv: Sequence[str] | None = None) -> int:
    """Write both files and print a line for each."""
    return core.write_corpus(argv, HERE, make_files)


if __name__ == "__main__":
    sys.exit(main())
