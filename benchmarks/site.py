"""Measure `course site` on this course and on generated ones: time, memory and bytes a locale.

    python benchmarks/site.py                          # this course: cold, again, one change
    python benchmarks/site.py --generate 2x50 4x10 8x10   # locales x lessons of generated courses

Prints one line a measurement; a locale's seconds and memory are flat when they do not grow with
the number of locales.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import scale  # noqa: E402

scale.PLOT = scale.PLOT[:20_000]  # a length that base64 can have


def measure(root: Path, what: str, locales: int) -> float:
    """Build the site of a course, and print what it took; the memory is the largest process's."""
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "course", "site", "--course", str(root)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )
    _, code, used = os.wait4(process.pid, 0)  # its children are counted once they have ended
    seconds = time.monotonic() - started
    if code:
        sys.exit(f"{what}: course site failed")
    pages = sum(path.stat().st_size for path in (root / "build/site").rglob("*.html"))
    memory = used.ru_maxrss / 1024
    cpu = used.ru_utime + used.ru_stime
    parts = [f"{what:26} {seconds:7.1f} s", f"{seconds / locales:6.2f} s a locale"]
    parts += [f"{cpu:7.1f} s of CPU", f"{memory:4.0f} MB"]
    print("  ".join([*parts, f"{pages / locales / 1e6:5.2f} MB of pages a locale"]), flush=True)
    return seconds


def this_course(folder: Path) -> None:
    """Measure a copy of this course: cold, unchanged, and with one word changed in Polish."""
    for name in ("course.toml", "torchnlp.py", "TRANSLATING.md"):
        shutil.copy(ROOT / name, folder)
    for name in ("nlphelpers", "notebooks", "translations", "data"):
        shutil.copytree(ROOT / name, folder / name)
    locales = len(list((folder / "translations").iterdir())) + 1
    measure(folder, "this course, cold", locales)
    measure(folder, "nothing changed", locales)
    path = folder / "translations" / "pl" / "03-rnn.md"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("sieć", "Sieć", 1), encoding="utf-8")
    measure(folder, "one translation changed", locales)


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--generate", metavar="LOCALESxLESSONS", nargs="*", default=[])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if not arguments.generate:
            this_course(Path(folder))
        for size in arguments.generate:
            locales, lessons = map(int, size.split("x"))
            root = Path(folder) / size
            root.mkdir()
            scale.write_course(root, locales - 1, lessons)  # English comes on top
            measure(root, f"{locales} locales, {lessons} lessons", locales)
            shutil.rmtree(root)
    return 0


if __name__ == "__main__":
    sys.exit(main())
