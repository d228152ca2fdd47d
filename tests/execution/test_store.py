"""What has a result is not executed again: `course run`, with the kernels that start counted."""

import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.dependencies.inputs import find_inputs
from course.execution.keys import Facts, explain_change, make_key
from course.execution.store import Store, Stored
from course.formats.course_toml import load_course
from course.formats.notebook import read_notebook
from tests.fixtures.command import end, run_course, start_course
from tests.fixtures.toy import Kernels, edit, make_course, write_notebook

HELPER = '''"""What the lessons share."""


def double(number):
    """Return twice a number."""
    return 2 * number
'''
CODE = "import sys, os; sys.path.insert(0, '..'); import helper; print(helper.double(21))"
MORE = """
files = ["helper.py", "words.csv"]
[data]
real = ["$TOY_DATA/*.csv"]
"""


def write_course(root: Path) -> Path:
    """Write a course of two notebooks that use a module and a file, and return its folder."""
    root.mkdir(exist_ok=True)
    notebooks = make_course(root, ["01-sum"], ["one", "two"])
    for name in ("one", "two"):
        rows = [{"model": name, "parameters": 1, "seconds": 1.5, "accuracy": 0.5, "curve": [0.5]}]
        write_notebook(notebooks / f"01-sum-{name}.ipynb", CODE, rows=rows)
    edit(root / "course.toml", 'source_locale = "en"\n', f'source_locale = "en"\n{MORE}')
    (root / "helper.py").write_text(HELPER, encoding="utf-8")
    (root / "words.csv").write_text("cat,4\n", encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Execute a course once for all tests, and return its folder."""
    root = write_course(tmp_path_factory.mktemp("executed") / "course")
    result = run_course(root, "run", "-j", "2")
    assert result.code == 0, result.err
    return root


@pytest.fixture
def warm(executed: Path, tmp_path: Path) -> Path:
    """Return a copy of the executed course, with its results."""
    return Path(shutil.copytree(executed, tmp_path / "course"))


@pytest.fixture
def kernels(tmp_path: Path) -> Kernels:
    """Return a counter of kernel starts."""
    return Kernels(tmp_path / "counter")


def run(root: Path, kernels: Kernels, *arguments: str) -> str:
    """Run the course, which has to pass, and return what it said."""
    result = run_course(root, "run", *arguments, **kernels.variables)
    assert result.code == 0, result.err
    return result.out + result.err


# What starts a kernel, and what does not


def test_a_second_run_starts_no_kernel_and_tells_the_same(warm: Path, kernels: Kernels) -> None:
    """Results, outputs and times are those of the first, wherever the course has moved to."""
    before = (warm / "build/run/01-sum-one.ipynb").read_bytes()
    said = run(warm, kernels)
    assert kernels.count() == 0
    assert "2 of them from the store" in said
    assert (warm / "build/run/01-sum-one.ipynb").read_bytes() == before
    told = json.loads((warm / "build/run/report.json").read_bytes())["notebooks"]
    assert [(one["status"], one["why"]) for one in told] == [("stored", None)] * 2
    assert told[0]["results"][0]["curve"] == [0.5]
    assert told[0]["cells"]
    assert told[0]["seconds"] > 0
    assert told[0]["peak_memory"] > 10_000_000
    assert told[0]["cpu_seconds"] > 0.1


def test_prose_and_locales_start_no_kernel(warm: Path, kernels: Kernels) -> None:
    """The outputs stand in today's prose, and those of the new locale are the same."""
    edit(warm / "notebooks/01-sum-one.ipynb", "Some prose.", "Other prose.")
    locale = '\n[[locales]]\nid = "pl"\nname = "polski"\ndirection = "ltr"\n'
    with (warm / "course.toml").open("a", encoding="utf-8") as file:
        file.write(locale)
    assert run_course(warm, "build").code == 0
    run(warm, kernels)
    assert kernels.count() == 0
    text = (warm / "build/run/01-sum-one.ipynb").read_text(encoding="utf-8")
    assert "Other prose." in text
    assert '"42\\n"' in text


def test_changed_code_starts_the_kernel_of_its_notebook_alone(warm: Path, kernels: Kernels) -> None:
    """And the line that tells of the start says what changed; taking it back starts none."""
    notebook = warm / "notebooks/01-sum-one.ipynb"
    edit(notebook, "double(21)", "double(20)")
    said = run(warm, kernels)
    assert kernels.count() == 1
    assert "start     01-sum-one  (code changed)" in said
    assert '"40\\n"' in (warm / "build/run/01-sum-one.ipynb").read_text(encoding="utf-8")
    edit(notebook, "double(20)", "double(21)")
    run(warm, kernels)
    assert kernels.count() == 0


def test_force_executes_again_and_names_what_differs(warm: Path, kernels: Kernels) -> None:
    """Where a text is not that of the result kept before, the cell is named."""
    assert "differs" not in run(warm, kernels, "--force", "--framework", "one")
    assert kernels.count() == 1
    edit(warm / "notebooks/01-sum-one.ipynb", "double(21)", "double(os.getpid())")
    run(warm, kernels, "--framework", "one")
    said = run(warm, kernels, "--framework", "one", "--force")
    assert "01-sum-one.ipynb: text differs from the run before in step-1" in said
    assert kernels.count() == 2


def test_a_damaged_result_is_noticed_and_made_again(warm: Path, kernels: Kernels) -> None:
    """A bit that flips on the disk is no result; the other notebook keeps its own."""
    report = json.loads((warm / "build/run/report.json").read_bytes())
    entry = warm / "build/store/results" / f"{report['notebooks'][0]['key']}.json"
    edit(entry, '"accuracy": 0.5', '"accuracy": 0.7')
    said = run(warm, kernels)
    assert kernels.count() == 1
    assert "start     01-sum-one  (its result was damaged)" in said
    run(warm, kernels)
    assert kernels.count() == 0


def test_two_runs_at_once_execute_each_notebook_once(tmp_path: Path, kernels: Kernels) -> None:
    """Each waits for what the other one makes, and takes its result."""
    root = write_course(tmp_path / "course")
    processes = [
        start_course(root, "run", "-j", "1", "--out", f"out-{number}", **kernels.variables)
        for number in range(2)
    ]
    for process in processes:
        end(process).assert_done()
    assert kernels.count() == 2
    outputs = [(root / f"out-{n}/01-sum-two.ipynb").read_bytes() for n in range(2)]
    assert outputs[0] == outputs[1]


def test_a_failure_is_never_kept(warm: Path, kernels: Kernels) -> None:
    """It may have been the machine's fault, so the next run tries again."""
    edit(warm / "notebooks/01-sum-one.ipynb", "helper.double(21)", "1 / 0")
    for _ in range(2):
        result = run_course(warm, "run", "--framework", "one", **kernels.variables)
        assert "cell step-1: ZeroDivisionError: division by zero" in result.err
    assert kernels.count() == 2


def test_what_changes_while_it_is_executed_is_not_kept(warm: Path, kernels: Kernels) -> None:
    """Nobody knows which of the two the outputs follow from."""
    change = "open('../words.csv', 'a').write('dog,4'); helper.double(21)"
    edit(warm / "notebooks/01-sum-one.ipynb", "helper.double(21)", f"({change.replace(';', ',')})")
    said = run(warm, kernels, "--framework", "one")
    assert "01-sum-one.ipynb: words.csv changed while it was executed; result not stored" in said
    run(warm, kernels, "--framework", "one")
    assert kernels.count() == 2


def test_data_that_a_run_fetches_first_makes_no_second_run(warm: Path, kernels: Kernels) -> None:
    """What was absent before is part of the key that the result is kept under."""
    data = warm / "data"
    data.mkdir()
    fetch = f"(open({str(data / 'a.csv')!r}, 'w').write('x'), helper.double(21))"
    edit(warm / "notebooks/01-sum-one.ipynb", "helper.double(21)", fetch)
    kernels.variables["TOY_DATA"] = str(data)
    arguments = ("--framework", "one", "--dataset", "real")
    run(warm, kernels, *arguments)
    run(warm, kernels, *arguments)
    assert kernels.count() == 1
    (data / "a.csv").write_text("y", encoding="utf-8")
    assert "(data changed)" in run(warm, kernels, *arguments)
    assert kernels.count() == 1


# The key

FACTS = Facts("3.11.7", "Linux-x86_64", "cpu", {"torch": "2.13.0"})
CHANGES = {
    "python": {"facts": Facts("3.12.1", "Linux-x86_64", "cpu", {"torch": "2.13.0"})},
    "torch": {"facts": Facts("3.11.7", "Linux-x86_64", "cpu", {"torch": "2.13.1"})},
    "device": {"facts": Facts("3.11.7", "Linux-x86_64", "NVIDIA H200", {"torch": "2.13.0"})},
    "platform": {"facts": Facts("3.11.7", "Darwin-arm64", "cpu", {"torch": "2.13.0"})},
    "parameters": {"parameters": {"epochs": 2}},
    "data": {"data": "0123"},
    "kernel": {"kernel": "another"},
    "place": {"place": "pl"},
}


def key(root: Path, **changes: object) -> dict:
    """Return the parts of the key of the first notebook, with these of its makings changed."""
    makings = {"parameters": {}, "data": "", "facts": FACTS, "kernel": "python3", **changes}
    notebook = read_notebook(root / "notebooks/01-sum-one.ipynb")
    course = load_course(root)
    return make_key(notebook, find_inputs(course, course.lessons[0], notebook), **makings)


@pytest.mark.parametrize("part", CHANGES)
def test_all_that_a_result_follows_from_is_in_its_key(part: str, executed: Path) -> None:
    """And a change of it is named."""
    old, new = key(executed), key(executed, **CHANGES[part])
    assert old.digest != new.digest
    assert explain_change(old.parts, new.parts) == f"{part} changed"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("helper.py", "2 * number", "3 * number"),
        ("words.csv", "cat", "dog"),
        ("notebooks/01-sum-one.ipynb", "double(21)", "double(22)"),
        (
            "notebooks/01-sum-one.ipynb",
            '"parameters"\\n    ]',
            '"parameters",\\n "skip-execution"]',
        ),
        ("notebooks/01-sum-one.ipynb", "epochs = 1", "epochs = 2"),
    ],
)
def test_what_is_executed_is_in_the_key(name: str, old: str, new: str, warm: Path) -> None:
    """Code, the tags that change how it is executed, modules and data."""
    before = key(warm).digest
    edit(warm / name, old.replace("\\n", "\n"), new.replace("\\n", "\n"))
    assert key(warm).digest != before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("helper.py", "Return twice a number.", "Double it."),
        ("helper.py", "    return 2", "    # why\n    return 2"),
        ("notebooks/01-sum-one.ipynb", "Some prose.", "Other prose."),
        ("course.toml", 'title = "Toy"', 'title = "Play"'),
    ],
)
def test_what_is_only_read_is_not_in_the_key(name: str, old: str, new: str, warm: Path) -> None:
    """Prose, docstrings, comments, the title of the course."""
    before = key(warm).digest
    edit(warm / name, old, new)
    assert key(warm).digest == before


