"""Syntax highlighting of Python code as HTML, for light and dark themes."""

import functools
import html
from collections.abc import Iterator
from itertools import groupby

from pygments.formatters import HtmlFormatter
from pygments.lexers.python import PythonLexer
from pygments.style import StyleMeta
from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES, Name, _TokenType

LIGHT, DARK = "a11y-high-contrast-light", "a11y-high-contrast-dark"  # enough contrast


@functools.lru_cache(maxsize=1024)
def highlight(source: str) -> str:
    """Return Python code as HTML, a `span` around each run of tokens of one class.

    >>> highlight("x = None")
    'x <span class="o">=</span> <span class="kc">None</span>\\n'
    """
    return "".join(
        f'<span class="{name}">{_escape(text)}</span>' if name else _escape(text)
        for name, text in token_runs(source)
    )


def highlight_lines(source: str) -> list[str]:
    """Return the lines of Python code as HTML, each with `span` elements of its own.

    >>> highlight_lines("x = None\\ny")
    ['x <span class="o">=</span> <span class="kc">None</span>', 'y']
    """
    lines = [""]
    for name, text in token_runs(source):
        first, *others = text.split("\n")
        for number, part in enumerate([first, *others]):
            if number:
                lines.append("")
            if part:
                shown = _escape(part)
                lines[-1] += f'<span class="{name}">{shown}</span>' if name else shown
    return lines[:-1] if not lines[-1] else lines  # the lexer ends the last line


def token_runs(source: str) -> Iterator[tuple[str, str]]:
    """Yield runs of Python tokens of one CSS class, as class and text; the class can be empty."""
    tokens = PythonLexer(stripnl=False).get_tokens(source)
    classes = ((_class_of(kind), value) for kind, value in tokens)
    for name, run in groupby(classes, key=lambda item: item[0]):
        yield name, "".join(value for _, value in run)


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


def _class_of(kind: _TokenType) -> str:
    """Return the CSS class of a token type; empty for whitespace and what looks like a name."""
    while kind not in STANDARD_TYPES:
        kind = kind.parent
    name = STANDARD_TYPES[kind]
    return "" if name in ("", "w", "n", *plain_classes()) else name


@functools.cache
def plain_classes() -> frozenset[str]:
    """Return the CSS classes whose tokens look like plain names in both themes.

    Their colour is that of all code; leaving out their spans makes pages a third smaller.
    """
    styles = [_style(name) for name in (LIGHT, DARK)]
    looks = {
        short: [style.style_for_token(token) for style in styles]
        for token, short in STANDARD_TYPES.items()
        if short
    }
    return frozenset(short for short, look in looks.items() if look == looks["n"])


def stylesheet() -> str:
    """Return the CSS of code: light, dark if chosen, and dark if the system prefers it."""
    light = _rules(LIGHT, ".highlight")
    chosen = _rules(DARK, "body[data-theme=dark] .highlight")
    system = _rules(DARK, "body:not([data-theme=light]) .highlight")
    lines = [*light, "@media not print {", *chosen, "@media (prefers-color-scheme: dark) {"]
    return "\n".join([*lines, *system, "}", "}", ""])


def light_stylesheet() -> str:
    """Return the CSS of code on white paper."""
    return "\n".join([*_rules(LIGHT, ".highlight"), ""])


def _rules(style: str, selector: str) -> Iterator[str]:
    """Yield the CSS rules of a style: that of plain names for a selector, then the others."""
    ink = _style(style).style_for_token(Name)["color"]
    yield f"{selector} pre {{ color: #{ink} }}"
    plain = tuple(f"{selector} .{name} " for name in plain_classes())
    for rule in HtmlFormatter(style=style).get_token_style_defs(selector):
        if not rule.startswith(plain):
            yield rule


@functools.cache
def _style(name: str) -> StyleMeta:
    return get_style_by_name(name)
