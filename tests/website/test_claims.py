"""The page of claims: each claim once, with its condition, its output and its data."""

import html
import json
import re
from pathlib import Path

from course.website.claims import add_said
from tests.fixtures.command import run_course
from tests.fixtures.pages import configure, read_page
from tests.fixtures.sentences import CHALK, CLAIM, CLAIM_PL, INK, translate

SOURCE = "hours = count(cats)\nassert 15 < hours < 17\nassert hours, 'none'"
MADE = "made in the lesson"  # no corpus


def prove(root: Path, printed: dict[str, str], source: str = SOURCE) -> None:
    """Give the cell with the claim code and what it has printed, for each notebook."""
    for name, text in printed.items():
        path = root / name
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = {cell["id"]: cell for cell in notebook["cells"]}
        cells["code-title"]["source"] = "cats = load_corpus('cats')"
        cells["code-picture"]["source"] = source
        cells["code-picture"]["outputs"] = [
            {"name": "stdout", "output_type": "stream", "text": [f"{text}\n"]}
        ]
        path.write_text(json.dumps(notebook), encoding="utf-8")


def page_of(root: Path, locale: str) -> str:
    """Build the site, and return the page of claims of a locale."""
    run_course(root, "site", "en", "pl", "-j1").assert_done()
    return (root / f"build/site/{locale}/proof.html").read_text(encoding="utf-8")


def visible(markup: str) -> str:
    """Return the text of HTML, each piece on a line of its own."""
    pieces = re.split(r"<[^>]+>", markup)
    return "\n".join(html.unescape(piece.strip()) for piece in pieces if piece.strip())


def rows(page: str) -> list[str]:
    """Return the text of each claim's row."""
    return [visible(row) for row in re.findall(r'<tr><th scope="row">(.*?)</tr>', page, re.DOTALL)]


def test_a_claim_is_listed_once_with_what_supports_it(plotted: Path) -> None:
    """Sentence, links to both cells, output, conditions; and how many there are."""
    prove(plotted, {INK: "16 hours", CHALK: "16 hours"})
    translate(plotted, "code-picture:claim", CLAIM_PL, CLAIM)
    page = page_of(plotted, "en")
    conditions = ["15 < hours < 17", "hours"]
    assert rows(page) == ["\n".join([CLAIM, "Ink", "·", "Chalk", "16 hours", *conditions, MADE])]
    assert "1 claims, checked in 2 notebooks" in page
    links, ids = read_page(plotted / "build/site/en/proof.html")
    assert {f"01-cats-{name}.html#code-picture" for name in ("ink", "chalk")} <= set(links)
    assert "#01-cats" in links
    assert "01-cats" in ids
    assert rows(page_of(plotted, "pl"))[0].startswith(CLAIM_PL)


def test_frameworks_are_told_apart_where_they_differ(plotted: Path) -> None:
    """Each output with the name of its framework; what is the same is there once."""
    prove(plotted, {INK: "16 hours", CHALK: "15.5 hours"})
    (row,) = rows(page_of(plotted, "en"))
    assert "Ink\n16 hours\nChalk\n15.5 hours\n15 < hours < 17" in row
    said = [(["ink"], "16")]
    add_said(said, "chalk", "16")
    add_said(said, "slate", "")
    assert said == [(["ink", "chalk"], "16")]


def test_the_data_of_a_claim_is_named_and_described(plotted: Path) -> None:
    """The corpora that its cell uses, with a link to the README.md beside them."""
    path = plotted / "course.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('title = "Cats"\n', 'title = "Cats"\ncorpora = ["cats", "mice"]\n').replace(
            "[[lessons]]",
            '[corpora]\ncats = ["data/cats/*.csv"]\nmice = ["data/m/*.csv"]\n\n[[lessons]]',
            1,
        ),
        encoding="utf-8",
    )
    for folder in ("cats", "m"):
        (plotted / "data" / folder).mkdir()
        (plotted / "data" / folder / "x.csv").write_text("cat,4\n")
    (plotted / "data/cats/README.md").write_text("Counted by hand.\n")
    prove(plotted, {INK: "16", CHALK: "16"})
    page = page_of(plotted, "en")
    assert rows(page)[0].endswith("\ncats")
    (cell,) = re.findall(r'<td data-label="Data">(.*?)</td>', page)
    assert cell == '<a href="../_files/data/cats/README.md">cats</a>'
    copied = plotted / "build/site/_files/data/cats/README.md"
    assert copied.read_text() == "Counted by hand.\n"
    configure(plotted, 'repository = "https://github.com/cats/course"')
    assert 'href="https://github.com/cats/course/blob/main/data/cats/README.md"' in page_of(
        plotted, "en"
    )


def test_what_is_printed_and_asserted_cannot_act(plotted: Path) -> None:
    """Both are text, in the language and the direction of code."""
    prove(plotted, {INK: "<script>x</script>"}, source="assert '<b>' < hours")
    page = page_of(plotted, "en")
    assert '<pre class="printed" dir="ltr" lang="en" translate="no">&lt;script&gt;x' in page
    assert "&#39;&lt;b&gt;&#39; &lt; hours</pre>" in page


def test_code_that_is_no_python_has_no_condition(plotted: Path) -> None:
    """The claim is listed all the same, with its output."""
    prove(plotted, {INK: "16", CHALK: "16"}, source="%time count(cats)\nassert cats")
    assert rows(page_of(plotted, "en")) == [f"{CLAIM}\nInk\n·\nChalk\n16\n{MADE}"]


def test_an_untranslated_claim_is_marked_as_english(plotted: Path) -> None:
    """For screen readers, and for its direction."""
    assert f'<div lang="en" dir="ltr"><p>{CLAIM}</p></div>' in page_of(plotted, "pl")


def test_a_course_without_claims_has_no_such_page(site: Path) -> None:
    """Nor a link to it."""
    assert not (site / "en" / "proof.html").exists()
    assert "proof.html" not in (site / "en" / "index.html").read_text(encoding="utf-8")
