"""The queue on a terminal, and the command's other forms, as a TA types them."""

from decimal import Decimal

import msgspec
import pytest
from click.testing import CliRunner
from rich.console import Console

from grader.cli import main
from grader.reviewing.deciding import Desk
from grader.reviewing.showing import Listed
from grader.reviewing.terminal import review


def typed(desk, *answers, item="2d.decay"):
    """What is shown when a TA types these answers; a missing one is Ctrl-D."""
    waiting = iter(answers)

    def ask(_question):
        try:
            return next(waiting)
        except StopIteration:
            raise EOFError from None

    console = Console(record=True, width=100, quiet=False, force_terminal=False)
    with console.capture() as shown:
        review(desk, lambda: [g for g in desk.groups() if g.item == item], console, ask)
    return " ".join(shown.get().replace("│", " ").split())


def points(store):
    return {tuple(sorted(one.students)): one.points for one in store.decisions().values()}


def test_a_group_is_shown_and_decided_with_a_comment(desk, store):
    shown = typed(desk, "1.5", "Which powers?")
    assert "ada bob cleo" in shown and "powers of the matrix" in shown
    assert "(3 students; group 1 of 2)" in shown
    assert "Groups that wait: 1." in shown, "of those that were asked about"
    assert "Rubric: Diagonalisation" in shown
    assert "Stored: 2d.decay 1.5 points" in shown
    assert points(store) == {("ada", "bob"): Decimal("1.5"), ("cleo",): Decimal("1.5")}
    assert {one.comment for one in store.decisions().values()} == {"Which powers?"}


def test_points_and_comment_fit_on_one_line_and_f_is_full(desk, store):
    typed(desk, "f Well put.", "0 no")
    assert set(points(store).values()) == {Decimal(2), Decimal(0)}


def test_wrong_points_are_told_before_a_comment_is_asked_for(desk, store):
    shown = typed(desk, "9", "blah", "")
    assert "from 0 to 2" in shown
    assert "blah" in shown
    assert not store.decisions()


def test_undo_shows_the_group_again(desk, store):
    shown = typed(desk, "1 x", "u")
    assert "Taken back: 2d.decay 1 point" in shown
    assert shown.count("ada bob cleo") >= 2
    assert not store.decisions()
    assert "Nothing to undo" in typed(desk, "u")


def test_next_and_previous_go_round_what_waits(desk, store):
    typed(desk, "n", "1 for dan", "q")
    assert points(store) == {("dan",): Decimal(1)}
    shown = typed(desk, "n", "n", "p", "q")
    assert "ada bob cleo" in shown


def test_what_was_stored_before_ctrl_c_is_kept(desk, store):
    def interrupted(question):
        if "Comment" in question:
            return ""
        if store.decisions():
            raise KeyboardInterrupt
        return "1"

    review(desk, desk.groups, Console(quiet=True), interrupted)
    assert len(store.decisions()) >= 1


def test_another_ta_in_the_meantime_is_told(desk, store, rubric, group_of, states):
    group = group_of("2d.decay", "ada")

    def ask(question):
        if "Comment" not in question:
            return "2" if not store.decisions() else "q"
        Desk(store, rubric, "emmy").decide(group.item, states(group), "0.5")
        return ""

    console = Console(width=100)
    with console.capture() as shown:
        review(desk, lambda: [group_of("2d.decay", "ada")], console, ask)
    assert "decided in the meantime" in shown.get()
    assert set(points(store).values()) == {Decimal("0.5")}


def test_the_old_decision_and_the_help_are_shown_when_an_answer_changed(
    desk, handed_in_anew, group_of, states
):
    group = group_of("2d.decay", "dan")
    desk.decide(group.item, states(group), "0.5", "Say more.")
    handed_in_anew(dan=("It goes away, I would say.", "It perhaps moves."))
    shown = typed(desk, "n", "?")
    assert "Decided for an earlier answer: 0.5 points, by grace" in shown
    assert shown.count("? shows this") == 2


# ---------------------------------------------------------------- the command


def run(*arguments, text=""):
    return CliRunner().invoke(main, ["review", *map(str, arguments)], input=text)


def test_json_has_the_queue_for_programs(folder):
    done = run("--store", folder, "--json")
    assert done.exit_code == 0
    queue = msgspec.json.decode(done.output, type=list[Listed])
    group = next(one for one in queue if one.item == "2d.decay")
    assert [member.name for member in group.members] == ["ada", "bob", "cleo"]
    assert group.possible == 2 and not group.yes_or_no
    assert group.answers[0].where == "hw2.md, line 5"
    assert group.found and group.advice


def test_json_can_be_had_of_one_student_and_one_item(folder):
    done = run("--store", folder, "--json", "--student", "ada", "--item", "1a.loss")
    (group,) = msgspec.json.decode(done.output, type=list[Listed])
    assert group.members[0].verdict == "missing"


def test_the_terminal_decides_one_item_of_one_student(folder):
    arguments = ("--store", folder, "--terminal", "--student", "ada", "--item", "1a.loss")
    done = run(*arguments, "--who", "grace", text="3 told me\n")
    assert done.exit_code == 0, done.output
    listed = run("--store", folder, "--json", "--student", "ada", "--item", "1a.loss")
    (group,) = msgspec.json.decode(listed.output, type=list[Listed])
    assert group.members[0].decision.who == "grace"
    assert group.members[0].points == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--student", "nobody"], "no student"),
        (["--student", "a"], "say more"),
        (["--item", "9z.none"], "there is no item"),
    ],
)
def test_what_is_not_there_is_told(folder, arguments, words):
    done = run("--store", folder, "--json", *arguments)
    assert done.exit_code == 2
    assert words in done.output


def test_without_a_store_nothing_is_made(tmp_path):
    done = run("--store", tmp_path / "none")
    assert done.exit_code == 2
    assert "grader regrade" in done.output
    assert not (tmp_path / "none").exists()
