"""Write date, versions and result of a run of these tests into docs/torchtext.md.

python tests/torchtext/record.py build/torchtext.xml    # pytest's --junitxml
"""

import platform
import sys
from collections import Counter
from datetime import date
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

PAGE = Path(__file__).parents[2] / "docs" / "torchtext.md"
MARK = "<!-- The last run, written by tests/torchtext/record.py. -->\n"
PACKAGES = ("torch", "torchtext", "numpy")
LESSON = "test_a_pytorch_lesson_runs_beside_torchtext"


def main(arguments: list[str]) -> int:
    """Replace what the page says below its mark."""
    (report,) = arguments
    head, mark, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    if not mark:
        print(f"error: {PAGE} has no line {MARK.strip()!r}", file=sys.stderr)
        return 1
    cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    lessons = [case for case in cases if case.get("name", "").startswith(LESSON)]
    others = [case for case in cases if case not in lessons]
    versions = [f"{name} {version(name).partition('+')[0]}" for name in PACKAGES]
    where = ", ".join([f"Python {platform.python_version()}", *versions, f"on {platform.system()}"])
    lines = [f"Last run on {date.today()}: {where}.", "", "| what | result |", "|---|---|"]
    lines.append(f"| tokens, vocabularies, batches | {describe(others)} |")
    lines += [
        f"| {name_of(case)}, with `import torchtext` first | {describe([case])} |"
        for case in lessons
    ]
    PAGE.write_text(head + mark + "\n".join(lines) + "\n", encoding="utf-8")
    return 0


def name_of(case: ElementTree.Element) -> str:
    """Return the notebook of a test, which stands in brackets behind its name."""
    return f"`{case.get('name', '').partition('[')[2].rstrip(']')}.ipynb`"


def describe(cases: list[ElementTree.Element]) -> str:
    """Return how many passed, and of what did not, its number and first reason."""
    counts: Counter[str] = Counter()
    reasons: dict[str, str] = {}
    for case in cases:
        bad = next(
            (
                case.find(kind)
                for kind in ("failure", "error", "skipped")
                if case.find(kind) is not None
            ),
            None,
        )
        result = (
            "passed"
            if bad is None
            else {"failure": "failed", "error": "failed"}.get(bad.tag, bad.tag)
        )
        counts[result] += 1
        if bad is not None:
            lines = [line for line in bad.get("message", "").splitlines() if line.strip(" -")]
            reasons.setdefault(result, (lines or ["no reason"])[0].replace("|", "/")[:160])
    shown = [f"{counts[name]} {name}" for name in ("passed", "failed", "skipped") if counts[name]]
    shown += [f"{name}: {reason}" for name, reason in reasons.items()]
    return "; ".join(shown)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
