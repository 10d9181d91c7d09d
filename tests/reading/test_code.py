"""Which programs are found, in which order, and as what source."""

from __future__ import annotations

import ast
import json

import pytest

from grader.model import Submission, SubmittedFile
from grader.reading import read

CHECK = "import torch\nx = torch.ones(1, requires_grad=True)\n(x * 2).backward()\ndx = 2.0\n"


def notebook(*cells, **extra) -> str:
    made = []
    for number, source in enumerate(cells, start=1):
        kind = "markdown" if source.startswith("#md\n") else "code"
        cell = {"cell_type": kind, "metadata": {}, "source": source.removeprefix("#md\n")}
        if kind == "code":
            cell |= {"execution_count": number, "outputs": []}
        made.append(cell)
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made} | extra)


def answers(**files):
    made = [
        SubmittedFile(
            path=path, content=content if isinstance(content, bytes) else content.encode()
        )
        for path, content in sorted(files.items())
    ]
    return read(Submission(name="case", files=tuple(made)))


def programs(**files):
    return answers(**files).programs


def codes(found) -> set[str]:
    return {notice.code for notice in found.notices}


class TestWhichFile:
    def test_any_name(self):
        (program,) = programs(**{"Jane's final (2).py": CHECK})
        assert (program.path, program.origin) == ("Jane's final (2).py",) * 2
        assert program.text == CHECK
        assert program.trouble is None

    def test_torch_and_autograd_weigh_most(self):
        found = programs(**{"a_plot.py": "import numpy\nprint(1)\n", "z.py": CHECK})
        assert [program.path for program in found] == ["z.py"]

    def test_a_telling_name_decides_between_equals(self):
        found = programs(**{"a.py": CHECK, "p4d.py": CHECK, "z.py": CHECK})
        assert [program.path for program in found] == ["p4d.py", "a.py", "z.py"]

    def test_a_module_that_is_imported_is_a_sibling(self):
        found = programs(**{"main.py": "from mlp import run\nrun()\n", "mlp.py": CHECK})
        assert [program.path for program in found] == ["main.py"]
        assert [sibling.path for sibling in found[0].siblings] == ["mlp.py"]

    def test_a_notebook_that_imports_a_module(self):
        found = programs(**{"hw.ipynb": notebook("from mlp import run\nrun()"), "mlp.py": CHECK})
        assert [program.path for program in found] == ["hw.ipynb"]

    def test_a_test_imports_the_answer_without_being_it(self):
        found = programs(**{"hw2.py": CHECK, "test_hw2.py": "import torch\nfrom hw2 import x\n"})
        assert found[0].path == "hw2.py"

    def test_two_modules_that_import_each_other_both_stay(self):
        found = programs(**{"a.py": "import b\n" + CHECK, "b.py": "import a\n" + CHECK})
        assert {program.path for program in found} == {"a.py", "b.py"}

    def test_what_a_library_contains_is_no_file_of_the_student(self):
        source = "from torch.autograd import grad\nfrom torch import nn\n" + CHECK
        found = programs(**{"grad.py": CHECK, "z.py": source, "nn.py": CHECK})
        assert [program.path for program in found] == ["grad.py", "nn.py", "z.py"]

    def test_a_module_of_a_package_is_a_sibling(self):
        found = programs(**{"main.py": "from src.mlp import run\nrun()\n", "src/mlp.py": CHECK})
        assert [program.path for program in found] == ["main.py"]

    def test_a_package_with_contents_is_a_sibling(self):
        package = {"net/__init__.py": "from .layers import forward\n", "net/layers.py": CHECK}
        found = programs(**package, **{"run.py": "from net import forward\n" + CHECK})
        assert [program.path for program in found] == ["run.py"]

    def test_setup_files_come_last(self):
        found = programs(**{"setup.py": CHECK, "x.py": CHECK})
        assert found[0].path == "x.py"

    def test_nothing_but_a_plain_script(self):
        assert [p.path for p in programs(**{"calc.py": "print(1 + 1)\n"})] == ["calc.py"]

    @pytest.mark.parametrize("source", ["", "\n\n", "# only a comment\n", '"""Only text."""\n'])
    def test_an_empty_file_is_no_candidate(self, source):
        found = answers(**{"hw2.py": source})
        assert found.programs == ()
        assert codes(found) == {"code-empty"}

    def test_an_empty_init_is_nothing_to_mention(self):
        assert codes(answers(**{"pkg/__init__.py": "", "hw2.py": CHECK})) == set()

    def test_siblings_are_seen_from_the_programs_folder(self):
        (program,) = programs(
            **{
                "sub/hw.py": CHECK,
                "sub/data/x.csv": "1",
                "sub/mlp.txt": "m",
                "other.csv": "2",
                "mlp.txt": "hidden by the nearer one",
                "hw2.pdf": b"%PDF-",
            }
        )
        assert {s.path: s.content for s in program.siblings} == {
            "data/x.csv": b"1",
            "mlp.txt": b"m",
            "other.csv": b"2",
        }

    def test_a_script_saved_as_text(self):
        assert [p.path for p in programs(**{"hw2.py.txt": CHECK})] == ["hw2.py.txt"]


