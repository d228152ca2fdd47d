"""The website of this repository, built once, served on this machine, in a real Chromium."""

import functools
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Page

from course.formats.course_toml import load_course
from course.website.build import build_site
from course.website.pyodide import fetch_pyodide
from course.website.server import SiteHandler
from tests.browser.site import screens
from tests.fixtures.browser import chromium

ROOT = Path(__file__).parents[3]
COURSE = load_course(ROOT)
SCREENS = ROOT / "build" / "site-screens"
STARTED = pytest.StashKey[float]()


def pytest_configure(config: pytest.Config) -> None:
    """Remember when the tests began, to know the screenshots that they take."""
    config.stash[STARTED] = time.time()


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    """Say which pages do not look as they did the last time."""
    now = SCREENS / "now"
    taken = [
        path.name for path in now.glob("*.png") if path.stat().st_mtime >= config.stash[STARTED]
    ]
    if taken:
        told = screens.report(SCREENS, taken)
        terminalreporter.write_line(f"{told}: {SCREENS.relative_to(ROOT)}/changes.html")


@dataclass
class Visit:
    """A page that is open in the browser, with what it complained of and what it asked for."""

    page: Page
    root: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a page of the site."""
        self.page.goto(self.root + path)
        return self.page

    def picture(self, name: str, **options) -> None:
        """Take a screenshot, which is compared with the last one when all tests are done."""
        screens.take(self.page, SCREENS, name, **options)

    def assert_quiet(self) -> None:
        """Hold that nothing was complained of, and nothing asked of another host."""
        assert self.complaints == []
        outside = [each for each in self.requests if not each.startswith((self.root, "data:"))]
        assert outside == []


@pytest.fixture(scope="session")
def folder() -> Path:
    """The built site."""
    out = ROOT / "build" / "site"
    with FileLock(out.with_name("site.lock")):  # of several workers one builds
        fetch_pyodide(out)
        build_site(COURSE, COURSE.locales, out, out.with_name("site-src"))
    return out


@pytest.fixture(scope="session")
def address(folder: Path) -> Iterator[str]:
    """Where the site is served."""
    handler = functools.partial(SiteHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, once for all tests of a worker."""
    with chromium() as started:
        yield started


@pytest.fixture
def visit(browser: Browser, address: str):
    """Open a browser of its own, with nothing kept; `visit(locale="pl", width=360, …)`."""
    contexts = []

    def start(width: int = 1280, **options) -> Visit:
        size = {"width": width, "height": 900 if width > 600 else 740}
        context = browser.new_context(
            viewport=size, **{"locale": "en-US", "reduced_motion": "reduce"} | options
        )
        contexts.append(context)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.set_default_timeout(10_000)
        made = Visit(page, address)
        page.on(
            "console",
            lambda said: said.type in ("error", "warning") and made.complaints.append(said.text),
        )
        page.on("pageerror", lambda error: made.complaints.append(str(error)))
        page.on("request", lambda request: made.requests.append(request.url))
        return made

    yield start
    for context in contexts:
        context.close()


@pytest.fixture(params=[locale.id for locale in COURSE.locales])
def locale(request: pytest.FixtureRequest):
    """Each locale of the course."""
    return COURSE.locale(request.param)


@pytest.fixture(params=[lesson.id for lesson in COURSE.lessons])
def lesson(request: pytest.FixtureRequest) -> str:
    """Each lesson of the course."""
    return request.param
