"""The definitions of local modules that a notebook reaches, by their syntax trees.

Names are followed from the notebook's code through imports, attributes of modules, and the bodies,
defaults, decorators, bases and annotations of what they refer to. A class is followed whole, so it
does not matter which of its methods are called. Where names cannot be followed, a module counts
whole: a computed name, a module that is passed on as a value. Too much may count, too little must
not.

A front door, a module with a function `__getattr__` and a literal table `EXPORTS` from names to the
modules that define them, is followed by that table.
"""

import ast
from collections.abc import Iterable, Mapping

from course.dependencies.references import OWN_NAMES, Chain, leads_anywhere
from course.dependencies.syntax import (
    DOOR,
    TABLE,
    Import,
    Module,
    Statement,
    build_module,
    hash_text,
    parse_sources,
)

Reached = dict[str, list[tuple[str, str]]]  # by path: label and hash of each statement, in order
WHOLE = "*"  # the label of a module that counts whole
FRAMES = frozenset(("__globals__", "f_globals", "__builtins__", "__loader__", "__spec__"))
HARMLESS = ("__file__", "__name__")  # attributes that every module has
# Decorators that call nothing and register nothing while a module is imported.
DECORATORS = frozenset(
    (
        "abc.abstractmethod builtins.classmethod builtins.property builtins.staticmethod"
        " contextlib.asynccontextmanager contextlib.contextmanager dataclasses.dataclass"
        " functools.cache functools.cached_property functools.lru_cache functools.total_ordering"
        " functools.wraps typing.final typing.overload"
    ).split()
)


def reach(code: Iterable[str], modules: Iterable[Module]) -> Reached:
    """Return the statements of `modules` that the code cells of a notebook reach, sorted by path.

    A notebook with a cell that is not Python, such as one with an IPython magic, reaches all.
    """
    walk = _Walk({module.name: module for module in modules})
    try:
        notebook = build_module("", "", parse_sources(code))
    except (SyntaxError, ValueError):
        walk.take_everything()
    else:
        for statement in notebook.statements:
            walk.follow(notebook, statement)
    walk.work()
    return walk.reached()


