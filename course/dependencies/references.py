"""Names that syntax trees refer to, and what of a statement is evaluated where it stands."""

import ast
from collections.abc import Iterable, Iterator

Chain = tuple[str, ...]  # `a.b.c` as ("a", "b", "c")
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
ACCESS = ("getattr", "hasattr", "setattr", "delattr")
IMPORTERS = ("import_module", "__import__")
# What leads to any name of the module in which it is called, and what leads to any module.
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
HANDED_ON = ("builtins", "importlib", "sys")  # modules that lead to any module when they are


def leads_anywhere(dotted: str) -> bool:
    """Tell whether a name of another module leads to names that nothing can follow."""
    known = (*OWN_NAMES, *ANY_MODULE)
    return dotted in HANDED_ON or f"{dotted}.".startswith(tuple(f"{name}." for name in known))


def decorators(node: ast.AST) -> Iterator[Chain]:
    """Yield the names of the decorators of a definition, and of those in the body of a class.

    The name is empty where an expression has none.
    """
    for decorator in getattr(node, "decorator_list", []):
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        yield _chain(called) or ("",)
    for part in node.body if isinstance(node, ast.ClassDef) else ():
        yield from decorators(part)


def evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what of a statement is evaluated where it stands: not the bodies of functions.

    Of decorators their arguments, because what is called may leave nothing else behind.
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
    """Tell whether a statement calls anything when it is executed, but its decorators.

    A class that is derived calls what it is derived from.
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
    """Yield the names in these nodes with their attributes, those of text annotations too.

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
            stack += _texts(annotation)


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
    """Return the children of a call but those that say nothing more than its literal does."""
    if _literal_access(node) is not None:
        return [child for child in children if child not in (node.func, *node.args[:2])]
    chain = _chain(node.func) or ("",)
    first = node.args[0] if node.args else None
    text = first.value if isinstance(first, ast.Constant) else None
    if chain[-1] in IMPORTERS and isinstance(text, str) and not text.startswith("."):
        return children[1:]  # the text is looked at with all texts
    if chain == ("vars",) and node.args:
        return children[1:]  # of an object; a module counts because it is passed on
    return children


def _texts(annotation: ast.AST | None) -> Iterator[ast.AST]:
    for node in ast.walk(annotation) if annotation else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                yield ast.parse(node.value, mode="eval").body
            except (SyntaxError, ValueError):
                continue
