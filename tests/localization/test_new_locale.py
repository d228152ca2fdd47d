"""`course new` and the documents for translators: what they promise works as written."""

import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from course.errors import UsageError
from course.formats.course_toml import load_course
from course.localization.new_locale import known_tags, parse_locale
from tests.fixtures.command import run_course

ROOT = Path(__file__).resolve().parents[2]
SHELL = re.compile(r"```sh\n(.*?)```", re.DOTALL)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy what the translations need into a folder of its own."""
    for name in ("course.toml", "torchnlp.py", "TRANSLATING.md"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("nlphelpers", "notebooks", "translations", "data"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("tag", "name", "direction"),
    [
        ("pt-BR", "português (Brasil)", "ltr"),
        ("ar", "العربية", "rtl"),
        ("he", "עברית", "rtl"),
        ("zh-Hant", "中文 (繁體)", "ltr"),
        ("es-419", "español (Latinoamérica)", "ltr"),
        ("zh-CN", "中文 (中国)", "ltr"),
        ("zh-TW", "中文 (台灣)", "ltr"),
        ("zh-HK", "中文 (中國香港特別行政區)", "ltr"),
        ("yue-HK", "粵語 (中國香港特別行政區)", "ltr"),
        ("sr-RS", "српски (Србија)", "ltr"),
        ("sr-Latn-RS", "srpski (latinica, Srbija)", "ltr"),
        ("bs-BA", "bosanski (Bosna i Hercegovina)", "ltr"),
        ("pa", "ਪੰਜਾਬੀ", "ltr"),
        ("pa-PK", "پنجابی (پاکستان)", "rtl"),
        ("ca-ES-valencia", "català (Espanya, valencià)", "ltr"),
    ],
)
def test_a_locale_brings_its_name_and_direction(tag: str, name: str, direction: str) -> None:
    """Both come from CLDR."""
    locale = parse_locale(tag)
    assert (locale.id, locale.name, locale.direction) == (tag, name, direction)


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("pt_BR", "did you mean 'pt-BR'"),
        ("PT-br", "did you mean 'pt-BR'"),
        ("zh_hk", "did you mean 'zh-HK'"),
        ("zh-CNN", "did you mean 'zh-CN'"),
        ("sr-SR", "did you mean 'sr-RS'"),
        ("ca-valencia", "did you mean 'ca-ES-valencia'"),
        ("xx-YY", "unknown locale 'xx-YY'"),
        ("en-YY", "unknown locale 'en-YY'"),
        ("iw", "unknown locale 'iw'"),
        ("und", "unknown locale 'und'"),
        ("root", "unknown locale 'root'"),
        ("zh--CN", "unknown locale 'zh--CN'"),
        ("xq", "unknown locale 'xq'"),
        ("../x", "unknown locale"),
        ("", "unknown locale"),
    ],
)
def test_what_is_no_language_tag_is_refused(tag: str, said: str) -> None:
    """With the near miss, where there is one."""
    with pytest.raises(UsageError, match=re.escape(said)):
        parse_locale(tag)


def test_every_tag_that_is_offered_is_one() -> None:
    """Whatever the near miss, naming it works; and it fits into course.toml."""
    tags = known_tags()
    assert len(tags) > 700
    for tag in tags[::9]:
        locale = parse_locale(tag)
        assert (locale.id, locale.direction in ("ltr", "rtl")) == (tag, True)
        assert locale.name.strip(), tag
        assert "\n" not in locale.name, tag


def test_a_new_locale_has_all_its_files(tree: Path) -> None:
    """It is entered into course.toml, and its lessons hold the English to start from."""
    before = (tree / "course.toml").read_text(encoding="utf-8")
    done = run_course(tree, "new", "pt-BR")
    assert done.code == 0, done.err
    assert "Next: fill translations/pt-BR/glossary.toml, then course todo pt-BR\n" in done.out
    assert (tree / "course.toml").read_text(encoding="utf-8").startswith(before)
    course = load_course(tree)
    assert course.locale("pt-BR").name == "português (Brasil)"
    files = {path.name for path in (tree / "translations" / "pt-BR").iterdir()}
    lessons = {f"{lesson.id}.md" for lesson in load_course(tree).lessons}
    assert files == {"glossary.toml", "plots.toml", "strings.toml", *lessons}
    assert tomllib.loads((tree / "translations/pt-BR/glossary.toml").read_text("utf-8"))["keep"]
    checked = run_course(tree, "check", "pt-BR")
    assert checked.code == 0, checked.out  # nothing is damaged, all is yet to do
    assert " not-yet: " in checked.out
    assert run_course(tree, "build", "pt-BR").code == 0
    assert run_course(tree, "new", "pt-BR").code == 2


def test_the_page_of_a_new_locale_says_what_is_missing(tree: Path) -> None:
    """No cell is empty, and each says that it is English."""
    assert run_course(tree, "new", "he").code == 0
    assert run_course(tree, "build", "he").code == 0
    name = "03-rnn-pytorch.ipynb"
    english, built = (
        json.loads((tree / folder / name).read_text(encoding="utf-8"))
        for folder in ("notebooks", "build/notebooks/he")
    )
    assert [cell["id"] for cell in built["cells"]] == [cell["id"] for cell in english["cells"]]
    prose = ["".join(cell["source"]) for cell in built["cells"] if cell["cell_type"] == "markdown"]
    assert len(prose) > 40
    assert [text for text in prose if '<div lang="en" dir="ltr">' not in text] == []


def test_every_command_for_translators_works_as_written(tree: Path) -> None:
    """Each command of TRANSLATING.md runs, in its order, in a course as it was cloned."""
    blocks = SHELL.findall((ROOT / "TRANSLATING.md").read_text(encoding="utf-8"))
    commands = [line for block in blocks for line in block.splitlines() if line.strip()]
    wanted = {"todo", "check", "accept", "preview", "new", "sync", "status", "po"}
    assert {line.split()[1] for line in commands if line.startswith("course ")} == wanted
    assert [line for line in commands if not line.startswith("course ")] == [
        "make translator",
        ". .venv-translator/bin/activate",
    ]
    for line in commands:
        words = line.split()
        if words[0] == "course" and words[1] != "preview":  # a test of its own serves the page
            done = run_course(tree, *words[1:])
            assert done.code == 0, (line, done.out, done.err)


def test_the_markers_in_the_documents_are_real_ones() -> None:
    """The form that TRANSLATING.md shows is read by the tool without a problem."""
    from course.formats.translation import parse_translation

    text = (ROOT / "TRANSLATING.md").read_text(encoding="utf-8")
    markers = re.findall(r"^<!-- (?:cell|allow) .*-->$", text, re.MULTILINE)
    assert len(markers) == 2
    assert parse_translation("\n".join([*markers, "text", ""])).problems == ()


def test_help_names_every_verb() -> None:
    """And each verb explains itself."""
    from course.cli import VERBS

    done = run_course(ROOT, "--help")
    assert done.code == 0
    for verb in VERBS:
        assert re.search(rf"^ +{verb} ", done.out, re.MULTILINE)
        assert run_course(ROOT, verb, "--help").code == 0


def test_the_hooks_and_forms_are_yaml() -> None:
    """Those of the repository; workflows have a test file of their own."""
    import yaml

    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert {hook["id"] for hook in hooks["repos"][0]["hooks"]} >= {"course-check"}
    forms = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
    assert forms
    assert all(yaml.safe_load(path.read_text(encoding="utf-8")) for path in forms)
