"""Decisions: for a group, undone, kept through regrades, asked again, never overwritten unseen."""

from decimal import Decimal

import msgspec
import pytest

from grader.errors import UsageError
from grader.pipeline import given_up
from grader.reading.export import open_export
from grader.regrading import regrade, rescore
from grader.reports.changes import DECISION, changed
from grader.reviewing.deciding import Conflict, Desk, Wish, points_of
from grader.rubric import RUBRICS, load_rubric
from grader.store import Store
from tests.reviewing.conftest import PICTURE, fill


def verdict(desk, student, item="2d.decay"):
    record = next(one for one in desk.records() if student in one.students)
    return next(one.verdict for one in desk.entries(record) if one.item == item)


def test_equal_and_equivalent_answers_form_one_group_and_others_do_not(group_of):
    group = group_of("2d.decay", "ada")
    assert [entry.record.hand_in.name for entry in group.entries] == ["ada", "bob", "cleo"]
    assert len({entry.answer for entry in group.entries}) == 2
    assert [e.record.hand_in.name for e in group_of("2d.decay", "dan").entries] == ["dan"]


def test_groups_come_in_the_order_of_the_rubric_large_ones_first(desk):
    order = [item.item for item in desk.rubric.items]
    places = [(order.index(group.item), -len(group.entries)) for group in desk.groups()]
    assert places == sorted(places)


def test_one_decision_counts_for_the_whole_group_at_once(desk, group_of, states, store):
    group = group_of("2d.decay", "ada")
    action = desk.decide(group.item, states(group), "1.5", "Which powers?", group.key)
    assert sorted(action.students) == ["ada", "bob", "cleo"]
    for student in ("ada", "bob", "cleo"):
        found = verdict(desk, student)
        assert (found.verdict, found.points) == ("partial", Decimal("1.5"))
        assert "Which powers?" in found.feedback
    assert verdict(desk, "dan").verdict == "review"
    kept = list(store.decisions().values())
    assert {one.who for one in kept} == {"grace"}
    assert len({one.answer for one in kept}) == len(kept) == 2


def test_diff_says_that_it_was_a_ta(desk, group_of, states, store):
    group = group_of("2d.decay", "dan")
    desk.decide(group.item, states(group), "2")
    (change,) = changed(store, "last")
    assert change.name == "dan"
    assert ("2d.decay", DECISION) in [(move.item, move.why) for move in change.moves]


def test_only_those_who_are_ticked_are_decided(desk, group_of, states):
    group = group_of("2d.decay", "ada")
    desk.decide(group.item, states(group)[:1], "1", group=group.key)
    assert verdict(desk, "ada").points == 1
    assert [one.record.hand_in.name for one in group_of("2d.decay", "bob").waiting] == [
        "bob",
        "cleo",
    ]


def test_undo_brings_back_what_counted_before(desk, group_of, states):
    group = group_of("2d.decay", "ada")
    first = desk.decide(group.item, states(group), "1", group=group.key)
    second = desk.decide(group.item, states(group_of("2d.decay", "ada")), "2", group=group.key)
    desk.undo(second.numbers)
    assert verdict(desk, "bob").points == 1
    desk.undo(first.numbers)
    assert verdict(desk, "bob").verdict == "review"
    with pytest.raises(Conflict, match="already"):
        desk.undo(first.numbers)


def test_a_group_decided_in_the_meantime_is_told_and_kept(desk, group_of, states, store, rubric):
    group = group_of("2d.decay", "ada")
    Desk(store, rubric, "emmy").decide(group.item, states(group)[1:2], "0.5")
    with pytest.raises(Conflict, match=r"decided in the meantime: 0\.5 points, by emmy"):
        desk.decide(group.item, states(group), "2")
    assert verdict(desk, "bob").points == Decimal("0.5")
    assert verdict(desk, "ada").verdict == "review"  # nothing of it was stored


