"""Built folders, in which a learner's own changes are kept."""

import contextlib
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course.files import write_bytes
from course.formats.settings import Locale

MANIFEST = ".course-build.json"  # hashes of the built files, which reveal a learner's changes


@dataclass
class Built:
    """The outcome of a build in one locale."""

    locale: Locale
    folder: Path
    notebooks: int = 0
    written: int = 0
    kept: list[Path] = field(default_factory=list)  # a learner's, renamed or left as they are
    warnings: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict, repr=False)


def write_folder(
    folder: Path, files: dict[str, bytes], locale: Locale, keep_all: bool = False
) -> Built:
    """Write `files` to a folder, and keep the notebooks that a learner has changed in it.

    A notebook whose hash differs from the built one has been changed by a learner. It stays as long
    as there is nothing new to build; then it is renamed. With `keep_all`, so is every other file,
    and what has never been built there: the folder is a learner's own.
    """
    built = Built(locale, folder, files=files)
    manifest = _read_manifest(folder / MANIFEST)
    digest = content_hash if keep_all else lambda _, content: hashlib.sha256(content).hexdigest()
    hashes = {name: digest(name, content) for name, content in files.items()}
    if manifest != hashes:
        # Recorded before any file is written: what an interrupted build leaves is no learner's.
        recorded = {name: f"{manifest.get(name, '')} {key}".strip() for name, key in hashes.items()}
        write_bytes(folder / MANIFEST, _manifest_bytes({**manifest, **recorded}))
    for name, content in files.items():
        path = folder / name
        if (keep_all or path.suffix == ".ipynb") and path.is_file():
            found, known = digest(name, path.read_bytes()), manifest.get(name, "")
            changed = (keep_all or known) and found not in (*known.split(), hashes[name])
            if changed and known.endswith(hashes[name]):
                built.kept.append(path)
                continue
            if changed:
                built.kept.append(set_aside(path))
        built.written += write_bytes(path, content)
    for name in manifest.keys() - files.keys():
        path = folder / name
        if path.is_file() and digest(name, path.read_bytes()) in manifest[name]:
            path.unlink()
    write_bytes(folder / MANIFEST, _manifest_bytes(hashes))
    return built


def content_hash(name: str, content: bytes) -> str:
    """Return the hash of a file; that of a notebook covers its cells, not their serialisation.

    JupyterLab saves a notebook that was only opened, with more metadata of its kernel.
    """
    if name.endswith(".ipynb"):
        with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
            cells = [_normalised(cell) for cell in json.loads(content)["cells"]]
            content = json.dumps(cells, sort_keys=True).encode("utf-8")
    return hashlib.sha256(content).hexdigest()


def _normalised(part: Any) -> Any:
    """Return a part of a notebook with each string joined, without the traces of execution."""
    if isinstance(part, dict):
        volatile = ("execution", "execution_count", "trusted")
        return {key: _normalised(value) for key, value in part.items() if key not in volatile}
    if isinstance(part, list):
        is_string = bool(part) and all(isinstance(item, str) for item in part)
        return "".join(part) if is_string else [_normalised(item) for item in part]
    return part


def _manifest_bytes(hashes: dict[str, str]) -> bytes:
    return json.dumps(hashes, indent=1, sort_keys=True).encode() + b"\n"


def _read_manifest(path: Path) -> dict[str, str]:
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        return {
            name: value
            for name, value in manifest.items()
            if isinstance(value, str)
            and not Path(name).is_absolute()
            and ".." not in Path(name).parts
        }
    except (OSError, ValueError, AttributeError):
        return {}  # none yet, or damaged: no file counts as changed by a learner


def set_aside(path: Path) -> Path:
    """Rename a learner's file to an unused name beside it; return the new path."""
    number = 1
    while (other := path.with_name(f"{path.stem}.yours-{number}{path.suffix}")).exists():
        number += 1
    path.rename(other)
    return other
