"""The HTTP server of the preview: localhost only, GET only, known host names only."""

import json
import os
import socket
import socketserver
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

from course.errors import UsageError
from course.formats.support import IMAGES
from course.previewing.preview import POLICY, Preview

Request = socket.socket | tuple[bytes, socket.socket]
HOST = "127.0.0.1"
NOTHING = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Server(ThreadingHTTPServer):
    """Serves a preview on localhost; port 0 is a free one.

    Raises:
        UsageError: the port is in use, or not permitted.
    """

    allow_reuse_address = os.name == "posix"  # on Windows it would share a port in use

    def __init__(self, preview: Preview, number: int = 0) -> None:
        self.preview = preview
        try:
            super().__init__((HOST, number), PreviewHandler)
        except OSError as error:
            raise UsageError(f"port {number}: {error.strerror}; name another --port") from None
        names = [f"{host}:{self.server_port}" for host in (HOST, "localhost")]
        self.names = {*names, *(name.removesuffix(":80") for name in names)}

    @property
    def address(self) -> str:
        """The URL of the page."""
        return f"http://{HOST}:{self.server_port}/"

    def server_bind(self) -> None:
        """Bind the port without the parent's DNS look-up of the host name."""
        socketserver.TCPServer.server_bind(self)
        name, self.server_port = self.server_address[:2]
        self.server_name = str(name)

    def handle_error(self, request: Request, client_address: object) -> None:
        """Print the traceback of an error, except for a connection that the browser closed."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class PreviewHandler(BaseHTTPRequestHandler):
    """Answers one request."""

    server: Server
    timeout = 30
    policy = NOTHING

    def do_GET(self) -> None:
        """Send the page, its version, or a picture."""
        # DNS rebinding: another site's host name may resolve to this machine.
        if self.headers.get_all("Host", []) not in [[name] for name in self.server.names]:
            self.send_error(403, "This host is not known here")
            return
        path = unquote(self.path.partition("?")[0])
        page = self.server.preview.page()
        if path == "/":
            self.policy = POLICY
            self.answer("text/html; charset=utf-8", page.content)
        elif path == "/version":
            self.answer("application/json", json.dumps({"version": page.version}).encode())
        elif path.removeprefix("/") in page.pictures:
            picture = page.pictures[path.removeprefix("/")]
            self.answer(IMAGES[picture.suffix.lower()], picture.read_bytes())
        else:
            self.send_error(404)

    def answer(self, kind: str, content: bytes) -> None:
        """Send a response with status 200."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def end_headers(self) -> None:
        """Add the security headers to every response, errors included."""
        for name, value in {**HEADERS, "Content-Security-Policy": self.policy}.items():
            self.send_header(name, value)
        super().end_headers()

    def version_string(self) -> str:
        """Return the name of the server without versions."""
        return "course"

    def log_message(self, *_unused: object) -> None:
        """Log nothing; the page asks every second."""
