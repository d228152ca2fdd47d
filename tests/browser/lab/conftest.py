"""JupyterLab as `course lab --translate` starts it, on a tiny course, used in a real Chromium."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.fixtures import tiny
from tests.fixtures.browser import chromium
from tests.fixtures.lab import INK, TOKEN, User, commit, settle, started

ROOT = Path(__file__).parents[3]
PATIENCE = 20_000  # milliseconds that anything may take on a busy machine
expect.set_options(timeout=PATIENCE)
OLD_END = "Read on."  # what the Polish of the cell `end` was made from
ACTIVE = re.compile(r"\bjp-mod-active\b")
EXPECTED = (
    "Showing error:",  # of what a dialog says
    "nie można",  # refused, and not caught by JupyterLab
    "nic nie zapisano",
    "merge conflict not resolved",
    "Cannot execute key binding",  # of cells that can't be deleted
    "the server responded with a status of 4",  # of refusals, which Chromium tells of itself
    "Last saving performed",  # JupyterLab says so before it asks
    "is taking too long to activate",  # JupyterLab's word for a busy machine, and when it is over
    "ms to activate",
    "Different hash found",
    "WebSocket is closed before",  # of a window that is closed while its kernel starts
    "Comm not found",  # of a kernel that two windows use
)
OLD = version("jupyterlab").startswith("4.4.")
if OLD:
    # Of its table of contents, when a cell comes into view before its headings are known.
    EXPECTED += ("properties of undefined (reading 'type')",)


# JupyterLab shows a notebook, then asks for its checkpoint, which is made at the first opening, and
# then clears the history of what can be undone, with what a user has done meanwhile.
LOADED = """() => jupyterapp.shell.currentWidget?.content?.model?.sharedModel
    .undoManager?.undoStack.length === 0"""


@dataclass
class Screen:
    """A window of JupyterLab: what a user does in it, and what it complained of."""

    page: Page
    user: User
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str = INK, wait: bool = True) -> "Screen":
        """Load JupyterLab anew, with one notebook."""
        address = f"http://127.0.0.1:{self.user.port}/lab/tree/{path}?reset&token={TOKEN}"
        self.page.goto(address)
        if wait:
            expect(self.page.locator(".course-bar").first).to_be_visible()
            self.page.wait_for_function(LOADED)
        else:
            expect(self.page.locator(".jp-NotebookPanel .jp-Cell").first).to_be_visible()
        return self

    def open_more(self, path: str) -> None:
        """Open another notebook beside the one that is open."""
        self.command("docmanager:open", {"path": path})
        expect(
            self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .course-bar").first
        ).to_be_visible()

    def show(self, path: str) -> None:
        """Bring an open notebook to the front."""
        self.command("docmanager:open", {"path": path})
        self.page.wait_for_function(
            "path => jupyterapp.shell.currentWidget?.context?.path === path", arg=path
        )

    def command(self, name: str, arguments: dict | None = None) -> None:
        """Run a command, as from the palette or a menu."""
        self.page.evaluate(
            "([id, args]) => jupyterapp.commands.execute(id, args).then(() => {})",
            [name, arguments or {}],
        )

    @property
    def front(self) -> Locator:
        """The notebook that is seen."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def cell(self, name: str) -> Locator:
        """A cell of the lesson; the last piece of one that was split."""
        return self.front.locator(f'.jp-Cell[data-course="{name}"]').last

    def notes(self) -> Locator:
        """The cells that are the user's own."""
        return self.front.locator('.jp-Cell[data-course="note"]')

    def select(self, cell: str | Locator) -> Locator:
        """Make a cell the active one, in command mode."""
        found = self.cell(cell) if isinstance(cell, str) else cell
        found.evaluate(
            """node => {
                 const panels = [...jupyterapp.shell.widgets("main")];
                 const panel = panels.find(one => one.node.contains(node));
                 jupyterapp.shell.activateById(panel.id);
                 const notebook = panel.content;
                 const at = notebook.widgets.findIndex(cell => cell.node === node);
                 notebook.deselectAll();
                 notebook.activeCellIndex = at;
                 notebook.mode = "command";
                 notebook.activate();
                 return notebook.scrollToItem(at, "smart");
               }"""
        )
        expect(found).to_have_class(ACTIVE)
        return found

    def kernel(self) -> None:
        """Wait until the kernel of the notebook in front can run something."""
        self.page.wait_for_function(
            "() => jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
        )

    def edit(self, cell: str | Locator) -> None:
        """Put the cursor into a cell; again, if JupyterLab gives the focus to another meanwhile."""
        for patience in (2000, 2000, PATIENCE):
            found = self.select(cell)
            self.page.keyboard.press("Enter")
            with suppress(AssertionError if patience < PATIENCE else ()):
                expect(found.locator(".cm-focused")).to_be_visible(timeout=patience)
                return

    def write(self, cell: str | Locator, text: str, render: bool = True) -> None:
        """Replace the text of a cell by typing."""
        self.edit(cell)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Backspace")
        self.page.keyboard.insert_text(text)
        self.page.wait_for_function(
            "text => jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel"
            ".getSource() === text",
            arg=text,
        )
        if render:
            self.page.keyboard.press("Control+Enter")

    def save(self, clean: bool = True) -> None:
        """Save with the keyboard, and wait until the extension has asked what there is to say.

        JupyterLab does not save again before the checkpoint of a save is made.
        """
        with (
            self.page.expect_response(lambda answer: "course/api/view" in answer.url),
            self.page.expect_response(
                lambda answer: "/checkpoints" in answer.url and answer.request.method == "POST"
            ),
        ):
            self.page.keyboard.press("Control+S")
        if clean:
            self.assert_clean()

    def text(self, name: str) -> str:
        """Return the text of a cell of the lesson as the notebook in front holds it."""
        return next(item["source"] for item in self.cells() if item["name"] == name)

    def cells(self) -> list[dict]:
        """Return the cells of the notebook in front: type, text, id, and what they are to us."""
        return self.page.evaluate(
            """() => [...jupyterapp.shell.currentWidget.content.model.cells].map(cell => ({
                 type: cell.type, id: cell.id, source: cell.sharedModel.getSource(),
                 name: cell.getMetadata("course")?.id ?? "",
                 kind: cell.getMetadata("course")?.kind ?? ""}))"""
        )

    def assert_clean(self, clean: bool = True) -> None:
        """Hold that JupyterLab takes the notebook in front for saved, or for unsaved."""
        self.page.wait_for_function(
            "clean => jupyterapp.shell.currentWidget.context.model.dirty === !clean", arg=clean
        )

    def ask(self, name: str, arguments: dict | None = None) -> None:
        """Run a command that asks something, and do not wait for its end."""
        self.page.evaluate(
            "([id, args]) => void jupyterapp.commands.execute(id, args)", [name, arguments or {}]
        )

    def item(self, name: str) -> Locator:
        """A file or folder in the file browser."""
        shown = self.page.locator(".jp-DirListing-itemText", has_text=name)
        return self.page.locator(".jp-DirListing-item", has=shown).first

    def names(self) -> list[str]:
        """Return what the file browser lists."""
        return [
            one.strip() for one in self.page.locator(".jp-DirListing-itemText").all_inner_texts()
        ]

    def dialog_says(self, *words: str) -> None:
        """Hold that JupyterLab shows a dialog in which these words stand, and close it."""
        for word in words:
            expect(self.page.locator(".jp-Dialog")).to_contain_text(word)
        self.page.locator(".jp-Dialog button").last.click()

    def dialog(self, button: str) -> None:
        """Answer JupyterLab's question."""
        self.page.locator(".jp-Dialog button", has_text=button).click()
        expect(self.page.locator(".jp-Dialog")).to_have_count(0)

    def dialog_of_lost_server(self) -> None:
        """Wait until JupyterLab misses its server, and have it say so once; else it says so
        whenever it asks in vain, in the middle of what is being typed."""
        expect(self.page.locator(".jp-Dialog-checkbox")).to_be_visible(timeout=3 * PATIENCE)
        self.page.locator(".jp-Dialog-checkbox input").check()
        self.page.locator(".jp-Dialog button").last.click()
        expect(self.page.locator(".jp-Dialog")).to_have_count(0)

    def says(self, text: str) -> None:
        """Hold that a notification says something."""
        expect(self.page.locator(".Toastify__toast", has_text=text).first).to_be_visible()

    def assert_quiet(self) -> None:
        """Hold that nothing was complained of."""
        assert [one for one in self.complaints if not any(it in one for it in EXPECTED)] == []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, once for all tests."""
    with chromium() as started_browser:
        yield started_browser


def write_course(root: Path) -> Path:
    """Write the tiny course into a repository that knows an older English of one cell."""
    tiny.write_course(root)
    for name in ("pl", "ar"):  # the words of the interface
        shutil.copy(ROOT / f"translations/{name}/strings.toml", root / f"translations/{name}")
    english = json.dumps(tiny.english("01-cats")["end"])[1:-1]
    books = list((root / "notebooks").glob("01-cats-*.ipynb"))
    today = {path: path.read_text(encoding="utf-8") for path in books}
    for path, text in today.items():
        assert english in text
        path.write_text(text.replace(english, OLD_END), encoding="utf-8")
    commit(root)
    for path, text in today.items():
        path.write_text(text, encoding="utf-8")
    commit(root)
    return root


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[User]:
    """The server of a translator, with all languages of the tiny course."""
    root = write_course(tmp_path_factory.mktemp("lab") / "course")
    settle(root)
    with started(root, "--translate", "--locale", "pl") as user:
        yield user


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> dict[str, BrowserContext]:
    """Users of the browser, by what is particular to them; what one has loaded it keeps."""
    return {}


@pytest.fixture
def screen(browser: Browser, contexts: dict[str, BrowserContext], server: User):
    """Open windows on a course that is as it was; `screen()`, `screen(width=700)`."""
    refresh(server)
    yield from windows(browser, contexts, server)


def windows(browser: Browser, contexts: dict[str, BrowserContext], user: User):
    """Yield what opens windows, and hold in the end that they did not complain."""
    opened: list[Screen] = []

    def start(width: int = 1400, height: int = 1000, **options) -> Screen:
        key = json.dumps(options, sort_keys=True)
        if key not in contexts:
            contexts[key] = browser.new_context(**options)
            contexts[key].grant_permissions(["clipboard-read", "clipboard-write"])
        page = contexts[key].new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(PATIENCE)
        made = Screen(page, user)
        page.on(
            "console",
            lambda said: said.type in ("error", "warning") and made.complaints.append(said.text),
        )
        page.on("pageerror", lambda error: made.complaints.append(f"uncaught: {error.stack}"))
        opened.append(made)
        return made

    yield start
    for one in opened:
        one.page.close()
    for one in opened:
        one.assert_quiet()


def refresh(user: User) -> None:
    """Bring a course back to what was committed, and forget what its tabs and notes were."""
    for session in user.ask("api/sessions").json:
        user.ask(f"api/sessions/{session['id']}", "DELETE")
    subprocess.run(["git", "-C", str(user.root), "checkout", "--quiet", "--force", "."], check=True)
    subprocess.run(["git", "-C", str(user.root), "clean", "-fdq"], check=True)
    for name in ("kept", "translate/.notes", "translate/.checkpoints"):
        shutil.rmtree(user.root / "workspace" / name, ignore_errors=True)
    (user.root / "workspace/translate/.tabs.json").unlink(missing_ok=True)
