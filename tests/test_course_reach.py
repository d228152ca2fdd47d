"""What a notebook reaches of local modules: no more than it must, and all that it executes."""

import ast
import contextlib
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.dependencies.reach import WHOLE, Reached, reach
from course.dependencies.syntax import dump, read_module

WORDS = '''"""Words."""

__all__ = ["secret", "other"]
UNUSED = 1


def secret():
    """Return what the notebook shows."""
    return 1


def other():
    return 1
'''
DOOR = """
import importlib

EXPORTS = {"secret": "tools.words", "other": "tools.words", "unused": "tools.unused"}
__all__ = [name for name in EXPORTS if name]


def __getattr__(name):
    if name not in EXPORTS:
        raise AttributeError(name)
    found = getattr(importlib.import_module(EXPORTS[name]), name)
    globals()[name] = found
    return found
"""
TOOLS = {
    "tools/words.py": WORDS,
    "tools/unused.py": "def unused():\n    return 1\n",
    "tools/effects.py": "import sys\nfrom .words import secret\nsys.seen = secret()\n",
    "door.py": DOOR,
}
SECRET = "from tools.words import secret\n"

# How code may depend on `secret`: the module `own.py`, and the notebook that sets `result`.
FOLLOWED = {
    "alias": ("", "from tools.words import secret as s; result = s()"),
    "module-alias": ("", "import tools.words as w; result = w.secret()"),
    "dotted-import": ("", "import tools.words\nresult = tools.words.secret()"),
    "module-of-package": ("", "from tools import words\nresult = words.secret()"),
    "star-import": ("", "from tools.words import *\nresult = secret()"),
    "star-import-twice": ("from tools.words import *", "from own import *\nresult = secret()"),
    "top-level-await": (
        SECRET + "async def wait(): return secret()",
        "import own\nimport asyncio\nresult = asyncio.run(own.wait())",
    ),
    "front-door": ("", "from door import secret\nresult = secret()"),
    "front-door-alias": ("", "import door as d\nresult = d.secret()"),
    "front-door-star": ("", "from door import *\nresult = secret()"),
    "front-door-in-module": (
        "import door\ndef f(): return door.secret()",
        "import own\nresult = own.f()",
    ),
    "re-export": (
        "from tools.words import secret as shown",
        "from own import shown\nresult = shown()",
    ),
    "assigned-alias": (SECRET + "shown = secret", "from own import shown\nresult = shown()"),
    "unpacked": (
        SECRET + "one, (two, *three) = secret, (1, secret)",
        "import own\nresult = own.three[0]()",
    ),
    "decorator": (
        SECRET + "def plus(f): return lambda: f() + secret()\n@plus\ndef total(): return 0",
        "from own import total\nresult = total()",
    ),
    "default-argument": (SECRET + "def f(x=secret): return x()", "import own\nresult = own.f()"),
    "keyword-default": (SECRET + "def f(*, x=secret()): return x", "import own\nresult = own.f()"),
    "lambda-default": (SECRET + "f = lambda x=secret: x()", "import own\nresult = own.f()"),
    "class-attribute": (
        SECRET + "class A:\n    x = staticmethod(secret)",
        "from own import A\nresult = A.x()",
    ),
    "inner-class": (
        SECRET + "class A:\n    class B:\n        x = secret()",
        "from own import A\nresult = A.B.x",
    ),
    "method": (
        SECRET + "class A:\n    def f(self): return secret()",
        "from own import A\na = A()\nresult = a.f()",
    ),
    "property": (
        SECRET + "class A:\n    @property\n    def f(self): return secret()",
        "from own import A\nresult = A().f",
    ),
    "base-class": (
        SECRET + "class A:\n    def f(self): return secret()\nclass B(A): pass",
        "from own import B\nresult = B().f()",
    ),
    "metaclass": (
        SECRET + "class M(type):\n    def f(cls): return secret()\nclass A(metaclass=M): pass",
        "from own import A\nresult = A.f()",
    ),
    "subclass-registers": (
        SECRET + "MADE = []\nclass A:\n    def __init_subclass__(cls):\n"
        "        MADE.append(cls)\nclass B(A):\n    def f(self): return secret()",
        "from own import MADE\nresult = MADE[0]().f()",
    ),
    "subclasses": (
        SECRET + "class A: pass\nclass B(A):\n    def f(self): return secret()",
        "from own import A\nresult = A.__subclasses__()[0]().f()",
    ),
    "text-annotation": (
        SECRET + "class A:\n    x = secret\ndef f(a: 'A') -> 'int': pass",
        "import own, typing\nresult = typing.get_type_hints(own.f)['a'].x()",
    ),
    "getattr-literal": ("", "import tools.words as w\nresult = getattr(w, 'secret')()"),
    "comprehension": (
        SECRET + "def f(): return sum(secret() for _ in 'a')",
        "import own\nresult = own.f()",
    ),
    "nested-function": (
        SECRET + "def f():\n    def g(): return secret()\n    return g",
        "import own\nresult = own.f()()",
    ),
    "lazy-import": (
        "def f():\n    from tools import words as w\n    return w.secret()",
        "import own\nresult = own.f()",
    ),
    "conditional-import": (
        "try:\n    import fast_words as w\nexcept ImportError:\n"
        "    import tools.words as w\ndef f(): return w.secret()",
        "import own\nresult = own.f()",
    ),
    "conditional-function": (
        SECRET + "if True:\n    def f(): return secret()",
        "from own import f\nresult = f()",
    ),
    "registry": (
        SECRET + "REGISTRY = {}\nREGISTRY['x'] = secret",
        "from own import REGISTRY\nresult = REGISTRY['x']()",
    ),
    "registering-decorator": (
        SECRET + "REGISTRY = {}\ndef register(f):\n"
        "    REGISTRY[f.__name__] = f\n    return f\n@register\ndef f(): return secret()",
        "from own import REGISTRY\nresult = REGISTRY['f']()",
    ),
    "registering-assignment": (
        SECRET + "REGISTRY = []\ndef add(f): REGISTRY.append(f)\n"
        "adding = add\nDONE = adding(secret)",
        "from own import REGISTRY\nresult = REGISTRY[0]()",
    ),
    "single-dispatch": (
        SECRET + "import functools\n@functools.singledispatch\n"
        "def f(x): return 0\n@f.register\ndef _(x: int): return secret()",
        "from own import f\nresult = f(1)",
    ),
    "side-effect": (
        SECRET + "LIST = []\nLIST.append(secret())",
        "from own import LIST\nresult = LIST[0]",
    ),
    "side-effect-of-import": (
        SECRET + "import sys\nsys.seen = secret()",
        "import own, sys\nresult = sys.seen",
    ),
    "side-effect-of-submodule": ("", "from tools import effects\nimport sys\nresult = sys.seen"),
    "side-effect-of-door": (
        SECRET + "import importlib, sys\nEXPORTS = {'other': 'tools.words'}\n"
        "def __getattr__(name):\n    sys.seen = secret()\n    if name not in EXPORTS:\n"
        "        raise AttributeError(name)\n"
        "    return getattr(importlib.import_module(EXPORTS[name]), name)",
        "from own import other\nimport sys\nresult = sys.seen",
    ),
    "side-effect-of-default": (
        SECRET + "LIST = []\ndef f(x=LIST.append(secret())): pass",
        "from own import LIST\nresult = LIST[0]",
    ),
    "side-effect-of-class-body": (
        SECRET + "LIST = []\nclass A:\n    x = LIST.append(secret())",
        "from own import LIST\nresult = LIST[0]",
    ),
    "augmented": (
        SECRET + "LIST = []\nLIST += [secret]",
        "from own import LIST\nresult = LIST[0]()",
    ),
    "patched-module": (
        SECRET + "import math\ndef f(): return 0\nmath.own = secret",
        "import own, math\nresult = math.own()",
    ),
    "patched-function": (
        "import tools.words as w\ndef f(): return w.secret()",
        "import own\nimport tools.words as w\nold = w.secret\nresult = own.f()",
    ),
    "global": (
        SECRET + "VALUE = 0\ndef set_it():\n    global VALUE\n    VALUE = secret()\n"
        "def f(): return VALUE",
        "import own\nown.set_it()\nresult = own.f()",
    ),
    "type-union-of-imports": (
        "from tools.words import secret as f\nif not f:\n    f = None\n",
        "from own import f\nresult = f()",
    ),
}
# What leads to `secret` in a way that nothing can follow: all of a module counts, or all there is.
WHOLLY = {
    "getattr-computed": ("", "import tools.words as w\nresult = getattr(w, 'sec' + 'ret')()"),
    "module-handed-on": ("", "import tools.words as w\nv = [w]\nresult = v[0].secret()"),
    "attrgetter": (
        "",
        "import operator, tools.words as w\nresult = operator.attrgetter('secret')(w)()",
    ),
    "vars": ("", "import tools.words as w\nresult = vars(w)['sec' + 'ret']()"),
    "module-dict": ("", "import tools.words as w\nresult = w.__dict__['sec' + 'ret']()"),
    "globals": (
        SECRET + "def f(name): return globals()[name]()",
        "import own\nresult = own.f('sec' + 'ret')",
    ),
    "notebook-globals": ("", "from tools.words import *\nresult = globals()['sec' + 'ret']()"),
    "function-globals": (
        "",
        "from tools.words import other\nresult = other.__globals__['sec' + 'ret']()",
    ),
    "importlib": (
        "",
        "from importlib import import_module as load\nresult = load('tools.' + 'words').secret()",
    ),
    "importlib-literal": (
        "",
        "import importlib\nresult = importlib.import_module('tools.words').secret()",
    ),
    "import-function": ("", "result = __import__('tools.words').words.secret()"),
    "exec": ("", "exec('from tools.words import sec' + 'ret')\nresult = secret()"),
    "eval-renamed": ("", "import tools.words\nf = eval\nresult = f('tools.words.sec' + 'ret')()"),
    "sys-modules": (
        "",
        "import tools.words\nfrom sys import modules\n"
        "result = modules['tools.wor' + 'ds'].secret()",
    ),
    "importlib-handed-on": (
        "",
        "import importlib\nx = (importlib,)\nresult = x[0].import_module('tools.words').secret()",
    ),
    "package-handed-on": ("", "import tools.words\nt = tools\nresult = t.words.secret()"),
    "front-door-computed": ("", "import door\nresult = getattr(door, 'sec' + 'ret')()"),
    "front-door-without-table": (
        "import importlib\ndef __getattr__(name):\n"
        "    if name.startswith('_'): raise AttributeError(name)\n"
        "    return getattr(importlib.import_module('tools.' + 'words'), name)",
        "from own import secret\nresult = secret()",
    ),
    "file-by-name": (
        "",
        "import os, pathlib, door\n"
        "path = os.path.join(os.path.dirname(door.__file__), 'tools', 'words.py')\n"
        "result = int(pathlib.Path(path).read_text().split('return ')[1][0])",
    ),
    "side-effect-of-literal-import": (
        "import importlib, sys\n"
        "DONE = setattr(sys, 'seen', importlib.import_module('tools.words').secret())",
        "import own, sys\nresult = sys.seen",
    ),
    "side-effect-of-computed-import": (
        "import importlib, sys\nload = importlib.import_module\n"
        "DONE = setattr(sys, 'seen', load('tools.' + 'words').secret())",
        "import own, sys\nresult = sys.seen",
    ),
}


