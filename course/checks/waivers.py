"""Waivers of checks, which stand beside a cell with their reason."""

from collections.abc import Iterator

from course.checks.contexts import Waivers
from course.checks.finding import Found
from course.checks.registry import CHECKS, check


@check("waiver", Waivers)
def waivers(context: Waivers) -> Iterator[Found]:
    """A waiver names a check, and is removed once it is not needed."""
    for code in context.allowed:
        if code not in CHECKS:
            yield Found("waiver of an unknown check", code, "course check --explain lists them")
        elif code not in context.used:
            yield Found("waiver that is not needed", code, context.remedy)
