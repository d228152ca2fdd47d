"""The notebooks of the lessons: what holds for each, for a pair, and for the exercises."""

import ast
import contextlib
import importlib
import io
import json
import re
import runpy
import statistics
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

from course.dependencies.inputs import find_inputs
from course.dependencies.stamp import hash_dependencies, outputs_problem
from course.errors import CourseError
from course.execution.outputs import save_outputs
from course.formats.course_toml import load_course
from course.formats.lesson import read_lesson
from course.formats.notebook import read_notebook
from course.website.exercises import find_exercises, needs
from course.website.lessons import minutes

ROOT = Path(__file__).parents[2]
COURSE = load_course(ROOT)
# It multiplies schedules that differ by model there.
ONE_EPOCH = ("02-embeddings", "04-generation", "05-attention", "06-transformer", "07-subwords")
EPOCHS = dict.fromkeys(ONE_EPOCH, 1)
APART = {"03-rnn": {"packed-equals", "masking-equals"}}  # claims of one framework alone
PAIRS = [COURSE.notebooks_of(lesson) for lesson in COURSE.lessons]
NOTEBOOKS = [path for pair in PAIRS for path in pair]
# What trains networks; the others prepare a reader, and hold less of everything.
TEACHING = [COURSE.notebook(*pair) for pair in COURSE.pairs if pair[1].packages]
EACH_PAIR = pytest.mark.parametrize(
    "pair",
    [pair for pair in PAIRS if len(pair) > 1],
    ids=lambda pair: pair[0].stem.rpartition("-")[0],
)
WORDS = re.compile(r"[^\W\d_]+")
MATHS = re.compile(r"\$\$.*?\$\$|\$[^$]*\$", re.DOTALL)
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


def read(path):
    return nbformat.read(path, as_version=4)


def inputs(path):
    """What the outputs of a notebook follow from beside its code."""
    return find_inputs(COURSE, lesson_of(path), read_notebook(path))


def lesson_of(path):
    return COURSE.lesson(path.stem.rpartition("-")[0])


def cells_of(path, kind):
    return [cell for cell in read(path).cells if cell.cell_type == kind]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return request.param


@pytest.fixture(params=TEACHING, ids=lambda path: path.stem)
def teaching(request):
    return request.param


def test_every_notebook_of_the_folder_belongs_to_the_course():
    """A notebook that course.toml does not lead to would never be run."""
    assert sorted((ROOT / "notebooks").glob("*.ipynb")) == sorted(NOTEBOOKS)


def test_a_notebook_is_valid_and_its_cells_have_readable_ids(notebook):
    """Translations find a cell by its id, so ids are words and unique."""
    nbformat.validate(read(notebook))
    ids = [cell.id for cell in read(notebook).cells]
    assert len(set(ids)) == len(ids)
    assert [id_ for id_ in ids if not re.fullmatch(r"[a-z]+(-[a-z]+)*", id_)] == []


def test_parameters_are_those_that_the_course_promises(notebook):
    """One cell is tagged `parameters`, and asks for the demo corpus."""
    tagged = [c for c in read(notebook).cells if "parameters" in c.metadata.get("tags", ())]
    values = {}
    exec("\n".join(cell.source for cell in tagged), values)
    names = {"dataset": "demo", "train_size": None, "seed": 0}
    assert len(tagged) == 1
    assert {name: values.get(name, "missing") for name in names} == names
    assert values["epochs"] == EPOCHS.get(notebook.stem.rpartition("-")[0], 3)


def test_prose_cells_are_short(notebook):
    """A cell of prose is one idea: at most 120 words beside formulas and addresses."""
    for cell in cells_of(notebook, "markdown"):
        prose = LINK.sub(r"\2", MATHS.sub("", cell.source))
        assert len(WORDS.findall(prose)) <= 120, cell.id


def test_prose_has_one_sentence_a_line(notebook):
    """A translator sees in a diff which sentence has changed."""
    for cell in cells_of(notebook, "markdown"):
        for line in cell.source.splitlines():
            if not re.match(r"\s*(\*|\d+\.|\|)", line):  # items of lists are short
                assert not re.search(r"[a-z)]\. [A-Z]", line), (cell.id, line)


