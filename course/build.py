"""Building the notebooks of every locale into folders that can be moved, zipped and opened."""

import contextlib
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course.errors import CourseError
from course.files import read_text, refuse_links, show, write_bytes
from course.lesson import SourceLesson, join_notebook, read_lesson
from course.match import MISSING, match, orphans
from course.merge import merge
from course.safety import new_active
from course.settings import Course, Locale
from course.strings import strings_for
from course.translation import Translation, parse

MANIFEST = ".course-build.json"  # what was built here, by hash: tells a learner's changes apart
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip file can hold


@dataclass
class Built:
    """What a build did in one locale."""

    locale: Locale
    folder: Path
    notebooks: int = 0
    written: int = 0
    kept: list[Path] = field(default_factory=list)  # a learner's, set aside or left as they are
    warnings: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict, repr=False)


def read_translation(course: Course, locale: Locale, lesson: SourceLesson) -> Translation:
    """Read the translation of a lesson; an empty one where there is no file.

    Raises:
        CourseError: the file cannot be read.
    """
    path = course.translation(locale, lesson.lesson)
    refuse_links(path, course.root)
    if not path.exists():
        return Translation()
    return parse(read_text(path, course.root))


def usable_translation(course: Course, locale: Locale, lesson: SourceLesson) -> Translation:
    """Read a translation that is to be built from or written to.

    Raises:
        CourseError: a line for each marker that is wrong, repeated id, merge conflict, and piece of
            active content.
    """
    translation = read_translation(course, locale, lesson)
    name = show(course.translation(locale, lesson.lesson), course.root)
    problems = [f"{name}:{problem.line}: {problem.message}" for problem in translation.problems]
    seen: set[str] = set()
    for cell in translation.cells:
        if cell.id in seen:
            problems.append(f"{name}:{cell.line}: cell {cell.id} stands here twice; remove one")
        seen.add(cell.id)
        source = lesson.get(cell.id)
        for active in () if cell.too_long else new_active(cell.text, source.text if source else ""):
            problems.append(
                f"{name}:{cell.line}: cell {cell.id}: active content {active!r}; remove it"
            )
    if not translation.cells and translation.preamble.strip():
        problems.append(f"{name}:1: no marker of a cell in the file; course sync {locale.id}")
    if problems:
        raise CourseError(*problems)
    return translation


def build(
    course: Course,
    locales: Sequence[Locale],
    out: Path,
    lessons: Sequence[SourceLesson] = (),
    keep_all: bool = False,
) -> list[Built]:
    """Write runnable, self-contained notebooks for each locale into `out/<locale>/`.

    All of a locale is read before any of it is written, and every file is replaced at once or not
    at all. What has not changed is not touched. `keep_all` is that of `write_folder`.

    Raises:
        CourseError: the findings of all locales that can't be built; the others are built.
    """
    lessons = lessons or [read_lesson(course, lesson) for lesson in course.lessons]
    support = support_files(course)
    done, problems = [], []
    for locale in locales:
        try:
            files, warnings = built_files(course, locale, lessons)
        except CourseError as error:
            problems.extend(error.args)
            continue
        built = write_folder(out / locale.id, {**support, **files}, locale, keep_all)
        built.notebooks = len(files)
        built.warnings = warnings
        done.append(built)
    if problems:
        raise CourseError(*dict.fromkeys(problems))  # a linked folder is one fault, not one a file
    return done


def built_files(
    course: Course, locale: Locale, lessons: Iterable[SourceLesson]
) -> tuple[dict[str, bytes], list[str]]:
    """Return the notebooks of a locale by name, and what there is to be warned of.

    Raises:
        CourseError: every translation of the locale that can't be used.
    """
    source = course.locale(course.source_locale)
    files, warnings, problems = {}, [], []
    words = {} if locale is source else strings_for(course, locale)
    for lesson in lessons:
        if locale.id == source.id:
            texts = [join_notebook(notebook, {}) for notebook in lesson.notebooks]
        else:
            try:
                translation = usable_translation(course, locale, lesson)
            except CourseError as error:
                problems.extend(error.args)
                continue
            matches = match(lesson, translation)
            texts = merge(lesson, matches, locale, source, words)
            name = show(course.translation(locale, lesson.lesson), course.root)
            missing = sum(item.status == MISSING for item in matches)
            if missing:
                cells = sum(item.is_passage for item in matches)
                warnings.append(f"{name}: {missing} of {cells} cells are shown in English")
            for cell in orphans(lesson, translation):
                warnings.append(f"{name}:{cell.line}: cell {cell.id} is in no notebook")
        for notebook, text in zip(lesson.notebooks, texts, strict=True):
            files[notebook.path.name] = text.encode("utf-8", "surrogatepass")
    if problems:
        raise CourseError(*problems)
    return files, warnings


