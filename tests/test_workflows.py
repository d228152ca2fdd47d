"""The workflows: valid, pinned, allowed little, and their shell steps really run.

What can't be had here is a stand-in that notes how it was called: `gh`, and `make` where it would
take minutes.
"""

import fnmatch
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from fixtures import tiny

from course.cli import parse

ROOT = Path(__file__).parents[1]
GITHUB = ROOT / ".github"
WORKFLOWS = {path.name: path for path in sorted((GITHUB / "workflows").glob("*.y*ml"))}
ACTIONS = sorted((GITHUB / "actions").glob("*/action.yml"))
FILES = [*WORKFLOWS.values(), *ACTIONS]

# What a run finds in `${{ }}` of a step's environment, and in variables that GitHub sets.
EXPRESSIONS = {
    "github.token": "a-token",
    "github.repository": "us/course",
    "github.event.pull_request.base.sha": "HEAD",
    "github.event.pull_request.number": "12",
    "github.event.workflow_run.head_sha": "c0ffee",
    "inputs.workflow": "course",
    "inputs.result": "failure",
    "matrix.job": "seeds",
}
VARIABLES = {
    "GITHUB_RUN_NUMBER": "7",
    "GITHUB_RUN_ID": "99",
    "GITHUB_REPOSITORY": "us/course",
    "GITHUB_SERVER_URL": "https://example.org",
    "GITHUB_REF_NAME": "v0.2.0",
    "GITHUB_STEP_SUMMARY": "step-summary.md",
    "GITHUB_ENV": "step-env",
    "RUNNER_OS": "macOS",
}
# Where the steps write: what they name there need not be in the repository.
MADE = (
    "build/",
    ".venv/",
    ".venv-translator/",
    "comment/",
    "report/",
    "release/",
    "website/",
    "repos/",
)
MADE += ("all.md", "body.md", "notes.md")

STAND_IN = """\
#!{python} -ISs
import json, sys
with open({log!r}, "a") as log:
    log.write(json.dumps(sys.argv[1:]) + "\\n")
called = " ".join(sys.argv[1:])
answers = {answers!r}
print(next((text for start, text in answers.items() if called.startswith(start)), ""))
"""


@dataclass(frozen=True)
class Step:
    """A step of a workflow or of an action of our own."""

    file: str
    job: str
    number: int
    content: dict[str, Any]

    @property
    def script(self) -> str:
        """What the step has the shell do, or nothing."""
        return self.content.get("run", "")

    def __str__(self) -> str:
        return f"{self.file}-{self.job}-{self.number}"


def load(path: Path) -> dict[str, Any]:
    """Return a YAML file; `on` stays a word."""
    document = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    assert isinstance(document, dict)
    return document


def jobs() -> list[tuple[str, str, dict[str, Any]]]:
    """Return all jobs with their workflow and name."""
    return [(w, name, job) for w in WORKFLOWS for name, job in load(WORKFLOWS[w])["jobs"].items()]


def all_steps() -> list[Step]:
    """Return the steps of all workflows and actions."""
    found = [
        Step(workflow, name, number, step)
        for workflow, name, job in jobs()
        for number, step in enumerate(job.get("steps", []))
    ]
    for path in ACTIONS:
        steps = load(path)["runs"]["steps"]
        found += [Step(path.parent.name, "action", i, step) for i, step in enumerate(steps)]
    return found


STEPS = all_steps()
SHELL = [step for step in STEPS if step.script]


def the_step(file: str, name: str) -> Step:
    """Return the one step of a file with this name."""
    (step,) = [item for item in STEPS if item.file == file and item.content.get("name") == name]
    return step


