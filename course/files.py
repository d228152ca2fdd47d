"""Reading files that others wrote, inside the course's tree only, and replacing files at once."""

import contextlib
import os
import tempfile
from pathlib import Path

from course.errors import CourseError

LIMIT = 1_000_000  # bytes of a translation file, a glossary, or a file of strings


def read_text(path: Path, root: Path, limit: int = LIMIT) -> str:
    """Return the text of an untrusted file as it stands on disk, line ends and all.

    Raises:
        CourseError: a link, outside `root`, too large, not UTF-8, or not to be read; one line.
    """
    name = show(path, root)
    refuse_links(path, root)
    try:
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as error:
        raise CourseError(f"{name}: {error.strerror}") from None
    if len(content) > limit:
        raise CourseError(f"{name}: more than {limit:,} bytes; split it")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CourseError(
            f"{name}:{line}: not UTF-8 at byte {error.start}; save the file as UTF-8"
        ) from None


def refuse_links(path: Path, root: Path) -> None:
    """Make sure that a path is in the tree below `root`, with no link on the way to it.

    Raises:
        CourseError: it is not; names the link.
    """
    for part in (path, *path.parents):
        if part == root:
            return
        if part.is_symlink():
            raise CourseError(f"{show(part, root)}: a link; put the file itself there")
    raise CourseError(f"{path}: outside of {root}")


def show(path: Path, root: Path) -> str:
    """Return a path relative to the course where it is inside, else in full."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def write_bytes(path: Path, content: bytes) -> bool:
    """Replace a file at once or not at all; one that holds `content` already is not touched.

    Returns whether anything was written.

    Raises:
        CourseError: it can't be written; nothing half-written is left.
    """
    with contextlib.suppress(OSError):
        if path.stat().st_size == len(content) and path.read_bytes() == content:
            return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            os.chmod(partial, _mode(path))
            os.replace(partial, path)
        except BaseException:
            os.unlink(partial)
            raise
    except OSError as error:
        raise CourseError(f"{path}: {error.strerror}; nothing was changed there") from None
    return True


def write_text(path: Path, text: str) -> bool:
    """Replace a text file, as `write_bytes` does, in UTF-8 and with its line ends as they are."""
    return write_bytes(path, text.encode("utf-8", "surrogatepass"))


def is_writable(path: Path) -> bool:
    """Tell whether a file or folder may be changed; the system lets its owner do more."""
    return bool(path.stat().st_mode & 0o222) and os.access(path, os.W_OK)


def file_stamp(path: Path) -> tuple[int, int, int]:
    """Return what changes when a file does: its time, size and number; zeros if it is not there."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0, 0
    return found.st_mtime_ns, found.st_size, found.st_ino


def _mode(path: Path) -> int:
    """Return the mode of an existing file, or that of a new one: mkstemp's is for one user only."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        umask = os.umask(0)
        os.umask(umask)
        return 0o666 & ~umask
