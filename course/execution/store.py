"""The store of results by cache key: entries that name their outputs by hash, and the outputs.

    <root>/results/<key>.json     the record of a run, and the hash of its outputs
    <root>/objects/<hash>         the outputs, compressed; runs with equal outputs share them

Any number of processes may read and write at once. A damaged entry counts as a missing one.
"""

import contextlib
import gzip
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from course.errors import CourseError
from course.files import write_bytes

SCHEMA = 2
ALIKE = ("parameters", "device")  # parts of a key that determine how long a run takes
LIMIT = 1_000_000_000  # bytes that results may take up by default


@dataclass(frozen=True)
class Stored:
    """A stored result: the parts of its key, the record of the run, its outputs by cell id."""

    parts: dict[str, Any]
    record: dict[str, Any]
    outputs: dict[str, Any]


class Store:
    """A folder of results.

    store = Store(Path("build/store"))
    store.put(key.digest, Stored(key.parts, {"seconds": 3.5}, {"imports": []}))
    store.get(key.digest).record["seconds"]
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.damaged: list[str] = []  # keys of damaged entries, which were removed
        self._newest: dict[str, list[dict[str, Any]]] | None = None

    def _entry(self, key: str) -> Path:
        return self.root / "results" / f"{key}.json"

    def _object(self, digest: str) -> Path:
        return self.root / "objects" / digest

    def get(self, key: str) -> Stored | None:
        """Return the result of a key, or None; remove a damaged one, and note it in `damaged`.

        Raises:
            CourseError: the folder can't be read.
        """
        path = self._entry(key)
        try:
            entry = json.loads(path.read_bytes())
            if entry["sum"] != _sum(entry) or (entry["key"], entry["schema"]) != (key, SCHEMA):
                raise ValueError("not what was written")
            packed = self._object(entry["outputs"]).read_bytes()
            if hashlib.sha256(packed).hexdigest() != entry["outputs"]:
                raise ValueError("outputs are not what was written")
            stored = Stored(entry["parts"], entry["record"], json.loads(gzip.decompress(packed)))
        except FileNotFoundError:
            if not path.exists():
                return None
        except PermissionError as error:
            raise CourseError(f"{path}: {error.strerror}; name a folder with --store") from None
        except (OSError, ValueError, TypeError, KeyError, EOFError):
            pass
        else:
            with contextlib.suppress(OSError):
                os.utime(path)  # the time of its last use, for `prune`
            return stored
        self.damaged.append(key)
        with contextlib.suppress(OSError):
            path.unlink()
        return None

    def put(self, key: str, stored: Stored) -> None:
        """Store a result, atomically.

        Raises:
            CourseError: the folder can't be written to.
        """
        serialized = json.dumps(stored.outputs, sort_keys=True, ensure_ascii=False)
        packed = gzip.compress(serialized.encode("utf-8", "surrogatepass"), mtime=0)
        digest = hashlib.sha256(packed).hexdigest()
        entry = {"schema": SCHEMA, "key": key, "outputs": digest}
        entry |= {"parts": stored.parts, "record": stored.record}
        entry["sum"] = _sum(entry)
        with self._changing():
            write_bytes(self._object(digest), packed)
            write_bytes(self._entry(key), json.dumps(entry, indent=1).encode())

    def latest(self, name: str) -> dict[str, Any] | None:
        """Return the parts of the key of the newest result whose record has that `name`."""
        return next((entry["parts"] for entry in self._by_name(name)), None)

    def seconds(self, name: str, parts: dict[str, Any]) -> float | None:
        """Return the seconds that the newest result of that `name` took, or None.

        Only results whose keys have the same `ALIKE` parts are considered.
        """
        wanted = [parts.get(part) for part in ALIKE]
        for entry in self._by_name(name):
            if [entry["parts"].get(part) for part in ALIKE] == wanted:
                seconds: float = entry["record"]["seconds"]
                return seconds
        return None

    def _by_name(self, name: str) -> list[dict[str, Any]]:
        """Return the entries whose record has that `name`, the most recently used first.

        The entries are read at the first call only; later results of other processes are not seen.
        """
        if self._newest is None:
            self._newest = {}
            for path in self._entries():
                try:
                    entry = json.loads(path.read_bytes())
                    known = {"parts": dict(entry["parts"]), "record": dict(entry["record"])}
                    self._newest.setdefault(known["record"]["name"], []).append(known)
                except (OSError, ValueError, TypeError, KeyError):
                    continue
        return self._newest.get(name, [])

    def claim(self, key: str) -> FileLock | None:
        """Return a held lock on computing a key's result, or None if another process holds it."""
        lock = FileLock(self._ensure_folder("locks") / key[:3], timeout=0)  # few files; kept
        try:
            lock.acquire()
        except Timeout:
            return None
        return lock

    def prune(self, limit: int = LIMIT) -> tuple[int, int]:
        """Remove the least recently used results over `limit` bytes; return (count, bytes) removed.

        Outputs that no entry names are removed too.
        """
        with self._changing():
            before, kept, named = self.size(), 0, set[str]()
            entries = self._entries()
            for entry in entries:
                try:
                    digest = str(json.loads(entry.read_bytes())["outputs"])
                    size = entry.stat().st_size
                    if digest not in named:
                        size += self._object(digest).stat().st_size
                except (OSError, ValueError, TypeError, KeyError):
                    size = limit + 1
                kept += size
                if kept > limit:  # all later ones too: they were used longer ago
                    entry.unlink(missing_ok=True)
                    continue
                named.add(digest)
            for path in self._files("objects"):
                if path.name not in named:
                    path.unlink(missing_ok=True)
            return len(entries) - len(self._entries()), before - self.size()

    def size(self) -> int:
        """Return the size of all results in bytes."""
        return sum(path.stat().st_size for path in self._files("results", "objects"))

    def _entries(self) -> list[Path]:
        """Return the entries, the most recently used first."""
        entries = [path for path in self._files("results") if path.suffix == ".json"]
        return sorted(entries, key=lambda path: path.stat().st_mtime, reverse=True)

    def _files(self, *folders: str) -> Iterator[Path]:
        for folder in folders:
            if (self.root / folder).is_dir():
                yield from sorted((self.root / folder).iterdir())

    def _changing(self) -> FileLock:
        return FileLock(self._ensure_folder("locks") / "changing")

    def _ensure_folder(self, folder: str) -> Path:
        """Return a folder of the store, created if needed."""
        path = self.root / folder
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CourseError(f"{path}: {error.strerror}; name a folder with --store") from None
        return path


def _sum(entry: dict[str, Any]) -> str:
    rest = {name: value for name, value in entry.items() if name != "sum"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()
