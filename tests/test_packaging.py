"""The package as it is installed, and the files that name its versions, held together."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from course.formats.course_toml import load_course

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# What an install on one machine brings along and another has no use for.
ONE_PLATFORM_ONLY = re.compile(r"nvidia|cuda|triton|\+")
# What the lessons import or are run with, the frameworks apart.
ESSENTIAL = {"jupyter", "ipykernel", "papermill", "matplotlib", "tqdm", "pooch", "rich"}


def direct_requirements(without: str = "") -> list[Requirement]:
    """Return what pyproject.toml asks for, extras included, all `without` one."""
    extras = PROJECT["optional-dependencies"]
    lists = [extras[name] for name in extras if name != without]
    return [Requirement(line) for line in sum(lists, PROJECT["dependencies"])]


def parse_pins(lines: list[str]) -> dict[str, str]:
    """Return name and version of every line `name==version`; other lines are an error."""
    pins: dict[str, str] = {}
    for line in lines:
        name, _, pinned = line.partition("==")
        assert re.fullmatch(r"[\w.-]+", name), f"not a pin: {line!r}"
        assert re.fullmatch(r"[\w.]+", pinned), f"not a pin: {line!r}"
        assert canonicalize_name(name) not in pins, f"pinned twice: {line!r}"
        pins[canonicalize_name(name)] = pinned
    return pins


def constraints() -> dict[str, str]:
    """Return the pins of constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return parse_pins([line for line in lines if not line.startswith("#")])


def conda_environment() -> tuple[list[str], list[str]]:
    """Return the conda lines and the pip lines of environment.yml."""
    document = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    (pip,) = [entry["pip"] for entry in document["dependencies"] if isinstance(entry, dict)]
    return [entry for entry in document["dependencies"] if isinstance(entry, str)], pip


@pytest.mark.parametrize("requirement", direct_requirements(), ids=lambda item: item.name)
def test_every_requirement_has_a_pin_in_its_range(requirement: Requirement) -> None:
    """constraints.txt names one version of it, and pyproject.toml allows that version."""
    pinned = constraints().get(canonicalize_name(requirement.name))
    assert pinned is not None, f"{requirement.name} is not in constraints.txt: make lock"
    assert requirement.specifier.contains(pinned)
    assert requirement.specifier, f"{requirement.name} has no lower bound"


def test_constraints_name_what_is_installed() -> None:
    """The tests run with the versions that are called tested."""
    pins = constraints()
    installed = {
        name: version(name).partition("+")[0]
        # The browser's are there after `make test-site` only.
        for name in (canonicalize_name(item.name) for item in direct_requirements("browser"))
    }
    assert installed == {name: pins[name] for name in installed}


def test_constraints_hold_on_every_platform() -> None:
    """No CUDA package and no local label such as +cpu; pip on Linux brings those by itself."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pinned = [line for line in text.splitlines() if not line.startswith("#")]
    assert len(pinned) > 100
    assert [line for line in pinned if ONE_PLATFORM_ONLY.search(line)] == []


def test_every_requirement_says_why() -> None:
    """Each line of a list of requirements ends in a comment."""
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    required = [line for line in lines if re.match(r'  "[a-z][\w-]*[<>=~]', line)]
    assert len(required) == len(direct_requirements())
    assert [line for line in required if not re.search(r'",\s+# \S+ \S+', line)] == []


def test_the_essential_packages_are_direct() -> None:
    """What the lessons import or are run with does not come by chance."""
    assert {canonicalize_name(Requirement(x).name) for x in PROJECT["dependencies"]} >= ESSENTIAL


def test_each_framework_is_an_extra_of_its_own() -> None:
    """An extra bears the framework's id, and no other list brings a framework along."""
    lists = {"": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}
    names = {extra: {Requirement(line).name for line in lines} for extra, lines in lists.items()}
    for framework in load_course(ROOT).frameworks:
        (package, *_) = framework.packages
        assert names[framework.id] == {package}
        assert [extra for extra in names if package in names[extra]] == [framework.id]


