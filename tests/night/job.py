"""A nightly job: run its commands, all of them, then say what failed, here and in docs/ci.md.

    python tests/night/job.py twice 'make run …' 'make run --force …'

Leaves `build/night/<job>/summary.md`, which goes to the page of a CI run and into the issue that a
failure opens, and `headline.txt` there if the job failed. A command that knows more about its
failures than that it failed writes them, a line each, to `failures.txt` in that folder, and what it
tested to `facts.txt`. On a machine that is not CI, the job's row of the table in docs/ci.md gets
date, cost and result.
"""

import os
import re
import resource
import subprocess
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "ci.md"


def main(arguments: list[str]) -> int:
    """Run the commands of a job; return 1 if one of them failed, else 0."""
    name, *commands = arguments
    folder = ROOT / "build" / "night" / name
    for old in ("failures.txt", "facts.txt", "headline.txt", "summary.md"):
        (folder / old).unlink(missing_ok=True)
    failed = [
        command
        for command in commands
        if subprocess.run(command, shell=True, cwd=ROOT, check=False).returncode
    ]
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    failures = read_lines(folder / "failures.txt") if failed else []
    facts = read_lines(folder / "facts.txt")
    result = describe(failed, failures)
    write_summary(folder, name, result, [*facts, *failures])
    if "CI" not in os.environ:
        minutes = (used.ru_utime + used.ru_stime) / 60
        cells = [f"{date.today()}, {minutes:.0f} min of CPU", "; ".join([*facts, result])]
        DOCS.write_text(with_row(DOCS.read_text("utf-8"), name, cells), encoding="utf-8")
    print(f"night-{name}: {result}", file=sys.stderr if failed else sys.stdout)
    return 1 if failed else 0


def read_lines(path: Path) -> list[str]:
    """Return the lines of a file; none if it is not there."""
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def describe(failed: list[str], failures: list[str]) -> str:
    """Return the result of a job in one line.

    >>> describe([], []), describe(["make test"], []), describe(["make test"], ["seed 3: a", "b"])
    ('passed', 'failed: make test', 'failed: seed 3: a; b')
    """
    return f"failed: {'; '.join(failures or failed)}" if failed else "passed"


def write_summary(folder: Path, name: str, result: str, lines: list[str]) -> None:
    """Write what CI shows: the result, the lines below it, and the summaries of the runs."""
    folder.mkdir(parents=True, exist_ok=True)
    runs = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*/summary.md"))]
    head = f"# night-{name}: {result.partition(':')[0]}\n"
    parts = [head, "".join(f"- {line}\n" for line in lines), *runs]
    (folder / "summary.md").write_text("\n".join(filter(None, parts)), encoding="utf-8")
    if result != "passed":
        headline = f"{name}: {result.partition(': ')[2]}"[:100]
        (folder / "headline.txt").write_text(headline + "\n", encoding="utf-8")


def with_row(text: str, name: str, cells: list[str]) -> str:
    """Return the page with new last cells in the row of a job.

    >>> with_row("| `make night-a` | all | never | |", "a", ["today", "passed"])
    '| `make night-a` | all | today | passed |'
    """
    row = re.compile(rf"^(\| `make night-{name}` \|[^|\n]*\|)[^|\n]*\|[^|\n]*\|$", re.MULTILINE)
    cells = [cell.replace("|", "/") for cell in cells]
    new, count = row.subn(lambda found: f"{found[1]} {' | '.join(cells)} |", text)
    if count != 1:
        raise SystemExit(f"error: docs/ci.md has {count} rows for night-{name}, not one")
    return new


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
