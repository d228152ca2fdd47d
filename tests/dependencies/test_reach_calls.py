"""All that is called is reached, in any graph of functions."""

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.dependencies.reach import WHOLE
from tests.fixtures.modules import DOOR, importable, labels

STYLES = {  # of calling a function of another module: lines above, and an expression
    "name": ("from pkg.m{0} import f{0}_{1}", "f{0}_{1}()"),
    "alias": ("from pkg.m{0} import f{0}_{1} as a{0}_{1}", "a{0}_{1}()"),
    "module": ("import pkg.m{0} as b{0}", "b{0}.f{0}_{1}()"),
    "dotted": ("import pkg.m{0}", "pkg.m{0}.f{0}_{1}()"),
    "package": ("from pkg import m{0}", "m{0}.f{0}_{1}()"),
    "star": ("from pkg.m{0} import *", "f{0}_{1}()"),
    "door": ("from door import f{0}_{1}", "f{0}_{1}()"),
    "door-module": ("import door", "door.f{0}_{1}()"),
    "literal": ("import pkg.m{0} as b{0}", "getattr(b{0}, 'f{0}_{1}')()"),
    "computed": ("import pkg.m{0} as b{0}", "getattr(b{0}, 'f{0}_' + str({1}))()"),
    "handed-on": ("import pkg.m{0} as b{0}", "(lambda m: m.f{0}_{1}())(b{0})"),
    "dynamic": ("import importlib", "importlib.import_module('pkg.m' + str({0})).f{0}_{1}()"),
    "comprehension": ("from pkg.m{0} import f{0}_{1}", "[g() for g in [f{0}_{1}]]"),
    "lambda": ("from pkg.m{0} import f{0}_{1}", "(lambda g=f{0}_{1}: g())()"),
    "global": ("from pkg.m{0} import f{0}_{1}", "globals()['f{0}_' + '{1}']()"),
}
PLACES = (  # where a module may have an expression, {1} being a number of its own
    "{0}",
    "X{1} = {0}",
    "def g{1}(x={0}): pass",
    "class C{1}:\n    x = {0}",
    "if True:\n    Y{1} = {0}",
    "@(lambda f: f)\ndef d{1}(): return {0}",
    "Z{1} = lambda: {0}",
    "REGISTRY[{1}] = lambda: {0}",
    "def f{1}():\n    def inner(): return {0}\n    return inner()",
)
MODULES, FUNCTIONS = 4, 3


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, str], str]:
    """Return files of functions that call functions of later modules, and a notebook's code."""
    table = {f"f{m}_{n}": f"pkg.m{m}" for m in range(MODULES) for n in range(FUNCTIONS)}
    files = {
        "door.py": DOOR.replace(
            DOOR[DOOR.index("EXPORTS = ") :].split("\n")[0], f"EXPORTS = {table!r}"
        )
    }
    number = 0

    def call(above: list[str], first: int) -> str:
        target = draw(st.integers(first, MODULES - 1)), draw(st.integers(0, FUNCTIONS - 1))
        line, expression = STYLES[draw(st.sampled_from(sorted(STYLES)))]
        above.append(line.format(*target))
        return expression.format(*target)

    for m in range(MODULES):
        above, body = ["REGISTRY = {}"], []
        for n in range(FUNCTIONS):
            count = draw(st.integers(0, 2)) if m + 1 < MODULES else 0
            called = ", ".join(call(above, m + 1) for _ in range(count))
            inner = f", f{m}_{n + 1}()" if n + 1 < FUNCTIONS and draw(st.booleans()) else ""
            body.append(f"def f{m}_{n}():\n    return [{called}]{inner}")
        for _ in range(draw(st.integers(0, 2)) if m + 1 < MODULES else 0):
            number += 1
            place = draw(st.sampled_from(PLACES))
            body.append(place.format(call(above, m + 1), number))
        files[f"pkg/m{m}.py"] = "\n".join([*above, *body]) + "\n"
    above: list[str] = []
    calls = [call(above, 0) for _ in range(draw(st.integers(1, 3)))]
    return files, "\n".join([*above, *calls])


@settings(max_examples=80)
@given(graph=graphs())
def test_all_that_is_called_is_reached(graph, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever leads to it: the functions that Python enters are among those that count."""
    files, code = graph
    folder = tmp_path_factory.mktemp("graph")
    called = set()

    def notice(frame, event: str, _argument: object) -> None:
        place = Path(frame.f_code.co_filename)
        name = frame.f_code.co_qualname.partition(".")[0]
        if event == "call" and place.is_relative_to(folder) and not name.startswith("<"):
            called.add((place.relative_to(folder).as_posix(), name))

    with importable(folder, files):
        sys.setprofile(notice)
        try:
            exec(compile(code, "notebook", "exec"), {})
        finally:
            sys.setprofile(None)
    found = labels(files, code)
    missed = [(path, name) for path, name in called if not {name, WHOLE} & set(found.get(path, ()))]
    assert missed == []
    assert called
