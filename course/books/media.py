"""The two media of books: files of an EPUB, and the one page that a PDF is printed from."""

import base64
import html
from dataclasses import dataclass, field
from typing import Protocol

from course.markdown.render import element
from course.rendering.outputs import VECTOR, Picture

# A plot names the font that measured it, a diagram any serif one for its symbols. Here they have
# the fonts of the book, which are embedded; those of text are narrower than the plot's.
SHADOW = """<style>
svg { display: block; max-width: 100%; height: auto; direction: ltr; }
[style*="DejaVu Sans"] { font-family: inherit !important; }
[font-family=serif] { font-family: "STIX Two Math", "STIX Two Math More", serif; }
</style>"""


class Medium(Protocol):
    """How links and pictures are written in a medium; both are XHTML."""

    def address(self, part: str, anchor: str = "") -> str:
        """Return the URL of an anchor in a part of the book."""

    def picture(self, picture: Picture, alt: dict[str, str]) -> str:
        """Return a picture as phrasing content; `alt` are its attributes, `alt` among them."""

    def page(self, anchor: str) -> str:
        """Return the number of the page of an anchor, if the medium has pages."""


@dataclass
class EpubMedium:
    """Parts and pictures are files; `pictures` collects the latter by name."""

    pictures: dict[str, Picture] = field(default_factory=dict)

    def address(self, part: str, anchor: str = "") -> str:
        return f"{part}.xhtml#{anchor}" if anchor else f"{part}.xhtml"

    def page(self, anchor: str) -> str:
        return ""

    def picture(self, picture: Picture, alt: dict[str, str]) -> str:
        self.pictures[picture.name] = picture
        image = element("img", src=f"images/{picture.name}", **alt)
        return image.removesuffix("></img>") + "/>"


class PrintMedium:
    """All parts are in one page.

    An SVG is in a shadow tree: there it can use the fonts of the page, and its style sheet and
    ids are its own.
    """

    def address(self, part: str, anchor: str = "") -> str:
        return f"#{anchor or part}"

    def page(self, anchor: str) -> str:
        return f'<span class="page" data-of="{anchor}"></span>'

    def picture(self, picture: Picture, alt: dict[str, str]) -> str:
        if picture.kind != VECTOR:
            encoded = base64.b64encode(picture.content).decode()
            image = element("img", src=f"data:{picture.kind};base64,{encoded}", **alt)
            return image.removesuffix("></img>") + "/>"
        text = picture.content.decode("utf-8", "replace")
        drawn = text[max(text.find("<svg"), 0) :]
        inner = element("template", SHADOW + drawn, shadowrootmode="open")
        label = {"aria-label": alt["alt"], **{k: v for k, v in alt.items() if k != "alt"}}
        shown = "".join(f' {key}="{html.escape(value)}"' for key, value in label.items())
        return f'<span class="drawing" role="img"{shown}>{inner}</span>'
