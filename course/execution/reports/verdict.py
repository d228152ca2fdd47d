"""The verdict on a report of `course run`, and the differences from the last run.

A report is the dictionary that docs/report.schema.json describes. All its formats agree, because
all of them are rendered from the values here.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from course.execution.reports import words
from course.execution.reports.words import count

PASSED = ("executed", "stored")
RUN_STATUSES = (*PASSED, "failed", "interrupted", "unstarted")
LESS_THAN_SHOWN = {"accuracy": 0.0005, "seconds": 0.05}  # a difference that its digits do not show
ORDER = ("bad", "good", "none")  # of changes; what is even comes last
NOTABLE = 0.1  # of the last time, and at least a second: less is noise


@dataclass(frozen=True)
class Verdict:
    """The verdict on a run: Passed, Failed or Interrupted, and the counts behind it."""

    word: str
    counts: str

    @property
    def kind(self) -> str:
        """Return the word as a CSS class."""
        return self.word.lower()


@dataclass(frozen=True)
class Change:
    """A difference from the last run; `kind` is good, bad, even or none, `text` its wording."""

    kind: str
    text: str


@dataclass(frozen=True)
class Result:
    """A model's result compared with the last run; `gone` if only the last run has it."""

    model: str
    parameters: int | None
    seconds: float | None
    accuracy: float | None
    seconds_change: Change
    accuracy_change: Change
    gone: bool = False


def judge(report: dict[str, Any]) -> Verdict:
    """Return the verdict of a run: it passed if every notebook did, and every accuracy gate."""
    notebooks = report["notebooks"]
    status = Counter(item["status"] for item in notebooks)
    unfinished = status["interrupted"] + status["unstarted"]
    gates = [judge_gate(item, gate) for item in notebooks for gate in item["gates"]]
    missed = gates.count("missed")
    parts = [
        f"{_of(status['failed'], notebooks, 'notebook')} failed" if status["failed"] else "",
        f"{_of(unfinished, notebooks, 'notebook')} not finished" if unfinished else "",
        f"{_of(missed, gates, 'accuracy gate')} missed" if missed else "",
    ]
    good = not any(parts)
    word = "Passed" if good else "Failed"
    if report["interrupted"]:
        word = "Interrupted"
    parts += [
        count(len(notebooks), "notebook") if good else "",
        f"all of {count(len(gates), 'accuracy gate')} met" if good and gates else "",
        f"{status['executed']} executed" if status["executed"] else "",
        f"{status['stored']} from the store" if status["stored"] else "",
    ]
    return Verdict(word, ", ".join(part for part in parts if part))


def judge_gate(notebook: dict[str, Any], gate: dict[str, Any]) -> str:
    """Return passed, missed, or not measured where the notebook was not completed."""
    if notebook["status"] not in PASSED:
        return "not measured"
    return "passed" if gate["passed"] else "missed"


def explain_gate(notebook: dict[str, Any], gate: dict[str, Any]) -> str:
    """Return the minimum of a gate and the accuracy reached, in one line.

    A model without a result is most likely a typo in the profile, so the names are listed.
    """
    wanted = f"{gate['model']}: at least {gate['least']:g}"
    if notebook["status"] not in PASSED:
        return f"{wanted}, not measured: the notebook is {notebook['status']}"
    if gate["accuracy"] is None:
        models = ", ".join(row["model"] for row in notebook["results"]) or "none"
        return f"{wanted}, but no result has that name; results: {models}"
    return f"{wanted}, {'reached' if gate['passed'] else 'but'} {gate['accuracy']:.6g}"


def explain_failure(notebook: dict[str, Any]) -> str:
    """Return what stopped a notebook in one line: `cell what-cats-eat: ValueError: too many`."""
    failure = notebook["failure"] or {"cell": None, "name": "unknown cause", "message": ""}
    parts = (failure["cell"] and f"cell {failure['cell']}", failure["name"], failure["message"])
    return words.shorten(": ".join(part for part in parts if part))


