"""The built website as files: valid, light, and whole."""

import functools
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import html5lib
import pytest

from tests.browser.site.conftest import COURSE

LIGHT = 300_000  # bytes of a lesson's page, with its styles, before its plots
BESIDE = 330_000  # of one with two languages and two frameworks


def pages(folder: Path) -> list[Path]:
    """Return the pages of the site."""
    found = [folder / "index.html"]
    for locale in COURSE.locales:
        found += sorted((folder / locale.id).glob("*.html"))
    return found


def test_pages_are_valid_html(folder: Path, sample) -> None:
    """As strictly as html5lib reads."""
    for path in sample(pages(folder)):
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(path.read_bytes(), override_encoding="utf-8")
        assert [error[1:] for error in parser.errors] == [], path


@functools.cache
def ids_and_links(path: Path) -> tuple[list[str], list[str]]:
    """Return the ids of a page, and where its links and pictures lead."""
    tree = html5lib.parse(path.read_bytes(), namespaceHTMLElements=False, override_encoding="utf-8")
    items = list(tree.iter())
    links = [item.get(key) for item in items for key in ("href", "src") if item.get(key)]
    return [item.get("id") for item in items if item.get("id")], links


def test_ids_are_unique_and_links_resolve(folder: Path, sample) -> None:
    """Within the site, anchors included."""
    chosen = [path.resolve() for path in sample(pages(folder))]
    count = 0
    for path in chosen:
        ids, targets = ids_and_links(path)
        assert len(ids) == len(set(ids)), path
        for target in targets:
            parts = urlsplit(target)
            if parts.scheme:
                assert parts.scheme in ("data", "https", "http", "mailto"), (path, target)
                continue
            other = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert other.is_file(), (path, target)
            if parts.fragment:
                assert unquote(parts.fragment) in ids_and_links(other)[0], (path, target)
            count += 1
    assert count > 10 * len(chosen)


@pytest.mark.parametrize("locale", [each.id for each in COURSE.locales])
def test_a_lesson_is_light(folder: Path, locale: str) -> None:
    """Page, styles and scripts together, before fonts, plots and diagrams."""
    styles = sum(path.stat().st_size for path in (folder / "_static").glob("*.css"))
    assert styles
    for path in (folder / locale).glob("[0-9]*.html"):
        limit = BESIDE if path.stem.endswith("-beside") else LIGHT
        assert path.stat().st_size + styles <= limit, path


def test_every_picture_has_alt_text(folder: Path) -> None:
    """Diagrams that of the lesson, plots the section that they stand in."""
    count = 0
    for path in pages(folder):
        for tag in re.findall(r"<img\b[^>]*>", path.read_text(encoding="utf-8")):
            alt = re.search(r'\salt="([^"]*)"', tag)
            assert alt, (path, tag)
            assert len(alt[1]) > 5, (path, tag)
            count += 1
    assert count >= 20 * len(COURSE.locales) / 2


def test_a_locale_is_light(folder: Path) -> None:
    """What grows with each language stays under a megabyte of pages for each lesson."""
    for locale in COURSE.locales:
        size = sum(path.stat().st_size for path in (folder / locale.id).glob("*.html"))
        assert size < 1_000_000 * len(COURSE.lessons), locale.id
