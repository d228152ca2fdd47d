"""The changelog, the published site and the GPU's machine, as the workflows treat them."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import zipfile

import pytest

from tests.fixtures import tiny
from tests.fixtures.workflows import WORKFLOWS, Sandbox, load

CHANGES = """\
## Unreleased

- Not yet.

## {heading}

### Added

- The lesson on boats.

## 0.1.0 - 2026-01-01

- The first.
"""


@pytest.mark.parametrize("heading", ["0.2.0 - 2026-12-01", "0.2.0", "[0.2.0] - 2026-12-01"])
def test_the_notes_are_the_section_of_the_version(sandbox: Sandbox, heading: str) -> None:
    """All of its section and nothing of the others, in each form that a heading may have."""
    sandbox.write("CHANGELOG.md", CHANGES.format(heading=heading))
    done = sandbox.run("release.yml", "Take the notes out of the changelog")
    assert done.returncode == 0, done.stderr
    notes = sandbox.read("build/release/notes.md")
    assert notes.strip() == "### Added\n\n- The lesson on boats."


@pytest.mark.parametrize("heading", ["0.2", "10.2.0", "0.2.01", "0x2.0", "0.2.0\n\n## 0.1.9"])
def test_a_version_without_notes_stops(sandbox: Sandbox, heading: str) -> None:
    """A section that is missing or empty is told in one line; like versions don't count."""
    sandbox.write("CHANGELOG.md", CHANGES.format(heading=heading))
    done = sandbox.run("release.yml", "Take the notes out of the changelog")
    assert done.returncode == 1
    assert done.stdout == "::error file=CHANGELOG.md::there is nothing below ## 0.2.0\n"


def test_a_release_has_bundles_and_books(sandbox: Sandbox) -> None:
    """The real command builds the bundles; checksums hold; all goes up with the notes."""
    tiny.write_course(sandbox.folder)
    sandbox.install_course(".venv")
    notes = sandbox.write("build/release/notes.md", "- Boats.\n")
    done = sandbox.run("release.yml", "Write a bundle for each language")
    assert done.returncode == 0, done.stderr
    bundles = sorted(path.name for path in notes.parent.glob("*.zip"))
    assert bundles == [f"cats-boats-{locale}.zip" for locale in ("ar", "en", "ja", "pl")]
    assert all(zipfile.ZipFile(notes.parent / name).testzip() is None for name in bundles)
    for name in ("sudo", "make"):
        sandbox.stand_in(name)
    books = [f"cats-boats-en-ink.{ending}" for ending in ("epub", "pdf")]
    for name in books:
        sandbox.write(f"build/books/{name}", name)
    for step in ("Write the books", "Write the checksums"):
        done = sandbox.run("release.yml", step)
        assert done.returncode == 0, done.stderr
    assert sandbox.calls("make") == [["book"]]
    names = [*bundles, *books]
    sums = {name: hashlib.sha256((notes.parent / name).read_bytes()).hexdigest() for name in names}
    assert sandbox.read("build/release/SHA256SUMS") == "".join(
        f"{value}  {name}\n" for name, value in sums.items()
    )

    notes.parent.rename(sandbox.folder / "release")  # up as an artifact, and down in the next job
    sandbox.stand_in("gh")
    done = sandbox.run("release.yml", "Publish the release")
    assert done.returncode == 0, done.stderr
    (words,) = sandbox.calls("gh")
    assert words[:4] == ["release", "create", "v0.2.0", "--verify-tag"]
    assert words[-9:] == ["--notes-file", "notes.md", *names, "SHA256SUMS"]


@pytest.mark.parametrize("damage", ["changed", "missing", "no sums"])
def test_a_damaged_bundle_is_not_published(sandbox: Sandbox, damage: str) -> None:
    """Checksums are compared before anything goes up."""
    sandbox.stand_in("gh")
    sandbox.write("release/en.zip", "zip" if damage != "changed" else "zap")
    digest = hashlib.sha256(b"zip").hexdigest()
    sums = f"{digest}  en.zip\n" + (f"{digest}  pl.zip\n" if damage == "missing" else "")
    sandbox.write("release/SHA256SUMS", "" if damage == "no sums" else sums)
    assert sandbox.run("release.yml", "Publish the release").returncode == 1
    assert sandbox.calls("gh") == []


def published(sandbox: Sandbox, *words: str) -> str:
    """Return what git says of the repository that stands for GitHub's."""
    git = ["git", "-C", sandbox.root / "us/course.git", *words]
    return subprocess.run(git, capture_output=True, text=True, check=True).stdout


