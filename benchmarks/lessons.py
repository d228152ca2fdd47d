"""Print CPU seconds, memory and the figures of the claims of each notebook, as two tables.

    python benchmarks/lessons.py            # executes what has no result in the store
    python benchmarks/lessons.py --force    # executes everything

One notebook at a time, one thread, the demo corpora.  The first table stands in README.md; the
second has what each cell tagged `claim` printed, and what it took.  Exits 1 if a notebook, or the
mean of a framework's notebooks, is above its budget; the start of the kernel and the imports count.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COURSE = Path(sys.executable).with_name("course")
# CPU seconds, over all notebooks of a framework.
MEAN = {"python": 10, "pytorch": 50, "tensorflow": 80}
MOST = {"python": 10, "pytorch": 90, "tensorflow": 135}  # of any one of them
IMPORTS = "imports"  # the id of the cell that ends the imports


def run_course(words: list[str]) -> list[dict]:
    """Execute what has to be, and return the notebooks of the report, each with its `claims`."""
    with tempfile.TemporaryDirectory() as out:
        command = [COURSE, "run", "-j", "1", "--out", out, "--course", ROOT, *words]
        if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode:
            raise SystemExit(1)
        notebooks = json.loads((Path(out) / "report.json").read_bytes())["notebooks"]
        for notebook in notebooks:
            executed = json.loads((Path(out) / f"{notebook['name']}.ipynb").read_bytes())
            notebook["claims"] = dict(claims(executed["cells"]))
        return notebooks


def claims(cells: list[dict]) -> Iterator[tuple[str, str]]:
    """Yield the id of each cell tagged `claim`, and what it printed, in one line."""
    for cell in cells:
        if "claim" in cell["metadata"].get("tags", ()):
            printed = ["".join(output.get("text", "")) for output in cell["outputs"]]
            yield cell["id"], "; ".join("".join(printed).split("\n")).strip("; ")


def import_seconds(notebook: dict) -> float:
    """Return the CPU seconds until the imports are done, the start of the kernel included."""
    cells = notebook["cells"]
    last = [cell["id"] for cell in cells].index(IMPORTS)
    return notebook["cpu_seconds"] - sum(cell["cpu_seconds"] for cell in cells[last + 1 :])


def row(notebook: dict) -> str:
    """Return a notebook's row of the table."""
    imports, cpu = import_seconds(notebook), notebook["cpu_seconds"]
    most, memory = MOST[notebook["framework"]], notebook["peak_memory"] / 1e6
    mark = "" if cpu <= most else " ✗"
    return (
        f"| {notebook['name']} | {cpu:.0f}{mark} | {imports:.0f} | {cpu - imports:.0f}"
        f" | {memory:.0f} MB | {most} |"
    )


def claim_rows(notebook: dict) -> Iterator[str]:
    """Yield a row for each claim of a notebook."""
    seconds = {cell["id"]: cell["cpu_seconds"] for cell in notebook["cells"]}
    for id_, printed in notebook["claims"].items():
        figures = printed.replace("|", "\\|")
        yield f"| {notebook['name']} | {id_} | {seconds[id_]:.1f} | {figures} |"


def main(words: list[str]) -> int:
    notebooks = run_course(words)
    print("| notebook | CPU seconds | start and imports | the rest | memory | at most |")
    print("|---|---|---|---|---|---|")
    missed = 0
    for notebook in notebooks:
        missed += notebook["cpu_seconds"] > MOST[notebook["framework"]]
        print(row(notebook))
    for framework, budget in MEAN.items():
        spent = [one["cpu_seconds"] for one in notebooks if one["framework"] == framework]
        if spent:
            mean = statistics.fmean(spent)
            missed += mean > budget
            mark = "" if mean <= budget else " ✗"
            print(f"| mean of {framework} | {mean:.0f}{mark} | | | | {budget} |")
    print("", "| notebook | claim | CPU seconds | figures |", "|---|---|---|---|", sep="\n")
    print(*(line for notebook in notebooks for line in claim_rows(notebook)), sep="\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
