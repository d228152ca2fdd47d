"""Fuzz what reads translations, guided by coverage: they are texts that anybody may send.

Not a part of `make test`; it takes a Python of its own that has atheris (Linux, Python 3.11 on):

    python3 -m venv /tmp/fuzz
    /tmp/fuzz/bin/pip install atheris markdown-it-py mdit-py-plugins babel
    PYTHONPATH=. nice -n 19 /tmp/fuzz/bin/python tests/fuzz/fuzz_translation.py format \
        -max_total_time=240 /tmp/fuzz/format

The first word is the contract to fuzz, one of those in `CONTRACTS`; the others are libFuzzer's, a
folder for the inputs that it found among them. An input that breaks a contract is shown as text and
written to a file `crash-…`. Keep it: give it a name in tests/fixtures/translation_files/, where
tests/formats/test_translation.py finds it.
"""

import sys
from collections.abc import Callable
from html.parser import HTMLParser

import atheris

with atheris.instrument_imports(include=["course", "markdown_it", "mdit_py_plugins"]):
    from course.checks.contexts import Language, Pair, TranslationFile
    from course.checks.registry import run_checks
    from course.checks.runner import check_pair
    from course.formats.glossary import Glossary, Term
    from course.formats.lesson import SourceCell, SourceLesson
    from course.formats.settings import Lesson, Locale
    from course.formats.translation import (
        Cell,
        hash_source,
        normalise,
        parse_translation,
        render_cell,
        render_translation,
    )
    from course.localization.localize import LocalizedLesson
    from course.markdown.active import ATTRIBUTES, ELEMENTS, find_active, is_harmless
    from course.markdown.lines import join_lines
    from course.markdown.outline import parse_outline
    from course.markdown.parser import parser

# What chance would take long to find: the words of the formats.
PIECES = """\
<!-- cell a --> <!-- cell b source=0123456789ab state=machine --> <!-- allow bold: why --> \\<!--
<!--cell <!-- ALLOW <<<<<<< ======= >>>>>>> keep \ufeff \r \u2028 \x00 # ## > * 1. - | |---| ``` ~~~
` ** __ * _ ~~ $ $$ \\( [ ]( ) ![ [!NOTE] <b> </b> <div <details> --> <script> onclick= style= &lt;
javascript: data:text/html, href= src= http:// <http:// \\href{ \u4e2d \u6587\u3002 \u3000 e\u0301
\u202e \u200b **Note:** 1,281.5 \u0663 \U0001f600 nn.LSTM""".split(" ")
PIECES = [piece for word in PIECES for piece in word.split("\n") if piece] + [" ", "\n", "\n\n"]

ENGLISH = """\
## What it *costs*

The **cost** of `pad` is $n^2$, 1,281 at most: see [the picture](images/a.svg).

> **Note:** read it twice.

| a | b |
|---|---|
| 1 | 2 |

1. one
2. two

![a cell](images/a.svg)
"""
GLOSSARY = Glossary("zh", "", ("LSTM",), (Term("cost", ("koszt*",), ("cena",)),))
LABELS = {"labels.note": "Uwaga", "labels.tip": "Rada"}
FRAMEWORK_TAGS = set(  # what Markdown itself makes
    "h1 h2 h3 h4 h5 h6 ul ol li a img code pre table thead tbody tr th td blockquote em strong s eq"
    " eqn section".split()
)


def text_of(data: bytes) -> str:
    """Return the text that a fuzzer's input stands for: pieces, and characters between them."""
    provider = atheris.FuzzedDataProvider(data)
    parts = []
    while provider.remaining_bytes():
        if provider.ConsumeIntInRange(0, 3):
            parts.append(PIECES[provider.ConsumeIntInRange(0, len(PIECES) - 1)])
        else:
            count = provider.ConsumeIntInRange(1, 6)
            parts.append(provider.ConsumeUnicodeNoSurrogates(count))
    return "".join(parts)


