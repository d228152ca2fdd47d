"""A lesson side by side: cells aligned by id, languages and frameworks in columns."""

import json
import re
from pathlib import Path

from tests.fixtures import tiny
from tests.fixtures.command import run_course
from tests.fixtures.sentences import ALT, ALT_PL, CHALK, CLAIM, INK, translate


def rows_of(path: Path) -> dict[str, str]:
    """Return the rows of a page by id."""
    text = path.read_text(encoding="utf-8")
    parts = re.split(r'<div class="(row [^"]*)" id="([^"]*)">', text)[1:]
    return {name: f"{kind}|{row}" for kind, name, row in zip(*[iter(parts)] * 3, strict=True)}


def page(site: Path, locale: str, lesson: str = "01-cats") -> dict[str, str]:
    """Return the rows of a lesson by id."""
    return rows_of(site / locale / f"{lesson}-beside.html")


def test_every_cell_of_every_notebook_has_a_row_in_reading_order(site: Path) -> None:
    """Those that one framework has alone too, with its name."""
    wanted = [
        name
        for cell in (key.partition(" ")[0] for key in tiny.ENGLISH["01-cats"])
        for name in (cell, f"code-{cell}")
    ]
    for locale in ("en", "pl", "ar"):
        found = page(site, locale)
        assert sorted(found) == sorted(wanted)
        shared = [name for name in found if "pair" not in name]
        assert shared == [name for name in wanted if "pair" not in name]
        assert '<p class="label">Ink</p>' in found["pair-ink"]
        assert '<p class="label">Chalk</p>' in found["pair-chalk"]
        assert "label" not in found["title"]


def test_a_translation_stands_beside_the_english(site: Path) -> None:
    """Each in its language and direction; a missing one is said to be missing."""
    arabic = page(site, "ar")["title"]
    english = '<div class="source" lang="en" dir="ltr"><h2>Cats</h2><div class="prose"><p>A cat'
    assert english in arabic
    assert re.search(r"</div></div><div><h2>قطط</h2>", arabic)
    missing = page(site, "pl")["food"]
    assert missing.count("A cat eats") == 1
    assert '<p class="none">Not translated</p>' in missing
    assert "Oryginał się zmienił." in page(site, "pl")["end"]


def test_the_source_language_stands_alone(site: Path) -> None:
    """Its page is for the frameworks."""
    found = page(site, "en")
    assert "source" not in found["title"]
    assert found["title"].count("A cat sleeps") == 1
    text = (site / "en" / "01-cats-beside.html").read_text(encoding="utf-8")
    assert 'id="hide-source"' not in text
    assert 'id="hide-same"' in text


def test_code_that_differs_stands_in_columns_and_what_agrees_once(plotted: Path) -> None:
    """By framework, in order; outputs alike."""
    for name, number in ((INK, "1"), (CHALK, "2")):
        path = plotted / name
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["id"] == "code-end":
                cell["source"] = "same = 1"
                cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": [number]}]
            if cell["id"] == "code-food":
                cell["source"] = "same = 2"
        path.write_text(json.dumps(notebook), encoding="utf-8")
    run_course(plotted, "site", "en", "-j1").assert_done()
    found = page(plotted / "build/site", "en")
    title = found["code-title"]
    assert title.startswith("row code|")
    assert title.index("Ink") < title.index("'ink'") < title.index("Chalk") < title.index("'chalk'")
    assert title.count("<img") == 2
    assert found["code-food"].startswith("row code same|")
    assert found["code-food"].count("<pre") == 1
    assert found["code-food"].count("<img") == 1
    assert found["code-end"].startswith("row code same|")
    assert found["code-end"].count("same = ") == 1
    assert re.findall(r">([12])</pre>", found["code-end"]) == ["1", "2"]


def test_sentences_about_code_stand_beside_the_english(plotted: Path) -> None:
    """The alternative text of its plot, which is otherwise heard and not seen, and its claim."""
    translate(plotted, "code-picture:alt", ALT_PL, ALT)
    run_course(plotted, "site", "pl", "-j1").assert_done()
    row = page(plotted / "build/site", "pl")["code-picture"]
    assert re.findall(r'<div class="said (\w+)">', row) == ["alt", "claim"]
    assert ALT.partition("`")[0] in row
    assert ALT_PL.partition("`")[0] in row
    assert row.count(CLAIM) == 1
    assert "Not translated" in row


def test_rows_are_rendered_again_with_their_lesson_only(plotted: Path) -> None:
    """A changed translation changes its own page; a lost page is written from the cache."""
    run_course(plotted, "site", "pl", "en", "-j1").assert_done()
    site = plotted / "build/site"
    path = site / "pl/01-cats-beside.html"
    whole, english = path.read_bytes(), (site / "en/01-cats-beside.html").read_bytes()
    path.unlink()
    run_course(plotted, "site", "pl", "en", "-j1").assert_done()
    assert path.read_bytes() == whole
    translation = plotted / "translations/pl/01-cats.md"
    text = translation.read_text(encoding="utf-8")
    translation.write_text(text.replace("Kot śpi przez", "Kot drzemie przez"), encoding="utf-8")
    run_course(plotted, "site", "pl", "en", "-j1").assert_done()
    assert "Kot drzemie" in path.read_text(encoding="utf-8")
    assert (site / "en/01-cats-beside.html").read_bytes() == english


def test_a_lesson_page_leads_to_it_and_back(site: Path) -> None:
    """To the same place, by its id."""
    lesson = (site / "pl" / "01-cats-ink.html").read_text(encoding="utf-8")
    assert '<a href="01-cats-beside.html" data-place>' in lesson
    beside = (site / "pl" / "01-cats-beside.html").read_text(encoding="utf-8")
    for framework in ("ink", "chalk"):
        assert f'<a href="01-cats-{framework}.html" data-place>' in beside
