import pytest

from grader.similarity.tokens import code_tokens, words


def listed(tokens):
    return " ".join(token.word for token in tokens)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We \\textbf{Set} it", "$we set $it"),
        ("so $a_1 = b$ holds", "$so $a1=b holds"),
        ("now \\[ a=b \\\\ c=d \\] done", "now $a=b $c=d done"),
        ("% hint of the template\nthen", "then"),
        ("<!-- a hint -->then", "then"),
        ("see\n```python\nx = relu(z)\n```\nabove", "see above"),
        ("\\begin{verbatim}x = 1\\end{verbatim}also", "also"),
        ("größer, größte", "grösser grösste"),
    ],
)
def test_a_writeup_is_words_and_formulas(text, expected):
    assert listed(words(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("grad = W1.T @ delta  # ours", "name = name . T @ name"),
        ("self.W1 = torch.relu(z)", "self . name = name . relu ( name )"),
        ("import torch\nfrom torch import nn", "import torch from torch import nn"),
        ('def f(x):\n    """What it does."""\n    return x', "def name ( name ) : return name"),
        ("print(f'{x:.2f}', 1e-5)", "print ( text , number )"),
        ("if x is None:\n    pass", "if name is None : pass"),
        ("x = (1,\n  'begun", "name = ( number , ' name"),
    ],
)
def test_code_is_tokens_without_names_and_comments(text, expected):
    assert listed(code_tokens(text)) == expected


def test_every_token_says_where_it_stands():
    text = "It is $x^2$, then\nwords % and a comment\nmore"
    for token in words(text):
        assert (
            token.word.lstrip("$").replace("x^2", "$x^2$") == text[token.start : token.end].lower()
        )
