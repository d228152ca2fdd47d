"""Questions of a lesson: found in its prose, in every language, and nowhere else."""

import pytest

from course.markdown.parser import parser
from course.website.quiz import right_answer
from tests.fixtures.pages import show_cell

QUESTION = """**Which animal sleeps all day?**

* A) a boat
* B) a *cat*

<details>
<summary>Answer</summary>

{answer}

</details>
"""


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (QUESTION.format(answer="B. It hunts at dawn."), 2),
        (QUESTION.format(answer="A. A boat floats."), 1),
        (QUESTION.format(answer="B。夜明けに狩りをします。"), 2),
        (QUESTION.format(answer="ب. تصطاد عند الفجر.").replace("B)", "ب)"), 2),
        (QUESTION.format(answer="D. There is none."), 0),
        (QUESTION.format(answer="It hunts at dawn."), 0),
        (QUESTION.format(answer="B. It hunts.").replace("A) ", "").replace("B) ", ""), 0),
        (QUESTION.format(answer="A. One is no choice.").replace("* B) a *cat*\n", ""), 0),
        (QUESTION.partition("<details>")[0], 0),
        ("* A) a boat\n* B) a cat\n\nB. A cat.", 0),
    ],
)
def test_a_question_has_lettered_options_and_a_folded_answer(text: str, right: int) -> None:
    """The letter that the answer begins with is that of the right option."""
    assert right_answer(parser().parse(text, {})) == right


def test_a_question_is_marked_on_its_page() -> None:
    """With the right answer's number and the cell's id; other prose is not."""
    (shown,) = show_cell(QUESTION.format(answer="B. It hunts at dawn."))
    kind = 'class="prose quiz" data-answer="2" data-question="cell" id="cell"'
    assert shown.startswith(f"<div {kind}>")
    (plain,) = show_cell("* A) a boat\n* B) a cat")
    assert plain.startswith('<div class="prose" id="cell">')
