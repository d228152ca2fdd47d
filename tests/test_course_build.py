"""`course build`, through the real command, on a tiny course that is not this one."""

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from fixtures import tiny
from fixtures.command import Result, run_course, run_process
from fixtures.tiny import snapshot, sources, stamps

from course.building.pseudo import build_pseudo
from course.formats.course_toml import load_course
from course.markdown.outline import dissect

LOCALES = ["ar", "en", "ja", "pl"]
NOTEBOOKS = [f"{a}-{b}.ipynb" for a in ("01-cats", "02-boats") for b in ("chalk", "ink")]
SUPPORT = ["helper.py", "data/words.csv", "images/cat.svg", "solutions/01-cats.py"]
PAGE = "01-cats-ink.ipynb"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course built once, for tests that only look; its folder."""
    root = tiny.write_course(tmp_path_factory.mktemp("built") / "tiny")
    run_course(root, "build").assert_done()
    return root


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    """A copy of the built course, for tests that change it; its folder."""
    return Path(shutil.copytree(built, tmp_path / "tiny", symlinks=True))


def out(root: Path, locale: str = "") -> Path:
    """Return where a course is built."""
    return root / "build" / "notebooks" / locale


def change_english(root: Path, old: str = "It hunts", new: str = "It feeds") -> None:
    """Change a word in both notebooks of the first lesson."""
    for path in (root / "notebooks").glob("01-cats-*.ipynb"):
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


# What is built


def test_every_locale_has_every_notebook_and_what_it_needs(built: Path) -> None:
    """A folder for each, the source's included, with pictures, solutions and files."""
    assert sorted(path.name for path in out(built).iterdir()) == LOCALES
    for locale in LOCALES:
        found = snapshot(out(built, locale), hidden=False)
        assert sorted(found) == sorted([*NOTEBOOKS, *SUPPORT])


def test_english_and_files_are_the_same_to_the_byte(built: Path) -> None:
    """The source locale is no translation, and no picture is changed on its way."""
    for name in NOTEBOOKS:
        source = (built / "notebooks" / name).read_bytes()
        assert (out(built, "en") / name).read_bytes() == source
    for locale in LOCALES:
        for name in SUPPORT:
            home = built if (built / name).exists() else built / "notebooks"
            assert (out(built, locale) / name).read_bytes() == (home / name).read_bytes()


@pytest.mark.parametrize("locale", LOCALES)
def test_code_outputs_ids_and_metadata_are_the_source_s(built: Path, locale: str) -> None:
    """Without the Markdown sources, the lines of a built notebook are those of the source."""
    for name in NOTEBOOKS:
        made = json.loads((out(built, locale) / name).read_text(encoding="utf-8"))
        source = json.loads((built / "notebooks" / name).read_text(encoding="utf-8"))
        for cells in (made["cells"], source["cells"]):
            for cell in cells:
                if cell["cell_type"] == "markdown":
                    del cell["source"]
        assert json.dumps(made) == json.dumps(source)


def test_a_page_is_shown_as_its_translation_tells_of_itself(built: Path) -> None:
    """Every status once: the whole prose of a page, notices in the locale and counts included."""
    english, polish = tiny.english("01-cats"), tiny.POLISH
    notice = "> Tłumaczenie maszynowe: 2 z 5.\n> Brakuje: 1 z 5.\n> Nieaktualne: 1.\n> Jak pomóc: "
    title, rest = polish["title"].split("\n\n", 1)
    assert sources(out(built, "pl") / PAGE) == {
        "title": f"{title}\n\n{notice}TRANSLATING.md.\n\n{rest}",
        "pair-ink": polish["pair-ink"],
        "picture": polish["picture"],
        "food": "> Jeszcze nie przetłumaczono.\n\n"
        f'<div lang="en" dir="ltr">\n\n{english["food"]}\n\n</div>',
        "end": f"> Oryginał się zmienił.\n\n{polish['end']}",
    }


