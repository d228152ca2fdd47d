"""A local HTTP server for the built site."""

import functools
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from course.errors import UsageError

HOST = "127.0.0.1"


class SiteHandler(SimpleHTTPRequestHandler):
    """Serves the files of the site without logging requests."""

    def log_message(self, *_unused: object) -> None:
        """Log nothing."""


def serve(folder: Path, number: int) -> None:
    """Serve a folder on localhost until Ctrl-C.

    Raises:
        UsageError: the port is in use, or not permitted.
    """
    handler = functools.partial(SiteHandler, directory=str(folder))
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
