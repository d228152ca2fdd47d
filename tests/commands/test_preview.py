"""`course preview`: its arguments, its port, its end."""

import shutil
import socket
import time
from pathlib import Path

import pytest

from course.previewing.preview import Preview
from tests.fixtures import tiny
from tests.fixtures.command import run_course
from tests.fixtures.previewed import read, rows, started, translation
from tests.fixtures.tiny import cell


def test_it_prints_the_address_and_ends_with_ctrl_c(root: Path) -> None:
    """`started` ends it, and holds that it then exits with 0 and has complained of nothing."""
    with started(root, "pl", "01-cats", "--no-browser") as preview:
        assert preview.line.startswith("01-cats in pl: http://127.0.0.1:")
        assert "Ctrl-C" in preview.line
        preview.get()


def test_the_browser_is_opened_unless_it_is_not_wanted(root: Path, tmp_path: Path) -> None:
    """Python's own way of finding it: here, a script that the variable BROWSER names."""
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}.part; mv {opened}.part {opened}\n')
    browser.chmod(0o755)
    with started(root, "pl", "01-cats", "--no-browser", BROWSER=f"{browser} %s") as preview:
        preview.get()
    assert not opened.exists()
    with started(root, "pl", "01-cats", BROWSER=f"{browser} %s") as preview:
        until = time.monotonic() + 30
        while not opened.exists() and time.monotonic() < until:
            time.sleep(0.05)
        assert opened.read_text().strip() == preview.address


def test_a_port_can_be_chosen_and_one_that_is_taken_is_told_in_a_line(root: Path) -> None:
    """It does not take another one silently."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = str(taken.getsockname()[1])
        result = run_course(root, "preview", "pl", "01-cats", "--no-browser", "--port", number)
    result.assert_refused(f"port {number}: ", "--port", code=2)
    assert len(result.err.splitlines()) == 1
    with started(root, "pl", "01-cats", "--no-browser", "--port", number) as preview:
        assert preview.port == int(number)


@pytest.mark.parametrize("number", ["0", "65536", "-1", "x", "²"])
def test_a_port_is_a_number_of_one(root: Path, number: str) -> None:
    """Anything else is wrong usage."""
    result = run_course(root, "preview", "pl", "01-cats", "--no-browser", f"--port={number}")
    result.assert_refused("--port", "from 1 to 65535", code=2)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("pll", "01-cats"), "did you mean 'pl'?"),
        (("pl", "01-cat"), "did you mean '01-cats'?"),
        (("en", "01-cats"), "name another: pl, ja, ar"),
        (("pl",), "LESSON"),
    ],
)
def test_a_wrong_name_is_told_with_the_right_one(
    root: Path, arguments: tuple[str, ...], told: str
) -> None:
    """Before anything is served."""
    run_course(root, "preview", *arguments).assert_refused(told, code=2)


def test_a_preview_writes_nothing(root: Path) -> None:
    """The files are the translator's."""
    before = tiny.snapshot(root)
    with started(root, "pl", "01-cats", "--no-browser") as preview:
        preview.get()
    assert tiny.snapshot(root) == before


def test_the_page_can_be_had_without_the_command(root: Path) -> None:
    """A test or a notebook calls the step itself."""
    page = Preview(root, "pl", "01-cats").page()
    assert "Kot śpi" in page.content.decode("utf-8")
    assert list(page.pictures) == ["images/cat.svg"]


def test_a_lesson_not_begun_is_shown_in_english_only(root: Path) -> None:
    """A translator begins here."""
    shutil.rmtree(root / "translations" / "ja")
    page = Preview(root, "ja", "01-cats").page().content.decode("utf-8")
    prose = [item for item in rows(page) if item.attributes["class"] == "row prose"]
    assert {item.attributes["data-status"] for item in prose} == {"missing"}
    assert "course sync ja" in page


def test_a_cell_of_no_notebook_is_told_at_the_top(root: Path) -> None:
    """There is no row that it could stand in."""
    path = translation(root)
    text = path.read_text(encoding="utf-8") + "\n" + cell("gone", "Nie ma.", "Gone.")
    path.write_text(text, encoding="utf-8")
    page = Preview(root, "pl", "01-cats").page().content.decode("utf-8")
    (messages,) = read(page).all("div", id="messages")
    assert "cell gone: no notebook has this cell" in messages.text
