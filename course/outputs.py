"""Committed outputs: written back from a run, and stamped with a hash of what made them."""

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course.errors import CourseError
from course.failure import tags
from course.files import write_text
from course.inputs import Inputs, find_inputs
from course.key import hash_makers, installed
from course.notebook import read_notebook
from course.settings import Course, Lesson

STAMP = "course"  # the key in a notebook's metadata
NOTED = ("torch", "tensorflow", "keras", "numpy")  # versions, for information only
LIMIT = 500_000  # bytes of a notebook


def outputs_problem(
    notebook: Mapping[str, Any], size: int, inputs: Inputs
) -> tuple[str, str, str] | None:
    """Return what is wrong with committed outputs, the value seen and the remedy, or None.

    They have to be those of the code and its `inputs`, which `find_inputs` returns, and to leave
    the notebook small: `size` is in bytes. A notebook without any has none that are stale.
    """
    remedy = "course run --save"
    stamp = notebook["metadata"].get(STAMP, {}).get("made-by")
    if stamp is None and not any(cell.get("outputs") for cell in notebook["cells"]):
        return None
    if stamp is None:
        return "its outputs are not from a run of the course", "no stamp", remedy
    if stamp != (now := hash_makers(notebook, inputs)):
        return "outputs of other code than that beside them", f"{stamp}, now {now}", remedy
    if size > LIMIT:
        return f"larger than {LIMIT} bytes", str(size), "show less, or smaller plots"
    return None


def save_outputs(source: Path, executed: Path, course: Course, lesson: Lesson) -> None:
    """Write the outputs of `executed` into the notebook `source` of a lesson, and stamp them.

    Everything of one machine or one moment is left out: times, versions in the metadata of cells,
    and the cell that papermill injects. The file is replaced at once or not at all.

    Raises:
        CourseError: the code cells of the two differ.
    """
    notebook, run = read_notebook(source), read_notebook(executed)
    changed = changed_code(notebook, run)
    if changed is not None:
        raise CourseError(f"{source.name}: cell {changed} changed during the run; run again")
    insert_outputs(notebook, take_outputs(run))
    noted = {name: installed(name) for name in NOTED}
    made_by = hash_makers(notebook, find_inputs(course, lesson, notebook))
    notebook["metadata"][STAMP] = {"made-by": made_by, "versions": noted}
    write_notebook(source, notebook)


def changed_code(notebook: Mapping[str, Any], executed: Mapping[str, Any]) -> str | None:
    """Return the id of the first code cell that is not as it was executed, or None."""
    made = {cell["id"]: cell["source"] for cell in executed["cells"]}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and made.get(cell["id"]) != cell["source"]:
            return cell["id"]
    return None


def take_outputs(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return the outputs of an executed notebook by cell id, without what is of one moment."""
    return {
        cell["id"]: [_clean(output) for output in cell["outputs"]]
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    }


def _clean(output: dict[str, Any]) -> dict[str, Any]:
    output = copy.deepcopy(output)
    if "execution_count" in output:
        output["execution_count"] = None
    if "metadata" in output:  # of a picture the size in which it is to be shown
        kept = output["metadata"].items()
        output["metadata"] = {key: value for key, value in kept if key in output.get("data", {})}
    return output


def insert_outputs(notebook: dict[str, Any], outputs: Mapping[str, Any]) -> None:
    """Give the code cells of a notebook the outputs of their ids, counted anew."""
    count = 0
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        count += 1
        cell["execution_count"] = count
        cell["outputs"] = copy.deepcopy(outputs[cell["id"]])
        for output in cell["outputs"]:
            if "execution_count" in output:
                output["execution_count"] = count


def insert_parameters(notebook: dict[str, Any], parameters: Mapping[str, Any]) -> None:
    """Show in an executed notebook the parameters that it was given, behind its own."""
    source = "# Parameters of this run\n"
    source += "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    cell = {
        "cell_type": "code", "execution_count": None, "id": "injected-parameters",
        "metadata": {"tags": ["injected-parameters"]}, "outputs": [], "source": source,
    }  # fmt: skip
    cells = notebook["cells"]
    tagged = [n for n, one in enumerate(cells) if "parameters" in tags(one)]
    cells.insert(tagged[0] + 1 if tagged else 0, cell)


def write_notebook(path: Path, notebook: dict[str, Any]) -> None:
    """Write a notebook as Jupyter does, at once or not at all."""
    cells = [
        {**cell, "source": cell["source"].splitlines(keepends=True)} for cell in notebook["cells"]
    ]
    text = json.dumps({**notebook, "cells": cells}, indent=1, ensure_ascii=False, sort_keys=True)
    write_text(path, text + "\n")


def picture_kinds(cell: Mapping[str, Any]) -> list[str]:
    """Return the MIME types of the pictures in the outputs of a cell, each once."""
    kinds = {kind for output in cell.get("outputs", ()) for kind in output.get("data", {})}
    return sorted(kind for kind in kinds if kind.startswith("image/"))


def text_of(outputs: list[dict[str, Any]]) -> str:
    """Return what outputs say in words: streams, values and errors, and no pictures."""
    parts = []
    for output in outputs:
        text = output.get("text", output.get("data", {}).get("text/plain", output.get("evalue")))
        parts.append(text if isinstance(text, str) else "".join(text or ()))
    return "".join(parts)


def differing(outputs: Mapping[str, Any], others: Mapping[str, Any]) -> list[str]:
    """Return the ids of the cells whose outputs differ in their text between two runs."""
    return [
        cell_id
        for cell_id, found in outputs.items()
        if text_of(found) != text_of(others.get(cell_id, []))
    ]
