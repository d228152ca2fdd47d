"""Formulas as one line of text, for where MathML cannot be shown, as in excerpts of a search."""

import functools
import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

FORMULA = re.compile(r"<math\b.*?</math>", re.DOTALL)
SPACED = frozenset("=+−-±·×⋅∘⊙≈≠≤≥<>→←↦⇒∈∉∪∩∣|∝≡∼")  # operators between two operands
OPENING, CLOSING = frozenset("([{⟨"), frozenset(")]}⟩")
PREFIXES = frozenset("∂∇Δ¬")
ACCENTS = {"^": "\u0302", "~": "\u0303", "¯": "\u0304", "˙": "\u0307", "→": "\u20d7"}
LRI, PDI = "\u2066", "\u2069"  # what stands between them runs from left to right
SCRIPTS = {
    "msub": "_",
    "munder": "_",
    "msup": "^",
    "mover": "^",
    "msubsup": "_^",
    "munderover": "_^",
}


def write_formulas(markup: str, isolated: bool = False) -> str:
    """Return HTML with each formula as escaped text; isolated from text that runs to the left.

    >>> write_formulas("so <math><msub><mi>h</mi><mi>t</mi></msub><mo>=</mo><mn>0</mn></math>.")
    'so h_t = 0.'
    """
    around = (LRI, PDI) if isolated else ("", "")
    return FORMULA.sub(
        lambda found: html.escape(formula_text(found[0]), quote=False).join(around), markup
    )


@functools.lru_cache(maxsize=1024)
def formula_text(mathml: str) -> str:
    r"""Return MathML as one line: scripts as in `h_(t−1)`, fractions as in `a / (b + c)`.

    >>> formula_text("<math><mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mi>c</mi></mrow></mfrac>"
    ...     "<mi>tanh</mi><mo>(</mo><mo>−</mo><mi>x</mi><mo>)</mo></math>")
    'a / (b + c) tanh(−x)'
    """
    return join_items(_items(ET.fromstring(mathml)))


def _items(element: ET.Element) -> Iterator[str]:
    """Yield operands and operators of a formula in reading order."""
    tag, children = element.tag.rpartition("}")[2], list(element)
    if tag == "mover" and len(children) == 2 and (children[1].text or "") in ACCENTS:
        yield _group(list(_items(children[0]))) + ACCENTS[children[1].text or ""]
    elif tag in SCRIPTS:
        base, *scripts = (list(_items(child)) for child in children)
        marks = zip(SCRIPTS[tag], scripts, strict=False)
        yield _group(base) + "".join(_script(mark, items) for mark, items in marks)
    elif tag == "mfrac" and len(children) == 2:
        yield " / ".join(_group(list(_items(child))) for child in children)
    elif tag == "msqrt":
        yield f"√{_group([item for child in children for item in _items(child)])}"
    elif tag == "mtr":
        yield f"[{', '.join(join_items(_items(child)) for child in children)}]"
    elif children and all(child.get("mathvariant") == "normal" for child in children):
        yield "".join(child.text or "" for child in children)  # a name, such as PMI
    elif children:
        for child in children:
            yield from _items(child)
    elif text := (element.text or "").strip():
        yield text


def _script(mark: str, items: list[str]) -> str:
    """Return a script without spaces, such as `_(t−1)`; a prime stands as it is."""
    if set(items) <= {"′", "'"}:
        return "".join(items)
    inner = join_items(items).replace(" ", "")
    return mark + (inner if len(items) == 1 and not set(inner) & set("_^/") else f"({inner})")


def _group(items: list[str]) -> str:
    """Return items as one operand, in parentheses if they are several."""
    return items[0] if len(items) == 1 and " " not in items[0] else f"({join_items(items)})"


def join_items(items: Iterator[str] | list[str]) -> str:
    """Return items with spaces around operators and between operands, none inside parentheses.

    >>> join_items(["2", "x", "=", "f", "(", "−", "y", ",", "z", ")"])
    '2 x = f(−y, z)'
    """
    text, before = "", "("
    for item in items:
        signed = before in SPACED or before in OPENING or before == ","  # item may be a sign
        if item in SPACED and not signed:
            text += f" {item} "
        elif item in ",;":
            text += f"{item} "
        else:
            text += item if _follows(text, before, item) else f" {item}"
        before = item
    return text.strip()


def _follows(text: str, before: str, item: str) -> bool:
    """Return whether an item follows the one before it without a space."""
    return (
        not text
        or text.endswith((" ", *OPENING))
        or item in OPENING | CLOSING
        or item in "./!′"
        or before in SPACED | PREFIXES
        or before == "/"
    )
