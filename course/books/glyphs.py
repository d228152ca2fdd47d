"""Characters and glyphs of a PDF: what its glyphs stand for, and which characters have none.

Chromium names for each glyph one of the characters that its font draws alike: for 長 it may name
the radical ⻑, for an Arabic letter the form that it has within a word. Readers who search or copy
need the character that was written.
"""

import re
import unicodedata
from collections.abc import Iterator, Set
from decimal import Decimal

from pikepdf import Dictionary, Object, Page, Pdf, parse_content_stream

from course.errors import CourseError

# Pairs of a character and the one that fonts draw alike, as in EquivalentUnifiedIdeograph.txt of
# Unicode, and three marks. NFKC, which is tried as well, has none of them.
ALIKE = (
    "⺁厂⺃乚⺄乙⺅亻⺆冂⺇几⺈刀⺉刂⺊卜⺌小⺍小⺎兀⺐尢⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺠民⺡氵⺢氺⺣灬⺤爫⺥爫"
    "⺦丬⺧牛⺨犭⺩王⺪疋⺫目⺬示⺭礻⺮竹⺯糹⺰纟⺱罒⺲罒⺶羊⺷羊⺸羊⺹耂⺺肀⺻聿⺼肉⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇角⻈讠"
    "⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻕阜⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟飠⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤"
    "⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟‧・―—～〜"
)
EQUIVALENT = dict(zip(ALIKE[::2], ALIKE[1::2], strict=True))
BLANK = ("Zs", "Zl", "Zp", "Cc", "Cf", "Cs")  # categories of characters without a look
SHOWN = 10  # characters that an error names
HEAD = """\
/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
"""
TAIL = """\
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""
BLOCK = 100  # entries of a block, at most


def check_glyphs(pdf: Pdf, text: str, locale: str) -> None:
    """Let the glyphs of a PDF stand for the characters of its text, and ensure that all have one.

    Raises:
        CourseError: the fonts lack some characters; names them, and what to install.
    """
    wanted = {c for c in text if unicodedata.category(c) not in BLANK}
    known: set[str] = set()
    for font in _fonts(pdf):
        table = _read_table(font["/ToUnicode"].read_bytes().decode("ascii", "replace"))
        mended = {code: mend(target, wanted) for code, target in table.items()}
        if mended != table:
            font["/ToUnicode"].write(_write_table(mended).encode("ascii"))
        for target in mended.values():
            known |= {*target, *unicodedata.normalize("NFKC", target)}
    missing = sorted(c for c in wanted - known if not known.issuperset(_parts(c)))
    if missing and any(_has_missing_glyph(page) for page in pdf.pages):
        raise CourseError(
            f"no font of this machine has characters of the book in {locale}:"
            f" {' '.join(missing[:SHOWN])}; install one that has, for Chinese and Japanese Noto"
            " Sans CJK (Debian: fonts-noto-cjk)"
        )


def mend(target: str, wanted: Set[str]) -> str:
    """Return the characters of a text that a glyph stands for.

    >>> mend("⻑", {"長"}), mend("ﻌ", {"ع"}), mend("⻑", {"⻑", "長"})
    ('長', 'ع', '⻑')
    """
    if set(target) <= wanted:
        return target
    alike = "".join(EQUIVALENT.get(c, c) for c in target)
    for found in (alike, unicodedata.normalize("NFKC", target)):
        if set(found) <= wanted:
            return found
    return target


def _parts(character: str) -> str:
    """Return what a character is composed of, which a PDF may show instead; else itself."""
    return unicodedata.normalize("NFKD", character)


def _fonts(pdf: Pdf) -> Iterator[Object]:
    """Yield the fonts of a PDF that say what their glyphs stand for."""
    for item in pdf.objects:
        if isinstance(item, Dictionary) and item.get("/Type") == "/Font" and "/ToUnicode" in item:
            yield item


def _has_missing_glyph(page: Page) -> bool:
    """Return whether a page draws the glyph 0, which is that of a character without one."""
    wide: dict[str, bool] = {
        name: font.get("/Subtype") == "/Type0" for name, font in page.Resources.Font.items()
    }
    step = 1
    for drawn in parse_content_stream(page, "Tf Tj TJ"):
        operator, (first, *_) = str(drawn.operator), list(drawn.operands)
        if operator == "Tf":
            step = 2 if wide.get(str(first)) else 1
            continue
        shown = list(first) if operator == "TJ" else [first]
        codes = [bytes(item) for item in shown if not isinstance(item, (int, float, Decimal))]
        if any(not any(code[at : at + step]) for code in codes for at in range(0, len(code), step)):
            return True
    return False


def _read_table(cmap: str) -> dict[str, str]:
    """Return what a ToUnicode map leads to, by the hexadecimal code of the glyph."""
    found: dict[str, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, target in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            found[code] = _decode(target)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, last, target in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            start = _decode(target)
            for step in range(int(last, 16) - int(first, 16) + 1):
                code = f"{int(first, 16) + step:0{len(first)}X}"
                found[code] = start[:-1] + chr(ord(start[-1]) + step)
    return found


def _write_table(table: dict[str, str]) -> str:
    """Return a ToUnicode map."""
    width = max(map(len, table))
    lines = [
        f"<{code}> <{target.encode('utf-16-be').hex().upper()}>" for code, target in table.items()
    ]
    blocks = [lines[at : at + BLOCK] for at in range(0, len(lines), BLOCK)]
    body = "".join(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar\n" for b in blocks)
    space = f"<{'0' * width}> <{'F' * width}>\nendcodespacerange\n"
    return HEAD + space + body + TAIL


def _decode(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-16-be", "replace")
