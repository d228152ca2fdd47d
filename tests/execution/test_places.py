"""`course run` for locales, and with a profile: what is executed where, and what is asked of it."""

import json
from pathlib import Path

import pytest

from course.formats.course_toml import load_course
from tests.fixtures.command import Result, run_course
from tests.fixtures.tiny import write_course
from tests.fixtures.toy import Kernels, edit, make_course, write_notebook

LANGUAGE = 'source_locale = "en"\n'
LOCALE = '[[locales]]\nid = "{0}"\nname = "{0}"\ndirection = "ltr"\n'


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """Make a course in English, Polish and Japanese whose notebook tells where it is."""
    notebooks = make_course(tmp_path, ["01-sum"], ["plain"])
    where = "import pathlib, helper; print(helper.__file__)"
    write_notebook(notebooks / "01-sum-plain.ipynb", where)
    toml = tmp_path / "course.toml"
    edit(toml, LANGUAGE, f'{LANGUAGE}files = ["helper.py"]\n')
    with toml.open("a", encoding="utf-8") as file:
        file.write(LOCALE.format("pl") + LOCALE.format("ja"))
    (tmp_path / "helper.py").write_text("", encoding="utf-8")
    return tmp_path


def names(root: Path) -> dict[str, str]:
    """Return what the report says became of each notebook."""
    report = json.loads((root / "build/run/report.json").read_bytes())
    return {one["name"]: one["status"] for one in report["notebooks"]}


def test_a_locale_is_proved_where_it_is_built(three: Path, tmp_path: Path) -> None:
    """It is built first; the kernel takes the helper that was built beside it; once is enough."""
    kernels = Kernels(tmp_path / "counter")
    result = run_course(three, "run", "--locale", "pl", **kernels.variables)
    assert result.code == 0, result.err
    assert names(three) == {"pl/01-sum-plain": "executed"}
    built = three / "build" / "notebooks" / "pl"
    output = json.loads((three / "build/run/pl/01-sum-plain.ipynb").read_bytes())
    (printed,) = [cell["outputs"] for cell in output["cells"] if cell["id"] == "step-1"]
    assert "".join(printed[0]["text"]) == f"{built / 'helper.py'}\n"
    assert run_course(three, "run", "--locale", "pl", **kernels.variables).code == 0
    assert kernels.count() == 1
    (built / "helper.py").write_text("1 / 0\n", encoding="utf-8")
    edit(three / "helper.py", "", "assert True\n")
    assert run_course(three, "run", "--locale", "pl", **kernels.variables).code == 0
    assert kernels.count() == 1


def test_all_locales_and_one_in_turn(three: Path) -> None:
    """All are all, English among them; turns go round the others."""
    assert run_course(three, "run", "--all-locales", "-j", "2").code == 0
    assert names(three) == dict.fromkeys(
        [f"{x}/01-sum-plain" for x in ("en", "pl", "ja")], "executed"
    )
    for turn, locale in ((0, "pl"), (1, "ja"), (4, "pl"), (123457, "ja")):
        assert run_course(three, "run", "--turn", str(turn)).code == 0
        assert names(three) == {f"{locale}/01-sum-plain": "stored"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--locale", "pt"], "unknown locale 'pt'"),
        (["--locale", "pl", "--all-locales"], "give one of --locale, --all-locales and --turn"),
        (["--locale", "pl", "--save"], "--save writes source notebooks"),
        (["--save", "--epochs", "3"], "--save takes no parameters"),
    ],
)
def test_what_does_not_go_together_is_refused(
    three: Path, arguments: list[str], message: str
) -> None:
    """In a line, before anything is built or run."""
    result = run_course(three, "run", *arguments)
    assert (result.code, result.out) == (2, "")
    assert message in result.err
    assert not (three / "build").exists()


