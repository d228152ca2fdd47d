"""The texts of the lessons: `load_dataset` for news, `load_corpus` for all that is in `data/`."""

import csv
import difflib
import gzip
import io
import json
import os
import random
import re
import zlib
from pathlib import Path

from nlphelpers import ag_news
from nlphelpers.errors import DataError
from nlphelpers.tokens import Vocab, loaded_vocab, set_loaded_vocab, tokenize

DATASETS = ["auto", "demo", "ag_news"]
CLASSES = ["World", "Sports", "Business", "Sci/Tech"]
SIGNALS = re.compile(
    r"\b(not|rather than|instead of|(less|more) about|took the place of|gave way to|turned from)\b"
)
DATA = Path(__file__).resolve().parents[1] / "data"  # a folder for each corpus


class NewsDataset(list):
    """A list of `(label, text)`, labels 1 to 4, with `titles` and `vocab` beside it (lesson 03)."""

    def __init__(self, rows: list[tuple[int, str, str]]):
        super().__init__((label, f"{title} {description}") for label, title, description in rows)
        self.titles = [title for _, title, _ in rows]
        self.vocab: Vocab | None = None

    def __setstate__(self, state: dict) -> None:
        """Hand the vocabulary to a worker process that was started afresh with this dataset."""
        self.__dict__.update(state)
        set_loaded_vocab(loaded_vocab() or self.vocab)


def kind_of(text: str) -> str:
    """Return which kind of demo text this is: "plain", "order" or "memory" (lesson 01).

    A memory text has several sentences; an order text has a signal, such as "instead of", that
    says which of its two topics counts; a plain text is one sentence about one topic.
    """
    if tokenize(text).count(".") > 1:
        return "memory"
    return "order" if SIGNALS.search(text.lower()) else "plain"


def load_dataset(name="auto", *, root=None, ngrams=1, min_freq=1, train_size=None, seed=0):
    """Load news texts: return `(train_dataset, test_dataset, classes, vocab)` (lesson 01).

    `name` is "demo", the corpus that comes with the course (12,000 and 3,000 texts); "ag_news",
    the real one (120,000 and 7,600; non-commercial use), downloaded once; or "auto": AG News
    where it already lies, else the demo corpus.  Only "ag_news" ever downloads.

    AG News is looked for in `root`, else in the folder that the environment variable
    `TORCHNLP_DATA` names, else in the user's cache, where a download goes; `TORCHNLP_MIRROR` is
    another address to fetch it from.  A folder holds `train.csv` and `test.csv` without a
    header: class 1 to 4, title, description.

    Datasets are lists of `(label, text)`, labels 1 to 4, text = title + space + description;
    `dataset.titles` has the titles alone.  `train_size` keeps so many training texts, drawn with
    `seed`.  The vocabulary has the tokens of the training texts, and their n-grams up to
    `ngrams`, that occur `min_freq` times or more; batches use it unless told otherwise.

    Raises:
        DataError: an unknown name, a missing or damaged file, a failed download, a wrong number.
    """
    folder = news_folder(name, root)
    rows = read_news(find_split(folder, "train"))
    if train_size is not None and train_size not in range(1, len(rows) + 1):
        raise DataError(f"train_size={train_size!r}: give a whole number from 1 to {len(rows)}")
    chosen = random.Random(seed).sample(range(len(rows)), train_size or len(rows))
    train = NewsDataset([rows[i] for i in sorted(chosen)])
    test = NewsDataset(read_news(find_split(folder, "test")))
    vocab = Vocab.from_texts([text for _, text in train], ngrams, min_freq)
    train.vocab = test.vocab = vocab
    set_loaded_vocab(vocab)
    return train, test, list(CLASSES), vocab


class Parts(dict):
    """The rows of each file of a corpus, by the file's name; one that is not there is an error."""

    def __init__(self, folder: Path, found: dict[str, list[dict]]):
        super().__init__(found)
        self.folder = folder

    def __missing__(self, part: str):
        raise DataError(f"{self.folder}: no file {part!r}, only {', '.join(self)}; fetch it anew")


