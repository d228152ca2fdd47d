"""A guard in the kernel: files that a notebook must not read cannot be opened.

This file is part of the kernel's configuration, which is Python, so that it works in a kernel whose
environment does not have the course. It covers Python's `open` and `os.open`, and what uses
them, as gzip does; not files opened in native code or by other programs.
"""

import json
import os
import sys

VARIABLE = "COURSE_UNDECLARED"  # JSON: the message of the error by path


class UndeclaredCorpus(BaseException):
    """Raised when a corpus is opened that the lesson does not declare.

    It is no Exception, lest a helper that handles errors takes it for a damaged file.
    """


def watch() -> None:
    """Refuse to open the files in the environment variable, by whatever path or symbolic link."""
    refused = {}
    for path, message in json.loads(os.environ.pop(VARIABLE, "{}")).items():
        try:
            found = os.stat(path)
        except OSError:  # removed since: it cannot be read
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
