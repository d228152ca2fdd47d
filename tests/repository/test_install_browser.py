"""tests/install-browser: takes the browser that is there, and gets one where there is none."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "install-browser"
NOTE = '#!/bin/sh\necho "$(basename "$0") $*" >> "$CALLS"\n'
PACKAGES = "chromium fonts-noto-cjk fonts-noto-core poppler-utils"


class Machine:
    """A path on which nothing lies but a few tools, and programs that note how they are called."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.log = folder / "calls"
        for name in ("bash", "sh", "env", "grep", "true", "basename"):
            (self.bin / name).symlink_to(str(shutil.which(name)))
        self.put("id", "#!/bin/sh\necho 0\n")

    def put(self, name: str, script: str = NOTE) -> None:
        """Put a program on the path."""
        path = self.bin / name
        path.write_text(script)
        path.chmod(0o755)

    def run(self, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the script with a Python that is a stand-in."""
        environment = {"PATH": str(self.bin), "CALLS": str(self.log), **variables}
        return subprocess.run(
            [SCRIPT, "python"], env=environment, capture_output=True, text=True, check=False
        )

    @property
    def calls(self) -> list[str]:
        """What was called."""
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine without a browser, whose Python and apt-get are stand-ins."""
    made = Machine(tmp_path)
    made.put("python")
    made.put("apt-get")
    return made


NAMES = re.search(r"for name in (.*); do", SCRIPT.read_text())[1].split()


def test_tests_start_the_browser_that_is_found() -> None:
    """The script and the tests look for the same programs, in the same order."""
    code = (SCRIPT.parent / "fixtures" / "browser.py").read_text()
    assert re.findall(r'"([\w-]+)"', re.search(r"NAMES = \((.*)\)", code)[1]) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_browser_that_is_there_is_taken(machine: Machine, name: str) -> None:
    """Nothing is installed, and nothing said."""
    machine.put(name)
    done = machine.run()
    assert (done.returncode, done.stdout, machine.calls) == (0, "", [])


def test_a_browser_that_is_named_must_be_there(machine: Machine) -> None:
    """One line, and nothing is installed in its place."""
    machine.put("chromium")
    done = machine.run(CHROMIUM="/nowhere/chrome")
    assert done.returncode == 1
    assert done.stderr == "error: CHROMIUM is /nowhere/chrome, and that is no program\n"
    assert machine.run(CHROMIUM="chromium").returncode == 0
    assert machine.calls == []


@pytest.mark.parametrize("user", ["root", "sudo"])
def test_debian_installs_its_own_package(machine: Machine, user: str) -> None:
    """With fonts, so that screenshots show letters in each language."""
    machine.put("apt-cache", "#!/bin/sh\necho 'Architecture: amd64'\n")
    if user == "sudo":
        machine.put("id", "#!/bin/sh\necho 1000\n")
        machine.put("sudo", f'{NOTE}shift\nexec "$@"\n')
    done = machine.run()
    assert done.returncode == 0, done.stderr
    update, install = [line for line in machine.calls if line.startswith("apt-get")]
    assert update == "apt-get -qq update"
    assert install.endswith(f"--no-install-recommends {PACKAGES}")
    assert any(line.startswith("sudo -n env") for line in machine.calls) == (user == "sudo")


@pytest.mark.parametrize("why", ["no package", "no rights"])
def test_playwright_brings_its_own_elsewhere(machine: Machine, why: str) -> None:
    """Where the system has no such package, or does not let us."""
    if why == "no rights":
        machine.put("apt-cache", "#!/bin/sh\necho 'Architecture: amd64'\n")
        machine.put("id", "#!/bin/sh\necho 1000\n")
        machine.put("sudo", "#!/bin/sh\nexit 1\n")
    assert machine.run().returncode == 0
    assert [line for line in machine.calls if not line.endswith("update")] == [
        "python -m playwright install chromium"
    ]
