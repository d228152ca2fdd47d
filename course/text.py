"""Strings as people read them: on a terminal, in a file name, word by word."""

import difflib
import re
from collections.abc import Iterable, Iterator


def one_line(text: str) -> str:
    """Return a text on one line, with characters that do not show as their codes.

    What a translation holds is shown on a terminal, and must not act there.
    """
    return "".join(
        character
        if character.isprintable()
        else " "
        if character in "\n\t"
        else f"\\u{ord(character):04x}"
        for character in text
    )


ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
OVERWRITTEN = re.compile(r"[^\n]*\r(?!\n)")  # by a progress bar


def slug(title: str) -> str:
    """Return a title as part of a file name.

    >>> slug("Cats & boats")
    'cats-boats'
    """
    return re.sub(r"[\W_]+", "-", title.casefold()).strip("-")


def word_diff(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Yield the pieces of two texts with what they are: "same", "removed" or "added".

    >>> list(word_diff("a long text", "a short text"))
    [('same', 'a '), ('removed', 'long'), ('added', 'short'), ('same', ' text')]
    """
    old, new = (re.findall(r"\s+|\w+|[^\w\s]", text) for text in (before, after))
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", "".join(old[a:b])
        else:
            if a < b:
                yield "removed", "".join(old[a:b])
            if c < d:
                yield "added", "".join(new[c:d])


def mark_changes(changes: Iterable[tuple[str, str]]) -> str:
    """Return a word diff as one string: `[-removed-]` and `{+added+}`, as git marks them."""
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(marks[kind].format(text) for kind, text in changes)
