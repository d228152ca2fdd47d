"""The files that a notebook's results depend on: local modules, other files, corpora."""

import functools
import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from course.dependencies.reach import Reached, reach
from course.dependencies.syntax import Module, read_module
from course.formats.settings import Course, Lesson

Inputs = dict[str, Any]


def find_inputs(
    course: Course, lesson: Lesson, notebook: Mapping[str, Any], folder: Path | None = None
) -> Inputs:
    """Return the hashes of what a notebook's results depend on beside its own code.

    These are the definitions that the notebook reaches in modules among the `files` of course.toml,
    the other `files`, and the corpora that its lesson declares. They are read from `folder`, or
    else from the course's own.

        {"file words.csv": "9c1f…", "corpus demo": "03ab…", "file helper.py": [["double", "12de…"]]}
    """
    root = folder or course.root
    inputs: Inputs = {}
    modules = []
    for path in find_files(root, course.files):
        name = path.relative_to(root).as_posix()
        if dotted := _dotted(name):
            modules.append(_read_module(dotted, name, path.read_bytes()))
        else:
            inputs[f"file {name}"] = hash_file(path)
    for corpus in lesson.corpora:
        paths = find_files(root, course.corpora[corpus])
        hashes = [(path.relative_to(root).as_posix(), hash_file(path)) for path in paths]
        inputs[f"corpus {corpus}"] = _hash(json.dumps(hashes).encode())
    code = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for name, found in _reach(tuple(code), tuple(modules)).items():
        inputs[f"file {name}"] = [list(pair) for pair in found]
    return inputs


def undeclared(course: Course, lesson: Lesson) -> dict[str, str]:
    """Return the files of corpora that a lesson does not declare: messages by relative path."""
    declared = [pattern for name in lesson.corpora for pattern in course.corpora[name]]
    allowed = find_files(course.root, [*course.files, *declared])
    return {
        (name := path.relative_to(course.root).as_posix()): (
            f"{name} is of the corpus {corpus!r}, which the lesson {lesson.id} does not declare;"
            " add it to its corpora in course.toml"
        )
        for corpus, patterns in course.corpora.items()
        for path in find_files(course.root, patterns)
        if path not in allowed
    }


def find_files(root: Path, patterns: Iterable[str]) -> list[Path]:
    """Return the files below a folder that match any of these glob patterns, each once."""
    found = {path: None for pattern in patterns for path in sorted(root.glob(pattern))}
    return [path for path in found if path.is_file()]


def hash_file(path: Path) -> str:
    """Return the hash of a file: 16 hex digits; cached by its time and size."""
    return _hash_file(path, *_version(path))


@functools.lru_cache(maxsize=256)
def _hash_file(path: Path, _changed: int, _size: int) -> str:
    return _hash(path.read_bytes())


@functools.lru_cache(maxsize=256)
def _read_module(dotted: str, name: str, content: bytes) -> Module:
    return read_module(dotted, name, content)


@functools.lru_cache(maxsize=64)
def _reach(code: tuple[str, ...], modules: tuple[Module, ...]) -> Reached:
    return reach(code, modules)


def _version(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


def _dotted(name: str) -> str:
    """Return the dotted name of a module; empty for a file that cannot be imported.

    >>> [_dotted(name) for name in ("a.py", "a/b.py", "a/__init__.py", "a.csv", "a-b.py")]
    ['a', 'a.b', 'a', '', '']
    """
    path = name.removesuffix(".py").removesuffix("/__init__")
    dotted = path.replace("/", ".")
    return dotted if name.endswith(".py") and all(map(str.isidentifier, path.split("/"))) else ""


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
