"""The pages of the review: an overview, one group at a time, one student with everything."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple, TypeAlias

from flask import Blueprint, abort, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from grader.errors import GraderError, UsageError
from grader.formulas.tokens import Macros
from grader.model import Answers, Decision, ItemId, Passage
from grader.reports.mathml import macros_of
from grader.reviewing import showing
from grader.reviewing.deciding import Action, Conflict, Desk, Wish, told, worth
from grader.reviewing.queue import Entry, Group
from grader.reviewing.rendering import markdown, rendered
from grader.rubric.decisions import EXTRA_CREDIT
from grader.rubric.schema import part_of
from grader.safe_text import points_text, printable
from grader.store import Record

Page: TypeAlias = "str | Response | tuple[str, int]"

MAX_FOUND = 100
"""Students that a search lists."""


class Text(NamedTuple):
    """A passage as shown: where it stands, its look, its numbered lines."""

    where: str
    look: Markup
    lines: tuple[tuple[int, str], ...]
    is_code: bool


def pages(desk: Desk) -> Blueprint:
    """All pages, to be mounted behind the token."""
    site = Blueprint("site", __name__)
    views = _Views(desk)
    for rule, view in (
        ("/", views.overview),
        ("/next", views.after),
        ("/group/<key>", views.group),
        ("/students", views.students),
        ("/student/<int:hand_in>", views.student),
        ("/student/<int:hand_in>/<item>", views.single),
    ):
        site.add_url_rule(rule, view.__name__, view)
    site.add_url_rule("/decide", "decide", views.decide, methods=["POST"])
    site.add_url_rule("/student/<int:hand_in>", "decide_rest", views.decide_rest, methods=["POST"])
    site.add_url_rule("/undo", "undo", views.undo, methods=["POST"])
    site.app_template_filter("points")(points_text)
    site.app_template_filter("people")(showing.people)
    site.app_template_filter("where")(showing.where)
    site.app_template_filter("heads")(showing.heads)
    site.app_template_filter("told")(told)
    site.app_template_filter("worth")(worth)
    site.app_template_filter("markdown")(lambda text: markdown(printable(text)))
    site.app_template_filter("printable")(printable)
    site.app_context_processor(views.common)
    site.app_errorhandler(GraderError)(_failed)
    return site


def _failed(error: GraderError) -> Page:
    """The store failed: a full disk, a damaged file. It says itself what is lost."""
    return render_template("message.html", title="Not stored", message=str(error)), 500


class _Views:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def common(self) -> dict[str, Any]:
        """What every page shows: who sits here, and what can be undone."""
        last = self._desk.actions[-1] if self._desk.actions else None
        return {"who": self._desk.who, "last": last, "extra_credit": EXTRA_CREDIT}

    # ------------------------------------------------------------ looking

    def overview(self) -> Page:
        """What waits, item by item."""
        groups = self._desk.groups()
        waiting = [group for group in groups if group.waiting]
        items = [(item, list(few)) for item, few in groupby(groups, key=lambda one: one.item)]
        return render_template(
            "overview.html",
            items=items,
            waiting=waiting,
            answers=sum(len(group.waiting) for group in waiting),
            decided=sum(len(group.entries) - len(group.waiting) for group in groups),
            students=len(self._desk.records()),
        )

    def after(self) -> Page:
        """On to the group that waits next behind the one named by ``key``."""
        return redirect(self._next(request.args.get("key", "")))

    def group(self, key: str) -> Page:
        """One group, to be decided or looked at again."""
        return self._group_page(key)

    def single(self, hand_in: int, item: str) -> Page:
        """One item of one student, whatever its verdict."""
        return self._single_page(hand_in, ItemId(item))

    def students(self) -> Page:
        """The students whose name, address or submission has the searched text in it."""
        wanted = request.args.get("q", "").strip()
        records = [one for one in self._desk.records() if is_named(one, wanted)]
        if wanted and len(records) == 1:
            return redirect(url_for("site.student", hand_in=records[0].hand_in_number))
        return render_template(
            "students.html", records=records[:MAX_FOUND], total=len(records), wanted=wanted
        )

    def student(self, hand_in: int) -> Page:
        """Everything about one hand-in: verdicts and the whole text."""
        return self._student_page(hand_in)

    def _student_page(self, hand_in: int, problem: str = "") -> str:
        record = self._desk.record(hand_in) or abort(404)
        entries = self._desk.entries(record)
        known = macros_of(record.answers)
        parts = [
            (part, list(few), _part_texts(record.answers, part, known))
            for part, few in groupby(entries, key=lambda entry: part_of(entry.item))
        ]
        loose = [_text(passage, known) for passage in record.answers.unplaced]
        waiting = sum(entry.is_waiting for entry in entries)
        return render_template(
            "student.html",
            record=record, parts=parts, loose=loose, waiting=waiting,
            problem=problem, typed=request.form,
        )  # fmt: skip

    # ------------------------------------------------------------ deciding

    def decide(self) -> Page:
        """Decide those who are ticked, and go on."""
        form = request.form
        key, item = form.get("group", ""), ItemId(form.get("item", ""))
        try:
            action = self._desk.decide(
                item, form.getlist("seen"), form.get("points", ""), form.get("comment", ""), key
            )
        except UsageError as error:
            return self._again(error)
        if not key:
            return redirect(self._after_single(action, walking=bool(form.get("walk"))))
        return redirect(self._next(key))

    def decide_rest(self, hand_in: int) -> Page:
        """Decide at once what waits of one student: what has points, and perhaps all the rest."""
        form = request.form
        record = self._desk.record(hand_in) or abort(404)
        wishes = [
            Wish(one.item, (form[f"seen:{one.item}"],), points)
            for one in self._desk.entries(record)
            if f"seen:{one.item}" in form
            and (points := form.get(one.item, "").strip() or _rest(one, form.get("rest", "")))
        ]
        try:
            self._desk.decide_together(wishes, form.get("comment", ""))
        except UsageError as error:
            status = 409 if isinstance(error, Conflict) else 400
            return self._student_page(hand_in, str(error)), status
        return redirect(url_for("site.student", hand_in=hand_in))

    def undo(self) -> Page:
        """Take back what the numbers in the form name."""
        numbers = [int(n) for n in request.form.get("numbers", "").split(",") if n.isdecimal()]
        mine = next((a for a in self._desk.actions if set(a.numbers) == set(numbers)), None)
        try:
            taken = self._desk.undo(numbers)
        except Conflict as error:
            return render_template("message.html", title="Nothing to undo", message=str(error)), 409
        return redirect(self._place_of(mine, taken))

    def _again(self, error: UsageError) -> Page:
        """The same page with what is wrong; after a conflict with nothing filled in."""
        form = request.form
        conflict = isinstance(error, Conflict)
        typed = {} if conflict else {"points": form.get("points"), "comment": form.get("comment")}
        shown = {"problem": str(error), "typed": typed, "kept": form if conflict else {}}
        status = 409 if conflict else 400
        key, (first, *_) = form.get("group", ""), (*form.getlist("seen"), "")
        if key and self._desk.group(key) is not None:
            return self._group_page(key, **shown), status
        number, item = first.partition(".")[0], ItemId(form.get("item", ""))
        if number.isdecimal() and self._entry(int(number), item) is not None:
            return self._single_page(int(number), item, **shown), status
        return render_template("message.html", title="Not stored", message=str(error)), status

    # ------------------------------------------------------------ places

    def _next(self, key: str) -> str:
        group = following(self._desk.groups(), key)
        return url_for("site.group", key=group.key) if group else url_for("site.overview")

    def _after_single(self, action: Action, *, walking: bool) -> str:
        """On to what else waits of the student, where this one waited; else back to them."""
        students, item = set(action.students), action.decision.item
        record = next(r for r in self._desk.records() if not students.isdisjoint(r.students))
        following = self._walk(record, item) if walking else None
        number = record.hand_in_number
        return following or url_for("site.student", hand_in=number, _anchor=part_of(item))

    def _walk(self, record: Record, item: ItemId) -> str | None:
        """The next item of a student that waits; from the top again at the end."""
        entries = self._desk.entries(record)
        place = next((n for n, one in enumerate(entries) if one.item == item), 0)
        turned = (*entries[place + 1 :], *entries[:place])
        found = next((one.item for one in turned if one.is_waiting), None)
        if found is None:
            return None
        return url_for("site.single", hand_in=record.hand_in_number, item=found)

    def _place_of(self, action: Action | None, taken: Sequence[Decision]) -> str:
        if action is not None and self._desk.group(action.group) is not None:
            return url_for("site.group", key=action.group, undone=1)
        students = {student for one in taken for student in one.students}
        items = {one.item for one in taken}
        found = (r for r in self._desk.records() if not students.isdisjoint(r.students))
        record = next(found, None)
        if record is None:
            return url_for("site.overview")
        number = record.hand_in_number
        if len(items) > 1:
            return url_for("site.student", hand_in=number, undone=1)
        return url_for("site.single", hand_in=number, item=taken[0].item, undone=1)

    def _entry(self, hand_in: int, item: ItemId) -> Entry | None:
        record = self._desk.record(hand_in)
        if record is None:
            return None
        return next((one for one in self._desk.entries(record) if one.item == item), None)

    def _group_page(self, key: str, **more: Any) -> str:
        groups = self._desk.groups()  # once: another tab may change them at any moment
        place = next((n for n, one in enumerate(groups) if one.key == key), None)
        if place is None:
            abort(404)
        group = groups[place]
        before = groups[place - 1].key if place else None
        left = sum(bool(one.waiting) for one in groups)
        position = f"Group {place + 1} of {len(groups)}"
        return self._page(
            group, before=before, left=left, position=position, is_single=False, **more
        )

    def _single_page(self, hand_in: int, item: ItemId, **more: Any) -> str:
        entry = self._entry(hand_in, item) or abort(404)
        walk = self._walk(entry.record, item)
        return self._page(Group("", (entry,)), is_single=True, walk=walk, **more)

    def _page(self, group: Group, **more: Any) -> str:
        rubric, first = self._desk.rubric, group.shown[0]
        return render_template(
            "group.html",
            group=group,
            first=first,
            variants=[_shown(one) for one in showing.variants(group.shown)],
            found=showing.found(rubric, first),
            advice=showing.advice(rubric, group.item),
            certain=showing.span(group.shown),
            earlier=self._desk.earlier(group),
            made=_made(group.shown),
            **{"typed": {}, "kept": {}, **more},
        )


def _rest(entry: Entry, rest: str) -> str:
    """Points for an item that was left empty; whether work is typewritten has to be said."""
    if entry.item == EXTRA_CREDIT:
        return ""
    verdict = entry.verdict
    known = {"zero": Decimal(0), "verified": verdict.certain, "full": verdict.possible}
    return points_text(known[rest]) if rest in known else ""


def following(groups: Sequence[Group], key: str) -> Group | None:
    """The group that waits next behind the one with this key; from the top again at the end."""
    place = next((n for n, one in enumerate(groups) if one.key == key), -1)
    turned = (*groups[place + 1 :], *groups[: place + 1])
    return next((one for one in turned if one.waiting), None)


def is_named(record: Record, wanted: str) -> bool:
    """Whether a search for a student means this hand-in."""
    names = [record.hand_in.name, *record.students, *(s.name for s in record.hand_in.submitters)]
    return any(wanted.lower() in name.lower() for name in names)


def _made(entries: Sequence[Entry]) -> list[tuple[Decision, str, list[Entry]]]:
    """The decisions that count for the entries shown, with the numbers that take them back."""
    found: dict[tuple[Any, ...], list[Entry]] = {}
    for entry in entries:
        if (decision := entry.decision) is not None:
            found.setdefault((decision.who, decision.when), []).append(entry)
    made = []
    for few in found.values():
        numbers = ",".join(str(n) for n in sorted({entry.number or 0 for entry in few}))
        assert few[0].decision is not None
        made.append((few[0].decision, numbers, few))
    return made


# ---------------------------------------------------------------- text


def _shown(variant: showing.Variant) -> tuple[list[Text], tuple[Entry, ...]]:
    known = macros_of(variant.entries[0].record.answers)
    return [_text(passage, known) for passage in variant.passages], variant.entries


def _part_texts(answers: Answers, part: str, known: Macros) -> list[Text]:
    """What stands in a part; for 4(d) what is written about it, and the programs."""
    if part == EXTRA_CREDIT:
        return []
    written = answers.written.get(part_of(ItemId(part)))
    texts = [_text(passage, known) for passage in (written.passages if written else ())]
    if part == "4d":
        texts += [_text(p, known) for p in showing.passages(answers, ItemId("4d.model"))]
    return texts


def _text(passage: Passage, known: Macros) -> Text:
    lines = printable(passage.text).split("\n")
    numbered = tuple(enumerate(lines, start=passage.line))
    is_code = isinstance(passage, showing.Code)
    look = Markup() if is_code else rendered(passage, known)
    return Text(printable(passage.where), look, numbered, is_code)