def test_a_decision_taken_back_in_the_meantime_is_told(desk, group_of, states):
    group = group_of("2d.decay", "dan")
    action = desk.decide(group.item, states(group), "1")
    seen = states(group_of("2d.decay", "dan"))
    desk.undo(action.numbers)
    with pytest.raises(Conflict, match="taken back in the meantime"):
        desk.decide(group.item, seen, "2")


def test_decisions_survive_a_rescore(desk, group_of, states, store):
    group = group_of("2d.decay", "ada")
    desk.decide(group.item, states(group), "1.25", "so")
    desk.close()
    assert rescore(store, load_rubric(RUBRICS)).moved == 0
    assert verdict(desk, "cleo").points == Decimal("1.25")


def test_another_answer_is_asked_again_with_the_old_decision_beside_it(
    desk, group_of, states, handed_in_anew
):
    group = group_of("2d.decay", "dan")
    desk.decide(group.item, states(group), "0.5", "too short")
    other = group_of("3d.descent", "dan")
    handed_in_anew(dan=("Somehow it all becomes tiny, I believe.", "It perhaps moves somewhere."))
    assert verdict(desk, "dan").verdict == "review"
    again = group_of("2d.decay", "dan")
    assert [one.comment for one in desk.earlier(again)] == ["too short"]
    with pytest.raises(Conflict):
        desk.decide(other.item, states(other), "1")


def test_an_unchanged_answer_keeps_its_decision_when_the_rest_is_handed_in_anew(
    desk, group_of, states, handed_in_anew
):
    group = group_of("2d.decay", "dan")
    desk.decide(group.item, states(group), "0.5")
    same = group.entries[0].record.answers.text_of("2d")
    handed_in_anew(dan=(same, "It perhaps moves nowhere."))
    assert verdict(desk, "dan").points == Decimal("0.5")


def test_an_equal_answer_that_comes_later_gets_a_suggestion_and_no_points(
    desk, group_of, states, handed_in_anew
):
    group = group_of("2d.decay", "ada")
    desk.decide(group.item, states(group), "1.5", "Which powers?")
    text = group.entries[0].record.answers.text_of("2d")
    handed_in_anew(dan=(text.replace("the powers", "the  powers"), "It stands still."))
    assert verdict(desk, "dan").verdict == "review"
    (first, *_) = group_of("2d.decay", "dan").suggestions
    assert (first.points, first.comment) == (Decimal("1.5"), "Which powers?")


def test_an_automatic_verdict_can_be_changed_and_given_back(desk):
    record = next(one for one in desk.records() if "ada" in one.students)
    entry = next(one for one in desk.entries(record) if one.item == "1a.loss")
    assert entry.verdict.verdict == "missing"
    action = desk.decide(entry.item, [entry.state], "3", "You told me.")
    assert verdict(desk, "ada", "1a.loss").points == 3
    assert verdict(desk, "bob", "1a.loss").points == 0
    desk.undo(action.numbers)
    assert verdict(desk, "ada", "1a.loss").verdict == "missing"


def test_the_typewritten_bonus_is_a_yes_or_a_no(desk, store):
    record = next(one for one in desk.records() if "ada" in one.students)
    entry = next(one for one in desk.entries(record) if one.item == "extra_credit")
    with pytest.raises(UsageError, match="yes"):
        desk.decide(entry.item, [entry.state], "3")
    desk.decide(entry.item, [entry.state], "no", "A scan.")
    assert verdict(desk, "ada", "extra_credit").verdict == "incorrect"
    (change,) = changed(store, "last")
    assert ("extra_credit", DECISION) in [(move.item, move.why) for move in change.moves]


@pytest.mark.parametrize("typed", ["", "-1", "2.01", "0.125", "1,5", "one", "1e0", "NaN", "٢", "3"])
def test_points_that_an_item_cannot_have_are_refused(typed):
    with pytest.raises(UsageError):
        points_of(typed, "2d.decay", Decimal(2))


@pytest.mark.parametrize("typed", ["0", "2", "2.00", " 1.5 ", ".25", "0.75"])
def test_other_points_are_taken(typed):
    assert points_of(typed, "2d.decay", Decimal(2)) == Decimal(typed.strip())


