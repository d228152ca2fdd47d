"""Strings for people: on one line, as part of a file name, and as a diff by words."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping


class Phrase(str):
    """A string with the template and the values that it was formatted from.

    An interface in another language looks the template up, and formats its own with the values.
    """

    template: str
    values: Mapping[str, object]


def phrase(template: str, /, **values: object) -> Phrase:
    """Return a template formatted with values.

    >>> phrase("{count} times", count=2), phrase("{count} times", count=2).template
    ('2 times', '{count} times')
    """
    made = Phrase(template.format(**values))
    made.template, made.values = template, values
    return made


def one_line(text: str) -> str:
    """Return a string on one line, with characters that are not printable as `\\uXXXX`.

    A translation is untrusted: a terminal must not run the escape sequences in it.
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
OVERWRITTEN = re.compile(r"[^\n]*\r(?!\n)")  # what a progress bar has overwritten


def slug(title: str) -> str:
    """Return a title as part of a file name.

    >>> slug("Cats & boats")
    'cats-boats'
    """
    return re.sub(r"[\W_]+", "-", title.casefold()).strip("-")


def word_diff(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a word diff as (kind, part); kinds are "same", "removed" and "added".

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
    """Return a word diff as one string: `[-removed-]` and `{+added+}`, as in git."""
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(marks[kind].format(text) for kind, text in changes)