def test_links_and_pictures_are_there_and_pictures_have_alt_text(notebook):
    """Whatever a lesson points to inside the course exists."""
    found = 0
    for cell in cells_of(notebook, "markdown"):
        for picture, text, target in LINK.findall(cell.source):
            found += 1
            assert not picture or len(text.split()) >= 8, (cell.id, "alt text")
            if not re.match(r"https?:|#", target):
                assert (notebook.parent / target).is_file(), (cell.id, target)
    assert found


@EACH_PAIR
def test_a_pair_shares_its_prose_in_the_same_order(pair):
    """Prose with the same id is the same text, so that it is translated once."""
    prose = [{cell.id: cell.source for cell in cells_of(path, "markdown")} for path in pair]
    shared = [id_ for id_ in prose[0] if id_ in prose[1]]
    assert len(shared) > len(prose[0]) / 2
    assert [id_ for id_ in prose[1] if id_ in prose[0]] == shared
    assert [id_ for id_ in shared if prose[0][id_] != prose[1][id_]] == []
    for path, cells in zip(pair, prose, strict=True):
        own = [id_ for id_ in cells if id_ not in shared]
        assert [id_ for id_ in own if not id_.endswith(path.stem.rpartition("-")[2])] == []


def test_committed_outputs_are_those_of_the_code_beside_them(notebook):
    """Nobody reads numbers that other code has made."""
    lesson = read_notebook(notebook)
    assert lesson["metadata"]["course"]["made-by"]
    assert outputs_problem(lesson, notebook.stat().st_size, inputs(notebook)) is None


def test_committed_outputs_hold_no_warning_and_no_error(notebook):
    """What a learner reads is what the lesson is about."""
    outputs = [(cell.id, out) for cell in cells_of(notebook, "code") for out in cell.outputs]
    assert outputs
    bad = [
        (id_, out)
        for id_, out in outputs
        if out.output_type == "error" or out.get("name") == "stderr"
    ]
    assert bad == []


def test_cells_that_nbval_compares_have_something_to_compare(notebook):
    """nbval passes over a tagged cell without a count or without outputs."""
    tagged = [
        cell
        for cell in cells_of(notebook, "code")
        if "nbval-check-output" in cell.metadata.get("tags", ())
    ]
    assert len(tagged) >= 5
    assert [cell.id for cell in tagged if not (cell.outputs and cell.execution_count)] == []


def test_changed_prose_keeps_outputs_and_changed_code_makes_them_stale(notebook, tmp_path):
    """The stamp follows the code, and nothing else."""
    lesson = json.loads(notebook.read_text(encoding="utf-8"))
    for cell in lesson["cells"]:
        cell["source"] = "".join(cell["source"])
    found = inputs(notebook)
    before = hash_dependencies(lesson, found)
    prose = next(cell for cell in lesson["cells"] if cell["cell_type"] == "markdown")
    prose["source"] += "\nOne more sentence."
    assert hash_dependencies(lesson, found) == before
    code = next(cell for cell in lesson["cells"] if cell["cell_type"] == "code")
    code["source"] += "\nprint(1)"
    assert hash_dependencies(lesson, found) != before


def test_outputs_of_a_notebook_that_has_changed_since_are_refused(notebook, tmp_path):
    """`course run --save` writes nothing when a cell was edited while it ran."""
    changed = json.loads(notebook.read_text(encoding="utf-8"))
    source = tmp_path / notebook.name
    source.write_bytes(notebook.read_bytes())
    cell = next(cell for cell in changed["cells"] if cell["cell_type"] == "code")
    cell["source"] = ["changed = 1"]
    executed = tmp_path / "executed.ipynb"
    executed.write_text(json.dumps(changed), encoding="utf-8")
    with pytest.raises(CourseError, match=f"cell {cell['id']} changed during the run"):
        save_outputs(source, executed, COURSE, lesson_of(notebook))
    assert source.read_bytes() == notebook.read_bytes()


