"""Notebooks opened on Colab and on Binder, from a repository on GitHub.

Binder builds the repository (`.binder/`), translated notebooks included. Colab opens single
notebooks, so those of the site's published branch are made for it: a first cell installs the
course with what its framework needs, and pictures have whole addresses.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from course.formats.notebook import parse_notebook
from course.formats.settings import Course, Framework

BRANCH = "main"  # of the sources
PUBLISHED = "gh-pages"  # the branch that holds the built site
FOLDER = "colab"
PICTURE = re.compile(r"(!\[[^\]]*\]\()(images/)")


def at_home(course: Course, environ: Mapping[str, str]) -> Course:
    """Return the course with the addresses of the repository that builds it, where CI tells them.

    A fork, or a new home, so leads to itself. Its site is where GitHub publishes it by itself.
    """
    owner, _, name = environ.get("GITHUB_REPOSITORY", "").partition("/")
    repository = f"https://github.com/{owner}/{name}"
    if not name or repository.lower() == course.repository.lower():
        return course
    host = f"{owner.lower()}.github.io"
    site = f"https://{host}" if name.lower() == host else f"https://{host}/{name}"
    return replace(course, repository=repository, site=site)


def colab_address(repository: str, locale: str, notebook: str) -> str:
    """Return where Colab opens a notebook of the published site."""
    place = repository.removeprefix("https://github.com/")
    path = quote(f"{locale}/{FOLDER}/{notebook}")
    return f"https://colab.research.google.com/github/{place}/blob/{PUBLISHED}/{path}"


def binder_address(repository: str, locale: str, notebook: str = "") -> str:
    """Return where Binder opens a notebook, or the folder of a locale, in JupyterLab."""
    place = repository.removeprefix("https://github.com/")
    path = quote("/".join(filter(None, ("build/notebooks", locale, notebook))), safe="")
    return f"https://mybinder.org/v2/gh/{place}/{BRANCH}?labpath={path}"


def new_file_address(repository: str, path: PurePath) -> str:
    """Return where GitHub offers to write a file that is not there yet."""
    return f"{repository}/new/{BRANCH}/{quote(path.parent.as_posix())}?filename={quote(path.name)}"


def requirement(course: Course, framework: Framework) -> str:
    """Return what pip installs the course by, from its repository, for notebooks of a framework.

    That is an extra of the framework's id, where the course's pyproject.toml has one.
    """
    address = f"git+{course.repository}"
    path = course.root / "pyproject.toml"
    project = tomllib.loads(path.read_text("utf-8")).get("project", {}) if path.is_file() else {}
    if framework.id in project.get("optional-dependencies", {}):
        return f'"{project["name"]}[{framework.id}] @ {address}"'
    return address


def colab_notebook(content: bytes, course: Course, framework: Framework) -> bytes:
    """Return a built notebook as Colab can run it alone; its other cells stay as they are."""
    notebook = parse_notebook(content, "notebook")
    pictures = f"{course.repository}/raw/{BRANCH}/notebooks/images/"
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = PICTURE.sub(rf"\1{pictures}", cell["source"])
    taken = {cell["id"] for cell in notebook["cells"]}
    name = next(
        f"colab{mark}" for mark in ("", *range(len(taken) + 1)) if f"colab{mark}" not in taken
    )
    first: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {},
        "outputs": [],
        "source": f"%pip install --quiet {requirement(course, framework)}",
    }
    notebook["cells"].insert(0, first)
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
