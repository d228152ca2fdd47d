"""Words in plots through the commands: sync, todo, check and site."""

import re
from pathlib import Path

import pytest

from tests.fixtures.command import run_course
from tests.fixtures.plots import plot_course, write_labels  # noqa: F401 - a fixture

FILE = "translations/pl/plots.toml"
ALL = '[labels]\n"hungry cats" = "głodne koty"\n"{n} fed" = "{n} nakarmione"\n'


def test_sync_adds_the_labels_and_keeps_what_is_translated(plot_course: Path) -> None:  # noqa: F811
    """Below their lesson, empty; with --prune, those of no plot go."""
    write_labels(plot_course, '# ours\n[labels]\n"dogs" = "psy"\n"{n} fed" = "{n} nakarmione"\n')
    done = run_course(plot_course, "sync", "pl").assert_done()
    assert f"{FILE}: 1 labels added\n{FILE}: 1 labels in no plot: dogs\n" in done.out
    text = (plot_course / FILE).read_text(encoding="utf-8")
    assert text.startswith('# ours\n[labels]\n"dogs" = "psy"\n"{n} fed" = "{n} nakarmione"\n')
    assert text.endswith('# 01-cats\n"hungry cats" = ""\n')
    run_course(plot_course, "sync", "pl", "--prune").assert_done()
    assert "dogs" not in (plot_course / FILE).read_text(encoding="utf-8")
    again = (plot_course / FILE).read_bytes()
    run_course(plot_course, "sync", "pl", "--prune").assert_done()
    assert (plot_course / FILE).read_bytes() == again


def test_todo_names_the_labels_that_are_left(plot_course: Path) -> None:  # noqa: F811
    """Until they are translated."""
    assert f"{FILE}: 2 labels of plots" in run_course(plot_course, "todo", "pl").out
    write_labels(plot_course, ALL)
    assert FILE not in run_course(plot_course, "todo", "pl").out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[labels]\n", "warning plots: label of a plot not translated: hungry cats"),
        (ALL + '"dogs" = "psy"\n', "warning plots: label in no plot: dogs"),
        (
            ALL + '[01-cats]\n"hungry cats" = "<i>a</i>"\n',
            "error plots: not one line of plain text",
        ),
        (ALL.replace("{n} nak", "nak"), "error plots: labels: '{n} fed': 'nakarmione' is not one"),
        (ALL + "[03-dogs]\n", "error plots: '03-dogs' is neither"),
        ("[labels\n", "error plots: "),
        ('[labels]\n"hungry cats" = 1\n', "error plots: labels: 'hungry cats': 1 is not a string"),
    ],
)
def test_check_reports_a_fault(plot_course: Path, text: str, said: str) -> None:  # noqa: F811
    """With the file, the label and the remedy."""
    write_labels(plot_course, text)
    assert f"{FILE}:1: {said}" in run_course(plot_course, "check", "pl").out


def test_check_is_content_with_all_labels(plot_course: Path) -> None:  # noqa: F811
    """One of a lesson goes before one of all."""
    write_labels(plot_course, ALL + '[01-cats]\n"hungry cats" = "koty"\n')
    assert " plots: " not in run_course(plot_course, "check", "pl").out


def test_the_site_shows_a_numbered_figure_in_its_language(plot_course: Path) -> None:  # noqa: F811
    """Twice, for light and for dark pages, with the words of the language in both."""
    write_labels(plot_course, ALL)
    run_course(plot_course, "site", "en", "pl").assert_done()
    site = plot_course / "build/site"
    for locale, word in (("en", "hungry cats"), ("pl", "głodne koty")):
        page = (site / locale / "01-cats-ink.html").read_text(encoding="utf-8")
        figures = re.findall(r'<figure class="figure">.*?</figure>', page, re.DOTALL)
        figure = next(each for each in figures if "_plots/" in each and ".svg" in each)
        names = re.findall(r'<img class="plot in-(light|dark)" src="\.\./_plots/([^"]+)"', figure)
        assert [scheme for scheme, _ in names] == ["light", "dark"]
        contents = [(site / "_plots" / name).read_text(encoding="utf-8") for _, name in names]
        assert all(word in content for content in contents)
        assert ["#131416" in content for content in contents] == [False, True]
        assert figure.count('alt="Cats."') == 2
        assert re.search(r"<figcaption><b>[^<]*\d[^<]*</b> <span", figure)
        assert "How many <em>cats</em> are hungry." in figure
    notebook = (plot_course / "build/site/pl/01-cats-ink.ipynb").read_text(encoding="utf-8")
    assert "hungry cats" in notebook
    assert "głodne" not in notebook


def test_a_damaged_file_stops_the_locale_and_no_other(plot_course: Path) -> None:  # noqa: F811
    """As damaged strings do."""
    write_labels(plot_course, "[labels\n")
    done = run_course(plot_course, "site", "pl", "en")
    assert done.code == 1
    assert f"{FILE}: " in done.err
    assert (plot_course / "build/site/en/01-cats-ink.html").is_file()
    assert not (plot_course / "build/site/pl/01-cats-ink.html").exists()
