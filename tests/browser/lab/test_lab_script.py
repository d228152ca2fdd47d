"""A scripted user of the interface: two windows, both notebooks of a lesson, 200 random actions."""

import random
import re

import pytest

from tests.fixtures.lab import CHALK, FILE, INK, kept, notes, translated

WORD = re.compile(r"słowo\d+x")
ACTIONS = {
    "type": 60,
    "save": 40,
    "split": 14,
    "paste": 14,
    "move": 12,
    "merge": 12,
    "undo": 12,
    "redo": 6,
    "retype": 8,
    "delete": 8,
    "insert": 6,
    "join": 4,
    "revert": 4,
}
KEEPING = {"split", "paste", "move", "merge", "retype", "insert", "join"}  # whatever is on the page
PLACE = """at => {
  const notebook = jupyterapp.shell.currentWidget.content;
  notebook.deselectAll();
  notebook.activeCellIndex = at;
  notebook.mode = "command";
  notebook.activate();
}"""
CURSOR = """async share => {
  const notebook = jupyterapp.shell.currentWidget.content;
  const cell = notebook.activeCell;
  await cell.ready;
  if (cell.model.type === "markdown") cell.rendered = false;
  notebook.mode = "edit";
  cell.editor.focus();
  const text = cell.model.sharedModel.getSource();
  let at = Math.floor(share * (text.length + 1));
  while (at && /\\w|[^ -~]/.test(text[at - 1])) at -= 1;
  cell.editor.setCursorPosition(cell.editor.getPositionAt(at));
}"""
QUIET = """async () => {
  const look = () => JSON.stringify([...jupyterapp.shell.currentWidget.content.model.cells]
    .map(cell => [cell.id, cell.type, cell.sharedModel.getSource(), cell.getMetadata("course")]));
  for (let before = "", quiet = 0; quiet < 3; await new Promise(go => setTimeout(go, 20))) {
    const now = look();
    quiet = now === before ? quiet + 1 : 0;
    before = now;
  }
}"""


@pytest.mark.parametrize("seed", [5])
def test_after_two_hundred_actions_only_edited_prose_differs_and_nothing_is_lost(
    screen, server, seed
):
    """No save loses a word of its own page or of another; markers and other cells stay."""
    before = translated(server)
    script = Script([screen().open(INK), screen().open(INK)], server, random.Random(seed))
    for _ in range(200):
        script.act()
    for number, path in script.tabs:
        script.go(number, path)
        script.save("Nadpisz")
    after = translated(server)
    assert not after.problems
    for old in before.cells:
        new = after.get(old.id)
        if old.id in script.edited:
            assert new.raw.split("\n")[0] == old.raw.split("\n")[0], old.id
        else:
            assert new.raw == old.raw, old.id
    assert {one.id for one in after.cells} - {one.id for one in before.cells} <= {"food"}
    assert script.saves > 20
    assert len(script.stored() | script.given_up) > 10


