"""The package as it is installed, and the files that name its versions, held together."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import files, requires, version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from course.formats.course_toml import load_course
from course.machine import DISTRIBUTION, how_to_install
from tests.fixtures import tiny

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# What an install on one machine brings along and another has no use for.
ONE_PLATFORM_ONLY = re.compile(r"nvidia|cuda|triton|\+")
# What the course was asked to be built on, by the extra that brings it.
ESSENTIAL = {
    "notebooks": {"jupyter", "ipykernel", "papermill"},
    "pytorch": {"torch"},
    "tensorflow": {"tensorflow"},
    "test": {"nbval", "pytest"},
}
MOST_MEGABYTES = 80  # of the tool alone


def direct_requirements(without: str = "") -> list[Requirement]:
    """Return what pyproject.toml asks for, extras included, all `without` one."""
    extras = PROJECT["optional-dependencies"]
    lists = [extras[name] for name in extras if name != without]
    found = [Requirement(line) for line in sum(lists, PROJECT["dependencies"])]
    return [item for item in found if item.name != DISTRIBUTION]


def extras_of(names: Iterable[str]) -> set[str]:
    """Return the packages that extras bring, by those that they name as well."""
    found: set[str] = set()
    for name in names:
        for line in PROJECT["optional-dependencies"][name]:
            item = Requirement(line)
            found |= extras_of(item.extras) if item.name == DISTRIBUTION else {item.name}
    return {canonicalize_name(name) for name in found}


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
    assert len(required) >= len(direct_requirements())
    assert [line for line in required if not re.search(r'",\s+# \S+ \S+', line)] == []


def test_the_essential_packages_are_direct() -> None:
    """They do not come by chance, and each where it belongs."""
    assert {name: ESSENTIAL[name] - extras_of([name]) for name in ESSENTIAL} == dict.fromkeys(
        ESSENTIAL, set()
    )


def test_each_framework_is_an_extra_of_its_own() -> None:
    """An extra bears the framework's id, and no other list brings a framework along."""
    names = {extra: extras_of([extra]) for extra in PROJECT["optional-dependencies"]}
    for framework in load_course(ROOT).frameworks:
        package = framework.packages[:1]  # none where notebooks need no framework
        assert names[framework.id] - names["lessons"] == {*package}
        for name in package:
            assert [extra for extra in names if name in names[extra]] == [framework.id]


def closure(name: str, extra: str = "") -> set[str]:
    """Return a distribution and all that it brings here, as its metadata say."""
    found: set[tuple[str, str]] = set()
    waiting = [(canonicalize_name(name), extra)]
    while waiting:
        item = waiting.pop()
        if item in found:
            continue
        found.add(item)
        for line in requires(item[0]) or []:
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": item[1]}):
                names = ["", *needed.extras]
                waiting += [(canonicalize_name(needed.name), each) for each in names]
    return {each for each, _ in found}


def test_the_tool_brings_no_framework_and_no_jupyter() -> None:
    """Installed without an extra it is light, and holds to what it says it needs."""
    light = closure(DISTRIBUTION)
    assert light.isdisjoint({"torch", "tensorflow", "jupyter", "ipykernel", "notebook", "numpy"})
    paths = {
        path
        for name in light
        for path in files(name) or []
        if not path.is_absolute() and path.suffix != ".pyc"
    }
    size = sum(Path(str(path.locate())).stat().st_size for path in paths)
    assert size <= MOST_MEGABYTES * 1e6


# A finder before all others that hides each distribution that an install does not bring.
ALONE = """
import importlib.metadata as metadata, sys
brought, packages = set({brought!r}), metadata.packages_distributions()
class Hidden:
    def find_spec(self, name, path=None, target=None):
        owners = {{item.lower().replace("_", "-") for item in packages.get(name, [])}}
        if owners and not owners & brought:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Hidden())
"""
COMMANDS = """
from course.cli import main
for words in {commands!r}:
    assert main(words) == (words[0] == "check"), words  # which finds what is wrong with that course
sys.exit(main(["run"]))
"""


