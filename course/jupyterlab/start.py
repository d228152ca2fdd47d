"""Starting JupyterLab on a workspace, as the command `jupyter lab` would."""

import importlib.util
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from course.errors import CourseError, UsageError
from course.formats.settings import Course, Locale

LESSONS, VIEWS = "lessons", "translate"  # folders of the workspace
EXTENSIONS = Path(__file__).with_name("labextension")  # a folder as share/jupyter/labextensions is
# jupytext's would put its own contents manager before ours, which makes each refusal an error 500.
SERVER_EXTENSIONS = {
    "course.jupyterlab.extension": True,
    "jupyterlab_jupytext": False,
    "jupytext": False,
}
TOGETHER = "jupyter_server_ydoc"  # what several people edit a notebook at once with


@dataclass(frozen=True)
class Lab:
    """What JupyterLab is to be started with; port 0 is the first free one from 8888 on."""

    course: Course
    locale: Locale
    workspace: Path
    settings: Path
    translate: bool = False
    port: int = 0
    browser: bool = True
    options: Sequence[str] = ()

    @property
    def folder(self) -> Path:
        """The folder that the browser of files shows."""
        return self.workspace / (VIEWS if self.translate else LESSONS)

    def arguments(self) -> list[str]:
        """Return the arguments for `jupyter lab`; the user's own come last and count."""
        made = [
            f"--ServerApp.root_dir={self.folder}",
            f"--LabApp.default_url=/lab/tree/{self.locale.id}",
            f"--LabApp.workspaces_dir={self.settings / 'workspaces'}",  # tabs of this course only
            "--Application.log_level=ERROR",  # the address is told whatever the level
            "--allow-root",  # as every other verb: it runs as whoever calls it, on this machine
        ]
        if self.port:
            made += [f"--ServerApp.port={self.port}", "--ServerApp.port_retries=0"]
        if not self.browser:
            made.append("--no-browser")
        if self.translate:
            made += [
                "--ServerApp.contents_manager_class=course.jupyterlab.contents.ViewManager",
                f"--ViewManager.course_dir={self.course.root}",
                f"--ServerApp.jpserver_extensions={SERVER_EXTENSIONS}",
                f"--LabApp.extra_labextensions_path={EXTENSIONS}",
            ]
        return [*made, *self.options]


def check_lab(translate: bool, port: int) -> None:
    """Make sure that JupyterLab can be started.

    Raises:
        CourseError: it is not installed, or can't be used for views.
        UsageError: the port is taken.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise ModuleNotFoundError("No module named 'jupyterlab'", name="jupyterlab")
    if translate and importlib.util.find_spec(TOGETHER) is not None:
        raise CourseError(
            f"jupyter-collaboration ({TOGETHER}) is installed, and views of translations can't be"
            " edited by several people at once; pip uninstall jupyter-collaboration"
            f" {TOGETHER.replace('_', '-')}, or use an environment without it"
        )
    if port:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise UsageError(f"port {port}: {error.strerror}; name another --port") from None


def start(lab: Lab) -> None:
    """Run JupyterLab until it is stopped."""
    before = os.environ.get("JUPYTER_CONFIG_PATH", "")
    paths = [str(lab.settings), *([before] if before else [])]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(paths)
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(lab.arguments())
