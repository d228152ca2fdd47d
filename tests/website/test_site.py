"""`course site`: its files, links and pages, on a small course."""

import html
import re
import zipfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from course.formats.settings import Locale
from tests.fixtures import tiny
from tests.fixtures.command import run_course
from tests.fixtures.pages import read_page
from tests.fixtures.tiny import english

ENGLISH = Locale("en", "English", "ltr")
ARABIC = Locale("ar", "العربية", "rtl")


def test_a_site_has_a_folder_for_each_locale_and_shares_the_rest(site: Path) -> None:
    """Only the locales that were asked for; what all share lies beside them, once."""
    folders = {path.name for path in site.iterdir()}
    shared = {"_static", "_plots", "_files", "index.html", ".course-site"}
    assert folders == {"en", "pl", "ar", *shared}
    pages = {path.name for path in (site / "ar").glob("*.html")}
    kinds = ("ink", "chalk", "beside")
    lessons = {f"{lesson}-{kind}.html" for lesson in tiny.ENGLISH for kind in kinds}
    assert pages == lessons | {"index.html", "progress.html", "search.html"}
    assert len(list((site / "_plots").iterdir())) == 1


def test_every_link_and_anchor_leads_somewhere(site: Path) -> None:
    """Links within the site name a file that is there, and an id that it has."""
    pages = {path: read_page(path) for path in site.rglob("*.html")}
    seen = 0
    for page, (links, _) in pages.items():
        for link in links:
            parts = urlsplit(link)
            if parts.scheme == "data":
                continue
            assert not parts.scheme, (page, link)
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if target.parts[-2:-1] == ("ja",):
                continue  # a locale that was not built
            assert target.is_file(), (page, link)
            if parts.fragment:
                assert unquote(parts.fragment) in pages[target][1], (page, link)
            seen += 1
    assert seen > 100


def test_a_page_has_the_language_the_direction_and_the_policy(site: Path) -> None:
    """On the page itself, so that it holds without a server."""
    for name, direction in (("en", "ltr"), ("pl", "ltr"), ("ar", "rtl")):
        for path in (site / name).glob("*.html"):
            text = path.read_text(encoding="utf-8")
            assert f'<html lang="{name}" dir="{direction}">' in text, path
            policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
            assert policy, path
            assert html.unescape(policy[1]).startswith("default-src 'none'; script-src 'sha256-")
            assert "unsafe" not in policy[1]
            assert not re.search(r'\son\w+="|\sstyle="|javascript:', text), path
            for each in ("en", "pl", "ja", "ar", "x-default"):
                assert f'hreflang="{each}"' in text


def test_both_frameworks_have_the_cells_ids_as_anchors(site: Path) -> None:
    """So that a link to a section holds in every language and framework."""
    for name in ("en", "pl", "ar"):
        for framework in ("ink", "chalk"):
            _, ids = read_page(site / name / f"01-cats-{framework}.html")
            wanted = set(english("01-cats", framework))
            assert ids >= wanted | {f"code-{each}" for each in wanted}


def test_what_is_downloaded_is_what_is_built(site: Path) -> None:
    """Byte for byte, alone and in the zip file."""
    root = site.parents[1]
    run_course(root, "build", "pl", "--bundle").assert_done()
    built = root / "build" / "notebooks" / "pl"
    for path in built.glob("*.ipynb"):
        assert (site / "pl" / path.name).read_bytes() == path.read_bytes()
    with zipfile.ZipFile(site / "pl" / "cats-boats-pl.zip") as file:
        names = {name.partition("/")[2] for name in file.namelist()}
        text = file.read("cats-boats-pl/01-cats-ink.ipynb")
    assert text == (built / "01-cats-ink.ipynb").read_bytes()
    assert names >= {"helper.py", "images/cat.svg", "data/words.csv"}


def test_notices_lead_to_the_file_and_the_guide(site: Path) -> None:
    """At the top with counts, and above a cell that is missing or outdated."""
    text = (site / "pl" / "01-cats-ink.html").read_text(encoding="utf-8")
    top = re.search(r'<aside class="notice".*?</aside>', text, re.DOTALL)
    assert top
    assert "Tłumaczenie maszynowe: 2 z 5." in top[0]
    assert 'href="../_files/translations/pl/01-cats.md"' in top[0]
    assert text.count("Oryginał się zmienił.") == text.count("Jeszcze nie przetłumaczono.") == 1
    assert '<div lang="en" dir="ltr"><p>A cat eats' in text
    assert "Jak pomóc" not in text  # the notebook's line; the page has links instead


def test_nothing_is_made_again_that_would_be_the_same(site: Path) -> None:
    """And a changed translation makes its own locale again, no other."""
    root = site.parents[1]
    again = run_course(root, "site", "en", "pl", "ar").assert_done()
    assert again.out.count("nothing to change") == 3
    path = root / "translations" / "ar" / "01-cats.md"
    old = path.read_text(encoding="utf-8")
    path.write_text(old.replace("# قطط", "# القطط"), encoding="utf-8")
    try:
        made = run_course(root, "site", "en", "pl", "ar").assert_done().out.splitlines()
        assert ["nothing" in line for line in made] == [True, True, False]
        assert "القطط</h1>" in (site / "ar" / "01-cats-ink.html").read_text(encoding="utf-8")
    finally:
        path.write_text(old, encoding="utf-8")
