"""What a repository adds to the website: buttons, Colab, Binder."""

import io
import json
import subprocess
import urllib.request
from pathlib import Path

import pytest

from course.formats.course_toml import load_course
from course.website.cloud import (
    at_home,
    binder_address,
    colab_address,
    colab_notebook,
    requirements,
)
from tests.fixtures import tiny
from tests.fixtures.command import run_course
from tests.fixtures.pages import REPOSITORY, configure, read_page


def test_a_repository_gives_buttons(tmp_path: Path) -> None:
    """To mend the translation, for Colab and for Binder; and `site` the canonical address."""
    root = tiny.write_course(tmp_path)
    configure(root, 'site = "https://cats.example/course/"', REPOSITORY)
    run_course(root, "site", "-j1", "pl").assert_done()
    links, _ = read_page(root / "build/site/pl/01-cats-ink.html")
    notebook = "pl/colab/01-cats-ink.ipynb"
    assert set(links) >= {
        "https://cats.example/course/pl/01-cats-ink.html",
        "https://github.com/cats/course/edit/main/translations/pl/01-cats.md",
        f"https://colab.research.google.com/github/cats/course/blob/gh-pages/{notebook}",
        binder_address("https://github.com/cats/course", "pl", "01-cats-ink.ipynb"),
        "https://github.com/cats/course/issues/new?title=01-cats-ink%20%28pl%29%2C%20picture%3A%20",
    }
    made = json.loads((root / "build/site" / notebook).read_text(encoding="utf-8"))
    built = json.loads((root / "build/site/pl/01-cats-ink.ipynb").read_text(encoding="utf-8"))
    assert len(made["cells"]) == len(built["cells"]) + 1
    assert "/raw/main/notebooks/images/cat.svg" in json.dumps(made)

    first, _ = read_page(root / "build/site/pl/index.html")
    assert "https://mybinder.org/v2/gh/cats/course/main?labpath=build%2Fnotebooks%2Fpl" in first


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('repository = "https://gitlab.com/a/b"', "repository is 'https://gitlab.com/a/b'"),
        ('repository = "https://github.com/a"', "like https://github.com/owner/name"),
        ('repository = "https://github.com/a/b?x=\\">"', "repository is"),
        ('site = "javascript:alert(1)"', "site is 'javascript:alert(1)'"),
    ],
)
def test_an_address_of_another_kind_is_told(tmp_path: Path, line: str, told: str) -> None:
    """They stand in links of every page, so they are checked where they are read."""
    root = tiny.write_course(tmp_path)
    configure(root, line)
    run_course(root, "site", "-j1", "pl").assert_refused(told)


def test_a_fork_leads_to_itself(tmp_path: Path) -> None:
    """In CI the repository that builds the site counts, not the one that course.toml names."""
    root = tiny.write_course(tmp_path)
    configure(root, REPOSITORY, 'site = "https://cats.example"')
    course = load_course(root)
    for same in ({}, {"GITHUB_REPOSITORY": "cats/course"}, {"GITHUB_REPOSITORY": "Cats/Course"}):
        assert at_home(course, same) == course
    fork = at_home(course, {"GITHUB_REPOSITORY": "Me/Course"})
    assert fork.repository == "https://github.com/Me/Course"
    assert fork.site == "https://me.github.io/Course"
    assert at_home(course, {"GITHUB_REPOSITORY": "me/me.github.io"}).site == "https://me.github.io"
    run_course(root, "site", "-j1", "pl", GITHUB_REPOSITORY="me/fork").assert_done()
    links, _ = read_page(root / "build/site/pl/01-cats-ink.html")
    assert "https://me.github.io/fork/pl/01-cats-ink.html" in links
    assert not any("cats/course" in link or "cats.example" in link for link in links)


