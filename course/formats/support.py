"""The files that notebooks need beside them: pictures, helper modules, corpora."""

from pathlib import Path

from course.errors import CourseError
from course.files import show
from course.formats.settings import Course

IMAGES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
}


def support_files(course: Course) -> dict[str, bytes]:
    """Return the contents of the files that notebooks need beside them, by relative path.

    These are all files in notebooks/ but the notebooks themselves, and the `files` and corpora of
    course.toml.

    Raises:
        CourseError: a pattern of course.toml that no file matches, or a symbolic link.
    """
    found: dict[str, Path] = {}
    for path in sorted(course.notebooks.rglob("*")):
        name = path.relative_to(course.notebooks)
        hidden = any(part.startswith((".", "__pycache__")) for part in name.parts)
        if path.is_symlink() and not hidden:
            raise CourseError(f"{show(path, course.root)}: a symbolic link; copy its target there")
        if path.is_file() and not hidden and path.suffix != ".ipynb":
            found[name.as_posix()] = path
    for where, patterns in course.support.items():
        for pattern in patterns:
            matched = [path for path in sorted(course.root.glob(pattern)) if path.is_file()]
            if not matched:
                raise CourseError(f"course.toml: {where}: no file matches {pattern!r}")
            found |= {path.relative_to(course.root).as_posix(): path for path in matched}
    for path in found.values():
        if path.resolve() != path:  # a symbolic link in it or above it
            raise CourseError(f"{show(path, course.root)}: a symbolic link; copy its target there")
    return {name: path.read_bytes() for name, path in found.items()}


def find_images(notebooks: Path) -> dict[str, Path]:
    """Return the pictures of the notebooks by the relative paths that cells link; no symlinks."""
    return {
        path.relative_to(notebooks).as_posix(): path
        for path in sorted((notebooks / "images").rglob("*"))
        if path.suffix.lower() in IMAGES and path.is_file() and path.resolve() == path
    }
