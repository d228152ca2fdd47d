"""Committed outputs: written back from a run, and stamped with a hash of what made them."""

import ast
import copy
import hashlib
import json
import os
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from course.errors import CourseError
from course.notebook import read_notebook
from course.settings import Course

STAMP = "course"  # the key in a notebook's metadata
NOTED = ("torch", "tensorflow", "keras", "numpy")  # versions, for information only
LIMIT = 500_000  # bytes of a notebook


def hash_makers(notebook: dict[str, Any], root: Path) -> str:
    """Return a hash of what the outputs of a notebook follow from: 16 hex digits.

    That is the code of its cells (its parameters among them), the packed data that the course
    carries, and torchnlp.py by its syntax tree without docstrings. Prose and comments in
    torchnlp.py do not count, so changing them makes no output stale.
    """
    digest = hashlib.sha256()
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            digest.update(json.dumps([cell["id"], cell["source"]]).encode())
    module = root / "torchnlp.py"
    if module.is_file():
        digest.update(_syntax(module).encode())
    for path in sorted((root / "data").rglob("*.csv.gz")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _syntax(module: Path) -> str:
    """Return the syntax tree of a module as text, without docstrings and line numbers."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [part for part in body if not _is_text(part)]
    return ast.dump(tree)


def _is_text(node: ast.AST) -> bool:
    """Tell a docstring, or a text that stands for itself as a comment does."""
    constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return constant and isinstance(node.value.value, str)


def check_outputs(path: Path, course: Course) -> None:
    """Refuse a notebook whose committed outputs are not those of the code beside them.

    Raises:
        CourseError: no outputs, outputs of other code, an error among them, or too large a file.
    """
    notebook = read_notebook(path)
    remedy = f"write new ones: course run {path.stem.rpartition('-')[0]} --save"
    stamp = notebook["metadata"].get(STAMP, {}).get("made-by")
    if stamp is None:
        raise CourseError(f"{path.name}: no outputs from a run of the course; {remedy}")
    if stamp != (found := hash_makers(notebook, course.root)):
        raise CourseError(f"{path.name}: outputs of other code ({stamp}, now {found}); {remedy}")
    if (size := path.stat().st_size) > LIMIT:
        raise CourseError(f"{path.name}: {size} bytes, at most {LIMIT}; show less, smaller plots")


def save_outputs(source: Path, executed: Path, course: Course) -> None:
    """Write the outputs of `executed` into the notebook `source`, and stamp them.

    Everything of one machine or one moment is left out: times, versions in the metadata of cells,
    and the cell that papermill injects. The file is replaced at once or not at all.

    Raises:
        CourseError: the code cells of the two differ.
    """
    notebook, run = read_notebook(source), read_notebook(executed)
    made = {cell["id"]: cell for cell in run["cells"] if cell["cell_type"] == "code"}
    count = 0
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        if made.get(cell["id"], {}).get("source") != cell["source"]:
            raise CourseError(f"{source.name}: cell {cell['id']} changed during the run; run again")
        count += 1
        cell["execution_count"] = count
        cell["outputs"] = [_clean(output, count) for output in made[cell["id"]]["outputs"]]
    noted = {name: _version(name) for name in NOTED}
    stamp = {"made-by": hash_makers(notebook, course.root), "versions": noted}
    notebook["metadata"][STAMP] = stamp
    _write(source, notebook)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _clean(output: dict[str, Any], count: int) -> dict[str, Any]:
    output = copy.deepcopy(output)
    if "execution_count" in output:
        output["execution_count"] = count
    if "metadata" in output:
        output["metadata"] = {}
    return output


def _write(path: Path, notebook: dict[str, Any]) -> None:
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)  # as Jupyter saves it
    text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(partial, path.stat().st_mode & 0o777)
        os.replace(partial, path)
    except BaseException:
        os.unlink(partial)
        raise
