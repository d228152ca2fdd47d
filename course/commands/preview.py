"""`course preview`: show a lesson beside its translation in a browser, and follow changes.

The server answers GET requests from this machine only, under its own host name, with the page, its
version and the pictures of the notebooks; it opens no file by a path from a request.
"""

import argparse
import threading
import webbrowser

from course.commands import open_course, port
from course.errors import UsageError
from course.previewing.preview import Preview
from course.previewing.server import Server


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `course preview`."""
    parser.add_argument("locale", metavar="LOCALE", help="the locale")
    parser.add_argument("lesson", metavar="LESSON", help="the lesson")
    parser.add_argument(
        "--port", metavar="N", type=port, default=0, help="of the page (default: a free one)"
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="only print the address; open no browser"
    )


def command(arguments: argparse.Namespace) -> int:
    """Serve the page until Ctrl-C."""
    course = open_course(arguments.course)
    locale, lesson = course.locale(arguments.locale), course.lesson(arguments.lesson)
    if locale.id == course.source_locale:
        others = ", ".join(target.id for target in course.targets) or "none"
        raise UsageError(f"{locale.id} is the source locale; name another: {others}")
    try:
        with Server(Preview(course.root, locale.id, lesson.id), arguments.port) as server:
            print(f"{lesson.id} in {locale.id}: {server.address} (Ctrl-C ends it)", flush=True)
            if not arguments.no_browser:  # some browsers block until they are closed
                threading.Thread(target=webbrowser.open, args=[server.address], daemon=True).start()
            server.serve_forever()
    except KeyboardInterrupt:
        print()
    return 0
