"""The locale that nobody speaks, in which all that is not translated can be seen."""

import json
import re
from pathlib import Path

from course.building.pseudo import build_pseudo
from course.formats.course_toml import load_course
from course.markdown.outline import parse_outline
from tests.fixtures import tiny
from tests.fixtures.built import NOTEBOOKS, SUPPORT, out
from tests.fixtures.command import run_course
from tests.fixtures.tiny import snapshot, sources


def plain_words(folder: Path) -> list[str]:
    """Return the words in plain letters that a reader of built notebooks sees as prose."""
    words = []
    for path in sorted(folder.glob("*.ipynb")):
        for name, text in sources(path).items():
            anatomy = parse_outline(text)
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
    build_pseudo(load_course(Path(__file__).parents[2]), tmp_path)
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