def test_a_notebook_can_be_read_in_a_sitting(notebook):
    """At most 110 cells and 3,000 words, and code in small cells."""
    prose = [LINK.sub(r"\2", MATHS.sub("", cell.source)) for cell in cells_of(notebook, "markdown")]
    lengths = [
        sum(bool(line.strip()) for line in cell.source.splitlines())
        for cell in cells_of(notebook, "code")
    ]
    assert len(read(notebook).cells) <= 110
    assert sum(len(WORDS.findall(text)) for text in prose) <= 3000
    assert statistics.median(lengths) <= 6


def test_questions_have_options_and_a_folded_answer(notebook):
    """A reader chooses, and then opens the answer, which names its option and a reason."""
    questions = [c.source for c in cells_of(notebook, "markdown") if c.id.startswith("question-")]
    assert len(questions) == (5 if notebook in TEACHING else 10)
    for text in questions:
        options = re.findall(r"^\* ([A-Z])\) ", text, re.MULTILINE)
        answer = re.search(r"</summary>\n\n([A-Z])\. \S.*(?:\n.+)*\n\n</details>$", text)
        assert len(options) >= 3
        assert answer
        assert answer[1] in options


def test_a_reader_guesses_before_the_truth_is_printed(notebook):
    """The cell behind the guess prints both."""
    ids = [cell.id for cell in read(notebook).cells]
    code = {cell.id: cell.source for cell in cells_of(notebook, "code")}
    assert ids.index("predict-truth") == ids.index("predict-guess") + 1
    assert code["predict-guess"].startswith("guess = None")
    assert "your guess: {guess}, truth: " in code["predict-truth"]


def test_a_claim_prints_its_numbers_and_asserts_them(notebook):
    """What the lesson says it also proves, in a cell that holds the sentence."""
    claims = [c for c in cells_of(notebook, "code") if "claim" in c.metadata.get("tags", ())]
    assert len(claims) >= (15 if notebook in TEACHING else 5)
    for cell in claims:
        assert cell.metadata["course"]["claim"].endswith("."), cell.id
        assert "assert " in cell.source, cell.id


def test_what_a_cell_prints_is_one_output(notebook):
    """GitHub shows each output apart, and where one ends is for the clock to say."""
    for cell in cells_of(notebook, "code"):
        names = [output.get("name") for output in cell.outputs]
        assert not [name for name, after in pairwise(names) if name and name == after], cell.id


def test_every_plot_says_what_it_shows(teaching):
    """Whoever does not see the plot reads its alternative text."""
    plots = [
        cell
        for cell in cells_of(teaching, "code")
        if re.search(r"^(plot_\w+|show_results|plt\.show)\(", cell.source, re.MULTILINE)
    ]
    assert len(plots) >= 8
    assert [cell.id for cell in plots if "alt" not in cell.metadata.get("course", {})] == []


@EACH_PAIR
def test_a_pair_comes_to_the_same_claims(pair):
    """Where one framework has a part of its own apart, they prove and show the same."""
    first, second = (
        {cell.id: cell.metadata.get("course") for cell in cells_of(path, "code")} for path in pair
    )
    said = [{id_ for id_, course in cells.items() if course} for cells in (first, second)]
    assert said[0] ^ said[1] == APART.get(pair[0].stem.rpartition("-")[0], set())
    assert [id_ for id_ in said[0] & said[1] if first[id_] != second[id_]] == []


def exercises():
    return [
        (path, cell.id.removesuffix("-check"))
        for path in NOTEBOOKS
        for cell in cells_of(path, "code")
        if cell.id.endswith("-check") and cell.id.startswith("exercise-")
    ]


def test_the_readme_lists_each_lesson_as_the_website_does():
    """With its question, its notebooks, and the minutes that it takes to read."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for lesson in COURSE.lessons:
        links = [f"[{path.stem}](notebooks/{path.name})" for path in COURSE.notebooks_of(lesson)]
        links += [""] * (2 - len(links))
        time = str(minutes(read_lesson(COURSE, lesson)))
        assert f"| {' | '.join([lesson.title, lesson.question, *links, time])} |" in readme


def test_there_are_four_exercises(teaching):
    """By hand, code, predict then run, open: each with a check."""
    kinds = ["by hand", "code", "predict then run", "open"]
    titles = [
        re.match(r"## Exercise (\d), (.+?):", cell.source).groups()
        for cell in cells_of(teaching, "markdown")
        if cell.id.startswith("exercise-")
    ]
    assert titles == [(str(number), kind) for number, kind in enumerate(kinds, 1)]
    assert sum(path == teaching for path, _ in exercises()) == 4


def exercises_of(path):
    """Return the module with the right and the wrong answers of a notebook's lesson."""
    return importlib.import_module(f"tests.exercises.lesson_{path.stem[:2]}")


