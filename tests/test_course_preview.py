"""`course preview`, through the real command, on a tiny course and on this repository's."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import psutil
import pytest
from fixtures import tiny
from fixtures.command import run_course
from fixtures.tiny import cell
from hypothesis import given
from hypothesis import strategies as st

from course.formats.course_toml import load_course
from course.formats.lesson import read_lesson
from course.formats.settings import Course, Lesson
from course.markdown.active import ATTRIBUTES, ELEMENTS
from course.markdown.render import render
from course.previewing.page import LONG, reading_order
from course.previewing.preview import Preview

ROOT = Path(__file__).parents[1]
COURSE = load_course(ROOT)
VOID = {"br", "hr", "img", "input", "link", "meta", "wbr"}
# Everything that a page, its script and style apart, may consist of.
MATHS = set(
    "math mfrac mi mn mo mover mrow mspace msqrt msub msubsup msup mstyle mtable mtd mtext mtr"
    " munder munderover menclose mpadded mphantom mroot mmultiscripts mprescripts none".split()
)
PROSE = ELEMENTS | MATHS
PROSE |= set("a blockquote code em h1 h2 h3 h4 h5 h6 img li ol pre s strong ul".split())
PROSE |= set("table thead tbody tr th td".split())
CLASSES = {"title", "summary", "none", "local", "no-picture", "bad"}
HOSTILE = """\
x <script>alert(1)</script> <b onclick="alert(2)" title="kept">bold <img src=x onerror=alert(3)>
[x](javascript:alert(4)) ![p](https://example.org/p.png) ![q](//example.org/q.png)
<svg/onload=alert(5)> $\\text{<script>alert(6)</script>}$ $\\href{javascript:alert(7)}{y}$
$\\style{background:url(//e)}{z}$ <a href="javascript:alert(8)">z</a> [ok](https://example.org/)
<javascript:alert(9)> <style>*{}</style>

<details>

</div></section></article></main></body>
<iframe src="//example.org"></iframe><meta http-equiv=refresh content="0;url=//example.org">
<form action=//example.org><input name=n></form><base href=//e><link rel=stylesheet href=//e>

![t](../../course.toml) ![u](images/%2e%2e/%2e%2e/course.toml)
"""


@dataclass
class Answer:
    """What the server sends back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.body.decode("utf-8")


@dataclass
class Served:
    """A preview that is running: its process and where it is."""

    process: subprocess.Popen
    line: str

    @property
    def address(self) -> str:
        """The address that the command has printed."""
        return re.search(r"http://127\.0\.0\.1:\d+/", self.line)[0]

    @property
    def port(self) -> int:
        """The port of that address."""
        return int(self.address.rstrip("/").rpartition(":")[2])

    def get(self, path: str = "") -> str:
        """Return a page as a browser would."""
        with urllib.request.urlopen(self.address + path, timeout=30) as answer:
            return answer.read().decode("utf-8")

    def ask(self, path: str, method: str = "GET", host: str | None = "") -> Answer:
        """Send a request as it is written, which a browser would tidy up; no `host` for None."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.putrequest(method, path, skip_host=True)
            if host is not None:
                connection.putheader("Host", host or f"127.0.0.1:{self.port}")
            connection.endheaders()
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    @property
    def version(self) -> str:
        """The version that the page would compare with its own."""
        return json.loads(self.get("version"))["version"]

    def after(self, change: Callable[[], object]) -> str:
        """Make a change, and return the page once its version is another."""
        before = self.version
        change()
        return self.get() if self.version != before else pytest.fail("no new version")


@contextmanager
def served(root: Path, *arguments: str, **variables: str) -> Iterator[Served]:
    """Run `course preview` in a folder, and end it with Ctrl-C; nothing may be on stderr."""
    process = subprocess.Popen(
        [sys.executable, "-m", "course", "preview", *arguments],
        cwd=root,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        # A shell gives its background processes a Ctrl-C that is ignored, and so on to ours.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        yield Served(process, line)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=30)
        assert (process.returncode, error) == (0, "")
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tiny course; its folder."""
    return tiny.write_course(tmp_path / "tiny")


@pytest.fixture
def polish(root: Path) -> Iterator[Served]:
    """The preview of its first lesson in Polish."""
    with served(root, "pl", "01-cats", "--no-browser") as preview:
        yield preview


@dataclass
class Element:
    """An element of a page."""

    tag: str
    attributes: dict[str, str]
    parts: list = field(default_factory=list)  # elements and texts

    def all(self, tag: str = "", **attributes: str) -> list["Element"]:
        """Return the elements below of a tag and with these attributes."""
        found = []
        for part in self.parts:
            if isinstance(part, Element):
                wanted = all(part.attributes.get(key) == attributes[key] for key in attributes)
                found += [part] if wanted and tag in ("", part.tag) else []
                found += part.all(tag, **attributes)
        return found

    @property
    def text(self) -> str:
        """All text in it."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)


class Reader(HTMLParser):
    """Reads a page into a tree, and fails at a tag that is not closed as it was opened."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs})
        self.stack[-1].parts.append(made)
        if tag not in VOID:
            self.stack.append(made)

    handle_startendtag = handle_starttag  # the slash means nothing

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.stack[-1].parts.append(data)


def read(page: str) -> Element:
    """Return a page as a tree."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert len(reader.stack) == 1, reader.stack[-1].tag
    return reader.stack[0]


def rows(page: str) -> list[Element]:
    """Return the cells of a page in the order in which they stand there."""
    return read(page).all("article")


def row(page: str, name: str) -> Element:
    """Return the row of a cell of prose."""
    (found,) = read(page).all("article", id=f"prose-{name}")
    return found


def sides(found: Element) -> tuple[Element, Element]:
    """Return the English and the translation of a row."""
    one, other = found.all("section")
    return one, other


def change(path: Path, old: str, new: str) -> None:
    """Save a file with other words in it."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def translation(root: Path, locale: str = "pl") -> Path:
    """Return where the translation of the first lesson lies."""
    return root / "translations" / locale / "01-cats.md"


# What the page shows


def test_english_and_translation_stand_side_by_side_in_reading_order(polish: Served) -> None:
    """Each cell of both notebooks is there once, with its English and its translation."""
    page = polish.get()
    shown = [item for item in rows(page) if item.attributes["class"] == "row prose"]
    names = ["@title", "@summary", "title", "pair-ink", "pair-chalk", "picture", "food", "end"]
    assert [item.attributes["id"] for item in shown] == [f"prose-{name}" for name in names]
    english, polish_side = sides(row(page, "title"))
    assert (english.attributes["class"], english.attributes["lang"]) == ("source", "en")
    assert (polish_side.attributes["class"], polish_side.attributes["lang"]) == (
        "translation",
        "pl",
    )
    assert "A cat sleeps for most of the day." in english.text
    assert [item.text for item in polish_side.all("h1")] == ["Koty"]
    assert "Kot śpi przez większość dnia." in polish_side.text


def test_a_locale_written_from_right_to_left_is_shown_so_and_code_is_not(root: Path) -> None:
    """Only the translation's side is turned; code and formulas in it are not."""
    with served(root, "ar", "01-cats", "--no-browser") as preview:
        page = preview.get()
    english, arabic = sides(row(page, "food"))
    assert (english.attributes["dir"], arabic.attributes["dir"]) == ("ltr", "rtl")
    assert arabic.attributes["lang"] == "ar"
    assert "تأكل القطة" in arabic.text
    inner = [*arabic.all("code"), *arabic.all("math")]
    assert [item.attributes["dir"] for item in inner] == ["ltr", "ltr"]
    for pre in read(page).all("pre"):
        assert pre.attributes["dir"] == "ltr"


def test_japanese_lines_are_joined_as_they_are_built(root: Path) -> None:
    """No blank stands between two sentences of a language that has none."""
    with served(root, "ja", "01-cats", "--no-browser") as preview:
        _, japanese = sides(row(preview.get(), "title"))
    assert "過ごします。夜明けに" in japanese.text


def test_code_that_notebooks_share_is_shown_once_and_other_code_for_each(root: Path) -> None:
    """A place holds a cell of all notebooks that have it the same, and keeps the order of each."""
    path = root / "notebooks" / "01-cats-chalk.ipynb"
    change(path, "helper = 'chalk'", "helper = 'ink'")
    with served(root, "pl", "01-cats", "--no-browser") as preview:
        shown = rows(preview.get())
    shared = [item for item in shown if item.attributes["id"] == "code-code-title-ink-chalk"]
    assert [item.attributes["data-frameworks"] for item in shared] == ["ink chalk"]
    pair = [item.attributes["id"] for item in shown if "pair" in item.attributes["id"]]
    assert pair == [
        *("prose-pair-ink", "code-code-pair-ink-ink"),
        *("prose-pair-chalk", "code-code-pair-chalk-chalk"),
    ]


@pytest.mark.parametrize("course", [COURSE, None], ids=["this", "tiny"])
def test_the_order_of_each_notebook_is_kept(course: Course | None, tmp_path: Path) -> None:
    """Reading only the cells of one framework gives its notebook."""
    course = course or load_course(tiny.write_course(tmp_path / "tiny"))
    for entry in course.lessons:
        lesson = read_lesson(course, entry)
        places = reading_order(lesson)
        for notebook in lesson.notebooks:
            here = [
                place.cells[notebook.framework]["id"]
                for place in places
                if notebook.framework in place.cells
            ]
            cells = [item for item in notebook.data["cells"] if item["source"].strip()]
            assert here == [item["id"] for item in cells]


def test_code_in_another_order_is_not_taken_for_shared(root: Path) -> None:
    """Each notebook would else be shown in the order of the other."""
    for framework, names in (("ink", "abc"), ("chalk", "cba")):
        cells = [
            {"cell_type": "code", "id": name, "metadata": {}, "outputs": [], "source": [name]}
            for name in names
        ]
        notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        path = root / "notebooks" / f"01-cats-{framework}.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")
    course = load_course(root)
    places = reading_order(read_lesson(course, course.lessons[0]))
    shown = [(place.cell["id"], list(place.cells)) for place in places]
    for framework, names in (("ink", "abc"), ("chalk", "cba")):
        assert "".join(name for name, where in shown if framework in where) == names
    assert len(shown) == 5  # one of the three is shared


def test_long_code_is_folded_and_outputs_are_there_for_the_switch(root: Path) -> None:
    """A reader of prose does not scroll past code."""
    for framework in ("ink", "chalk"):
        path = root / "notebooks" / f"01-cats-{framework}.ipynb"
        data = json.loads(path.read_text(encoding="utf-8"))
        data["cells"][1]["source"] = "\n".join(f"x{n} = '<{n}>'" for n in range(LONG + 1))
        stream = {"output_type": "stream", "name": "stdout", "text": ["1%\r9%\r\x1b[1m100%\n"]}
        data["cells"][1]["outputs"].append(stream)
        path.write_text(json.dumps(data), encoding="utf-8")
    with served(root, "pl", "01-cats", "--no-browser") as preview:
        page = read(preview.get())
    (long,) = page.all("article", id="code-code-title-ink-chalk")
    (folded,) = long.all("details")
    assert "open" not in folded.attributes
    assert folded.all("summary")[0].text == f"x0 = '<0>' … {LONG + 1} lines"
    assert f"x{LONG} = '<{LONG}>'" in folded.all("pre")[0].text
    (outputs,) = long.all("div", **{"class": "outputs"})
    assert [item.attributes["src"] for item in outputs.all("img")] == [
        f"data:image/png;base64,{tiny.PNG}"
    ]
    assert outputs.all("pre")[0].text == "100%"
    (short,) = page.all("article", id="code-code-picture-ink")
    assert not short.all("details")
    values = [item.attributes["data-value"] for item in page.all("button", **{"data-set": "code"})]
    assert values == ["", "none", "outputs"]


def test_pictures_and_formulas_are_shown(polish: Served) -> None:
    """A picture comes from the notebooks' folder; a formula is MathML, which needs no script."""
    page = polish.get()
    for side in sides(row(page, "picture")):
        (picture,) = side.all("img")
        answer = polish.ask(picture.attributes["src"])
        assert (answer.status, answer.headers["Content-Type"]) == (200, "image/svg+xml")
        assert answer.text == tiny.PICTURE
    (maths,) = sides(row(page, "food"))[0].all("math")
    assert [item.text for item in maths.all("mi")] == ["n"]


def test_each_cell_has_its_status_its_findings_and_their_remedy(polish: Served) -> None:
    """The page says what `course status` and `course check` say."""
    page = polish.get()
    status = {item.attributes["id"]: item.attributes["data-status"] for item in rows(page)}
    assert status["prose-title"] == "reviewed"
    assert status["prose-picture"] == "translated"
    assert status["prose-pair-ink"] == "machine"
    assert status["prose-food"] == "missing"
    assert status["prose-end"] == "stale"
    food = row(page, "food")
    assert "Jeszcze nie przetłumaczono." in sides(food)[1].text
    (finding,) = food.all("li", **{"class": "error"})
    assert "missing" in finding.text
    assert "course sync pl" in finding.text
    assert food.attributes["data-findings"] == "1"
    assert "course accept" in row(page, "end").text
    assert row(page, "title").attributes["data-findings"] == "0"


def test_the_header_counts_cells_and_findings_and_filters_by_them(polish: Served) -> None:
    """A button for each status that there is, for findings, and for each framework."""
    page = read(polish.get())
    shown = {item.attributes["data-value"]: item.text for item in page.all("button")}
    errors, warnings = (page.all("li", **{"class": level}) for level in ("error", "warning"))
    assert len(errors) > 1
    assert len(warnings) > 1
    assert shown["findings"] == f"{len(errors)} errors, {len(warnings)} warnings"
    assert shown["missing"] == "2 missing"
    assert shown["stale"] == "1 stale"
    assert (shown["ink"], shown["chalk"]) == ("Ink", "Chalk")


def test_an_outdated_cell_shows_what_has_changed_in_the_english(root: Path) -> None:
    """The English that it was made from is found in the history of the repository."""
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    commit = [*git, "commit", "-q", "-m", "x"]
    for words in ([*git, "init", "-q"], [*git, "add", "."], commit):
        subprocess.run(words, cwd=root, check=True)
    for framework in ("ink", "chalk"):
        change(root / "notebooks" / f"01-cats-{framework}.ipynb", "hunts", "<feeds>")
    with served(root, "pl", "01-cats", "--no-browser") as preview:
        page = preview.get()
    (diff,) = row(page, "title").all("pre", **{"class": "diff"})
    assert [item.text for item in diff.all("del")] == ["hunts"]
    assert [item.text for item in diff.all("ins")] == ["<feeds>"]
    assert "is not in the history" in row(page, "end").text


def test_the_words_of_the_page_are_the_locale_s_and_else_english(root: Path) -> None:
    """They stand in strings.toml, in the table `site`."""
    with served(root, "pl", "01-cats", "--no-browser") as preview:
        assert "English original" in preview.get()
        strings = root / "translations" / "pl" / "strings.toml"
        words = strings.read_text(encoding="utf-8") + '\n[site]\nsource = "Oryginał <b>"\n'
        page = preview.after(lambda: strings.write_text(words, encoding="utf-8"))
    assert "English original" not in page
    assert "Oryginał &lt;b&gt;" in page
    assert "Translation" in page


@pytest.mark.sampled
@pytest.mark.parametrize("entry", COURSE.lessons, ids=lambda lesson: lesson.id)
@pytest.mark.parametrize("locale", [locale.id for locale in COURSE.targets])
def test_this_course_can_be_previewed_in_every_locale(locale: str, entry: Lesson) -> None:
    """All its cells are there, all its formulas are, and every picture is sent."""
    cells = read_lesson(COURSE, entry).cells
    with served(ROOT, locale, entry.id, "--no-browser") as preview:
        page = preview.get()
        found = read(page)
        pictures = {
            item.attributes["src"] for side in found.all("section") for item in side.all("img")
        }
        assert [preview.ask(address).status for address in sorted(pictures)] == [
            200 for _ in pictures
        ]
    shown = [item for item in found.all("article") if item.attributes["class"] == "row prose"]
    assert [item.attributes["id"] for item in shown] == [f"prose-{item.id}" for item in cells]
    assert not found.all("code", **{"class": "bad"})
    assert not found.all("span", **{"class": "no-picture"})
    assert pictures
    assert found.all("math", display="block")


# What happens on saving


def test_nothing_new_is_no_new_version(polish: Served) -> None:
    """A page asks all the time, and is not made again; the same bytes saved are nothing new."""
    before = polish.version
    assert before == polish.version
    assert f'data-version="{before}"' in polish.get()


SAVES = {
    "translation": ("translations/pl/01-cats.md", "Poluje o", "Jada o", "Jada o świcie."),
    "strings": ("translations/pl/strings.toml", "Jeszcze nie", "Wciąż nie", "Wciąż nie"),
    "notebook": ("notebooks/01-cats-ink.ipynb", "most of the day", "the whole day", "whole day"),
    "settings": ("course.toml", 'name = "Ink"', 'name = "Inkwell"', "Inkwell"),
    "picture": ("notebooks/images/cat.svg", "cat", "a cat", "images/cat.svg?v="),
}


@pytest.mark.parametrize("saved", SAVES)
def test_a_save_shows_on_the_page(root: Path, polish: Served, saved: str) -> None:
    """The version changes with the page, and nothing has to be started anew."""
    name, old, new, shown = SAVES[saved]
    page = polish.after(lambda: change(root / name, old, new))
    assert shown in page


def test_a_glossary_that_is_saved_shows_its_findings(root: Path, polish: Served) -> None:
    """Findings follow the glossary, which is no part of the page itself."""
    path = root / "translations" / "pl" / "glossary.toml"
    text = '[[terms]]\nterm = "cat"\nforms = ["kotek"]\n'
    page = polish.after(lambda: path.write_text(text, encoding="utf-8"))
    assert "kotek" in row(page, "title").text


def test_a_cell_that_only_moves_in_its_file_counts_as_unchanged(root: Path, polish: Served) -> None:
    """The page keeps the cells whose hash is the same, so that what is read stays in place."""
    before = row(polish.get(), "end")
    page = polish.after(lambda: change(translation(root), "Poluje o", "Poluje\n\n\no"))
    after = row(page, "end")
    assert after.attributes["data-hash"] == before.attributes["data-hash"]
    assert after.text != before.text  # its line


BROKEN = {
    "not UTF-8": ("translations/pl/01-cats.md", b"\xff\xfe", "not UTF-8 at byte 0"),
    "marker": ("translations/pl/01-cats.md", b"<!--cell a-->\n", "is not quite a marker"),
    "conflict": ("translations/pl/01-cats.md", b"<<<<<<< HEAD\n", "merge conflict not resolved"),
    "glossary": ("translations/pl/glossary.toml", b"terms = <b>", "glossary.toml"),
    "strings": ("translations/pl/strings.toml", b"<b> = [", "at line 1"),
    "notebook": ("notebooks/01-cats-ink.ipynb", b'{"<b>', "01-cats-ink.ipynb: not JSON"),
    "settings": ("course.toml", b"<b> = [", "course.toml"),
    "locale gone": ("course.toml", tiny.TOML.replace('"pl"', '"cs"').encode(), "unknown locale"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_file_is_told_in_a_line_and_mending_it_is_enough(
    root: Path, polish: Served, broken: str
) -> None:
    """The server goes on, and so does the page, with what can be read."""
    name, content, told = BROKEN[broken]
    path = root / name
    before = path.read_bytes() if path.exists() else b""
    whole = polish.get()
    page = polish.after(lambda: path.write_bytes(content))
    messages = read(page).all("div", id="messages")[0].all("li")
    assert [line.text for line in messages if told in line.text], page
    assert "Traceback" not in page
    assert len(rows(page)) == len(rows(whole))
    mended = polish.after(lambda: path.write_bytes(before))
    assert told not in mended


def test_a_course_that_is_broken_from_the_start_says_so_on_the_page(root: Path) -> None:
    """There is nothing to show yet, and the page waits for it."""
    path = root / "notebooks" / "01-cats-ink.ipynb"
    content = path.read_bytes()
    path.write_bytes(b"{")
    with served(root, "pl", "01-cats", "--no-browser") as preview:
        assert "01-cats-ink.ipynb: not JSON" in preview.get()
        page = preview.after(lambda: path.write_bytes(content))
    assert "Kot śpi" in page


def test_another_lesson_that_is_broken_does_not_matter(root: Path) -> None:
    """A page is about one lesson."""
    (root / "notebooks" / "02-boats-ink.ipynb").write_bytes(b"{")
    with served(root, "pl", "01-cats", "--no-browser") as preview:
        assert "Kot śpi" in preview.get()


# What a translation cannot do


def is_harmless_prose(found: Element) -> None:
    """Hold that an element holds nothing that acts, and nothing from another host."""
    for item in found.all():
        assert item.tag in PROSE, item.tag
        for name, value in item.attributes.items():
            assert not name.startswith("on"), name
            assert name not in ("style", "srcset", "id"), value
            assert name != "class" or value in CLASSES, value
            if name == "href":
                assert item.tag == "a"
                assert re.match("(https?://|mailto:)", value), value
            if name == "src":
                assert item.tag == "img"
                assert value.startswith("/images/"), value


def test_a_hostile_translation_does_nothing(root: Path) -> None:
    """Its scripts, handlers, frames and pictures from elsewhere are shown as text, or not."""
    path = translation(root)
    change(path, "# Koty\n", f"{HOSTILE}\n# Koty\n")
    change(path, "\nKoty\n", f"\n{HOSTILE.splitlines()[0]}\n")  # the title, from course.toml
    with served(root, "pl", "01-cats", "--no-browser") as preview:
        page = preview.get()
    found = read(page)
    assert (len(found.all("script")), len(found.all("style"))) == (1, 1)
    sections = found.all("section")
    assert len(sections) == 2 * 8
    for section in sections:
        is_harmless_prose(section)
    evil = sides(row(page, "title"))[1]
    assert "<script>alert(1)</script>" in evil.text
    assert "javascript:alert(4)" in evil.text
    assert [item.attributes for item in evil.all("b")] == [{"title": "kept"}]
    assert [item.attributes["href"] for item in evil.all("a") if "href" in item.attributes] == [
        "https://example.org/"
    ]
    assert not evil.all("img")
    assert "active" in row(page, "title").text  # course check says so too


PIECES = st.sampled_from(
    [
        *("<script>", "</script>", "<b onclick=a()>", "</b>", "<div>", "</div>", "<details>"),
        *("<img src=x onerror=a()>", "<svg onload=a()>", "</section>", "<!--", "-->", "<![CDATA["),
        *(
            "]]>",
            "<?x",
            "<!x",
            "[a](javascript:b)",
            "![a](//b/c)",
            "![a](images/cat.svg)",
            "$",
            "$$",
        ),
        *(r"\text{", r"\href{javascript:a}", r"\style{color:red}{b}", r"\newcommand{\a}{\a\a}\a"),
        *(
            "}",
            "{",
            "`",
            "```",
            "\n",
            "\n\n",
            "* ",
            "> ",
            "| a |\n|--:|\n",
            "&lt;",
            "&#60;",
            "<",
            ">",
        ),
        *('"', "'", "=", "/", " ", "a", "é", "\0", "\ud800", "\u202e", "<a href=//b>", "style=a"),
    ]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join))
def test_rendering_any_text_gives_harmless_elements(text: str) -> None:
    """The contract of `render`, for texts made of what is dangerous."""
    made = render(text, {"images/cat.svg": "/images/cat.svg?v=1"})
    assert {tag.lower() for tag in re.findall(r"<([a-zA-Z][^\s>/]*)", made)} <= PROSE
    is_harmless_prose(read(made))


def test_the_svg_beside_a_picture_is_shown() -> None:
    """Cells link PNG for GitHub; a picture without SVG is shown itself."""
    pictures = {name: f"/{name}" for name in ("images/a.png", "images/a.svg", "images/b.png")}
    made = render("![a](images/a.png) ![b](images/b.png) ![c](images/c.png)", pictures)
    assert re.findall('src="([^"]*)"', made) == ["/images/a.svg", "/images/b.png"]


def test_html_that_is_left_open_is_closed() -> None:
    """An open element would go on in the cells below."""
    made = render("<details><summary>a\n\n**b** <b>c", {})
    assert made.endswith("<b>c</b></p>\n</summary></details>")
    assert render("<b>a *x</b>*", {}) == "<p><b>a <em>x</em></b></p>\n"
    assert render("* <b>a\n* c</b>", {}) == "<ul>\n<li><b>a</b></li>\n<li>c</li>\n</ul>\n"
    assert render("</div></b>a", {}).strip() == "a"


def test_what_prose_may_hold_is_kept() -> None:
    """The elements and attributes that `course check` allows reach the page."""
    text = '<details open>\n<summary lang="en">a</summary>\n\nH<sub>2</sub>O\n\n</details>'
    made = render(text, {})
    for piece in ('<details open="">', '<summary lang="en">', "H<sub>2</sub>O", "</details>"):
        assert piece in made
    assert {"lang", "open"} <= ATTRIBUTES


def test_a_formula_that_is_none_is_shown_as_it_is_written() -> None:
    """A translator sees what is wrong, and all else goes on."""
    for text in (r"\left(", "{", "x^2^3", "a" * 3000):
        made = render(f"a ${text}$ b", {})
        assert f">{text}</code> b" in made
        assert 'class="bad"' in made


def test_the_policy_admits_the_page_s_own_script_and_style_only(polish: Served) -> None:
    """They are named by their hash, so that no other can be told to be one of them."""
    answer = polish.ask("/")
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";")
    )
    for tag in ("script", "style"):
        (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", answer.text, re.DOTALL)
        digest = b64encode(sha256(text.encode()).digest()).decode()
        assert policy[f"{tag}-src"] == f"'sha256-{digest}'"
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert policy["img-src"] == "'self' data:"
    for name in ("base-uri", "form-action", "frame-ancestors"):
        assert policy[name] == "'none'"
    page = re.sub("<(script|style)>.*?</", "</", answer.text, flags=re.DOTALL)
    assert not re.findall(r'<[^>]* (?:style|on\w+)="', page)


@pytest.mark.parametrize("path", ["/", "/version", "/images/cat.svg", "/nothing"])
def test_every_answer_keeps_other_sites_out(polish: Served, path: str) -> None:
    """No answer can be framed, embedded, taken for another type, or kept."""
    headers = polish.ask(path).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in headers
    if path != "/":
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "sandbox" in headers["Content-Security-Policy"]  # a picture can hold scripts


@pytest.mark.parametrize("host", ["example.org", "example.org:PORT", "127.0.0.1", "", None])
def test_another_host_s_name_is_refused(polish: Served, host: str | None) -> None:
    """A site that has its own name point to this machine reads nothing."""
    host = "\t" if host == "" else host and host.replace("PORT", str(polish.port))
    for path in ("/", "/version", "/images/cat.svg"):
        answer = polish.ask(path, host=host)
        assert answer.status == 403
        assert b"Koty" not in answer.body


def test_this_machine_s_name_is_answered(polish: Served) -> None:
    """People type it."""
    assert polish.ask("/", host=f"localhost:{polish.port}").status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "HEAD", "TRACE"])
