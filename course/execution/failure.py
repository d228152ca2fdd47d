"""The failure of a notebook: its message in one line, and its mark in the notebook."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from course.errors import first_line
from course.formats.notebook import tags
from course.text import ANSI

# The line that raised, as IPython shows it: `----> 5 assert cats > boats`.
ARROW = re.compile(r"^-+> \d+ (?P<code>.*)$", re.MULTILINE)
PAPERMILL = "papermill-error-cell-tag"  # of the two cells that papermill adds, with random ids
FAILED_TAG = "failed"  # of the cell that stopped a notebook
MARK = "course-failed"  # id of the cell that is inserted before it
# Remedies, appended to the messages of exceptions that are not the lesson's own.
REMEDIES = {
    "DeadKernelError": "; killed, perhaps out of memory",
    "NoSuchKernel": "; install it, or name another one with --kernel",
    "ModuleNotFoundError": "; install what the notebook needs (make run does)",
}


@dataclass(frozen=True)
class Failure:
    """The error that stopped a notebook, and the id of the cell where that is known."""

    cell: str | None
    name: str
    message: str

    def __str__(self) -> str:
        """Return it as one line: `cell what-cats-eat: ValueError: too many values to unpack`."""
        return ": ".join(
            part for part in (self.cell and f"cell {self.cell}", self.name, self.message) if part
        )


def read_failure(verdict: Mapping[str, Any] | None, code: int, cell: str | None) -> Failure | None:
    """Return the failure in the verdict of an execution, or None if the notebook was completed.

    A killed process leaves no verdict, only its exit code `code`, and `cell`, the last cell that
    it is known to have started.
    """
    if verdict is None:
        cause = f"was killed (signal {-code})" if code < 0 else f"ended with exit code {code}"
        return Failure(cell, "papermill", f"{cause}; run again")
    name = verdict["error"]
    if name is None:
        return None
    message = first_line(ANSI.sub("", verdict["message"]))
    if not message:
        raised_at = ARROW.search(ANSI.sub("", "\n".join(verdict["traceback"])))
        message = raised_at["code"] if raised_at else ""
    if "No space left" in message or "File too large" in message:
        message += "; make room"
    return Failure(verdict["cell"], name, message + REMEDIES.get(name, ""))


def mark_failure(notebook: dict[str, Any], failure: Failure) -> None:
    """Mark the cell that stopped a notebook: a tag, an error as its output, a line before it.

    After a kill or a timeout papermill leaves no error in the notebook.
    """
    cells = [cell for cell in notebook["cells"] if PAPERMILL not in tags(cell)]
    notebook["cells"] = cells
    place = next((n for n, cell in enumerate(cells) if cell["id"] == failure.cell), None)
    if place is not None:
        cell = cells[place]
        cell["metadata"]["tags"] = [*tags(cell), FAILED_TAG]
        outputs = cell.setdefault("outputs", [])
        if cell["cell_type"] == "code" and not _has_error(outputs):
            error = {"ename": failure.name, "evalue": failure.message, "traceback": [str(failure)]}
            outputs.append({"output_type": "error", **error})
    line = f"**The run stopped here:** <code>{escape(str(failure))}</code>"
    mark = {"cell_type": "markdown", "id": MARK, "metadata": {"tags": [FAILED_TAG]}, "source": line}
    cells.insert(place or 0, mark)


def _has_error(outputs: list[dict[str, Any]]) -> bool:
    return any(output.get("output_type") == "error" for output in outputs)
