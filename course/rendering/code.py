"""Syntax highlighting of Python code as HTML: one line of code in each element, five colours."""

import functools
import html

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

# CSS classes, coloured by `--code-…` in course.css; the first match counts, the rest is plain.
CLASSES = (
    (Comment, "c"),
    (String.Doc, "c"),
    (String, "s"),
    (Number, "m"),
    (Keyword.Constant, "m"),
    (Keyword, "k"),
    (Operator.Word, "k"),
    (Name.Function, "f"),
    (Name.Class, "f"),
    (Name.Decorator, "f"),
)


@functools.lru_cache(maxsize=1024)
def highlight(source: str) -> str:
    """Return Python code as HTML: an element for each line, and one for each coloured run in it.

    A line ends in its newline, so that the text of all elements is the code.

    >>> highlight("x = None")
    '<span class="l">x = <span class="m">None</span>\\n</span>'
    """
    lines = [""]
    run, current = "", ""
    for kind, value in PythonLexer(stripnl=False).get_tokens(source):
        name = class_of(kind)
        for part in value.splitlines(keepends=True):
            if (name != current and part.strip()) or run.endswith("\n"):
                lines[-1] += _span(run, current)
                if run.endswith("\n"):
                    lines.append("")
                run, current = "", name
            run += part
    lines[-1] += _span(run, current)
    return "".join(f'<span class="l">{line}</span>' for line in lines)


@functools.cache
def class_of(kind: _TokenType) -> str:
    """Return the CSS class of a token type; empty for plain code."""
    return next((name for parent, name in CLASSES if kind in parent), "")


def _span(text: str, name: str) -> str:
    """Return a run of code as HTML; whitespace at its end stays outside of its element."""
    bare = text.rstrip()
    escaped = html.escape(bare, quote=False)
    return (f'<span class="{name}">{escaped}</span>' if name and bare else escaped) + text[
        len(bare) :
    ]