def test_conda_gets_the_same_versions() -> None:
    """environment.yml pins what make installs at the versions of constraints.txt, and uses it."""
    conda, pip = conda_environment()
    options = [line for line in pip if line.startswith("-")]
    assert options == [
        "--constraint constraints.txt",
        "--editable .[pytorch,tensorflow,test,site,lab]",
    ]
    pins = parse_pins([line for line in pip if not line.startswith("-")])
    locked = constraints()
    extras = PROJECT["optional-dependencies"]
    chosen = ("pytorch", "tensorflow", "test", "site", "lab")
    needed = sum((extras[name] for name in chosen), PROJECT["dependencies"])
    names = {canonicalize_name(Requirement(line).name) for line in needed}
    assert pins == {name: locked[name] for name in names}
    assert conda == ["python=3.11", "pip"]


def test_the_lessons_have_their_notebooks() -> None:
    """Every lesson is there in each of its frameworks, so that no test runs on nothing."""
    course = load_course(ROOT)
    wanted = {course.notebook(*pair) for pair in course.pairs}
    assert wanted
    assert set((ROOT / "notebooks").glob("*.ipynb")) == wanted


LOAD = """
import torchnlp, course.cli
train, test, classes, vocab = torchnlp.load_dataset("demo")
print(torchnlp.__file__, len(train), len(test), *classes, sep="\\n")
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, install it into an empty folder, and return that."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
    wheel = [*pip, "wheel", "--no-index", "--no-build-isolation", "--no-deps", "-w", folder, ROOT]
    subprocess.run(wheel, check=True)
    (built,) = folder.glob("nlp_course-*.whl")
    target = folder / "site"
    command = [*pip, "install", "--no-index", "--no-deps", "--target", target, built]
    subprocess.run(command, check=True)
    return target


def test_a_plain_install_finds_the_demo_corpus(installed: Path, tmp_path: Path) -> None:
    """Away from the repository, the installed module reads the installed corpus."""
    done = subprocess.run(
        # -P and the cwd keep the repository out; PYTHONPATH puts the install before the editable.
        [sys.executable, "-P", "-c", LOAD],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    module, train, test, *classes = done.stdout.splitlines()[-7:]
    assert Path(module) == installed / "torchnlp.py"
    assert (train, test) == ("12000", "3000")
    assert classes == ["World", "Sports", "Business", "Sci/Tech"]


def test_a_plain_install_holds_nothing_more(installed: Path) -> None:
    """The wheel is the helpers, the tool and the corpus: no tests, notebooks or caches."""
    names = {path.name for path in installed.iterdir()} - {"__pycache__", "bin"}
    assert {name for name in names if not name.endswith(".dist-info")} == {
        "course",
        "nlp_course_data",
        "nlphelpers",
        "torchnlp.py",
    }
    assert {path.name for path in (installed / "nlp_course_data" / "demo").iterdir()} == {
        "train.csv.gz",
        "test.csv.gz",
    }
    assert (installed / "bin" / "course").is_file()


def test_a_plain_install_has_what_jupyterlab_loads(installed: Path) -> None:
    """The part of `course lab` that runs in the browser comes with it: nobody needs Node."""
    folder = Path("course/jupyterlab/labextension")
    files = {path.relative_to(ROOT) for path in (ROOT / folder).rglob("*") if path.is_file()}
    assert folder / "@course/lab/package.json" in files
    assert [path for path in files if not (installed / path).is_file()] == []


def test_make_refuses_an_old_python_in_one_line(tmp_path: Path) -> None:
    """It says which Python it tried and how to name another one."""
    old = tmp_path / "python3.9"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = subprocess.run(
        ["make", "--no-print-directory", f"PYTHON={old}", "READY=never", "never"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == (
        f"error: {old} is not Python 3.11 or newer; name one: make PYTHON=python3.12 …"
    )
