"""What must hold after every attack; the test modules of this folder say under which condition."""

from __future__ import annotations

import json

import pytest

from grader.reports.gradescope import validated
from tests.attacks.suite import NEIGHBOURS, ROWS

every_attack = pytest.mark.parametrize("name", ROWS)


class Claims:
    """To be inherited by a class with a fixture `aftermath`."""

    @every_attack
    def test_it_earns_what_it_deserves(self, aftermath, name):
        items, earned = aftermath.items(name), ROWS[name]["earned"]
        points = sum(item.score for item in items.values())
        if earned == "nothing":
            assert points == 0, items
        elif earned == "everything":
            assert points == 5, items
        elif earned != "something":
            given = [item for item in earned if item in items and items[item].verdict == "correct"]
            assert not given, items

    @every_attack
    def test_its_results_are_valid_and_say_what_happened(self, aftermath, name):
        results = aftermath.results[name]
        validated(results)
        text = json.dumps(results, ensure_ascii=False)
        shown = "\n".join([results["output"], *(test["output"] for test in results["tests"])])
        if says := ROWS[name].get("says"):
            assert says in shown.replace("\\", ""), shown
        if hides := ROWS[name].get("hides"):
            assert hides not in text
            assert hides not in shown
        assert "grader-fault" not in results["extra_data"]["notices"]

    @pytest.mark.parametrize("number", range(NEIGHBOURS))
    def test_honest_neighbours_are_not_affected(self, aftermath, number):
        items = aftermath.items(f"neighbour-{number}")
        assert {item.verdict for item in items.values()} == {"correct"}

    def test_everybody_has_results_and_the_run_ended_well(self, aftermath):
        assert aftermath.exit_status == 0, aftermath.terminal
        assert set(ROWS) <= set(aftermath.results)

    def test_nothing_is_left_behind(self, aftermath):
        assert not aftermath.traces, aftermath.traces
        assert not aftermath.processes, aftermath.processes

    def test_nothing_of_the_grader_has_changed(self, aftermath):
        assert not aftermath.changed, aftermath.changed

    def test_the_terminal_shows_no_control_characters(self, aftermath):
        assert [c for c in aftermath.terminal if not c.isprintable() and c not in "\n\t"] == []

    def test_the_terminal_does_not_warn(self, aftermath):
        assert "Student code can reach" not in aftermath.terminal
