"""The list of the papers and books that a page or chapter refers to."""

import html
from collections.abc import Iterable, Mapping

from course.formats.references import Reference
from course.markdown.parser import link_targets
from course.markdown.render import element

REFERENCES = "references"  # the anchor of their section


def cited_in(text: str, references: Mapping[str, Reference]) -> dict[str, Reference]:
    """Return the references that prose links, by URL, in the order of the links."""
    known = (target for target in link_targets(text) if target in references)
    return {target: references[target] for target in known}


def reference_list(cited: Iterable[Reference], side: Mapping[str, str]) -> str:
    """Return references as HTML; `side` are the attributes of their language."""
    items = []
    for each in cited:
        title = element("a", html.escape(each.title), href=each.url, rel="noopener noreferrer")
        rest = f"{html.escape(each.authors)}: {title}. {html.escape(each.published)}."
        items.append(element("li", rest))
    return element("ul", "".join(items), class_="references", **side)