def test_only_reading_is_answered(polish: Served, method: str) -> None:
    """There is nothing to send."""
    answer = polish.ask("/", method)
    assert answer.status in (405, 501)
    assert b"Koty" not in answer.body


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/course.toml",
            "/helper.py",
            "/notebooks/01-cats-ink.ipynb",
            "/translations/pl/01-cats.md",
        ),
        *("/images/", "/images", "/images/../course.toml", "/images/../../course.toml"),
        *("/images/%2e%2e/%2e%2e/course.toml", "/images/..%2f..%2fcourse.toml", "/../course.toml"),
        *(
            "//etc/passwd",
            "/images//etc/passwd",
            "/images/%00",
            "/images/cat.svg%00",
            "/images/cat.svg/",
        ),
        *("/images/..\\..\\course.toml", "/images/link.svg", "/images/linked/01-cats.md", "*"),
        *(
            "http://example.org/",
            "/images/.hidden/../cat.svg",
            "/images/notes.txt",
            "/%ff",
            "/?/..",
        ),
    ],
)
def test_only_pages_and_pictures_are_sent(root: Path, polish: Served, path: str) -> None:
    """What a request names is never looked for in the file system."""
    images = root / "notebooks" / "images"
    (images / "notes.txt").write_text("secret", encoding="utf-8")
    (images / "link.svg").symlink_to(root / "course.toml")
    (images / "linked").symlink_to(root / "translations" / "pl")
    answer = polish.ask(path)
    if path == "/?/..":
        assert answer.status == 200  # the page; it keeps its switches behind the question mark
    else:
        assert answer.status == 404
        assert len(answer.body) < 1000