def test_a_lesson_without_a_file_is_in_english_and_says_so(built: Path) -> None:
    """Once, at the top; each cell is marked as English, and none has a notice of its own."""
    made = sources(out(built, "pl") / "02-boats-ink.ipynb")
    for name, text in tiny.english("02-boats").items():
        notice = "> Ta lekcja jest po angielsku.\n> Jak pomóc: TRANSLATING.md.\n\n"
        shown = f'<div lang="en" dir="ltr">\n\n{text}\n\n</div>'
        assert made[name] == (notice if name == "title" else "") + shown


def test_one_notebook_of_a_lesson_may_be_in_english(tmp_path: Path) -> None:
    """Where only a cell of the other one is translated, it says so once, at its top."""
    root = tiny.write_course(tmp_path)
    cell = next(
        part
        for part in (root / "translations/pl/01-cats.md")
        .read_text(encoding="utf-8")
        .split("<!-- cell ")
        if part.startswith("pair-chalk")
    )
    (root / "translations/pl/01-cats.md").write_text(f"<!-- cell {cell}", encoding="utf-8")
    run_course(root, "build", "pl").assert_done()
    ink, chalk = (sources(out(root, "pl") / f"01-cats-{name}.ipynb") for name in ("ink", "chalk"))
    assert ink["title"].count("> Ta lekcja jest po angielsku.") == 1
    assert not any("Jeszcze nie" in text for text in ink.values())
    assert "Ta lekcja" not in chalk["title"]
    assert "> Jeszcze nie przetłumaczono." in chalk["title"]


def test_a_locale_without_words_of_its_own_has_english_notices(built: Path) -> None:
    """What is missing is told in English rather than not at all."""
    made = sources(out(built, "ja") / PAGE)
    assert "> Not translated yet: 4 of 5 cells.\n> How to help" in made["title"]
    assert "> This cell is not translated yet.\n" in made["food"]


def test_a_complete_translation_has_no_notice(built: Path) -> None:
    """A person has read all of it, so the page holds the translation and nothing else.

    Each cell says that it runs from right to left, because a page of Jupyter does not.
    """
    for lesson in ("01-cats", "02-boats"):
        for framework in ("ink", "chalk"):
            made = sources(out(built, "ar") / f"{lesson}-{framework}.ipynb")
            texts = {name: tiny.ARABIC[lesson][name] for name in made}
            assert made == {
                name: f'<div lang="ar" dir="rtl">\n\n{text}\n\n</div>'
                for name, text in texts.items()
            }


def test_japanese_lines_are_joined(built: Path) -> None:
    """A line break between two sentences would be shown as a blank."""
    made = sources(out(built, "ja") / PAGE)["title"]
    assert made.startswith("# 猫\n\n> ")
    assert made.endswith("\n\n猫は一日の大半を眠って過ごします。夜明けに狩りをします。")


def test_nothing_is_empty_where_the_english_is_not(built: Path) -> None:
    """Every cell of every page of every locale has letters."""
    for locale in LOCALES:
        for name in NOTEBOOKS:
            made = sources(out(built, locale) / name)
            assert made.keys() == sources(built / "notebooks" / name).keys()
            for text in made.values():
                assert dissect(text).letters > 0


@pytest.mark.parametrize("locale", LOCALES)
def test_links_and_pictures_resolve_wherever_the_folder_lies(
    built: Path, tmp_path: Path, locale: str
) -> None:
    """A folder is self-contained: it can be moved."""
    folder = shutil.copytree(out(built, locale), tmp_path / "elsewhere")
    targets = 0
    for path in folder.glob("*.ipynb"):
        for text in sources(path).values():
            for target in [*dissect(text).links, *dissect(text).images]:
                assert (folder / target).is_file(), f"{path.name}: {target}"
                targets += 1
    assert targets >= 6


def test_missing_cells_and_lessons_are_warned_of(built: Path) -> None:
    """A build of something incomplete passes, and does not do so silently."""
    result = run_course(built, "build", "pl").assert_done()
    assert result.err.splitlines() == [
        "warning: translations/pl/01-cats.md: 2 of 8 cells are shown in English",
        "warning: translations/pl/02-boats.md: 3 of 3 cells are shown in English",
    ]