class _Walk:
    """A traversal of modules: the statements reached so far, and those still to follow."""

    def __init__(self, modules: Mapping[str, Module]) -> None:
        self.modules = modules
        self.packages = {
            name.rsplit(".", depth)[0]
            for name in modules
            for depth in range(1, name.count(".") + 1)
        }
        self.loaded: set[str] = set()
        self.whole: set[str] = set()
        self.counted: set[Statement] = set()
        self.used: set[tuple[str, Chain, bool]] = set()  # names that have been followed
        self.waiting: list[tuple[Module, Statement]] = []

    def reached(self) -> Reached:
        """Return the statements reached, by path; modules without any are left out."""
        found: Reached = {}
        for module in sorted(self.modules.values(), key=lambda module: module.path):
            if module.name in self.whole:
                digest = module.digest or "".join(part.digest for part in module.statements)
                found[module.path] = [(WHOLE, hash_text(digest))]
            elif counted := [part for part in module.statements if part in self.counted]:
                found[module.path] = [(part.label, part.digest) for part in counted]
        return found

    def work(self) -> None:
        """Follow the waiting statements until there are no more."""
        while self.waiting:
            self.follow(*self.waiting.pop())

    def count(self, module: Module, statement: Statement) -> None:
        if statement not in self.counted:
            self.counted.add(statement)
            self.waiting.append((module, statement))

    def follow(self, module: Module, statement: Statement) -> None:
        """Follow the imports, names and strings of a statement."""
        door = module.table is not None and DOOR in statement.names
        for item in statement.imports:
            self.execute(item)
        for chain in statement.chains:
            if not (door and chain[0] == TABLE):
                self.use(module, chain, door)
        if not door and statement.attributes & FRAMES:
            self.take_everything()
        if module.table is None or TABLE not in statement.names:
            for string in statement.strings:
                for name in self.named(string):
                    self.take_whole(name)

    def execute(self, item: Import) -> None:
        """Load the modules that an import loads."""
        for name in self.find(item.module):
            self.load(name)
            if item.attribute is None:
                continue
            self.load(f"{name}.{item.attribute}")
            module = self.modules.get(name)
            if module and DOOR in module.bound:
                self.use(module, (DOOR,))  # Python calls it, if only for `__path__`
                table = module.table or {}
                for export in table if item.attribute == "*" else [item.attribute]:
                    for target in self.find(table.get(export, "")):
                        self.load(target)

    def find(self, name: str) -> list[str]:
        """Return the local modules and packages that an import of `name` may find.

        A folder of modules may be on sys.path, so the end of a dotted name matches too.
        """
        if name in self.modules or name in self.packages:
            return [name]
        return [dotted for dotted in self.modules if name and dotted.endswith(f".{name}")]

    def load(self, name: str) -> None:
        """Load a module after the packages that contain it: count what an import executes.

        Imports at its top level are executed whether or not the names that they bind are used.
        """
        if name not in self.modules and name not in self.packages:
            return
        package = name.rpartition(".")[0]
        if package:
            self.load(package)
        if name in self.loaded or name not in self.modules:
            return
        self.loaded.add(name)
        module = self.modules[name]
        if module.digest:
            self.whole.add(name)
        for statement in module.statements:
            if statement.unconditional or (statement.names and self.acts(module, statement)):
                self.count(module, statement)
            elif isinstance(statement.node, ast.Import | ast.ImportFrom):
                for item in statement.imports:
                    self.execute(item)

    def acts(self, module: Module, statement: Statement) -> bool:
        """Return whether importing a definition or an assignment may do more than bind its names.

        It calls something and refers to a function of the course, is a subclass of one of its
        classes, or has a decorator that may register it somewhere.
        """
        for decorator in statement.decorators:
            dotted = self.outside(module, decorator)
            if self.is_own(module, decorator, set()) or not set(dotted) <= DECORATORS:
                return True
        return statement.calls_at_import and (
            any(self.is_own(module, chain, set()) for chain in statement.import_chains)
            or any(self.named(string) for string in statement.strings)
        )

    def is_own(self, module: Module, chain: Chain, seen: set[str]) -> bool:
        """Return whether a name may refer to a function or a class of the course."""
        name = chain[0]
        if name in seen:
            return False
        seen.add(name)
        if any(map(leads_anywhere, self.outside(module, chain))):
            return True
        if any(self.find(item.module) for item in module.imports.get(name, ())):
            return True
        if name not in module.bound and name not in module.imports:
            return any(self.find(star) for star in module.stars)
        for statement in module.bound.get(name, ()):
            if isinstance(statement.node, ast.Assign | ast.AnnAssign):
                if any(self.is_own(module, other, seen) for other in statement.chains):
                    return True
            elif not isinstance(statement.node, ast.Import | ast.ImportFrom):
                return True
        return False

    def outside(self, module: Module, chain: Chain) -> list[str]:
        """Return the dotted names of other modules, and builtins, that a chain may refer to."""
        head, *rest = chain
        items = module.imports.get(head, ())
        if not items and head not in module.bound:
            return [".".join(["builtins", *chain])]
        outer = [item for item in items if not self.find(item.module)]
        return [".".join(filter(None, [item.module, item.attribute, *rest])) for item in outer]

    def use(self, module: Module, chain: Chain, door: bool = False) -> None:
        """Follow a name, with its attributes, that the code of a module refers to."""
        if (module.name, chain, door) in self.used:
            return
        self.used.add((module.name, chain, door))
        head, *rest = chain
        for statement in module.bound.get(head, ()):
            self.count(module, statement)
        for item in module.imports.get(head, ()):
            full = tuple(rest) if item.attribute is None else (item.attribute, *rest)
            for name in self.find(item.module):
                self.member(name, full)
        for star in module.stars:
            for name in self.find(star):
                self.lookup(name, chain)
        for dotted in () if door else self.outside(module, chain):
            if dotted in OWN_NAMES:
                self.take_module(module)
            if leads_anywhere(dotted) and dotted not in OWN_NAMES:
                self.take_everything()

    def member(self, name: str, chain: Chain) -> None:
        """Follow attributes of a module; one that is passed on as a value counts whole."""
        self.load(name)
        if not chain:
            self.take_whole(name)
        if not chain or chain[0] in HARMLESS:
            return
        inner = f"{name}.{chain[0]}"
        is_module = inner in self.modules or inner in self.packages
        if is_module:
            self.member(inner, chain[1:])
        if not (self.lookup(name, chain) or is_module):
            self.take_whole(name)

    def lookup(self, name: str, chain: Chain, seen: frozenset[str] = frozenset()) -> bool:
        """Follow a name in a module; return whether the module has it."""
        module = self.modules.get(name)
        if module is None or name in seen:
            return False
        self.load(name)
        if chain[0] in module.bound or chain[0] in module.imports:
            self.use(module, chain)
            return True
        seen, found = seen | {name}, False
        stars = [other for star in module.stars for other in self.find(star)]
        for other in stars:
            found |= self.lookup(other, chain, seen)
        if found or DOOR not in module.bound:
            return found
        self.use(module, (DOOR,))
        if module.table is None or chain[0] not in module.table:
            return False
        for target in self.find(module.table[chain[0]]):
            self.member(target, chain)
        return True

    def named(self, string: str) -> list[str]:
        """Return the modules that a string names, by dotted name or by file name."""
        file = string.split("/")[-1] if string.endswith(".py") else None
        return [
            name
            for name, module in self.modules.items()
            if f"{string}.".startswith(f"{name}.") or file == module.path.split("/")[-1]
        ]

    def take_whole(self, name: str) -> None:
        """Count a whole module, or all modules of a package."""
        for dotted, module in self.modules.items():
            if f"{dotted}.".startswith(f"{name}.") and dotted not in self.whole:
                self.whole.add(dotted)
                self.load(dotted)
                self.take_module(module)

    def take_module(self, module: Module) -> None:
        """Follow every statement of a module, and all modules reachable through its names."""
        if module.name:
            self.whole.add(module.name)
        for statement in module.statements:
            self.count(module, statement)
        for item in (item for items in module.imports.values() for item in items):
            for name in self.find(item.module):
                self.member(name, () if item.attribute is None else (item.attribute,))
        for star in module.stars:
            for name in self.find(star):
                self.take_whole(name)
        for export in module.table or ():
            self.lookup(module.name, (export,))

    def take_everything(self) -> None:
        """Count all modules whole."""
        for name in list(self.modules):
            self.take_whole(name)
