"""Letters come in, are read, reviewed row by row, and become findings; every step allowed and refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jiandi.base import clock, files
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.base.jobs.models import Job
from jiandi.loop.intake import actions
from jiandi.record.ledger.models import Finding, Letter, LetterItem, Measure
from jiandi.record.trail.models import TrailEntry
from tests.builders import make_finding, make_item, make_letter, make_round
from tests.cast import Cast
from tests.loop.intake.city import PLAN, hand_in, read, review, rows_of


def test_a_letter_is_stored_with_its_digest_before_it_is_read(cast: Cast) -> None:
    letter = hand_in(cast)
    assert (letter.state, letter.text, letter.file_bytes) == ("received", "", len(PLAN.encode()))
    with files.open_file(letter.file_digest) as kept:
        assert kept.read() == PLAN.encode()
    job = Job.objects.get(name="intake.read_letter")
    assert (job.payload, job.created_by) == ({"letter": letter.pk}, cast.people["clerk"].pk)


@pytest.mark.parametrize("who", ["head", "verifier", "supervisor", "member"])
def test_only_the_office_receives_letters(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        hand_in(cast, who=who)
    assert not Letter.objects.exists()


def test_who_has_no_part_in_a_round_does_not_find_it(cast: Cast) -> None:
    with pytest.raises(NotFound):
        hand_in(cast, who="outsider")


def test_the_same_file_comes_into_a_round_once(cast: Cast) -> None:
    hand_in(cast, title="第一次")
    with pytest.raises(BadInput) as refused:
        hand_in(cast, title="第二次")
    assert refused.value.code == "intake.same_file"
    assert "第一次" in refused.value.sentence()
    assert (Letter.objects.count(), Job.objects.count()) == (1, 1)


def test_the_same_file_may_come_into_another_round(cast: Cast) -> None:
    hand_in(cast)
    cast.round = make_round(cast.city)
    assert hand_in(cast).pk


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"title": " "}, "intake.no_title"), ({"received_on": clock.today() + timedelta(days=2)}, "intake.day_ahead")],
)
def test_a_letter_needs_a_title_and_a_day_that_has_come(cast: Cast, fields: dict, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        hand_in(cast, **fields)
    assert refused.value.code == code


def test_reading_proposes_rows_whose_words_are_the_letters(cast: Cast) -> None:
    letter = review(cast)
    assert letter.state == "in_review"
    rows = rows_of(letter)
    assert {"finding", "measure"} <= {row.type for row in rows}
    for row in rows:
        assert row.text == letter.text[row.start : row.end] or row.type == "heading"
    measure = next(row for row in rows if row.type == "measure")
    assert (measure.unit, getattr(measure.parent, "type", "")) == (cast.bureau, "finding")
    assert all(row.state == "open" for row in rows if row.type != "heading")


def test_no_numbered_paragraph_is_lost(cast: Cast) -> None:
    text = "关于巡察市水务局党组的反馈意见\n一、存在问题\n（一）项目资金拨付滞后。\n二、其他\n（一）本件阅后存档。\n"
    letter = review(cast, text.encode())
    spans = [(row.start or 0, row.end or 0) for row in rows_of(letter)]
    for words in ("存在问题", "项目资金拨付滞后", "本件阅后存档"):
        at = letter.text.index(words)
        assert any(start <= at < end for start, end in spans), words


def test_a_letter_without_text_has_rows_to_be_held_or_filled(cast: Cast) -> None:
    letter = actions.receive_without_text(
        actor=cast.actor("clerk"),
        round_id=cast.round.pk,
        title="专项反馈",
        number="密件登记7号",
        received_on=clock.today(),
        item_count=3,
        keeper="市整改办机要岗",
    )
    rows = rows_of(letter)
    assert (letter.state, [row.state for row in rows]) == ("in_review", ["open"] * 3)
    held = actions.hold_item(
        actor=cast.actor("clerk"),
        item_id=rows[0].pk,
        version=1,
        kept_number="另册1号",
        keeper="机要岗",
        review_on=clock.today() + timedelta(days=90),
    )
    assert held.state == "held"
    actions.edit_item(actor=cast.actor("clerk"), item_id=rows[1].pk, version=1, text="项目资金拨付滞后", unit_id=cast.bureau.pk)
    assert [f.verbatim for f in actions.register_findings(actor=cast.actor("clerk"), letter_id=letter.pk)] == ["项目资金拨付滞后"]


@pytest.mark.parametrize(("count", "keeper"), [(0, "岗"), (5, " "), (100_000, "岗")])
def test_a_letter_without_text_says_how_many_items_and_who_keeps_it(cast: Cast, count: int, keeper: str) -> None:
    with pytest.raises(BadInput):
        actions.receive_without_text(
            actor=cast.actor("clerk"),
            round_id=cast.round.pk,
            title="专项",
            number="",
            received_on=clock.today(),
            item_count=count,
            keeper=keeper,
        )
    assert not Letter.objects.exists()


def test_a_stale_row_is_not_confirmed(cast: Cast) -> None:
    row = rows_of(review(cast), "finding")[0]
    clerk = cast.actor("clerk")
    actions.confirm_item(actor=clerk, item_id=row.pk, version=1)
    with pytest.raises(Conflict):
        actions.edit_item(actor=clerk, item_id=row.pk, version=1, category="资金")


@pytest.mark.parametrize("who", ["supervisor", "member"])
def test_readers_of_the_round_do_not_review(cast: Cast, who: str) -> None:
    row = rows_of(review(cast), "finding")[0]
    with pytest.raises(NotAllowed):
        actions.confirm_item(actor=cast.actor(who), item_id=row.pk, version=1)


def test_a_unit_does_not_find_the_letter(cast: Cast) -> None:
    row = rows_of(review(cast), "finding")[0]
    with pytest.raises(NotFound):
        actions.confirm_item(actor=cast.actor("head"), item_id=row.pk, version=1)


def test_editing_keeps_the_span_and_the_letters_words(cast: Cast) -> None:
    letter = review(cast)
    row = rows_of(letter, "finding")[0]
    span = (row.start, row.end)
    edited = actions.edit_item(
        actor=cast.actor("clerk"), item_id=row.pk, version=1, text="资金拨付慢", unit_id=cast.helper.pk, due_text="2026年8月底前"
    )
    assert (edited.text, (edited.start, edited.end), edited.confirmed) == ("资金拨付慢", span, True)
    made = actions.register_findings(actor=cast.actor("clerk"), letter_id=letter.pk)[0]
    assert (made.title, made.verbatim, made.lead) == ("资金拨付慢", letter.text[slice(*span)], cast.helper)
    assert str(made.due) == "2026-08-31"


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"due_text": "2026年2月30日"}, "intake.no_such_day"), ({"text": "  "}, "intake.no_words"), ({"type": "poem"}, "intake.no_type")],
)
def test_an_edit_that_cannot_be_right_is_refused(cast: Cast, fields: dict, code: str) -> None:
    row = rows_of(review(cast), "finding")[0]
    with pytest.raises(BadInput) as refused:
        actions.edit_item(actor=cast.actor("clerk"), item_id=row.pk, version=1, **fields)
    assert refused.value.code == code
    row.refresh_from_db()
    assert row.version == 1


def test_a_split_gives_two_exact_spans(cast: Cast) -> None:
    letter = review(cast)
    row = next(r for r in rows_of(letter, "finding") if "。2025" in r.text)
    at = letter.text.index("2025年有12条")
    second = actions.split_item(actor=cast.actor("clerk"), item_id=row.pk, version=1, at=at)
    row.refresh_from_db()
    assert row.text == letter.text[row.start : row.end] == "河长制巡查流于形式。"
    assert second.text == letter.text[second.start : second.end]
    assert second.text.startswith("2025年有12条")
    order = [r.pk for r in rows_of(letter)]
    assert order.index(second.pk) == order.index(row.pk) + 1


@pytest.mark.parametrize("at", [0, 10_000_000])
def test_a_split_outside_the_row_is_refused(cast: Cast, at: int) -> None:
    row = rows_of(review(cast), "finding")[0]
    with pytest.raises(BadInput):
        actions.split_item(actor=cast.actor("clerk"), item_id=row.pk, version=1, at=at)


def test_a_merge_joins_the_spans_and_undo_takes_it_back(cast: Cast) -> None:
    letter = review(cast)
    clerk = cast.actor("clerk")
    measures = rows_of(letter, "measure")
    above, row = measures[0], measures[1]
    span = (above.start, above.end)
    joined = actions.merge_items(actor=clerk, item_id=row.pk, version=1)
    assert (joined.pk, joined.start, joined.end) == (above.pk, above.start, row.end)
    assert joined.text == letter.text[above.start : row.end]
    row.refresh_from_db()
    assert row.state == "merged"
    actions.undo(actor=clerk, letter_id=letter.pk)
    row.refresh_from_db()
    above.refresh_from_db()
    assert (row.state, (above.start, above.end), above.text) == ("open", span, letter.text[slice(*span)])


def test_the_first_row_has_nothing_above_to_join(cast: Cast) -> None:
    letter = make_letter(cast.round, state="in_review")
    row = make_item(letter)
    with pytest.raises(RuleBroken):
        actions.merge_items(actor=cast.actor("clerk"), item_id=row.pk, version=1)


@pytest.mark.parametrize("verb", ["confirm", "edit", "hold", "ask_drop"])
def test_ones_own_last_step_can_be_undone_once(cast: Cast, verb: str) -> None:
    letter = review(cast)
    clerk, row = cast.actor("clerk"), rows_of(letter, "finding")[-1]
    fields: dict[str, Any] = {"actor": clerk, "item_id": row.pk, "version": row.version}
    match verb:
        case "confirm":
            actions.confirm_item(**fields)
        case "edit":
            actions.edit_item(**fields, category="资金")
        case "hold":
            actions.hold_item(**fields, kept_number="1", keeper="机要岗", review_on=clock.today())
        case "ask_drop":
            actions.ask_drop(**fields, reason="重复")
    actions.undo(actor=clerk, letter_id=letter.pk)
    row.refresh_from_db()
    assert (row.state, row.confirmed, row.category, row.reason) == ("open", False, "", "")
    with pytest.raises(RuleBroken):
        actions.undo(actor=clerk, letter_id=letter.pk)


def test_nobody_undoes_what_another_has_changed_since(cast: Cast) -> None:
    letter = review(cast)
    row = rows_of(letter, "finding")[0]
    actions.confirm_item(actor=cast.actor("clerk"), item_id=row.pk, version=1)
    actions.edit_item(actor=cast.actor("director"), item_id=row.pk, version=2, category="资金")
    with pytest.raises(RuleBroken):
        actions.undo(actor=cast.actor("clerk"), letter_id=letter.pk)


def test_a_drop_needs_a_reason_and_a_second_person(cast: Cast) -> None:
    row = rows_of(review(cast), "finding")[0]
    clerk, director = cast.actor("clerk"), cast.actor("director")
    with pytest.raises(RuleBroken):
        actions.ask_drop(actor=clerk, item_id=row.pk, version=1, reason=" ")
    asked = actions.ask_drop(actor=director, item_id=row.pk, version=1, reason="与上一条重复")
    with pytest.raises(NotAllowed):
        actions.approve_drop(actor=clerk, item_id=row.pk, version=asked.version)
    with pytest.raises(RuleBroken):
        actions.approve_drop(actor=director, item_id=row.pk, version=asked.version)


def test_the_director_approves_what_the_clerk_asked_for(cast: Cast) -> None:
    row = rows_of(review(cast), "finding")[0]
    asked = actions.ask_drop(actor=cast.actor("clerk"), item_id=row.pk, version=1, reason="与上一条重复")
    dropped = actions.approve_drop(actor=cast.actor("director"), item_id=row.pk, version=asked.version)
    assert (dropped.state, dropped.reason) == ("dropped", "与上一条重复")
    opened = actions.reopen_item(actor=cast.actor("clerk"), item_id=row.pk, version=dropped.version)
    assert opened.state == "open"


def test_a_held_row_names_number_keeper_and_review_day(cast: Cast) -> None:
    row = rows_of(review(cast), "finding")[0]
    with pytest.raises(RuleBroken) as refused:
        actions.hold_item(actor=cast.actor("clerk"), item_id=row.pk, version=1, kept_number="", keeper="", review_on=None)
    assert {u.code for u in refused.value.unmet} == {"kept_number", "keeper", "review_on"}


def test_a_review_ends_when_every_row_is_confirmed(cast: Cast) -> None:
    letter = review(cast)
    clerk = cast.actor("clerk")
    with pytest.raises(RuleBroken) as refused:
        actions.finish_review(actor=clerk, letter_id=letter.pk, version=letter.version)
    assert refused.value.unmet[0].code == "unconfirmed"
    n = LetterItem.objects.filter(letter=letter, state="open").count()
    assert actions.accept_above(actor=clerk, letter_id=letter.pk, confidence=0) == n
    with pytest.raises(Conflict):
        actions.finish_review(actor=clerk, letter_id=letter.pk, version=letter.version + 1)
    done = actions.finish_review(actor=clerk, letter_id=letter.pk, version=letter.version)
    assert done.state == "reviewed"
    row = rows_of(letter, "finding")[0]
    with pytest.raises(RuleBroken):
        actions.edit_item(actor=clerk, item_id=row.pk, version=row.version, category="x")
    assert actions.review_again(actor=clerk, letter_id=letter.pk, version=done.version).state == "in_review"


def test_confirming_in_bulk_leaves_doubtful_rows(cast: Cast) -> None:
    letter = review(cast)
    assert actions.accept_above(actor=cast.actor("clerk"), letter_id=letter.pk, confidence=101) == 0


def test_confirmed_rows_become_findings_with_draft_measures(cast: Cast) -> None:
    letter = review(cast)
    clerk = cast.actor("clerk")
    actions.accept_above(actor=clerk, letter_id=letter.pk, confidence=0)
    made = actions.register_findings(actor=clerk, letter_id=letter.pk)
    assert len(made) == 2
    slow = next(f for f in made if "拨付滞后" in f.title)
    assert (slow.lead, str(slow.due), slow.klass, slow.source) == (cast.bureau, "2026-06-30", "time_limited", "upper")
    assert slow.item is not None
    assert slow.verbatim == letter.text[slow.item.start : slow.item.end]
    assert {p.part for p in slow.parties.all()} == {"lead", "support", "verifier"}
    measures = list(Measure.objects.filter(findings=slow).order_by("number"))
    assert [(m.state, m.lead, m.rule_verb) for m in measures] == [("draft", cast.bureau, ""), ("draft", cast.bureau, "make")]
    assert [s.unit for s in measures[0].supports.all()] == [cast.helper]
    at_once = next(f for f in made if f != slow)
    assert at_once.klass == "fix_now"
    assert {row.state for row in rows_of(letter)} == {"covered"}
    assert actions.register_findings(actor=clerk, letter_id=letter.pk) == []


def test_unconfirmed_rows_become_nothing(cast: Cast) -> None:
    letter = review(cast)
    assert actions.register_findings(actor=cast.actor("clerk"), letter_id=letter.pk) == []


def test_a_unit_registers_nothing(cast: Cast) -> None:
    letter = review(cast)
    with pytest.raises(NotFound):
        actions.register_findings(actor=cast.actor("head"), letter_id=letter.pk)
    with pytest.raises(NotAllowed):
        actions.register_findings(actor=cast.actor("supervisor"), letter_id=letter.pk)


def test_a_finding_that_came_before_its_letter_covers_its_row(cast: Cast) -> None:
    letter = review(cast)
    row = rows_of(letter, "finding")[0]
    covered = actions.cover_item(actor=cast.actor("clerk"), item_id=row.pk, finding_id=cast.finding.pk)
    assert (covered.state, covered.covered_by) == ("covered", cast.finding)
    cast.finding.refresh_from_db()
    assert cast.finding.item_id == row.pk
    with pytest.raises(RuleBroken):
        actions.reopen_item(actor=cast.actor("clerk"), item_id=row.pk, version=covered.version)


def test_a_finding_of_another_round_covers_nothing(cast: Cast) -> None:
    row = rows_of(review(cast), "finding")[0]
    other = make_finding(make_round(cast.city), cast.bureau)
    with pytest.raises(RuleBroken):
        actions.cover_item(actor=cast.actor("clerk"), item_id=row.pk, finding_id=other.pk)


def test_a_file_that_cannot_be_read_is_kept_with_its_fault_and_can_be_tried_again(cast: Cast) -> None:
    letter = read(hand_in(cast, b"PK\x03\x04broken", "坏.docx"))
    assert letter.state == "failed"
    assert "坏.docx" in letter.fault
    assert not LetterItem.objects.filter(letter=letter).exists()
    with pytest.raises(Conflict):
        actions.read_again(actor=cast.actor("clerk"), letter_id=letter.pk, version=letter.version - 1)
    again = actions.read_again(actor=cast.actor("clerk"), letter_id=letter.pk, version=letter.version)
    assert (again.state, again.fault, Job.objects.count()) == ("reading", "", 2)
    with pytest.raises(RuleBroken):
        actions.read_again(actor=cast.actor("clerk"), letter_id=letter.pk, version=again.version)


def test_every_step_stands_in_the_trail(cast: Cast) -> None:
    letter = review(cast)
    verbs = list(TrailEntry.objects.filter(thing="letter", thing_id=letter.pk).order_by("number").values_list("verb", flat=True))
    assert verbs == ["receive", "read", "propose"]
    assert Finding.objects.count() == 1