def fuzz_format(text: str) -> None:
    """Parse-then-write gives back the same text; a rendered cell holds its text."""
    read = parse_translation(text)
    assert render_translation(read) == text
    assert all(problem.line >= 1 for problem in read.problems)
    again = parse_translation(render_cell(Cell("a", text)))
    assert [cell.text for cell in again.cells] == [normalise(text)]
    for number, cell in enumerate(read.cells):
        cells = list(read.cells)
        cells[number] = cell.changed(text="other")
        written = render_translation(type(read)(read.preamble, tuple(cells)))
        for other in read.cells:
            assert other is cell or other.raw in written


def fuzz_checks(text: str) -> None:
    """No text breaks a check, and a finding is one line about a line of the file."""
    source = SourceCell("a", ENGLISH, ("x",), hash_source(ENGLISH))
    cell = Cell("a", normalise(text), source=source.hash)
    lesson = SourceLesson(Lesson("01-a", "A"), (), (source,))
    lines = text.count("\n") + text.count("\r") + 1
    for name in ("pl", "zh-CN", "ar"):
        language = Language(name, GLOSSARY, LABELS, frozenset(["merk"]), 1.0)
        pair = Pair(source, cell, language, frozenset(["images/a.svg"]))
        for check, founds, _ in check_pair(pair):
            for found in founds:
                finding = pair.finding(check, found)
                assert len(str(finding).splitlines()) == 1, str(finding)
                assert 0 <= found.line < lines, (check.code, found, lines)
    polish = Locale("pl", "polski", "ltr")
    whole = LocalizedLesson.of(lesson, polish, parse_translation(text), path="a.md", file=text)
    for finding in run_checks(TranslationFile(whole)):
        assert 1 <= finding.line <= lines + 1, finding


def fuzz_safety(text: str) -> None:
    """What is called harmless renders to allowed elements and attributes, joined or not."""
    for shown in (text, join_lines(normalise(text), "ja")):
        if not find_active(text):
            reader = Reader()
            reader.feed(parser().render(shown))
            reader.close()
            assert not reader.found, (reader.found, parser().render(shown))


def fuzz_anatomy(text: str) -> None:
    """Any text can be taken apart, and its parts stand in its lines."""
    anatomy = parse_outline(text)
    lines = text.count("\n") + text.count("\r") + 1
    places = [part.line for part in (*anatomy.runs, *anatomy.blocks, *anatomy.leftovers)]
    for line in (*places, *anatomy.places.values()):
        assert 0 <= line < lines, (line, lines)
    assert anatomy.letters >= 0
    assert all(number.isascii() for number in anatomy.numbers)
    for offset in range(0, len(anatomy.visible), 7):
        assert 0 <= anatomy.line_of(offset) < lines


class Reader(HTMLParser):
    """Collects what in a rendered page neither Markdown makes nor the course allows."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS | FRAMEWORK_TAGS:
            self.found.append(tag)
        for name, value in attrs:
            if name in ("href", "src") and is_harmless(value or ""):
                continue
            made = (tag, name) in {("img", "alt"), ("code", "class"), ("ol", "start")}
            made = made or (tag in ("th", "td") and name == "style")
            # Formulas have classes.
            made = made or (tag in ("span", "div", "eq", "eqn") and name == "class")
            if name not in ATTRIBUTES and not made:
                self.found.append(f"{tag} {name}={value}")


CONTRACTS: dict[str, Callable[[str], None]] = {
    "format": fuzz_format,
    "checks": fuzz_checks,
    "safety": fuzz_safety,
    "anatomy": fuzz_anatomy,
}


def main(arguments: list[str]) -> None:
    """Fuzz one contract until the time is over or it is broken."""
    contract = CONTRACTS[arguments[1]]

    def one(data: bytes) -> None:
        text = text_of(data)
        try:
            contract(text)
        except Exception:
            print("broken by:", ascii(text), file=sys.stderr)
            raise

    atheris.Setup([arguments[0], *arguments[2:]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv)
