"""What a preview does when a file is saved."""

from pathlib import Path

import pytest

from tests.fixtures import tiny
from tests.fixtures.previewed import Served, change, read, row, rows, served, translation


def test_nothing_new_is_no_new_version(polish: Served) -> None:
    """A page asks all the time, and is not made again; the same bytes saved are nothing new."""
    before = polish.version
    assert before == polish.version
    assert f'data-version="{before}"' in polish.get()


SAVES = {
    "translation": ("translations/pl/01-cats.md", "Poluje o", "Jada o", "Jada o świcie."),
    "strings": ("translations/pl/strings.toml", "Jeszcze nie", "Wciąż nie", "Wciąż nie"),
    "notebook": ("notebooks/01-cats-ink.ipynb", "most of the day", "the whole day", "whole day"),
    "settings": ("course.toml", 'name = "Ink"', 'name = "Inkwell"', "Inkwell"),
    "picture": ("notebooks/images/cat.svg", "cat", "a cat", "images/cat.svg?v="),
}


@pytest.mark.parametrize("saved", SAVES)
def test_a_save_shows_on_the_page(root: Path, polish: Served, saved: str) -> None:
    """The version changes with the page, and nothing has to be started anew."""
    name, old, new, shown = SAVES[saved]
    page = polish.after(lambda: change(root / name, old, new))
    assert shown in page


def test_a_glossary_that_is_saved_shows_its_findings(root: Path, polish: Served) -> None:
    """Findings follow the glossary, which is no part of the page itself."""
    path = root / "translations" / "pl" / "glossary.toml"
    text = '[[terms]]\nterm = "cat"\nforms = ["kotek"]\n'
    page = polish.after(lambda: path.write_text(text, encoding="utf-8"))
    assert "kotek" in row(page, "title").text


def test_a_cell_that_only_moves_in_its_file_counts_as_unchanged(root: Path, polish: Served) -> None:
    """The page keeps the cells whose hash is the same, so that what is read stays in place."""
    before = row(polish.get(), "end")
    page = polish.after(lambda: change(translation(root), "Poluje o", "Poluje\n\n\no"))
    after = row(page, "end")
    assert after.attributes["data-hash"] == before.attributes["data-hash"]
    assert after.text != before.text  # its line


BROKEN = {
    "not UTF-8": ("translations/pl/01-cats.md", b"\xff\xfe", "not UTF-8 at byte 0"),
    "marker": ("translations/pl/01-cats.md", b"<!--cell a-->\n", "is not quite a marker"),
    "conflict": ("translations/pl/01-cats.md", b"<<<<<<< HEAD\n", "merge conflict not resolved"),
    "glossary": ("translations/pl/glossary.toml", b"terms = <b>", "glossary.toml"),
    "strings": ("translations/pl/strings.toml", b"<b> = [", "at line 1"),
    "notebook": ("notebooks/01-cats-ink.ipynb", b'{"<b>', "01-cats-ink.ipynb: not JSON"),
    "settings": ("course.toml", b"<b> = [", "course.toml"),
    "locale gone": ("course.toml", tiny.TOML.replace('"pl"', '"cs"').encode(), "unknown locale"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_file_is_told_in_a_line_and_mending_it_is_enough(
    root: Path, polish: Served, broken: str
) -> None:
    """The server goes on, and so does the page, with what can be read."""
    name, content, told = BROKEN[broken]
    path = root / name
    before = path.read_bytes() if path.exists() else b""
    whole = polish.get()
    page = polish.after(lambda: path.write_bytes(content))
    messages = read(page).all("div", id="messages")[0].all("li")
    assert [line.text for line in messages if told in line.text], page
    assert "Traceback" not in page
    assert len(rows(page)) == len(rows(whole))
    mended = polish.after(lambda: path.write_bytes(before))
    assert told not in mended


def test_a_course_that_is_broken_from_the_start_says_so_on_the_page(root: Path) -> None:
    """There is nothing to show yet, and the page waits for it."""
    path = root / "notebooks" / "01-cats-ink.ipynb"
    content = path.read_bytes()
    path.write_bytes(b"{")
    with served(root, "pl", "01-cats") as preview:
        assert "01-cats-ink.ipynb: not JSON" in preview.get()
        page = preview.after(lambda: path.write_bytes(content))
    assert "Kot śpi" in page


def test_another_lesson_that_is_broken_does_not_matter(root: Path) -> None:
    """A page is about one lesson."""
    (root / "notebooks" / "02-boats-ink.ipynb").write_bytes(b"{")
    with served(root, "pl", "01-cats") as preview:
        assert "Kot śpi" in preview.get()