def test_it_listens_on_this_machine_only(polish: Served) -> None:
    """Nobody on the network sees a draft."""
    listening = [
        item.laddr.ip
        for item in psutil.Process(polish.process.pid).net_connections("all")
        if item.status == psutil.CONN_LISTEN
    ]
    assert listening == ["127.0.0.1"]


def test_a_browser_that_leaves_early_is_no_error(polish: Served) -> None:
    """The command says nothing; the fixture holds that stderr is empty."""
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", polish.port)) as connection:
            request = f"GET / HTTP/1.0\r\nHost: 127.0.0.1:{polish.port}\r\n\r\n"
            connection.sendall(request.encode())
            # Closing with bytes unread resets the connection.
            connection.recv(1)
    assert "Koty" in polish.get()


# The command


def test_it_prints_the_address_and_ends_with_ctrl_c(polish: Served) -> None:
    """The fixture ends it, and holds that it then exits with 0 and has complained of nothing."""
    assert polish.line.startswith("01-cats in pl: http://127.0.0.1:")
    assert "Ctrl-C" in polish.line


def test_the_browser_is_opened_unless_it_is_not_wanted(root: Path, tmp_path: Path) -> None:
    """Python's own way of finding it: here, a script that the variable BROWSER names."""
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}.part; mv {opened}.part {opened}\n')
    browser.chmod(0o755)
    with served(root, "pl", "01-cats", "--no-browser", BROWSER=f"{browser} %s") as preview:
        preview.get()
    assert not opened.exists()
    with served(root, "pl", "01-cats", BROWSER=f"{browser} %s") as preview:
        until = time.monotonic() + 30
        while not opened.exists() and time.monotonic() < until:
            time.sleep(0.05)
        assert opened.read_text().strip() == preview.address


