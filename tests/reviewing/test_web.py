"""The page without a browser: who may open it, what it stores, what it refuses."""

import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from grader.errors import Fault
from grader.reviewing.deciding import Desk
from grader.reviewing.web import application

HOST = "127.0.0.1:4321"
BASE = f"http://{HOST}"


@pytest.fixture
def client(desk):
    return application(desk, "secret", lambda: {HOST}).test_client()


@pytest.fixture
def press(client, group_of):
    """Decide the group of an item that a student is in."""

    def pressed(item, student, points, **more):
        group = group_of(item, student)
        form = {"item": item, "group": group.key, "points": points, **more}
        form.setdefault("seen", [entry.state for entry in group.shown])
        return client.post("/secret/decide", base_url=BASE, data=form)

    return pressed


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)).split())


STRANGERS = [
    ("/", BASE),
    ("/wrong/", BASE),
    ("/secre/", BASE),
    ("/static/review.js", BASE),
    ("/wrong/decide", BASE),
    ("/secret/", "http://evil.example:4321"),
    ("/secret/", "http://127.0.0.1:80"),
    ("/secret/static/review.js", "http://evil.example"),
]


def test_without_token_or_with_another_host_nothing_is_answered(client):
    for path, base in STRANGERS:
        for answer in (client.get(path, base_url=base), client.post(path, base_url=base)):
            assert answer.status_code == 403
            assert "wait" not in text_of(answer)


def test_every_answer_forbids_what_a_page_could_be_made_to_do(client):
    for path in ("/secret/", "/secret/static/review.js", "/wrong", "/secret/nothing"):
        headers = client.get(path, base_url=BASE).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"


def test_decisions_are_posted_only(client):
    assert client.get("/secret/decide", base_url=BASE).status_code == 405
    assert client.get("/secret/undo", base_url=BASE).status_code == 405


def test_a_group_shows_lines_findings_advice_and_everyone_in_it(client, group_of):
    group = group_of("2d.decay", "ada")
    page = client.get(f"/secret/group/{group.key}", base_url=BASE)
    words = text_of(page)
    assert "hw2.md, line 5" in words
    assert "Diagonalisation" in words
    assert all(name in words for name in ("ada", "bob", "cleo"))
    assert "<math" in page.get_data(as_text=True)


def test_deciding_leads_on_and_says_what_was_stored(client, press, desk):
    answer = press("2d.decay", "ada", "1.5", comment="Which?")
    assert answer.status_code == 302
    words = text_of(client.get(answer.location, base_url=BASE))
    assert "Stored: 2d.decay 1.5 points for 3 students." in words
    assert len(desk.actions) == 1


def test_points_that_cannot_be_are_told_with_what_was_typed(press, desk):
    answer = press("2d.decay", "ada", "7", comment="A long comment.")
    assert answer.status_code == 400
    assert "from 0 to 2" in text_of(answer)
    page = answer.get_data(as_text=True)
    assert 'value="7"' in page and "A long comment.</textarea>" in page
    assert not desk.actions


def test_a_conflict_is_told_and_the_field_is_empty(press, group_of, store, rubric):
    group = group_of("2d.decay", "ada")
    seen = [entry.state for entry in group.shown]
    Desk(store, rubric, "emmy").decide(group.item, seen, "0.5")
    answer = press("2d.decay", "ada", "2", comment="Mine.", seen=seen)
    assert answer.status_code == 409
    words = text_of(answer)
    assert "decided in the meantime: 0.5 points, by emmy" in words
    assert "You had typed: 2" in words
    assert 'name="points" inputmode="decimal" autocomplete="off" value=""' in answer.get_data(True)
    assert {one.points for one in store.decisions().values()} == {group.possible / 4}


def test_undo_leads_back_to_the_group(client, press, desk, group_of):
    key = group_of("2d.decay", "ada").key
    press("2d.decay", "ada", "1")
    numbers = ",".join(str(number) for number in desk.actions[-1].numbers)
    answer = client.post("/secret/undo", base_url=BASE, data={"numbers": numbers})
    assert f"/group/{key}" in answer.location
    again = client.post("/secret/undo", base_url=BASE, data={"numbers": numbers})
    assert again.status_code == 409 and "already" in text_of(again)


def test_nonsense_to_undo_is_told(client):
    for numbers in ("", "x", "-1", "999999", "1;2", "9" * 30):
        answer = client.post("/secret/undo", base_url=BASE, data={"numbers": numbers})
        assert answer.status_code == 409


def test_what_is_not_there_is_not_found(client):
    for path in ("group/x", "student/999", "student/1/9z.none", "nothing"):
        assert client.get(f"/secret/{path}", base_url=BASE).status_code == 404


def test_hostile_answers_are_shown_as_text(client, group_of):
    group = group_of("3d.descent", "dan")
    number = group.entries[0].record.hand_in_number
    for path in (f"group/{group.key}", f"student/{number}"):
        page = client.get(f"/secret/{path}", base_url=BASE).get_data(as_text=True)
        assert "&lt;script&gt;" in page
        assert page.count("<script") == 1  # our own
        assert 'href="javascript' not in page


