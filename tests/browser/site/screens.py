"""Screenshots, each compared with the last one of the same page.

build/site-screens/now/           what the pages look like
build/site-screens/last/          what those that were taken again looked like before
build/site-screens/changes.html   the two side by side, and where they differ
build/site-screens/summary.md     a line for each that differs
"""

import html
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import Page

SLIGHT = 24  # of 255: less is how smooth an edge of a letter was drawn this time

STYLE = """body { font: 1rem sans-serif; margin: 2rem }
section div { display: flex; gap: 1rem; align-items: flex-start }
figure { margin: 0; flex: 1 } img { max-width: 100%; border: 1px solid #888 }"""


@dataclass(frozen=True)
class Change:
    """A page that does not look as it did; `share` of its points differ, 0 to 1."""

    name: str
    share: float
    told: str


def take(page: Page, folder: Path, name: str, **options) -> Path:
    """Take a screenshot, and keep the one that was there."""
    path, last = folder / "now" / f"{name}.png", folder / "last" / f"{name}.png"
    for each in (path, last):
        each.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.replace(last)
    else:
        last.unlink(missing_ok=True)
    page.screenshot(path=path, animations="disabled", **options)
    return path


def compare(folder: Path, name: str) -> Change | None:
    """Return what differs from the last time, with a picture of it; nothing where nothing does."""
    last, now = folder / "last" / name, folder / "now" / name
    with Image.open(last) as one, Image.open(now) as other:
        before, after = one.convert("RGB"), other.convert("RGB")
    size = tuple(map(max, before.size, after.size))
    told = "" if before.size == after.size else f"{before.size} → {after.size}"
    wide = [Image.new("RGB", size, "white") for _ in range(2)]
    for canvas, picture in zip(wide, (before, after), strict=True):
        canvas.paste(picture)
    far = ImageChops.difference(*wide).convert("L").point(lambda value: 255 * (value > SLIGHT))
    points = far.histogram()[255]
    if not points and not told:
        return None
    pale = Image.blend(wide[1], Image.new("RGB", size, "white"), 0.8)
    pale.paste((214, 0, 60), mask=far)
    path = folder / "differences" / name
    path.parent.mkdir(exist_ok=True)
    pale.save(path)
    return Change(name, points / (size[0] * size[1]), told)


def report(folder: Path, names: Iterable[str]) -> str:
    """Compare all that were taken, write the page and the summary, and return a line on them."""
    taken = sorted(names)
    known = [name for name in taken if (folder / "last" / name).exists()]
    changes = [change for name in known if (change := compare(folder, name))]
    changes.sort(key=lambda change: -change.share)
    rest = len(known) - len(changes)
    line = f"{len(changes)} differ from the last ones, {rest} do not"
    if len(taken) > len(known):
        line += f", {len(taken) - len(known)} are new"
    rows = [f"- {c.name}: {c.share:.2%}{c.told and f', {c.told}'}" for c in changes]
    text = "\n".join([f"### Screenshots\n\n{len(taken)} taken: {line}.\n", *rows])
    (folder / "summary.md").write_text(f"{text}\n", encoding="utf-8")
    (folder / "changes.html").write_text(as_page(line, changes), encoding="utf-8")
    return f"{len(taken)} screenshots: {line}"


def as_page(line: str, changes: Iterable[Change]) -> str:
    """Return a page that shows each change: before, after, and where."""
    parts = []
    for change in changes:
        name = html.escape(change.name)
        figures = "".join(
            f'<figure><img src="{place}/{name}" alt="{label}" loading="lazy">'
            f"<figcaption>{label}</figcaption></figure>"
            for place, label in (("last", "before"), ("now", "now"), ("differences", "where"))
        )
        head = f"<h2>{name}: {change.share:.2%} {html.escape(change.told)}</h2>"
        parts.append(f"<section>{head}<div>{figures}</div></section>")
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Screenshots</title>'
        f"<style>{STYLE}</style><h1>Screenshots: {line}</h1>{''.join(parts)}</html>\n"
    )
