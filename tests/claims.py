"""Tests of a lesson's claims: each holds with numbers as measured, and fails when it is denied.

No network is trained: a cell that proves a sentence is executed with numbers in place of the
networks, first those that the sentence is about, then those of an untrained network or of a rival.
"""

import ast
import builtins
import io
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from unittest.mock import MagicMock

import nbformat
import numpy as np
import pytest

from tests.fixtures.scripts import load_script
from torchnlp import tokenize

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def code_cells(lesson, only_claims=False):
    """Return the code of a lesson's notebooks by (framework, cell id)."""
    return {
        (path.stem.rpartition("-")[2], cell.id): cell.source
        for path in sorted(NOTEBOOKS.glob(f"{lesson}-*.ipynb"))
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code"
        and ("claim" in cell.metadata.get("tags", ()) or not only_claims)
    }


def imports_of(framework):
    """Return what the cells of a framework find imported; skip the test where it is not there."""
    if framework == "python":
        return {"np": np}
    if framework == "pytorch":
        torch = pytest.importorskip("torch")
        return {"np": np, "torch": torch, "nn": torch.nn, "device": "cpu"}
    keras, tf = pytest.importorskip("keras"), pytest.importorskip("tensorflow")
    return {"np": np, "keras": keras, "layers": keras.layers, "tf": tf, "cache": cache}


def benchmark_row(name, short, monkeypatch, capsys):
    """Return the row of the variant `short` that a benchmark of a lesson prints, and the benchmark.

    Each of its variants has to find in the cells what it replaces, and to be code.
    """
    pytest.importorskip("torch")
    monkeypatch.syspath_prepend(BENCHMARKS)
    bench = load_script(BENCHMARKS / f"{name}.py")
    monkeypatch.setattr(bench, "VARIANTS", bench.VARIANTS | {"short": short})
    for variant in bench.VARIANTS:
        compile(bench.lesson(variant, 1), variant, "exec")
    assert bench.main(["--seeds", "1", "--only", "short"]) == 0
    return capsys.readouterr().out.splitlines()[-1], bench


def execute(source, given):
    """Execute a cell with what is `given`; any other name is a stand-in. Return what it prints."""
    names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    space = {name: MagicMock() for name in names if not hasattr(builtins, name)}
    space |= {"np": np, "tokenize": tokenize, "seed": 0} | given
    said = io.StringIO()
    with redirect_stdout(said):
        exec(source, space)
    return said.getvalue()


def claim_tests(lesson, cases):
    """Return the three tests of a lesson's claims, for its test module to keep under `test_` names.

    `cases` has, by cell id, what a claim cell sees when its sentence holds, and a dictionary of
    what it sees when the sentence is denied; each may be a function of the framework.
    """
    cells = code_cells(lesson, only_claims=True)
    claims = [pytest.param(*claim, id="-".join(claim)) for claim in sorted(cells)]
    denials = [
        pytest.param(framework, id_, denial, id=f"{framework}-{id_}-{denial.replace(' ', '-')}")
        for framework, id_ in sorted(cells)
        for denial in cases.get(id_, ((), {}))[1]
    ]

    def given(case, framework):
        return case(framework) if callable(case) else case

    def every_claim_has_a_case():
        """No claim is left untested, and no case outlives its claim."""
        assert {id_ for _, id_ in cells} == set(cases)

    @pytest.mark.filterwarnings("ignore::DeprecationWarning")  # TensorFlow's own imports
    @pytest.mark.parametrize(("framework", "id_"), claims)
    def a_claim_holds(framework, id_):
        """It passes with what it is about, and shows the numbers that its sentence rests on."""
        said = execute(cells[framework, id_], given(cases[id_][0], framework))
        assert any(character.isdigit() for character in said)

    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    @pytest.mark.parametrize(("framework", "id_", "denial"), denials)
    def a_claim_can_fail(framework, id_, denial):
        """An untrained model, or a rival in its place, is noticed."""
        with pytest.raises(AssertionError):
            execute(cells[framework, id_], given(cases[id_][1][denial], framework))

    return every_claim_has_a_case, a_claim_holds, a_claim_can_fail
