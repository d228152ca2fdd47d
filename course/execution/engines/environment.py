"""The environment that notebooks are executed in: environment variables and modules."""

import importlib.metadata
import os
import sys
from importlib.machinery import PathFinder
from pathlib import Path

from course.dependencies.inputs import find_files
from course.errors import CourseError
from course.formats.settings import Course, Framework

# A kernel computes with one thread, and cores are used by executing several notebooks at a time:
# networks of this size gain nothing from a second thread (benchmarks/README.md), and sums come out
# alike however many notebooks run at once. A value set by the user stays, and is part of the key.
THREADS = "OMP_NUM_THREADS"


def count_threads() -> str:
    """Return the number of threads of a kernel, as the environment variable holds it."""
    return os.environ.get(THREADS) or "1"


# Native code of a framework may log a process number and the time when it is imported, whatever its
# log level. Left uncaptured, such lines go to the run's log and no output differs from run to run;
# Python's own stdout and stderr are captured all the same.
KERNEL_CONFIG = "c.IPKernelApp.capture_fd_output = False\n"
GUARD = Path(__file__).with_name("guard.py")  # appended to it, so that it works in any environment


def kernel_environment(scratch: Path) -> dict[str, str]:
    """Return the variables that a notebook is executed with.

    The settings and start-up files of the user's IPython are not read: `scratch` is a folder for
    the kernel's own. Its path should be short, because the sockets of the kernel lie there and
    Unix allows them 107 bytes.
    """
    profile = scratch / "ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    config = f"{KERNEL_CONFIG}\n{GUARD.read_text(encoding='utf-8')}\nwatch()\n"
    (profile / "ipython_kernel_config.py").write_text(config, encoding="utf-8")
    environment = {
        **os.environ,
        THREADS: count_threads(),
        "IPYTHONDIR": str(profile.parent),
        "JUPYTER_RUNTIME_DIR": str(scratch),  # connection files and sockets go with the run
        "JUPYTER_PREFER_ENV_PATH": "1",  # the kernel of this environment, not of the home
        "PYTHONHASHSEED": "0",  # the order of sets is part of a run's outputs
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # the debugger's warning at the kernel's start
    }
    environment.pop("MPLBACKEND", None)  # plots belong in the notebook
    return environment


def course_variables(course: Course, framework: Framework) -> dict[str, str]:
    """Return the environment variables for the notebooks of a framework.

    Those of course.toml that the user has not set, and the folders of data as absolute paths, since
    a kernel has another current folder.
    """
    variables = {
        name: value.replace("{threads}", count_threads())
        for name, value in framework.environment
        if name not in os.environ
    }
    patterns = [pattern for patterns in course.data.values() for pattern in patterns]
    for name in {pattern[1:].partition("/")[0] for pattern in patterns if pattern[:1] == "$"}:
        if os.environ.get(name):
            variables[name] = str(Path(os.environ[name]).resolve())
    return variables


def check_modules(course: Course) -> None:
    """Refuse an environment where a module of the course is hidden by a package of its name.

    A notebook finds the modules among the `files` of course.toml by their names, and a package of
    such a name, wherever it is installed, takes precedence over a module.

    Raises:
        CourseError: names the package, and the command that removes its distribution.
    """
    for path in find_files(course.root, course.files):
        # The first entry is this command's own folder, which no kernel looks into.
        spec = PathFinder.find_spec(path.stem, sys.path[1:]) if path.parent == course.root else None
        if path.suffix != ".py" or spec is None or not spec.submodule_search_locations:
            continue
        where = next(iter(spec.submodule_search_locations))
        owners = importlib.metadata.packages_distributions().get(path.stem, [])
        remedy = f": {sys.executable} -m pip uninstall {' '.join(owners)}" if owners else ""
        raise CourseError(
            f"'import {path.stem}' finds the package {where}, and not the course's module;"
            f" remove it{remedy}"
        )
