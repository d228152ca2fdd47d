"""The corpora that cells use, followed by name through a notebook."""

import pytest

from course.dependencies.origins import origins
from course.formats.course_toml import load_course
from course.formats.notebook import read_notebook
from tests.fixtures.checked import ROOT

LOAD = "cats = load_corpus('cats')\nmice = load_corpus('mice')"
USES = {
    "an assignment": ("few = cats[:3]\nlen(few)", ["cats"]),
    "both": ("len(cats) + len(mice)", ["cats", "mice"]),
    "another value under the name": ("cats = 3\nmice = cats\nmice + 1", []),
    "a function": ("def count():\n    return len(cats)\nn = count()", ["cats"]),
    "a function that is not called": ("def count():\n    return len(cats)", []),
    "a local variable of that name": ("def count(cats):\n    return len(cats)\ncount([])", []),
    "a comprehension's variable": ("[cats for cats in range(3)]", []),
    "a keyword": ("load(name='mice')", ["mice"]),
    "a comparison with the name": ("'cats' == 'dogs'", []),
    "no Python": ("%time len(cats)", []),
}
EFFECTS = {
    "training": ("train(net, mice)", ["mice"]),
    "a method": ("net.fit(mice)", ["mice"]),
    "an item": ("net['weights'] = mice", ["mice"]),
    "an attribute": ("net.data = mice", ["mice"]),
    "a function of a module": ("import numpy as np\nnp.mean(net, mice)", []),
    "a builtin": ("print(net, mice)", []),
    "a function that changes nothing": ("def see(a, b):\n    return a + b\nsee(net, mice)", []),
    "a function that changes it": ("def put(a, b):\n    a.append(b)\nput(net, mice)", ["mice"]),
    "a function that changes a global": ("def put(b):\n    net.append(b)\nput(mice)", ["mice"]),
}


@pytest.mark.parametrize("use", USES)
def test_a_cell_uses_what_its_values_come_from(use: str) -> None:
    """Through names, functions and scopes; a value that is made anew has none."""
    code, wanted = USES[use]
    found = origins([("load", LOAD), ("use", code)], ["cats", "mice"])
    assert found == {"load": ["cats", "mice"], "use": wanted}


@pytest.mark.parametrize("effect", EFFECTS)
def test_what_a_call_may_change_comes_from_its_arguments(effect: str) -> None:
    """A network comes from the texts that it was trained with; no literal is changed."""
    code, wanted = EFFECTS[effect]
    cells = [("load", LOAD), ("make", "net = Network()\nseed = 1"), ("do", code), ("use", "net")]
    assert origins(cells, ["cats", "mice"])["use"] == wanted
    cells[2:] = [("do", "train(seed, mice)"), ("use", "seed")]
    assert origins(cells, ["cats", "mice"])["use"] == []


def test_claims_of_lessons_come_from_the_corpora_that_they_name() -> None:
    """Those about the atlas, the fables, the names and the demo corpus; none where none is read."""
    course = load_course(ROOT)
    found = {}
    for lesson, framework in course.pairs:
        cells = read_notebook(course.notebook(lesson, framework))["cells"]
        code = [(cell["id"], cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        for cell_id, used in origins(code, lesson.corpora).items():
            found[lesson.id, framework.id, cell_id] = used
    for framework in ("pytorch", "tensorflow"):
        for lesson, cell, wanted in (
            ("01-text", "softmax", []),
            ("01-text", "train-words", ["demo"]),
            ("02-embeddings", "analogies-claim", ["atlas"]),
            ("02-embeddings", "task-vectors", ["demo"]),
            ("03-rnn", "plot-clean", []),
            ("04-generation", "train-letters", ["names"]),
            ("04-generation", "train-words", ["fables"]),
            ("05-attention", "memory-claim", ["demo"]),
            ("06-transformer", "writer-claim", ["fables"]),
            ("07-subwords", "round-trip", ["parallel"]),
        ):
            assert found[lesson, framework, cell] == wanted, (lesson, framework, cell)
