"""Notebooks for Colab and Binder, from a repository on GitHub.

Binder builds the repository (`.binder/`), including translated notebooks. Colab opens single
notebooks, so the site's published branch has variants for it: a first cell installs the packages
of the framework and downloads the files beside the notebook, and pictures have absolute URLs.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from course.building.bundles import bundle_name
from course.formats.notebook import parse_notebook
from course.formats.settings import Course, Framework
from course.localization.history import git

BRANCH = "main"  # of the sources
PUBLISHED = "gh-pages"  # the branch that holds the built site
FOLDER = "colab"
GITHUB = re.compile(
    r"(?:https://(?:[^@/]*@)?|git@|ssh://git@)github\.com[/:]([\w.-]+/[\w.-]+?)(?:\.git)?/?"
)
PICTURE = re.compile(r"(!\[[^\]]*\]\()(images/)")


def at_home(course: Course, environ: Mapping[str, str]) -> Course:
    """Return the course with the URLs of the repository that builds it.

    CI names it in `environ`; elsewhere it is the git remote `origin`, if that is on GitHub, or else
    the one in course.toml. A fork or a moved repository thus links to itself. A site that CI builds
    is at GitHub's default URL, unless course.toml names another for this repository.
    """
    name = environ.get("GITHUB_REPOSITORY", "")
    repository = f"https://github.com/{name or origin(course.root)}"
    if repository.endswith("/") or repository.lower() == course.repository.lower():
        return course
    site = "" if course.repository else course.site
    if name and not site:
        owner, _, own = name.partition("/")
        site = pages_address(owner.lower(), own)
    return replace(course, repository=repository, site=site)


def pages_address(owner: str, name: str) -> str:
    """Return the default URL of the site of a repository on GitHub.

    >>> pages_address("me", "cats"), pages_address("me", "me.github.io")
    ('https://me.github.io/cats', 'https://me.github.io')
    """
    host = f"{owner}.github.io"
    return f"https://{host}" if name.lower() == host else f"https://{host}/{name}"


def origin(root: Path) -> str:
    """Return owner and name of the repository that a folder was cloned from; "" if not GitHub's."""
    if not (root / ".git").exists():
        return ""
    told = git(root, "remote", "get-url", "origin") or ""
    found = GITHUB.fullmatch(told.strip())
    return found[1] if found else ""


def colab_address(repository: str, locale: str, notebook: str) -> str:
    """Return the URL of a notebook of the published site on Colab."""
    place = repository.removeprefix("https://github.com/")
    path = quote(f"{locale}/{FOLDER}/{notebook}")
    return f"https://colab.research.google.com/github/{place}/blob/{PUBLISHED}/{path}"


def binder_address(repository: str, locale: str, notebook: str = "") -> str:
    """Return the URL of a notebook, or of the folder of a locale, in JupyterLab on Binder."""
    place = repository.removeprefix("https://github.com/")
    path = quote("/".join(filter(None, ("build/notebooks", locale, notebook))), safe="")
    return f"https://mybinder.org/v2/gh/{place}/{BRANCH}?labpath={path}"


def issue_address(repository: str, title: str) -> str:
    """Return the URL of GitHub's form for a new issue with a title."""
    return f"{repository}/issues/new?title={quote(title, safe='')}"


def new_file_address(repository: str, path: PurePath) -> str:
    """Return the URL of GitHub's form for a new file."""
    return f"{repository}/new/{BRANCH}/{quote(path.parent.as_posix())}?filename={quote(path.name)}"


def requirements(course: Course, framework: Framework) -> list[str]:
    """Return the requirements of notebooks of a framework, for pip.

    They are the extra with the framework's id in the course's pyproject.toml, if there is one, and
    the other extras of the same project that this one includes.
    """
    path = course.root / "pyproject.toml"
    project = tomllib.loads(path.read_text("utf-8")).get("project", {}) if path.is_file() else {}
    extras = project.get("optional-dependencies", {})
    found: list[str] = []
    pending = [framework.id]
    while pending:
        for line in extras.get(pending.pop(0), []):
            own = re.fullmatch(rf"{re.escape(project['name'])}\[(.+)\]", line)
            if own:
                pending += own[1].split(",")
            else:
                found.append(line)
    return found


SET_UP = """\
import io, os, urllib.request, zipfile
os.chdir(os.path.expanduser("~"))
with urllib.request.urlopen("{address}") as course:
    zipfile.ZipFile(io.BytesIO(course.read())).extractall()
os.chdir("{folder}")"""


def colab_notebook(content: bytes, course: Course, framework: Framework, locale: str) -> bytes:
    """Return a built notebook that Colab can run without other files.

    A first cell installs the framework's packages and downloads the files beside the notebook.
    """
    notebook = parse_notebook(content, "notebook")
    pictures = f"{course.repository}/raw/{BRANCH}/notebooks/images/"
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = PICTURE.sub(rf"\1{pictures}", cell["source"])
    taken = {cell["id"] for cell in notebook["cells"]}
    name = next(
        f"colab{mark}" for mark in ("", *range(len(taken) + 1)) if f"colab{mark}" not in taken
    )
    folder = bundle_name(course, locale)
    address = f"{course.repository}/raw/{PUBLISHED}/{quote(f'{locale}/{folder}.zip')}"
    needed = " ".join(f'"{line}"' for line in requirements(course, framework))
    install = [f"%pip install --quiet {needed}"] if needed else []
    first: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {},
        "outputs": [],
        "source": "\n".join([*install, SET_UP.format(address=address, folder=folder)]),
    }
    notebook["cells"].insert(0, first)
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