def test_the_website_takes_the_place_of_the_last_one(sandbox: Sandbox) -> None:
    """One commit, hidden folders too, with the token that `gh` hands to git."""
    bare = sandbox.root / "us/course.git"
    subprocess.run(["git", "init", "--quiet", "--bare", bare], check=True)
    sandbox.stand_in("gh")
    for number, name in enumerate(("old.html", "new.html"), 1):
        shutil.rmtree(sandbox.folder / "website", ignore_errors=True)
        sandbox.write(f"website/pl/{name}", "page")
        sandbox.write("website/_static/course.css", "style")
        done = sandbox.run(
            "site.yml",
            "Publish the website",
            {"github.event.workflow_run.head_sha": f"rev{number}"},
            GITHUB_SERVER_URL=f"file://{sandbox.root}",
        )
        assert done.returncode == 0, done.stderr
    assert published(sandbox, "log", "--format=%s", "gh-pages") == "The website of rev2\n"
    files = published(sandbox, "ls-tree", "-r", "--name-only", "gh-pages").split()
    assert files == [".nojekyll", "_static/course.css", "pl/new.html"]
    assert sandbox.calls("gh") == [["auth", "setup-git"]] * 2


@pytest.mark.parametrize("pages", ["on", "off"])
def test_github_is_asked_to_show_the_website(sandbox: Sandbox, pages: str) -> None:
    """Where its pages are not switched on, a warning says where that is done."""
    sandbox.stand_in("gh")
    if pages == "off":
        path = sandbox.root / "bin/gh"
        path.write_text(path.read_text() + "sys.exit(1)\n")
    done = sandbox.run("site.yml", "Have GitHub show the website")
    assert done.returncode == 0
    assert ("::warning::gh-pages is not shown" in done.stdout) == (pages == "off")
    (words,) = sandbox.calls("gh")
    assert words == ["api", "--silent", "--method", "POST", "repos/us/course/pages/builds"]


def test_only_what_passed_on_main_is_published() -> None:
    """Not a pull request's website, and not that of a run that failed."""
    workflow = load(WORKFLOWS["site.yml"])
    assert workflow["on"] == {
        "workflow_run": {"workflows": ["ci"], "types": ["completed"], "branches": ["main"]}
    }
    condition = workflow["jobs"]["publish"]["if"]
    assert "conclusion == 'success'" in condition
    assert "event == 'push'" in condition


def test_the_table_of_a_pull_request_is_written(sandbox: Sandbox) -> None:
    """The real command compares with the base; its table is for the page and for the comment."""
    tiny.write_course(sandbox.folder)
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", sandbox.folder]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "Start"]):
        subprocess.run([*git, *words], check=True)
    path = sandbox.folder / "translations" / "pl" / "01-cats.md"
    path.write_text(path.read_text() + "\n" + tiny.cell("food", "Je `4`, więc $n = 4$.", "x"))
    sandbox.install_course(".venv-translator")
    done = sandbox.run("translations.yml", "Write the table")
    assert done.returncode == 0, done.stderr
    table = sandbox.read("comment/table.md")
    (row,) = [line for line in table.splitlines() if line.startswith("| pl polski | 01-cats |")]
    assert re.search(r"\| [^|]*\w[^|]* \|$", row), "nothing about what changes"
    assert sandbox.read("step-summary.md") == table
    assert sandbox.read("comment/number") == "12\n"


@pytest.mark.parametrize("number", ["12", "12\n", " 12; exit 0\n", "$(rm x)12"])
def test_the_table_is_posted_under_its_own_pull_request(sandbox: Sandbox, number: str) -> None:
    """Only digits of the number count; nothing in it is executed."""
    sandbox.stand_in("gh", pr_view="c0ffee")
    sandbox.write("comment/number", number)
    sandbox.write("comment/table.md", "| pl | `touch x` $(touch x) |\n")
    done = sandbox.run("translations-comment.yml", "Post the table")
    digits = re.sub(r"\D", "", number[:10])
    assert done.returncode == 0, done.stderr
    view, comment = sandbox.calls("gh")
    assert view == ["pr", "view", digits, "--json", "headRefOid", "--jq", ".headRefOid"]
    assert comment[:5] == ["pr", "comment", digits, "--body-file", "body.md"]
    assert sandbox.read("body.md") == "### Translations\n| pl | `touch x` $(touch x) |\n"
    assert not (sandbox.folder / "x").exists()


@pytest.mark.parametrize(("number", "head"), [("12", "decaf"), ("12", ""), ("none", "c0ffee")])
def test_another_pull_request_gets_no_comment(sandbox: Sandbox, number: str, head: str) -> None:
    """A number whose pull request does not stand at this commit, and no number at all, stop."""
    sandbox.stand_in("gh", pr_view=head)
    sandbox.write("comment/number", number)
    sandbox.write("comment/table.md", "| pl |\n")
    assert sandbox.run("translations-comment.yml", "Post the table").returncode != 0
    assert [words[:2] for words in sandbox.calls("gh")] in ([["pr", "view"]], [])


