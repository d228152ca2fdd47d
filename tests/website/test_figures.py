"""Pictures of the website: painted once, and kept between builds."""

from pathlib import Path

import pytest

from course.figures.theme import DARK, LIGHT, themed
from course.website import figures
from course.website.figures import KeptPictures

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="5"/></svg>'
)


def test_a_picture_is_painted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the next build shows is what the first has painted, in each colour scheme."""
    first = {scheme: KeptPictures(tmp_path, "tool")(SVG, scheme) for scheme in (LIGHT, DARK)}
    assert first == {scheme: themed(SVG, scheme) for scheme in (LIGHT, DARK)}
    monkeypatch.setattr(figures, "themed", None)
    kept = KeptPictures(tmp_path, "tool")
    assert {scheme: kept(SVG, scheme) for scheme in (LIGHT, DARK)} == first


def test_a_damaged_picture_is_painted_again(tmp_path: Path) -> None:
    """Cut off, empty or changed."""
    paint = KeptPictures(tmp_path, "tool")
    whole = paint(SVG, LIGHT)
    (path,) = (tmp_path / "tool").iterdir()
    kept = path.read_bytes()
    for damaged in (b"", kept[:-5], kept.replace(b"rect", b"path")):
        path.write_bytes(damaged)
        assert paint(SVG, LIGHT) == whole
        assert path.read_bytes() == kept


def test_what_is_no_picture_is_not_kept(tmp_path: Path) -> None:
    """It is refused each time."""
    paint = KeptPictures(tmp_path, "tool")
    for _ in range(2):
        with pytest.raises(ValueError, match="SVG"):
            paint(b"no picture", LIGHT)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_pictures_of_older_code_are_removed(tmp_path: Path) -> None:
    """Nothing piles up when the tool changes."""
    KeptPictures(tmp_path, "old")(SVG, LIGHT)
    KeptPictures(tmp_path, "new")(SVG, LIGHT)
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
