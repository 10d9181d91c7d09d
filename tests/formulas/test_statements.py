"""A display is cut into statements where its writer cut it, and nowhere else."""

import pytest

from grader.formulas.statements import statements

CUT = {
    "one": ("w = a", ["w = a"]),
    "a chain over lines": (
        r"\begin{align*} w &= a \\ &= b \\ &\le c \end{align*}",
        ["w = a = b ≤ c"],
    ),
    "commas": (r"z = a, \quad w = b", ["z = a", "w = b"]),
    "a wide space": (r"z = a \qquad w = b", ["z = a", "w = b"]),
    "arrows": (r"z = a \implies w = b", ["z = a", "w = b"]),
    "words": (r"z = a \text{ or } w = b", ["z = a", "w = b"]),
    "a line that goes on with plus": (r"w &= a \\ &\quad + b", ["w = a + b"]),
    "a line that goes on with minus": (r"w = a \\ - b", ["w = a - b"]),
    "a line that ends with plus": (r"w = a + \\ b", ["w = a + b"]),
    "a line that begins with a minus sign": (r"z = a \\ -w = b", ["z = a", "-w = b"]),
    "a bracket over two lines": (r"w = \left( a \\ + b \right) c", ["w = (a + b) c"]),
    "two columns": (r"z &= a & w &= b", ["z = a", "w = b"]),
    "a statement in bold": (r"\boldsymbol{w = a}, z = {\bf b}", ["w = a", "z = b"]),
    "a word in roman": (r"z = {\rm diag}(a)", ["z = diag(a)"]),
    "a box": (r"\boxed{w = a}", ["w = a"]),
    "definitions": (r"w := a, z \triangleq b", ["w ≔ a", "z ≔ b"]),
    "a sign over the equality": (r"w \overset{(a)}{=} b \stackrel{\text{def}}{=} c", ["w = b ≔ c"]),
    "not equal": (r"w \not= a", ["w ≠ a"]),
    "relation typed twice": (r"w = \\ &= a", ["w = a"]),
    "a negative value between words": (r"w = a \text{ or } -a", ["w = a", "-a"]),
    "a tag": (r"w = a \quad (1)", ["w = a", "1"]),
    "indices": (r"w_i = a, \quad i = 1,2,\dots,n", ["w_i = a", "i = 1", "2", "n"]),
    "German interval": (r"t \in ]0,1[", ["t ∈ (0, 1)"]),
    "half open, German": (r"t \in [0,1[", ["t ∈ [0, 1)"]),
    "half open": (r"t \in (0,1]", ["t ∈ (0, 1]"]),
    "set": (r"t \in \{0,1\}", ["t ∈ 0, 1"]),
    "range": (r"0 < \eta < n/c", ["0 < eta < n/c"]),
    "ascii": ("a >= b", ["a ≥ b"]),
    "domain": (r"w \in \mathbb{R}^d", ["w ∈ ℝ^d"]),
    "an update": (r"w \leftarrow w - a", ["w ← w - a"]),
    "limit": (r"w_t \to a", ["w_t → a"]),
    "argmin": (r"w = \arg\min_w a", ["w = argmin a"]),
    "argmin below": (r"w = \underset{w}{\operatorname{argmin}}\; a", ["w = argmin a"]),
}
NOT_CUT = {
    "decimal comma": r"\eta < 0,5",
    "thousands": r"c = 1,000",
    "words inside of a formula": r"w = a \text{ (from before)} + b",
    "a product with a gap": r"w = (a)^{-1} \quad X^T y",
    "mixed brackets": r"w = (a]",
}


@pytest.mark.parametrize(("source", "wanted"), CUT.values(), ids=CUT)
def test_a_display_is_cut_into_its_statements(source, wanted):
    found = []
    for statement in statements(source):
        assert statement.is_read, [member.trouble for member in statement.members]
        text = str(statement.members[0].expression)
        for relation, member in zip(statement.relations, statement.members[1:], strict=True):
            text += f" {relation} {member.expression}"
        found.append(text)
    assert found == wanted


@pytest.mark.parametrize("source", NOT_CUT.values(), ids=NOT_CUT)
def test_what_would_be_cut_off_silently_makes_a_formula_unreadable(source):
    found = statements(source)
    assert not all(statement.is_read for statement in found)
