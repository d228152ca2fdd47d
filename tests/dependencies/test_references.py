"""The references that count for a notebook's outputs, and those that do not."""

import ast

import pytest

from course.dependencies.reach import WHOLE, reach
from course.dependencies.syntax import dump, read_module
from tests.fixtures.modules import WORDS, labels, make, reached


def test_comments_docstrings_and_lines_do_not_count() -> None:
    """Of code, of tables and of texts that stand for themselves."""
    code = "from door import secret"
    files = make("")
    text = WORDS.replace("    return 1", "\n    # why\n    return (1)").replace("Words.", "Word.")
    text = text.replace("Return what the notebook shows.", "Return it.")
    assert text.count("# why") == 2
    assert reached({**files, "tools/words.py": text}, code + "\nsecret") == reached(
        files, code + "\nsecret"
    )


@pytest.mark.parametrize("cell", ["%run own.py", "!python own.py", "secret?", "x = "])
def test_a_cell_that_is_no_python_reaches_everything(cell: str) -> None:
    """An IPython magic may do anything."""
    assert labels(make("A = 1"), "import math", cell) == {path: [WHOLE] for path in make("")}


def test_an_odd_string_is_no_reason_to_give_up() -> None:
    """Python warns of the escape in it, and goes on."""
    odd = "'\\d'"
    assert labels(make(f"def f(x): return {odd}\ndef g(): pass"), f"import own\nown.f({odd})") == {
        "own.py": ["f"]
    }


def test_a_notebook_may_wait_at_its_top_level() -> None:
    """IPython allows it."""
    own = "async def f(): return 1\ndef g(): pass"
    assert labels(make(own), "from own import f", "await f()") == {"own.py": ["f"]}


def test_a_module_that_cannot_be_parsed_counts_as_it_stands() -> None:
    """Where it is imported, and nowhere else."""
    files = make("def f(:")
    assert labels(files, "import own") == {"own.py": [WHOLE]}
    assert labels(files, "import door; door.__file__") == {}
    assert reached(files, "import own") != reached(make("def g(:"), "import own")


def test_the_order_of_what_is_reached_counts() -> None:
    """Which of two bindings comes last decides."""
    one, two = "A = 1\nB = A\nA = 2\n", "A = 1\nA = 2\nB = A\n"
    code = "from own import A, B; print(A, B)"
    assert reached(make(one), code) != reached(make(two), code)


def test_an_import_counts_where_its_name_is_used() -> None:
    """The same name may stand for another function."""
    own = "from statistics import {0} as middle\ndef f(x): return middle(x)\ndef g(x): return x\n"
    mean, median = make(own.format("mean")), make(own.format("median"))
    assert reached(mean, "import own; own.f([])") != reached(median, "import own; own.f([])")
    assert reached(mean, "import own; own.g([])") == reached(median, "import own; own.g([])")


def test_relative_imports_are_followed() -> None:
    """From the package that the module lies in, and the one above."""
    files = {
        "a/__init__.py": "",
        "a/b/__init__.py": "",
        "a/b/c.py": "from . import d\nfrom ..e import g\ndef f(): return d.h() + g()\n",
        "a/b/d.py": "def h(): return 1\ndef i(): pass\n",
        "a/e.py": "def g(): return 1\ndef j(): pass\n",
    }
    modules = [
        read_module(path[:-3].replace("/", ".").removesuffix(".__init__"), path, text.encode())
        for path, text in files.items()
    ]
    found = reach(["from a.b.c import f; f()"], modules)
    assert {path: [label for label, _ in pairs] for path, pairs in found.items()} == {
        "a/b/c.py": ["d", "g", "f"],
        "a/b/d.py": ["h"],
        "a/e.py": ["g"],
    }


def test_a_module_in_a_folder_of_the_path_is_found() -> None:
    """`sys.path.insert(0, "tools")` makes `import words` find tools/words.py."""
    assert labels(make(""), "import words; words.secret()") == {"tools/words.py": ["secret"]}


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("f'{x!r:>{n}}' + u'a'", "f'{x!r:>{n}}' + 'a'"),
        ("def f(a, /, b=1, *c, d, e=2, **g) -> int: return a", None),
        ("x = 0, None, 1.5, 2j, ..., b'a', True", None),
    ],
)
def test_a_tree_is_dumped_without_what_versions_add(code: str, text: str | None) -> None:
    """Empty fields and the mark of `u''` are left out; all else makes a difference."""
    dumped = dump(ast.parse(code))
    assert dumped == dump(ast.parse(text or code))
    assert "type_params" not in dumped
    assert "[]" not in dumped
    assert dump(ast.parse(code.replace("1", "3") + "; y")) != dumped