class TestTrouble:
    def test_a_syntax_error_names_file_line_and_reason(self):
        (program,) = programs(**{"hw2.py": "import torch\nx = (1\ny = 2\n"})
        trouble = program.trouble
        assert trouble is not None and trouble.blocks
        assert trouble.code == "code-does-not-parse"
        assert "hw2.py, line 2" in trouble.message and "was never closed" in trouble.message

    def test_python_2_is_named(self):
        (program,) = programs(**{"hw2.py": 'import torch\nprint "done"\n'})
        assert program.trouble and "Python 2" in program.trouble.message

    def test_return_outside_of_a_function(self):
        (program,) = programs(**{"hw2.py": "import torch\nreturn 1\n"})
        assert program.trouble and "hw2.py, line 2" in program.trouble.message

    @pytest.mark.parametrize(
        "source",
        [
            "(" * 5000 + ")" * 5000,
            "x = " + "-" * 100_000 + "1",
            "x = 1" + " + 1" * 100_000,
            "x" + ".a" * 100_000,
            "lambda: " * 20_000 + "1",
            "if 1: pass\n" + "elif 1: pass\n" * 20_000,
            "x = '''" + "a" * 500_000,
            "\ud800x = 1".encode("utf-8", "surrogatepass").decode("latin-1"),
            "x = '" + "\\" * 10_001,
        ],
    )
    def test_nothing_can_break_the_parser(self, source):
        found = programs(**{"hw2.py": source})
        assert all(program.trouble for program in found)

    def test_tabs_and_spaces(self):
        (program,) = programs(**{"hw2.py": "if 1:\n\tx = 1\n        y = 2\n"})
        assert program.trouble and "hw2.py, line 3" in program.trouble.message

    def test_windows_lines_and_a_byte_order_mark(self):
        (program,) = programs(**{"hw2.py": b"\xef\xbb\xbf" + CHECK.replace("\n", "\r\n").encode()})
        assert program.text == CHECK and program.trouble is None


