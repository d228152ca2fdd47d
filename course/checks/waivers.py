"""Check of waivers, which exempt a cell from a check with a reason."""

from collections.abc import Iterator

from course.checks.contexts import Waivers
from course.checks.finding import Found
from course.checks.registry import CHECKS, register


@register("waiver", Waivers)
def waivers(context: Waivers) -> Iterator[Found]:
    """A waiver names a known check, and is needed."""
    for code in context.allowed:
        if code not in CHECKS:
            yield Found("waiver of an unknown check", code, "course check --explain lists them")
        elif code not in context.used:
            yield Found("needless waiver", code, context.remedy)
