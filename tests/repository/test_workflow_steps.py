"""The steps of the workflows, run with stand-ins for what takes long."""

import re
import shlex
import shutil
import tomllib

import pytest

from course.cli import parse_arguments
from tests.fixtures.workflows import ROOT, STEPS, Sandbox, matrix


def test_the_number_of_the_run_chooses_the_language(sandbox: Sandbox) -> None:
    """`make run` gets `--turn` with the number of the run."""
    sandbox.stand_in("make")
    done = sandbox.run("ci.yml", "Execute the language whose turn it is")
    assert done.returncode == 0, done.stderr
    assert sandbox.calls("make") == [["run", "RUN_ARGS=--turn 7"]]


def test_every_night_runs_every_job(sandbox: Sandbox) -> None:
    """Each job of the night is a target of make, in the matrix, and a row of docs/ci.md."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^night-([a-z]+):", makefile, re.MULTILINE)
    (step,) = [item for item in STEPS if item.content.get("name") == "Run the job"]
    assert sorted(matrix(step)) == sorted(targets)
    page = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `make night-([a-z]+)` \|", page, re.MULTILINE) == matrix(step)
    sandbox.stand_in("make")
    assert sandbox.run("course.yml", "Run the job").returncode == 0
    assert sandbox.calls("make") == [["night-seeds"]]


def test_what_the_night_calls_is_understood() -> None:
    """The options of `course run` behind the jobs are those of the real parser."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    given = re.findall(r"'make run RUN_ARGS=\"([^\"]+)\"'", makefile)
    assert len(given) == 3
    for words in given:
        assert parse_arguments(["run", *shlex.split(words)]).command


@pytest.mark.parametrize(
    ("file", "name", "folders"),
    [
        ("ci.yml", "Show the summary", ["build/run"]),
        ("course.yml", "Show the summary", ["build/night/seeds"]),
        ("gpu.yml", "Show the summary", ["build/run"]),
        ("platforms.yml", "Show the summary", ["build/platforms/macOS"]),
    ],
)
def test_a_summary_is_added_to_the_page(
    sandbox: Sandbox, file: str, name: str, folders: list[str]
) -> None:
    """It comes after what other steps wrote there; without one the step is red."""
    sandbox.write("step-summary.md", "before\n")
    assert sandbox.run(file, name).returncode == 1
    for folder in folders:
        sandbox.write(f"{folder}/summary.md", f"{folder}: żółw\n")
    assert sandbox.run(file, name).returncode == 0
    expected = "before\n" + "".join(f"{folder}: żółw\n" for folder in folders)
    assert sandbox.read("step-summary.md") == expected


def test_the_issue_is_opened(sandbox: Sandbox) -> None:
    """A failure with no open issue makes the label and an issue that says what failed."""
    sandbox.stand_in("gh")
    sandbox.write("report/run/summary.md", "03-rnn failed\n")
    sandbox.write("report/sources/summary.md", "all passed\n")
    done = sandbox.run("issue.yml", "Open, continue or close the issue")
    assert done.returncode == 0, done.stderr
    listed, label, created = sandbox.calls("gh")
    assert listed[:6] == ["issue", "list", "--state", "open", "--label", "failing: course"]
    assert label[:4] == ["label", "create", "failing: course", "--force"]
    assert created[:2] == ["issue", "create"]
    assert created[created.index("--label") + 1] == "failing: course"
    assert created[created.index("--title") + 1] == "The workflow course fails"
    body = sandbox.read(created[created.index("--body-file") + 1])
    assert "(https://example.org/us/course/actions/runs/99) ended in failure" in body
    assert body.endswith("03-rnn failed\nall passed\n")


def test_the_issue_names_the_package_and_the_cell(sandbox: Sandbox) -> None:
    """What the jobs of the night have found out stands in its title."""
    sandbox.stand_in("gh")
    for job, line in (("lowest", "lowest: numpy 1.26.0"), ("seeds", "seeds: seed 3: 03-rnn `x`")):
        sandbox.write(f"report/{job}/summary.md", f"{line}\n")
        sandbox.write(f"report/{job}/headline.txt", f"{line}\n")
    done = sandbox.run("issue.yml", "Open, continue or close the issue")
    assert done.returncode == 0, done.stderr
    title = "The workflow course fails (lowest: numpy 1.26.0;seeds: seed 3: 03-rnn `x`)"
    created = sandbox.calls("gh")[-1]
    assert created[created.index("--title") + 1] == title


@pytest.mark.parametrize("result", ["failure", "cancelled"])
def test_an_open_issue_is_continued(sandbox: Sandbox, result: str) -> None:
    """A second failure, a timeout among them, is said in the same issue, with or without report."""
    sandbox.stand_in("gh", issue_list="31")
    done = sandbox.run("issue.yml", "Open, continue or close the issue", {"inputs.result": result})
    assert done.returncode == 0, done.stderr
    assert sandbox.calls("gh")[1:] == [
        ["issue", "comment", "31", "--body-file", "body.md"],
        ["issue", "edit", "31", "--title", "The workflow course fails"],
    ]
    assert f"ended in {result}" in sandbox.read("body.md")
    assert sandbox.read("body.md").endswith("It left no summary.\n")


def test_a_long_report_fits_into_an_issue(sandbox: Sandbox) -> None:
    """GitHub refuses more than 65,536 characters."""
    sandbox.stand_in("gh")
    sandbox.write("report/run/summary.md", "a line of the table\n" * 10_000)
    assert sandbox.run("issue.yml", "Open, continue or close the issue").returncode == 0
    assert 50_000 < len(sandbox.read("body.md")) < 65_536


@pytest.mark.parametrize(("open_issue", "then"), [("31", ["issue", "close", "31"]), ("", None)])
def test_a_passed_run_closes_the_issue(
    sandbox: Sandbox, open_issue: str, then: list[str] | None
) -> None:
    """If there is one; nothing else is written."""
    sandbox.stand_in("gh", issue_list=open_issue)
    expressions = {"inputs.result": "success"}
    done = sandbox.run("issue.yml", "Open, continue or close the issue", expressions)
    assert done.returncode == 0, done.stderr
    assert [words[:3] for words in sandbox.calls("gh")[1:]] == ([then] if then else [])


def test_a_tag_must_be_the_version(sandbox: Sandbox) -> None:
    """v0.2.0 releases version 0.2.0; any other tag stops, and says what to do."""
    sandbox.write("pyproject.toml", '[project]\nname = "course"\nversion = "0.2.0"\n')
    assert sandbox.run("release.yml", "Compare the tag with the version").returncode == 0
    for tag in ("v0.2.1", "0.2.0", "v0.2.0-x", "v"):
        done = sandbox.run("release.yml", "Compare the tag with the version", GITHUB_REF_NAME=tag)
        assert done.returncode == 1
        assert done.stdout.splitlines() == [
            f"::error file=pyproject.toml::the tag is {tag}, the version 0.2.0: "
            "change the version, or remove the tag and push v0.2.0"
        ]


def test_our_own_version_has_its_tag(sandbox: Sandbox) -> None:
    """The step reads the real pyproject.toml."""
    shutil.copy(ROOT / "pyproject.toml", sandbox.folder)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    name = "Compare the tag with the version"
    assert sandbox.run("release.yml", name, GITHUB_REF_NAME=f"v{version}").returncode == 0
