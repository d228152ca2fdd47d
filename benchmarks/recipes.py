"""Compare the lesson's training recipe with the reference recipe, in one process and one run.

    python benchmarks/recipes.py                        # everything, about two hours
    python benchmarks/recipes.py --framework pytorch --models rnn lstm --train-size 4000

Prints seconds, test accuracy and the time to the accuracy that the lesson's recipe reaches with
every seed, each target beside what was measured; exits 1 if a target is missed.  Needs the test
extra (scikit-learn).
"""

import argparse
import importlib
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from measure import TARGETS, Watch, median_epoch

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared/data/ag_news"
THREADS = 2


def parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--framework", choices=["pytorch", "tensorflow"], help="one of them only")
    parser.add_argument("--models", nargs="+", metavar="MODEL", help="only models of these names")
    parser.add_argument("--train-size", type=int, help="train on so many texts, for a quick look")
    parser.add_argument("--seeds", type=int, default=3, help="runs of each recipe (3)")
    parser.add_argument("--epochs", type=int, default=10, help="most epochs of the reference (10)")
    parser.add_argument("--threads", type=int, default=THREADS, help=f"cores to use ({THREADS})")
    parser.add_argument(
        "--cpu",
        action="store_true",
        help="count the CPU seconds of this process, where others use the machine",
    )
    parser.add_argument("--root", type=Path, default=DATA, help="folder of AG News")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here too")
    options = parser.parse_args(argv)
    for name in ("seeds", "epochs", "threads"):
        if getattr(options, name) < 1:
            parser.error(f"--{name} {getattr(options, name)}: give 1 or more")
    if options.cpu and options.threads > 1:
        parser.error("--cpu needs --threads 1: a thread that waits for another uses its core too")
    return options


def set_threads(threads: int) -> None:
    """Hold every library to `threads` CPU cores; this must come before any is imported."""
    os.environ["OMP_NUM_THREADS"] = str(threads)
    os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ["TF_NUM_INTEROP_THREADS"] = str(threads)
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"  # the targets are those of a CPU
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # its notes on the CPU hide the progress


def load(root: Path, train_size: int | None) -> dict:
    """Load the texts, the whole vocabulary, and those of the words seen twice and five times."""
    sys.path.insert(0, str(ROOT))  # torchnlp.py of this tree, installed or not
    import torchnlp

    *_, whole = torchnlp.load_dataset("ag_news", root=root, train_size=train_size)
    start = time.perf_counter()
    train, test, _, vocab = torchnlp.load_dataset(
        "ag_news", root=root, train_size=train_size, min_freq=5
    )
    once = time.perf_counter() - start
    twice = torchnlp.load_dataset("ag_news", root=root, train_size=train_size, min_freq=2)[3]
    vocabs = {2: twice, 5: vocab}
    return {"train": train, "test": test, "whole": whole, "vocabs": vocabs, "once": once}


def linear_svm(data: dict) -> tuple[float, float]:
    """Return seconds and test accuracy of a linear SVM on TF-IDF weights of words and pairs."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    labels, texts = zip(*data["train"], strict=True)
    start = time.perf_counter()
    weights = TfidfVectorizer(ngram_range=(1, 2))
    classifier = LinearSVC().fit(weights.fit_transform(texts), labels)
    seconds = time.perf_counter() - start
    labels, texts = zip(*data["test"], strict=True)
    return seconds, float(classifier.score(weights.transform(texts), labels))


def chosen(options: argparse.Namespace) -> list[tuple[str, str]]:
    """Return the (framework, model) pairs asked for; an unknown name ends the program."""
    pairs = [
        (framework, model)
        for framework, models in TARGETS.items()
        if options.framework in (None, framework)
        for model in models
    ]
    unknown = set(options.models or []) - {model for _, model in pairs}
    if unknown:
        known = ", ".join(dict.fromkeys(model for _, model in pairs))
        print(
            f"--models {' '.join(sorted(unknown))}: unknown; use some of {known}", file=sys.stderr
        )
        raise SystemExit(2)
    return [pair for pair in pairs if pair[1] in (options.models or [pair[1]])]


def make_say() -> Callable[[str], None]:
    """Return a function that prints a line of progress with the minutes since now."""
    start = time.perf_counter()

    def say(line: str) -> None:
        minutes, seconds = divmod(int(time.perf_counter() - start), 60)
        print(f"[{minutes:2}:{seconds:02}] {line}", file=sys.stderr, flush=True)

    return say


def with_mark(text: str, checks: list, what: str, target: str) -> str:
    """Put the target and a mark beside a figure that has one."""
    check = next((check for check in checks if check.what == what), None)
    if check is None:
        return text
    sign, colour = ("✓", "green") if check.met else ("✗", "red")
    bound = "≤" if check.at_most else "≥"
    return f"{text} [{colour}]{bound} {target.format(check.target)} {sign}[/]"


def row(result) -> list[str]:
    """Return the cells of one model's row of the table."""
    checks = result.checks()
    references, lesson = result.references, result.lesson
    ratio = f"{result.epoch_ratio:.1f}×" if result.epoch_ratio else ""
    accuracies = [run.accuracy for run in result.runs]
    seeds = f"{sum(accuracies) / len(accuracies):.4f} / {min(accuracies):.4f}"
    share = f"{result.preparation_share:.1%}"
    return [
        f"{result.framework} {result.model}",
        f"{median_epoch(references):.1f} s, {references[0].accuracies[0]:.4f}"
        if references
        else "",
        f"{result.epoch_seconds:.1f} s" + (f" × {lesson.epochs}" if lesson.epochs > 1 else ""),
        with_mark(ratio, checks, "epoch, times faster", "{:g}×"),
        *reach_cells(result, checks),
        with_mark(f"{lesson.accuracy:.4f}", checks, "test accuracy", "{}"),
        seeds,
        with_mark(share, checks, "preparation, share of epoch", "{:.0%}"),
        f"{result.preparation.floor:.1f} s",
        f"{result.preparation.once:.1f} s",
        f"{references[0].tracing:.1f} / {lesson.tracing:.1f} s" if lesson.tracing else "",
    ]