def test_a_cell_of_no_notebook_is_warned_of_and_not_shown(copy: Path) -> None:
    """Its text would be lost without a word."""
    path = copy / "translations/ar/02-boats.md"
    path.write_text(path.read_text(encoding="utf-8") + "\n" + tiny.cell("oars", "مجاذيف"))
    result = run_course(copy, "build", "ar").assert_done()
    assert re.search(r"translations/ar/02-boats\.md:\d+: cell oars is in no notebook", result.err)
    assert result.out.endswith("nothing to change\n")


# Building again


def test_a_second_build_touches_no_file(copy: Path) -> None:
    """Not even its time of change, so that nothing is read or uploaded anew."""
    before = stamps(copy)
    result = run_course(copy, "build").assert_done()
    assert stamps(copy) == before
    assert result.out.count("nothing to change") == len(LOCALES)


def test_one_changed_translation_touches_its_pages_only(copy: Path) -> None:
    """All other files keep inode and time; in the folder, what was built is noted anew."""
    path = copy / "translations/pl/01-cats.md"
    path.write_text(path.read_text(encoding="utf-8").replace("Poluje", "Łowi"), encoding="utf-8")
    before = stamps(out(copy))
    run_course(copy, "build").assert_done()
    after = stamps(out(copy))
    touched = {name for name in after if after[name] != before.get(name)}
    pages = {"pl/01-cats-ink.ipynb", "pl/01-cats-chalk.ipynb"}
    assert {name for name in touched if not Path(name).name.startswith(".")} == pages


def test_the_same_sources_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    """In another folder, another time zone and under another mask of permissions."""
    root = tiny.write_course(tmp_path / "other")
    command = [sys.executable, "-m", "course", "build"]
    environment = {**os.environ, "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7"}
    subprocess.run(command, cwd=root, env=environment, check=True, umask=0o077, capture_output=True)
    assert snapshot(out(root)) == snapshot(out(built))


def edit(path: Path) -> bytes:
    """Change a notebook as a learner does, and return its bytes."""
    content = path.read_bytes().replace(b"+ 1", b"+ 2")
    assert content != path.read_bytes()
    path.write_bytes(content)
    return content


def test_what_a_learner_changed_stays(copy: Path) -> None:
    """As long as there is nothing new to build, and it is told."""
    mine = edit(out(copy, "pl") / PAGE)
    for _ in range(2):
        result = run_course(copy, "build").assert_done()
        assert f"kept: build/notebooks/pl/{PAGE}, which you have changed" in result.err
        assert (out(copy, "pl") / PAGE).read_bytes() == mine


def test_what_a_learner_changed_is_set_aside_for_a_new_version(copy: Path) -> None:
    """Under a name that is free, each time anew, and the new version takes its place."""
    path, kept = out(copy, "en") / PAGE, []
    for number, (old, new) in enumerate([("It hunts", "It eats"), ("It eats", "It sings")], 1):
        kept.append(edit(path))
        change_english(copy, old, new)
        result = run_course(copy, "build").assert_done()
        assert f"01-cats-ink.yours-{number}.ipynb" in result.err
        assert b"+ 2" not in path.read_bytes()
        for count, content in enumerate(kept, 1):
            assert (out(copy, "en") / f"01-cats-ink.yours-{count}.ipynb").read_bytes() == content
    assert run_course(copy, "build").assert_done().out.count("nothing to change") == len(LOCALES)


