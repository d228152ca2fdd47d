"""What neither a translation nor another site can do to a preview."""

import re
import socket
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.markdown.active import ATTRIBUTES, ELEMENTS
from course.markdown.render import render_markdown
from tests.fixtures.previewed import Element, Served, change, read, row, served, sides, translation

# Everything that a page, its script and style apart, may consist of.
MATHS = set(
    "math mfrac mi mn mo mover mrow mspace msqrt msub msubsup msup mstyle mtable mtd mtext mtr"
    " munder munderover menclose mpadded mphantom mroot mmultiscripts mprescripts none".split()
)
PROSE = ELEMENTS | MATHS
PROSE |= set("a blockquote code em h1 h2 h3 h4 h5 h6 img li ol pre s strong ul".split())
PROSE |= set("table thead tbody tr th td".split())
CLASSES = {"title", "summary", "none", "local", "no-picture", "bad"}
HOSTILE = """\
x <script>alert(1)</script> <b onclick="alert(2)" title="kept">bold <img src=x onerror=alert(3)>
[x](javascript:alert(4)) ![p](https://example.org/p.png) ![q](//example.org/q.png)
<svg/onload=alert(5)> $\\text{<script>alert(6)</script>}$ $\\href{javascript:alert(7)}{y}$
$\\style{background:url(//e)}{z}$ <a href="javascript:alert(8)">z</a> [ok](https://example.org/)
<javascript:alert(9)> <style>*{}</style>

<details>

</div></section></article></main></body>
<iframe src="//example.org"></iframe><meta http-equiv=refresh content="0;url=//example.org">
<form action=//example.org><input name=n></form><base href=//e><link rel=stylesheet href=//e>

![t](../../course.toml) ![u](images/%2e%2e/%2e%2e/course.toml)
"""


def is_harmless_prose(found: Element) -> None:
    """Hold that an element holds nothing that acts, and nothing from another host."""
    for item in found.all():
        assert item.tag in PROSE, item.tag
        for name, value in item.attributes.items():
            assert not name.startswith("on"), name
            assert name not in ("style", "srcset", "id"), value
            assert name != "class" or value in CLASSES, value
            if name == "href":
                assert item.tag == "a"
                assert re.match("(https?://|mailto:)", value), value
            if name == "src":
                assert item.tag == "img"
                assert value.startswith("/images/"), value


def test_a_hostile_translation_does_nothing(root: Path) -> None:
    """Its scripts, handlers, frames and pictures from elsewhere are shown as text, or not."""
    path = translation(root)
    change(path, "# Koty\n", f"{HOSTILE}\n# Koty\n")
    change(path, "\nKoty\n", f"\n{HOSTILE.splitlines()[0]}\n")  # the title, from course.toml
    with served(root, "pl", "01-cats") as preview:
        page = preview.get()
    found = read(page)
    assert (len(found.all("script")), len(found.all("style"))) == (1, 1)
    sections = found.all("section")
    assert len(sections) == 2 * 8
    for section in sections:
        is_harmless_prose(section)
    evil = sides(row(page, "title"))[1]
    assert "<script>alert(1)</script>" in evil.text
    assert "javascript:alert(4)" in evil.text
    assert [item.attributes for item in evil.all("b")] == [{"title": "kept"}]
    assert [item.attributes["href"] for item in evil.all("a") if "href" in item.attributes] == [
        "https://example.org/"
    ]
    assert not evil.all("img")
    assert "active" in row(page, "title").text  # course check says so too


PIECES = st.sampled_from(
    [
        *("<script>", "</script>", "<b onclick=a()>", "</b>", "<div>", "</div>", "<details>"),
        *("<img src=x onerror=a()>", "<svg onload=a()>", "</section>", "<!--", "-->", "<![CDATA["),
        *(
            "]]>",
            "<?x",
            "<!x",
            "[a](javascript:b)",
            "![a](//b/c)",
            "![a](images/cat.svg)",
            "$",
            "$$",
        ),
        *(r"\text{", r"\href{javascript:a}", r"\style{color:red}{b}", r"\newcommand{\a}{\a\a}\a"),
        *(
            "}",
            "{",
            "`",
            "```",
            "\n",
            "\n\n",
            "* ",
            "> ",
            "| a |\n|--:|\n",
            "&lt;",
            "&#60;",
            "<",
            ">",
        ),
        *('"', "'", "=", "/", " ", "a", "é", "\0", "\ud800", "\u202e", "<a href=//b>", "style=a"),
    ]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join))
def test_rendering_any_text_gives_harmless_elements(text: str) -> None:
    """The contract of `render`, for texts made of what is dangerous."""
    made = render_markdown(text, {"images/cat.svg": "/images/cat.svg?v=1"})
    assert {tag.lower() for tag in re.findall(r"<([a-zA-Z][^\s>/]*)", made)} <= PROSE
    is_harmless_prose(read(made))


def test_the_svg_beside_a_picture_is_shown() -> None:
    """Cells link PNG for GitHub; a picture without SVG is shown itself."""
    pictures = {name: f"/{name}" for name in ("images/a.png", "images/a.svg", "images/b.png")}
    made = render_markdown("![a](images/a.png) ![b](images/b.png) ![c](images/c.png)", pictures)
    assert re.findall('src="([^"]*)"', made) == ["/images/a.svg", "/images/b.png"]


