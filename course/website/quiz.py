"""Questions with a choice of answers, found in the prose of a cell."""

import re
from collections.abc import Sequence

from markdown_it.token import Token

OPTION = re.compile(r"(\w)\) ")
ANSWER = re.compile(r"(\w)[.。:：،]")
FEWEST = 2  # options


def right_answer(tokens: Sequence[Token]) -> int:
    """Return the number of the right answer, from 1, or 0 if the tokens are no such question.

    A question is a list whose items begin with letters, `A) …`, and after it a folded answer,
    `<details>`, whose text begins with one of them, `B. …`. The letters are those of the language.
    """
    letters: list[str] = []
    folded = False
    for before, token in zip([None, *tokens], tokens, strict=False):
        folded = folded or (token.type == "html_block" and "<details" in token.content)
        if token.type != "inline":
            continue
        if not folded and before and before.type == "paragraph_open" and token.level >= 3:
            found = OPTION.match(token.content)
            letters = [*letters, found[1]] if found else []
        elif folded:
            answer = ANSWER.match(token.content)
            right = answer is not None and len(letters) >= FEWEST and answer[1] in letters
            return letters.index(answer[1]) + 1 if answer and right else 0
    return 0