def test_a_translation_that_cannot_be_built_is_no_proof(tmp_path: Path) -> None:
    """The findings of the build are told, and nothing runs."""
    root = write_course(tmp_path / "tiny")
    edit(root / "translations/pl/01-cats.md", "<!-- cell picture", "<!-- cell title")
    result: Result = run_course(root, "run", "--locale", "pl")
    assert result.code == 1
    assert "cell title is a duplicate" in result.err
    assert not (root / "build/run").exists()


# Profiles

ROWS = [
    {"model": "RNN", "parameters": 1, "seconds": 1, "accuracy": 0.8},
    {"model": "LSTM", "parameters": 1, "seconds": 1, "accuracy": 0.9},
]
PROFILE = """
[parameters]
dataset = "ag_news"
[options]
timeout = 60
jobs = 1
[gates."01-sum-plain"]
"LSTM" = 0.9
"""


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    """Make a course whose notebook has results, with a profile for it."""
    notebooks = make_course(tmp_path, ["01-sum"], ["plain"])
    code = "assert (dataset, epochs) == ('ag_news', 1), (dataset, epochs)"
    write_notebook(notebooks / "01-sum-plain.ipynb", code, rows=ROWS)
    (tmp_path / "gpu.toml").write_text(PROFILE, encoding="utf-8")
    return tmp_path


def test_a_profile_gives_parameters_options_and_gates(judged: Path) -> None:
    """Gates that are reached are told in the report; the command line goes before the profile."""
    result = run_course(judged, "run", "--profile", "gpu.toml")
    assert result.code == 0, result.err
    report = json.loads((judged / "build/run/report.json").read_bytes())
    assert report["parameters"] == {"dataset": "ag_news"}
    assert report["command"]["jobs"] == 1
    gate = {"model": "LSTM", "least": 0.9, "accuracy": 0.9, "passed": True}
    assert report["notebooks"][0]["gates"] == [gate]
    other = run_course(judged, "run", "--profile", "gpu.toml", "--dataset", "demo")
    assert "AssertionError: ('demo', 1)" in other.err


def test_a_profile_has_parameters_by_lesson(judged: Path) -> None:
    """A lesson's own go before those of all; a notebook without one of these runs all the same."""
    lessons = '[[lessons]]\nid = "02-odd"\ntitle = "T"\n[[frameworks]]'
    edit(judged / "course.toml", "[[frameworks]]", lessons)
    odd, plain = (judged / f"notebooks/{name}-plain.ipynb" for name in ("02-odd", "01-sum"))
    write_notebook(odd, "assert 'dataset' not in dir() and epochs == 1", rows=ROWS)
    edit(odd, "dataset = 'demo'", "corpus = 'fables'")
    edit(plain, "'ag_news', 1)", "'ag_news', 5)")
    epochs = '[lessons."01-sum".parameters]\nepochs = 5\n[options]'
    edit(judged / "gpu.toml", "[options]", epochs)
    result = run_course(judged, "run", "--profile", "gpu.toml")
    assert result.code == 0, result.err
    assert "02-odd-plain.ipynb: ran without parameters that it does not have: dataset" in result.err
    report = json.loads((judged / "build/run/report.json").read_bytes())
    told = [(one["parameters"], one["ignored"]) for one in report["notebooks"]]
    assert told == [({"dataset": "ag_news", "epochs": 5}, []), ({}, ["dataset"])]
    summary = (judged / "build/run/summary.md").read_text(encoding="utf-8")
    assert "No parameter dataset: 02-odd-plain." in summary
    assert "Results without an accuracy gate: 02-odd-plain." in summary
    edit(judged / "gpu.toml", "epochs = 5", "corpus = 'news'")
    result = run_course(judged, "run", "--profile", "gpu.toml")
    assert (result.code, len(result.err.splitlines())) == (2, 1)
    assert "01-sum-plain.ipynb: unknown parameter 'corpus'" in result.err


def test_outputs_are_not_saved_from_a_run_with_a_profile(judged: Path) -> None:
    """Also where it has parameters of one lesson only."""
    lesson = '[lessons."01-sum".parameters]\nepochs = 5\n'
    (judged / "gpu.toml").write_text(lesson, encoding="utf-8")
    result = run_course(judged, "run", "--save", "--profile", "gpu.toml")
    assert result.code == 2
    assert "--save takes no parameters" in result.err