def test_a_named_variable_is_in_the_key(executed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that course.toml names, such as KERAS_BACKEND, which Keras computes with."""
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    names = ("KERAS_BACKEND",)
    before = key(executed, variables=names).digest
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    assert key(executed, variables=names).digest != before
    assert "KERAS_BACKEND" in load_course(Path(__file__).parents[2]).variables


# The store

RECORD = st.dictionaries(st.text(), st.integers() | st.text() | st.none(), max_size=3)


@settings(max_examples=30)
@given(
    parts=RECORD, record=RECORD, outputs=st.dictionaries(st.text(), st.lists(RECORD, max_size=2))
)
def test_what_is_put_is_what_is_got(parts, record, outputs, tmp_path_factory) -> None:
    """Any texts and numbers, as they were."""
    store = Store(tmp_path_factory.mktemp("store"))
    store.put("0" * 32, Stored(parts, record, outputs))
    assert store.get("0" * 32) == Stored(parts, record, outputs)


@pytest.mark.parametrize("folder", ["results", "objects"])
@pytest.mark.parametrize("damage", ["empty", "cut", "flipped", "gone"])
def test_damage_is_noticed(folder: str, damage: str, tmp_path: Path) -> None:
    """Wherever it is; then there is no result, and a new one takes its place."""
    store, stored = Store(tmp_path), Stored({}, {"name": "one"}, {"a": [{"text": "42"}]})
    store.put("0" * 32, stored)
    (path,) = (tmp_path / folder).iterdir()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    damaged = {"empty": b"", "cut": bytes(content[:-9]), "flipped": bytes(content)}
    path.unlink() if damage == "gone" else path.write_bytes(damaged[damage])
    assert store.get("0" * 32) is None
    assert store.damaged == ([] if (folder, damage) == ("results", "gone") else ["0" * 32])
    store.put("0" * 32, stored)
    assert store.get("0" * 32) == stored


@settings(max_examples=20)
@given(sizes=st.lists(st.integers(1, 3000), max_size=8), limit=st.integers(0, 6000))
def test_a_pruned_store_keeps_within_its_limit(sizes, limit, tmp_path_factory) -> None:
    """What was used last stays; what stays is whole, and no content lies about unnamed."""
    store = Store(tmp_path_factory.mktemp("store"))
    keys = [f"{number:032}" for number in range(len(sizes))]
    for number, (name, size) in enumerate(zip(keys, sizes, strict=True)):
        noise = os.urandom(size).hex()  # does not shrink
        store.put(name, Stored({}, {"name": name}, {"a": [{"text": noise}]}))
        os.utime(store.root / "results" / f"{name}.json", (number, number))
    count, freed = store.prune(limit)
    left = [name for name in keys if store.get(name)]
    assert store.size() <= limit
    assert left == keys[count:]
    assert store.damaged == []
    assert (count > 0) == (freed > 0)


def test_prune_tells_what_it_removed(warm: Path, kernels: Kernels) -> None:
    """And executes nothing; what is gone is executed when it is asked for."""
    result = run_course(warm, "run", "--prune", "0", **kernels.variables)
    assert result.out.startswith("2 results removed, ")
    assert result.out.endswith(" bytes; 0 bytes are left\n")
    assert kernels.count() == 0
    assert "not a size" in run_course(warm, "run", "--prune", "much").err
