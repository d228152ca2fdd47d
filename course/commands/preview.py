"""`course preview`: show a lesson beside its translation in a browser, and follow changes.

The server answers on this machine only, to GET, under its own name, and with the page, its version
and the pictures of the notebooks; it looks nothing up in the file system that a request names.
"""

import argparse
import threading
import webbrowser

from course.commands import open_course, port
from course.errors import UsageError
from course.preview.preview import Preview
from course.preview.server import Server


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `course preview` understands."""
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
        others = ", ".join(each.id for each in course.targets) or "none"
        raise UsageError(f"{locale.id} is what is translated; name a translation: {others}")
    try:
        with Server(Preview(course.root, locale.id, lesson.id), arguments.port) as server:
            print(f"{lesson.id} in {locale.id}: {server.address} (Ctrl-C ends it)", flush=True)
            if not arguments.no_browser:  # some browsers stay in the terminal until they are left
                threading.Thread(target=webbrowser.open, args=[server.address], daemon=True).start()
            server.serve_forever()
    except KeyboardInterrupt:
        print()
    return 0
