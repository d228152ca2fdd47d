"""What all workflows have in common."""

import fnmatch
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from course.cli import parse_arguments
from tests.fixtures.workflows import (
    ACTIONS,
    GITHUB,
    ROOT,
    STEPS,
    VARIABLES,
    WORKFLOWS,
    Step,
    jobs,
    load,
    matrix,
)

FILES = [*WORKFLOWS.values(), *ACTIONS]
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
SHELL = [step for step in STEPS if step.script]


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
        assert parse_arguments(words).command
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
