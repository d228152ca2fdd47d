"""The names that syntax trees refer to, and the parts of a statement evaluated at import."""

import ast
from collections.abc import Iterable, Iterator

Chain = tuple[str, ...]  # `a.b.c` as ("a", "b", "c")
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
ACCESS = ("getattr", "hasattr", "setattr", "delattr")
IMPORTERS = ("import_module", "__import__")
# Builtins that can access any name of the calling module, and names that can access any module.
OWN_NAMES = ("builtins.globals", "builtins.locals", "builtins.vars")
ANY_MODULE = (
    "builtins.exec",
    "builtins.eval",
    "builtins.compile",
    "builtins.__import__",
    "gc.get_objects",
    "gc.get_referents",
    "gc.get_referrers",
    "imp",
    "importlib.import_module",
    "importlib.__import__",
    "importlib.machinery",
    "importlib.reload",
    "importlib.util.module_from_spec",
    "importlib.util.spec_from_file_location",
    "inspect.currentframe",
    "inspect.getmodule",
    "inspect.stack",
    "pkgutil",
    "pydoc",
    "runpy",
    "sys._getframe",
    "sys.modules",
)
PASSED_ON = ("builtins", "importlib", "sys")  # modules that, as values, can access any module


def leads_anywhere(dotted: str) -> bool:
    """Return whether a name of another module can access names that are not in the source."""
    known = (*OWN_NAMES, *ANY_MODULE)
    return dotted in PASSED_ON or f"{dotted}.".startswith(tuple(f"{name}." for name in known))


def decorators(node: ast.AST) -> Iterator[Chain]:
    """Yield the names of the decorators of a definition, and of those in the body of a class.

    A decorator that is not a name yields `("",)`.
    """
    for decorator in getattr(node, "decorator_list", []):
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        yield _chain(called) or ("",)
    for part in node.body if isinstance(node, ast.ClassDef) else ():
        yield from decorators(part)


def evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a statement that are evaluated with it: not the bodies of functions.

    Of decorators these are the arguments; `decorators` yields their names.
    """
    if not isinstance(node, DEFINITIONS):
        yield node
        return
    for decorator in node.decorator_list:
        yield from list(ast.iter_child_nodes(decorator))[1:]
    if isinstance(node, ast.ClassDef):
        yield from [*node.bases, *node.keywords]
        for part in node.body:
            yield from evaluated(part)
    else:
        yield node.args  # defaults and annotations
        yield from filter(None, [node.returns])


def called_at_import(node: ast.AST) -> bool:
    """Return whether a statement calls anything when it is executed, decorators apart.

    A derived class does: its bases may define `__init_subclass__`.
    """
    if isinstance(node, ast.ClassDef) and (node.bases or node.keywords):
        return True
    stack = list(evaluated(node))
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Call):
            return True
        if not isinstance(node, ast.Lambda):
            stack.extend(ast.iter_child_nodes(node))
    return False


def references(nodes: Iterable[ast.AST]) -> Iterator[Chain]:
    """Yield the names in these nodes with their attributes, those of string annotations too.

    >>> sorted(references(ast.parse("a.b.c(getattr(d, 'e'), f)").body))
    [('a', 'b', 'c'), ('d', 'e'), ('f',)]
    """
    stack = list(nodes)
    while stack:
        node = stack.pop()
        if chain := _chain(node):
            yield chain
            continue
        children = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.Call):
            children = _unfollowed(node, children)
            if (found := _literal_access(node)) is not None:
                yield found
        stack += children
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            stack += _string_annotations(annotation)


def _chain(node: ast.AST) -> Chain | None:
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return (node.id, *reversed(names)) if isinstance(node, ast.Name) else None


def _literal_access(node: ast.Call) -> Chain | None:
    """Return the chain that `getattr(a.b, "c")` stands for."""
    literal = node.args[1] if len(node.args) > 1 else None
    access = isinstance(node.func, ast.Name) and node.func.id in ACCESS
    if access and isinstance(literal, ast.Constant):
        chain = _chain(node.args[0])
        return (*chain, str(literal.value)) if chain else None
    return None


def _unfollowed(node: ast.Call, children: list[ast.AST]) -> list[ast.AST]:
    """Return the children of a call without those that its literal argument makes redundant."""
    if _literal_access(node) is not None:
        return [child for child in children if child not in (node.func, *node.args[:2])]
    chain = _chain(node.func) or ("",)
    first = node.args[0] if node.args else None
    name = first.value if isinstance(first, ast.Constant) else None
    if chain[-1] in IMPORTERS and isinstance(name, str) and not name.startswith("."):
        return children[1:]  # the string is followed with all strings of the statement
    if chain == ("vars",) and node.args:
        return children[1:]  # of an object; a module counts because it is passed on
    return children


def _string_annotations(annotation: ast.AST | None) -> Iterator[ast.AST]:
    for node in ast.walk(annotation) if annotation else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                yield ast.parse(node.value, mode="eval").body
            except (SyntaxError, ValueError):
                continue
