"""What compares screenshots: it sees a change, and is not moved by how an edge was smoothed."""

from pathlib import Path

from PIL import Image

from tests.browser.site import screens


class Canvas:
    """A page whose screenshot is what it is told to be."""

    def __init__(self, picture: Image.Image) -> None:
        self.picture = picture

    def screenshot(self, path: Path, **_unused: object) -> None:
        """Save the picture."""
        self.picture.save(path)


def ground(colour: tuple[int, int, int] = (200, 200, 200), size=(40, 20)) -> Image.Image:
    """Return a picture of one colour."""
    return Image.new("RGB", size, colour)


def take_twice(folder: Path, name: str, first: Image.Image, second: Image.Image) -> None:
    """Take a page twice, as in two runs."""
    for picture in (first, second):
        screens.take(Canvas(picture), folder, name)


def test_changes_are_told_and_shown(tmp_path: Path) -> None:
    """The largest first, with its share of the page; what is the same or almost is not named."""
    point = ground()
    point.paste((0, 0, 0), (0, 0, 2, 2))
    take_twice(tmp_path, "same", ground(), ground())
    take_twice(tmp_path, "smooth", ground(), ground((210, 205, 200)))
    take_twice(tmp_path, "point", ground(), point)
    take_twice(tmp_path, "longer", ground(), ground(size=(40, 40)))
    screens.take(Canvas(ground()), tmp_path, "new")
    names = [path.name for path in (tmp_path / "now").glob("*.png")]
    line = screens.report(tmp_path, names)
    assert line == "5 screenshots: 2 differ from the last ones, 2 do not, 1 are new"
    told = (tmp_path / "summary.md").read_text()
    assert "- longer.png: 50.00%, (40, 20) → (40, 40)\n- point.png: 0.50%\n" in told
    page = (tmp_path / "changes.html").read_text()
    assert page.index("longer.png") < page.index("point.png")
    with Image.open(tmp_path / "differences" / "point.png") as marked:
        assert marked.getpixel((1, 1)) == (214, 0, 60)
        assert marked.getpixel((30, 10)) != (214, 0, 60)
        assert "same.png" not in page + told


def test_only_the_last_picture_counts(tmp_path: Path) -> None:
    """A page that was changed back differs again; a page that is new has no past."""
    take_twice(tmp_path, "page", ground(), ground((0, 0, 0)))
    screens.take(Canvas(ground()), tmp_path, "page")
    assert screens.compare(tmp_path, "page.png").share == 1
    (tmp_path / "now" / "page.png").unlink()
    screens.take(Canvas(ground()), tmp_path, "page")
    assert not (tmp_path / "last" / "page.png").exists()
