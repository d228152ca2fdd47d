"""Messages that JupyterLab shows: each is in the catalogue, so that each can be translated."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from course.formats.course_toml import load_course
from course.formats.strings import say, strings_of, tool_strings
from course.text import phrase

ROOT = Path(__file__).parents[2]
CHECKS = [f"course/checks/{name}.py" for name in ("characters", "file", "status", "structure")]
CHECKS += ["course/checks/waivers.py", "course/checks/words.py"]
LAB = [f"course/jupyterlab/{name}.py" for name in ("contents", "desk", "edit", "report", "saved")]
# A command is the same in every language; the others are of files that the lab refuses to open.
UNSEEN = {"course sync {locale}", "fix it", "fix the file", "no cell in the file"}
UNSEEN |= {"remove all but one"}


def templates(path: Path) -> Iterator[str]:
    """Yield the strings that a module makes messages from."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Found", "phrase"):
            places = (0, 2) if node.func.id == "Found" else (0,)
            for place in places:
                argument = node.args[place] if place < len(node.args) else None
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


@pytest.mark.parametrize("name", [*CHECKS, *LAB])
def test_every_message_is_in_the_catalogue(name: str) -> None:
    """What a check finds, and what the lab says of a save."""
    known = {text for key, text in tool_strings().items() if key.startswith(("findings.", "told."))}
    used = set(templates(ROOT / name))
    if name.endswith(("characters.py", "structure.py", "saved.py")):
        assert len(used) > 3
    assert used - known - UNSEEN == set()


def test_a_message_is_said_in_each_language_with_its_values() -> None:
    """The template is translated, and phrases among its values are too."""
    course = load_course(ROOT)
    nested = phrase("{what} missing", what=phrase("formula"))
    said = {locale.id: say(nested, strings_of(course, locale)) for locale in course.locales}
    assert said["pl"] == "wzór: brak"
    assert said["en"] == "formula missing"
    assert len(set(said.values())) == len(course.locales)
    assert say("no such message: {x}", strings_of(course, course.locale("pl"))) == (
        "no such message: {x}"
    )
