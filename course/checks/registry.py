"""The registry of checks: each code with its level, what it is for, and its functions.

A check is a function that takes a context and yields what it finds there. Its docstring is what
`course check --explain` says of its code.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from course.checks.finding import ERROR, Finding, Found

Function = Callable[[Any], Iterable[Found]]
Registered = TypeVar("Registered", bound=Function)


@dataclass
class Check:
    """A check; `functions` are by the kind of context that they take.

    An `intrinsic` one holds whatever the English says; all others are warnings for a stale cell,
    which was made from another text. What a check finds is not reported by those that it `implies`.
    """

    code: str
    level: str
    explanation: str
    intrinsic: bool = False
    implies: frozenset[str] = frozenset()
    functions: dict[type, list[Function]] = field(default_factory=dict)


class Context(Protocol):
    """What a check is given; it knows where what is found there stands."""

    def finding(self, check: Check, found: Found) -> Finding:
        """Return what a check has found with its place."""


CHECKS: dict[str, Check] = {}


def check(
    code: str, kind: type, level: str = ERROR, intrinsic: bool = False, implies: Iterable[str] = ()
) -> Callable[[Registered], Registered]:
    """Register a function under a code, for contexts of a kind.

    A code may have functions for several kinds; the first one explains it.
    """

    def register(function: Registered) -> Registered:
        explanation = " ".join((function.__doc__ or "").split())
        new = Check(code, level, explanation, intrinsic, frozenset(implies))
        CHECKS.setdefault(code, new).functions.setdefault(kind, []).append(function)
        return function

    return register


def checks_for(kind: type) -> list[Check]:
    """Return the checks that have functions for contexts of a kind."""
    return [each for each in CHECKS.values() if kind in each.functions]


def run_check(check: Check, context: Context) -> list[Found]:
    """Return what the functions of a check find in a context."""
    return [found for function in check.functions[type(context)] for found in function(context)]


def run_checks(context: Context) -> Iterator[Finding]:
    """Yield the findings of all checks in a context."""
    for each in checks_for(type(context)):
        for found in run_check(each, context):
            yield context.finding(each, found)


def explain(code: str) -> str:
    """Return what a check is for, as a sentence or two."""
    each = CHECKS[code]
    return f"{code} ({each.level}): {each.explanation}"
