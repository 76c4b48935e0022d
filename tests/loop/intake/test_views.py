"""Pages of intake: every step works with and without script; what one may not see does not exist."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jiandi.base import clock
from jiandi.base.jobs import worker
from jiandi.loop.intake import actions
from jiandi.record.ledger.models import Finding, ImportBatch, Letter, LetterItem
from tests.cast import Cast
from tests.loop.intake.city import PLAN, ROWS, check, hand_in, hand_in_ledger, read, review, rows_of, workbook

HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}
SignIn = Callable[[str], Client]


def upload(body: bytes, name: str) -> Any:
    file = BytesIO(body)
    file.name = name
    return file


def test_the_office_hands_a_letter_in(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("clerk")
    page = client.get(reverse("intake:letter"))
    assert "本系统不得录入国家秘密" in page.content.decode()
    given = {"title": "反馈意见", "received_on": clock.today().isoformat(), "kind": "letter", "file": upload(PLAN.encode(), "方案.txt")}
    answer = client.post(reverse("intake:letter"), given)
    letter = Letter.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("intake:review", args=[letter.pk]))
    waiting = client.get(answer.headers["Location"])
    assert "every 2s" in waiting.content.decode()
    again = client.post(reverse("intake:letter"), {**given, "file": upload(PLAN.encode(), "方案.txt")})
    assert again.status_code == 422
    assert "反馈意见" in again.content.decode()
    assert Letter.objects.count() == 1


def test_an_incomplete_form_comes_back_with_422(cast: Cast, sign_in: SignIn) -> None:
    for name in ("letter", "without_text", "ledger"):
        assert sign_in("clerk").post(reverse(f"intake:{name}"), {}).status_code == 422
    assert not Letter.objects.exists()


def test_an_empty_upload_is_named_and_nothing_is_kept(cast: Cast, sign_in: SignIn) -> None:
    given = {"title": "反馈意见", "received_on": clock.today().isoformat(), "kind": "letter", "file": upload(b"", "空.docx")}
    answer = sign_in("clerk").post(reverse("intake:letter"), given)
    assert answer.status_code == 422
    assert "空.docx" in answer.content.decode()
    assert not Letter.objects.exists()


def test_who_may_not_hand_in_is_refused(cast: Cast, sign_in: SignIn) -> None:
    given = {"title": "反馈意见", "received_on": clock.today().isoformat(), "kind": "letter", "file": upload(b"x", "a.txt")}
    assert sign_in("member").post(reverse("intake:letter"), given).status_code == 403


@pytest.mark.parametrize("name", ["letter", "without_text", "ledger"])
def test_a_form_that_would_be_refused_is_not_shown(cast: Cast, sign_in: SignIn, name: str) -> None:
    url = reverse(f"intake:{name}")
    statuses = {who: sign_in(who).get(url).status_code for who in ("clerk", "director", "supervisor", "member", "head", "verifier")}
    assert statuses == {"clerk": 200, "director": 200, "supervisor": 403, "member": 403, "head": 403, "verifier": 403}


def test_a_document_without_text_is_registered(cast: Cast, sign_in: SignIn) -> None:
    given = {"title": "专项", "number": "登记7号", "received_on": clock.today().isoformat(), "item_count": 2, "keeper": "机要岗"}
    answer = sign_in("clerk").post(reverse("intake:without_text"), given, follow=True)
    assert answer.status_code == 200
    assert LetterItem.objects.count() == 2


@pytest.mark.parametrize(("who", "status"), [("clerk", 200), ("supervisor", 200), ("member", 200), ("head", 404), ("outsider", 404)])
def test_letters_are_read_whole_by_round_wide_duties_only(cast: Cast, sign_in: SignIn, who: str, status: int) -> None:
    letter = review(cast)
    assert sign_in(who).get(reverse("intake:review", args=[letter.pk])).status_code == status
    assert sign_in(who).get(reverse("intake:since", args=[letter.pk])).status_code == status


def test_readers_see_no_step(cast: Cast, sign_in: SignIn) -> None:
    letter = review(cast)
    assert "item_step" not in sign_in("member").get(reverse("intake:review", args=[letter.pk])).content.decode()
    page = sign_in("member").get(reverse("intake:review", args=[letter.pk])).content.decode()
    assert f"/item/{rows_of(letter)[0].pk}/" not in page


def step(letter: Letter, item: LetterItem, verb: str) -> str:
    return reverse("intake:item_step", args=[letter.pk, item.pk, verb])


def test_a_step_without_script_goes_back_to_the_row(cast: Cast, sign_in: SignIn) -> None:
    letter = review(cast)
    row = rows_of(letter, "finding")[0]
    answer = sign_in("clerk").post(step(letter, row, "confirm"), {"version": row.version, "page": 1})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{reverse('intake:review', args=[letter.pk])}?page=1#row-{row.pk}")
    row.refresh_from_db()
    assert row.confirmed


def test_a_step_with_script_answers_with_rows_and_counts(cast: Cast, sign_in: SignIn) -> None:
    letter = review(cast)
    row = rows_of(letter, "finding")[0]
    answer = sign_in("clerk").post(step(letter, row, "confirm"), {"version": row.version}, **HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.lstrip().startswith("<section")
    assert f'id="row-{row.pk}"' in page
    assert "<html" not in page


def test_a_lost_race_is_told_beside_the_fresh_rows(cast: Cast, sign_in: SignIn) -> None:
    letter = review(cast)
    row = rows_of(letter, "finding")[0]
    client = sign_in("clerk")
    client.post(step(letter, row, "confirm"), {"version": row.version})
    with_script = client.post(step(letter, row, "confirm"), {"version": row.version}, **HTMX)
    assert with_script.status_code == 409
    assert 'id="review-work"' in with_script.content.decode()
    assert client.post(step(letter, row, "confirm"), {"version": row.version}).status_code == 409


@pytest.mark.parametrize("verb", ["edit", "split", "drop", "hold", "cover"])
def test_every_form_opens_in_its_row_and_comes_back_when_wrong(cast: Cast, sign_in: SignIn, verb: str) -> None:
    letter = review(cast)
    row = next(r for r in rows_of(letter, "finding") if "。2025" in r.text)
    client = sign_in("clerk")
    page = client.get(reverse("intake:review", args=[letter.pk]), {"item": str(row.pk), "do": verb})
    assert f'action="{step(letter, row, verb)}"' in page.content.decode()
    assert client.post(step(letter, row, verb), {"version": row.version, "text": ""}).status_code == 422


def test_rows_are_edited_split_merged_and_undone_by_their_forms(cast: Cast, sign_in: SignIn) -> None:
    letter = review(cast)
    client = sign_in("clerk")
    row = next(r for r in rows_of(letter, "finding") if "。2025" in r.text)
    cut = letter.text.index("2025年有12条")
    assert client.post(step(letter, row, "split"), {"version": 1, "at": cut}, **HTMX).status_code == 200
    row.refresh_from_db()
    second = LetterItem.objects.get(letter=letter, start=cut)
    merged = client.post(step(letter, second, "merge"), {"version": second.version}, **HTMX)
    assert "hx-swap-oob" in merged.content.decode()
    client.post(reverse("intake:letter_step", args=[letter.pk, "undo"]))
    second.refresh_from_db()
    assert second.state == "open"
    given = {"version": second.version, "text": "记录雷同", "type": "finding", "unit_id": cast.helper.pk, "due_text": "2026年5月底"}
    assert client.post(step(letter, second, "edit"), given).status_code == 303
    second.refresh_from_db()
    assert (second.unit, second.text) == (cast.helper, "记录雷同")


def test_a_row_of_another_letter_is_not_found(cast: Cast, sign_in: SignIn) -> None:
    letter = review(cast)
    other = read(hand_in(cast, PLAN.replace("拨付", "支付").encode()))
    row = rows_of(other, "finding")[0]
    client = sign_in("clerk")
    assert client.post(step(letter, row, "confirm"), {"version": 1}).status_code == 404
    assert client.post(step(letter, row, "explode"), {"version": 1}).status_code == 404
    assert client.get(reverse("intake:review", args=[letter.pk]), {"item": str(row.pk), "do": "edit"}).status_code == 404


def test_holding_dropping_and_covering_by_their_forms(cast: Cast, sign_in: SignIn) -> None:
    letter = review(cast)
    clerk, director = sign_in("clerk"), sign_in("director")
    first, second, *_ = rows_of(letter, "finding")
    third = rows_of(letter, "measure")[0]
    later = (clock.today() + timedelta(days=90)).isoformat()
    clerk.post(step(letter, first, "hold"), {"version": 1, "kept_number": "另册1号", "keeper": "机要岗", "review_on": later})
    clerk.post(step(letter, second, "drop"), {"version": 1, "reason": "重复"})
    clerk.post(step(letter, third, "cover"), {"version": 1, "finding_id": cast.finding.pk})
    second.refresh_from_db()
    director.post(step(letter, second, "approve"), {"version": second.version})
    states = [LetterItem.objects.get(pk=row.pk).state for row in (first, second, third)]
    assert states == ["held", "dropped", "covered"]


def test_the_whole_review_from_bulk_confirmation_to_findings(cast: Cast, sign_in: SignIn) -> None:
    letter = review(cast)
    client = sign_in("clerk")
    url = lambda verb: reverse("intake:letter_step", args=[letter.pk, verb])  # noqa: E731
    refused = client.post(url("finish"), {"version": letter.version})
    assert refused.status_code == 422
    client.post(url("accept"), {"confidence": 0})
    page = client.post(url("register"), {}, **HTMX).content.decode()
    assert Finding.objects.filter(item__letter=letter).count() == 2
    assert Finding.objects.latest("pk").number in page
    letter.refresh_from_db()
    client.post(url("finish"), {"version": letter.version})
    letter.refresh_from_db()
    assert letter.state == "reviewed"
    client.post(url("again"), {"version": letter.version})
    letter.refresh_from_db()
    assert letter.state == "in_review"


def test_rows_that_stand_under_no_finding_are_told_and_not_offered_for_registering(cast: Cast, sign_in: SignIn) -> None:
    letter = review(cast)
    client = sign_in("clerk")
    url = reverse("intake:review", args=[letter.pk])
    actions.accept_above(actor=cast.actor("clerk"), letter_id=letter.pk, confidence=0)
    assert (before := client.get(url).context["review"]).alone == 0
    assert before.ready
    LetterItem.objects.filter(letter=letter, type="finding").update(type="heading")
    page = client.get(url)
    below = [row for row in rows_of(letter) if row.type != "heading" and row.state == "open"]
    assert (page.context["review"].alone, page.context["review"].ready) == (len(below), 0)
    assert reverse("intake:letter_step", args=[letter.pk, "register"]) not in page.content.decode()


def test_polling_answers_only_when_somebody_changed_something(cast: Cast, sign_in: SignIn) -> None:
    letter = review(cast)
    client = sign_in("clerk")
    stamp = client.get(reverse("intake:review", args=[letter.pk])).context["review"].stamp
    url = reverse("intake:since", args=[letter.pk])
    assert client.get(url, {"stamp": stamp}, **HTMX).status_code == 204
    row = rows_of(letter, "finding")[0]
    actions.confirm_item(actor=cast.actor("director"), item_id=row.pk, version=1)
    fresh = client.get(url, {"stamp": stamp}, **HTMX)
    assert fresh.status_code == 200
    assert "review-text" in fresh.content.decode()


def test_a_broken_file_shows_its_fault_in_the_readers_language_with_a_way_on(cast: Cast, sign_in: SignIn) -> None:
    letter = read(hand_in(cast, b"PK\x03\x04broken", "坏文件.docx"))
    page = sign_in("clerk").get(reverse("intake:review", args=[letter.pk])).content.decode()
    assert "坏文件.docx" in page
    assert reverse("intake:letter_step", args=[letter.pk, "read"]) in page
    client = sign_in("clerk")
    assert client.post(reverse("intake:letter_step", args=[letter.pk, "read"]), {"version": letter.version}).status_code == 303
    letter.refresh_from_db()
    assert letter.state == "reading"


def test_the_workspace_lists_documents_and_what_is_left(cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any) -> None:
    review(cast)
    hand_in_ledger(cast)
    client = sign_in("clerk")
    client.get(reverse("intake:index"))
    with django_assert_max_num_queries(10):
        page = client.get(reverse("intake:index"))
    assert page.context["work"].letters[0].left > 0
    assert "台账.xlsx" in page.content.decode()


def test_units_are_told_where_their_paragraphs_are(cast: Cast, sign_in: SignIn) -> None:
    letter = review(cast)
    page = sign_in("head").get(reverse("intake:index")).content.decode()
    assert letter.title not in page


def test_a_long_letter_is_paged_and_asks_no_more_queries(cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any) -> None:
    lines = "".join(f"（{n}）问题{n}：账目不清，未按规定核对。\n" for n in range(1, 160))
    letter = read(hand_in(cast, f"反馈意见\n一、存在的问题\n{lines}".encode()))
    client = sign_in("clerk")
    client.get(reverse("intake:review", args=[letter.pk]))
    with django_assert_max_num_queries(10):
        page = client.get(reverse("intake:review", args=[letter.pk]))
    assert len(page.context["review"].rows) == 100
    assert client.get(reverse("intake:review", args=[letter.pk]), {"page": "2"}).context["review"].page.number == 2


def registered(cast: Cast) -> Finding:
    letter = review(cast)
    actions.accept_above(actor=cast.actor("clerk"), letter_id=letter.pk, confidence=0)
    return actions.register_findings(actor=cast.actor("clerk"), letter_id=letter.pk)[0]


def test_a_unit_sees_only_the_paragraph_of_its_own_finding(cast: Cast, sign_in: SignIn) -> None:
    finding = registered(cast)
    page = sign_in("head").get(reverse("intake:panel", args=[finding.pk]), **HTMX).content.decode()
    assert "<mark>" in page
    assert "开工半年仍未拨款" in page
    assert "河长制" not in page
    assert "/review/" not in page
    assert "/review/" in sign_in("clerk").get(reverse("intake:source", args=[finding.pk])).content.decode()
    assert sign_in("outsider").get(reverse("intake:panel", args=[finding.pk])).status_code == 404


def test_a_finding_without_a_letter_says_where_it_comes_from(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in("clerk").get(reverse("intake:panel", args=[cast.finding.pk]))
    assert cast.finding.verbatim in page.content.decode()


def test_a_ledger_is_handed_in_checked_taken_and_undone_by_its_pages(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("clerk")
    assert "本系统不得录入国家秘密" in client.get(reverse("intake:ledger")).content.decode()
    given = {"file": upload(workbook(), "台账.xlsx"), "source": "taken_over", "as_of": clock.today().isoformat()}
    answer = client.post(reverse("intake:ledger"), given)
    batch = ImportBatch.objects.get()
    url = reverse("intake:batch", args=[batch.pk])
    assert answer.headers["Location"] == url
    assert "every 2s" in client.get(url).content.decode()
    batch = check(batch)
    assert "项目资金拨付滞后" in client.get(url).content.decode()
    taken = client.post(reverse("intake:batch_step", args=[batch.pk, "take"]), {"version": batch.version})
    assert taken.status_code == 303
    waiting = client.get(url).content.decode()
    assert "every 2s" in waiting
    assert "3 个问题" in waiting
    worker.run_pending()
    assert Finding.objects.filter(batch=batch).count() == 3
    batch.refresh_from_db()
    page = sign_in("clerk").get(reverse("intake:panel", args=[Finding.objects.filter(batch=batch)[1].pk])).content.decode()
    assert "已完成" in page
    client.post(reverse("intake:batch_step", args=[batch.pk, "undo"]), {"version": batch.version, "reason": "交错了"})
    batch.refresh_from_db()
    assert batch.state == "undone"


def test_faults_of_a_ledger_stand_on_its_page_with_place_and_remedy(cast: Cast, sign_in: SignIn) -> None:
    batch = check(hand_in_ledger(cast, workbook([*ROWS, (4, "", "补做", "市水务局", "", "2026年2月30日", "整改中")])))
    client = sign_in("clerk")
    page = client.get(reverse("intake:batch", args=[batch.pk])).content.decode()
    assert "台账!B5" in page
    assert "台账!F5" in page
    refused = client.post(reverse("intake:batch_step", args=[batch.pk, "take"]), {"version": batch.version})
    assert refused.status_code == 422
    assert not Finding.objects.filter(batch=batch).exists()


@pytest.mark.parametrize("who", ["head", "member", "outsider"])
def test_a_ledger_batch_is_the_offices_own(cast: Cast, sign_in: SignIn, who: str) -> None:
    batch = check(hand_in_ledger(cast))
    assert sign_in(who).get(reverse("intake:batch", args=[batch.pk])).status_code == 404


def test_a_ledger_that_cannot_be_read_says_why(cast: Cast, sign_in: SignIn) -> None:
    batch = check(hand_in_ledger(cast, b"no workbook", "坏台账.xlsx"))
    page = sign_in("clerk").get(reverse("intake:batch", args=[batch.pk])).content.decode()
    assert batch.state == "failed"
    assert "坏台账.xlsx" in page or "台账" in page


def test_a_ledger_that_could_not_be_taken_in_says_why_and_can_be_put_aside(cast: Cast, sign_in: SignIn) -> None:
    batch = check(hand_in_ledger(cast, workbook([*ROWS, (4, "台账缺失", "补建", "市体育中心", "", "2026年6月底", "整改中")])))
    client = sign_in("clerk")
    step = lambda verb: reverse("intake:batch_step", args=[batch.pk, verb])  # noqa: E731
    client.post(step("take"), {"version": batch.version})
    again = client.post(step("take"), {"version": batch.version + 1}, **HTMX)
    assert again.status_code == 422
    worker.run_pending()
    page = client.get(reverse("intake:batch", args=[batch.pk])).content.decode()
    assert "没有转入" in page
    assert "“市体育中心”" in page
    assert step("take") in page
    batch.refresh_from_db()
    gone = client.post(step("discard"), {"version": batch.version})
    assert (gone.status_code, gone.headers["Location"]) == (303, reverse("intake:index"))
    assert step("take") not in client.get(reverse("intake:batch", args=[batch.pk])).content.decode()


def test_the_page_polls_by_itself_and_shows_what_came_in(cast: Cast, sign_in: SignIn) -> None:
    batch = check(hand_in_ledger(cast))
    client, url = sign_in("clerk"), reverse("intake:batch", args=[batch.pk])
    client.post(reverse("intake:batch_step", args=[batch.pk, "take"]), {"version": batch.version})
    assert f'hx-get="{url}"' in client.get(url, **HTMX).content.decode()
    worker.run_pending()
    done = client.get(url, **HTMX).content.decode()
    assert "every 2s" not in done
    assert "<html" not in done
    assert reverse("intake:batch_step", args=[batch.pk, "undo"]) in done
