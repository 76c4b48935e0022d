"""The review of a letter: what stands in no row, where rows belong, counted terms, units to choose, drafts, lost races."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiandi.base.errors import BadInput, Conflict, NotAllowed, RuleBroken
from jiandi.loop.intake import actions, queries, rules
from jiandi.record.ledger.models import Letter, LetterItem, Measure
from jiandi.record.regimes import actions as regimes
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_unit
from tests.cast import Cast
from tests.loop.intake.city import PLAN, hand_in, read, rows_of

TEXT = """关于巡察市水务局党组的反馈意见
市水务局党组：
根据市委统一部署，市委第三巡察组开展了常规巡察。现将情况反馈如下。
一、巡察发现的主要问题
（一）项目资金拨付滞后。三个水利项目开工半年仍未拨付资金。
（二）固定资产账实不符。抽查20件固定资产，有6件库中无。
二、整改要求
（一）逐个项目核对账目，拨付资金。（市水务局牵头，市财政局配合，收到本反馈意见之日起15个工作日内完成）
（二）重新开展巡查。（各乡镇负责，立行立改）
中共云溪市委巡察工作领导小组办公室
2026年5月11日
"""
HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}
SignIn = Callable[[str], Client]


@pytest.fixture
def letter(cast: Cast) -> Letter:
    found = read(hand_in(cast, TEXT.encode(), "反馈.txt", received_on=date(2026, 5, 12)))
    found.refresh_from_db()
    return found


def unread(letter: Letter) -> list[str]:
    return [letter.text[one.start : one.end] for one in queries.unread_of(letter, queries.items_of(letter))]


def spans(letter: Letter, *words: str) -> list[tuple[int, int]]:
    found = queries.unread_of(letter, queries.items_of(letter))
    return [(one.start, one.end) for one in found if any(w in letter.text[one.start : one.end] for w in words)]


def row(letter: Letter, words: str) -> LetterItem:
    return next(item for item in rows_of(letter) if words in item.text and item.state != "merged")


def step(letter: Letter, item: LetterItem, verb: str) -> str:
    return reverse("intake:item_step", args=[letter.pk, item.pk, verb])


# what stands in no row


def test_every_line_stands_in_a_row_or_is_listed(letter: Letter) -> None:
    told = unread(letter)
    assert any("根据市委统一部署" in one for one in told)
    assert any("领导小组办公室" in one for one in told)
    assert not any("资金" in one for one in told), "what a row holds is not listed"
    assert not any("牵头" in one for one in told), "a field that a row shows is not listed"


@pytest.mark.parametrize("left_out", range(4))
def test_a_row_less_is_a_stretch_more(left_out: int) -> None:
    lines = ["一、甲局擅自改变资金用途。", "二、乙局没有建立台账。", "三、丙局巡查记录雷同。", "四、丁局未按期拨付款项。"]
    text = "\n".join(lines)
    starts = [text.index(line) for line in lines]
    held = [(at, at + len(line)) for at, line in zip(starts, lines, strict=True)]
    del held[left_out]
    found = rules.unread(text, [], held, [])
    assert [text[one.start : one.end] for one in found] == [lines[left_out]]


def test_the_part_of_a_line_that_no_row_holds_is_listed() -> None:
    text = "（一）甲局擅自改变资金用途。巡察组还收到反映乙局的问题线索，已按规定移交。"
    end = text.index("巡察组")
    found = rules.unread(text, [], [(3, end)], [])
    assert [text[one.start : one.end] for one in found] == ["巡察组还收到反映乙局的问题线索，已按规定移交。"]


@pytest.mark.parametrize("words", ["", "  \n\t", "——", "整改措施：", "责任单位：市水务局，市财政局", "整改时限：2026年6月底前完成"])
def test_blank_labels_and_fields_that_rows_show_ask_for_nothing(words: str) -> None:
    assert rules.unread(words, [], [], ["市水务局", "市财政局", "2026年6月底前"]) == ()
    if "：" in words and not words.endswith("："):
        assert rules.unread(words, [], [], ["市档案馆"]), "a field that no row shows is listed"


def test_a_stretch_becomes_a_row_in_its_place_and_under_its_heading(cast: Cast, letter: Letter) -> None:
    [span] = spans(letter, "根据市委")
    [made] = actions.take_up(actor=cast.actor("clerk"), letter_id=letter.pk, spans=[span], type="finding")
    assert (made.state, made.confirmed, made.text) == ("open", False, letter.text[slice(*span)])
    assert not spans(letter, "根据市委")
    order = [item.start for item in queries.items_of(letter) if item.start is not None]
    assert order == sorted(order)


def test_a_stretch_is_set_aside_only_with_a_reason_and_asks_for_nothing_more(cast: Cast, letter: Letter) -> None:
    both = spans(letter, "根据市委", "领导小组办公室")
    with pytest.raises(BadInput):
        actions.take_up(actor=cast.actor("clerk"), letter_id=letter.pk, spans=both, type="aside", reason="  ")
    before = queries.coverage(letter.round).total
    made = actions.take_up(actor=cast.actor("clerk"), letter_id=letter.pk, spans=both, type="aside", reason="抬头落款")
    assert {(item.state, item.reason) for item in made} == {("covered", "抬头落款")}
    assert unread(letter) == []
    assert queries.coverage(letter.round).total == before
    again = actions.reopen_item(actor=cast.actor("clerk"), item_id=made[0].pk, version=made[0].version)
    assert (again.type, again.state, again.confirmed) == ("finding", "open", False)


def test_a_row_is_never_set_aside_it_is_dropped_with_approval(cast: Cast, letter: Letter) -> None:
    item = row(letter, "固定资产")
    with pytest.raises(BadInput):
        actions.edit_item(actor=cast.actor("clerk"), item_id=item.pk, version=item.version, type="aside")
    with pytest.raises(RuleBroken):
        actions.take_up(actor=cast.actor("clerk"), letter_id=letter.pk, spans=[(item.start or 0, item.end or 0)], type="aside", reason="略")


def test_a_stretch_is_taken_up_once(cast: Cast, letter: Letter) -> None:
    found = spans(letter, "根据市委")
    actions.take_up(actor=cast.actor("clerk"), letter_id=letter.pk, spans=found, type="aside", reason="背景")
    with pytest.raises(RuleBroken):
        actions.take_up(actor=cast.actor("director"), letter_id=letter.pk, spans=found, type="finding")
    with pytest.raises(NotAllowed):
        actions.take_up(actor=cast.actor("member"), letter_id=letter.pk, spans=found, type="finding")


@pytest.mark.parametrize("wanted", ["finding", "aside"])
def test_taking_up_can_be_undone(cast: Cast, letter: Letter, wanted: str) -> None:
    before = unread(letter)
    actions.take_up(actor=cast.actor("clerk"), letter_id=letter.pk, spans=spans(letter, "根据市委"), type=wanted, reason="背景")
    actions.undo(actor=cast.actor("clerk"), letter_id=letter.pk)
    assert unread(letter) == before


def test_the_page_lists_them_and_takes_what_is_ticked(cast: Cast, sign_in: SignIn, letter: Letter) -> None:
    client = sign_in("clerk")
    page = client.get(reverse("intake:review", args=[letter.pk])).content.decode()
    assert page.count('data-stretch="') == len(unread(letter))
    assert page.count('class="span span-unread"') == len(unread(letter))
    ticked = [f"{start}-{end}" for start, end in spans(letter, "根据市委")]
    url = reverse("intake:letter_step", args=[letter.pk, "take_up"])
    assert client.post(url, {"type": "finding", "what": "aside", "reason": "背景"}, **HTMX).status_code == 422
    assert client.post(url, {"stretch": ["1-2", "x"], "type": "finding", "what": "row"}, **HTMX).status_code == 422
    answer = client.post(url, {"stretch": ticked, "type": "finding", "what": "aside", "reason": "背景"}, **HTMX)
    assert answer.status_code == 200
    assert LetterItem.objects.filter(letter=letter, type="aside").count() == 1
    assert 'id="review-text"' in answer.content.decode(), "the text shows it at once"


# where a row belongs


def test_a_measure_is_put_under_another_finding_and_back(cast: Cast, letter: Letter) -> None:
    clerk = cast.actor("clerk")
    act, problem = row(letter, "逐个项目"), row(letter, "固定资产")
    before = act.parent_id
    moved = actions.move_under(actor=clerk, item_id=act.pk, version=act.version, parent_id=problem.pk)
    assert (moved.parent_id, moved.confirmed) == (problem.pk, act.confirmed)
    with pytest.raises(Conflict):
        actions.move_under(actor=clerk, item_id=act.pk, version=act.version, parent_id=None)
    actions.undo(actor=clerk, letter_id=letter.pk)
    act.refresh_from_db()
    assert act.parent_id == before


def test_no_row_stands_under_itself_or_in_another_letter(cast: Cast, letter: Letter) -> None:
    clerk = cast.actor("clerk")
    head, below = row(letter, "主要问题"), row(letter, "固定资产")
    assert below.parent_id == head.pk
    with pytest.raises(RuleBroken):
        actions.move_under(actor=clerk, item_id=below.pk, version=below.version, parent_id=below.pk)
    other = rows_of(read(hand_in(cast, PLAN.encode(), "另一份.txt")))[0]
    with pytest.raises(BadInput):
        actions.move_under(actor=clerk, item_id=below.pk, version=below.version, parent_id=other.pk)
    with pytest.raises(NotAllowed):
        actions.move_under(actor=cast.actor("supervisor"), item_id=below.pk, version=below.version, parent_id=None)


def test_a_row_goes_a_step_in_and_a_step_out(cast: Cast, letter: Letter) -> None:
    clerk = cast.actor("clerk")
    first, second = row(letter, "资金拨付滞后"), row(letter, "固定资产")
    inside = actions.move_in(actor=clerk, item_id=second.pk, version=second.version)
    assert inside.parent_id == first.pk
    with pytest.raises(RuleBroken):
        actions.move_under(actor=clerk, item_id=first.pk, version=first.version, parent_id=second.pk)
    outside = actions.move_out(actor=clerk, item_id=second.pk, version=inside.version)
    assert outside.parent_id == first.parent_id


def test_the_page_says_where_a_row_belongs_if_the_indent_does_not(cast: Cast, sign_in: SignIn, letter: Letter) -> None:
    client = sign_in("clerk")
    act, problem = row(letter, "逐个项目"), row(letter, "资金拨付滞后")
    answer = client.post(step(letter, act, "under"), {"version": act.version, "parent_id": problem.pk}, **HTMX)
    assert answer.status_code == 200
    review = queries.review(letter, cast.actor("clerk"), 1)
    shown = next(one for one in review.rows if one.item.pk == act.pk)
    assert shown.belongs is not None
    assert shown.belongs.pk == problem.pk
    assert next(one for one in review.rows if one.item.pk == problem.pk).belongs is None


# what is unsure


def test_the_least_certain_rows_come_first_and_go_when_confirmed(cast: Cast, sign_in: SignIn, letter: Letter) -> None:
    clerk = cast.actor("clerk")
    listed = queries.review(letter, clerk, 1, queries.UNSURE).rows
    sure = [one.item.confidence for one in listed]
    assert sure == sorted(sure)
    assert len(set(sure)) > 1
    item = listed[0].item
    actions.confirm_item(actor=clerk, item_id=item.pk, version=item.version)
    assert item.pk not in [one.item.pk for one in queries.review(letter, clerk, 1, queries.UNSURE).rows]
    client = sign_in("clerk")
    client.get(reverse("intake:review", args=[letter.pk]), {"order": "unsure"})
    assert f'id="row-{item.pk}"' not in client.get(reverse("intake:review", args=[letter.pk])).content.decode(), "the choice is kept"


def test_units_that_fit_are_offered_and_chosen_by_one_key(cast: Cast, sign_in: SignIn, letter: Letter) -> None:
    towns = [make_unit(name, cast.city) for name in ("青石镇", "白河镇")]
    item = row(letter, "重新开展巡查")
    assert item.unit_id is None
    assert item.lead_text.startswith("各乡镇")
    shown = next(one for one in queries.review(letter, cast.actor("clerk"), 1).rows if one.item.pk == item.pk)
    assert [(one.key, one.unit_id) for one in shown.candidates] == [(1, towns[0].pk), (2, towns[1].pk)]
    assert shown.means_many
    client = sign_in("clerk")
    client.post(step(letter, item, "all"), {"version": item.version}, **HTMX)
    item.refresh_from_db()
    assert item.support_text == "青石镇、白河镇"
    client.post(step(letter, item, "unit"), {"version": item.version, "unit_id": towns[0].pk}, **HTMX)
    item.refresh_from_db()
    assert item.unit == towns[0]
    assert not item.confirmed
    assert rules.MANY_MEANT not in item.doubt
    assert client.post(step(letter, item, "unit"), {"version": item.version}, **HTMX).status_code == 422
    actions.undo(actor=cast.actor("clerk"), letter_id=letter.pk)
    again = LetterItem.objects.get(pk=item.pk)
    assert again.unit is None
    assert rules.MANY_MEANT in again.doubt


# terms


def test_a_term_in_working_days_is_counted_on_the_calendar_of_the_installation(cast: Cast, letter: Letter) -> None:
    regimes.install_seed_workdays(actor=SYSTEM)
    item = row(letter, "逐个项目")
    assert item.due_text == "15个工作日内"
    found = queries.Deadlines(letter).of(item)
    assert (found.since, found.start, found.in_working_days) == ("receipt", date(2026, 5, 12), True)
    assert found.due.last_day == date(2026, 6, 2)
    assert found.warnings == ()


def test_a_term_through_an_unpublished_year_warns(cast: Cast, letter: Letter, sign_in: SignIn) -> None:
    found = queries.Deadlines(letter).of(row(letter, "逐个项目"))
    assert [one.params["years"] for one in found.warnings] == ["2026"]
    assert "2026" in sign_in("clerk").get(reverse("intake:review", args=[letter.pk])).content.decode().split("bi-calendar-x")[1][:200]


def test_what_is_registered_has_the_day_that_was_shown(cast: Cast, letter: Letter) -> None:
    regimes.install_seed_workdays(actor=SYSTEM)
    clerk = cast.actor("clerk")
    act, problem = row(letter, "逐个项目"), row(letter, "资金拨付滞后")
    actions.move_under(actor=clerk, item_id=act.pk, version=act.version, parent_id=problem.pk)
    for wanted in (act, problem):
        wanted.refresh_from_db()
        actions.confirm_item(actor=clerk, item_id=wanted.pk, version=wanted.version)
    actions.edit_item(actor=clerk, item_id=act.pk, version=LetterItem.objects.get(pk=act.pk).version, type="measure")
    actions.register_findings(actor=clerk, letter_id=letter.pk)
    measure = Measure.objects.get()
    assert (measure.due, measure.due_text, measure.due_precision) == (date(2026, 6, 2), "15个工作日内", "day")


# nothing is lost


def test_what_was_typed_comes_back_to_its_person_only(cast: Cast, sign_in: SignIn, letter: Letter) -> None:
    clerk, item = sign_in("clerk"), row(letter, "固定资产")
    url = reverse("intake:draft", args=[letter.pk, item.pk, "drop"])
    assert clerk.post(url, {"version": item.version, "reason": "已经办结的", "other": "x"}).status_code == 204
    page = clerk.get(reverse("intake:review", args=[letter.pk])).content.decode()
    assert "已经办结的" in page
    assert f'id="form-{item.pk}-drop"' in page
    assert "已经办结的" not in sign_in("director").get(reverse("intake:review", args=[letter.pk])).content.decode()
    item.refresh_from_db()
    assert (item.state, item.reason) == ("open", ""), "a draft changes nothing of the record"
    gone = clerk.get(reverse("intake:review", args=[letter.pk]), {"forget": item.pk})
    assert "已经办结的" not in gone.content.decode()


def test_a_draft_ends_with_the_step(cast: Cast, sign_in: SignIn, letter: Letter) -> None:
    clerk, item = sign_in("clerk"), row(letter, "固定资产")
    clerk.post(reverse("intake:draft", args=[letter.pk, item.pk, "drop"]), {"version": item.version, "reason": "草稿"})
    clerk.post(step(letter, item, "drop"), {"version": item.version, "reason": "已办结"}, **HTMX)
    assert "intake_drafts" not in clerk.session or not clerk.session["intake_drafts"]


@pytest.mark.parametrize(("who", "status"), [("supervisor", 403), ("head", 404)])
def test_only_reviewers_keep_drafts(cast: Cast, sign_in: SignIn, letter: Letter, who: str, status: int) -> None:
    item = row(letter, "固定资产")
    url = reverse("intake:draft", args=[letter.pk, item.pk, "edit"])
    assert sign_in(who).post(url, {"text": "x"}).status_code == status


def test_a_lost_race_shows_both_values_and_keeps_what_was_typed(cast: Cast, sign_in: SignIn, letter: Letter) -> None:
    item = row(letter, "固定资产")
    actions.edit_item(actor=cast.actor("director"), item_id=item.pk, version=item.version, text="固定资产账实严重不符。")
    given = {"version": item.version, "text": "固定资产有6件库中无。", "type": "finding", "unit_id": "", "due_text": "", "category": ""}
    clerk = sign_in("clerk")
    answer = clerk.post(step(letter, item, "edit"), given, **HTMX)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "固定资产有6件库中无。" in page
    assert "固定资产账实严重不符。" in page
    assert cast.people["director"].full_name in page
    item.refresh_from_db()
    assert f'name="version" value="{item.version}"' in page.replace('type="hidden" ', ""), "saving again is decided on what stands now"
    assert clerk.post(step(letter, item, "edit"), given | {"version": item.version}, **HTMX).status_code == 200
    item.refresh_from_db()
    assert item.text == "固定资产有6件库中无。"


def test_news_leave_an_open_form_as_it_is_and_say_that_its_row_changed(cast: Cast, sign_in: SignIn, letter: Letter) -> None:
    clerk, item, other = sign_in("clerk"), row(letter, "固定资产"), row(letter, "资金拨付滞后")
    url = reverse("intake:since", args=[letter.pk])
    opened: dict[str, Any] = {"stamp": queries.stamp(letter), "item": item.pk, "do": "edit", "version": item.version}
    assert clerk.get(url, opened, **HTMX).status_code == 204
    actions.confirm_item(actor=cast.actor("director"), item_id=other.pk, version=other.version)
    page = clerk.get(url, opened, **HTMX).content.decode()
    assert 'hx-preserve="true"' in page
    assert 'class="error-piece clash"' not in page
    assert cast.people["director"].full_name in page, "it is shown who reviews too"
    actions.confirm_item(actor=cast.actor("director"), item_id=item.pk, version=item.version)
    assert 'class="error-piece clash"' in clerk.get(url, opened, **HTMX).content.decode()


def test_a_form_whose_row_was_joined_to_another_stays(cast: Cast, sign_in: SignIn, letter: Letter) -> None:
    clerk, item = sign_in("clerk"), row(letter, "固定资产")
    opened: dict[str, Any] = {"stamp": "0", "item": item.pk, "do": "edit", "version": item.version}
    actions.merge_items(actor=cast.actor("director"), item_id=item.pk, version=item.version)
    page = clerk.get(reverse("intake:since", args=[letter.pk]), opened, **HTMX).content.decode()
    assert f'id="form-{item.pk}-edit"' in page
    assert f'id="row-{item.pk}"' not in page


# large


def test_a_thousand_rows_cost_the_queries_of_ten(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("clerk")

    def cost(n: int) -> int:
        lines = ["反馈意见", "一、存在的问题", *(f"（{k}）第{k}项资金拨付滞后，仍有{k}万元没有拨付到位。" for k in range(1, n + 1))]
        made = read(hand_in(cast, "\n".join(lines).encode(), f"{n}.txt"))
        url = reverse("intake:review", args=[made.pk])
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    assert cost(1000) == cost(10) <= 16
