"""A guard in the kernel: what a notebook must not read cannot be opened.

This file is part of the kernel's configuration, which is Python, so that it works in a kernel whose
environment does not have the course. It sees all that goes through Python's `open` and `os.open`,
as gzip does; not what a library opens in native code, nor other programs.
"""

import json
import os
import sys

VARIABLE = "COURSE_UNDECLARED"  # JSON: paths, and what to say of each


class UndeclaredCorpus(BaseException):
    """A corpus was opened that the lesson does not declare.

    It is no Exception, lest a helper that handles errors takes it for a damaged file.
    """


def watch() -> None:
    """Refuse to open the files that the environment variable names, by whatever path or link."""
    refused = {}
    for path, message in json.loads(os.environ.pop(VARIABLE, "{}")).items():
        try:
            found = os.stat(path)
        except OSError:  # gone since: then nobody reads it
            continue
        refused[found.st_dev, found.st_ino] = message

    def refuse(event: str, arguments: tuple[object, ...]) -> None:
        if event != "open" or not isinstance(arguments[0], str | bytes):
            return
        try:
            found = os.stat(arguments[0])
        except (OSError, ValueError):  # a new file, or no path
            return
        if message := refused.get((found.st_dev, found.st_ino)):
            raise UndeclaredCorpus(message)

    if refused:
        sys.addaudithook(refuse)
