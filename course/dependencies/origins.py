"""The corpora that the values of a code cell come from, by the names that its notebook assigns.

A corpus is loaded where its name is an argument of a call, such as `load_corpus("atlas")`. What is
computed from it comes from it: names are followed through assignments, through the functions and
classes that use them, and into what a call may change, such as the network that is trained.
"""

import ast
import builtins
import symtable
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from course.dependencies.references import DEFINITIONS

BUILTINS = frozenset(dir(builtins))


def origins(cells: Iterable[tuple[str, str]], corpora: Collection[str]) -> dict[str, list[str]]:
    """Return the corpora that each cell of a notebook uses, by its id.

    `cells` are the ids and sources of the code cells in their order. A cell that is not Python is
    passed over.

    >>> code = [("load", "cats = load('atlas')"), ("count", "n = len(cats)"), ("two", "1 + 1")]
    >>> origins(code, ["atlas", "demo"])
    {'load': ['atlas'], 'count': ['atlas'], 'two': []}
    """
    known = _Known(corpora)
    found: dict[str, list[str]] = {}
    for cell_id, source in cells:
        try:
            statements = ast.parse(source).body
        except (SyntaxError, ValueError):
            statements = []
        used = frozenset().union(*map(known.follow, statements))
        found[cell_id] = [corpus for corpus in corpora if corpus in used]
    return found


@dataclass
class _Known:
    """What is known of the names of a notebook so far.

    `origins` are the corpora of each. `changes` are the global names that a function of the
    notebook changes, and `changed_arguments` the positions of arguments that it does. `fixed` are
    names that no call changes: what is imported, and literals.
    """

    corpora: Collection[str]
    origins: dict[str, frozenset[str]] = field(default_factory=dict)
    changes: dict[str, frozenset[str]] = field(default_factory=dict)
    changed_arguments: dict[str, frozenset[int]] = field(default_factory=dict)
    fixed: frozenset[str] = BUILTINS

    def follow(self, statement: ast.stmt) -> frozenset[str]:
        """Return the corpora that a statement uses, and add what it does to the names."""
        read, stored = global_names(symtable.symtable(ast.unparse(statement), "cell", "exec"))
        came = frozenset(_loaded(statement, self.corpora)).union(*map(self.of, read))
        changing = set(self.changing(statement))
        changed = read & changing
        if isinstance(statement, DEFINITIONS):
            self.origins[statement.name] = came
            self.changes[statement.name] = changed
            inner = [] if isinstance(statement, ast.ClassDef) else statement.args.args
            places = {place for place, item in enumerate(inner) if item.arg in changing}
            self.changed_arguments[statement.name] = frozenset(places)
            return frozenset()  # it is used where it is called
        changed = changed.union(*(self.changes.get(name, ()) for name in read))
        for name in stored:
            self.origins[name] = came
        for name in changed - self.fixed:
            self.origins[name] = self.of(name) | came
        literal = isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
        lasting = literal or isinstance(statement, ast.Import | ast.ImportFrom)
        self.fixed = self.fixed | stored if lasting else self.fixed - stored
        return came

    def changing(self, statement: ast.AST) -> Iterator[str]:
        """Yield the names that a statement may change without assigning them.

        They are arguments of functions, what has a method called, and what has an item or an
        attribute set. Functions of modules, such as `np.mean`, and builtins change nothing.
        """
        for node in ast.walk(statement):
            if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
                yield from _root(node)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield from _root(node.func)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                name = node.func.id
                places = self.changed_arguments.get(name, range(len(node.args)))
                for place in () if name in BUILTINS else places:
                    if place < len(node.args):
                        yield from _root(node.args[place])

    def of(self, name: str) -> frozenset[str]:
        return self.origins.get(name, frozenset())


def global_names(table: symtable.SymbolTable) -> tuple[frozenset[str], frozenset[str]]:
    """Return the global names that a scope and those within it read, and those that it assigns."""
    module = table.get_type() == "module"
    symbols = [item for item in table.get_symbols() if module or item.is_global()]
    read = {item.get_name() for item in symbols if item.is_referenced()}
    stored = {item.get_name() for item in symbols if item.is_assigned() or item.is_imported()}
    for child in table.get_children():
        inner = global_names(child)
        read |= inner[0]
        stored |= inner[1]
    return frozenset(read), frozenset(stored)


def _loaded(statement: ast.AST, corpora: Collection[str]) -> Iterator[str]:
    """Yield the corpora whose names are arguments of calls."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Call):
            for value in [*node.args, *(keyword.value for keyword in node.keywords)]:
                if isinstance(value, ast.Constant) and value.value in corpora:
                    yield str(value.value)


def _root(node: ast.expr) -> Iterator[str]:
    """Yield the name that an attribute or an item belongs to, if it is one."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id