class TestNotebook:
    def test_cells_are_joined_and_lines_remember_their_cell(self):
        (program,) = programs(
            **{"hw2.ipynb": notebook("import torch", "#md\ntext", "x = 1\ny = 2", CHECK)}
        )
        assert program.text == "import torch\nx = 1\ny = 2\n" + CHECK
        assert [(s.start, s.place) for s in program.sources] == [
            (1, "hw2.ipynb, cell 1"),
            (2, "hw2.ipynb, cell 3"),
            (4, "hw2.ipynb, cell 4"),
        ]

    @pytest.mark.parametrize(
        ("magic", "plain"),
        [
            ("%matplotlib inline", "pass"),
            ("%load_ext autoreload\n%autoreload 2", "pass\npass"),
            ("!pip install torch", "pass"),
            ("pip install torch", "pass"),
            ("!pip install \\\n  torch\nx = 1", "pass\n\nx = 1"),
            ("if 1:\n    !ls\n    %cd ..", "if 1:\n    pass\n    pass"),
            ("files = !ls", "files = []"),
            ("t = %timeit -o f()", "t = None"),
            ("%time y = f(1)", "y = f(1)"),
            ("%timeit f(1)", "pass"),
            ("?torch.nn", "pass"),
            ("torch.nn??", "pass"),
            ("%%time\nx = 1", "\nx = 1"),
            ("%%capture out\nx = 1", "\nx = 1"),
            ("get_ipython().run_line_magic('matplotlib', 'inline')",) * 2,
            ("x = 5 \\\n  % 3", "x = 5 \\\n  % 3"),
            ("s = '''\n%matplotlib\n!ls\n'''", "s = '''\n%matplotlib\n!ls\n'''"),
            ("x = (7\n% 3)", "x = (7\n% 3)"),
            ("print('%d' % 3)  # what?", "print('%d' % 3)  # what?"),
            ("s = 'it''s'  # '''\n%matplotlib inline", "s = 'it''s'  # '''\npass"),
            ('s = """a\\""" \n!ls """\n!ls', 's = """a\\""" \n!ls """\npass'),
            ("f'{x!r}'", "f'{x!r}'"),
            ("x != 1", "x != 1"),
        ],
    )
    def test_magics_are_made_harmless(self, magic, plain):
        (program,) = programs(**{"hw2.ipynb": notebook(CHECK, magic)})
        assert program.text == f"{CHECK}{plain}\n"
        assert program.trouble is None
        ast.parse(program.text)

    @pytest.mark.parametrize(
        "magic", ["%%bash", "%%html", "%%javascript", "%%latex", "%%writefile a.txt"]
    )
    def test_cells_in_other_languages_are_left_out(self, magic):
        (program,) = programs(**{"hw2.ipynb": notebook(CHECK, f"{magic}\nnot python at all (")})
        assert program.text == CHECK

    def test_a_module_that_the_notebook_writes(self):
        found = programs(
            **{"hw2.ipynb": notebook("%%writefile mlp.py\nz = 1", "import mlp\n" + CHECK)}
        )
        assert [(s.path, s.content) for s in found[0].siblings] == [("mlp.py", b"z = 1")]

    def test_a_broken_cell_is_left_out_and_said_so(self):
        found = answers(**{"hw2.ipynb": notebook(CHECK, "x = (", "y = 1")})
        assert found.programs[0].text == CHECK + "y = 1\n"
        assert found.programs[0].trouble is None
        (notice,) = [n for n in found.notices if n.code == "code-piece-left-out"]
        assert "hw2.ipynb, cell 2, line 1" in notice.message and notice.blocks

    def test_the_only_cell_is_broken(self):
        (program,) = programs(**{"hw2.ipynb": notebook("import torch\nx = (")})
        assert program.trouble and "hw2.ipynb, cell 1, line 2" in program.trouble.message

    def test_the_cell_that_matters_is_broken(self):
        (program,) = programs(**{"hw2.ipynb": notebook("import torch", CHECK + "x = (")})
        assert program.trouble and "cell 2, line 5" in program.trouble.message

    def test_cells_run_out_of_order(self):
        cells = json.loads(notebook(CHECK, "y = 1"))
        cells["cells"][0]["execution_count"] = 7
        assert "code-cells-out-of-order" in codes(answers(**{"hw2.ipynb": json.dumps(cells)}))

    def test_cells_never_run_are_in_order(self):
        cells = json.loads(notebook(CHECK, "y = 1"))
        for cell in cells["cells"]:
            cell["execution_count"] = None
        assert codes(answers(**{"hw2.ipynb": json.dumps(cells)})) == set()

    def test_version_3(self):
        cells = [
            {"cell_type": "heading", "level": 2, "source": "Problem 4 (d)"},
            {
                "cell_type": "code",
                "input": CHECK.splitlines(True),
                "outputs": [],
                "language": "python",
            },
        ]
        old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
        found = answers(**{"hw2.ipynb": json.dumps(old)})
        assert found.programs[0].text == CHECK
        assert "4d" in found.written

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "not json",
            "[]",
            "null",
            '{"cells": 3}',
            '{"worksheets": 3}',
            '{"worksheets": [{"cells": [{}]}], "nbformat": 3}',
            "[" * 100_000,
            '{"cells": [' * 50_000,
        ],
    )
    def test_no_notebook_at_all(self, content):
        found = answers(**{"hw2.ipynb": content})
        assert found.programs == ()
        assert codes(found) <= {"notebook-unreadable"}

    def test_odd_cells_are_passed_over(self):
        cells = [
            3,
            None,
            {},
            {"cell_type": "code", "source": 7},
            {"cell_type": "code", "source": [CHECK, 4]},
        ]
        (program,) = programs(**{"hw2.ipynb": json.dumps({"cells": cells})})
        assert program.text == CHECK

    def test_a_notebook_is_writeup_and_program(self):
        found = answers(**{"hw2.ipynb": notebook("#md\n## Problem 4\n### (d)\nThey agree.", CHECK)})
        assert found.programs[0].text == CHECK
        assert [p.where for p in found.written["4d"].passages] == [
            "hw2.ipynb, cell 1, line 3",
            "hw2.ipynb, cell 2, line 1",
        ]

    def test_an_exported_notebook(self):
        source = (
            "#!/usr/bin/env python\n# In[1]:\n\n\nget_ipython().run_line_magic('x', '')\n# In[3]:\n"
            + CHECK
        )
        (program,) = programs(**{"hw2.py": source})
        assert program.text == source

    def test_a_script_with_raw_magics(self):
        (program,) = programs(**{"hw2.py": "%matplotlib inline\n" + CHECK})
        assert program.text == "pass\n" + CHECK and program.trouble is None