# The GPU


PACKAGES = "torch==2.9.0+cu130\ntensorflow==2.20.0\nPyYAML==6.0.2\nscikit_learn==1.7.0"


def gpu_setup(sandbox: Sandbox, packages: str) -> subprocess.CompletedProcess[str]:
    """Run the step that sets up an environment, with a runner that has these packages."""
    python = sandbox.root / "the-python" / "python"
    sandbox.write_stand_in(python, {"-m pip list": packages})
    make = f'mkdir -p .venv/bin && cp "{python}" .venv/bin/python && echo "$@" >> ../python3.calls'
    path = sandbox.root / "bin" / "python3"
    path.unlink()
    path.write_text(f"#!/bin/sh\n{make}\n")
    path.chmod(0o755)
    sandbox.write("constraints.txt", "# Tested.\npyyaml==6.0.3\nscikit-learn==1.9\ntqdm==4.70.1\n")
    return sandbox.run("gpu.yml", "Set up an environment over the packages of the runner")


def test_the_gpu_runner_keeps_what_it_has(sandbox: Sandbox) -> None:
    """Its packages hold, however their names are written; the others come as tested."""
    done = gpu_setup(sandbox, PACKAGES)
    assert done.returncode == 0, done.stderr
    assert (sandbox.root / "python3.calls").read_text().split() == (
        "-m venv --clear --system-site-packages .venv".split()
    )
    kept = sandbox.read("build/constraints.txt").splitlines()
    assert kept == [*PACKAGES.splitlines(), "tqdm==4.70.1"]
    listed, install, kernel = sandbox.calls("python")
    assert listed[:3] == ["-m", "pip", "list"]
    assert install[-4:-1] == ["--constraint", "build/constraints.txt", "--editable"]
    assert install[-1] == ".[notebooks,pytorch,tensorflow,test]"
    assert kernel[:3] == ["-m", "ipykernel", "install"]


@pytest.mark.parametrize("missing", ["torch", "tensorflow"])
def test_a_gpu_runner_without_a_framework_is_told(sandbox: Sandbox, missing: str) -> None:
    """One line says which, before anything is installed; a name that begins alike is no match."""
    packages = PACKAGES.replace(f"{missing}==", f"{missing}-estimator==")
    done = gpu_setup(sandbox, packages)
    assert done.returncode == 1
    expected = f"::error file=docs/gpu.md::python3 of the runner has no {missing}\n"
    assert done.stdout == expected
    assert len(sandbox.calls("python")) == 1


@pytest.mark.parametrize(("torch", "tensorflow"), [(1, 1), (1, 0), (0, 1), (0, 0)])
def test_a_framework_that_sees_no_gpu_stops(sandbox: Sandbox, torch: int, tensorflow: int) -> None:
    """Else the weekly run would be green on the CPU; a run with both goes on."""
    call = f'#!/bin/sh\nPYTHONPATH=fake exec "{sys.executable}" "$@"\n'
    sandbox.write(".venv/bin/python", call, 0o755)
    sandbox.write(
        "fake/torch.py",
        "from types import SimpleNamespace as Space\n__version__ = '2.9'\n"
        f"cuda = Space(is_available=lambda: {bool(torch)})\n",
    )
    sandbox.write(
        "fake/tensorflow.py",
        "from types import SimpleNamespace as Space\n__version__ = '2.20'\n"
        f"config = Space(list_physical_devices=lambda kind: ['{{kind}}'] * {tensorflow})\n",
    )
    done = sandbox.run("gpu.yml", "Look whether both frameworks see the GPU")
    blind = [name for name, gpu in (("torch", torch), ("tensorflow", tensorflow)) if not gpu]
    assert done.returncode == bool(blind)
    assert done.stderr == (
        f"::error file=docs/gpu.md::no GPU for {' and '.join(blind)}\n" if blind else ""
    )


def test_nbval_finds_the_notebooks_on_the_gpu_runner(sandbox: Sandbox) -> None:
    """The real pytest takes the options and collects every cell; its kernels are not started."""
    call = f'#!/bin/sh\nexec "{sys.executable}" "$@" --collect-only -q\n'
    sandbox.write(".venv/bin/python", call, 0o755)
    for name in ("01-cats-ink.ipynb", "01-cats-chalk.ipynb"):
        cell = {"cell_type": "code", "id": "one", "source": "1", "metadata": {}, "outputs": []}
        cells = [{**cell, "execution_count": None}]
        text = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        sandbox.write(f"notebooks/{name}", json.dumps(text))
    done = sandbox.run("gpu.yml", "Run the notebooks as tests")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("::Cell 0") == 2
