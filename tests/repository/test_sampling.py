"""The sample of a commit: never empty, the same everywhere, and everything within seven commits."""

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sampling import SHARES, choose, count_commits

# Two checks over ten lessons and one that goes over them by itself; a file of a course.
SUITE = """
import pytest

@pytest.fixture(params=range(10))
def lesson(request):
    return request.param

@pytest.mark.sampled
@pytest.mark.parametrize("locale", ["ar", "pl"])
def test_a_page(lesson, locale):
    pass

@pytest.mark.sampled
def test_a_lesson(lesson):
    pass

def test_a_loop(sample):
    print("looped", *sample("abcdefghij"))

@pytest.mark.parametrize("n", range(3))
def test_always(n):
    pass
"""
RAN = re.compile(r"::(\S+) PASSED")


@given(st.integers(1, 200), st.integers(0, 10**6), st.text())
def test_seven_commits_in_a_row_cover_everything(count: int, first: int, key: str) -> None:
    """Each takes at least a seventh of it, in the order of the whole."""
    items = list(range(count))
    shares = [choose(items, seed, key) for seed in range(first, first + SHARES)]
    assert {item for share in shares for item in share} == set(items)
    assert all(len(share) * SHARES >= count for share in shares)
    assert all(share == sorted(set(share)) for share in shares)
    assert all(len(share) <= 2 * -(-count // SHARES) for share in shares)


def test_tests_do_not_all_take_the_same_locale() -> None:
    """One commit looks at several locales, each in another test."""
    locales = ["nb", "pl", "zh-CN", "ja", "fr", "ar"]
    assert len({choose(locales, 5, f"test_{n}")[0] for n in range(30)}) == len(locales)


def run(pytester: pytest.Pytester, *arguments: str) -> tuple[set[str], str]:
    """Return which tests of the suite ran, and what pytest printed."""
    pytester.makepyfile(SUITE)
    done = pytester.runpytest_inprocess(
        "-p", "tests.sampling", "-v", "-s", "-p", "no:xdist", *arguments
    )
    assert done.ret == 0
    text = done.stdout.str()
    return set(RAN.findall(text.replace("looped", "\nlooped"))), text


def test_every_test_runs_with_every_seed(pytester: pytest.Pytester, monkeypatch) -> None:
    """Seven seeds run all parameters, one a seventh; the header's seed gives the same again."""
    monkeypatch.setenv("COURSE_SAMPLE_SEED", "undone after the test")
    all_of_it, text = run(pytester, "--everything")
    assert "sample: everything" in text
    assert "looped a b c d e f g h i j" in text
    seen, looped = set(), set()
    for seed in range(SHARES):
        ran, text = run(pytester, "--sample-seed", str(seed))
        assert f"sample: --sample-seed {seed}\n" in text
        names = [name.partition("[")[0] for name in ran]
        assert names.count("test_always") == 3
        assert 3 <= names.count("test_a_page") <= 4
        assert 2 <= names.count("test_a_lesson") <= 3
        again, _ = run(pytester, *re.search(r"sample: (\S+ \d+)\n", text)[1].split())
        assert again == ran
        seen |= ran
        looped |= set(re.search(r"looped (.*)", text)[1].split())
    assert seen == all_of_it
    assert len({name for name in seen if "test_a_page" in name}) == 20
    assert looped >= set("abcdefghij")


def test_what_is_asked_for_by_name_runs(pytester: pytest.Pytester, monkeypatch) -> None:
    """The sample is taken of what `-k` and a test's id leave."""
    monkeypatch.setenv("COURSE_SAMPLE_SEED", "undone after the test")
    for seed in ("0", "1", "2"):
        ran, _ = run(pytester, "--sample-seed", seed, "-k", "test_a_page and 7-ar")
        assert {name.replace("ar-7", "7-ar") for name in ran} <= {"test_a_page[7-ar]"}
        assert len(ran) == 1


def test_the_seed_is_the_number_of_commits(tmp_path: Path) -> None:
    """One more with each; unknown outside of a repository and in a clone without its history."""
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(tmp_path)]
    assert count_commits(tmp_path) is None
    subprocess.run([*git, "init", "-q", "repo"], check=True)
    repo = tmp_path / "repo"
    assert count_commits(repo) is None
    for number in (1, 2, 3):
        commit = ["commit", "-q", "--allow-empty", "-m", "x"]
        subprocess.run([*git[:-1], str(repo), *commit], check=True)
        assert count_commits(repo) == number
    clone = ["clone", "-q", "--depth", "1", f"file://{repo}", str(tmp_path / "clone")]
    subprocess.run(["git", *clone], check=True)
    assert count_commits(tmp_path / "clone") is None
