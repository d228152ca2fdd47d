"""What a run is keyed by: all that its results follow from, and nothing else; prose is not."""

import ast
import functools
import hashlib
import json
import os
import platform
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from glob import glob
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from course.environment import count_threads
from course.failure import tags
from course.settings import Course

SCHEMA = 1  # grows when the same key would mean something else
NOTED = ("numpy", "matplotlib")  # whose versions show in outputs, beside the frameworks'
VARIABLES = ("KERAS_BACKEND", "TF_ENABLE_ONEDNN_OPTS", "TF_DETERMINISTIC_OPS")
BEHAVIOUR = ("raises-exception", "skip-execution")  # tags that change how a cell is executed


@dataclass(frozen=True)
class Facts:
    """What a machine executes with; a version is None where the package is not installed."""

    python: str
    platform: str
    device: str
    versions: dict[str, str | None]


@dataclass(frozen=True)
class Key:
    """A run's key, and the parts that it is the hash of, to say later which of them changed."""

    digest: str
    parts: dict[str, Any]


def packages(course: Course) -> tuple[str, ...]:
    """Return the distributions whose versions take part in a key."""
    needed = [name for framework in course.frameworks for name in framework.packages]
    return tuple(dict.fromkeys([*needed, *NOTED]))


def describe(names: Iterable[str]) -> Facts:
    """Return the facts of this machine, with the versions of the distributions `names`."""
    return Facts(
        python=platform.python_version(),
        platform=f"{platform.system()}-{platform.machine()}",
        device=device_kind(),
        versions={name: installed(name) for name in names},
    )


def installed(name: str) -> str | None:
    """Return the version of a distribution, or None."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


@functools.cache
def device_kind() -> str:
    """Return the name of the first GPU, or `mps`, or `cpu`, without importing a framework."""
    if os.environ.get("CUDA_VISIBLE_DEVICES", "0") in ("", "-1") or not shutil.which("nvidia-smi"):
        mac = (platform.system(), platform.machine()) == ("Darwin", "arm64")
        return "mps" if mac else "cpu"
    query = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    done = subprocess.run(query, capture_output=True, text=True, timeout=30, check=False)
    return done.stdout.partition("\n")[0].strip() or "cpu"


def make_key(
    notebook: Mapping[str, Any],
    files: Iterable[Path],
    parameters: Mapping[str, Any],
    data: str,
    facts: Facts,
    kernel: str,
    place: str = "",
) -> Key:
    """Return the key of a run of a notebook, as `read_notebook` gives it.

    `files` are what lies beside it, `parameters` those that differ from the notebook's own, `data`
    the fingerprint of what else it reads, and `place` the locale whose folder it is proved in.
    """
    parts: dict[str, Any] = {
        "schema": SCHEMA,
        "code": hash_code(notebook),
        **{f"file {path.name}": hash_file(path) for path in files},
        "parameters": dict(sorted(parameters.items())),
        "data": data,
        "kernel": kernel,
        "place": place,
        "threads": count_threads(),
        "environment": {name: os.environ.get(name) for name in VARIABLES},
        **asdict(facts),
    }
    text = json.dumps(parts, sort_keys=True)
    return Key(hashlib.sha256(text.encode()).hexdigest()[:32], json.loads(text))


def explain(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Say in a few words what changed between the parts of two keys.

    >>> explain({"code": "a", "python": "3.11.7"}, {"code": "a", "python": "3.12.1"})
    'python changed'
    """
    changed = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    if "versions" in changed:
        before, after = old.get("versions") or {}, new.get("versions") or {}
        changed.remove("versions")
        changed += [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if not changed:
        return "its result is gone"
    return f"{', '.join(name.removeprefix('file ') for name in changed)} changed"


def hash_code(notebook: Mapping[str, Any]) -> str:
    """Return a hash of the code cells of a notebook, with the tags that change their behaviour."""
    cells = [
        [cell["id"], cell["source"], [tag for tag in BEHAVIOUR if tag in tags(cell)]]
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()[:16]


def hash_makers(notebook: Mapping[str, Any], files: Iterable[Path]) -> str:
    """Return a hash of what the committed outputs of a notebook follow from: 16 hex digits.

    That is the code of its cells, its parameters among them, and the files beside it.
    """
    digest = hashlib.sha256()
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            digest.update(json.dumps([cell["id"], cell["source"]]).encode())
    for path in files:
        digest.update(content(path))
    return digest.hexdigest()[:16]


def input_files(course: Course, folder: Path | None = None) -> list[Path]:
    """Return the `files` of course.toml below the course's folder, or below another one."""
    root = folder or course.root
    found = {path: None for pattern in course.files for path in sorted(root.glob(pattern))}
    return [path for path in found if path.is_file()]


def hash_file(path: Path) -> str:
    """Return a hash of a file's `content`: 16 hex digits."""
    return hashlib.sha256(content(path)).hexdigest()[:16]


def content(path: Path) -> bytes:
    """Return what of a file can change a run: all of it, or the syntax tree of a module.

    Without docstrings and line numbers, so that a comment makes nothing stale. A module that
    cannot be parsed counts as it stands.
    """
    stat = path.stat()
    return _content(path, stat.st_mtime_ns, stat.st_size)


@functools.lru_cache(maxsize=64)
def _content(path: Path, _changed: int, _size: int) -> bytes:
    raw = path.read_bytes()
    if path.suffix != ".py":
        return raw
    try:
        tree = ast.parse(raw)
    except (SyntaxError, ValueError):
        return raw
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [part for part in body if not _is_text(part)]
    return ast.dump(tree).encode()


def _is_text(node: ast.AST) -> bool:
    """Tell a docstring, or a text that stands for itself as a comment does."""
    constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return constant and isinstance(node.value.value, str)


def data_fingerprint(course: Course, dataset: object) -> str:
    """Return a hash of the files that a notebook's parameter `dataset` stands for.

    It is empty where course.toml lists none for it, and `absent` where there are none yet.
    """
    patterns = course.data.get(str(dataset), ())
    for pattern in patterns:
        paths = sorted(map(Path, glob(expanded) if (expanded := _expand(pattern)) else ()))
        if paths:
            digest = hashlib.sha256()
            for path in paths:
                stat = path.stat()
                digest.update(f"{path.name} {stat.st_size}\n".encode())
                digest.update(_hash_data(path, stat.st_mtime_ns, stat.st_size))
            return digest.hexdigest()[:16]
    return "absent" if patterns else ""


@functools.lru_cache(maxsize=64)
def _hash_data(path: Path, _changed: int, _size: int) -> bytes:
    """Return the hash of a data file, read once for all notebooks: AG News has 31 MB."""
    return hashlib.sha256(path.read_bytes()).digest()


def _expand(pattern: str) -> str:
    """Return a pattern with its variables filled in; empty where one of them is not set."""
    import platformdirs

    places = {"USER_CACHE": str(platformdirs.user_cache_path()), **os.environ}
    name, _, rest = pattern.removeprefix("$").partition("/")
    if not pattern.startswith("$"):
        return str(Path(pattern).expanduser())
    return f"{places[name]}/{rest}" if places.get(name) else ""
