"""The inputs of each lesson, and of no other: helpers, corpora, cache keys, stamps, access."""

import json
import shutil
from pathlib import Path

import pytest

from course.dependencies.inputs import find_inputs
from course.dependencies.stamp import hash_dependencies
from course.errors import CourseError
from course.formats.course_toml import load_course
from course.formats.notebook import read_notebook, text_of
from course.formats.support import support_files
from tests.fixtures.command import run_course
from tests.fixtures.toy import Kernels, edit, make_course, write_notebook

HELPER = """
UNUSED = 0


def double(number):
    return 2 * number


def half(number):
    return number / 2
"""
CORPORA = """source_locale = "en"
files = ["tools/*.py"]
[corpora]
animals = ["data/animals/*.csv"]
plants = ["data/plants/*.csv", "data/plants/*.txt"]
"""
PATH = "import sys; sys.path.insert(0, '..')\n"
LESSONS = {
    "01-cats": (
        ["animals"],
        "from tools.sums import double\nprint(double(21))\n"
        "print(open('../data/animals/cat.csv').read())",
    ),
    "02-oaks": (["plants", "animals"], "from tools import sums\nprint(sums.half(84))"),
    "03-none": ([], "print(42)"),
}
WAYS = {
    "open": "open(PATH)",
    "bytes": "open(PATH.encode())",
    "os": "os.open(PATH, os.O_RDONLY)",
    "pathlib": "pathlib.Path(PATH).read_text()",
    "gzip": "gzip.open(PATH).read()",
    "numpy": "numpy.genfromtxt(PATH)",
    "memmap": "numpy.memmap(PATH)",
    "copy": "shutil.copy(PATH, 'copy.csv')",
    "symbolic-link": "(os.path.lexists('l') or os.symlink(os.path.abspath(PATH), 'l'), open('l'))",
    "thread": "concurrent.futures.ThreadPoolExecutor().submit(open, PATH).result()",
}
READ = """
import concurrent.futures, gzip, os, pathlib, shutil, numpy
print(len(open("../data/plants/oak.csv").read()) if os.path.exists("../data/plants") else "built")
for name, way in WAYS.items():
    try:
        eval(way)
    except Exception as error:
        print(name, "took it for", type(error).__name__)
    except BaseException as error:
        print(name, type(error).__name__)
    else:
        print(name, "read it")
"""


