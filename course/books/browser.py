"""Chromium, which prints a page as PDF; nothing but the page and its fonts is loaded."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from playwright.sync_api import Browser, Error, Route, sync_playwright

from course.errors import CourseError

NAMES = ("chromium", "chromium-browser", "google-chrome")
ADDRESS = "http://book.invalid/"  # of the page and of its fonts; no request leaves this process
TIMEOUT = 300_000  # milliseconds for a page of 400 sheets on a busy machine


class Printer:
    """A running browser."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def print(self, page: str, files: Mapping[str, bytes]) -> bytes:
        """Return a page, which may use some files, as tagged PDF with an outline.

        Scripts are switched off, and requests for anything else are refused.

        Raises:
            CourseError: the browser cannot print it.
        """
        context = self.browser.new_context(java_script_enabled=False)
        try:
            sheet = context.new_page()
            sheet.set_default_timeout(TIMEOUT)
            sheet.route("**/*", lambda route: _serve(route, page, files))
            sheet.goto(ADDRESS)
            sheet.evaluate("document.fonts.ready.then(() => true)")
            return sheet.pdf(
                prefer_css_page_size=True, print_background=True, tagged=True, outline=True
            )
        except Error as error:
            raise CourseError(f"Chromium can't print the book: {_first(error)}") from None
        finally:
            context.close()


def _serve(route: Route, page: str, files: Mapping[str, bytes]) -> None:
    name = route.request.url.removeprefix(ADDRESS)
    if not name:
        route.fulfill(body=page, content_type="text/html; charset=utf-8")
    elif name in files:
        route.fulfill(body=files[name], content_type="font/woff2")
    else:
        route.abort()


@contextmanager
def printer() -> Iterator[Printer]:
    """Start the browser that CHROMIUM names, or the system's, or Playwright's own.

    Raises:
        CourseError: there is none; says how to get one.
    """
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        except Error as error:
            raise CourseError(
                f"no Chromium to print a PDF with ({_first(error)}): install one, name one in"
                " CHROMIUM, run playwright install chromium, or write only --format epub"
            ) from None
        try:
            yield Printer(browser)
        finally:
            browser.close()


def _first(error: Error) -> str:
    return str(error).strip().partition("\n")[0]