def test_a_removed_lesson_disappears_unless_a_learner_changed_it(copy: Path) -> None:
    """Its notebooks go, and so does a picture that is no longer there."""
    mine = edit(out(copy, "ar") / "02-boats-ink.ipynb")
    toml = copy / "course.toml"
    lesson = '[[lessons]]\nid = "02-boats"\ntitle = "Boats"\n'
    toml.write_text(toml.read_text(encoding="utf-8").replace(lesson, ""), encoding="utf-8")
    (copy / "notebooks/images/cat.svg").unlink()
    run_course(copy, "build").assert_done()
    gone = {"02-boats-ink.ipynb", "02-boats-chalk.ipynb", "images/cat.svg"}
    everything = {*NOTEBOOKS, *SUPPORT}
    assert snapshot(out(copy, "pl"), hidden=False).keys() == everything - gone
    left = everything - gone | {"02-boats-ink.ipynb"}
    assert snapshot(out(copy, "ar"), hidden=False).keys() == left
    assert (out(copy, "ar") / "02-boats-ink.ipynb").read_bytes() == mine


def test_a_damaged_note_of_what_was_built_leads_nowhere(copy: Path) -> None:
    """What stands beside the notebooks can be anybody's: nothing outside is read or removed."""
    secret = copy / "build" / "secret.txt"
    secret.write_text("mine")
    for name in ("../../secret.txt", str(secret)):
        note = json.dumps({name: snapshot(copy)["build/secret.txt"], "helper.py": 3, "x": None})
        (out(copy, "pl") / ".course-build.json").write_text(note)
        run_course(copy, "build", "pl").assert_done()
        assert secret.read_text() == "mine"


# Bundles


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


Damage = Callable[[Path], None]


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


def folder(name: str) -> Damage:
    """Make a damage: a folder where a file should be."""

    def damage(root: Path) -> None:
        (root / name).unlink()
        (root / name).mkdir()

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
    "no-marker": (put(FILE, "# Koty\n\nKot śpi.\n"), "01-cats.md:1: no marker of a cell"),
    "repeated-id": (
        put(FILE, tiny.polish() + "\n" + tiny.cell("title", "# Kot")),
        "cell title stands here twice",
    ),
    "conflict": (put(FILE, tiny.cell("title", CONFLICT)), "01-cats.md:2: merge conflict"),
    "cut-in-a-marker": (put(FILE, "<!-- cell title -->\nKot\n\n<!-- cell pict"), "01-cats.md:4: "),
    "cut-in-a-letter": (put(FILE, "<!-- cell title -->\nKot ś".encode()[:-1]), "not UTF-8"),
    "link-out": (link(FILE, "../secret.txt"), "01-cats.md: a link"),
    "link-inside": (link(FILE, "translations/ar/01-cats.md"), "01-cats.md: a link"),
    "link-to-nothing": (link(FILE, "nowhere"), "01-cats.md: a link"),
    "linked-locale": (link("translations/pl", "../moved"), ": a link"),
    "linked-translations": (link("translations", "../moved"), "translations: a link"),
    "folder": (folder(FILE), "01-cats.md: "),
    "2-megabytes": (put(FILE, tiny.cell("title", "Kot " * 500_000)), "more than 1,000,000 bytes"),
    "strings-not-toml": (put(STRINGS, "[notices\n"), "strings.toml: "),
    "strings-not-utf-8": (put(STRINGS, b"\xff"), "strings.toml:1: not UTF-8"),
    "strings-no-text": (put(STRINGS, "[notices]\nstale = 3\n"), "notices.stale is 3"),
    "strings-linked": (link(STRINGS, "../secret.txt"), "strings.toml: a link"),
    "strings-linked-to-nothing": (link(STRINGS, "nowhere"), "strings.toml: a link"),
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
    "files-linked": (link("helper.py", "../secret.txt"), "helper.py: a link"),
    "files-linked-folder": (link("data", "../moved"), "data"),
    "picture-linked": (link("notebooks/images/cat.svg", "../secret.txt"), "cat.svg: a link"),
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


# Under hard conditions

GUARD = """\
import sys

HEAVY = set("torch tensorflow keras numpy papermill nbformat nbclient jupyter_client".split())
FORBIDDEN = ("subprocess.Popen", "os.fork", "os.posix_spawn", "os.system", "os.exec")


def watch(event, arguments):
    heavy = event == "import" and arguments[0].partition(".")[0] in HEAVY
    if heavy or event.startswith("socket.") or event in FORBIDDEN:
        raise RuntimeError(f"guard: {event} {arguments[0]}")


sys.addaudithook(watch)
"""


