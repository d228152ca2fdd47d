"""`course mv`: a cell gets another id everywhere."""

import json
import re
from pathlib import Path

from tests.fixtures.command import run_course
from tests.fixtures.tiny import snapshot
from tests.fixtures.translated import (
    CHALK,
    INK,
    ORPHAN,
    PL,
    assert_unchanged,
    edit,
    ids,
    read,
    rows,
)


def test_mv_renames_a_cell_everywhere_and_changes_nothing_else(root: Path) -> None:
    """In both notebooks and in every translation, byte for byte."""
    (root / "translations/ja/01-cats.md").unlink()
    edit(root, PL, "# Koty\n", "# Koty\n\n\\<!-- cell title is a marker -->\n")
    before = {name: read(root, name) for name in snapshot(root) if not name.startswith(".git/")}
    result = run_course(root, "mv", "01-cats/title", "title-2").assert_done()
    changed = [INK, CHALK, PL, "translations/ar/01-cats.md"]
    assert sorted(result.out.splitlines()) == sorted(changed)
    expected = dict(before)
    for name in changed:
        marker = "<!-- cell title " if name.endswith(".md") else '"id": "title"'
        assert before[name].count(marker) - before[name].count("\\" + marker) == 1
        at = re.search(rf"(?<!\\){re.escape(marker)}", before[name]).start()
        new = marker.replace("title", "title-2")
        expected[name] = before[name][:at] + new + before[name][at + len(marker) :]
    after = {name: read(root, name) for name in snapshot(root) if not name.startswith(".git/")}
    assert after == expected


def test_mv_of_a_cell_of_one_notebook_leaves_the_other(root: Path) -> None:
    """Also where a widget of the other has an id of its own that is the same."""
    edit(root, CHALK, '"id": "w1"', '"id": "pair-ink"')
    before = read(root, CHALK)
    run_course(root, "mv", "01-cats/pair-ink", "pair").assert_done()
    assert read(root, CHALK) == before
    assert read(root, INK).count('"id": "pair"') == 1
    assert "pair" in ids(read(root))


def test_mv_renames_code_cells_too(root: Path) -> None:
    """They have no translation, so only the notebooks change."""
    result = run_course(root, "mv", "01-cats/code-food", "feeding").assert_done()
    assert sorted(result.out.splitlines()) == sorted([INK, CHALK])
    for name in (INK, CHALK):
        assert '"id": "feeding"' in read(root, name)
        assert '"id": "code-food"' not in read(root, name)


def test_mv_finds_an_id_however_the_notebook_is_formatted(root: Path) -> None:
    """Without blanks, or with letters escaped, and beside other data that has such an id."""
    edit(root, INK, '"id": "w1"', '"id": "title"')
    compact = json.dumps(json.loads(read(root, INK)), separators=(",", ":"))
    (root / INK).write_text(compact)
    edit(root, CHALK, '"id": "title"', '"id" :\t"\\u0074itle"')
    run_course(root, "mv", "01-cats/title", "head").assert_done()
    for name in (INK, CHALK):
        assert json.loads(read(root, name))["cells"][0]["id"] == "head"
    assert read(root, INK) == compact.replace('"id":"title"', '"id":"head"', 1)


def test_mv_onto_a_cell_that_only_a_translation_has_is_refused(root: Path) -> None:
    """The file would hold two cells of one id, and could not be read any more."""
    edit(root, PL, "<!-- cell picture", ORPHAN + "<!-- cell picture")
    result = assert_unchanged(root, "mv", "01-cats/title", "whiskers")
    result.assert_refused(PL, "whiskers")


def test_mv_with_a_translation_that_cannot_be_read_changes_nothing(root: Path) -> None:
    """All files are read before any is written."""
    (root / "translations/ar/01-cats.md").write_bytes(b"\xff")
    assert_unchanged(root, "mv", "01-cats/title", "head").assert_refused("ar/01-cats.md:1: not UTF")


def test_status_is_the_same_after_mv(root: Path) -> None:
    """A new id makes no translation missing or outdated."""
    before = rows(root)
    run_course(root, "mv", "01-cats/picture", "looks").assert_done()
    assert rows(root) == before