@dataclass
class Sandbox:
    """An empty folder where steps run, with stand-ins before all other commands."""

    root: Path
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder = self.root / "work"
        (self.root / "bin").mkdir()
        self.folder.mkdir()
        (self.root / "bin" / "python3").symlink_to(sys.executable)

    def write(self, name: str, text: str, mode: int = 0o644) -> Path:
        """Write a file into the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    def read(self, name: str) -> str:
        """Read a file of the folder."""
        return (self.folder / name).read_text(encoding="utf-8")

    def stand_in(self, command: str, **answers: str) -> None:
        """Put a command on the path that prints what is given for the words it is called with."""
        path = Path(self.root, "bin", command)
        path.unlink(missing_ok=True)
        self.write_stand_in(path, {key.replace("_", " "): text for key, text in answers.items()})

    def write_stand_in(self, path: Path, answers: dict[str, str]) -> None:
        """Write a command that notes how it is called."""
        log = str(self.root / f"{path.name}.calls")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(STAND_IN.format(python=sys.executable, log=log, answers=answers))
        path.chmod(0o755)

    def calls(self, command: str) -> list[list[str]]:
        """Return the words that a stand-in was called with, a list for each call."""
        log = self.root / f"{command}.calls"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def install_course(self, environment: str) -> None:
        """Put the real command `course` where a step looks for it."""
        call = f'#!/bin/sh\nexec "{sys.executable}" -m course "$@"\n'
        self.write(f"{environment}/bin/course", call, 0o755)

    def run(
        self, file: str, name: str, expressions: dict[str, str] | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a step as a runner does, with values for its expressions and more variables."""
        step = the_step(file, name)
        values = {**EXPRESSIONS, **(expressions or {})}
        given = step.content.get("env", {}).items()
        own = {key: re.sub(r"\$\{\{ *(\S+) *\}\}", lambda m: values[m[1]], v) for key, v in given}
        path = f"{self.root / 'bin'}{os.pathsep}{os.environ['PATH']}"
        environment = {"PATH": path, "HOME": str(self.root), "LC_ALL": "C.UTF-8"}
        script = self.root / "step.sh"
        script.write_text(step.script, encoding="utf-8")
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.folder,
            env={**environment, **VARIABLES, **own, **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    """An empty folder to run steps in."""
    return Sandbox(tmp_path)


def lines_of_words(script: str) -> Iterator[list[str]]:
    """Split a script into its simple commands, each a list of words."""
    script = re.sub(r"<<'(\w+)'\n.*?\n *\1\n", "\n", script, flags=re.DOTALL)
    lexer = shlex.shlex(script.replace("\\\n", " "), posix=True, punctuation_chars="();<>|&\n")
    lexer.whitespace = " \t"
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if set(word) <= set("();<>|&\n"):
            yield words
            words = []
        elif words or word not in ("if", "then", "else", "do", "!", "{"):
            words.append(word)
    yield words


def calls_of(command: str) -> list[tuple[Step, list[str]]]:
    """Return the words after each call of a command, with the step that it stands in."""
    return [
        (step, words[1:])
        for step in SHELL
        for words in lines_of_words(step.script)
        if words and Path(words[0]).name == command
    ]


def expand(text: str, job: str = "") -> str:
    """Put values in the place of variables; one that has none is an error."""
    known = {**VARIABLES, "BASE": "HEAD"} | ({"JOB": job} if job else {})
    return re.sub(r"\$\{?(\w+)\}?", lambda match: known[match[1]], text)


# What all of them have in common


def test_the_workflows_are_those_of_the_docs() -> None:
    """docs/ci.md has a line for each workflow, and for no other."""
    rows = re.findall(r"^\| `(\S+\.yml)` \|", (ROOT / "docs/ci.md").read_text(), re.MULTILINE)
    assert len(WORKFLOWS) >= 7
    assert sorted(rows) == sorted([*WORKFLOWS, "dependabot.yml"])
    assert all(any(step.file == name for step in SHELL) for name in WORKFLOWS)


def check_schema(schema: str, *paths: Path) -> int:
    """Hold files against a schema that check-jsonschema brings along; return its exit code."""
    from check_jsonschema import main  # takes a second, which no other test waits for

    with pytest.raises(SystemExit) as stop:
        main(["--builtin-schema", f"vendor.{schema}", *map(str, paths)])
    return int(stop.value.code or 0)


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("github-workflows", list(WORKFLOWS.values())),
        ("github-actions", ACTIONS),
        ("dependabot", [GITHUB / "dependabot.yml"]),
    ],
    ids=lambda item: item if isinstance(item, str) else "",
)
def test_every_file_is_valid(schema: str, paths: list[Path]) -> None:
    """Workflows, actions and dependabot.yml are what their published schemas say."""
    assert paths
    assert check_schema(schema, *paths) == 0


