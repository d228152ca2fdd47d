"""Run all notebooks with other seeds, and name each cell and seed that fails.

    python tests/night/seeds.py [arguments of `course run`, such as -j 2 or 03-rnn]

Every seed is run to its end before anything is judged. Seed 0 is that of the committed outputs.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "night" / "seeds"
SEEDS = range(1, 6)


def main(arguments: list[str]) -> int:
    """Run the notebooks with each seed; return 1 if one of them failed, else 0."""
    failures = []
    for seed in SEEDS:
        out = FOLDER / f"seed-{seed}"
        report = out / "report.json"
        report.unlink(missing_ok=True)
        print(f"seed {seed}", flush=True)
        command = [sys.executable, "-m", "course", "run", "--seed", str(seed), "--out", str(out)]
        code = subprocess.run([*command, *arguments], cwd=ROOT, check=False).returncode
        if code:
            found = list_failures(json.loads(report.read_text("utf-8"))) if report.exists() else []
            failures += [f"seed {seed}: {what}" for what in found or [f"exit code {code}"]]
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "failures.txt").write_text("".join(f"{line}\n" for line in failures), "utf-8")
    (FOLDER / "facts.txt").write_text(f"seeds {SEEDS[0]} to {SEEDS[-1]}\n", "utf-8")
    for line in failures:
        print(f"error: {line}", file=sys.stderr)
    return 1 if failures else 0


def list_failures(report: dict) -> list[str]:
    """Return a line for each notebook of a report that did not come to its end."""
    lines = []
    for item in report["notebooks"]:
        failure = item["failure"] or {}
        if item["status"] not in ("executed", "stored"):
            cell = f", cell {failure['cell']}" if failure.get("cell") else ""
            lines.append(f"{item['name']}{cell}: {failure.get('name') or item['status']}")
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