def test_a_gate_that_is_missed_fails_the_run(judged: Path) -> None:
    """So does a model that is not among the results; each is a line, from the store as well."""
    edit(judged / "gpu.toml", '"LSTM" = 0.9', '"LSTM" = 0.901\n"GRU" = 0.5\n"RNN" = 0.8')
    for _ in range(2):
        result = run_course(judged, "run", "--profile", "gpu.toml")
        assert result.code == 1
        assert result.err.splitlines()[-3:] == [
            "01-sum-plain.ipynb: LSTM: test accuracy 0.9000, gate 0.901",
            "01-sum-plain.ipynb: GRU: test accuracy not among the results, gate 0.5",
            "error: 2 of 3 accuracy gates missed",
        ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[options]", "[option]", "unknown table 'option', did you mean 'options'?"),
        ("jobs", "job", "options: unknown key 'job', did you mean 'jobs'?"),
        ("60", "0", "options: timeout is 0, not a whole number of at least 1"),
        ("60", '"60"', "options: timeout is '60', not a whole number of at least 1"),
        ("0.9", "90", "gates '01-sum-plain': 'LSTM' is 90, not from 0 to 1"),
        ("dataset =", "dataset", "gpu.toml: "),
        ("dataset", "datset", "parameters: unknown parameter 'datset', did you mean 'dataset'?"),
        (
            "[options]",
            "[lessons.01-sun.parameters]\n[options]",
            "lessons: unknown lesson '01-sun', did you mean '01-sum'?",
        ),
        (
            "[options]",
            "[lessons.01-sum.parameter]\n[options]",
            "lessons '01-sum': unknown table 'parameter', did you mean 'parameters'?",
        ),
        ("[options]", "[lessons]\n01-sum = 1\n[options]", "lessons '01-sum' is 1, not a table"),
        (
            "[options]",
            "[lessons.01-sum]\nparameters = 1\n[options]",
            "lessons '01-sum': parameters is 1, not a table",
        ),
        ("01-sum-plain", "01-sun-plain", "unknown notebook '01-sun-plain', did you mean"),
    ],
)
def test_a_broken_profile_is_one_line(judged: Path, old: str, new: str, message: str) -> None:
    """It names the file, the place and the value, and nothing runs."""
    edit(judged / "gpu.toml", old, new)
    result = run_course(judged, "run", "--profile", "gpu.toml")
    assert result.code in (1, 2)
    (line,) = result.err.splitlines()
    assert message in line
    assert not (judged / "build").exists()


def test_the_profile_of_this_course_knows_its_notebooks() -> None:
    """Each of them can run under it, on all of AG News wherever it classifies it.

    Of a notebook that has gates, each model has one that chance would miss, and no other has.
    """
    from course.execution.jobs import Wanted, make_jobs, select
    from course.execution.keys import machine_facts
    from course.execution.profile import read_profile
    from course.formats.notebook import read_notebook, read_results

    root = Path(__file__).parents[2]
    path = root / "profiles" / "gpu.toml"
    profile = read_profile(path)
    course = load_course(root)
    profile.check(course, path)
    wanted = Wanted(profile.parameters, profile.lessons)
    places = [(None, course.notebooks)]
    facts = machine_facts(course.distributions)
    jobs = make_jobs(course, select(course), places, wanted, facts, "python3")
    assert [job.name for job in jobs] == [f"{one.id}-{two.id}" for one, two in select(course)]
    assert profile.parameters["dataset"] == "ag_news"
    assert "train_size" not in profile.parameters
    assert profile.gates
    for name, models in profile.gates.items():
        rows = read_results(read_notebook(root / "notebooks" / f"{name}.ipynb"))
        assert set(models) == {row.model for row in rows} - {"majority"}  # which is chance itself
        assert all(0.5 < least < 1 for least in models.values())
    assert course.data["ag_news"]
