"""Bundles, and what cannot be built: each is told in a line, and nothing is written."""

import time
import zipfile
from pathlib import Path

import pytest

from tests.fixtures import tiny
from tests.fixtures.built import LOCALES, PAGE, Damage, change_english, edit, folder, out
from tests.fixtures.command import run_course
from tests.fixtures.tiny import snapshot, sources


def test_bundles_are_the_same_bytes_each_time_and_open(copy: Path, tmp_path: Path) -> None:
    """One for each locale, which holds what was built there, in a folder of its own."""
    run_course(copy, "build", "--bundle").assert_done()
    other = tiny.write_course(tmp_path / "other")
    time.sleep(2.1)  # a zip file counts time in steps of 2 s
    run_course(other, "build", "--bundle", TZ="Asia/Tokyo").assert_done()
    bundles = snapshot(copy / "build" / "bundles")
    assert sorted(bundles) == [f"cats-boats-{locale}.zip" for locale in LOCALES]
    assert snapshot(other / "build" / "bundles") == bundles
    for locale in LOCALES:
        with zipfile.ZipFile(copy / f"build/bundles/cats-boats-{locale}.zip") as file:
            assert file.testzip() is None
            file.extractall(tmp_path / "unzipped")
        folder = tmp_path / "unzipped" / f"cats-boats-{locale}"
        assert snapshot(folder) == snapshot(out(copy, locale), hidden=False)


def test_a_bundle_holds_what_was_built_and_not_what_a_learner_made_of_it(copy: Path) -> None:
    """It is for others."""
    run_course(copy, "build", "ar", "--bundle").assert_done()
    before = snapshot(copy / "build" / "bundles")
    mine = edit(out(copy, "ar") / PAGE)
    run_course(copy, "build", "ar", "--bundle").assert_done()
    assert snapshot(copy / "build" / "bundles") == before
    assert (out(copy, "ar") / PAGE).read_bytes() == mine


# What is refused


@pytest.mark.parametrize(
    "place",
    [
        "notebooks",
        ".",
        "..",
        "translations",
        "notebooks/built",
        "translations/pl",
        "notebooks/../.",
        "build/../notebooks",
        "link",
        "data",
    ],
)
def test_a_folder_of_the_sources_is_refused(copy: Path, place: str) -> None:
    """However it is spelt: what is built there would be taken for a source, or replace one."""
    (copy / "link").symlink_to("notebooks")
    before = snapshot(copy.parent)
    result = run_course(copy, "build", "--out", place)
    assert snapshot(copy.parent) == before
    result.assert_refused("--out ", code=2)


def test_another_folder_is_taken(copy: Path, tmp_path: Path) -> None:
    """Inside the course or outside of it, and nothing else is written."""
    before = snapshot(copy)
    run_course(copy, "build", "--out", str(tmp_path / "shelf")).assert_done()
    assert snapshot(copy) == before
    assert snapshot(tmp_path / "shelf") == snapshot(out(copy))


@pytest.mark.parametrize(
    ("locale", "message"),
    [("de", "unknown locale 'de'; there are en, pl, ja, ar"), ("PL", "did you mean 'pl'?")],
)
def test_an_unknown_locale_is_refused(built: Path, locale: str, message: str) -> None:
    """With the near miss, as wrong usage."""
    run_course(built, "build", locale).assert_refused(message, code=2)


def put(name: str, content: bytes | str) -> Damage:
    """Make a damage: a file with other content."""

    def damage(root: Path) -> None:
        raw = content if isinstance(content, bytes) else content.encode("utf-8")
        (root / name).write_bytes(raw)

    return damage


def link(name: str, target: str) -> Damage:
    """Make a damage: a link where there was a file or a folder; `target` is as seen from root."""

    def damage(root: Path) -> None:
        path = root / name
        if path.is_dir():
            path.rename(root.parent / "moved")
        else:
            path.unlink()
        (root.parent / "secret.txt").write_text("secret")
        path.symlink_to((root / target).resolve())

    return damage