def before(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the notebooks of the last run by name; empty where there was no last run."""
    return {item["name"]: item for item in (report["last"] or {"notebooks": ()})["notebooks"]}


def compare_status(notebook: dict[str, Any], last: dict[str, dict[str, Any]]) -> str:
    """Return the change of a notebook's status since the last run, or an empty string."""
    if not last:
        return ""
    if notebook["name"] not in last:
        return "not in the last run"
    passed, then = notebook["status"] in PASSED, last[notebook["name"]]["status"]
    if then in PASSED:
        return "passed in the last run" if notebook["status"] == "failed" else ""
    if then == "failed":
        return "failed in the last run" if passed else "failed in the last run too"
    return "not finished in the last run"


def compare_results(notebook: dict[str, Any], last: dict[str, dict[str, Any]]) -> list[Result]:
    """Return the models of a notebook, compared with their results in the last run.

    Models that only the last run has come at the end, unless the notebook has not finished.
    """
    then = last.get(notebook["name"], {"status": None, "results": ()})
    known = dict(_numbered(then["results"]))
    results = []
    for key, row in _numbered(notebook["results"]):
        old = known.pop(key, None)
        if old is None:
            change = Change("none", "new" if then["status"] in PASSED else "")
            results.append(_result(row, change, change))
        else:
            seconds = compare_seconds(row["seconds"], old["seconds"])
            accuracy = compare_accuracy(row["accuracy"], old["accuracy"])
            results.append(_result(row, seconds, accuracy))
    if notebook["status"] in PASSED:
        results += [_gone(row) for row in known.values()]
    return results


def list_results(report: dict[str, Any]) -> list[tuple[dict[str, Any], list[Result]]]:
    """Return the notebooks that have results with their models: what has changed comes first.

    That is, what is worse, then what is better, new or gone, then what is the same.
    """
    last = before(report)
    found = [(item, compare_results(item, last)) for item in report["notebooks"]]
    found = [(item, sorted(rows, key=_sameness)) for item, rows in found if rows]
    return sorted(found, key=lambda pair: min(map(_sameness, pair[1])))


def count_differing(results: Iterable[tuple[dict[str, Any], list[Result]]]) -> tuple[int, int]:
    """Return how many results differ from the last run, and how many there are."""
    rows = [row for _, found in results for row in found]
    return sum(_sameness(row) < len(ORDER) for row in rows), len(rows)


def _sameness(row: Result) -> int:
    """Return the rank of a result: 0 for worse, 1 for better, 2 for new or gone, 3 for the same."""
    changes = (row.accuracy_change, row.seconds_change)
    kinds = {change.kind for change in changes if change.text}
    return next((rank for rank, kind in enumerate(ORDER) if kind in kinds), len(ORDER))


def compare_accuracy(now: float | None, then: float | None) -> Change:
    """Return by how much an accuracy is better or worse than the last run's."""
    if now is None or then is None:
        return Change("none", "")
    difference = now - then
    if abs(difference) < LESS_THAN_SHOWN["accuracy"]:
        return Change("even", "= same")
    if difference > 0:
        return Change("good", f"▲ {difference:.3f} better")
    return Change("bad", f"▼ {-difference:.3f} worse")


def compare_seconds(now: float | None, then: float | None) -> Change:
    """Return by how much a time is longer or shorter than the last run's; `even` if it is noise."""
    if now is None or then is None:
        return Change("none", "")
    difference = now - then
    if abs(difference) < LESS_THAN_SHOWN["seconds"]:
        return Change("even", "= same")
    notable = abs(difference) >= max(1, NOTABLE * then)
    if difference > 0:
        return Change("bad" if notable else "even", f"▲ {words.seconds(difference)} slower")
    return Change("good" if notable else "even", f"▼ {words.seconds(-difference)} faster")


def caution(report: dict[str, Any]) -> str:
    """Return the differences that limit a comparison with the last run, or an empty string."""
    last = report["last"]
    if last is None:
        return ""
    parts = []
    if last["parameters"] != report["parameters"]:
        parts.append(f"other parameters ({words.parameters(last['parameters'])})")
    elif names := _otherwise_run(report):
        parts.append(f"other parameters in {words.join_names(names)}")
    if last["device"] != report["machine"]["device"]:
        parts.append(f"another device ({last['device']})")
    return f"The last run had {' and '.join(parts)}." if parts else ""


def _otherwise_run(report: dict[str, Any]) -> list[str]:
    """Return the notebooks that had other parameters in the last run."""
    then = {name: item["parameters"] for name, item in before(report).items()}
    return [
        item["name"]
        for item in report["notebooks"]
        if item["name"] in then and then[item["name"]] != item["parameters"]
    ]


def left_out(report: dict[str, Any]) -> list[str]:
    """Return the notebooks that the last run had and this one has not."""
    names = {item["name"] for item in report["notebooks"]}
    return [name for name in before(report) if name not in names]


def why(notebook: dict[str, Any]) -> str:
    """Return why a notebook was executed, or why not."""
    if notebook["status"] == "stored":
        return f"nothing changed since {words.moment(notebook['started'])}"
    return notebook["why"] or ""


def list_notices(report: dict[str, Any]) -> list[str]:
    """Return the notices of a report: limits of the comparison, and outputs that differ."""
    notices = [caution(report)]
    if names := left_out(report):
        notices.append(f"In the last run, not in this one: {words.join_names(names)}.")
    notices += _list_profile_notices(report["notebooks"])
    differing = [item for item in report["notebooks"] if item["differs"]]
    for item in differing[:10]:
        cells = words.join_names(item["differs"])
        notices.append(f"Not the text of the stored run of the same key: {item['name']}, {cells}.")
    if len(differing) > 10:
        notices.append(f"So do {count(len(differing) - 10, 'more notebook')}.")
    return [text for text in notices if text]


def _list_profile_notices(notebooks: list[dict[str, Any]]) -> list[str]:
    """Return which notebooks lack a parameter of the profile, or a gate."""
    ignored: dict[str, list[str]] = {}
    for item in notebooks:
        for parameter in item["ignored"]:
            ignored.setdefault(parameter, []).append(item["name"])
    notices = [f"No parameter {name}: {words.join_names(ignored[name])}." for name in ignored]
    ungated = [item["name"] for item in notebooks if item["results"] and not item["gates"]]
    if ungated and any(item["gates"] for item in notebooks):
        notices.append(f"Results without an accuracy gate: {words.join_names(ungated)}.")
    return notices


def _of(number: int, items: list[Any], noun: str) -> str:
    return f"{number:,} of {count(len(items), noun)}"


def _numbered(rows: Iterable[dict[str, Any]]) -> list[tuple[tuple[str, int], dict[str, Any]]]:
    """Return the rows with unique keys: the model, and a number where it occurs again."""
    seen: Counter[str] = Counter()
    numbered = []
    for row in rows:
        numbered.append(((row["model"], seen[row["model"]]), row))
        seen[row["model"]] += 1
    return numbered


def _result(row: dict[str, Any], seconds: Change, accuracy: Change, gone: bool = False) -> Result:
    return Result(
        row["model"], row["parameters"], row["seconds"], row["accuracy"], seconds, accuracy, gone
    )


def _gone(row: dict[str, Any]) -> Result:
    then = f"gone; {words.number(row['accuracy'], '.3f')} in the last run"
    row = {"model": row["model"], "parameters": None, "seconds": None, "accuracy": None}
    return _result(row, Change("none", ""), Change("none", then), gone=True)