def test_a_build_takes_no_framework_no_kernel_and_no_network(copy: Path, tmp_path: Path) -> None:
    """A translator has a plain Python and the packages that read Markdown."""
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(GUARD)
    guarded = {"PYTHONPATH": os.pathsep.join([str(tmp_path / "guard"), *import_path()])}
    for code in ("import torch", "import socket; socket.socket()", "import nbformat"):
        done = subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, **guarded}, capture_output=True
        )
        assert b"guard: " in done.stderr, code
    change_english(copy)
    run_process(copy, "build", "--bundle", **guarded).assert_done()
    run_process(copy, "build", "en-XA", **guarded).assert_done()


def import_path() -> list[str]:
    """Return what PYTHONPATH holds already."""
    return [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]


def enlarge(root: Path, word: str) -> None:
    """Make every built file of a course other and larger: pictures, files and notebooks."""
    for number in range(3):
        picture = root / f"notebooks/images/{number}.svg"
        picture.write_bytes((tiny.PICTURE + f"<!-- {word} -->\n" * 20_000).encode())
    (root / "helper.py").write_text(f"'{word}'\n" * 20_000)
    for path in (root / "notebooks").glob("*.ipynb"):
        text = path.read_text(encoding="utf-8").replace(tiny.PNG, (tiny.PNG + word) * 3_000)
        path.write_text(text, encoding="utf-8")


def inodes(folder: Path) -> dict[str, int]:
    """Return the files of a folder with their inodes, hidden ones too."""
    found = {}
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # renamed meanwhile
            found[str(path)] = path.stat().st_ino
    return found


def test_a_killed_build_leaves_every_file_whole(tmp_path: Path) -> None:
    """Old or new, at 20 moments; and the next build finds nothing that it takes for a learner's.

    The moments are told by what is on the disk: before anything is written, after a file or more.
    """
    roots, whole = [], []
    for word in ("AAAA", "BBBB"):
        root = tiny.write_course(tmp_path / word)
        enlarge(root, word)
        run_course(root, "build").assert_done()
        roots.append(root)
        whole.append(snapshot(out(root), hidden=False))
    assert whole[0].keys() == whole[1].keys()
    shelf = tmp_path / "shelf"
    run_course(roots[0], "build", "--out", str(shelf)).assert_done()
    killed, mixed = 0, 0
    for number in range(20):
        command = [sys.executable, "-m", "course", "build", "--out", str(shelf)]
        root = roots[1 - number % 2]
        before = inodes(shelf)
        with subprocess.Popen(command, cwd=root, stdout=-3, stderr=subprocess.PIPE) as process:
            while process.poll() is None and len(inodes(shelf).items() - before.items()) < number:
                pass
            process.kill()
            killed += process.wait() == -signal.SIGKILL
        found = snapshot(shelf, hidden=False)
        for name, content in found.items():
            assert content in (whole[0].get(name), whole[1].get(name)), f"{name} is not whole"
        assert found.keys() == whole[0].keys()
        mixed += found not in whole
    assert killed >= 5, f"only {killed} builds were killed: the course is too small"
    assert mixed, "no build was killed while it wrote"
    for root, expected in zip(roots, whole, strict=True):
        result = run_course(root, "build", "--out", str(shelf)).assert_done()
        assert "kept" not in result.err
        assert snapshot(shelf, hidden=False) == expected


