"""A server of the built site on this machine."""

import functools
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from course.errors import UsageError

HOST = "127.0.0.1"


class Handler(SimpleHTTPRequestHandler):
    """Answers with files of the site, and says nothing of each request."""

    def log_message(self, *_unused: object) -> None:
        """Stay silent."""


def serve(folder: Path, number: int) -> None:
    """Serve a folder on this machine only, until Ctrl-C.

    Raises:
        UsageError: the port is taken, or not for us.
    """
    handler = functools.partial(Handler, directory=str(folder))
    try:
        server = ThreadingHTTPServer((HOST, number), handler)
    except OSError as error:
        raise UsageError(f"port {number}: {error.strerror}; name another --port") from None
    with server:
        print(f"http://{HOST}:{server.server_port}/ (Ctrl-C ends it)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