def test_a_port_can_be_chosen_and_one_that_is_taken_is_told_in_a_line(root: Path) -> None:
    """It does not take another one silently."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = str(taken.getsockname()[1])
        result = run_course(root, "preview", "pl", "01-cats", "--no-browser", "--port", number)
    result.assert_refused(f"port {number}: ", "--port", code=2)
    assert len(result.err.splitlines()) == 1
    with served(root, "pl", "01-cats", "--no-browser", "--port", number) as preview:
        assert preview.port == int(number)


@pytest.mark.parametrize("number", ["0", "65536", "-1", "x", "²"])
def test_a_port_is_a_number_of_one(root: Path, number: str) -> None:
    """Anything else is wrong usage."""
    result = run_course(root, "preview", "pl", "01-cats", "--no-browser", f"--port={number}")
    result.assert_refused("--port", "from 1 to 65535", code=2)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("pll", "01-cats"), "did you mean 'pl'?"),
        (("pl", "01-cat"), "did you mean '01-cats'?"),
        (("en", "01-cats"), "name a translation: pl, ja, ar"),
        (("pl",), "LESSON"),
    ],
)
def test_a_wrong_name_is_told_with_the_right_one(
    root: Path, arguments: tuple[str, ...], told: str
) -> None:
    """Before anything is served."""
    run_course(root, "preview", *arguments).assert_refused(told, code=2)


def test_a_preview_writes_nothing(root: Path) -> None:
    """The files are the translator's."""
    before = tiny.snapshot(root)
    with served(root, "pl", "01-cats", "--no-browser") as preview:
        preview.get()
    assert tiny.snapshot(root) == before


def test_the_page_can_be_had_without_the_command(root: Path) -> None:
    """A test or a notebook calls the step itself."""
    page = Preview(root, "pl", "01-cats").page()
    assert "Kot śpi" in page.content.decode("utf-8")
    assert list(page.pictures) == ["images/cat.svg"]


def test_a_lesson_not_begun_is_shown_in_english_only(root: Path) -> None:
    """A translator begins here."""
    shutil.rmtree(root / "translations" / "ja")
    page = Preview(root, "ja", "01-cats").page().content.decode("utf-8")
    prose = [item for item in rows(page) if item.attributes["class"] == "row prose"]
    assert {item.attributes["data-status"] for item in prose} == {"missing"}
    assert "course sync ja" in page


def test_a_cell_of_no_notebook_is_told_at_the_top(root: Path) -> None:
    """There is no row that it could stand in."""
    path = translation(root)
    text = path.read_text(encoding="utf-8") + "\n" + cell("gone", "Nie ma.", "Gone.")
    path.write_text(text, encoding="utf-8")
    page = Preview(root, "pl", "01-cats").page().content.decode("utf-8")
    (messages,) = read(page).all("div", id="messages")
    assert "cell gone: no notebook has this cell" in messages.text