def test_nobody_ticked_is_told(desk):
    with pytest.raises(UsageError, match="Nobody"):
        desk.decide("2d.decay", [], "1")


def test_nonsense_for_a_state_is_told(desk):
    for state in ("", "x", "999999.abc.0", "-1.a.0", "9" * 40, "1"):
        with pytest.raises(Conflict):
            desk.decide("2d.decay", [state], "1")


def test_another_rubric_than_that_of_the_scores_is_refused(store, rubric):
    other = msgspec.structs.replace(rubric, digest="another")
    with pytest.raises(UsageError, match="grader rescore"):
        Desk(store, other, "grace")


def test_two_processes_at_one_store_see_each_other(desk, folder, group_of, states, rubric):
    group = group_of("2d.decay", "ada")
    with Store(folder, writable=True) as elsewhere:
        other = Desk(elsewhere, rubric, "emmy")
        other.decide(group.item, states(group), "0.5")
        with pytest.raises(Conflict, match="by emmy"):
            desk.decide(group.item, states(group), "2")
        other.undo(other.actions[-1].numbers)
    desk.decide(group.item, states(group), "2")
    assert verdict(desk, "ada").points == 2


def test_a_rescore_with_another_rubric_in_the_meantime_is_told(desk, group_of, states, store):
    group = group_of("2d.decay", "ada")
    desk.rubric = msgspec.structs.replace(desk.rubric, digest="another")
    with pytest.raises(UsageError, match="grader rescore"):
        desk.decide(group.item, states(group), "1")
    assert not store.decisions()


def test_what_the_grader_failed_on_can_be_decided_too(desk, store, tmp_path, rubric):
    (tmp_path / "class" / "eve").mkdir(parents=True)
    (tmp_path / "class" / "eve" / "hw2.md").write_text("# 1", encoding="utf-8")

    def failing(jobs):
        yield from ((number, given_up(load(), rubric)) for number, load in jobs)

    regrade(store, open_export(tmp_path / "class"), load_rubric(RUBRICS), failing)
    record = next(one for one in desk.records() if "eve" in one.students)
    entry = next(one for one in desk.entries(record) if one.item == "1a.loss")
    assert entry.is_waiting
    desk.decide(entry.item, [entry.state], "4")
    assert verdict(desk, "eve", "1a.loss").points == 4


def test_the_same_pdf_under_another_name_is_one_group(desk, folder, tmp_path):
    for name, file in (("eve", "scan.pdf"), ("fay", "homework (2).pdf")):
        (tmp_path / "scans" / name).mkdir(parents=True)
        (tmp_path / "scans" / name / file).write_bytes(PICTURE)
    fill(folder, tmp_path / "scans")
    loss = [group for group in desk.groups() if group.item == "1a.loss" and group.waiting]
    assert [entry.record.hand_in.name for group in loss for entry in group.waiting] == [
        "eve",
        "fay",
    ]
    assert len(loss) == 1
    desk.decide(loss[0].item, [entry.state for entry in loss[0].shown], "3")
    assert verdict(desk, "fay", "1a.loss").points == 3


def test_what_waits_of_a_student_is_decided_together_or_not_at_all(desk, store, group_of):
    decay, descent = (group_of(item, "dan") for item in ("2d.decay", "3d.descent"))
    states = {group.item: (group.shown[0].state,) for group in (decay, descent)}
    good = Wish(decay.item, states[decay.item], "1")
    with pytest.raises(UsageError, match="cannot be the points of 3d"):
        desk.decide_together([good, Wish(descent.item, states[descent.item], "9")])
    assert not store.decisions()
    action = desk.decide_together([good, Wish(descent.item, states[descent.item], "0")], "Read.")
    assert action.items == 2 and action.students == ("dan",)
    assert {(one.item, one.comment) for one in store.decisions().values()} == {
        ("2d.decay", "Read."), ("3d.descent", "Read."),
    }  # fmt: skip
    desk.undo(action.numbers)
    assert not store.decisions()
    with pytest.raises(UsageError, match="No points"):
        desk.decide_together([])