def test_a_misspelt_key_is_not_valid(tmp_path: Path) -> None:
    """The schema notices `run-on`, which GitHub would notice after the merge."""
    path = tmp_path / "ci.yml"
    path.write_text(WORKFLOWS["ci.yml"].read_text().replace("runs-on", "run-on"))
    assert check_schema("github-workflows", path) == 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_actions_are_pinned(path: Path) -> None:
    """An action is named by a whole SHA with its version beside it, the same one everywhere."""
    used = re.findall(r"uses: *(\S.*)", path.read_text())
    pin = re.compile(r"actions/[\w/-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+")
    assert [name for name in used if not name.startswith("./") and not pin.fullmatch(name)] == []
    all_pins = {
        name for file in FILES for name in re.findall(r"uses: *(actions/.*)", file.read_text())
    }
    assert len(all_pins) == len({name.partition("@")[0] for name in all_pins})


@pytest.mark.parametrize(("file", "job"), [(file, job) for file, job, _ in jobs()])
def test_a_job_may_little_and_ends(file: str, job: str) -> None:
    """Nothing is allowed at the top; a job says what it may, and when it is given up."""
    workflow = load(WORKFLOWS[file])
    content = workflow["jobs"][job]
    assert workflow["permissions"] == {}
    assert content["permissions"]
    writing = {name for name, level in content["permissions"].items() if level == "write"}
    assert len(writing) <= 1
    if "uses" in content:  # the workflow that it calls has the time limit
        assert content["uses"].startswith("./")
        return
    assert 0 < int(content["timeout-minutes"]) <= 240
    # What runs code of the repository may not write to it.
    checks_out = any("actions/checkout@" in step.get("uses", "") for step in content["steps"])
    assert not (checks_out and writing)
    steps = [int(step.get("timeout-minutes", 0)) for step in content["steps"]]
    assert sum(steps) < int(content["timeout-minutes"])


def test_a_checkout_keeps_no_token() -> None:
    """The token of a job is not left in the folder where code of the repository runs."""
    checkouts = [step for step in STEPS if "actions/checkout@" in step.content.get("uses", "")]
    assert checkouts
    for step in checkouts:
        assert step.content["with"]["persist-credentials"] == "false", step


def test_pull_requests_never_reach_the_gpu_runner() -> None:
    """Only what maintainers have pushed runs on our own machine."""
    own = {file for file, _, job in jobs() if "self-hosted" in str(job.get("runs-on"))}
    assert own == {"gpu.yml"}
    assert set(load(WORKFLOWS["gpu.yml"])["on"]) == {"schedule", "workflow_dispatch"}


def test_a_pull_request_gets_nothing_to_write_with() -> None:
    """`pull_request_target` gives strangers' code a token; what follows a run has no checkout."""
    for name, path in WORKFLOWS.items():
        workflow = load(path)
        assert "pull_request_target" not in workflow["on"], name
        if "workflow_run" in workflow["on"]:
            used = [step.content.get("uses", "") for step in STEPS if step.file == name]
            assert used
            assert not any("checkout" in item or item.startswith("./") for item in used)


