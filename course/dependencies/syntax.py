"""Python modules as syntax trees: statements, the names that they bind and refer to, hashes."""

import ast
import hashlib
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from course.dependencies.references import (
    DEFINITIONS,
    Chain,
    called_at_import,
    decorators,
    evaluated,
    references,
)

TABLE = "EXPORTS"  # of a front door: a literal dict from a name to the module that defines it
DOOR = "__getattr__"  # the function of a front door that follows its table
OMITTED = ("kind", "ctx")  # the u of u"", and load or store, which a node's position implies
TOP_LEVEL_AWAIT = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


@dataclass(frozen=True)
class Import:
    """A name bound by an import: a module, an attribute of one, or all of one (`*`)."""

    name: str
    module: str
    attribute: str | None = None


@dataclass(frozen=True, eq=False)
class Statement:
    """A statement at the top level of a module; `import a, b` is split into two.

    `names` are those that it binds. An `unconditional` statement counts as soon as the module is
    imported, any other only if one of its names is reached.
    """

    node: ast.stmt
    names: tuple[str, ...]
    unconditional: bool
    imports: tuple[Import, ...]  # anywhere in it
    parts: tuple[ast.AST, ...] = field(repr=False)  # all its nodes

    @property
    def label(self) -> str:
        """The names that it binds, for reports."""
        return ", ".join(self.names) if self.names and not self.unconditional else "module level"

    @cached_property
    def digest(self) -> str:
        """The hash of it without docstrings and line numbers: 16 hex digits."""
        return hash_text(dump(self.node))

    @cached_property
    def chains(self) -> frozenset[Chain]:
        """The names that it refers to, with their attributes."""
        return frozenset(references([self.node]))

    @cached_property
    def decorators(self) -> tuple[Chain, ...]:
        """The names of its decorators, and of those in the body of a class."""
        return tuple(decorators(self.node))

    @cached_property
    def import_chains(self) -> frozenset[Chain]:
        """The names that it refers to when the module is imported."""
        return frozenset(references(evaluated(self.node)))

    @cached_property
    def calls_at_import(self) -> bool:
        """Whether importing the module calls anything in it, decorators apart."""
        return called_at_import(self.node)

    @cached_property
    def strings(self) -> frozenset[str]:
        """The string literals in it."""
        values = (node.value for node in self.parts if isinstance(node, ast.Constant))
        return frozenset(value for value in values if isinstance(value, str))

    @cached_property
    def attributes(self) -> frozenset[str]:
        """The names of the attributes in it, of any object."""
        return frozenset(node.attr for node in self.parts if isinstance(node, ast.Attribute))


@dataclass(frozen=True, eq=False)
class Module:
    """A module's statements; `table` is that of a front door, None for any other module."""

    name: str
    path: str
    statements: tuple[Statement, ...]
    table: dict[str, str] | None = None
    digest: str = ""  # of a file that is not Python
    bound: dict[str, list[Statement]] = field(default_factory=dict)
    imports: dict[str, list[Import]] = field(default_factory=dict)  # those in its functions too
    stars: list[str] = field(default_factory=list)  # modules that it imports * from


def read_module(name: str, path: str, content: bytes) -> Module:
    """Parse a module of the dotted `name`; one that can't be parsed has only a hash."""
    package = name if path.endswith("__init__.py") else name.rpartition(".")[0]
    try:
        return build_module(name, path, parse_sources([content]), package)
    except (SyntaxError, ValueError):
        return Module(name, path, (), digest=hashlib.sha256(content).hexdigest()[:16])


def parse_sources(sources: Iterable[str | bytes]) -> list[ast.stmt]:
    """Return the statements of several sources in order, without docstrings.

    Raises:
        SyntaxError, ValueError: not Python, such as a cell with an IPython magic.
    """
    tree = ast.Module([], [])
    for source in sources:
        with warnings.catch_warnings(action="ignore"):  # of escapes in strings
            tree.body += compile(source, "", "exec", TOP_LEVEL_AWAIT, dont_inherit=True).body
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            body[:] = [part for part in body if not _is_bare_string(part)]
    return tree.body