class TestListing:
    def test_a_fence_counts_when_there_is_no_file(self):
        text = f"# Problem 4\n## (d)\n```python\n{CHECK}```\n"
        (program,) = programs(**{"hw2.md": text})
        assert program.text == CHECK
        assert program.origin == "the code block of hw2.md, line 4"

    def test_a_file_comes_before_the_listing(self):
        text = f"# Problem 4\n## (d)\n```python\n{CHECK}```\n"
        assert [p.path for p in programs(**{"hw2.md": text, "hw2.py": CHECK})] == ["hw2.py"]

    def test_a_listing_counts_when_the_file_is_something_else(self):
        text = f"# Problem 4\n## (d)\n```python\n{CHECK}```\n"
        found = programs(**{"hw2.md": text, "sine.py": "import math\nprint(math.sin(10))\n"})
        assert [p.path for p in found] == ["hw2.md"]

    @pytest.mark.parametrize(
        ("begin", "end"),
        [
            (r"\begin{lstlisting}[language=Python]", r"\end{lstlisting}"),
            (r"\begin{lstlisting}", r"\end{lstlisting}"),
            (r"\begin{minted}[fontsize=\small]{python}", r"\end{minted}"),
            (r"\begin{verbatim}", r"\end{verbatim}"),
            (r"\begin{Verbatim}[frame=single]", r"\end{Verbatim}"),
        ],
    )
    def test_latex_listings(self, begin, end):
        source = CHECK + "s = '100% $' # $\n"
        text = f"\\section*{{Problem 4}}\n\\subsection*{{(d)}}\n{begin}\n{source}{end}\nSame.\n"
        found = answers(**{"hw2.tex": text})
        assert found.programs[0].text == source
        assert found.programs[0].origin == "the code block of hw2.tex, line 4"
        assert "Same." in found.written["4d"].passages[0].text

    def test_several_blocks_of_the_part_are_joined(self):
        text = (
            "# Problem 3\n## (d)\n```python\nimport math\n```\n# Problem 4\n## (d)\n"
            f"```python\n{CHECK}```\noutput:\n```\ntensor(0.)\nmax diff: 0.0\n```\n"
            "~~~py\ny = 1\n~~~\n"
            "```bash\npip install torch\n```\n"
        )
        (program,) = programs(**{"hw2.md": text})
        assert program.text == CHECK + "y = 1\n"
        assert [(s.start, s.place) for s in program.sources] == [
            (1, "hw2.md, line 9"),
            (5, "hw2.md, line 20"),
        ]
        assert program.origin == "the 2 code blocks of hw2.md"

    def test_blocks_anywhere_when_the_part_has_none(self):
        text = (
            f"# Problem 4\n## (d)\nsee the appendix\n# Appendix\n## Code\n```python\n{CHECK}```\n"
        )
        assert programs(**{"hw2.md": text})[0].text == CHECK

    def test_an_error_in_a_listing_is_shown_in_the_writeup(self):
        text = f"# Problem 4\n## (d)\n```python\n{CHECK}x = (\n```\n"
        (program,) = programs(**{"hw2.md": text})
        assert program.trouble and "hw2.md, line 8" in program.trouble.message

    def test_the_homeworks_own_script_with_its_two_slips(self):
        slips = (
            "import torch\ndx = f().item())\ndef g(B):\n    if B:\n```\n\n```\nB = 1\nreturn B\n"
        )
        text = f"# Problem 4\n## (d)\n```\n{slips}```\n"
        (program,) = programs(**{"hw2.md": text})
        assert program.trouble and program.trouble.blocks

    def test_an_indented_listing(self):
        text = "- Problem 4\n  - (d)\n    ```python\n    import torch\n    if 1:\n        x = 1\n"
        text += "    ```\n"
        (program,) = programs(**{"hw2.md": text})
        assert program.text == "import torch\nif 1:\n    x = 1\n"

    def test_listings_that_are_no_python(self):
        assert programs(**{"hw2.md": "# Problem 4\n## (d)\n```\nmax diff 0.0\n```\n"}) == ()