class Script:
    """Somebody who does anything; after each action it is held that nothing was lost by it."""

    def __init__(self, windows, user, chance):
        self.windows, self.user, self.chance = windows, user, chance
        self.tabs = [(number, path) for number in (0, 1) for path in (INK, CHALK)]
        self.seen = {tab: set() for tab in self.tabs}  # words that its user has had on the page
        self.given_up: set[str] = set()  # words that somebody has deleted and saved
        self.edited: set[str] = set()
        self.count = self.saves = 0
        for number, path in self.tabs:
            self.windows[number].open_more(path)

    def go(self, number, path):
        """Bring a tab to the front."""
        self.tab, self.window = (number, path), self.windows[number]
        self.window.page.bring_to_front()
        self.window.show(path)

    def act(self):
        """Do one thing in one tab."""
        self.go(*self.chance.choice(self.tabs))
        words = self.page()
        self.seen[self.tab] |= words
        [name] = self.chance.choices(list(ACTIONS), ACTIONS.values())
        cells = self.window.cells()
        at = self.chance.randrange(len(cells))
        self.window.page.evaluate(PLACE, at)
        self.save() if name == "save" else getattr(self, name)(cells[at])
        self.window.page.evaluate(QUIET)
        self.seen[self.tab] |= self.page()
        if name in KEEPING:
            assert words - self.page() == set(), (name, cells[at])

    def page(self) -> set[str]:
        """Return the words on the page in front."""
        return set(WORD.findall("\n".join(cell["source"] for cell in self.window.cells())))

    def stored(self) -> set[str]:
        """Return the words in the translation, the notes and the kept texts."""
        texts = [(self.user.root / FILE).read_text(encoding="utf-8"), kept(self.user)]
        texts += [notes(self.user), notes(self.user, "01-cats-chalk")]
        return set(WORD.findall("\n".join(texts)))

    def run(self, command):
        self.window.command(f"notebook:{command}")

    def mark(self, cell):
        self.edited.add(cell["name"])

    def type(self, cell):
        """Type a word, with the keyboard; into code it must not go."""
        self.count += 1
        word = f"słowo{self.count}x"
        self.window.page.evaluate(CURSOR, self.chance.random())
        self.window.page.keyboard.insert_text(f" {word} ")
        self.window.page.evaluate(QUIET)
        assert (word in self.page()) == (cell["kind"] != "code"), cell
        self.mark(cell)
        if self.chance.random() < 0.5:
            self.window.page.keyboard.press("Control+Enter")
        else:
            self.window.page.keyboard.press("Escape")

    def split(self, cell):
        self.window.page.evaluate(CURSOR, self.chance.random())
        self.run("split-cell-at-cursor")
        self.mark(cell)

    def paste(self, cell):
        """Copy a cell, of this notebook or of another one, and paste it somewhere."""
        self.run("copy-cell")
        count = len(self.window.cells())
        self.window.page.evaluate(PLACE, self.chance.randrange(count))
        self.run(
            self.chance.choice(["paste-cell-below", "paste-cell-above", "paste-and-replace-cell"])
        )

    def move(self, cell):
        self.run(self.chance.choice(["move-cell-up", "move-cell-down"]))

    def merge(self, cell):
        if self.chance.random() < 0.3:
            self.run("extend-marked-cells-below")
            self.run("merge-cells")
        else:
            self.run(self.chance.choice(["merge-cell-above", "merge-cell-below"]))
        named = [one["name"] for one in self.window.cells()]
        self.edited |= {name for name in named if named.count(name) > 1}

    def undo(self, cell):
        if self.chance.random() < 0.5:
            self.window.page.evaluate(CURSOR, 0)
            self.window.page.keyboard.press("Control+Z")
            self.mark(cell)
        else:
            self.run("undo-cell-action")

    def redo(self, cell):
        self.run("redo-cell-action")

    def retype(self, cell):
        if cell["kind"] == "markdown":  # of code JupyterLab asks
            self.run(self.chance.choice(["change-cell-to-code", "change-cell-to-raw"]))

    def delete(self, cell):
        self.run(self.chance.choice(["delete-cell", "cut-cell"]))

    def insert(self, cell):
        self.run(self.chance.choice(["insert-cell-above", "insert-cell-below"]))

    def join(self, cell):
        self.window.command("course:join")

    def revert(self, cell):
        """Load the notebook from disk again; what was not saved is given up."""
        asks = self.window.page.evaluate("jupyterapp.shell.currentWidget.context.model.dirty")
        with self.window.page.expect_response(lambda answer: "course/api/view" in answer.url):
            self.window.ask("docmanager:reload")
            if asks:
                self.window.page.locator(".jp-Dialog button").last.click()

    def save(self, answer=""):
        """Save; hold that all of the page is stored, and all of others that it did not know."""
        before, page = self.stored(), self.page()
        self.seen[self.tab] |= page
        heard: set[str] = set()

        def hear(one):
            """Remember that the report has come, and that the checkpoint is made."""
            if one.request.method == "POST" or "course/api" in one.url:
                heard.update(re.findall("course/api/view|checkpoints", one.url))

        self.window.page.on("response", hear)
        self.window.page.keyboard.press("Control+S")
        dialog = self.window.page.locator(".jp-Dialog")
        wanted = {"course/api/view", "checkpoints"}
        while not wanted <= heard:
            if dialog.count():
                button = answer or self.chance.choice(["Nadpisz", "Nadpisz", "Przywróć"])
                wanted -= {"checkpoints"} if button == "Przywróć" else set()
                dialog.get_by_role("button", name=button).click()
            self.window.page.wait_for_timeout(20)
        self.window.page.remove_listener("response", hear)
        self.window.assert_clean()
        self.saves += 1
        after = self.stored()
        self.given_up |= before - after
        lost = before - after - (self.seen[self.tab] - page)
        assert lost == set(), (lost, page)
        if "checkpoints" in wanted:  # else: loaded from disk
            assert page - after <= self.given_up
        assert set(self.user.changed()) <= {FILE}