@pytest.mark.parametrize(
    ("remote", "repository"),
    [
        ("https://github.com/cats/course.git", "https://github.com/cats/course"),
        ("https://me:secret@github.com/cats/course", "https://github.com/cats/course"),
        ("git@github.com:cats/my.course.git", "https://github.com/cats/my.course"),
        ("ssh://git@github.com/cats/course", "https://github.com/cats/course"),
        ("https://gitlab.com/cats/course.git", ""),
        ("/home/cats/github.com/cats/course", ""),
        ("https://github.com/cats/course/../x", ""),
    ],
)
def test_a_clone_leads_to_its_remote(tmp_path: Path, remote: str, repository: str) -> None:
    """If that is on GitHub; where its site is published, nobody has said."""
    root = tiny.write_course(tmp_path)
    git(root, "init")
    assert at_home(load_course(root), {}).repository == ""
    git(root, "remote", "add", "origin", remote)
    found = at_home(load_course(root), {})
    assert (found.repository, found.site) == (repository, "")


def git(root: Path, *words: str) -> None:
    """Run git in a folder."""
    subprocess.run(["git", "-C", root, *words], check=True, capture_output=True)


def test_no_page_links_where_nobody_has_confirmed_an_address(tmp_path: Path) -> None:
    """Without CI, a remote on GitHub or an address in course.toml."""
    root = tiny.write_course(tmp_path)
    run_course(root, "site", "-j1", "pl").assert_done()
    for page in (root / "build/site/pl").glob("*.html"):
        links, _ = read_page(page)
        found = [link for link in links if link.startswith("http")]
        assert not [link for link in found if "colab" in link or "github" in link], page.name


def test_colab_gets_whole_addresses() -> None:
    """Of GitHub's repositories, as Colab wants them."""
    address = colab_address("https://github.com/a/b", "zh-CN", "x.ipynb")
    assert address.endswith("/github/a/b/blob/gh-pages/zh-CN/colab/x.ipynb")


def test_colab_installs_what_the_framework_needs_and_no_other(tmp_path: Path) -> None:
    """By the extra that bears its id; a course that has none installs nothing."""
    root = tiny.write_course(tmp_path)
    configure(root, REPOSITORY)
    course = load_course(root)
    ink, *_ = course.frameworks
    assert requirements(course, ink) == []
    extras = '[project.optional-dependencies]\nink = ["ink>=1", "cats[all]"]\nall = ["paper"]\n'
    (root / "pyproject.toml").write_text(f'[project]\nname = "cats"\n{extras}other = ["glue"]\n')
    assert requirements(course, ink) == ["ink>=1", "paper"]
    notebook = (root / "notebooks" / "01-cats-ink.ipynb").read_bytes()
    first, *_ = json.loads(colab_notebook(notebook, course, ink, "pl"))["cells"]
    install, *_ = first["source"].splitlines()
    assert install == '%pip install --quiet "ink>=1" "paper"'
    ours = load_course(Path(__file__).parents[2])
    needed = [set(requirements(ours, framework)) for framework in ours.frameworks]
    assert all(needed)
    own = [item - set().union(*needed[:n], *needed[n + 1 :]) for n, item in enumerate(needed)]
    assert [len(item) for item in own] == [len(one.packages[:1]) for one in ours.frameworks]


def test_colab_fetches_what_lies_beside_the_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first cell unpacks the site's zip file, after which the helper can be imported."""
    root, out = tiny.write_course(tmp_path / "course"), tmp_path / "site"
    configure(root, REPOSITORY)
    run_course(root, "site", "-j1", "pl", "--out", str(out)).assert_done()
    first, *_ = json.loads((out / "pl" / "colab" / "01-cats-ink.ipynb").read_bytes())["cells"]
    asked = []

    def fetch(address: str) -> io.BytesIO:
        asked.append(address)
        return io.BytesIO((out / "pl" / address.rpartition("/")[2]).read_bytes())

    monkeypatch.setattr(urllib.request, "urlopen", fetch)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    exec(first["source"])
    assert asked == ["https://github.com/cats/course/raw/gh-pages/pl/cats-boats-pl.zip"]
    assert {"helper.py", "data", "01-cats-ink.ipynb"} <= {path.name for path in Path().iterdir()}
