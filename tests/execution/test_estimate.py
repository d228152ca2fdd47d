"""The time that a run still takes: estimated from what is known, or left out."""

from pathlib import Path

import pytest

from course.execution.estimate import Standing, TimeLeft, in_words
from course.execution.jobs import Job
from course.execution.keys import Facts
from course.formats.settings import Framework
from tests.fixtures.command import run_course
from tests.fixtures.toy import make_course, write_notebook

INK, OIL = Framework("ink", "Ink"), Framework("oil", "Oil")


def make_job(name: str, framework: Framework = INK) -> Job:
    """Return a notebook that stands nowhere."""
    nothing = dict.fromkeys(["course", "lesson", "locale"])
    facts = Facts("", "", "", {})
    return Job(**nothing, framework=framework, notebook=Path(name), facts=facts, kernel="")


ONE, TWO, THREE, PAINTED = make_job("1"), make_job("2"), make_job("3"), make_job("4", OIL)


def make_left(**seconds: float) -> TimeLeft:
    """Return an estimate for which earlier runs of these names took so long."""
    return TimeLeft(lambda job: seconds.get(f"n{job.name}"))


def test_earlier_runs_say_how_long_it_takes() -> None:
    """What runs has part of it behind it; what waits has all of it before it."""
    left = make_left(n1=50, n2=30)
    assert left.estimate({ONE: Standing(20, 0.1)}, [TWO]) == 60


def test_notebooks_share_the_places_that_are_free() -> None:
    """Two at once, each waiting notebook where a place is free first: 10 + 40 and 30 seconds."""
    left = make_left(n1=50, n2=30, n3=40)
    at = {ONE: Standing(40, 0), TWO: Standing(0, 0)}
    assert left.estimate(at, [THREE]) == 50
    assert left.estimate({TWO: Standing(10, 0)}, [THREE]) == 40  # the other place is free


def test_without_earlier_runs_the_cells_speak_late() -> None:
    """Models are trained in late cells, so few of them say nothing."""
    left = make_left()
    assert left.estimate({ONE: Standing(20, 0.5)}, []) is None
    assert left.estimate({ONE: Standing(20, 0.8)}, []) == pytest.approx(5)


def test_a_notebook_of_which_nothing_is_known_is_like_its_framework() -> None:
    """Those that have ended in this run count too; without its own framework's, all do."""
    left = make_left(n4=100)
    assert left.estimate({PAINTED: Standing(0, 0)}, [ONE]) == 200
    left.finish(TWO, 40)
    assert left.estimate({PAINTED: Standing(0, 0)}, [ONE]) == 140


def test_a_notebook_that_takes_longer_than_ever_has_no_estimate() -> None:
    """Until enough of its cells are done: nothing is better than a time that is over."""
    left = make_left(n1=50)
    assert left.estimate({ONE: Standing(60, 0.5)}, []) is None
    assert left.estimate({ONE: Standing(60, 0.75)}, []) == pytest.approx(20)
    assert left.estimate({ONE: Standing(60, 0.5)}, [TWO]) is None


def test_earlier_runs_are_taken_at_the_pace_of_this_one() -> None:
    """The machine may be busier, or another one: here it takes half of the time."""
    left = make_left(n1=50, n2=30)
    left.finish(ONE, 25)
    left.finish(PAINTED, 1000)  # no earlier run knows it
    assert left.estimate({TWO: Standing(5, 0.1)}, []) == 10


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "about 10 s"),
        (41, "about 50 s"),
        (50, "about 50 s"),
        (55, "about 1 min"),
        (100, "about 2 min"),
        (700, "about 12 min"),
    ],
)
def test_an_estimate_is_as_coarse_as_it_is(seconds: float, words: str) -> None:
    """Tens of seconds, then minutes."""
    assert in_words(seconds) == words


def test_results_and_the_time_left_are_shown_as_they_come(tmp_path: Path) -> None:
    """Where the output is kept, in lines: after each notebook, before the next one starts."""
    notebooks = make_course(tmp_path, ["01-a", "02-b"], ["ink"])
    rows = [{"model": "RNN [b]", "parameters": 1, "seconds": 1, "accuracy": 0.5}]
    for name in ("01-a", "02-b"):
        write_notebook(notebooks / f"{name}-ink.ipynb", f"{name!r}", rows=rows)
    lines = run_course(tmp_path, "run", "-j", "1").err.splitlines()
    ended = next(n for n, line in enumerate(lines) if line.startswith("passed    01-a-ink  "))
    assert lines[ended + 1] == "          RNN [b]  0.500"
    assert lines[ended + 2].startswith("left      about ")
    assert lines[ended + 2].endswith(", 1 of 2 notebooks done")
    assert lines[ended + 3] == "start     02-b-ink  (no result yet)"
    assert "2 of 2" not in "".join(lines)
    again = run_course(tmp_path, "run", "--force", "-j", "1").err.splitlines()
    assert again[1].endswith(", 0 of 2 notebooks done")  # the store knows how long it took
    stored = run_course(tmp_path, "run").err.splitlines()
    assert stored == ["stored    01-a-ink", "stored    02-b-ink"]
