"""Measure the tool on a generated course: many locales, many lessons.

    python benchmarks/scale.py                       # 60 locales, 50 lessons, 2 frameworks
    python benchmarks/scale.py --locales 6 --lessons 5

Prints seconds, peak memory and bytes beside the targets; exits 1 if a target is missed.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from course.building.notebooks import build  # noqa: E402
from course.formats.course_toml import load_course  # noqa: E402
from course.formats.lesson import read_lesson  # noqa: E402
from course.formats.translation import Cell, Translation, render_translation  # noqa: E402

CELLS = 40  # of prose in a notebook; as many of code, every fifth with a plot
PLOT = "iVBORw0KGgo" + "A" * 20_000  # as many bytes as a small plot has
WORDS = "a network reads the text and keeps state of each word that it has seen before".split()
VOWELS = "àáâãäåæèéêëìíîïòóôõöøùúûüýÿāăąćčđēėęěğģīįıķļłńņňőœŕřśşšţťūůűųźżž"


def prose(chance: random.Random, number: int) -> str:
    """Return the Markdown of a cell: a heading now and then, sentences, code, a formula, a list."""
    sentences = [" ".join(chance.choices(WORDS, k=12)).capitalize() + "." for _ in range(3)]
    sentences[1] = sentences[1].replace(" ", f" `step_{number}` ", 1)
    text = "\n".join(sentences)
    if number % 4 == 0:
        text = f"## Part {number}\n\n{text}"
    if number % 5 == 0:
        text += f"\n\n* one of $x_{{{number}}}$;\n* two of **{number}**."
    return text


def write_course(root: Path, locales: int, lessons: int) -> None:
    """Write course.toml, notebooks and translations."""
    tags = [f"x{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(locales)]
    toml = 'title = "Scale"\nsource_locale = "en"\n'
    toml += "".join(f'[[lessons]]\nid = "{n:02}-part"\ntitle = "{n}"\n' for n in range(lessons))
    toml += "".join(f'[[frameworks]]\nid = "{name}"\nname = "{name}"\n' for name in ("one", "two"))
    toml += "".join(
        f'[[locales]]\nid = "{tag}"\nname = "{tag}"\ndirection = "ltr"\n' for tag in ["en", *tags]
    )
    (root / "course.toml").write_text(toml)
    (root / "notebooks").mkdir()
    for number in range(lessons):
        chance = random.Random(number)
        shared = [prose(chance, n) for n in range(CELLS)]
        for framework in ("one", "two"):
            own = [prose(chance, n) for n in range(CELLS)]
            cells = []
            for n in range(CELLS):
                name = f"cell-{n}" if n % 2 else f"cell-{n}-{framework}"
                text = shared[n] if n % 2 else own[n]
                cells.append({"cell_type": "markdown", "id": name, "metadata": {}, "source": text})
                outputs = (
                    []
                    if n % 5
                    else [
                        {"output_type": "display_data", "metadata": {}, "data": {"image/png": PLOT}}
                    ]
                )
                cells.append(
                    {
                        "cell_type": "code",
                        "id": f"code-{n}",
                        "metadata": {},
                        "outputs": outputs,
                        "execution_count": n + 1,
                        "source": f"step_{n} = {n}\nprint(step_{n})",
                    }
                )
            notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
            path = root / "notebooks" / f"{number:02}-part-{framework}.ipynb"
            path.write_text(json.dumps(notebook, indent=1) + "\n")
    course = load_course(root)
    for lesson in course.lessons:
        source = read_lesson(course, lesson)
        for number, tag in enumerate(tags):
            cells = tuple(
                Cell(cell.id, translate(cell.text, number), source=cell.hash)
                for cell in source.cells
            )
            text = render_translation(Translation("", cells))
            path = root / "translations" / tag / f"{lesson.id}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)


def translate(text: str, number: int) -> str:
    """Return a text with other vowels, those of one locale, but for what a translation keeps."""
    vowels = [VOWELS[(number + 7 * n) % len(VOWELS)] for n in range(5)]
    letters = str.maketrans("aeiou", "".join(vowels))
    parts = text.replace("$", "`").split("`")  # every second one is code or a formula
    marks = [sign for sign in text if sign in "`$"] + [""]
    done = [part if n % 2 else part.translate(letters) for n, part in enumerate(parts)]
    return "".join(part + mark for part, mark in zip(done, marks, strict=True))


def timed(name: str, target: float, root: Path, *arguments: str) -> dict:
    """Run a command of the tool in a process of its own; return its seconds and its memory."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "course", *arguments],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"course {' '.join(arguments)}: {done.stdout[-500:]}{done.stderr[-500:]}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    memory = peak / 1024 if peak > before else None
    return {"what": name, "seconds": seconds, "target": target, "megabytes": memory}


def one_lesson(root: Path) -> dict:
    """Time the building of one lesson in one locale, after start: read, match, merge, write."""
    course = load_course(root)
    locale, out = course.targets[0], root / "build" / "one"
    start = time.perf_counter()
    lesson = read_lesson(course, course.lessons[0])
    build(course, [locale], out, [lesson])
    seconds = time.perf_counter() - start
    return {"what": "one lesson, one locale", "seconds": seconds, "target": 0.2, "megabytes": None}


def size(folder: Path, pattern: str) -> int:
    return sum(path.stat().st_size for path in folder.rglob(pattern) if path.is_file())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--locales", type=int, default=60)
    parser.add_argument("--lessons", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_course(root, options.locales, options.lessons)
        first = [timed("course --help", 0.3, root, "--help")]
        first.append(timed("check everything", 120, root, "check"))
        rows = [*first, timed("build everything", 60, root, "build")]
        before = {path: path.stat().st_mtime_ns for path in (root / "build").rglob("*")}
        rows.append(timed("build again, no change", 60, root, "build"))
        touched = sum(before[path] != path.stat().st_mtime_ns for path in before if path.is_file())
        rows.append(one_lesson(root))
        prose_bytes = size(root / "translations" / "xaa", "*.md")
        copies = size(root / "notebooks", "*.ipynb")
    counts = f"{options.locales} locales, {options.lessons} lessons, 2 frameworks"
    print(f"{counts}, {CELLS} cells of prose in each notebook")
    missed = 0
    for row in rows:
        met = row["seconds"] <= row["target"] and (row["megabytes"] or 0) <= 500
        missed += not met
        memory = f"{row['megabytes']:6.0f} MB" if row["megabytes"] else " " * 9
        print(
            f"{row['what']:24} {row['seconds']:7.2f} s  (at most {row['target']:g} s)  {memory}"
            f"  {'met' if met else 'MISSED'}"
        )
    print(f"files touched by the second build: {touched}")
    print(f"bytes a locale: {prose_bytes:,}; copies of the notebooks: {copies:,}")
    return 1 if missed or touched else 0


if __name__ == "__main__":
    sys.exit(main())
