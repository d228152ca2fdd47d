"""What the server answers about a translation's cells, and what it accepts."""

from course.formats.translation import hash_source
from tests.fixtures.lab import FILE, INK, User, kept, translated
from tests.fixtures.server import added, removed
from tests.fixtures.tiny import english


def test_the_report_says_how_each_cell_is(user: User) -> None:
    """Status, line, English, and the findings of `course check` with their remedies."""
    report = user.report(INK)
    assert report["path"] == INK
    assert report["locale"] == {"id": "pl", "name": "polski", "direction": "ltr"}
    assert (report["lesson"], report["framework"], report["file"]) == ("01-cats", "ink", FILE)
    statuses = {name: one["status"] for name, one in report["cells"].items()}
    assert statuses == {
        "title": "reviewed",
        "pair-ink": "machine",
        "picture": "translated",
        "food": "missing",
        "end": "stale",
    }
    assert report["counts"] == dict.fromkeys(
        ("missing", "stale", "machine", "translated", "reviewed"), 1
    )
    lines = (user.root / FILE).read_text(encoding="utf-8").split("\n")
    assert lines[report["cells"]["picture"]["line"] - 1].startswith("<!-- cell picture ")
    food = report["cells"]["food"]
    assert (food["line"], food["english"]) == (None, english("01-cats")["food"])
    assert "<li>one</li>" in food["english_html"]
    assert 'src="/files/pl/images/cat.svg"' in report["cells"]["picture"]["english_html"]
    assert user.ask("files/pl/images/cat.svg").status == 200
    (found,) = food["findings"]
    assert (found["code"], found["severity"]) == ("missing", "error")
    assert found["remedy"]
    info = user.ask("course/api/info").json
    assert INK in info["views"]
    assert info["source"] == "en"
    assert info["locales"]["ar"]["direction"] == "rtl"
    assert info["locales"]["en"]["words"]["stale"] == "Outdated"
    assert "en/01-cats-ink.ipynb" not in info["views"]
    for path in ("pl/none.ipynb", "en/01-cats-ink.ipynb", "pl", "", "../x"):
        assert user.ask(f"course/api/view?path={path}").status == 404


def test_findings_follow_a_save(user: User) -> None:
    """What a save has damaged is told at its cell, and no more once it is mended."""
    tab = user.open(INK)
    whole = tab.text("picture")
    tab.type("picture", "## Jak wygląda\n\nBez obrazka.")
    tab.save()
    found = user.report(INK)["cells"]["picture"]["findings"]
    assert "image" in {one["code"] for one in found}
    assert all(one["remedy"] and one["message"] and one["line"] for one in found)
    tab.type("picture", whole)
    tab.save()
    assert user.report(INK)["cells"]["picture"]["findings"] == []


def test_a_stale_cell_shows_what_changed_and_is_accepted_by_one_action(user: User) -> None:
    """The word diff comes out of the history; then it says what the English says today."""
    old = english("01-cats")["title"]
    for path in (user.root / "notebooks").glob("01-*.ipynb"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("It hunts at dawn", "It <hunts> & eats"), encoding="utf-8")
    tab = user.open(INK)
    shown = user.report(INK)["cells"]["title"]
    assert shown["status"] == "stale"
    assert "hunts<ins>&gt;</ins> <del>at</del><ins>&amp;</ins>" in shown["diff_html"]
    tab.type("title", tab.text("title") + " I je.")
    tab.save()
    assert translated(user).get("title").source == hash_source(old)
    answer = user.accept(INK, "title")
    assert (answer.status, answer.json["cells"]["title"]["status"]) == (200, "translated")
    assert translated(user).get("title").source != hash_source(old)
    assert user.accept(INK, "title", reviewed=True).json["cells"]["title"]["status"] == "reviewed"
    assert translated(user).get("title").text.endswith("I je.")
    assert not tab.conflict(), "the text is the same"
    tab.type("title", tab.text("title") + " I śpi.")
    tab.save()
    assert translated(user).get("title").state == "reviewed"
    assert kept(user) == ""


def test_a_draft_becomes_a_persons_by_accepting_it(user: User) -> None:
    """And nothing but its marker changes."""
    assert user.accept(INK, "pair-ink").json["cells"]["pair-ink"]["status"] == "translated"
    assert len(added(user)) == len(removed(user)) == 1
    assert removed(user)[0].replace(" state=machine", "") == added(user)[0]


def test_what_is_not_translated_is_not_accepted(user: User) -> None:
    """Nor is a cell that there is none of, or a body that says nothing."""
    for name, status in (("food", 400), ("none", 400), ("code-title", 400), ("", 400)):
        answer = user.accept(INK, name)
        assert (answer.status, bool(answer.message)) == (status, True)
    assert user.ask("course/api/accept", "POST", {"path": INK}).status == 400
    assert user.ask("course/api/accept", "POST", [1]).status == 400
    assert user.ask("course/api/accept", "POST", {"path": "pl/x", "cell": "end"}).status == 404
    assert user.changed() == []


def test_hostile_texts_are_shown_as_text(user: User) -> None:
    """The English and its changes are HTML that does nothing."""
    for path in (user.root / "notebooks").glob("01-*.ipynb"):
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("It hunts", "<img src=x onerror=alert(1)> It"), encoding="utf-8"
        )
    shown = user.report(INK)["cells"]["title"]
    for key in ("english_html", "diff_html"):
        assert "<img" not in shown[key]
        assert "&lt;img" in shown[key]
