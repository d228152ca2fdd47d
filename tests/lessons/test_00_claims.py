"""The claims of "Start here", and its map: what it says of the course is true."""

import hashlib
import math
import re
from collections import Counter
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np

from tests.claims import NOTEBOOKS, claim_tests, code_cells
from tests.lessons.test_notebooks import COURSE

LESSON = "00-start"


class Instead:
    """A module with other members in place of some."""

    def __init__(self, module, **members):
        self.module, self.members = module, members

    def __getattr__(self, name):
        return self.members[name] if name in self.members else getattr(self.module, name)


def stories(whole):
    """Return one story, whose surprise as a `whole` is given."""
    return {"stories": [{"surprises": [1.0, 0.5, 0.0], "surprise": whole}]}


def news(text, dataset="demo", train_size=None):
    """Return one training text, and the settings that it was loaded with."""
    settings = {"dataset": dataset, "train_size": train_size, "guess": 0.1}
    return settings | {"train": [(1, text)], "Counter": Counter}


def generator(seed_of):
    """Return numpy with generators that take another seed than the one asked for."""
    random = Instead(np.random, default_rng=lambda seed: np.random.default_rng(seed_of(seed)))
    return {"np": Instead(np, random=random)}


NOISE = np.random.default_rng(0)
SHORT = SimpleNamespace(
    sha256=lambda code: SimpleNamespace(hexdigest=lambda: f"{len(code)} characters")
)

# For each claim cell: what it is about, and what denies it.
CASES = {
    "claim-answers": (
        {"math": math},
        {
            "a wrong sum of logarithms": {"math": Instead(math, log=math.log1p)},
            "another dot product": {"math": math, "np": Instead(np, dot=lambda a, b: len(a))},
        },
    ),
    "same-seed": (
        {},
        {"one seed for all": generator(lambda seed: 0), "no seed": generator(lambda seed: None)},
    ),
    "hashes": ({"hashlib": hashlib}, {"a hash of the length alone": {"hashlib": SHORT}}),
    "shapes": ({}, {"no softmax": {"np": Instead(np, exp=lambda z: NOISE.random(z.shape))}}),
    "known-truth": (stories(1.5), {"another probability": stories(1.6)}),
    "predict-truth": (
        news("the owl and the owl and"),
        {
            "rare words": news("an owl and the bat"),
            "real news without rare words": news("owl owl", "ag_news", 20_000),
        },
    ),
}

test_every_claim_has_a_case, test_a_claim_holds, test_a_claim_can_fail = claim_tests(LESSON, CASES)


def required():
    """Return the arrows of the map by course.toml: pairs of numbers of lessons."""
    return {(before[:2], lesson.id[:2]) for lesson in COURSE.lessons for before in lesson.requires}


def test_the_dictionary_of_the_map_is_that_of_the_course():
    """With every lesson but this page, and what it requires."""
    space = {}
    exec(code_cells(LESSON)["python", "ways"], space)
    numbers = [lesson.id[:2] for lesson in COURSE.lessons if lesson.id != LESSON]
    assert list(space["requires"]) == numbers
    assert {(before, number) for number, before in space["requires"].items() if before} == (
        required()
    )


def test_the_picture_of_the_map_has_the_same_arrows():
    """Each leads from the circle that it begins at to the one that it ends at."""
    root = ElementTree.parse(NOTEBOOKS / "images" / LESSON / "map.svg").getroot()
    items = list(root.iter())
    numbers = [item.text for item in items if item.tag.endswith("}text")]
    circles = [item for item in items if item.tag.endswith("}circle")]
    places = [(float(item.get("cx")), float(item.get("cy"))) for item in circles]
    assert len(numbers) == len(places) == len(COURSE.lessons) - 1
    arrows = set()
    for item in items:
        if item.get("marker-end"):
            ends = re.fullmatch(r"M(\S+) (\S+)L(\S+) (\S+)", item.get("d"))
            x1, y1, x2, y2 = map(float, ends.groups())
            arrows.add((nearest((x1, y1), places, numbers), nearest((x2, y2), places, numbers)))
    assert arrows == required()


def nearest(point, places, numbers):
    """Return the number of the circle whose centre is nearest to a point."""
    return numbers[min(range(len(places)), key=lambda at: math.dist(point, places[at]))]


def test_its_list_names_each_lesson_with_its_question():
    """As course.toml does, so that the page and the list of lessons agree."""
    cells = code_cells(LESSON)
    assert cells  # the prose below is that of the same notebook
    prose = (NOTEBOOKS / f"{LESSON}-python.ipynb").read_text(encoding="utf-8")
    for lesson in COURSE.lessons[1:]:
        title = lesson.title[0].lower() + lesson.title[1:]
        assert f"* {lesson.id[:2]}, {title}: *{lesson.question}*" in prose
