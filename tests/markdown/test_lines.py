"""Lines of prose joined where a language writes without spaces."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.markdown.active import find_active
from course.markdown.lines import UNSPACED, join_lines
from course.markdown.parser import parser
from tests.fixtures.texts import pieces

CJK = f"[{UNSPACED}]"


CHINESE = pieces(
    '中 文。 中⏎文 中⏎ ⏎文 （ ） word ** * ` $ [ ]( ) ![ | # < > " <b> </b> <b␣title= <http://'
    " <!-- --> [中␣文]:␣/x⏎ &amp; 한국⏎어 ー⏎ー http://a.b/ ⏎ ⏎⏎ ␣␣⏎ \\⏎ ⏎|---|---|⏎ ```⏎ >␣"
    " -␣ 1.␣ ␣ ␣␣␣␣ \u3000"
)


def shown(text: str) -> str:
    """Return a text as a page shows it, without line breaks: all that joining takes away."""
    return parser().render(text).replace("\n", "")


@settings(max_examples=300)
@given(CHINESE, st.sampled_from(["zh-CN", "ja"]))
def test_joined_lines_show_the_same_but_for_line_breaks(text: str, locale: str) -> None:
    """No link, tag, code, table or list comes or goes with a line break."""
    assert shown(join_lines(text, locale)) == shown(text)
    assert find_active(join_lines(text, locale)) == find_active(text)


@pytest.mark.parametrize(
    "text",
    [
        "[x](中\n文)",
        "[中\n文]\n\n[中 文]: /x",
        "<http://a中\n文>",
        "<b title=中\n文 style=top>x</b>",
    ],
)
def test_a_line_break_that_holds_markup_apart_stays(text: str) -> None:
    """Joining would make a link or a tag, or undo one."""
    assert join_lines(text, "zh-CN") == text


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("第一句。\n第二句。", "第一句。第二句。"),
        ("> 第一句。\n> 第二句。", "> 第一句。第二句。"),
        ("* 第一句。\n  第二句。\n* 第三句。", "* 第一句。第二句。\n* 第三句。"),
        ("第一句。  \n第二句。", "第一句。  \n第二句。"),
        ("用 `pad`\n补齐。", "用 `pad`\n补齐。"),
        ("第一句。\n`pad` 补齐。", "第一句。`pad` 补齐。"),
        (
            "第一句：\n$x$ 是数。\nGRU 有三块！\n[链接](x.md)。",
            "第一句：$x$ 是数。GRU 有三块！[链接](x.md)。",
        ),
        ("他说“好。”\nGRU 说“不”。", "他说“好。”GRU 说“不”。"),
        ("见 [这里](x.md)。\n（`pad`）\n**重要**。", "见 [这里](x.md)。（`pad`）**重要**。"),
        ("`pad`\n（补齐）", "`pad`（补齐）"),
        ("**重点。**\n重要。\n`pad`。", "**重点。**\n重要。`pad`。"),
        ("one\ntwo。three", "one\ntwo。three"),
        ("```\n第一\n第二\n```", "```\n第一\n第二\n```"),
        ("| 甲 |\n|---|\n| 乙 |\n| 丙 |", "| 甲 |\n|---|\n| 乙 |\n| 丙 |"),
    ],
)
def test_lines_are_joined_where_both_sides_are_written_without_spaces(
    text: str, joined: str
) -> None:
    """In paragraphs, quotes and lists, beside full-width punctuation whatever follows.

    Not in code, tables, between characters and Latin or at a hard break, and not where emphasis
    would not end.
    """
    assert join_lines(text, "zh-CN") == joined


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("次の\n`x`を\nLSTMに\n入れる。", "次の`x`をLSTMに入れる。"),
        ("`x` と `y`\nと `z`", "`x` と `y`と `z`"),
        ("LSTM\nGRU", "LSTM\nGRU"),
        ("`x`\n$y$", "`x`\n$y$"),
    ],
)
def test_japanese_has_no_space_beside_latin(text: str, joined: str) -> None:
    """A break beside a Japanese character is none; what stands within a line stays."""
    assert join_lines(text, "ja") == joined