def build_module(name: str, path: str, body: Iterable[ast.stmt], package: str = "") -> Module:
    """Return the module that consists of these statements."""
    statements = tuple(part for node in body for part in split(node, package))
    table = next(filter(None, (_read_table(part) for part in statements)), None)
    if not any(DOOR in part.names for part in statements):
        table = None
    module = Module(name, path, statements, table)
    for statement in statements:
        for bound in statement.names:
            module.bound.setdefault(bound, []).append(statement)
        for item in statement.imports:
            if item.name:
                module.imports.setdefault(item.name, []).append(item)
            if item.attribute == "*":
                module.stars.append(item.module)
    return module


def split(node: ast.stmt, package: str) -> Iterator[Statement]:
    """Yield a statement, or one for each name of an import."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            single = type(node)(**{**dict(ast.iter_fields(node)), "names": [alias]})
            imports = tuple(imported(single, package))
            names = tuple(item.name for item in imports if item.name)
            yield Statement(single, names, alias.name == "*", imports, (single, alias))
        return
    parts = tuple(ast.walk(node))
    imports = tuple(
        item
        for part in parts
        if isinstance(part, ast.Import | ast.ImportFrom)
        for item in imported(part, package)
    )
    bound = _bound(node)
    yield Statement(node, _stored(parts) if bound is None else bound, bound is None, imports, parts)


def imported(node: ast.Import | ast.ImportFrom, package: str) -> Iterator[Import]:
    """Yield the names that an import binds; `import a.b` binds `a`, and imports `a.b` too."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            yield Import(
                alias.asname or alias.name.partition(".")[0],
                alias.name if alias.asname else alias.name.partition(".")[0],
            )
            if not alias.asname and "." in alias.name:
                yield Import("", alias.name)
            continue
        parts = package.split(".") if package else []
        above = parts[: len(parts) - node.level + 1] if node.level else []
        module = ".".join([*above, *filter(None, [node.module])])
        name = "" if alias.name == "*" else alias.asname or alias.name
        yield Import(name, module, alias.name)


def _bound(node: ast.stmt) -> tuple[str, ...] | None:
    """Return the names that a definition or an assignment binds; None where it does more."""
    if isinstance(node, DEFINITIONS):
        return (node.name,)
    if isinstance(node, ast.Pass) or _is_export_list(node):
        return ()
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return None
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = tuple(name for target in targets for name in _names(target))
    return names if any(name.strip("_") for name in names) and "" not in names else None


def _stored(parts: Sequence[ast.AST]) -> tuple[str, ...]:
    """Return all names that a statement of these nodes may bind, at any depth."""
    names = [
        node.id for node in parts if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    names += [node.name for node in parts if isinstance(node, DEFINITIONS)]
    return tuple(dict.fromkeys(names))


def _names(target: ast.expr) -> Iterator[str]:
    """Yield the names of a target; an empty one for an attribute or a subscript."""
    if isinstance(target, ast.Tuple | ast.List):
        for part in target.elts:
            yield from _names(part)
    elif isinstance(target, ast.Starred):
        yield from _names(target.value)
    else:
        yield target.id if isinstance(target, ast.Name) else ""


def _is_export_list(node: ast.stmt) -> bool:
    """Return whether a statement only binds or changes `__all__`."""
    if isinstance(node, ast.If):
        return all(map(_is_export_list, [*node.body, *node.orelse]))
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return isinstance(node.value.func, ast.Attribute) and _is_all(node.value.func.value)
    if isinstance(node, ast.Assign):
        return all(map(_is_all, node.targets))
    return isinstance(node, ast.AugAssign | ast.AnnAssign) and _is_all(node.target)


def _is_all(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "__all__"


def _read_table(statement: Statement) -> dict[str, str] | None:
    if TABLE not in statement.names:
        return None
    try:
        table = ast.literal_eval(getattr(statement.node, "value", ""))
    except (ValueError, TypeError, SyntaxError):
        return None
    if isinstance(table, dict) and all(isinstance(item, str) for item in table.values()):
        return table
    return None


def dump(node: object) -> str:
    """Return a syntax tree as a string that is the same in every version of Python."""
    if isinstance(node, ast.AST):
        fields = ((name, value) for name, value in ast.iter_fields(node) if name not in OMITTED)
        shown = (f"{name}={dump(value)}" for name, value in fields if value not in (None, []))
        return f"{type(node).__name__}({', '.join(shown)})"
    if isinstance(node, list):
        return f"[{', '.join(map(dump, node))}]"
    return repr(node)


def hash_text(text: str) -> str:
    """Return the hash of a string: 16 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _is_bare_string(node: ast.AST) -> bool:
    """Return whether a statement is a docstring, or a string used as a comment."""
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)
