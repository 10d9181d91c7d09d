"""PDFs and other documents for people, and whether the work counts as typewritten."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import yaml
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject, TextStringObject

from grader.model import Submission, SubmittedFile
from grader.reading import read
from grader.reading.pdf import inspect

MAKERS = yaml.safe_load((Path(__file__).parents[1] / "cases" / "pdf_makers.yaml").read_text())

TYPED = "".join(
    f"# Problem {problem}\n" + "".join(f"## ({letter})\n$x = 1$ is typed.\n" for letter in letters)
    for problem, letters in ((1, "abc"), (2, "abcde"), (3, "abcd"), (4, "abcd"))
)


def pdf(creator="", producer="", fonts=("CMR10",), pages=2, password=None) -> bytes:
    """A PDF with these fonts on every page, or with a picture where there are none."""
    writer = PdfWriter()
    for _ in range(pages):
        resources = writer.add_blank_page(200, 200)[NameObject("/Resources")] = DictionaryObject()
        if fonts:
            resources[NameObject("/Font")] = DictionaryObject(
                {
                    NameObject(f"/F{number}"): DictionaryObject(
                        {
                            NameObject("/Type"): NameObject("/Font"),
                            NameObject("/BaseFont"): NameObject(f"/{font}"),
                        }
                    )
                    for number, font in enumerate(fonts)
                }
            )
        else:
            picture = StreamObject()
            picture[NameObject("/Subtype")] = NameObject("/Image")
            resources[NameObject("/XObject")] = DictionaryObject({NameObject("/I"): picture})
    writer.metadata = {"/Creator": creator, "/Producer": producer}
    if password:
        writer.encrypt(password)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def answers(**files):
    made = [
        SubmittedFile(
            path=path, content=content if isinstance(content, bytes) else content.encode()
        )
        for path, content in sorted(files.items())
    ]
    return read(Submission(name="case", files=tuple(made)))


def codes(found) -> dict[str, bool]:
    return {notice.code: notice.blocks for notice in found.notices}


@pytest.mark.parametrize(
    "maker", MAKERS, ids=[f"{m['creator']}/{m['producer']}"[:60] for m in MAKERS]
)
def test_who_made_a_pdf(maker):
    content = pdf(maker["creator"], maker["producer"], maker["fonts"])
    sheet = inspect(SubmittedFile(path="hw2.pdf", content=content))
    assert (sheet.typeset, sheet.notice) == (maker["typeset"], None), sheet
    found = answers(**{"hw2.pdf": content})
    assert found.typewritten.verdict == maker["typeset"]
    assert codes(found) == {"writeup-only-pdf": True}


class TestBrokenPdf:
    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "empty"),
            (b"\x00\x00\x00\x18ftypheic" + b"\0" * 100, "no PDF"),
            (b"%PDF-1.4\nnonsense", "damaged"),
            (pdf()[:400], "damaged"),
            (pdf(password="secret"), "password"),
        ],
    )
    def test_becomes_a_notice(self, content, reason):
        found = answers(**{"hw2.pdf": content})
        (notice,) = found.notices
        assert notice.code == "pdf-unreadable" and notice.blocks and reason in notice.message
        assert found.typewritten.verdict == "unsure"

    def test_an_empty_password_is_no_lock(self):
        writer = PdfWriter(clone_from=io.BytesIO(pdf(producer="pdfTeX-1.40")))
        writer.encrypt(user_password="", owner_password="owner")
        stream = io.BytesIO()
        writer.write(stream)
        assert codes(answers(**{"hw2.pdf": stream.getvalue()})) == {"writeup-only-pdf": True}

    def test_pages_that_contain_themselves(self):
        writer = PdfWriter()
        page = writer.add_blank_page(10, 10)
        pages = page["/Parent"].get_object()
        pages[NameObject("/Kids")] = ArrayObject(
            [pages.indirect_reference or page.indirect_reference]
        )
        pages[NameObject("/Title")] = TextStringObject("loop")
        stream = io.BytesIO()
        writer.write(stream)
        assert answers(**{"hw2.pdf": stream.getvalue()}).typewritten.verdict in {"no", "unsure"}

    def test_very_many_pages(self):
        assert inspect(SubmittedFile(path="x.pdf", content=pdf(pages=300))).notice is None


class TestBesideAWriteup:
    def test_a_complete_writeup_needs_no_pdf(self):
        found = answers(**{"hw2.md": TYPED, "scan.pdf": pdf(fonts=())})
        assert found.typewritten.verdict == "yes"
        assert found.notices == ()

    def test_the_pdf_of_the_writeup_itself(self):
        most = TYPED.replace("## (d)\n$x = 1$ is typed.\n", "")
        found = answers(**{"hw2.md": most, "hw2.pdf": pdf()})
        assert (found.typewritten.verdict, found.notices) == ("yes", ())

    def test_a_typeset_pdf_under_another_name_is_a_print_of_the_writeup(self):
        most = TYPED.replace("## (d)\n$x = 1$ is typed.\n", "")
        found = answers(**{"main.md": most, "Homework 2.pdf": pdf(producer="pdfTeX-1.40")})
        assert (found.typewritten.verdict, found.notices) == ("yes", ())

    def test_a_picture_that_the_writeup_does_not_show(self):
        some = TYPED[: TYPED.index("# Problem 3")]
        found = answers(**{"hw2.md": some, "1.jpg": b"photo", "plot.png": b"plot"})
        assert len(found.notices) == 2 and codes(found) == {"writeup-not-readable": True}

    def test_another_pdf_may_hold_the_missing_answers(self):
        some = TYPED[: TYPED.index("# Problem 3")]
        found = answers(**{"hw2.md": some, "rest.pdf": pdf(fonts=())})
        assert codes(found) == {"writeup-only-pdf": True}

    def test_a_few_typed_answers_beside_a_scan_are_for_a_person(self):
        found = answers(**{"hw2.md": TYPED[: TYPED.index("## (c)")], "hw2.pdf": pdf(fonts=())})
        assert found.typewritten.verdict == "unsure"

    def test_a_few_typed_answers_beside_a_typeset_pdf(self):
        files = {"hw2.md": TYPED[: TYPED.index("## (c)")], "x.pdf": pdf(producer="pdfTeX-1.40")}
        assert answers(**files).typewritten.verdict == "yes"


class TestTypewritten:
    @pytest.mark.parametrize("name", ["hw2.md", "hw2.txt", "notes.markdown"])
    def test_markdown(self, name):
        found = answers(**{name: TYPED})
        assert found.typewritten.verdict == "yes"
        assert name in found.typewritten.because

    def test_code_alone_is_no_written_work(self):
        found = answers(**{"hw2.py": "import torch\n"})
        assert found.typewritten.verdict == "no"
        assert found.typewritten.because == "no written answers were found"
        assert found.notices == ()

    def test_nothing_at_all(self):
        assert answers().typewritten.verdict == "no"

    def test_a_word_file(self):
        found = answers(**{"hw2.docx": b"PK"})
        assert found.typewritten.verdict == "no"
        assert codes(found) == {"writeup-not-readable": True}

    @pytest.mark.parametrize("name", ["1.jpg", "p2.HEIC"])
    def test_photographs(self, name):
        assert answers(**{name: b"\xff\xd8"}).typewritten.verdict == "no"

    def test_typst_source(self):
        assert answers(**{"hw2.typ": b"= Problem 1"}).typewritten.verdict == "yes"

    def test_a_scan_and_a_typeset_pdf(self):
        found = answers(**{"a.pdf": pdf(producer="pdfTeX-1.40"), "b.pdf": pdf(fonts=())})
        assert found.typewritten.verdict == "unsure"

    def test_pictures_in_a_writeup_are_not_typed(self):
        scanned = TYPED.replace("$x = 1$ is typed.", "![page](scan1.jpg)")
        found = answers(**{"hw2.md": scanned, "scan1.jpg": b"\xff"})
        assert found.typewritten.verdict == "no"
        assert codes(found) == {"writeup-picture": True}

    def test_half_pictures_are_for_a_person(self):
        mixed = TYPED.replace("## (a)\n$x = 1$ is typed.", "## (a)\n![page](scan1.jpg)")
        mixed = mixed.replace("## (b)\n$x = 1$ is typed.", "## (b)\n![page](scan2.jpg)")
        assert answers(**{"hw2.md": mixed}).typewritten.verdict == "unsure"

    def test_a_plot_beside_an_answer_is_no_scan(self):
        text = TYPED.replace("typed.\n", "typed.\n![plot](plot.png)\n", 1)
        found = answers(**{"hw2.md": text, "plot.png": b"x"})
        assert found.typewritten.verdict == "yes"
        assert codes(found) == {"writeup-picture": False}

    def test_a_template_that_was_never_filled_in(self):
        found = answers(**{"hw2.md": TYPED.replace("$x = 1$ is typed.", "TODO")})
        assert found.typewritten.verdict == "no"

    def test_a_writeup_without_headings_is_typed_all_the_same(self):
        found = answers(**{"hw2.tex": r"\begin{document}" + "We prove that it converges. " * 30})
        assert found.typewritten.verdict == "yes"
        assert codes(found) == {"writeup-text-unplaced": True}