def support_files(course: Course) -> dict[str, bytes]:
    """Return what notebooks need beside them, by the path at which it stands there.

    That is all in notebooks/ but the notebooks themselves, and the `files` and corpora of
    course.toml.

    Raises:
        CourseError: a pattern of course.toml that no file matches, or a link.
    """
    found: dict[str, Path] = {}
    for path in sorted(course.notebooks.rglob("*")):
        name = path.relative_to(course.notebooks)
        hidden = any(part.startswith((".", "__pycache__")) for part in name.parts)
        if path.is_symlink() and not hidden:
            raise CourseError(f"{show(path, course.root)}: a link; put the file itself there")
        if path.is_file() and not hidden and path.suffix != ".ipynb":
            found[name.as_posix()] = path
    for where, patterns in course.support.items():
        for pattern in patterns:
            matched = [path for path in sorted(course.root.glob(pattern)) if path.is_file()]
            if not matched:
                raise CourseError(f"course.toml: {where}: no file matches {pattern!r}")
            found |= {path.relative_to(course.root).as_posix(): path for path in matched}
    for path in found.values():
        if path.resolve() != path:  # it, or a folder on the way to it
            raise CourseError(f"{show(path, course.root)}: a link; put the file itself there")
    return {name: path.read_bytes() for name, path in found.items()}


def write_folder(
    folder: Path, files: dict[str, bytes], locale: Locale, keep_all: bool = False
) -> Built:
    """Make a folder hold `files`, and keep the notebooks that a learner has changed in it.

    A notebook that is not as it was built has been changed by a learner. It stays as long as there
    is nothing new to build; then it is kept under another name. With `keep_all`, so is every other
    file, and what has never been built there: the folder is a learner's own.
    """
    built = Built(locale, folder, files=files)
    manifest = _read_manifest(folder / MANIFEST)
    digest = said if keep_all else lambda _, content: hashlib.sha256(content).hexdigest()
    hashes = {name: digest(name, content) for name, content in files.items()}
    if manifest != hashes:
        # Noted before anything is written, so that what a killed build leaves is no learner's.
        known = {name: f"{manifest.get(name, '')} {key}".strip() for name, key in hashes.items()}
        write_bytes(folder / MANIFEST, _manifest_bytes({**manifest, **known}))
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


def said(name: str, content: bytes) -> str:
    """Return the hash of what a file says: of a notebook, its cells and not how they are written.

    JupyterLab saves a notebook that was only opened, with more about its kernel.
    """
    if name.endswith(".ipynb"):
        with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
            cells = [_said(cell) for cell in json.loads(content)["cells"]]
            content = json.dumps(cells, sort_keys=True).encode("utf-8")
    return hashlib.sha256(content).hexdigest()


def _said(part: Any) -> Any:
    """Return a part of a notebook with each text in one piece, and without what running leaves."""
    if isinstance(part, dict):
        passing = ("execution", "execution_count", "trusted")
        return {key: _said(value) for key, value in part.items() if key not in passing}
    if isinstance(part, list):
        texts = bool(part) and all(isinstance(item, str) for item in part)
        return "".join(part) if texts else [_said(item) for item in part]
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
        return {}  # none yet, or damaged: then nothing is known to be a learner's


def set_aside(path: Path) -> Path:
    """Move a learner's file to a name that is free beside it; return that."""
    number = 1
    while (other := path.with_name(f"{path.stem}.yours-{number}{path.suffix}")).exists():
        number += 1
    path.rename(other)
    return other


def slug(title: str) -> str:
    """Return a title as part of a file name.

    >>> slug("Neural networks for text")
    'neural-networks-for-text'
    """
    return re.sub(r"[\W_]+", "-", title.casefold()).strip("-")


def bundle(files: dict[str, bytes], path: Path, name: str) -> Path:
    """Write what was built as a zip file, the same bytes each time, whatever a learner changed.

    Entries are sorted, dated alike and stored as they are: how far bytes shrink depends on the
    version of zlib, and most of these are packed already.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for item, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{name}/{item}", EPOCH)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # Unix, wherever it is made
            file.writestr(entry, content)
    write_bytes(path, stream.getvalue())
    return path