def replace(name: str, old: str, new: str) -> Damage:
    """Make a damage: other words in a file."""

    def damage(root: Path) -> None:
        text = (root / name).read_text(encoding="utf-8")
        assert old in text
        (root / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return damage


FILE, STRINGS = "translations/pl/01-cats.md", "translations/pl/strings.toml"
SOURCE = "notebooks/01-cats-ink.ipynb"
WORDS = '[notices]\n{} = "{}"\n'.format
CONFLICT = "<<<<<<< ours\nKot\n=======\nKocur\n>>>>>>> theirs\n"
DAMAGES: dict[str, tuple[Damage, str]] = {
    "not-utf-8": (put(FILE, b"<!-- cell title -->\nKot \xb6pi\n"), "01-cats.md:2: not UTF-8"),
    "utf-16": (put(FILE, tiny.polish().encode("utf-16")), "01-cats.md:1: not UTF-8"),
    "no-marker": (put(FILE, "# Koty\n\nKot śpi.\n"), "01-cats.md:1: no cell marker"),
    "repeated-id": (
        put(FILE, tiny.polish() + "\n" + tiny.cell("title", "# Kot")),
        "cell title is a duplicate",
    ),
    "conflict": (put(FILE, tiny.cell("title", CONFLICT)), "01-cats.md:2: merge conflict"),
    "cut-in-a-marker": (put(FILE, "<!-- cell title -->\nKot\n\n<!-- cell pict"), "01-cats.md:4: "),
    "cut-in-a-letter": (put(FILE, "<!-- cell title -->\nKot ś".encode()[:-1]), "not UTF-8"),
    "link-out": (link(FILE, "../secret.txt"), "01-cats.md: a symbolic link"),
    "link-inside": (link(FILE, "translations/ar/01-cats.md"), "01-cats.md: a symbolic link"),
    "link-to-nothing": (link(FILE, "nowhere"), "01-cats.md: a symbolic link"),
    "linked-locale": (link("translations/pl", "../moved"), ": a symbolic link"),
    "linked-translations": (link("translations", "../moved"), "translations: a symbolic link"),
    "folder": (folder(FILE), "01-cats.md: "),
    "2-megabytes": (put(FILE, tiny.cell("title", "Kot " * 500_000)), "more than 1,000,000 bytes"),
    "strings-not-toml": (put(STRINGS, "[notices\n"), "strings.toml: "),
    "strings-not-utf-8": (put(STRINGS, b"\xff"), "strings.toml:1: not UTF-8"),
    "strings-no-text": (put(STRINGS, "[notices]\nstale = 3\n"), "notices.stale is 3"),
    "strings-linked": (link(STRINGS, "../secret.txt"), "strings.toml: a symbolic link"),
    "strings-linked-to-nothing": (link(STRINGS, "nowhere"), "strings.toml: a symbolic link"),
    "strings-unknown-name": (put(STRINGS, WORDS("machine", "{foo}")), "strings.toml: "),
    "strings-open-brace": (put(STRINGS, WORDS("untranslated", "{")), "strings.toml: "),
    "strings-number": (put(STRINGS, WORDS("untranslated", "{0}")), "strings.toml: "),
    "strings-attribute": (put(STRINGS, WORDS("machine", "{cells.__class__}")), "strings.toml: "),
    "strings-width": (put(STRINGS, WORDS("machine", "{cells:99999999999}")), "strings.toml: "),
    "strings-script": (put(STRINGS, WORDS("missing", "<script>x</script>")), "strings.toml: "),
    "strings-lines": (put(STRINGS, WORDS("stale", "a\\n\\n# b")), "strings.toml: "),
    "strings-empty": (put(STRINGS, WORDS("missing", "")), "strings.toml: "),
    "files-out": (replace("course.toml", "helper.py", "../secret.txt"), "leads out of the course"),
    "files-deep": (replace("course.toml", "helper.py", "data/../../x"), "leads out of the course"),
    "files-root": (replace("course.toml", "helper.py", "/etc/hosts"), "leads out of the course"),
    "files-none": (replace("course.toml", "helper.py", "helpers.py"), "no file matches"),
    "files-empty": (replace("course.toml", "helper.py", ""), "course.toml: "),
    "files-linked": (link("helper.py", "../secret.txt"), "helper.py: a symbolic link"),
    "files-linked-folder": (link("data", "../moved"), "data"),
    "picture-linked": (
        link("notebooks/images/cat.svg", "../secret.txt"),
        "cat.svg: a symbolic link",
    ),
    "pictures-linked": (link("notebooks/images", "../moved"), "images"),
    "notebook-cut": (put(SOURCE, '{"cells": [{'), "01-cats-ink.ipynb: not JSON"),
    "notebook-deep": (put(SOURCE, "[" * 100_000), "01-cats-ink.ipynb: "),
    "notebook-null": (replace(SOURCE, '"source": [', '"source": null, "x": ['), "01-cats-ink"),
    "notebook-id": (replace(SOURCE, '"id": "title"', '"id": ["title"]'), "01-cats-ink.ipynb: "),
    "notebook-spaced-id": (replace(SOURCE, '"id": "title"', '"id": "a b"'), "01-cats-ink.ipynb: "),
    "notebook-metadata": (replace(SOURCE, '"metadata": {}', '"metadata": 1'), "01-cats-ink.ipynb"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_bad_file_is_told_in_a_line_and_changes_nothing(copy: Path, name: str) -> None:
    """Exit 1, the file is named, and the whole tree is as it was."""
    damage, message = DAMAGES[name]
    damage(copy)
    before = snapshot(copy)
    result = run_course(copy, "build")
    assert snapshot(copy) == before
    result.assert_refused(message)
    assert "secret" not in result.err.replace("secret.txt", "")


def test_a_locale_that_cannot_be_built_does_not_hold_up_the_others(copy: Path) -> None:
    """It stays as it was, the others are built, and the verdict is a failure."""
    change_english(copy)
    change_english(copy, "A cat eats", "The cat eats")
    put(FILE, b"\xff")(copy)
    before = snapshot(out(copy, "pl"))
    run_course(copy, "build").assert_refused("01-cats.md:1: not UTF-8")
    assert snapshot(out(copy, "pl")) == before
    assert "It feeds" in sources(out(copy, "en") / PAGE)["title"]
    assert "The cat eats" in sources(out(copy, "ja") / PAGE)["food"]


def test_all_that_is_wrong_is_told_at_once(copy: Path) -> None:
    """A translator mends everything in one go."""
    put(FILE, tiny.cell("title", CONFLICT + "\n<script>x</script>"))(copy)
    put("translations/ja/01-cats.md", b"\xff")(copy)
    result = run_course(copy, "build")
    result.assert_refused(
        "01-cats.md:2: ", "active content '<script>'", "ja/01-cats.md:1: not UTF-8"
    )


ACTIVE = [
    "<script>alert(1)</script>",
    "<b onclick=alert(1)>x</b>",
    "<img src=x onerror=alert(1)>",
    "<iframe src=//a.b></iframe>",
    "<a href=javascript:alert(1)>x</a>",
    "[x](javascript:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "![x](data:text/html;base64,AAAA)",
    "[x][y]\n\n[y]: vbscript:x",
    "<style>*{display:none}</style>",
    '<div style="position:fixed">x</div>',
    '<div style="position:fixed"',
    "<svg onload=alert(1)>",
    "<details ontoggle=alert(1) open>",
    "<form action=//a.b><input></form>",
    "<!-- --!><script>alert(1)</script>",
    "<![CDATA[<script>x</script>]]>",
    "<!--\x7f<<<![![<!--",
    r"$\href{javascript:alert(1)}{x}$",
    "$<img src=x onerror=alert(1)>$",
    "<scr\x00ipt>alert(1)</script>",
    "<SCRIPT\n>alert(1)</SCRIPT>",
    "<meta http-equiv=refresh content=0>",
    "<base href=//a.b>",
]


def test_active_content_reaches_no_page(copy: Path) -> None:
    """Each piece is refused by its place, in one line, wherever in the file it stands."""
    parts = [tiny.polish()]
    for number, text in enumerate(ACTIVE):
        before = "# Koty\n\n" if number % 2 else ""
        parts.append(tiny.cell(f"cell-{number}", before + text))
    put(FILE, "\n".join(parts))(copy)
    before = snapshot(out(copy))
    result = run_course(copy, "build", "pl")
    assert snapshot(out(copy)) == before
    result.assert_refused()
    for number, text in enumerate(ACTIVE):
        assert f": cell cell-{number}: active content" in result.err, text