def build_with_room_for(root: Path, size: int) -> Result:
    """Build where no file can grow beyond `size` bytes, as on a disk that is full."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    command = [sys.executable, "-m", "course", "build"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, preexec_fn=limit)
    return Result(done.returncode, done.stdout, done.stderr)


def test_a_full_disk_is_told_in_a_line_and_leaves_every_file_whole(copy: Path) -> None:
    """No half file and no partial one; a build with room for it comes to the end."""
    change_english(copy)
    whole = tiny.write_course(copy.parent / "whole")
    change_english(whole)
    run_course(whole, "build").assert_done()
    old, new = snapshot(out(copy), hidden=False), snapshot(out(whole), hidden=False)
    build_with_room_for(copy, 2_000).assert_refused("File too large; nothing was changed there")
    assert list(copy.rglob("*.part")) == []
    found = snapshot(out(copy), hidden=False)
    assert found.keys() == old.keys()
    for name, content in found.items():
        assert content in (old[name], new[name])
    run_course(copy, "build").assert_done()
    assert snapshot(out(copy)) == snapshot(out(whole))


def test_what_a_broken_off_build_wrote_is_not_taken_for_a_learner_s(copy: Path) -> None:
    """The next build replaces it, whether with a newer version or with the one before."""
    before = snapshot(out(copy))
    change_english(copy)
    path = copy / "notebooks/02-boats-chalk.ipynb"
    small = path.read_bytes()
    path.write_bytes(small + b" " * 20_000)  # the last one that is written
    build_with_room_for(copy, 12_000).assert_refused("02-boats-chalk.ipynb: File too large")
    assert "It feeds" in sources(out(copy, "en") / PAGE)["title"]
    path.write_bytes(small)
    change_english(copy, "It feeds", "It hunts")
    result = run_course(copy, "build").assert_done()
    assert "kept" not in result.err
    assert snapshot(out(copy)) == before


@pytest.mark.parametrize("name", ["pl", f"pl/{PAGE}", "pl/images"])
def test_what_stands_in_the_way_is_told_in_a_line(copy: Path, name: str) -> None:
    """A file where a folder should be, or the other way round; what it holds stays."""
    path = out(copy) / name
    if path.is_dir():
        shutil.rmtree(path)
        path.write_text("mine")
    else:
        path.unlink()
        path.mkdir()
        (path / "mine").write_text("mine")
    before = snapshot(out(copy))
    result = run_course(copy, "build")
    assert {key: value for key, value in snapshot(out(copy)).items() if key in before} == before
    result.assert_refused(str(path))


# The locale that nobody speaks


def plain_words(folder: Path) -> list[str]:
    """Return the words in plain letters that a reader of built notebooks sees as prose."""
    words = []
    for path in sorted(folder.glob("*.ipynb")):
        for name, text in sources(path).items():
            anatomy = dissect(text)
            for shown in [anatomy.visible, *anatomy.alts]:
                words += [f"{name}: {word}" for word in re.findall(r"[A-Za-z]{3,}", shown)]
    return words


def test_the_pseudo_locale_has_no_plain_english(copy: Path) -> None:
    """What is still plain on such a page would escape translation."""
    result = run_course(copy, "build", "en-XA").assert_done()
    assert sorted(snapshot(out(copy, "en-XA"), hidden=False)) == sorted([*NOTEBOOKS, *SUPPORT])
    assert plain_words(out(copy, "en-XA")) == []
    assert "en-XA" in result.out


def test_the_pseudo_locale_of_the_course_itself_has_no_plain_english(tmp_path: Path) -> None:
    """So every piece of its prose can be translated."""
    build_pseudo(load_course(Path(__file__).parents[1]), tmp_path)
    assert len(list((tmp_path / "en-XA").glob("*.ipynb"))) >= 2
    assert plain_words(tmp_path / "en-XA") == []


def test_a_cell_without_words_is_not_called_untranslated_there(copy: Path) -> None:
    """A formula is the same in every language."""
    text = tiny.notebook_text("02-boats", "ink").replace('"A boat floats."', '"A boat floats."')
    formula = {"cell_type": "markdown", "id": "formula", "metadata": {}, "source": "$$x + 1$$"}
    notebook = json.loads(text)
    notebook["cells"].append(formula)
    (copy / "notebooks/02-boats-ink.ipynb").write_text(json.dumps(notebook))
    run_course(copy, "build", "en-XA").assert_done()
    made = sources(out(copy, "en-XA") / "02-boats-ink.ipynb")
    assert made["formula"] == "$$x + 1$$"
    assert ">" not in made["title"]