def make(own: str) -> dict[str, str]:
    """Return the files of a course whose notebook may use the module `own.py`."""
    return {**TOOLS, "own.py": own}


def reached(files: dict[str, str], *cells: str) -> Reached:
    """Return what the cells of a notebook reach of these files."""
    modules = [
        read_module(path.removesuffix(".py").replace("/", "."), path, text.encode())
        for path, text in files.items()
    ]
    return reach(cells, modules)


def labels(files: dict[str, str], *cells: str) -> dict[str, list[str]]:
    """Return the names of what is reached, by file."""
    found = reached(files, *cells)
    return {path: [label for label, _ in pairs] for path, pairs in found.items()}


@contextlib.contextmanager
def importable(folder: Path, files: dict[str, str]) -> Iterator[None]:
    """Write files into a folder, and let Python find them there."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            del sys.modules[name]


def execute(folder: Path, files: dict[str, str], code: str) -> object:
    """Execute a notebook's code beside these files; return what it calls `result`."""
    names: dict[str, object] = {}
    with importable(folder, files):
        exec(compile(code, "notebook", "exec"), names)
    return names["result"]


def change(files: dict[str, str], name: str) -> dict[str, str]:
    """Return the files with another body of the function `name` in tools/words.py."""
    old = f"def {name}():\n" + ('    """Return what the notebook shows."""\n' * (name == "secret"))
    assert old in files["tools/words.py"]
    words = files["tools/words.py"].replace(f"{old}    return 1", f"{old}    return 2")
    return {**files, "tools/words.py": words}


