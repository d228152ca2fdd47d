"""Notebook files: reading and writing them, their parameters and their results."""

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.errors import CourseError
from course.files import write_text

RESULTS = re.compile(r"application/vnd\.[\w.-]+\.results\+json")  # the MIME type of results
CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
ID_FORM = "1 to 64 letters, digits, - and _"
CELL_KEYS = {"cell_type", "id", "metadata", "source"}


@dataclass(frozen=True)
class Row:
    """The result of one model: `seconds` of training, `accuracy` (0 to 1) on the test split."""

    model: str
    parameters: int | None
    seconds: float
    accuracy: float
    curve: tuple[float, ...] = ()  # accuracy on the training split after each epoch


def read_notebook(path: Path) -> dict[str, Any]:
    """Read a notebook of format 4.5, with unique cell ids and every source as one string.

    Read as plain JSON, because importing nbformat takes seconds; papermill and the tests validate
    notebooks against the whole schema.

    Raises:
        CourseError: no such file, not UTF-8, not JSON, or not such a notebook; one line.
    """
    try:
        return parse_notebook(path.read_bytes(), path.name)
    except FileNotFoundError:
        raise CourseError(f"{path.name}: no such notebook in {path.parent}") from None
    except OSError as error:
        raise CourseError(f"{path.name}: {error.strerror}") from None


def parse_notebook(content: bytes, name: str) -> dict[str, Any]:
    """Parse the content of a notebook file, as `read_notebook` does; `name` is for messages.

    Raises:
        CourseError: not UTF-8, not JSON, or not such a notebook; one line.
    """
    try:
        notebook: dict[str, Any] = json.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise CourseError(f"{name}: not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}"
        raise CourseError(f"{name}: not JSON: {error.msg} ({at}); restore the file") from None
    except RecursionError:
        raise CourseError(f"{name}: nested too deeply; restore the file") from None
    _check_format(name, notebook)
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])  # a list of lines on disk
    return notebook


def _check_format(name: str, notebook: Any) -> None:
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise CourseError(f"{name}: not a notebook: it has no list 'cells'")
    version = (notebook.get("nbformat"), notebook.get("nbformat_minor"))
    if version[0] != 4 or not isinstance(version[1], int) or version[1] < 5:
        raise CourseError(
            f"{name}: notebook format {version[0]}.{version[1]}, but cells have ids from 4.5 on;"
            " open and save it in JupyterLab"
        )
    seen = set()
    for number, cell in enumerate(notebook["cells"], start=1):
        if not isinstance(cell, dict) or not cell.keys() >= CELL_KEYS:
            raise CourseError(f"{name}: cell {number} lacks one of {', '.join(sorted(CELL_KEYS))}")
        if not isinstance(cell["id"], str) or not CELL_ID.fullmatch(cell["id"]):
            raise CourseError(
                f"{name}: cell {number} has the id {cell['id']!r}; an id is {ID_FORM}"
            )
        lines = cell["source"] if isinstance(cell["source"], list) else [cell["source"]]
        if not all(isinstance(line, str) for line in lines):
            raise CourseError(
                f"{name}: cell {cell['id']}: source is neither a string nor a list of strings"
            )
        if not isinstance(cell["metadata"], dict):
            raise CourseError(f"{name}: cell {cell['id']}: metadata is not an object")
        if cell["id"] in seen:
            raise CourseError(f"{name}: cell {number} has the id {cell['id']!r} of another cell")
        seen.add(cell["id"])


def read_parameters(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return the names that the cell tagged `parameters` assigns, with their values.

    A value that is not a literal is returned as its source.
    """
    found: dict[str, Any] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code" or "parameters" not in cell["metadata"].get("tags", ()):
            continue
        try:
            body = ast.parse(cell["source"]).body
        except SyntaxError:
            continue
        for node in body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", 0)]
            for target in targets:
                if isinstance(target, ast.Name) and getattr(node, "value", None) is not None:
                    found[target.id] = _literal(node.value)
        break  # papermill takes the first such cell
    return found


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return ast.unparse(node)


def read_results(notebook: dict[str, Any]) -> tuple[Row, ...]:
    """Return the rows of the results in the outputs of an executed notebook, in reading order.

    Raises:
        CourseError: a row lacks a value or has an invalid one; names cell id and row.
    """
    rows: list[Row] = []
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            for kind, data in output.get("data", {}).items():
                if RESULTS.fullmatch(kind):
                    rows.extend(_rows(cell["id"], data))
    return tuple(rows)


def _rows(cell_id: str, data: Any) -> list[Row]:
    try:
        return [_row(row) for row in data["rows"]]
    except (KeyError, TypeError, ValueError) as error:
        raise CourseError(
            f"cell {cell_id}: results: {type(error).__name__} {error} in {json.dumps(data):.80};"
            " a row is {model, parameters, seconds, accuracy}"
        ) from None


def _row(row: dict[str, Any]) -> Row:
    parameters = row["parameters"]
    return Row(
        model=str(row["model"]),
        parameters=None if parameters is None else int(parameters),
        seconds=float(row["seconds"]),
        accuracy=float(row["accuracy"]),
        curve=tuple(map(float, row.get("curve", ()))),
    )


def tags(cell: Mapping[str, Any]) -> list[str]:
    """Return the tags of a notebook cell."""
    found = cell["metadata"].get("tags", [])
    return found if isinstance(found, list) else []


def waivers_of(cell: Mapping[str, Any]) -> dict[str, str]:
    """Return the waivers of checks in a notebook cell's metadata: reasons by check code."""
    allow = course_metadata(cell).get("allow", {})
    return {str(code): str(allow[code]) for code in allow} if isinstance(allow, dict) else {}


def course_metadata(cell: Mapping[str, Any]) -> dict[str, Any]:
    """Return the course's own metadata of a notebook cell: waivers and sentences."""
    found = cell["metadata"].get("course")
    return found if isinstance(found, dict) else {}


def write_notebook(path: Path, notebook: dict[str, Any]) -> None:
    """Write a notebook atomically, in the layout that Jupyter writes."""
    cells = [
        {**cell, "source": cell["source"].splitlines(keepends=True)} for cell in notebook["cells"]
    ]
    text = json.dumps({**notebook, "cells": cells}, indent=1, ensure_ascii=False, sort_keys=True)
    write_text(path, text + "\n")


def picture_kinds(cell: Mapping[str, Any]) -> list[str]:
    """Return the MIME types of the pictures in the outputs of a cell, unique and sorted."""
    kinds = {kind for output in cell.get("outputs", ()) for kind in output.get("data", {})}
    return sorted(kind for kind in kinds if kind.startswith("image/"))


def text_of(outputs: list[dict[str, Any]]) -> str:
    """Return the text of outputs: streams, values as plain text, and messages of errors."""
    parts = []
    for output in outputs:
        text = output.get("text", output.get("data", {}).get("text/plain", output.get("evalue")))
        parts.append(text if isinstance(text, str) else "".join(text or ()))
    return "".join(parts)
