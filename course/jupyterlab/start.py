"""Start JupyterLab in a workspace, like the command `jupyter lab`."""

import importlib.util
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from course.errors import CourseError, UsageError
from course.formats.settings import Course, Framework, Lesson, Locale

LESSONS, VIEWS = "lessons", "translate"  # folders of the workspace
EXTENSIONS = Path(__file__).with_name("labextension")  # like share/jupyter/labextensions
# jupytext's would wrap our contents manager, which turns each refusal into an error 500.
SERVER_EXTENSIONS = {
    "course.jupyterlab.extension": True,
    "jupyterlab_jupytext": False,
    "jupytext": False,
}
TOGETHER = "jupyter_server_ydoc"  # the extension for real-time collaboration


@dataclass(frozen=True)
class Lab:
    """The settings of a JupyterLab server; port 0 is the first free one from 8888 on.

    It opens with the notebook of `lesson` in `framework`.
    """

    course: Course
    locale: Locale
    lesson: Lesson
    framework: Framework
    workspace: Path
    settings: Path
    translate: bool = False
    port: int = 0
    browser: bool = True
    options: Sequence[str] = ()

    @property
    def folder(self) -> Path:
        """The root folder of the file browser."""
        return self.workspace / (VIEWS if self.translate else LESSONS)

    @property
    def first(self) -> str:
        """The path of the notebook that it opens with, below the root folder."""
        name = self.course.notebook(self.lesson, self.framework).name
        return f"{self.locale.id}/{name}"

    @property
    def server_settings(self) -> dict[str, Any]:
        """The settings of the web server: what our extension reads from JupyterLab's page."""
        directions = {locale.id: locale.direction for locale in self.course.locales}
        source = self.course.source_locale
        page = {"translate": self.translate, "source": source, "directions": directions}
        return {"page_config_data": {"course": page}}

    def arguments(self) -> list[str]:
        """Return the arguments for `jupyter lab`; the user's own come last and take precedence."""
        arguments = [
            f"--ServerApp.root_dir={self.folder}",
            f"--LabApp.default_url=/lab/tree/{quote(self.first)}",
            f"--LabApp.workspaces_dir={self.settings / 'workspaces'}",  # tabs of this course only
            "--Application.log_level=ERROR",  # the URL is printed at every level
            "--allow-root",  # like all other commands, it runs as its user
            f"--LabApp.extra_labextensions_path={EXTENSIONS}",
            f"--ServerApp.tornado_settings={self.server_settings}",
        ]
        if self.port:
            arguments += [f"--ServerApp.port={self.port}", "--ServerApp.port_retries=0"]
        if not self.browser:
            arguments.append("--no-browser")
        if self.translate:
            arguments += [
                "--ServerApp.contents_manager_class=course.jupyterlab.contents.ViewManager",
                f"--ViewManager.course_dir={self.course.root}",
                f"--ViewManager.locale={self.locale.id}",
                f"--ServerApp.jpserver_extensions={SERVER_EXTENSIONS}",
            ]
        return [*arguments, *self.options]


def check_lab(translate: bool, port: int) -> None:
    """Check that JupyterLab can be started.

    Raises:
        ModuleNotFoundError: it is not installed.
        CourseError: an installed package prevents editing of views.
        UsageError: the port is in use.
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


def start_lab(lab: Lab) -> None:
    """Run JupyterLab until it is stopped."""
    before = os.environ.get("JUPYTER_CONFIG_PATH", "")
    paths = [str(lab.settings), *([before] if before else [])]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(paths)
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(lab.arguments())
