"""The registry of checks: codes with their levels, explanations and functions.

A check is a function that takes a context and yields what it finds there. Its docstring is the
explanation that `course check --explain` prints.
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

    An `intrinsic` check does not compare with the English; all others only warn of a stale cell,
    whose English has changed. If a check finds something, those that it `implies` report nothing.
    """

    code: str
    level: str
    explanation: str
    intrinsic: bool = False
    implies: frozenset[str] = frozenset()
    functions: dict[type, list[Function]] = field(default_factory=dict)


class Context(Protocol):
    """The argument of a check, which adds the place to what is found in it."""

    def finding(self, check: Check, found: Found) -> Finding:
        """Return the finding of a check, with its place."""


CHECKS: dict[str, Check] = {}


def register(
    code: str, kind: type, level: str = ERROR, intrinsic: bool = False, implies: Iterable[str] = ()
) -> Callable[[Registered], Registered]:
    """Return a decorator that registers a function under a code, for contexts of a kind.

    A code may have functions for several kinds; the first one's docstring explains it.
    """

    def decorate(function: Registered) -> Registered:
        explanation = " ".join((function.__doc__ or "").split())
        new = Check(code, level, explanation, intrinsic, frozenset(implies))
        CHECKS.setdefault(code, new).functions.setdefault(kind, []).append(function)
        return function

    return decorate


def checks_for(kind: type) -> list[Check]:
    """Return the checks that have functions for contexts of a kind."""
    return [check for check in CHECKS.values() if kind in check.functions]


def run_check(check: Check, context: Context) -> list[Found]:
    """Return what the functions of a check find in a context."""
    return [found for function in check.functions[type(context)] for found in function(context)]


def run_checks(context: Context) -> Iterator[Finding]:
    """Yield the findings of all checks in a context."""
    for check in checks_for(type(context)):
        for found in run_check(check, context):
            yield context.finding(check, found)


def explain_check(code: str) -> str:
    """Return the code, level and explanation of a check, in one line."""
    check = CHECKS[code]
    return f"{code} ({check.level}): {check.explanation}"