def left_open(tree, answers):
    """Return the statements of an exercise but for the functions and names that are answered."""
    return [
        node
        for node in tree.body
        if getattr(node, "name", None) not in answers
        and not (isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in answers)
    ]


def check_exercise(path, name, answers):
    """Execute an exercise with `answers` for what is left open; return what its check prints."""
    names = exercises_of(path).names()
    if path.stem.endswith("tensorflow"):
        import numpy
        import tensorflow

        names |= {"tf": tensorflow, "np": numpy}
    elif path.stem.endswith("pytorch"):
        import torch

        names |= {"torch": torch}
    cells = {cell.id: cell.source for cell in cells_of(path, "code")}
    tree = ast.parse(cells.get(f"{name}-yours", "") + "\n" + cells[f"{name}-check"])
    tree.body = left_open(tree, answers)
    names |= answers
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(tree, name, "exec"), names)
    return said.getvalue()


def solutions(path):
    found = runpy.run_path(str(path.parent / "solutions" / f"{path.stem}.py"))
    return {name: found[name] for name in exercises_of(path).ANSWERS}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # TensorFlow's own imports
@pytest.mark.parametrize(("path", "name"), exercises(), ids=lambda x: getattr(x, "stem", x))
def test_an_exercise_accepts_its_solution_and_nothing_else(path, name):
    """The check greets an empty answer, praises the right one, and fails a wrong one."""
    assert "Write your answer" in check_exercise(path, name, {})
    answers = solutions(path) | exercises_of(path).REACHED
    assert check_exercise(path, name, answers).endswith("Right.\n")
    for answers in exercises_of(path).WRONG[name]:
        with pytest.raises(AssertionError):
            check_exercise(path, name, answers)


def solved(path, names):
    """Return what solutions import of the standard library, and their source by their names."""
    tree = ast.parse((path.parent / "solutions" / f"{path.stem}.py").read_text(encoding="utf-8"))
    imports = [
        node
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom) and not needs(ast.unparse(node))
    ]
    found = {
        getattr(node, "name", None) or node.targets[0].id: ast.unparse(node)
        for node in tree.body
        if isinstance(node, ast.Assign | ast.FunctionDef)
    }
    return "\n".join(map(ast.unparse, imports)), {name: found[name] for name in names}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_exercises_on_the_page_need_plain_python_alone(path):
    """Each lesson has one; it runs without any package, and so does its solution."""
    plain = [one for one in find_exercises(read(path).cells) if one.plain]
    assert plain
    imports, answers = solved(path, exercises_of(path).ANSWERS)
    for exercise in plain:
        assert "Write your answer" in plain_python(exercise.code)
        own = [
            name for name in answers if re.search(rf"^(def )?{name}\b", exercise.code, re.MULTILINE)
        ]
        assert own, exercise
        body = map(ast.unparse, left_open(ast.parse(exercise.code), own))
        answered = [imports, *(answers[name] for name in own), *body]
        assert plain_python("\n".join(answered)) == "Right.\n", exercise


def plain_python(code):
    """Return what code prints in a Python that has its standard library only."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    "path", [path for path in NOTEBOOKS if path.stem.startswith("03-")], ids=lambda path: path.stem
)
def test_the_network_of_the_third_exercise_reads_backwards(path):
    """It is trained on texts that are turned round, and measured on memory texts."""
    fitted = []
    answers = solutions(path) | {"fit": lambda *given: fitted.append(given) or {"accuracy": 0.9}}
    said = check_exercise(path, "exercise-backwards", answers)
    assert fitted[0][2:] == ([(1, ". ran fox a")], [(2, ". sat it . owl an")])
    assert "your guess: 0.95, truth: 0.90" in said
