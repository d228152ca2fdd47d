"""Stamps of committed outputs: a hash of what made them."""

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


def hash_makers(notebook: Mapping[str, Any], inputs: Inputs) -> str:
    """Return a hash of what the committed outputs of a notebook follow from: 16 hex digits.

    That is the code of its cells, its parameters among them, and the inputs of `find_inputs`.
    """
    digest = hashlib.sha256()
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            digest.update(json.dumps([cell["id"], cell["source"]]).encode())
    digest.update(json.dumps(inputs, sort_keys=True).encode())
    return digest.hexdigest()[:16]
