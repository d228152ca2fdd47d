"""Notebooks as files: reading them, their parameters, their results and what stopped them."""

import json
import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.errors import CourseError, first_line

RESULTS_MIME = "application/vnd.nlp-course.results+json"
CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
ID_FORM = "1 to 64 letters, digits, - and _"
CELL_KEYS = {"cell_type", "id", "metadata", "source"}
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
# The last line of a traceback: `nbclient.exceptions.DeadKernelError: Kernel died`.
RAISED = re.compile(r"^(?:\w+\.)*(?P<name>[A-Z]\w*)(?:: (?P<message>.*))?$", re.MULTILINE)

# The line that raised, as IPython shows it: `----> 5 assert lstm > rnn`.
ARROW = re.compile(r"^-+> \d+ (?P<code>.*)$", re.MULTILINE)
# What ends a cell from outside, and what there is to add to its message.
STOPPED = {"DeadKernelError": "; killed, perhaps out of memory", "CellTimeoutError": ""}


@dataclass(frozen=True)
class Row:
    """What one model of a lesson came to; `seconds` of training, `accuracy` on the test split."""

    model: str
    parameters: int | None
    seconds: float
    accuracy: float


@dataclass(frozen=True)
class Failure:
    """What stopped a notebook, and the id of the cell where that is known."""

    cell: str | None
    name: str
    message: str

    def __str__(self) -> str:
        """Return it as one line: `cell lstm-gates: ValueError: too many values to unpack`."""
        return ": ".join(
            part for part in (self.cell and f"cell {self.cell}", self.name, self.message) if part
        )


def read_notebook(path: Path) -> dict[str, Any]:
    """Read a notebook of format 4.5, with unique cell ids and every source as one text.

    Read as plain JSON, because importing nbformat takes seconds; papermill and the tests hold
    notebooks against the whole schema.

    Raises:
        CourseError: no such file, not UTF-8, not JSON, or not such a notebook; one line.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CourseError(f"{path.name}: no such notebook in {path.parent}") from None
    except OSError as error:
        raise CourseError(f"{path.name}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise CourseError(f"{path.name}: not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}"
        raise CourseError(f"{path.name}: not JSON: {error.msg} ({at}); restore the file") from None
    except RecursionError:
        raise CourseError(f"{path.name}: nested too deeply; restore the file") from None
    _check_format(path.name, notebook)
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
            raise CourseError(f"{name}: cell {cell['id']}: source is no text and no list of texts")
        if not isinstance(cell["metadata"], dict):
            raise CourseError(f"{name}: cell {cell['id']}: metadata is no object")
        if cell["id"] in seen:
            raise CourseError(f"{name}: cell {number} has the id {cell['id']!r} of another cell")
        seen.add(cell["id"])


def read_parameters(path: Path) -> list[str]:
    """Return the names that the notebook's cell tagged `parameters` assigns."""
    # Imported here because it takes seconds, and most calls never come this way.
    import papermill

    # It warns of a notebook without such a cell; the empty list says so already.
    logging.getLogger("papermill").setLevel(logging.ERROR)
    return list(papermill.inspect_notebook(path))


def read_results(path: Path) -> tuple[Row, ...]:
    """Return the rows that an executed notebook shows as `RESULTS_MIME`, in reading order.

    Raises:
        CourseError: a row lacks a value or has a wrong one; names notebook, cell id and row.
    """
    rows: list[Row] = []
    for cell in read_notebook(path)["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {}).get(RESULTS_MIME)
            if data is not None:
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
    )


def find_failure(path: Path, log: str) -> Failure:
    """Say what stopped the notebook that papermill left at `path` with the messages `log`.

    A cell that raised holds its error. A dead kernel and a timeout leave none, or a misleading
    one, and papermill marks every cell as completed: then it is the last cell that was started.
    """
    try:
        cells = read_notebook(path)["cells"]
    except CourseError:
        cells = []
    name, message = _raised(log)
    if name not in STOPPED:
        for cell in cells:
            for output in cell.get("outputs", ()):
                if output["output_type"] == "error":
                    return Failure(cell["id"], output["ename"], _message(output))
    started = [
        cell["id"] for cell in cells if cell["metadata"].get("papermill", {}).get("start_time")
    ]
    return Failure(started[-1] if started else None, name, message + STOPPED.get(name, ""))


def _message(error: dict[str, Any]) -> str:
    """Return the first line of an error's message, or else the line of code that raised it."""
    message = first_line(ANSI.sub("", error["evalue"]))
    if message:
        return message
    raised_at = ARROW.search(ANSI.sub("", "\n".join(error["traceback"])))
    return raised_at["code"] if raised_at else ""


def _raised(log: str) -> tuple[str, str]:
    """Return name and first line of the last exception in a traceback."""
    found = list(RAISED.finditer(ANSI.sub("", log)))
    errors = [match for match in found if match["name"].endswith(("Error", "Exception", "Kernel"))]
    if not errors:
        return "papermill failed", first_line(log)
    return errors[-1]["name"], errors[-1]["message"] or ""
