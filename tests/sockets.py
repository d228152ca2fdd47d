"""A pytest plugin: the kernels that nbval starts talk over sockets in a folder of their own.

Over TCP, kernels that start at the same time pick the same port now and then, and one dies of it.

    python -m pytest -p tests.sockets --nbval-lax notebooks
"""

import itertools
import os
import tempfile
from typing import Any

import nbval.kernel
from jupyter_client.manager import KernelManager

# Unix allows 107 bytes for the path of a socket, so the folder is not the home's.
FOLDER = tempfile.TemporaryDirectory(prefix="nbval-")
NUMBERS = itertools.count()


def kernel_manager(**options: Any) -> KernelManager:
    """Return a manager of a kernel with sockets of its own."""
    path = os.path.join(FOLDER.name, str(next(NUMBERS)))
    return KernelManager(transport="ipc", ip=path, **options)


nbval.kernel.KernelManager = kernel_manager
