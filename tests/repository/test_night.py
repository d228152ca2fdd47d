"""The jobs of the night: they run everything, then name the cell and its seed, or the package."""

import doctest
import json
import subprocess
from pathlib import Path

import pytest

from tests.night import job, seeds, versions
from tests.night.versions import Failed, Lane
from tests.torchtext import record

PAGE = """\
| job | what | last run by hand | result |
|---|---|---|---|
| `make night-a` | all of it | never | |
| `make night-ab` | more of it | never | |
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch) -> Path:
    """An empty folder with the page of the docs, in which jobs run, on a machine that is not CI."""
    monkeypatch.delenv("CI", raising=False)
    (tmp_path / "ci.md").write_text(PAGE, encoding="utf-8")
    monkeypatch.setattr(job, "ROOT", tmp_path)
    monkeypatch.setattr(job, "DOCS", tmp_path / "ci.md")
    return tmp_path


@pytest.mark.parametrize("module", [job, versions], ids=lambda module: module.__name__)
def test_the_examples_hold(module) -> None:
    """Those in the docstrings."""
    result = doctest.testmod(module)
    assert result.attempted >= 2
    assert result.failed == 0


def test_a_job_runs_all_of_its_commands(root: Path, capsys) -> None:
    """A failure is said at the end, in its summary, its headline and its row of the docs."""
    assert job.main(["a", "echo 1 > one", "exit 3", "echo 2 > two"]) == 1
    assert (root / "one").exists()
    assert (root / "two").exists()
    folder = root / "build/night/a"
    assert capsys.readouterr().err == "night-a: failed: exit 3\n"
    assert (folder / "headline.txt").read_text() == "a: exit 3\n"
    assert (folder / "summary.md").read_text().startswith("# night-a: failed\n")
    row, other = (root / "ci.md").read_text().splitlines()[-2:]
    assert row.startswith("| `make night-a` | all of it | 20")
    assert row.endswith("min of CPU | failed: exit 3 |")
    assert other == PAGE.splitlines()[-1]


def test_a_job_says_what_a_command_knows(root: Path, capsys) -> None:
    """What failed and what was tested, out of its folder; the summaries of its runs come along."""
    folder = root / "build/night/a"
    (folder / "run").mkdir(parents=True)
    (folder / "run/summary.md").write_text("the table\n")
    write = "cd build/night/a && echo 'seed 3: x' > failures.txt && echo Python 3 > facts.txt"
    assert job.main(["a", f"{write} && exit 1"]) == 1
    summary = (folder / "summary.md").read_text()
    assert summary == "# night-a: failed\n\n- Python 3\n- seed 3: x\n\nthe table\n"
    assert (folder / "headline.txt").read_text() == "a: seed 3: x\n"
    assert "| Python 3; failed: seed 3: x |" in (root / "ci.md").read_text()
    assert job.main(["a", "true"]) == 0
    assert not (folder / "headline.txt").exists()
    assert "min of CPU | passed |" in (root / "ci.md").read_text()
    capsys.readouterr()


def test_ci_leaves_the_docs_alone(root: Path, monkeypatch, capsys) -> None:
    """Nobody commits what it would write there."""
    monkeypatch.setenv("CI", "true")
    assert job.main(["a", "true"]) == 0
    assert (root / "ci.md").read_text() == PAGE
    assert capsys.readouterr().out == "night-a: passed\n"


def test_a_job_without_a_row_is_told(root: Path) -> None:
    """In one line, not by a page that lacks it."""
    with pytest.raises(SystemExit, match="0 rows for night-b, not one"):
        job.main(["b", "true"])


def test_every_seed_is_run_and_each_failure_named(tmp_path: Path, monkeypatch, capsys) -> None:
    """A seed that fails keeps no other from running; arguments reach `course run`."""
    called = []

    def course_run(command: list[str], **_options) -> subprocess.CompletedProcess:
        """Fail in one cell with seed 2, and leave no report with seed 4."""
        called.append(command[3:])
        seed = command[command.index("--seed") + 1]
        out = Path(command[command.index("--out") + 1])
        failure = {"cell": "plot-forgetting", "name": "AssertionError", "message": "0.3 > 0.4"}
        books = [
            {"name": "03-rnn-pytorch", "status": "executed", "failure": None},
            {"name": "03-rnn-tensorflow", "status": "failed", "failure": failure},
        ]
        out.mkdir(parents=True, exist_ok=True)
        if seed != "4":
            (out / "report.json").write_text(json.dumps({"notebooks": books[: 1 + (seed == "2")]}))
        return subprocess.CompletedProcess(command, int(seed in "24"))

    monkeypatch.setattr(seeds, "FOLDER", tmp_path / "seeds")
    monkeypatch.setattr(seeds.subprocess, "run", course_run)
    assert seeds.main(["03-rnn", "-j", "2"]) == 1
    assert [words[:3] for words in called] == [["run", "--seed", str(seed)] for seed in range(1, 6)]
    assert all(words[-3:] == ["03-rnn", "-j", "2"] for words in called)
    lines = [
        "seed 2: 03-rnn-tensorflow, cell plot-forgetting: AssertionError",
        "seed 4: exit code 1",
    ]
    assert (tmp_path / "seeds/failures.txt").read_text().splitlines() == lines
    assert capsys.readouterr().err.splitlines() == [f"error: {line}" for line in lines]


class StandIn(Lane):
    """A lane whose environments are lists of pins, in which tests fail as they are told to."""

    def resolve(self, name, resolution, more=None, preferred=""):
        """Refuse `stubborn`; else keep what is preferred but for what is asked for."""
        if more and "stubborn" in more:
            return None
        pins = versions.read_pins(preferred) | dict(more or {})
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{name}.txt"
        path.write_text("".join(f"{key}=={pin}\n" for key, pin in pins.items()))
        return path

    def install(self, pins):
        """Remember them."""
        (self.folder / "installed").write_text(pins.read_text())

    def test(self, again=None):
        """One test fails with old numpy, one with old rich and old torch, one always."""
        here = versions.read_pins((self.folder / "installed").read_text())
        tests = {"t::always"} | ({"t::arrays"} if here["numpy"] == "1.0" else set())
        tests |= {"t::both"} if (here["rich"], here["torch"]) == ("1.0", "1.0") else set()
        books = {"03-rnn-pytorch": "imports: ImportError"} if here["numpy"] == "1.0" else {}
        return Failed(frozenset(tests), books)


def test_the_package_that_breaks_is_named(tmp_path: Path, monkeypatch) -> None:
    """Each is tried alone beside the tested versions; the rest is said as it is."""
    monkeypatch.setattr(versions, "ROOT", tmp_path)
    names = ["numpy", "rich", "torch", "stubborn", "same"]
    there = dict.fromkeys(names, "1.0")
    tested = "".join(f"{name}=={'1.0' if name == 'same' else '2.0'}\n" for name in names)
    (tmp_path / "constraints.txt").write_text(tested)
    needed = [f"{name}>=1" for name in names]
    content = {
        "name": "mine",
        "dependencies": needed,
        "optional-dependencies": {"browser": ["playwright>=1"]},
    }
    monkeypatch.setattr(versions, "project", lambda: content)
    lane = StandIn("lowest", "uv")
    (lane.folder / "cache").mkdir(parents=True)
    (lane.folder / "installed").write_text("".join(f"{k}=={v}\n" for k, v in there.items()))
    lines = versions.name_packages(lane, there, lane.test())
    assert lines == [
        "numpy 1.0: 03-rnn-pytorch, t::arrays",
        "with the tested versions, too: t::always",
        "stubborn 1.0: cannot be tried alone beside the tested versions",
        "no package alone: t::both",
    ]


def test_a_lane_takes_every_range_but_the_browsers() -> None:
    """Frameworks, tests, site, books and lab; each named once."""
    names = versions.direct_names()
    assert {
        "torch",
        "tensorflow",
        "numpy",
        "pytest",
        "pygments",
        "playwright",
        "jupyterlab",
    } <= set(names)
    assert "axe-playwright-python" not in names
    assert len(names) == len(set(names))


def test_a_package_above_its_range_s_start_is_noticed(monkeypatch) -> None:
    """Its lower bound is not what was tested."""
    monkeypatch.setattr(versions, "direct", lambda: ["a>=1.2", "b>=4.2", "c-c>=3"])
    assert versions.held_up({"a": "1.2.1", "b": "4.2.0", "c-c": "3.0.0"}) == ["a 1.2.1"]


def test_a_pytest_that_breaks_down_is_a_failure(tmp_path: Path, monkeypatch) -> None:
    """It notes no failed test then, and must not look as if all had passed."""
    monkeypatch.setattr(versions, "ROOT", tmp_path)
    lane = Lane("newest", "uv")
    asked = []
    monkeypatch.setattr(Lane, "run_python", lambda self, *words: asked.append(words) or 4)
    assert lane.run_tests(None) == {versions.CRASH}
    assert lane.run_tests(Failed(frozenset([versions.CRASH]), {})) == {versions.CRASH}
    assert "--collect-only" in asked[-1]
    monkeypatch.setattr(Lane, "run_python", lambda self, *words: 0)
    assert lane.run_tests(None) == frozenset()


REPORT = """<testsuites><testsuite>
<testcase name="test_a"/>
<testcase name="test_b"><failure message="AssertionError: 1 | 2&#10;more"/></testcase>
<testcase name="test_c[ag_news]"><skipped message="no sample"/></testcase>
<testcase name="test_a_pytorch_lesson_runs_beside_torchtext[03-rnn-pytorch]"/>
</testsuite></testsuites>"""


def test_the_torchtext_page_says_what_happened(tmp_path: Path, monkeypatch, capsys) -> None:
    """Date, versions and results take the place of the last ones; the page above stays."""
    page = tmp_path / "torchtext.md"
    page.write_text(f"# The lane\n\n{record.MARK}Last run long ago.\n")
    monkeypatch.setattr(record, "PAGE", page)
    monkeypatch.setattr(record, "version", lambda name: "2.3.1+cpu")
    (tmp_path / "report.xml").write_text(REPORT)
    assert record.main([str(tmp_path / "report.xml")]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# The lane\n\n{record.MARK}Last run on 20")
    assert "torch 2.3.1, torchtext 2.3.1" in text
    assert text.splitlines()[-2:] == [
        "| tokens, vocabularies, batches | 1 passed; 1 failed; 1 skipped; "
        "failed: AssertionError: 1 / 2; skipped: no sample |",
        "| `03-rnn-pytorch.ipynb`, with `import torchtext` first | 1 passed |",
    ]
    assert "long ago" not in text
    page.write_text("# The lane\n")
    assert record.main([str(tmp_path / "report.xml")]) == 1
    assert "has no line" in capsys.readouterr().err
