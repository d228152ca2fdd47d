"""Cache keys of notebook runs: the hash of all that results depend on, without prose."""

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
from pathlib import Path
from typing import Any

from course.dependencies.inputs import Inputs
from course.execution.engines.environment import count_threads
from course.formats.notebook import tags
from course.formats.settings import Course
from course.machine import installed

SCHEMA = 2  # increased when the same key would mean something else
BEHAVIOUR = ("raises-exception", "skip-execution")  # tags that change how a cell is executed


@dataclass(frozen=True)
class Facts:
    """The platform of a machine, and package versions; None for a package not installed."""

    python: str
    platform: str
    device: str
    versions: dict[str, str | None]


@dataclass(frozen=True)
class Key:
    """The cache key of a run, and the parts that it is the hash of, to report which changed."""

    digest: str
    parts: dict[str, Any]


def machine_facts(names: Iterable[str]) -> Facts:
    """Return the facts of this machine, with the versions of the distributions `names`."""
    return Facts(
        python=platform.python_version(),
        platform=f"{platform.system()}-{platform.machine()}",
        device=device_kind(),
        versions={name: installed(name) for name in names},
    )


@functools.cache
def device_kind() -> str:
    """Return the name of the first GPU, or `mps`, or `cpu`, without importing a framework."""
    if os.environ.get("CUDA_VISIBLE_DEVICES", "0") in ("", "-1") or not shutil.which("nvidia-smi"):
        mac = (platform.system(), platform.machine()) == ("Darwin", "arm64")
        return "mps" if mac else "cpu"
    query = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    completed = subprocess.run(query, capture_output=True, text=True, timeout=30, check=False)
    return completed.stdout.partition("\n")[0].strip() or "cpu"


def make_key(
    notebook: Mapping[str, Any],
    inputs: Inputs,
    parameters: Mapping[str, Any],
    data: str,
    facts: Facts,
    kernel: str,
    place: str = "",
    variables: Iterable[str] = (),
) -> Key:
    """Return the cache key of a run of a notebook, as `read_notebook` returns it.

    `inputs` are those of `find_inputs`, `parameters` those that differ from the notebook's own,
    `data` the fingerprint of its data files, `place` the locale whose folder it is executed in,
    and `variables` the names of the environment variables that are part of the key.
    """
    parts: dict[str, Any] = {
        "schema": SCHEMA,
        "code": hash_code(notebook),
        **inputs,
        "parameters": dict(sorted(parameters.items())),
        "data": data,
        "kernel": kernel,
        "place": place,
        "threads": count_threads(),
        "environment": {name: os.environ.get(name) for name in variables},
        **asdict(facts),
    }
    serialized = json.dumps(parts, sort_keys=True)
    return Key(hashlib.sha256(serialized.encode()).hexdigest()[:32], json.loads(serialized))


def explain_change(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Return in a few words what changed between the parts of two keys.

    >>> explain_change({"code": "a", "python": "3.11.7"}, {"code": "a", "python": "3.12.1"})
    'python changed'
    >>> explain_change({"file a.py": [["f", "1"]]}, {"file a.py": [["f", "2"]]})
    'a.py: f changed'
    """
    if old.get("schema") != new.get("schema"):
        return "the format of cache keys changed"
    changed = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    if "versions" in changed:
        before, after = old.get("versions") or {}, new.get("versions") or {}
        changed.remove("versions")
        changed += [name for name in {**before, **after} if before.get(name) != after.get(name)]
    modules = [name for name in changed if isinstance(new.get(name, old.get(name)), list)]
    reported = [name.removeprefix("file ") for name in changed if name not in modules]
    edited = {name: _edited(old.get(name), new.get(name)) for name in modules}
    for name, labels in edited.items():
        # Definitions that are reached, or no more, because others changed are not reported.
        if labels or not (reported or any(edited.values())):
            some = f": {' and '.join(labels)}" if 0 < len(labels) < 4 else ""
            reported.append(name.removeprefix("file ") + some)
    return f"{', '.join(reported)} changed" if reported else "its result was removed"


def _edited(old: list[list[str]] | None, new: list[list[str]] | None) -> list[str]:
    """Return the labels of definitions that are in both lists of a module, and differ."""
    before, after = _by_label(old), _by_label(new)
    return [label for label in before if label in after and before[label] != after[label]]


def _by_label(pairs: list[list[str]] | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for label, digest in pairs or ():
        found.setdefault(label, []).append(digest)
    return found


def hash_code(notebook: Mapping[str, Any]) -> str:
    """Return a hash of the code cells of a notebook, with the tags that change their behaviour."""
    cells = [
        [cell["id"], cell["source"], [tag for tag in BEHAVIOUR if tag in tags(cell)]]
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()[:16]


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
    """Return the hash of a data file, cached for all notebooks: AG News has 31 MB."""
    return hashlib.sha256(path.read_bytes()).digest()


def _expand(pattern: str) -> str:
    """Return a pattern with its variable expanded; empty where that is not set."""
    import platformdirs

    places = {"USER_CACHE": str(platformdirs.user_cache_path()), **os.environ}
    name, _, rest = pattern.removeprefix("$").partition("/")
    if not pattern.startswith("$"):
        return str(Path(pattern).expanduser())
    return f"{places[name]}/{rest}" if places.get(name) else ""
