"""Our part of a Sphinx run: cell ids as anchors, and what the templates say.

Sphinx calls `setup`; what a page says is in site.json beside the sources, which `course.site.steps`
has written.
"""

import html
import json
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from course.site.frame import context_for, plain_classes

PRE = re.compile(r"<pre>")  # Sphinx's own: ours have attributes
PLAIN = re.compile(rf'<span class="(?:{"|".join(plain_classes())})">([^<]*)</span>')
HEADING = re.compile(r'(<section id="([^"]+)">\s*<h[2-6]>)(.*?)(</h[2-6]>)', re.DOTALL)


class CellIds(SphinxTransform):
    """Gives each section and each cell of code the id of its cell, the same in all languages."""

    default_priority = 900  # when all sections are there, and before Sphinx collects titles

    def apply(self, **_unused: object) -> None:
        """Set the ids of one document."""
        page = read_site(Path(self.app.srcdir))["pages"].get(self.env.docname)
        if page is None:
            return
        sections = list(self.document.findall(nodes.section))
        for section, (_, name, _) in zip(sections, page["headings"], strict=True):
            section["ids"] = [name]
        for container in self.document.findall(nodes.container):
            if container.get("nb_element") == "cell_code":
                container["ids"] = [container["cell_metadata"]["cell"]]


_read: dict[Path, dict[str, Any]] = {}


def read_site(folder: Path) -> dict[str, Any]:
    """Return what `course.site.steps` has written down for the pages, read once."""
    if folder not in _read:
        _read[folder] = json.loads((folder / "site.json").read_text(encoding="utf-8"))
    return _read[folder]


def add_context(app: Sphinx, name: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Give a template the words of the locale, and what it has to know of its page."""
    site = read_site(Path(app.srcdir))
    page = site["pages"].get(name)
    framework = page["framework"] if page else ""
    context.update(context_for(site["context"], name, framework), page=page)
    if "body" in context:
        label = html.escape(site["context"]["t"]["link"])
        link = rf' <a class="headerlink" href="#\2" aria-label="{label}">#</a>'
        body = HEADING.sub(rf"\1\3{link}\4", context["body"])
        # Code can be wider than the screen, and keys must be able to scroll it; its words are
        # English, and no browser is to translate them.
        lang = html.escape(site["context"]["source_locale"])
        pre = f'<pre tabindex="0" dir="ltr" lang="{lang}" translate="no">'
        context["body"] = PLAIN.sub(r"\1", PRE.sub(pre, body))


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx's way in."""
    app.add_transform(CellIds)
    app.connect("html-page-context", add_context)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
