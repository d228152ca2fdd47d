"""`course check`: its lines, its forms and its exit codes."""

import json
import re
import unicodedata
from pathlib import Path

import pytest

from course.checks.finding import Finding
from course.checks.registry import CHECKS
from tests.fixtures.checked import ROOT, copy_course, edit, write_tiny
from tests.fixtures.command import Result, run_course


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> Path:
    """This course with one error in Polish, at a place that is known, and a warning in French."""
    root = tmp_path_factory.mktemp("broken")
    course = copy_course(root)
    edit(course.translations / "pl" / "03-rnn.md", r"`tokenize`", "`tokenise`")
    edit(
        course.translations / "fr" / "03-rnn.md",
        r"cell title source=\w+",
        "cell title source=" + "0" * 12,
    )
    return root


def line_of(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def check_command(root: Path, *arguments: str) -> Result:
    return run_course(root, "check", *arguments)


def test_the_exit_tells_errors_from_warnings(broken):
    """0 where there is no error, warnings or not; 1 for errors; what was counted is on stderr."""
    clean, warned, wrong = (check_command(broken, locale) for locale in ("ja", "fr", "pl"))
    assert (clean.code, clean.out) == (0, "")
    assert clean.err == "0 errors, 0 warnings in 1 locales\n"
    assert (warned.code, warned.out.count("\n")) == (0, 1)
    assert " warning stale: cell title: " in warned.out
    assert wrong.code == 1
    assert wrong.err == f"{wrong.out.count(' error ')} errors, 0 warnings in 1 locales\n"
    everything = check_command(broken)
    assert (everything.code, sorted(everything.out.splitlines())) == (
        1,
        sorted((warned.out + wrong.out).splitlines()),
    )


def test_a_finding_is_a_line_that_an_editor_can_follow(broken):
    """Path from the course's folder, line, level, code, cell, the value seen, and the remedy."""
    path = broken / "translations/pl/03-rnn.md"
    at = f"translations/pl/03-rnn.md:{line_of(path, 'tokenise')}: error code: cell "
    (line,) = [line for line in check_command(broken, "pl").out.splitlines() if "tokenise" in line]
    assert line.startswith(at)
    assert line.endswith("; take the English one")


def test_json_holds_every_finding_with_all_that_is_known(broken):
    """The report has a schema's number, and its findings are those of the text."""
    result = check_command(broken, "pl", "--format", "json")
    report = json.loads(result.out)
    assert (result.code, report["schema"]) == (1, 1)
    text = check_command(broken, "pl").out.splitlines()
    assert [str(Finding(**finding)) for finding in report["findings"]] == text
    assert {finding["locale"] for finding in report["findings"]} == {"pl"}


def test_github_shows_a_finding_at_its_line(broken):
    """One workflow command for each finding, with nothing in it that ends it early."""
    result = check_command(broken, "pl", "--format", "github")
    line = line_of(broken / "translations/pl/03-rnn.md", "tokenise")
    head = f"::error file=translations/pl/03-rnn.md,line={line},title=code::cell "
    assert result.code == 1
    assert [one for one in result.out.splitlines() if one.startswith(head)]
    assert all(re.match(r"::(error|warning) file=", one) for one in result.out.splitlines())


def test_every_check_is_explained():
    """`--explain` alone lists all; with a code it says that one."""
    everything = check_command(ROOT, "--explain")
    assert everything.code == 0
    lines = everything.out.splitlines()
    assert [re.match(r"[\w-]+", line)[0] for line in lines] == list(CHECKS)
    assert all(re.fullmatch(r"[\w-]+ \((error|warning)\): \S.{20,}\.", line) for line in lines)
    assert check_command(ROOT, "--explain", "bidi").out.splitlines() == [
        line for line in lines if line.startswith("bidi ")
    ]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--explain", "bide"), "unknown check 'bide', did you mean 'bidi'?"),
        (("pt_BR",), "unknown locale 'pt_BR', did you mean 'pt-BR'?"),
        (("PL",), "unknown locale 'PL', did you mean 'pl'?"),
        (("--formt", "json"), "unknown option '--formt', did you mean '--format'?"),
        (("--format", "yaml"), "invalid choice: 'yaml'"),
    ],
)
def test_wrong_usage_exits_2_and_offers_the_near_miss(words, hint, tmp_path):
    """One line, and no finding is printed."""
    write_tiny(tmp_path, "The rate falls.")
    check_command(tmp_path, *words).assert_refused(hint, code=2)


def test_the_source_locale_alone_checks_the_english(tmp_path):
    """`course check en` is not an unknown locale."""
    write_tiny(tmp_path, "The function `train_emb` learns.", "Funkcja `train_emb` się uczy.")
    result = check_command(tmp_path, "en")
    assert result.code == 1
    assert {line.partition(":")[0] for line in result.out.splitlines()} == {
        "notebooks/01-a-ink.ipynb"
    }


ESCAPES = ["\x1b]0;x\x07", "\x1b[2J", "\x9b31m", "\u202e", "\x7f", "\x08"]


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_nothing_that_a_translation_holds_acts_on_the_terminal(form, whole):
    """Escape sequences and signs of direction are shown as codes, wherever they stood."""
    folder = whole.translations / "pl"
    piece = "".join(ESCAPES)
    text = (folder / "03-rnn.md").read_text(encoding="utf-8")
    text = re.sub(r"`\w+`", lambda match: f"`{piece}{match[0][1:]}", text)
    text = re.sub(r"\]\((\w)", rf"](<{piece}>\1", text)
    text = text.replace(" state=machine", f" state={piece}", 3)
    text = (
        f"{piece} before\n{text}\n<!-- cell {piece} -->\n{piece}\n\n<!-- cell gone -->\n{piece}\n"
    )
    (folder / "03-rnn.md").write_bytes(text.encode("utf-8"))
    edit(folder / "glossary.toml", r"^forms = ", f'"{_toml(piece)}" = 1\nforms = ')
    edit(folder / "strings.toml", r"^stale = ", f'"{_toml(piece)}" = "x"\nstale = ')
    result = check_command(whole.root, "pl", "--format", form)
    assert result.code == 1
    assert "u001b" in result.out
    shown = (result.out + result.err).replace("\n", "")
    acting = {
        c for c in shown if unicodedata.category(c) == "Cc" or unicodedata.bidirectional(c) == "RLO"
    }
    assert acting == set()


def _toml(text: str) -> str:
    return "".join(f"\\\\u{ord(character):04x}" for character in text)


def test_a_text_cannot_make_a_workflow_command_of_its_own(whole):
    """Neither a line end nor a percent sign in a value ends the annotation."""
    path = whole.translations / "pl" / "03-rnn.md"
    edit(path, r"`tokenize`", "`x%0A::error::y`")
    result = check_command(whole.root, "pl", "--format", "github")
    lines = result.out.splitlines()
    assert all(line.startswith("::error file=translations/pl/03-rnn.md,") for line in lines)
    assert any("x%250A::error::y" in line for line in lines)
