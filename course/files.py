"""Reading untrusted files, inside the course's tree only, and replacing files atomically."""

import contextlib
import os
import tempfile
from pathlib import Path

from course.errors import CourseError

LIMIT = 1_000_000  # bytes of a translation file, a glossary, or a file of strings


def read_text(path: Path, root: Path, limit: int = LIMIT) -> str:
    """Return the content of an untrusted file, with its line endings as they are.

    Raises:
        CourseError: a symbolic link, outside `root`, larger than `limit` bytes, not UTF-8, or
            unreadable; one line.
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
    """Ensure that a path lies below `root`, and that no part of it is a symbolic link.

    Raises:
        CourseError: it does not; names the symbolic link.
    """
    for part in (path, *path.parents):
        if part == root:
            return
        if part.is_symlink():
            raise CourseError(f"{show(part, root)}: a symbolic link; copy its target there")
    raise CourseError(f"{path}: outside of {root}")


def show(path: Path, root: Path) -> str:
    """Return a path for a message: relative to `root` where it is inside, else in full."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def write_bytes(path: Path, content: bytes) -> bool:
    """Replace a file atomically; one that holds `content` already is not touched.

    Returns whether anything was written.

    Raises:
        CourseError: it can't be written; no partial file is left.
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
    """Replace a text file, as `write_bytes` does, in UTF-8 and with line endings as they are."""
    return write_bytes(path, text.encode("utf-8", "surrogatepass"))


def is_writable(path: Path) -> bool:
    """Return whether a file or folder is writable, by its mode bits too: root may write all."""
    return bool(path.stat().st_mode & 0o222) and os.access(path, os.W_OK)


def file_stamp(path: Path) -> tuple[int, int, int]:
    """Return modification time (ns), size (bytes) and inode of a file; zeros if it is missing."""
    try:
        stat = path.stat()
    except OSError:
        return 0, 0, 0
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _mode(path: Path) -> int:
    """Return the mode of an existing file, or the default one: mkstemp's is 0o600."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        umask = os.umask(0)
        os.umask(umask)
        return 0o666 & ~umask
