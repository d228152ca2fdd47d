"""Folded parts of prose, such as answers, which a book has at its end."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

DETAILS = re.compile(r"<(/?)details\b[^>]*>")
SUMMARY = re.compile(r"\s*<summary\b[^>]*>(.*?)</summary>", re.DOTALL)


@dataclass(frozen=True)
class Fold:
    """A folded part: the XHTML of its summary and of its content."""

    summary: str
    content: str


def replace_folds(markup: str, replace: Callable[[Fold], str]) -> str:
    """Replace each folded part of well-formed XHTML; those within another are opened.

    >>> fold = "<details><summary>Answer</summary><p>B.</p></details>"
    >>> replace_folds(f"<p>A?</p>{fold}", lambda fold: f"<p>see {fold.summary}</p>")
    '<p>A?</p><p>see Answer</p>'
    """
    parts: list[str] = []
    done = 0
    for start, end, inner in _spans(markup):
        parts += [markup[done:start], replace(_fold(inner))]
        done = end
    return "".join([*parts, markup[done:]])


def _spans(markup: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and content of each outermost `details` element."""
    depth, start, inside = 0, 0, 0
    for match in DETAILS.finditer(markup):
        if not match[1]:
            if not depth:
                start, inside = match.start(), match.end()
            depth += 1
            continue
        depth -= 1
        if not depth:
            yield start, match.end(), markup[inside : match.start()]


def _fold(inner: str) -> Fold:
    """Return a folded part from the content of its element."""
    summary = SUMMARY.match(inner)
    content = inner[summary.end() :] if summary else inner
    # What is folded within it is shown with it, its summary as a paragraph.
    content = SUMMARY.sub(r'<p class="summary">\1</p>', DETAILS.sub("", content))
    return Fold(summary[1].strip() if summary else "", content.strip())
