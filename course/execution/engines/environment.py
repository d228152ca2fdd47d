"""The environment that notebooks are executed in: cores, variables, and a clean torchnlp."""

import importlib.metadata
import os
import sys
from importlib.machinery import PathFinder
from pathlib import Path

from course.errors import CourseError

# A kernel computes with one thread, and cores are used by executing several notebooks at a time:
# networks of this size gain nothing from a second thread (benchmarks/README.md), and sums come out
# alike however many notebooks run at once. What the user has set stays, and is part of the key.
THREADS = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")


def count_threads() -> str:
    """Return how many threads a kernel computes with, as the variables say it."""
    return os.environ.get("OMP_NUM_THREADS") or "1"


# TensorFlow's native code logs a process number and the time when it is imported, whatever its log
# level. Left uncaptured, such lines go to the run's log and no output differs from run to run;
# Python's own stdout and stderr are captured all the same.
KERNEL_CONFIG = "c.IPKernelApp.capture_fd_output = False\n"
GUARD = Path(__file__).with_name("guard.py")  # joins it, and works in any environment so


def kernel_environment(scratch: Path) -> dict[str, str]:
    """Return the variables that a notebook is executed with.

    The settings and start-up files of the user's IPython do not take part: `scratch` is a folder
    for the kernel's own. Its path should be short, because the sockets of the kernel lie there and
    Unix allows them 107 bytes.
    """
    profile = scratch / "ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    config = f"{KERNEL_CONFIG}\n{GUARD.read_text(encoding='utf-8')}\nwatch()\n"
    (profile / "ipython_kernel_config.py").write_text(config, encoding="utf-8")
    threads = {name: count_threads() for name in THREADS}
    environment = {
        **threads,
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",  # else a kernel takes all memory of a GPU at once
        **os.environ,
        "IPYTHONDIR": str(profile.parent),
        "JUPYTER_RUNTIME_DIR": str(scratch),  # connection files and sockets go with the run
        "JUPYTER_PREFER_ENV_PATH": "1",  # the kernel of this environment, not of the home
        "PYTHONHASHSEED": "0",  # the order of sets is part of a run's outputs
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # the debugger's warning at the kernel's start
        "TF_CPP_MIN_LOG_LEVEL": "2",  # the log of a failure holds warnings and errors only
    }
    environment.pop("MPLBACKEND", None)  # plots belong into the notebook
    if environment.get("TORCHNLP_DATA"):  # a kernel has another current folder
        environment["TORCHNLP_DATA"] = str(Path(environment["TORCHNLP_DATA"]).resolve())
    return environment


def check_torchnlp(root: Path) -> None:
    """Refuse an environment where `import torchnlp` finds another distribution than the course's.

    The course's torchnlp is a module, and a package of the name anywhere wins over it.

    Raises:
        CourseError: names the other one, and how to be rid of it.
    """
    if not (root / "torchnlp.py").is_file():
        return
    # The first entry is this command's own folder, which no kernel looks into.
    spec = PathFinder.find_spec("torchnlp", sys.path[1:])
    package = bool(spec and spec.submodule_search_locations)
    if package or _is_installed("pytorch-nlp"):
        where = f" in {Path(spec.origin or '?').parent}" if package and spec else ""
        raise CourseError(
            f"'import torchnlp' finds the unrelated package pytorch-nlp{where};"
            f" remove it: {sys.executable} -m pip uninstall pytorch-nlp"
        )


def _is_installed(distribution: str) -> bool:
    try:
        importlib.metadata.distribution(distribution)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