def reach_cells(result, checks: list) -> list[str]:
    """Return goal, times of the reference and of the lesson to it, seed by seed, and the ratio."""
    if not result.references:
        return ["", "", "", ""]
    least = "" if all(run.reached for run in result.references) else "more than "
    ratio = f"{least}{result.reach_ratio:.0f}×" if result.reach_ratio else "never"
    return [
        f"{result.targets.goal:.2f}",
        ", ".join(when_reached(run) for run in result.references),
        ", ".join(when_reached(run) for run in result.runs),
        with_mark(ratio, checks, "to the goal, times faster", "{:g}×"),
    ]


def when_reached(run) -> str:
    """Return the seconds to the goal; of a run that never was there, all that it had.

    >>> when_reached(Run(31.0, (0.3, 0.5)))
    'not in 31 s'
    """
    return f"{run.reached:.1f} s" if run.reached else f"not in {run.seconds:.0f} s"


def show(results: list, svm: tuple[float, float], options: argparse.Namespace, texts: int) -> None:
    """Print the table and what it says of the bidirectional network and the linear SVM."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=240)
    seconds = "CPU seconds" if options.cpu else "seconds"
    title = f"{texts:,} training texts, threads: {options.threads}, one process, {seconds}"
    table = Table(title=title, box=box.SIMPLE)
    table.add_column("model")
    for name in [
        "reference epoch",
        "lesson epoch",
        "faster",
        "goal",
        "reference there",
        "lesson there",
        "faster there",
        "test accuracy",
        f"mean / min of {options.seeds} seeds",
        "preparation",
        "floor",
        "once before",
        "tracing",
    ]:
        table.add_column(name, justify="right")
    for result in results:
        table.add_row(*row(result))
    console.print(table)
    console.print(
        "The reference turns texts into indices in every epoch, which counts; the lesson does so "
        "once before the first, which does not count and stands in the last column but one. "
        "Nor does TensorFlow's tracing of the graph, by either recipe: the last column."
    )
    console.print(f"Linear SVM on TF-IDF of words and pairs: {svm[1]:.4f} in {svm[0]:.1f} s")
    for result in results:
        if result.packing:
            console.print(
                "The lesson's recipe takes the packed network's last states out of padded batches:"
                " the same numbers. With packing itself the epoch took "
                f"{result.packing.seconds:.1f} s, test accuracy {result.packing.accuracy:.4f}."
            )
        if (result.framework, result.model) == ("pytorch", "bidirectional"):
            won = "beats" if result.lesson.accuracy > svm[1] else "does not beat"
            console.print(f"The bidirectional LSTM {won} it: {result.lesson.accuracy:.4f}")


def as_json(results: list, svm: tuple[float, float], options: argparse.Namespace) -> str:
    """Return all figures, the checks and where they were measured."""
    versions = {name: version(name) for name in ("torch", "tensorflow", "keras", "scikit-learn")}
    rows = [
        {**asdict(result), "checks": [{**asdict(c), "met": c.met} for c in result.checks()]}
        for result in results
    ]
    report = {
        "threads": options.threads,
        "cpu_seconds": options.cpu,
        "train_size": options.train_size,
        "versions": versions,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "linear_svm": {"seconds": svm[0], "accuracy": svm[1]},
        "results": rows,
    }
    return json.dumps(report, indent=1) + "\n"


def main(argv: list[str] | None = None) -> int:
    options = parse(argv)
    set_threads(options.threads)
    if options.cpu:
        Watch.clock = staticmethod(time.process_time)
    pairs = chosen(options)
    say = make_say()
    say(f"loading the texts of {options.root}")
    data = load(options.root, options.train_size)
    results = []
    for framework, model in pairs:
        recipes = importlib.import_module(f"{framework}_recipes")
        results.append(recipes.benchmark(model, data, options.seeds, options.epochs, say))
    say("linear SVM")  # last: scikit-learn brings threads of its own, which slow down torch's
    svm = linear_svm(data)
    say("done")
    show(results, svm, options, len(data["train"]))
    if options.json:
        options.json.write_text(as_json(results, svm, options), encoding="utf-8")
    missed = sum(not check.met for result in results for check in result.checks())
    if options.train_size:
        print("Targets are those of the whole training set: no verdict with --train-size.")
        return 0
    print(f"{missed} targets missed" if missed else "all targets met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
