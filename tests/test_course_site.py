"""`course site`, through the real command and without a browser, on a tiny course."""

import html
import io
import json
import re
import shutil
import urllib.request
import zipfile
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from fixtures import tiny
from fixtures.command import run_course
from fixtures.tiny import cell, english

from course.formats.course_toml import load_course
from course.formats.settings import Locale
from course.localization.progress import status
from course.markdown.render import VOID
from course.website.cloud import (
    at_home,
    binder_address,
    colab_address,
    colab_notebook,
    requirements,
)
from course.website.outputs import render_outputs
from course.website.progress import language_rows, lesson_rows
from course.website.prose import Links, pieces

ENGLISH = Locale("en", "English", "ltr")
ARABIC = Locale("ar", "العربية", "rtl")
REPOSITORY = 'repository = "https://github.com/cats/course"'
HOSTILE = """\
# Title {math}`x` <b>{{ 1 }}</b>

```{include} ../../course.toml
```

{download}`x <../../course.toml>` <u>plain</u> [x](javascript:alert(1)) ![p](//example.org/p.png)

% comment
(target)=
+++ {"x": 1}
"""


def read_page(path: Path) -> tuple[list[str], set[str]]:
    """Return the addresses of a page in reading order, and its ids."""
    text = re.sub(r"<script.*?</script>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r'\s(?:href|src)="([^"]*)"', text)
    return [html.unescape(link) for link in links], set(re.findall(r'\sid="([^"]*)"', text))


def configure(root: Path, *lines: str) -> None:
    """Put lines at the top of a course's settings."""
    path = root / "course.toml"
    path.write_text("\n".join([*lines, path.read_text(encoding="utf-8")]), encoding="utf-8")


def show_cell(text: str) -> list[str]:
    """Return the pieces of a cell as they stand on a page."""
    made = pieces("cell", text, {}, "", "", Links())
    return [each.heading.html if each.heading else each.html for each in made]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the tiny course, in English, Polish and Arabic."""
    root = tiny.write_course(tmp_path_factory.mktemp("tiny"))
    run_course(root, "site", "en", "pl", "ar").assert_done()
    return root / "build" / "site"


def test_a_site_has_a_folder_for_each_locale_and_shares_the_rest(site: Path) -> None:
    """Only the locales that were asked for; what all share lies beside them, once."""
    folders = {path.name for path in site.iterdir()}
    shared = {"_static", "_plots", "_files", "index.html", ".course-site"}
    assert folders == {"en", "pl", "ar", *shared}
    pages = {path.name for path in (site / "ar").glob("*.html")}
    lessons = {f"{lesson}-{fw}.html" for lesson in tiny.ENGLISH for fw in ("ink", "chalk")}
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


def test_prose_is_rendered_as_harmless_html() -> None:
    """No directive, role, target or include of another dialect means anything, nor does HTML."""
    heading, prose = show_cell(HOSTILE)
    assert heading == 'Title {math}<code dir="ltr">x</code> <b>{{ 1 }}</b>'
    assert prose.startswith('<div class="prose">')
    assert "&lt;u&gt;plain" in prose
    assert "example.org" not in prose
    assert 'href="javascript' not in prose


@pytest.mark.parametrize(
    "text", ["<details>\n<summary>a</summary>\n\n* b", "<div>\n\n# x", "> <b>x"]
)
def test_what_is_left_open_is_closed(text: str) -> None:
    """A cell can't swallow what follows it."""
    for line in show_cell(text):
        opened: list[str] = []
        for slash, tag in re.findall(r"<(/?)([a-z][a-z0-9]*)", line):
            if slash:
                assert opened.pop() == tag, line
            elif tag not in (*VOID, "img"):
                opened.append(tag)
        assert not opened, line


def test_what_is_missing_is_marked_with_its_language() -> None:
    """Headings and prose alike; the notice above it leads to where it can be mended."""
    side = {"lang": "en", "dir": "ltr"}
    made = pieces("x", "# Cat\n\nIt sleeps.", side, "Missing.", "Mend", Links(edit="e"))
    assert made[0].heading.html == '<span lang="en" dir="ltr">Cat</span>'
    assert made[1].html == (
        '<div class="prose"><p class="notice">Missing. <a href="e">Mend</a></p>'
        '<div lang="en" dir="ltr"><p>It sleeps.</p></div></div>'
    )
    (alone,) = pieces("x", "", {}, "Stale.", "", Links())
    assert alone.html == '<div class="prose" id="x"><p class="notice">Stale.</p></div>'


def test_active_content_is_refused(tmp_path: Path) -> None:
    """The locale is not made, and the others are."""
    root = tiny.write_course(tmp_path)
    bad = cell("title", "# Koty <script>alert(1)</script>", english("01-cats")["title"])
    (root / "translations/pl/01-cats.md").write_text(bad, encoding="utf-8")
    done = run_course(root, "site", "pl", "en")
    assert done.code == 1
    lines = done.err.splitlines()
    assert lines
    assert all("01-cats.md:1: cell title: active content" in line for line in lines)
    assert (root / "build/site/en/index.html").is_file()
    assert not (root / "build/site/pl").exists()


def test_outputs_are_shown_as_text_and_as_shared_plots() -> None:
    """What a terminal would show; nothing of an output acts."""
    plots: dict[str, bytes] = {}
    outputs = [
        {
            "output_type": "stream",
            "name": "stdout",
            "text": ["50%\r100%\n", "\x1b[31m<b>\x1b[0m\n"],
        },
        {"output_type": "display_data", "data": {"image/png": tiny.PNG, "text/plain": "<Figure>"}},
        {"output_type": "display_data", "data": {"text/html": "<script>", "text/plain": "table"}},
    ]
    shown = render_outputs(outputs, "Out", {"alt": 'a "plot"'}, "../_plots/", plots)
    (name,) = plots
    assert "100%\n&lt;b&gt;</pre>" in shown
    assert (
        f'src="../_plots/{name}" alt="a &quot;plot&quot;" loading="lazy" width="1" height="1"'
        in shown
    )
    assert shown.endswith(">table</pre>")
    assert "<script>" not in shown
    assert "Figure" not in shown


def test_a_plot_is_shown_as_svg_where_it_is_both() -> None:
    """Sharp at every size; its width is in pixels, where matplotlib counts points."""
    plots: dict[str, bytes] = {}
    svg = ['<svg width="388.8pt" height="230.4pt" viewBox="0 0 388.8 230.4">\n', "</svg>"]
    data = {"image/png": tiny.PNG, "image/svg+xml": svg, "text/plain": "<Figure>"}
    outputs = [{"output_type": "display_data", "data": data}]
    shown = render_outputs(outputs, "Out", {"alt": "a"}, "../", plots)
    ((name, content),) = plots.items()
    assert name.endswith(".svg")
    assert content == "".join(svg).encode()
    assert f'class="plot" src="../{name}" alt="a" loading="lazy" width="518" height="307"' in shown


def test_a_map_of_colours_is_not_turned_round_in_the_dark() -> None:
    """There "bright" is a value, of which the text speaks; matplotlib writes it as an image."""
    svg = '<svg width="9pt" height="9pt"><image href="data:image/png;base64,iVBORw0KGgo="/></svg>'
    outputs = [{"output_type": "display_data", "data": {"image/svg+xml": svg}}]
    assert 'class="plot raster"' in render_outputs(outputs, "Out", {"alt": "a"}, "../", {})


def test_a_picture_that_is_none_is_named(tmp_path: Path) -> None:
    """With its notebook and cell, in one line."""
    root = tiny.write_course(tmp_path)
    path = root / "notebooks" / "02-boats-ink.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(tiny.PNG, "iVBOR"), encoding="utf-8")
    done = run_course(root, "site", "en")
    done.assert_refused("02-boats-ink.ipynb: cell code-title: picture of an output")


def test_a_repository_gives_buttons(tmp_path: Path) -> None:
    """To mend the translation, for Colab and for Binder; and `site` the canonical address."""
    root = tiny.write_course(tmp_path)
    configure(root, 'site = "https://cats.example/course/"', REPOSITORY)
    run_course(root, "site", "pl").assert_done()
    links, _ = read_page(root / "build/site/pl/01-cats-ink.html")
    notebook = "pl/colab/01-cats-ink.ipynb"
    assert set(links) >= {
        "https://cats.example/course/pl/01-cats-ink.html",
        "https://github.com/cats/course/edit/main/translations/pl/01-cats.md",
        f"https://colab.research.google.com/github/cats/course/blob/gh-pages/{notebook}",
        binder_address("https://github.com/cats/course", "pl", "01-cats-ink.ipynb"),
    }
    made = json.loads((root / "build/site" / notebook).read_text(encoding="utf-8"))
    built = json.loads((root / "build/site/pl/01-cats-ink.ipynb").read_text(encoding="utf-8"))
    assert len(made["cells"]) == len(built["cells"]) + 1
    assert made["cells"][0]["source"] == "%pip install --quiet git+https://github.com/cats/course"
    assert "/raw/main/notebooks/images/cat.svg" in json.dumps(made)

    first, _ = read_page(root / "build/site/pl/index.html")
    assert "https://mybinder.org/v2/gh/cats/course/main?labpath=build%2Fnotebooks%2Fpl" in first


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('repository = "https://gitlab.com/a/b"', "repository is 'https://gitlab.com/a/b'"),
        ('repository = "https://github.com/a"', "like https://github.com/owner/name"),
        ('repository = "https://github.com/a/b?x=\\">"', "repository is"),
        ('site = "javascript:alert(1)"', "site is 'javascript:alert(1)'"),
    ],
)
def test_an_address_of_another_kind_is_told(tmp_path: Path, line: str, told: str) -> None:
    """They stand in links of every page, so they are checked where they are read."""
    root = tiny.write_course(tmp_path)
    configure(root, line)
    run_course(root, "site", "pl").assert_refused(told)


def test_a_fork_leads_to_itself(tmp_path: Path) -> None:
    """In CI the repository that builds the site counts, not the one that course.toml names."""
    root = tiny.write_course(tmp_path)
    configure(root, REPOSITORY, 'site = "https://cats.example"')
    course = load_course(root)
    for same in ({}, {"GITHUB_REPOSITORY": "cats/course"}, {"GITHUB_REPOSITORY": "Cats/Course"}):
        assert at_home(course, same) == course
    fork = at_home(course, {"GITHUB_REPOSITORY": "Me/Course"})
    assert fork.repository == "https://github.com/Me/Course"
    assert fork.site == "https://me.github.io/Course"
    assert at_home(course, {"GITHUB_REPOSITORY": "me/me.github.io"}).site == "https://me.github.io"
    run_course(root, "site", "pl", GITHUB_REPOSITORY="me/fork").assert_done()
    links, _ = read_page(root / "build/site/pl/01-cats-ink.html")
    assert "https://me.github.io/fork/pl/01-cats-ink.html" in links
    assert not any("cats/course" in link or "cats.example" in link for link in links)


def test_colab_gets_whole_addresses() -> None:
    """Of GitHub's repositories, as Colab wants them."""
    address = colab_address("https://github.com/a/b", "zh-CN", "x.ipynb")
    assert address.endswith("/github/a/b/blob/gh-pages/zh-CN/colab/x.ipynb")


def test_colab_installs_what_the_framework_needs_and_no_other(tmp_path: Path) -> None:
    """By the extra that bears its id; a course that has none installs nothing."""
    root = tiny.write_course(tmp_path)
    configure(root, REPOSITORY)
    course = load_course(root)
    ink, *_ = course.frameworks
    assert requirements(course, ink) == []
    extras = '[project.optional-dependencies]\nink = ["ink>=1", "cats[all]"]\nall = ["paper"]\n'
    (root / "pyproject.toml").write_text(f'[project]\nname = "cats"\n{extras}other = ["glue"]\n')
    assert requirements(course, ink) == ["ink>=1", "paper"]
    notebook = (root / "notebooks" / "01-cats-ink.ipynb").read_bytes()
    first, *_ = json.loads(colab_notebook(notebook, course, ink, "pl"))["cells"]
    install, *_ = first["source"].splitlines()
    assert install == '%pip install --quiet "ink>=1" "paper"'
    ours = load_course(Path(__file__).parents[1])
    needed = [set(requirements(ours, framework)) for framework in ours.frameworks]
    assert all(needed)
    torch, tensorflow = (item - needed[1 - n] for n, item in enumerate(needed))
    assert (len(torch), len(tensorflow)) == (1, 1)


def test_colab_fetches_what_lies_beside_the_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first cell unpacks the site's zip file, after which the helper can be imported."""
    root, out = tiny.write_course(tmp_path / "course"), tmp_path / "site"
    configure(root, REPOSITORY)
    run_course(root, "site", "pl", "--out", str(out)).assert_done()
    first, *_ = json.loads((out / "pl" / "colab" / "01-cats-ink.ipynb").read_bytes())["cells"]
    asked = []

    def fetch(address: str) -> io.BytesIO:
        asked.append(address)
        return io.BytesIO((out / "pl" / address.rpartition("/")[2]).read_bytes())

    monkeypatch.setattr(urllib.request, "urlopen", fetch)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    exec(first["source"])
    assert asked == ["https://github.com/cats/course/raw/gh-pages/pl/cats-boats-pl.zip"]
    assert {"helper.py", "data", "01-cats-ink.ipynb"} <= {path.name for path in Path().iterdir()}


def test_progress_counts_every_locale_and_lesson(tmp_path: Path) -> None:
    """In words of the English, as `course status` does: by language, and by lesson in one."""
    root = tiny.write_course(tmp_path)
    course = load_course(root)
    counted = {(item.locale.id, item.lesson.id): item for item in status(course, course.targets)}
    assert len(counted) == len(course.targets) * len(course.lessons)
    words = {key: dict(item.words) for key, item in counted.items()}
    english = course.locale("en")
    for row in language_rows(course, english, words):
        own = [item for item in counted.values() if item.locale.id == row["lang"]]
        assert row["total"] == sum(item.total for item in own)
        assert row["words"]["missing"] == sum(item.words["missing"] for item in own)
    titles = [
        {"id": each.id, "title": each.title, "lang": {}, "frameworks": [{"id": "ink"}]}
        for each in course.lessons
    ]
    for locale in course.targets:
        rows = lesson_rows(course, locale, titles, words)
        for row, each in zip(rows, course.lessons, strict=True):
            item = counted[locale.id, each.id]
            assert (row["total"], +Counter(row["words"])) == (item.total, +item.words)
            assert row["done"] == pytest.approx(1 - item.share("missing", "stale"))
    rows = lesson_rows(course, english, titles, words)
    for row, each in zip(rows, course.lessons, strict=True):
        assert row["total"] == sum(counted[locale.id, each.id].total for locale in course.targets)


@pytest.mark.parametrize("out", ["notebooks", ".", "translations/pl"])
def test_the_sources_are_not_written_over(tmp_path: Path, out: str) -> None:
    """Wrong usage, in one line."""
    root = tiny.write_course(tmp_path)
    run_course(root, "site", "--out", out).assert_refused("name another folder", code=2)


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    """A folder that holds any is refused, before anything is written; and so is its neighbour."""
    root = tiny.write_course(tmp_path / "course")
    mine, sources = tmp_path / "web", tmp_path / "web-src"
    for folder in (mine, sources):
        (folder / "pl").mkdir(parents=True)
        (folder / "pl" / "thesis.txt").write_text("mine")
    run_course(root, "site", "pl", "--out", str(mine)).assert_refused("holds other files", code=2)
    shutil.rmtree(mine)
    run_course(root, "site", "pl", "--out", str(mine)).assert_refused("holds other files", code=2)
    assert (sources / "pl" / "thesis.txt").read_text() == "mine"
    run_course(root, "site", "pl", "--out", "data").assert_refused("holds other files", code=2)
    shutil.rmtree(sources)
    run_course(root, "site", "pl", "--out", str(mine)).assert_done()
    for name in ("CNAME", "pl/thesis.txt"):
        (mine / name).write_text("mine")
    (root / "translations/pl/01-cats.md").unlink()  # so that the pages are made again
    run_course(root, "site", "pl", "--out", str(mine)).assert_done()
    assert {(mine / name).read_text() for name in ("CNAME", "pl/thesis.txt")} == {"mine"}


def test_a_page_that_is_gone_or_damaged_is_made_again(tmp_path: Path) -> None:
    """Though nothing that it is made from has changed; what was made is known by its content."""
    root = tiny.write_course(tmp_path)
    run_course(root, "site", "pl").assert_done()
    pages = [root / "build/site/pl" / name for name in ("01-cats-ink.html", "01-cats-ink.ipynb")]
    whole = [path.read_bytes() for path in pages]
    for path in pages:
        path.unlink()
    run_course(root, "site", "pl").assert_done()
    assert [path.read_bytes() for path in pages] == whole
    pages[0].write_bytes(b"broken")
    assert "pages" in run_course(root, "site", "pl").assert_done().out
    assert pages[0].read_bytes() == whole[0]
    assert "nothing to change" in run_course(root, "site", "pl").assert_done().out


def test_what_is_kept_between_builds_can_be_damaged(tmp_path: Path) -> None:
    """Rendered lessons are rendered again, and a list of what was written deletes nothing else."""
    root = tiny.write_course(tmp_path / "course")
    run_course(root, "site", "pl").assert_done()
    page = root / "build/site/pl/01-cats-ink.html"
    whole = page.read_bytes()
    for kept in (root / "build/site-src/pl").glob("*.json"):
        kept.write_bytes(kept.read_bytes()[:-100])
    page.unlink()
    run_course(root, "site", "pl").assert_done()
    assert page.read_bytes() == whole
    stamp = root / "build/site/pl/.course-site"
    mine = root / "thesis.txt"
    mine.write_text("mine")
    names = {"../../../thesis.txt": ["", ""], str(mine): ["", ""]}
    stamp.write_text(json.dumps({**json.loads(stamp.read_bytes()), **names}))
    run_course(root, "site", "pl").assert_done()
    assert mine.read_text() == "mine"


def test_links_lead_only_to_anchors_that_there_are() -> None:
    """Of this page, and of another; what is left leads to the page, or nowhere."""
    links = Links(pages={"b.ipynb": "b.html"}, anchors={"": {"here"}, "b.html": {"there"}})
    text = "[1](#here) [2](#gone) [3](b.ipynb#there) [4](b.ipynb#gone) [5](b.ipynb) [6](c.ipynb#x)"
    (made,) = pieces("cell", text, {}, "", "", links)
    found = re.findall(r"<a(?: href=\"([^\"]*)\")?>", made.html)
    assert found == ["#here", "", "b.html#there", "b.html", "b.html", ""]


def test_a_table_and_a_wide_formula_stay_within_the_page() -> None:
    """A table scrolls in its own box; a formula has no lengths of three digits."""
    (made,) = show_cell("| a | b |\n|---|---|\n| 1 | 2 |\n")
    assert re.search(
        r'<div class="scroll" tabindex="0"><table>.*</table>\s*</div>', made, re.DOTALL
    )
    (made,) = show_cell(r"$\rule{9999px}{9999px} \hspace{999em} x \quad y$")
    assert "999" not in made
    assert "1em" in made
    (made,) = show_cell(r"$a\, b\; c \textcolor{#102030}{x} \textcolor{#ff0000}{y}$")
    assert re.findall(r'(?:width|mathcolor)="([^"]*)"', made) == [
        "0.167em",
        "0.278em",
        "#102030",
        "#ff0000",
    ]


def test_a_lesson_that_is_not_translated_says_so_once(tmp_path: Path) -> None:
    """With where its file can be written; no notice at each cell."""
    root = tiny.write_course(tmp_path)
    configure(root, REPOSITORY)
    run_course(root, "site", "pl").assert_done()
    page = root / "build/site/pl/02-boats-ink.html"
    text = page.read_text(encoding="utf-8")
    assert text.count("Ta lekcja jest po angielsku.") == 1
    assert "Jeszcze nie przetłumaczono" not in text
    links, _ = read_page(page)
    new = "https://github.com/cats/course/new/main/translations/pl?filename=02-boats.md"
    assert new in links
