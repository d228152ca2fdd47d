"""The server extension for views: the API at course/api/ below the server's base URL.

JupyterLab loads it for translators only, as `start` configures it.
"""

import json
from typing import Any

from anyio.to_thread import run_sync
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

from course.formats.settings import Course
from course.formats.strings import strings_or_english
from course.jupyterlab.contents import answering, desk_at
from course.jupyterlab.desk import Place
from course.jupyterlab.report import Reporter
from course.localization.align import STATUSES


class ReporterHandler(APIHandler):
    """The base of the handlers: authorisation, and access to the reporter."""

    auth_resource = "contents"

    def initialize(self, reporter: Reporter) -> None:
        """Store the reporter."""
        self.reporter = reporter

    def place(self, path: Any) -> Place:
        """Return the view at a path.

        Raises:
            HTTPError: no view is there.
        """
        found = self.reporter.desk.places.get(path.strip("/")) if isinstance(path, str) else None
        if found is None:
            raise web.HTTPError(404, "no translation is shown there")
        return found

    async def send_report(self, place: Place) -> None:
        """Send the report of a view."""
        files = url_path_join(self.base_url, "files")
        with answering(self.reporter.desk, place):
            report = await run_sync(self.reporter.report, place, files)
        self.finish(json.dumps(report))


def interface_words(course: Course) -> dict[str, Any]:
    """Return the strings of the interface by locale, and the source locale."""
    locales = {}
    for locale in course.locales:
        strings = strings_or_english(course, locale)
        own = {key[4:]: text for key, text in strings.items() if key.startswith("lab.")}
        states = {status: strings[f"site.{status}"] for status in STATUSES}
        locales[locale.id] = {"direction": locale.direction, "words": {**own, **states}}
    return {"locales": locales, "source": course.source_locale}


class InfoHandler(ReporterHandler):
    """Lists the views."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Send the paths of the views, and the strings of each locale."""
        desk = self.reporter.desk
        words = await run_sync(interface_words, desk.course)
        self.finish(json.dumps({"views": list(desk.places), **words}))


class ViewHandler(ReporterHandler):
    """Reports on a view."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Send the report of the view at `path`."""
        await self.send_report(self.place(self.get_query_argument("path", "")))


class AcceptHandler(ReporterHandler):
    """Accepts a cell."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Accept `cell` of the view at `path`, as `reviewed` or not, and send the report."""
        body = self.get_json_body()
        if not isinstance(body, dict) or not isinstance(body.get("cell"), str):
            raise web.HTTPError(400, "path and cell are missing")
        place = self.place(body.get("path"))
        with answering(self.reporter.desk, place):
            reviewed = body.get("reviewed") is True
            await run_sync(self.reporter.accept, place, body["cell"], reviewed)
        await self.send_report(place)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Add the handlers to a server whose contents manager serves views."""
    manager = server.contents_manager
    reporter = {"reporter": Reporter(desk_at(manager.course_dir, manager.root_dir))}
    address = url_path_join(server.web_app.settings["base_url"], "course", "api")
    handlers = {"info": InfoHandler, "view": ViewHandler, "accept": AcceptHandler}
    server.web_app.add_handlers(
        ".*$", [(url_path_join(address, name), handlers[name], reporter) for name in handlers]
    )