def test_a_student_is_found_and_shown_with_everything(client):
    answer = client.get("/secret/students?q=CLE", base_url=BASE, follow_redirects=True)
    words = text_of(answer)
    assert "2d.decay" in words and "1a.loss" in words and "One cannot know" in words
    everyone = text_of(client.get("/secret/students?q=", base_url=BASE))
    assert "4 students" in everyone


def test_an_automatic_verdict_is_changed_from_the_students_page(client, desk):
    record = next(one for one in desk.records() if "bob" in one.students)
    entry = next(one for one in desk.entries(record) if one.item == "1a.loss")
    page = client.get(f"/secret/student/{record.hand_in_number}/1a.loss", base_url=BASE)
    assert "Decided automatically: missing" in text_of(page)
    form = {"item": "1a.loss", "group": "", "seen": entry.state, "points": "5", "comment": ""}
    answer = client.post("/secret/decide", base_url=BASE, data=form)
    assert answer.location.endswith(f"/student/{record.hand_in_number}#1a")
    assert "correct" in text_of(client.get(answer.location, base_url=BASE))


def test_the_overview_counts_and_ends(client, desk, states):
    assert "16 answers wait for you" in text_of(client.get("/secret/", base_url=BASE))
    while waiting := [group for group in desk.groups() if group.waiting]:
        group = waiting[0]
        points = "yes" if group.item == "extra_credit" else "0"
        desk.decide(group.item, states(group), points, group=group.key)
    words = text_of(client.get("/secret/next", base_url=BASE, follow_redirects=True))
    assert "Nothing waits for you" in words


def test_what_waits_of_one_student_can_be_gone_through(client, desk):
    record = next(one for one in desk.records() if "bob" in one.students)
    entry, other = [one for one in desk.entries(record) if one.is_waiting][:2]
    form = {"item": entry.item, "seen": entry.state, "points": "0", "walk": "1"}
    answer = client.post("/secret/decide", base_url=BASE, data=form)
    assert answer.location.endswith(f"/student/{record.hand_in_number}/{other.item}")


def test_a_store_that_fails_is_told(press, store, monkeypatch):
    def full(*_):
        raise Fault("the store failed: disk full.")

    monkeypatch.setattr(store, "decide", full)
    answer = press("2d.decay", "ada", "1")
    assert answer.status_code == 500
    assert "disk full" in text_of(answer)
    assert not store.decisions()


def test_many_tabs_at_once_lose_nothing(client, desk, store):
    groups = [group for group in desk.groups() if group.item != "extra_credit"]
    forms = [
        {"item": one.item, "group": one.key, "points": "0", "seen": [e.state for e in one.shown]}
        for one in groups
    ]

    def post(form):
        return client.post("/secret/decide", base_url=BASE, data=form).status_code

    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(post, forms * 2))  # each group twice: one of them comes too late
    assert sorted(codes) == [302] * len(forms) + [409] * len(forms)
    decided = [(one.item, name) for one in store.decisions().values() for name in one.students]
    assert len(decided) == len(set(decided)) == sum(len(one.entries) for one in groups)


@pytest.fixture
def sheet(client, desk):
    """Post the form for all that waits of a student."""

    def posted(student, **typed):
        record = next(one for one in desk.records() if student in one.students)
        waiting = [one for one in desk.entries(record) if one.is_waiting]
        seen = {f"seen:{one.item}": one.state for one in waiting}
        address = f"/secret/student/{record.hand_in_number}"
        return client.post(address, base_url=BASE, data={**seen, **typed})

    return posted


def test_all_that_waits_of_a_student_is_decided_on_their_page(sheet, client, desk, store):
    answer = sheet("dan", **{"2d.decay": "1.5", "rest": "zero", "comment": "From the scan."})
    assert answer.status_code == 302
    points = {one.item: one.points for one in store.decisions().values()}
    assert points.pop("2d.decay") == Decimal("1.5")
    assert len(points) == 3 and set(points.values()) == {Decimal(0)}
    words = text_of(client.get(answer.location, base_url=BASE))
    assert "Stored: 4 items for 1 student." in words
    assert "From the scan." in {one.comment for one in store.decisions().values()}
    numbers = ",".join(map(str, desk.actions[-1].numbers))
    undone = client.post("/secret/undo", base_url=BASE, data={"numbers": numbers})
    assert "/student/" in undone.location and not store.decisions()


def test_a_student_whose_points_cannot_be_keeps_what_was_typed(sheet, store):
    answer = sheet("dan", **{"2d.decay": "1.5", "3d.descent": "7"})
    assert answer.status_code == 400 and not store.decisions()
    assert "from 0 to" in text_of(answer) and 'value="1.5"' in answer.get_data(as_text=True)
    nothing = sheet("dan")
    assert nothing.status_code == 400 and "No points were given" in text_of(nothing)


def test_a_group_says_which_it_is_and_whose_submission(client, group_of, desk):
    group = group_of("2d.decay", "ada")
    words = text_of(client.get(f"/secret/group/{group.key}", base_url=BASE))
    place = [one.key for one in desk.groups()].index(group.key) + 1
    assert f"Group {place} of {len(desk.groups())}; " in words
    assert "Decide for 3 submissions" in words and "3 students" in words
    assert "like before" not in words
