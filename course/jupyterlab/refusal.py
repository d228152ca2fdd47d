"""Refusals to show or save a view: one line, and the status of the HTTP answer."""

from collections.abc import Iterator
from contextlib import contextmanager

from course.errors import CourseError


class Refused(CourseError):
    """A view can't be shown or saved; `status` is the HTTP status code."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@contextmanager
def refusing(status: int) -> Iterator[None]:
    """Turn an error in a file into a refusal with one line."""
    try:
        yield
    except Refused:
        raise
    except CourseError as error:
        more = f" (and {len(error.args) - 1} more: course check)" if len(error.args) > 1 else ""
        raise Refused(status, f"{error.args[0]}{more}") from None