@pytest.mark.parametrize("step", SHELL, ids=str)
def test_a_script_is_a_script(step: Step) -> None:
    """bash reads it, it stops at the first fault, and no text from outside is pasted into it."""
    assert "${{" not in step.script, "put it into env and use the variable"
    done = subprocess.run(
        ["bash", "-n"], input=step.script, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    if step.job == "action":
        assert step.content["shell"] == "bash"
    else:
        assert load(WORKFLOWS[step.file])["defaults"]["run"]["shell"] == "bash"


def matrix(step: Step) -> list[str]:
    """Return the jobs that a step is run for, one after the other; one without a name if none."""
    workflow = load(WORKFLOWS[step.file])
    return workflow["jobs"][step.job].get("strategy", {}).get("matrix", {}).get("job", [""])


def make_calls() -> list[tuple[Step, list[str]]]:
    """Return the words after each call of `make`, for each job of a matrix."""
    return [
        (step, [expand(word, job) for word in words])
        for step, words in calls_of("make")
        for job in matrix(step)
    ]


def test_every_target_of_make_exists() -> None:
    """`make -n` knows each target that a workflow calls, and hands RUN_ARGS on to `course run`."""
    called = make_calls()
    targets = {word for _, words in called for word in words if "=" not in word}
    assert targets >= {"run", "test-site", "translator", "night-tests", "night-lowest"}
    in_ci = {
        word
        for line in (ROOT / ".ci/run").read_text().splitlines()
        if line.startswith("make ")
        for word in line.split()
    }
    assert in_ci == {"make", "test", "test-site", "test-lab"}
    for _, words in called:
        command = ["make", "--no-print-directory", "-n", *words]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        for word in words:
            name, _, value = word.partition("=")
            assert name != "RUN_ARGS" or f"course run {value}" in done.stdout


def course_calls() -> list[tuple[Step, list[str]]]:
    """Return the arguments of each call of `course`, those behind `make run` among them."""
    found = [(step, [expand(word) for word in words]) for step, words in calls_of("course")]
    for step, words in make_calls():
        given = [word.partition("=")[2] for word in words if word.startswith("RUN_ARGS=")]
        found += [(step, ["run", *shlex.split(text)]) for text in given]
    return found


def test_every_call_of_course_is_understood() -> None:
    """The verb is there, and every option with a value of its kind, as the real parser says."""
    found = course_calls()
    mentioned = sum(len(re.findall(r"bin/course |RUN_ARGS=", step.script)) for step in SHELL)
    assert len(found) == mentioned >= 4
    for _, words in found:
        assert parse(words).command
    given = {words[0]: words[1:] for _, words in found}
    assert {"run", "build", "check", "status"} <= given.keys()


def paths_in(text: str) -> set[str]:
    """Return what reads like a path of the repository, in scripts, settings and comments."""
    text = re.sub(r"https?://\S+|actions/\S+@\S+|\$\w+(/[$\w]+)+", "", text)
    text = re.sub(r"(?<![\w.])\./", "", text)
    found = re.findall(r"(?<![\w/.*$-])\.?[\w*-]+(?:/\.?[\w*-]+)*(?:\.\w+)*/?(?![\w(=])", text)
    ends = (".md", ".toml", ".txt", ".yml", ".json", ".ipynb")
    return {item for item in found if "/" in item or item.endswith(ends)}


def test_every_path_leads_somewhere() -> None:
    """A file that a workflow names is in the repository, or is made by a step."""
    named = {item for path in FILES for item in paths_in(path.read_text())}
    named |= paths_in((GITHUB / "dependabot.yml").read_text())
    assert named >= {".ci/run", ".github/actions/setup", "profiles/gpu.toml", "notebooks/*.ipynb"}
    assert named >= {"build/run/summary.md", "CHANGELOG.md", "translations/**", "course.toml"}
    named = {item for item in named if not item.startswith(MADE)}
    homes = (ROOT, GITHUB / "workflows")
    assert {item for item in named if not any(any(home.glob(item)) for home in homes)} == set()


def artifacts(file: str, way: str) -> set[str]:
    """Return the names of what a workflow uploads or downloads, or their pattern."""
    steps = [step.content for step in STEPS if step.file == file]
    given = [step["with"] for step in steps if f"/{way}-artifact@" in step.get("uses", "")]
    return {item.get("name") or item["pattern"] for item in given}


def test_workflows_find_each_other() -> None:
    """What is downloaded was uploaded, what is waited for is there, what is called takes it."""
    pairs = [("release.yml", "release.yml"), ("ci.yml", "site.yml")]
    pairs += [("translations.yml", "translations-comment.yml")]
    for file, _, job in jobs():
        if "needs" in job:
            assert job["needs"] in load(WORKFLOWS[file])["jobs"], file
        if "uses" in job:
            called = WORKFLOWS[Path(job["uses"]).name]
            assert job["with"].keys() == load(called)["on"]["workflow_call"]["inputs"].keys()
            assert job["with"]["workflow"] == load(WORKFLOWS[file])["name"]
            pairs.append((file, called.name))
    assert len(pairs) >= 5
    for up, down in pairs:
        for name in artifacts(down, "download"):
            assert fnmatch.filter(artifacts(up, "upload"), name), (up, down)
        assert artifacts(down, "download")
    for waiting, first in (
        ("translations-comment.yml", "translations.yml"),
        ("site.yml", "ci.yml"),
    ):
        after = load(WORKFLOWS[waiting])["on"]["workflow_run"]["workflows"]
        assert after == [load(WORKFLOWS[first])["name"]]


@pytest.mark.parametrize(
    ("file", "folder"),
    [
        ("ci.yml", "build/run/"),
        ("course.yml", "build/night/"),
        ("gpu.yml", "build/run/"),
        ("platforms.yml", "build/platforms/"),
    ],
)
def test_a_failed_run_leaves_its_report(file: str, folder: str) -> None:
    """The folder that `course run` writes to is kept, whether it passed or not."""
    uploads = [
        step.content
        for step in STEPS
        if step.file == file and "upload-artifact@" in step.content.get("uses", "")
    ]
    assert {upload["if"] for upload in uploads} == {"${{ !cancelled() }}"}
    kept = [path for upload in uploads for path in upload["with"]["path"].split()]
    assert kept.count(folder) == 1


# The steps, run


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
        assert parse(["run", *shlex.split(words)]).command


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


CHANGES = """\
# Changelog

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


def test_a_release_has_a_bundle_for_each_language(sandbox: Sandbox) -> None:
    """The real command builds them; their checksums hold; all goes up with the notes."""
    tiny.write_course(sandbox.folder)
    sandbox.install_course(".venv")
    notes = sandbox.write("build/release/notes.md", "- Boats.\n")
    done = sandbox.run("release.yml", "Write a bundle for each language")
    assert done.returncode == 0, done.stderr
    bundles = sorted(path.name for path in notes.parent.glob("*.zip"))
    assert bundles == [f"cats-boats-{locale}.zip" for locale in ("ar", "en", "ja", "pl")]
    assert all(zipfile.ZipFile(notes.parent / name).testzip() is None for name in bundles)
    sums = {
        name: hashlib.sha256((notes.parent / name).read_bytes()).hexdigest() for name in bundles
    }
    assert sandbox.read("build/release/SHA256SUMS") == "".join(
        f"{value}  {name}\n" for name, value in sums.items()
    )

    notes.parent.rename(sandbox.folder / "release")  # up as an artifact, and down in the next job
    sandbox.stand_in("gh")
    done = sandbox.run("release.yml", "Publish the release")
    assert done.returncode == 0, done.stderr
    (words,) = sandbox.calls("gh")
    assert words[:4] == ["release", "create", "v0.2.0", "--verify-tag"]
    assert words[-7:] == ["--notes-file", "notes.md", *bundles, "SHA256SUMS"]


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
    assert install[-1] == ".[pytorch,tensorflow,test]"
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
