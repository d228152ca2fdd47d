"""A pytest plugin for the kernels that nbval starts.

    python -m pytest -p tests.kernels --nbval-lax notebooks

They talk over sockets in a folder of their own: over TCP, kernels that start at the same time pick
the same port now and then, and one dies of it. And a notebook of one framework finds the packages
of no other, as where these are not installed.
"""

import itertools
import os
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

import nbval.kernel
from jupyter_client.manager import KernelManager
from nbval.plugin import IPyNbFile

from course.formats.course_toml import load_course
from course.formats.settings import Framework
from tests.fixtures.apart import hide

COURSE = load_course(Path(__file__).parents[1])
# Unix allows 107 bytes for the path of a socket, so the folder is not the home's.
FOLDER = tempfile.TemporaryDirectory(prefix="nbval-")
NUMBERS = itertools.count()


def kernel_manager(**options: Any) -> KernelManager:
    """Return a manager of a kernel with sockets of its own."""
    path = os.path.join(FOLDER.name, str(next(NUMBERS)))
    return KernelManager(transport="ipc", ip=path, **options)


def setup(notebook: IPyNbFile, start: Any = IPyNbFile.setup) -> None:
    """Start the kernel of a notebook where the frameworks of others are hidden."""
    framework = framework_of(notebook.path)
    with mock.patch.dict(os.environ, hide(COURSE, framework, Path(FOLDER.name))):
        start(notebook)


def framework_of(path: Path) -> Framework:
    """Return the framework of a notebook, which its name ends in."""
    return next(one for one in COURSE.frameworks if path.stem.endswith(f"-{one.id}"))


nbval.kernel.KernelManager = kernel_manager
IPyNbFile.setup = setup