def write_course(root: Path) -> Path:
    """Write a course of three lessons, two helpers and two corpora, and return its folder."""
    root.mkdir(parents=True)
    notebooks = make_course(root, LESSONS, ["one"])
    edit(root / "course.toml", 'source_locale = "en"\n', CORPORA)
    for lesson, (corpora, code) in LESSONS.items():
        edit(
            root / "course.toml",
            f'id = "{lesson}"\n',
            f'id = "{lesson}"\ncorpora = {json.dumps(corpora)}\n',
        )
        write_notebook(notebooks / f"{lesson}-one.ipynb", PATH + code)
    files = {
        "tools/sums.py": HELPER,
        "data/animals/cat.csv": "cat,4\n",
        "data/plants/oak.csv": "oak,1\n",
        "data/plants/read.txt": "Oaks.\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Execute a course once for all tests, and return its folder."""
    root = write_course(tmp_path_factory.mktemp("executed") / "course")
    result = run_course(root, "run", "-j", "2", "--save")
    assert result.code == 0, result.err
    return root


@pytest.fixture
def copy(executed: Path, tmp_path: Path) -> Path:
    """Return a copy of the executed course, with its results."""
    return Path(shutil.copytree(executed, tmp_path / "course"))


def stamps(root: Path) -> dict[str, str]:
    """Return the current stamp of each lesson's notebook."""
    found = {}
    it = load_course(root)
    for lesson in it.lessons:
        notebook = read_notebook(it.notebook(lesson, it.frameworks[0]))
        found[lesson.id] = hash_dependencies(notebook, find_inputs(it, lesson, notebook))
    return found


CHANGES = {
    "helper": (
        "tools/sums.py",
        "2 * number",
        "3 * number",
        ["01-cats"],
        "tools/sums.py: double changed",
    ),
    "other-helper": (
        "tools/sums.py",
        "number / 2",
        "number / 3",
        ["02-oaks"],
        "tools/sums.py: half changed",
    ),
    "new-helper": ("tools/sums.py", "UNUSED = 0", "def more():\n    pass", [], ""),
    "module-level": (
        "tools/sums.py",
        "UNUSED = 0",
        "print(1)",
        ["01-cats", "02-oaks"],
        "tools/sums.py changed",
    ),
    "corpus": ("data/plants/read.txt", "Oaks", "Elms", ["02-oaks"], "corpus plants changed"),
    "declared": (
        "course.toml",
        '["plants", "animals"]',
        '["plants"]',
        ["02-oaks"],
        "corpus animals changed",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_reaches_the_lessons_that_use_it(name: str, copy: Path, tmp_path: Path) -> None:
    """Their stamps move and their notebooks are executed again, which says why; no others."""
    path, old, new, moved, why = CHANGES[name]
    before = stamps(copy)
    assert run_course(copy, "check").code == 0
    edit(copy / path, old, new)
    after = stamps(copy)
    assert [lesson for lesson in before if before[lesson] != after[lesson]] == moved
    refused = run_course(copy, "check").out
    assert [lesson for lesson in LESSONS if f"{lesson}-one.ipynb" in refused] == moved
    kernels = Kernels(tmp_path / "counter")
    result = run_course(copy, "run", **kernels.variables)
    assert result.code == 0, result.err
    assert kernels.count() == len(moved)
    for lesson in moved:
        assert f"start     {lesson}-one  ({why})" in result.err


def test_all_corpora_are_built_beside_the_notebooks(executed: Path) -> None:
    """Whatever a lesson declares: a reader may look at another one."""
    names = {"data/animals/cat.csv", "data/plants/oak.csv", "data/plants/read.txt"}
    assert names | {"tools/sums.py"} == support_files(load_course(executed)).keys()


@pytest.mark.parametrize("arguments", [(), ("--locale", "en")], ids=["in-place", "built"])
def test_a_corpus_that_a_lesson_does_not_declare_cannot_be_read(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    """One line names notebook, cell, corpus and lesson; what errors are caught does not matter."""
    root = write_course(tmp_path / "course")
    edit(root / "course.toml", '["animals"]', '["plants"]')
    up = ".." if not arguments else "."
    path = f"{up}/data/animals/cat.csv"
    reading = f"PATH = {path!r}\nWAYS = {WAYS!r}\n{READ}"
    caught = f"try:\n    open({path!r})\nexcept Exception:\n    print('never mind')"
    write_notebook(root / "notebooks/01-cats-one.ipynb", reading, caught, "print('not reached')")
    result = run_course(root, "run", "01-cats", *arguments)
    assert result.code == 1
    (line,) = [line for line in result.err.splitlines() if "cell step-2" in line]
    assert "01-cats-one" in line
    assert line.endswith(
        "cell step-2: UndeclaredCorpus: data/animals/cat.csv is of the corpus 'animals', which the"
        " lesson 01-cats does not declare; add it to its corpora in course.toml"
    )
    (kept,) = (root / "build/run").rglob("01-cats-one.failed.ipynb")
    (shown,) = [cell for cell in read_notebook(kept)["cells"] if cell["id"] == "step-1"]
    assert text_of(shown["outputs"]).splitlines()[1:] == [
        f"{name} UndeclaredCorpus" for name in WAYS
    ]


def test_a_file_that_belongs_to_all_lessons_may_be_read_by_all(tmp_path: Path) -> None:
    """A corpus that is among the `files` too is in the cache key of each lesson."""
    root = write_course(tmp_path / "course")
    edit(root / "course.toml", '["tools/*.py"]', '["tools/*.py", "data/animals/*"]')
    write_notebook(root / "notebooks/03-none-one.ipynb", "open('../data/animals/cat.csv')")
    assert run_course(root, "run", "03-none").code == 0
    assert "file data/animals/cat.csv" in keyed(root, "03-none")
    assert "file data/animals/cat.csv" not in keyed(write_course(tmp_path / "other"), "03-none")


def keyed(root: Path, lesson_id: str) -> list[str]:
    """Return the names of the inputs in the cache key of a lesson's notebook."""
    it = load_course(root)
    lesson = it.lesson(lesson_id)
    return list(find_inputs(it, lesson, read_notebook(it.notebook(lesson, it.frameworks[0]))))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            '["animals"]',
            '["animal"]',
            "lesson '01-cats': corpora: unknown corpus 'animal', did you mean",
        ),
        ('["animals"]', '"animals"', "lessons 1: corpora is 'animals', expected a list of strings"),
        ("data/animals/*", "../secret/*", "corpora animals: '../secret/*.csv' leads out of"),
        ("data/animals/*.csv", " ", "corpora animals: an empty pattern"),
        ('["data/animals/*.csv"]', "3", "corpora animals is 3, expected a list of strings"),
        ("[corpora]\n", "corpora = 3\n[data]\n", "corpora is 3, expected a table of lists"),
    ],
)
def test_a_fault_in_the_corpora_is_one_line(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    """It names the file and the place in it."""
    root = write_course(tmp_path / "course")
    edit(root / "course.toml", old, new)
    with pytest.raises(CourseError, match=f"^{root}/course.toml: ") as caught:
        load_course(root)
    assert message in str(caught.value)
    assert len(caught.value.args) == 1


def test_a_corpus_without_files_is_not_built(tmp_path: Path) -> None:
    """Nothing is silently left out."""
    root = write_course(tmp_path / "course")
    edit(root / "course.toml", "data/plants/*.txt", "data/plants/*.md")
    with pytest.raises(CourseError, match="corpora plants: no file matches 'data/plants/"):
        support_files(load_course(root))
