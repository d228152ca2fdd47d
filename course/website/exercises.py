"""The exercises of a notebook, and which of them a page can run, in plain Python.

Consecutive code cells tagged `exercise` are one exercise. It stands alone if its code needs nothing
that earlier cells have defined, and no package; others are for Colab and Binder.
"""

import ast
import builtins
import symtable
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from course.dependencies.origins import global_names
from course.formats.notebook import tags

EXERCISE = "exercise"  # the tag of its cells
PRESENT = frozenset((*dir(builtins), "__name__"))


@dataclass
class Exercise:
    """An exercise: the ids of its cells, and whether it stands alone."""

    cells: list[str] = field(default_factory=list)
    alone: bool = False


def find_exercises(cells: Sequence[Mapping[str, Any]]) -> list[Exercise]:
    """Return the exercises of a notebook, in their order."""
    found: list[Exercise] = []
    sources: list[str] = []
    for cell in [*cells, {"cell_type": "markdown"}]:
        if cell["cell_type"] == "code" and EXERCISE in tags(cell):
            if not sources:
                found.append(Exercise())
            found[-1].cells.append(cell["id"])
            sources.append(cell["source"])
        elif sources:
            found[-1].alone = stands_alone("\n".join(sources))
            sources.clear()
    return found


def stands_alone(code: str) -> bool:
    """Return whether code needs no other code, and only the standard library.

    >>> stands_alone("import math"), stands_alone("import numpy"), stands_alone("fit()")
    (True, False, False)
    """
    try:
        table = symtable.symtable(code, EXERCISE, "exec")
    except (SyntaxError, ValueError):
        return False
    read, stored = global_names(table)
    return read <= stored | PRESENT and all(map(is_standard, imports(code)))


def imports(code: str) -> Iterator[str]:
    """Yield the names of the modules that code imports."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def is_standard(module: str) -> bool:
    """Return whether a module is of the standard library."""
    return module.partition(".")[0] in sys.stdlib_module_names
