"""The exercises of a notebook, and which of them a page can run, in plain Python.

Consecutive code cells tagged `exercise` are one exercise. If the first is `plain-python` too,
it needs nothing that earlier cells have defined, and no package; others are for Colab and Binder.
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

EXERCISE, PLAIN = "exercise", "plain-python"  # tags
PRESENT = frozenset((*dir(builtins), "__name__"))


@dataclass
class Exercise:
    """An exercise: the ids of its cells, their code, and whether a page can run it."""

    cells: list[str] = field(default_factory=list)
    code: str = ""
    plain: bool = False


def find_exercises(cells: Sequence[Mapping[str, Any]]) -> list[Exercise]:
    """Return the exercises of a notebook, in their order.

    Raises:
        ValueError: one that a page should run can't run there; names its first cell.
    """
    found: list[Exercise] = []
    inside = False
    for cell in cells:
        if cell["cell_type"] != "code" or EXERCISE not in tags(cell):
            inside = False
            continue
        if not inside:
            found.append(Exercise(plain=PLAIN in tags(cell)))
        found[-1].cells.append(cell["id"])
        found[-1].code += cell["source"] + "\n"
        inside = True
    for exercise in found:
        if exercise.plain and (needed := sorted(needs(exercise.code))):
            raise ValueError(
                f"cell {exercise.cells[0]}: tagged {PLAIN}, but needs {needed[0]}, which a page"
                " does not have; write it without, or remove the tag"
            )
    return found


def needs(code: str) -> set[str]:
    """Return what code needs beside itself and the standard library: names, and modules.

    >>> needs("import math, boats; sail(math.pi)") == {"boats", "sail"}
    True
    """
    try:
        read, stored = global_names(symtable.symtable(code, EXERCISE, "exec"))
    except (SyntaxError, ValueError) as error:
        return {f"other code ({error})"}
    return {*(read - stored - PRESENT), *(name for name in imports(code) if not is_standard(name))}


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
