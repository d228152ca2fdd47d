"""Formulas as text: readable, and without anything that acts."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.markdown.formulas import LRI, PDI, formula_text, write_formulas
from course.markdown.render import formula
from course.website.prose import searchable

# From the lessons, and kinds that they do not have.
TEXTS = {
    r"h_t = \tanh(W_h h_{t-1} + W_x x_t + b)": "h_t = tanh(W_h h_(t−1) + W_x x_t + b)",
    r"-\ln p(x_1, \dots, x_T)": "−ln p(x_1, …, x_T)",
    r"p_k = \frac{e^{z_k}}{e^{z_1} + \dots + e^{z_K}}": "p_k = e^(z_k) / (e^(z_1) + … + e^(z_K))",
    r"\frac{\partial L}{\partial W}": "(∂L) / (∂W)",
    r"c_t = f \odot c_{t-1} + i \odot g": "c_t = f ⊙ c_(t−1) + i ⊙ g",
    r"\sum_{j=1}^{5} \ln \sigma(-u \cdot v_j).": "∑_(j=1)^5 ln σ(−u · v_j).",
    r"\mathrm{PMI}(w, c)": "PMI(w, c)",
    r"12D^2 + 13D": "12 D^2 + 13 D",
    r"\sqrt{D/H}": "√(D/H)",
    r"\hat y = \bar{x}": "y\u0302 = x\u0304",
    r"f'(x)": "f′(x)",
    r"a < b \to c": "a < b → c",
    r"\begin{bmatrix}a&b\\c&d\end{bmatrix}": "[[a, b] [c, d]]",
}


@pytest.mark.parametrize("tex", TEXTS)
def test_a_formula_reads_as_one_would_type_it(tex: str) -> None:
    """Scripts and fractions keep their meaning; operators have spaces around them, signs none."""
    assert formula_text(formula(tex)) == TEXTS[tex]


def test_the_search_index_has_formulas_as_text() -> None:
    """Between the words, isolated from those that run from right to left; escapes are resolved."""
    found = searchable([f"<p>إذا {formula('a < b')} و</p>", f"<p>{formula('x_1')}</p>"])
    assert found == f"إذا {LRI}a < b{PDI} و {LRI}x_1{PDI}"


@settings(max_examples=300, deadline=None)
@given(st.text(r"abx0_^{}\frac123 +-=<>&'()[],;!\sqrtlimdoe", max_size=25))
def test_whatever_a_formula_holds_becomes_text(tex: str) -> None:
    """Each that is rendered can be written, on one line and without a tag."""
    markup = f"<p>{formula(tex)}</p>"
    written = write_formulas(markup)
    assert not re.search(r"</?m\w+", written)
    assert "\n" not in written
    assert written.startswith("<p>")
