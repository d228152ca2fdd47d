"""What nobody gets: paths outside of the workspace, pages of other sites, no token."""

import http.client
import http.cookiejar
import json
import urllib.error
import urllib.request
from urllib.parse import unquote

import pytest

from tests.fixtures import tiny
from tests.fixtures.lab import CHALK, INK, TOKEN, User, book

TRICKS = [
    "../course.toml",
    "pl/../../course.toml",
    "pl/../pl/01-cats-ink.ipynb",
    "..%2fcourse.toml",
    "%2e%2e/course.toml",
    "pl/%2e%2e/%2e%2e/%2e%2e/notebooks/01-cats-ink.ipynb",
    "/etc/passwd",
    "//etc/passwd",
    "..\\course.toml",
    "pl/./01-cats-ink.ipynb",
    ".notes",
    ".tabs.json",
    ".checkpoints",
    "link/course.toml",
    "pl/link.ipynb",
    "pl/01-cats-ink.ipynb/x",
    "pl%00",
    "translations/pl/01-cats.md",
    ".%2e/kept",
]


@pytest.mark.parametrize("path", TRICKS)
def test_no_path_leaves_the_workspace(user: User, path: str) -> None:
    """Not by dots, codes, links or drives: there is nothing there, to read or to write."""
    folder = user.root / "workspace/translate"
    links = [folder / "link", folder / "pl/link.ipynb"]
    links[0].symlink_to(user.root)
    links[1].symlink_to(user.root / "notebooks/01-cats-ink.ipynb")
    before = tiny.snapshot(user.root)
    try:
        body = json.dumps({"type": "file", "format": "text", "content": "x"})
        book_body = json.dumps({"type": "notebook", "content": book("x")})
        for method, address, sent in (
            ("GET", f"/api/contents/{path}", None),
            ("GET", f"/files/{path}", None),
            ("PUT", f"/api/contents/{path}", body),
            ("PUT", f"/api/contents/{path}", book_body),
            ("DELETE", f"/api/contents/{path}", None),
            ("PATCH", "/api/contents/pl/helper.py", json.dumps({"path": unquote(path)})),
            ("GET", f"/course/api/view?path={path}", None),
            ("POST", "/course/api/accept", json.dumps({"path": path, "cell": "title"})),
        ):
            connection = http.client.HTTPConnection("127.0.0.1", user.port, timeout=30)
            connection.request(method, address, sent, {"Authorization": f"token {TOKEN}"})
            answer = connection.getresponse()
            answer.read()
            connection.close()
            if address == "/course/api/view?path=pl/../pl/01-cats-ink.ipynb":
                continue
            assert answer.status in (301, 302, 400, 403, 404, 405, 409), (method, address)
    finally:
        for link in links:
            link.unlink(missing_ok=True)
    after = tiny.snapshot(user.root)
    gone = {"workspace/translate/link", "workspace/translate/pl/link.ipynb"}
    assert {key: before[key] for key in before.keys() - gone} == after


def test_a_trusted_view_stays_trusted(user: User) -> None:
    """Its code and outputs are the English notebook's, so it is that which is trusted."""
    tab = user.open(INK)
    assert tab.cell("code-title")["metadata"]["trusted"] is False
    assert user.ask(f"api/contents/{INK}/trust", "POST", {}).status == 201
    for path in (INK, "ja/01-cats-ink.ipynb"):
        assert user.open(path).cell("code-title")["metadata"]["trusted"] is True
    assert user.open(CHALK).cell("code-title")["metadata"]["trusted"] is False
    assert not tab.conflict()


def test_a_page_of_another_site_can_not_accept(user: User) -> None:
    """A browser that is logged in sends its cookies along; that is not enough."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    address = f"http://127.0.0.1:{user.port}"
    opener.open(f"{address}/lab?token={TOKEN}", timeout=30).close()
    assert opener.open(f"{address}/course/api/info", timeout=30).status == 200
    body = json.dumps({"path": INK, "cell": "end", "reviewed": True}).encode()
    request = urllib.request.Request(f"{address}/course/api/accept", body)
    with pytest.raises(urllib.error.HTTPError) as refused:
        opener.open(request, timeout=30)
    assert refused.value.code == 403
    refused.value.close()
    assert user.changed() == []


def test_nothing_is_answered_without_the_token(user: User) -> None:
    """Neither the views nor our own answers."""
    for path in ("course/api/info", f"course/api/view?path={INK}", f"api/contents/{INK}"):
        assert user.ask(path, token="").status in (302, 403)
        assert user.ask(path, token="wrong").status in (302, 403)
    body = {"path": INK, "cell": "end", "reviewed": True}
    assert user.ask("course/api/accept", "POST", body, token="").status == 403
    assert user.changed() == []
