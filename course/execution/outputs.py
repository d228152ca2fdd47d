"""Committed outputs: written back from a run, and stamped with a hash of their inputs."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course.dependencies.inputs import find_inputs
from course.dependencies.stamp import STAMP, hash_dependencies
from course.errors import CourseError
from course.formats.notebook import read_notebook, tags, text_of, write_notebook
from course.formats.settings import Course, Lesson
from course.machine import installed


def save_outputs(source: Path, executed: Path, course: Course, lesson: Lesson) -> None:
    """Write the outputs of `executed` into the notebook `source` of a lesson, and stamp them.

    Everything specific to a machine or a moment is left out: times, versions in the metadata of
    cells, and the cell that papermill injects. The file is replaced at once or not at all.

    Raises:
        CourseError: the code cells of the two differ.
    """
    notebook, run = read_notebook(source), read_notebook(executed)
    changed = changed_code(notebook, run)
    if changed is not None:
        raise CourseError(f"{source.name}: cell {changed} changed during the run; run again")
    insert_outputs(notebook, take_outputs(run))
    versions = {name: installed(name) for name in course.distributions}  # for information only
    made_by = hash_dependencies(notebook, find_inputs(course, lesson, notebook))
    notebook["metadata"][STAMP] = {"made-by": made_by, "versions": versions}
    write_notebook(source, notebook)


def changed_code(notebook: Mapping[str, Any], executed: Mapping[str, Any]) -> str | None:
    """Return the id of the first code cell whose source is not the executed one, or None."""
    sources = {cell["id"]: cell["source"] for cell in executed["cells"]}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and sources.get(cell["id"]) != cell["source"]:
            changed: str = cell["id"]
            return changed
    return None


def take_outputs(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return the outputs of an executed notebook by cell id, without counts and metadata."""
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
    """Insert outputs into the code cells of a notebook by id, and renumber the executions."""
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
    """Insert a cell with the parameters of the run behind the notebook's own parameters."""
    source = "# Parameters of this run\n"
    source += "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    injected: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "id": "injected-parameters",
        "metadata": {"tags": ["injected-parameters"]},
        "outputs": [],
        "source": source,
    }
    cells = notebook["cells"]
    tagged = [n for n, cell in enumerate(cells) if "parameters" in tags(cell)]
    cells.insert(tagged[0] + 1 if tagged else 0, injected)


def differing(outputs: Mapping[str, Any], others: Mapping[str, Any]) -> list[str]:
    """Return the ids of the cells whose outputs differ in their text."""
    return [
        cell_id
        for cell_id, found in outputs.items()
        if text_of(found) != text_of(others.get(cell_id, []))
    ]
