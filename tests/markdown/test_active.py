"""Active content that must not get into a page."""

import signal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings

from course.checks.contexts import Language, Pair
from course.checks.runner import check_pair
from course.formats.lesson import SourceCell
from course.formats.translation import Cell, normalise
from course.localization.pseudo import pseudo_text
from course.markdown.active import ATTRIBUTES, ELEMENTS, find_active, new_active
from course.markdown.lines import join_lines
from course.markdown.parser import parser
from tests.fixtures.texts import FIXTURES, HASH, PROSE, TEXTS, pieces


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("active-*.txt")), ids=lambda path: path.stem)
def test_active_content_is_found(path: Path) -> None:
    """Also where a tag is left open, in a formula, or in HTML that no parser likes."""
    assert find_active(path.read_bytes().decode("utf-8")) != []


@pytest.mark.parametrize(
    "text",
    [
        "The data: four classes.",
        "**data:** four",
        "In `x <a` and $x <a$, 1 < 2 <b>bold</b>.",
        "$$\\mathbf{h}_{t} = \\tanh(W \\cdot x)$$",
        "<details open><summary>S</summary>\n\nx\n\n</details>",
        "a <http://a.b/> [x](y.ipynb#z) ![p](images/a.svg)",
    ],
)
def test_harmless_text_is_not_taken_for_active(text: str) -> None:
    """A translator cannot guess what a word of plain prose was taken for."""
    assert find_active(text) == []


MARKUP = pieces(
    "<b <div <p > /> </b> ␣style=x ␣onload=x ␣title=' ' \" ⏎ ⏎⏎ <!-- --> <![CDATA[ ]]> <? ?> <!x <!"
    " <![ x ␣ &lt; [x]( javascript:x ) ` $ $$ \\ 中⏎文 <script <a␣href= -␣"
)


@pytest.mark.parametrize(
    ("text", "english", "new"),
    [
        ("<img src=images/a.svg width=9>", "<img src=images/a.svg width=9>", False),
        ("<img src=images/a.svg width=8>", "<img src=images/a.svg width=9>", True),
        ("<img src=//a.b/c.svg>", "<img src=images/a.svg>", True),
        ("<style>* {display: none}</style>", "<style>.note {color: red}</style>", True),
        ("<b onclick=x()>x</b>", "<b onclick=x()>x</b>", True),
        ("<script src=a.js></script>", "<script src=a.js></script>", True),
    ],
)
def test_only_what_stands_just_so_in_the_english_is_taken_over(
    text: str, english: str, new: bool
) -> None:
    """The size of a picture is the author's own; what acts is refused, whoever wrote it."""
    assert bool(new_active(text, english)) == new


# What Markdown itself makes of these pieces.
MARKDOWN = {"a", "blockquote", "code", "eq", "h1", "h2", "li", "ol", "pre", "section", "ul"}


class Page(HTMLParser):
    """Collects the elements of a page that came from HTML in a text, and their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what Markdown itself does not make."""
        if tag not in MARKDOWN:
            self.found.add(tag)
            self.found |= {name for name, _ in attrs}


def pictures(text: str) -> set[str]:
    """Return what Markdown's own pictures make, if it has any: `![` comes of a `<!` and a link."""
    inner = [child.type for token in parser().parse(text) for child in token.children or ()]
    return {"img", "src", "alt"} if "image" in inner else set()


@settings(max_examples=500)
@given(MARKUP)
def test_what_is_called_harmless_shows_allowed_elements_only(text: str) -> None:
    """Whatever HTML is broken in whatever way, there is a verdict, and it is right."""
    for page in (text, join_lines(text, "ja")):
        if not find_active(text):
            allowed = ELEMENTS | ATTRIBUTES | {"eqn", "class"} | pictures(page)
            assert Page(parser().render(page)).found <= allowed


def judge(text: str) -> None:
    """Hold that every check has a verdict on a text, in one line and about one of its lines."""
    english = "The cost is $n$: [see](https://a.b/).\n\n> **Note:** read `pad`."
    pair = Pair(SourceCell("a", english, ("ink",), HASH), Cell("a", text, HASH), Language("pl"))
    for check, founds, _ in check_pair(pair):
        for found in founds:
            assert len(str(pair.finding(check, found)).splitlines()) == 1
            assert 0 <= found.line <= text.count("\n"), check.code


@given(TEXTS.map(normalise) | MARKUP)
def test_every_check_has_a_verdict_on_any_text(text: str) -> None:
    """Anybody may send it; a traceback would hide what is wrong with all other cells."""
    judge(text)


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("check-*.txt")), ids=lambda path: path.stem)
def test_texts_that_broke_a_check_are_judged(path: Path) -> None:
    """Found by tests/fuzz/fuzz_translation.py."""
    judge(path.read_bytes().decode("utf-8"))


def too_slow(_signal: int, _frame: object) -> None:
    """Give up on a text."""
    raise TimeoutError("a text of 100 kB is not judged in 10 s of CPU")


@pytest.mark.parametrize("piece", ["<", "<!--", "<b ", "a", "(", "«", "[a](", "中\n"])
def test_a_long_text_does_not_keep_the_checks_busy(piece: str) -> None:
    """A file may have ten times as much, and anybody may send one."""
    text = (piece * 100_000)[:100_000]
    source = SourceCell("a", "The cost is $n$.", ("ink",), HASH)
    pair = Pair(source, Cell("a", text, HASH), Language("pl"))
    before = signal.signal(signal.SIGVTALRM, too_slow)  # other work on the machine does not count
    signal.setitimer(signal.ITIMER_VIRTUAL, 10)
    try:
        join_lines(text, "ja")
        assert list(check_pair(pair))
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@given(PROSE)
def test_a_pseudo_translation_has_the_lines_of_its_text(text: str) -> None:
    """Its markup is that of the English, so line by line."""
    assert pseudo_text(text).count("\n") == text.count("\n")
