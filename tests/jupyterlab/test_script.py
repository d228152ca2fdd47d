"""A scripted user: after two hundred actions only edited prose differs."""

import random
import re

import pytest

from tests.fixtures.lab import CHALK, FILE, INK, Tab, User, kept, notes, translated


@pytest.mark.parametrize("seed", [1, 2])
def test_after_two_hundred_actions_only_edited_prose_differs_and_nothing_is_lost(
    user: User, seed: int
) -> None:
    """Edits, splits, pastes, moves, deletions, saves and reloads in three tabs of two views."""
    before = translated(user)
    script = Script(user, random.Random(seed))
    for _ in range(200):
        script.act()
    for tab in script.tabs:
        script.save(tab)
    assert set(user.changed()) <= {FILE}
    after = translated(user)
    assert not after.problems
    for old in before.cells:
        if old.id not in script.edited:
            assert after.get(old.id).raw == old.raw, old.id
        else:
            assert after.get(old.id).raw.split("\n")[0] == old.raw.split("\n")[0]
    assert {one.id for one in after.cells} - {one.id for one in before.cells} <= {"food"}
    everything = "\n".join(
        [(user.root / FILE).read_text(encoding="utf-8"), kept(user), notes(user)]
        + [notes(user, "01-cats-chalk")]
    )
    assert [word for word in sorted(script.typed) if word not in everything] == []
    assert len(script.typed) > 20


WORD = re.compile(r"słowo\d+x")


class Script:
    """A user who does anything, and remembers which words were typed and not taken back."""

    def __init__(self, user: User, chance: random.Random) -> None:
        self.user, self.chance = user, chance
        self.tabs = [user.open(INK), user.open(INK), user.open(CHALK)]
        self.typed: set[str] = set()
        self.fresh: list[set[str]] = [set(), set(), set()]  # since the last save of each tab
        self.edited: set[str] = set()
        self.count = 0

    def act(self) -> None:
        """Do one thing in one tab."""
        number = self.chance.randrange(3)
        tab = self.tabs[number]
        actions = [self.edit] * 6 + [self.save] * 2
        actions += [self.split, self.add, self.paste, self.move, self.delete, self.change_code]
        actions += [self.reload]
        self.chance.choice(actions)(tab)

    def word(self, tab: Tab) -> str:
        """Return a word that nobody has typed before."""
        self.count += 1
        word = f"słowo{self.count}x"
        self.typed.add(word)
        self.fresh[self.tabs.index(tab)].add(word)
        return word

    def forget(self, tab: Tab, words: set[str]) -> None:
        """Take back words that stand on no other page."""
        pages = [item["source"] for other in self.tabs if other is not tab for item in other.cells]
        self.typed -= {word for word in words if not any(word in page for page in pages)}

    def edit(self, tab: Tab) -> None:
        cells = tab.of_kind("markdown") + tab.of_kind("note")
        item = self.chance.choice(cells)
        at = self.chance.randrange(len(item["source"]) + 1)
        while at and re.match(r"\w", item["source"][at - 1 : at]):
            at -= 1  # not within a word
        item["source"] = f"{item['source'][:at]} {self.word(tab)} {item['source'][at:]}"
        self.edited.add(item["metadata"]["course"].get("id", ""))

    def split(self, tab: Tab) -> None:
        item = self.chance.choice(tab.of_kind("markdown"))
        if item["id"] == item["metadata"]["course"]["id"]:
            blank = [match.start() for match in re.finditer(r"\s", item["source"])]
            tab.split(item["id"], self.chance.choice([*blank, 0, len(item["source"])]))
            self.edited.add(item["id"])

    def add(self, tab: Tab) -> None:
        kind = self.chance.choice(["markdown", "code", "raw"])
        tab.insert(self.chance.randrange(len(tab.cells) + 1), kind, self.word(tab))

    def paste(self, tab: Tab) -> None:
        item = self.chance.choice(self.chance.choice(self.tabs).cells)
        tab.paste(item, self.chance.randrange(len(tab.cells) + 1))
        self.fresh[self.tabs.index(tab)] |= set(WORD.findall(item["source"])) & self.typed

    def move(self, tab: Tab) -> None:
        item = tab.cells.pop(self.chance.randrange(len(tab.cells)))
        tab.cells.insert(self.chance.randrange(len(tab.cells) + 1), item)

    def delete(self, tab: Tab) -> None:
        item = self.chance.choice(tab.cells)
        words = set(WORD.findall(item["source"]))
        name = item["metadata"].get("course", {}).get("id")
        alike = [one for one in tab.cells if one["metadata"].get("course", {}).get("id") == name]
        if item["id"] == name and len(alike) == 1 and item in tab.of_kind("markdown"):
            self.forget(tab, words & self.fresh[self.tabs.index(tab)])  # what was saved stays
        else:
            self.typed -= words  # a note or a piece, from all pages
        tab.cells.remove(item)

    def change_code(self, tab: Tab) -> None:
        cells = tab.of_kind("code")
        if cells:
            self.chance.choice(cells)["source"] += f"\n{self.word(tab)}"

    def save(self, tab: Tab) -> None:
        tab.save()
        self.fresh[self.tabs.index(tab)] = set()

    def reload(self, tab: Tab) -> None:
        if self.chance.random() < 0.7:
            self.save(tab)
        number = self.tabs.index(tab)
        self.forget(tab, self.fresh[number])
        self.fresh[number] = set()
        tab.reload()
