"""Stamps of committed outputs: a hash of the code and the inputs that they depend on."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from course.dependencies.inputs import Inputs

STAMP = "course"  # the key in a notebook's metadata
LIMIT = 500_000  # bytes of a notebook


def outputs_problem(
    notebook: Mapping[str, Any], size: int, inputs: Inputs
) -> tuple[str, str, str] | None:
    """Return the problem with committed outputs, the value found and the remedy, or None.

    The outputs have to be from this code and its `inputs`, which `find_inputs` returns, and the
    notebook small: `size` is in bytes. A notebook without outputs has no problem.
    """
    remedy = "course run --save"
    stamp = notebook["metadata"].get(STAMP, {}).get("made-by")
    if stamp is None and not any(cell.get("outputs") for cell in notebook["cells"]):
        return None
    if stamp is None:
        return "its outputs are not from a run of the course", "no stamp", remedy
    if stamp != (now := hash_dependencies(notebook, inputs)):
        return "outputs of other code than that beside them", f"{stamp}, now {now}", remedy
    if size > LIMIT:
        return f"larger than {LIMIT} bytes", str(size), "show less, or smaller plots"
    return None


def hash_dependencies(notebook: Mapping[str, Any], inputs: Inputs) -> str:
    """Return the hash of what the outputs of a notebook depend on: 16 hex digits.

    This is the code of its cells, with its parameters, and the inputs of `find_inputs`.
    """
    digest = hashlib.sha256()
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            digest.update(json.dumps([cell["id"], cell["source"]]).encode())
    digest.update(json.dumps(inputs, sort_keys=True).encode())
    return digest.hexdigest()[:16]
