"""Active content in Markdown: what an untrusted translation must not bring into a page."""

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from course.markdown.parser import flat

# Elements and attributes that prose may hold; all others are refused.
ELEMENTS = set(
    (
        "details summary br hr sub sup kbd b i em strong span div p dl dt dd abbr ruby rt rp"
        " bdi wbr"
    ).split()
)
ATTRIBUTES = {"lang", "dir", "title", "open", "align"}
SCHEMES = {"", "http", "https", "mailto", "attachment"}  # the last: a picture within the cell
SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*)\s*:")
# What a more lenient renderer could take for active content: an unclosed tag, or a link that is
# none in CommonMark.
TAG_LIKE = re.compile(
    r"</?(script|iframe|object|embed|applet|style|link|meta|base|form|input|button|svg|math"
    r"|img|video|audio|source|template|textarea|select|frame|frameset|body|html|head|a)\b",
    re.I,
)
HANDLER_LIKE = re.compile(r"<[^<>]*\bon[a-z]+\s*=", re.I)
SCHEME_LIKE = re.compile(
    r"\b(?:javascript|vbscript)\s*:\s*\S+|\bdata:\s*(?:text|image|application)/", re.I
)
FORMULA = re.compile(r"\\(?:href|url|style|class|cssId|require|unicode|data|toggle|html\w*)\b")
COULD_ACT = re.compile(r"[<:&]|//|\\")  # every tag, scheme, entity and URL has one of these
BROKEN_COMMENT = re.compile(r"<!---?>|--!>")  # browsers take these for a whole comment, or its end
TAG = re.compile(r"<(?:!--|(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*))")
ATTRIBUTE = re.compile(r"\s([a-zA-Z][\w-]*)(?:=(?:\"[^\"]*\"|'[^']*'|\S+))?")
INVISIBLE = re.compile(r"[\x00-\x20\u200b-\u200f\u2028-\u202e\u2060\ufeff]")


# Content that is refused in the English too; all else there is the author's own choice.
ACTS = re.compile(
    r"</?(?:script|style|iframe|object|embed|applet|form|base|meta|link)\b|\bon\w+\s*=", re.I
)


def new_active(text: str, english: str) -> list[str]:
    """Return the active content of a translation that its English does not have literally."""
    found = find_active(text)
    known = set(find_active(english)) if found else ()
    return [fragment for fragment in found if fragment not in known or acts(fragment)]


def acts(fragment: str) -> bool:
    """Return whether a fragment from `find_active` is refused in the English too."""
    return bool(ACTS.search(fragment) or SCHEME_LIKE.search(fragment))


def find_active(text: str) -> list[str]:
    """Return short fragments of the active content of Markdown, in order; [] if there is none.

    >>> find_active("<b onclick='x()'>y</b>")[0]
    'onclick="x()"'
    """
    if not COULD_ACT.search(text):
        return []  # most prose; parsing is slow
    found: list[str] = []
    rest: list[str] = []  # text outside of code
    for token in flat(text):
        if token.type in ("html_block", "html_inline"):
            found += _in_html(token.content)
            rest.append(token.content)
        elif token.type in ("text", "text_special"):
            rest.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            rest.append("\n")
        elif token.type.startswith("math"):
            # Not every renderer parses formulas, and some TeX commands are active themselves.
            found += FORMULA.findall(token.content)
            rest.append(re.sub(r"<\s*a\b", "< ", f" {token.content} "))  # a letter, in a formula
        for name in ("href", "src"):
            target = token.attrGet(name)
            if target is not None and not is_harmless(str(target)):
                found.append(str(target)[:200])
    plain = html.unescape("".join(rest))
    for like in (TAG_LIKE, HANDLER_LIKE, SCHEME_LIKE):
        found += [match[0][:200] for match in like.finditer(plain)]
    return list(dict.fromkeys(found))


def is_harmless(target: str) -> bool:
    """Return whether the target of a link or picture is a page, a file or an anchor here."""
    bare = INVISIBLE.sub("", html.unescape(target))
    match = SCHEME.match(bare)
    return (match[1].lower() if match else "") in SCHEMES and not bare.startswith(("//", "\\"))


def _in_html(fragment: str) -> list[str]:
    broken = [match[0] for match in BROKEN_COMMENT.finditer(fragment)]
    if broken:
        return broken
    collector = _Collector()
    try:
        collector.feed(fragment)
        if "<" in collector.rawdata:  # an unclosed tag extends to the next ">" of the page
            return [*collector.found, collector.rawdata[:60]]
        collector.close()
    except AssertionError:  # html.parser gives up on some broken declarations
        return [*collector.found, fragment.strip()[:60]]
    return list(collector.found)


class _Collector(HTMLParser):
    """A collector of the elements and attributes that are not allowed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            self.found.append(f"<{tag}>")
        self.found += [
            f'{name}="{value or ""}"'[:200] for name, value in attrs if name not in ATTRIBUTES
        ]

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        if tag not in ELEMENTS:
            self.found.append(f"</{tag}>")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"<?{data[:20]}")

    def handle_decl(self, decl: str) -> None:
        self.found.append(f"<!{decl[:20]}")

    def unknown_decl(self, data: str) -> None:
        self.found.append(f"<![{data[:20]}")


def elements(text: str) -> Iterator[str]:
    """Yield the tags, the names of their attributes and the starts of comments, in order.

    >>> list(elements("<details open>x</details>"))
    ['<details>', 'open=', '</details>']
    """
    for token in flat(text):
        if token.type in ("html_block", "html_inline"):
            for slash, name, more in TAG.findall(token.content):
                yield f"<{slash}{name.lower()}>" if name else "<!--"
                yield from (f"{key.lower()}=" for key in ATTRIBUTE.findall(more))
