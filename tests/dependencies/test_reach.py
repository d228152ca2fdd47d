"""The definitions that a notebook reaches: also by hidden dependencies, and none that is unused."""

from pathlib import Path

import pytest

from tests.fixtures.modules import DOOR, WORDS, importable, make, reached

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