@pytest.mark.parametrize("name", [*FOLLOWED, *WHOLLY])
def test_a_hidden_dependency_is_seen(name: str, tmp_path: Path) -> None:
    """What changes the result when it is executed changes what the notebook is keyed by."""
    own, code = {**FOLLOWED, **WHOLLY}[name]
    files = make(own)
    results = [execute(tmp_path / "one", files, code)]
    results.append(execute(tmp_path / "two", change(files, "secret"), code))
    assert results == [1, 2]
    assert reached(files, code) != reached(change(files, "secret"), code)


@pytest.mark.parametrize("name", FOLLOWED)
def test_what_nothing_reaches_does_not_count(name: str) -> None:
    """A function beside the one that is used, a new name in the table or in `__all__`."""
    own, code = FOLLOWED[name]
    files = make(own)
    before = reached(files, code)
    assert reached(change(files, "other"), code) == before
    more = DOOR.replace("EXPORTS = {", 'EXPORTS = {"new": "tools.new", ')
    words = WORDS.replace('__all__ = ["secret"', '__all__ = ["new", "secret"') + "NEW = 3\n"
    words += "__all__ += ['NEW']\nif NEW:\n    __all__.append('UNUSED')\n"
    new = {"tools/new.py": "def new(): pass\n", "door.py": more, "tools/words.py": words}
    assert reached({**files, **new}, code) == before


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


# All that is called is reached

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