def load_corpus(name: str) -> dict[str, list[dict]]:
    """Return the rows of each file of a corpus that comes with the course (lesson 01).

        corpus = load_corpus("demo")
        corpus["train"][0]      # {'label': 1, 'title': 'The minister', 'description': '…'}

    A corpus is a folder in `data/`.  Its files are packed JSON Lines: a row of `train.jsonl.gz` is
    an object on a line of its own, and the README beside it says what its fields mean.  `demo`
    alone has AG News's format instead, `train.csv.gz`, and is also what `load_dataset` loads.
    Downloads nothing, and sets no vocabulary.

    Raises:
        DataError: an unknown name, a folder without files, a damaged file; and, when it is asked
            for, a file that is not there.
    """
    names = sorted(path.name for path in DATA.glob("[!_]*/"))
    if name not in names:
        hint = near_miss(name, names) if names else f"there is none in {DATA}"
        raise DataError(f"unknown corpus {name!r}; {hint}")
    readers = {".csv.gz": read_news_rows, ".jsonl.gz": read_json_lines}
    found = {
        path.name.removesuffix(ending): read(path)
        for ending, read in readers.items()
        for path in sorted((DATA / name).glob(f"*{ending}"))
    }
    if not found:
        raise DataError(f"{DATA / name}: no *.jsonl.gz and no *.csv.gz; fetch the course anew")
    return Parts(DATA / name, found)


# --- where the files are --------------------------------------------------------------------


def near_miss(name: object, names: list[str]) -> str:
    """Return the hint that follows an unknown name: the one that was meant, or all there are."""
    near = difflib.get_close_matches(str(name), names, 1, 0.4)
    return f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(names)}"


def news_folder(name: str, root: str | Path | None) -> Path:
    """Decide where the dataset `name` is read from; download it if that is asked for."""
    if name not in DATASETS:
        raise DataError(f"unknown dataset {name!r}; {near_miss(name, DATASETS)}")
    given = root or (os.environ.get("TORCHNLP_DATA") if name != "demo" else None)
    found = Path(given) if given else None
    if found is None and name != "demo" and all(map(ag_news.is_whole, ag_news.MD5)):
        found = ag_news.cached()
    elif found is None and name == "ag_news":
        found = ag_news.download()
    if name == "auto" and found:
        print(f"Using the texts in {found}; load_dataset('demo') gives the demo corpus.")
    elif name == "auto":
        print("Using the demo corpus; load_dataset('ag_news') downloads AG News (31 MB).")
    return found or DATA / "demo"


def find_split(folder: Path, split: str) -> Path:
    """Return the file of one split of news, packed or not."""
    names = [folder / f"{split}.csv", folder / f"{split}.csv.gz"]
    path = next(filter(Path.is_file, names), None)
    if path is None:
        raise DataError(f"{folder}: no {split}.csv; name its folder as root=… or in TORCHNLP_DATA")
    return path


# --- reading them: a fault names the file, and the line where it has one ----------------------


def read_text(path: Path) -> io.StringIO:
    """Return what a file holds, unpacked if it ends in `.gz`, line ends as they are."""
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        text = raw.decode("utf-8-sig")  # -sig: spreadsheets mark files so
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError(f"{path}:{line}: not UTF-8 ({error.reason}); save it as UTF-8") from None
    except (EOFError, OSError, zlib.error) as error:
        raise DataError(f"{path}: {error}; mend the file or fetch it anew") from None
    if not text:
        raise DataError(f"{path}: empty file; fetch it anew")
    return io.StringIO(text, newline="")


def read_news(path: Path) -> list[tuple[int, str, str]]:
    """Return the rows of a file in AG News's format: class 1 to 4, title, description."""
    rows, reader = [], csv.reader(read_text(path), strict=True)
    try:
        for row in reader:
            if len(row) != 3:
                raise csv.Error(f"{len(row)} fields, but a row is class, title, description")
            if row[0] not in ("1", "2", "3", "4"):
                raise csv.Error(f"class {row[0]!r}, but classes are 1 to 4")
            rows.append((int(row[0]), row[1], row[2]))
    except csv.Error as error:
        where = f"{path}:{reader.line_num}"
        raise DataError(f"{where}: {error}; mend the line or fetch the file anew") from None
    return rows


def read_news_rows(path: Path) -> list[dict]:
    """Return the rows of a file in AG News's format by the names of their fields."""
    fields = ("label", "title", "description")
    return [dict(zip(fields, row, strict=True)) for row in read_news(path)]


def read_json_lines(path: Path) -> list[dict]:
    """Return the objects of a file that has one on each line."""
    rows = []
    for number, line in enumerate(read_text(path), 1):
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError(f"{type(row).__name__}, but a row is an object")
        except ValueError as error:
            where = f"{path}:{number}"
            raise DataError(f"{where}: {error}; mend the line or fetch the file anew") from None
        rows.append(row)
    return rows
