"""Pyodide, Python as WebAssembly, which runs exercises on the page: a folder beside the site."""

import base64
import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from course.errors import CourseError
from course.files import write_bytes
from course.website.frame import HERE, STATIC

VERSION = "314.0.7"  # of the npm package, and its hash there
SHA512 = "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
FOLDER = "pyodide"  # beside that of the site, and within its shared folder
FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")  # served as is
ABOUT, LOCK = "package.json", "pyodide-lock.json"
NOTICE = """\
Pyodide {version}: https://github.com/pyodide/pyodide
Mozilla Public License 2.0: https://mozilla.org/MPL/2.0/
It holds Python and its standard library: https://github.com/python/cpython
Python Software Foundation License 2: https://docs.python.org/3/license.html
These files are as the npm package `pyodide` has them, but for the list of packages, which is empty.
"""


@dataclass(frozen=True)
class Pyodide:
    """Pyodide in a folder: its version, its list of packages without any, its size in megabytes."""

    folder: Path
    version: str
    lock: str
    size: int

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield the files that pages load, by their path in the site."""
        place = f"{STATIC}/{FOLDER}"
        for name in FILES:
            yield f"{place}/{name}", (self.folder / name).read_bytes()
        yield f"{place}/{LOCK}", self.lock.encode()
        yield f"{place}/worker.js", (HERE / "static" / "worker.js").read_bytes()
        yield f"{place}/NOTICE.txt", NOTICE.format(version=self.version).encode()


def find_pyodide(out: Path) -> Pyodide | None:
    """Return Pyodide, if it lies in the folder beside a site, which is built in `out`.

    Raises:
        CourseError: the folder is there, but not whole.
    """
    folder = out.with_name(FOLDER)
    if not folder.is_dir():
        return None
    try:
        version = json.loads((folder / ABOUT).read_bytes())["version"]
        info = json.loads((folder / LOCK).read_bytes())["info"]
        size = sum((folder / name).stat().st_size for name in FILES)
    except (OSError, ValueError, KeyError) as error:
        raise CourseError(f"{folder}: not all of Pyodide ({error}); remove this folder") from None
    lock = json.dumps({"info": info, "packages": {}})  # the standard library only
    return Pyodide(folder, version, lock, round(size / 1e6))


def fetch_pyodide(out: Path) -> str:
    """Fetch Pyodide with npm into the folder beside a site, if it is not there in this version.

    Returns:
        Why it is not there now; empty if it is.
    """
    folder = out.with_name(FOLDER)
    try:
        if json.loads((folder / ABOUT).read_bytes())["version"] == VERSION:
            return ""
    except (OSError, ValueError, KeyError):
        pass
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    with tempfile.TemporaryDirectory() as place:
        command = [npm, "pack", f"pyodide@{VERSION}"]
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"npm pack pyodide@{VERSION}: {(done.stderr.splitlines() or ['failed'])[0]}"
        (packed,) = Path(place).glob("*.tgz")
        content = packed.read_bytes()
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != SHA512:
        return f"npm pack pyodide@{VERSION}: not the file that is expected"
    with tarfile.open(fileobj=io.BytesIO(content)) as package:
        for name in (*FILES, LOCK, ABOUT):  # the version last: a fetch that breaks off is repeated
            member = package.extractfile(f"package/{name}")
            write_bytes(folder / name, member.read() if member else b"")
    return ""