def run_alone(code: str, brought: set[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run code where nothing but these distributions is installed."""
    code = ALONE.format(brought=sorted(brought)) + code
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_tool_works_alone_on_any_course(tmp_path: Path) -> None:
    """Where nothing else is, translators' commands run; others say what they lack."""
    tiny.write_course(tmp_path)
    commands = [["--help"], ["build"], ["check", "ar"], ["status"], ["todo", "pl"], ["sync", "ja"]]
    done = run_alone(COMMANDS.format(commands=commands), closure(DISTRIBUTION), tmp_path)
    assert done.returncode == 1, done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert line.endswith(f" is not installed; {how_to_install('notebooks')}")
    assert (tmp_path / "build" / "notebooks" / "pl" / "01-cats-ink.ipynb").is_file()


@pytest.mark.parametrize(
    ("extra", "modules"),
    [
        ("notebooks", "execution.run execution.reports.files execution.engines.execute"),
        ("cluster", "execution.engines.cluster execution.engines.remote execution.engines.execute"),
        ("site", "website.build website.cloud"),
        ("book", "books.build books.epub books.pdf books.browser"),
        ("lab", "jupyterlab.contents jupyterlab.extension jupyterlab.workspace"),
    ],
)
def test_an_extra_brings_all_that_its_command_needs(
    extra: str, modules: str, tmp_path: Path
) -> None:
    """What a module imports as it is used is imported as well."""
    names = [f"course.{name}" for name in modules.split()]
    code = "".join(f"import {name}\n" for name in [*names, *imported_later(names)])
    done = run_alone(code, closure(DISTRIBUTION) | closure(DISTRIBUTION, extra), tmp_path)
    assert done.returncode == 0, done.stderr


OPTIONAL = "course.execution.engines.cluster"  # `run` says what to install where it is missing


def imported_later(names: list[str]) -> list[str]:
    """Return the modules that these import within functions."""
    found = []
    for name in names:
        tree = ast.parse((ROOT / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8"))
        for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
            for node in ast.walk(function):
                if isinstance(node, ast.Import):
                    found += [item.name for item in node.names]
                elif isinstance(node, ast.ImportFrom):
                    found.append(node.module)
    return [
        name for name in dict.fromkeys(found) if not name.startswith("course.execution.engines.cl")
    ]


def test_conda_gets_the_same_versions() -> None:
    """environment.yml pins what make installs at the versions of constraints.txt, and uses it."""
    conda, pip = conda_environment()
    options = [line for line in pip if line.startswith("-")]
    assert options == [
        "--constraint constraints.txt",
        "--editable .[notebooks,pytorch,tensorflow,test,site,book,lab]",
    ]
    pins = parse_pins([line for line in pip if not line.startswith("-")])
    locked = constraints()
    chosen = ("notebooks", "pytorch", "tensorflow", "test", "site", "book", "lab")
    names = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]}
    names |= extras_of(chosen)
    assert pins == {name: locked[name] for name in names}
    assert conda == ["python=3.11", "pip"]


def test_the_lessons_have_their_notebooks() -> None:
    """Every lesson is there in each of its frameworks, so that no test runs on nothing."""
    course = load_course(ROOT)
    wanted = {course.notebook(*pair) for pair in course.pairs}
    assert wanted
    assert set((ROOT / "notebooks").glob("*.ipynb")) == wanted


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, install it into an empty folder, and return that."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
    wheel = [*pip, "wheel", "--no-index", "--no-build-isolation", "--no-deps", "-w", folder, ROOT]
    subprocess.run(wheel, check=True)
    (built,) = folder.glob("notebook_course-*.whl")
    target = folder / "site"
    command = [*pip, "install", "--no-index", "--no-deps", "--target", target, built]
    subprocess.run(command, check=True)
    return target


def test_a_plain_install_holds_nothing_more(installed: Path) -> None:
    """The wheel is the tool: nothing of this course, no tests, no caches."""
    names = {path.name for path in installed.iterdir()} - {"__pycache__", "bin"}
    assert {name for name in names if not name.endswith(".dist-info")} == {"course"}
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