def test_html_that_is_left_open_is_closed() -> None:
    """An open element would go on in the cells below."""
    made = render_markdown("<details><summary>a\n\n**b** <b>c", {})
    assert made.endswith("<b>c</b></p>\n</summary></details>")
    assert render_markdown("<b>a *x</b>*", {}) == "<p><b>a <em>x</em></b></p>\n"
    assert render_markdown("* <b>a\n* c</b>", {}) == "<ul>\n<li><b>a</b></li>\n<li>c</li>\n</ul>\n"
    assert render_markdown("</div></b>a", {}).strip() == "a"


def test_what_prose_may_hold_is_kept() -> None:
    """The elements and attributes that `course check` allows reach the page."""
    text = '<details open>\n<summary lang="en">a</summary>\n\nH<sub>2</sub>O\n\n</details>'
    made = render_markdown(text, {})
    for piece in ('<details open="">', '<summary lang="en">', "H<sub>2</sub>O", "</details>"):
        assert piece in made
    assert {"lang", "open"} <= ATTRIBUTES


def test_a_formula_that_is_none_is_shown_as_it_is_written() -> None:
    """A translator sees what is wrong, and all else goes on."""
    for text in (r"\left(", "{", "x^2^3", "a" * 3000):
        made = render_markdown(f"a ${text}$ b", {})
        assert f">{text}</code> b" in made
        assert 'class="bad"' in made


def test_the_policy_admits_the_page_s_own_script_and_style_only(polish: Served) -> None:
    """They are named by their hash, so that no other can be told to be one of them."""
    answer = polish.ask("/")
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";")
    )
    for tag in ("script", "style"):
        (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", answer.text, re.DOTALL)
        digest = b64encode(sha256(text.encode()).digest()).decode()
        assert policy[f"{tag}-src"] == f"'sha256-{digest}'"
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert policy["img-src"] == "'self' data:"
    for name in ("base-uri", "form-action", "frame-ancestors"):
        assert policy[name] == "'none'"
    page = re.sub("<(script|style)>.*?</", "</", answer.text, flags=re.DOTALL)
    assert not re.findall(r'<[^>]* (?:style|on\w+)="', page)


@pytest.mark.parametrize("path", ["/", "/version", "/images/cat.svg", "/nothing"])
def test_every_answer_keeps_other_sites_out(polish: Served, path: str) -> None:
    """No answer can be framed, embedded, taken for another type, or kept."""
    headers = polish.ask(path).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in headers
    if path != "/":
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "sandbox" in headers["Content-Security-Policy"]  # a picture can hold scripts


@pytest.mark.parametrize("host", ["example.org", "example.org:PORT", "127.0.0.1", "", None])
def test_another_host_s_name_is_refused(polish: Served, host: str | None) -> None:
    """A site that has its own name point to this machine reads nothing."""
    host = "\t" if host == "" else host and host.replace("PORT", str(polish.port))
    for path in ("/", "/version", "/images/cat.svg"):
        answer = polish.ask(path, host=host)
        assert answer.status == 403
        assert b"Koty" not in answer.body


def test_this_machine_s_name_is_answered(polish: Served) -> None:
    """People type it."""
    assert polish.ask("/", host=f"localhost:{polish.port}").status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "HEAD", "TRACE"])
def test_only_reading_is_answered(polish: Served, method: str) -> None:
    """There is nothing to send."""
    answer = polish.ask("/", method)
    assert answer.status in (405, 501)
    assert b"Koty" not in answer.body


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/course.toml",
            "/helper.py",
            "/notebooks/01-cats-ink.ipynb",
            "/translations/pl/01-cats.md",
        ),
        *("/images/", "/images", "/images/../course.toml", "/images/../../course.toml"),
        *("/images/%2e%2e/%2e%2e/course.toml", "/images/..%2f..%2fcourse.toml", "/../course.toml"),
        *(
            "//etc/passwd",
            "/images//etc/passwd",
            "/images/%00",
            "/images/cat.svg%00",
            "/images/cat.svg/",
        ),
        *("/images/..\\..\\course.toml", "/images/link.svg", "/images/linked/01-cats.md", "*"),
        *(
            "http://example.org/",
            "/images/.hidden/../cat.svg",
            "/images/notes.txt",
            "/%ff",
            "/?/..",
        ),
    ],
)
def test_only_pages_and_pictures_are_sent(root: Path, polish: Served, path: str) -> None:
    """What a request names is never looked for in the file system."""
    images = root / "notebooks" / "images"
    (images / "notes.txt").write_text("secret", encoding="utf-8")
    (images / "link.svg").symlink_to(root / "course.toml")
    (images / "linked").symlink_to(root / "translations" / "pl")
    answer = polish.ask(path)
    if path == "/?/..":
        assert answer.status == 200  # the page; it keeps its switches behind the question mark
    else:
        assert answer.status == 404
        assert len(answer.body) < 1000


def test_it_listens_on_this_machine_only(polish: Served) -> None:
    """Nobody on the network sees a draft."""
    listening = [
        item.laddr.ip
        for item in psutil.Process().net_connections("all")
        if item.status == psutil.CONN_LISTEN and item.laddr.port == polish.port
    ]
    assert listening == ["127.0.0.1"]


def test_a_browser_that_leaves_early_is_no_error(polish: Served) -> None:
    """Nothing is shown; the fixture holds that there was no error."""
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", polish.port)) as connection:
            request = f"GET / HTTP/1.0\r\nHost: 127.0.0.1:{polish.port}\r\n\r\n"
            connection.sendall(request.encode())
            # Closing with bytes unread resets the connection.
            connection.recv(1)
    assert "Koty" in polish.get()
