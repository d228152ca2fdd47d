"""What the tests of claims share: the claim cells of a lesson, and a way to execute one alone.

No network is trained: a cell that proves a sentence is executed with numbers in place of the
networks, first those that the sentence is about, then those of an untrained network or of a rival.
"""

import ast
import builtins
import io
from contextlib import redirect_stdout
from pathlib import Path
from unittest.mock import MagicMock

import nbformat
import numpy as np

from torchnlp import tokenize

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def code_cells(lesson, only_claims=False):
    """Return the code of a lesson's notebooks by (framework, cell id)."""
    return {
        (path.stem.rpartition("-")[2], cell.id): cell.source
        for path in sorted(NOTEBOOKS.glob(f"{lesson}-*.ipynb"))
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code"
        and ("claim" in cell.metadata.get("tags", ()) or not only_claims)
    }


def execute(source, given):
    """Execute a cell with what is `given`; any other name is a stand-in. Return what it prints."""
    names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    space = {name: MagicMock() for name in names if not hasattr(builtins, name)}
    space |= {"np": np, "tokenize": tokenize, "seed": 0} | given
    said = io.StringIO()
    with redirect_stdout(said):
        exec(source, space)
    return said.getvalue()
