"""What the authority above closes goes up as a package and comes back as a document: number, day and scan close it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.interfaces.desk import waiting
from jiandi.loop.verify import actions
from jiandi.loop.verify.actions import Answer
from jiandi.record.ledger import listing, write
from jiandi.record.ledger.models import Closing, EvidenceUse, Measure, UpperReview
from jiandi.record.trail.actor import SYSTEM
from tests.cast import Cast
from tests.loop.verify.way import Case, begin

pytestmark = pytest.mark.django_db
SCAN: dict[str, Any] = {"scan": [b"%PDF-1.7\n"], "file_name": "认定函.pdf"}


@pytest.fixture
def case(cast: Cast) -> Case:
    """Verified, its effect check scheduled, closed by the authority above."""
    case = begin(cast)
    authority(case, "above")
    case.verify()
    case.schedule()
    return case


def authority(case: Case, word: str, who: str = "clerk", **given: Any) -> None:
    version = given.pop("version", case.finding.version)
    actions.set_authority(actor=case.cast.actor(who), finding_id=case.finding.pk, authority=word, version=version)


def send(case: Case, who: str = "clerk", number: str = "云整办报〔2026〕12号", **given: Any) -> UpperReview:
    version = given.pop("version", case.finding.version)
    return actions.send_up(actor=case.cast.actor(who), finding_id=case.finding.pk, number=number, version=version)


def answer(**given: Any) -> Answer:
    return Answer(**{"confirmed": True, "document": "省整改办函〔2026〕7号", "answered_on": clock.today(), "words": "予以认定", **given})


def record(case: Case, row: UpperReview, given: Answer, who: str = "director", **more: Any) -> UpperReview:
    version = more.pop("version", row.version)
    return actions.record_upper(actor=case.cast.actor(who), review_id=row.pk, answer=given, version=version, **more)


def test_the_document_closes_it_with_its_scan_and_ends_our_chain(case: Case) -> None:
    row = send(case)
    assert waits(case)
    done = record(case, row, answer(), **SCAN)
    assert (done.state, case.finding.state, case.finding.closed_on) == ("confirmed", "closed", clock.today())
    assert done.scan_id == EvidenceUse.objects.get(finding=case.finding, measure=None).evidence_id
    assert not Closing.objects.filter(finding=case.finding, state="running").exists()
    assert not waits(case)


def waits(case: Case) -> bool:
    lines, _more = listing.rows(SYSTEM, case.cast.round.pk, listing.Filters(when="upper"))
    return [line.pk for line in lines if line.sent_up] == [case.finding.pk]


@pytest.mark.parametrize("given", [{"document": " "}, {"answered_on": None}, {"answered_on": clock.today() + timedelta(days=1)}])
def test_without_number_or_day_nothing_is_closed(case: Case, given: dict[str, Any]) -> None:
    row = send(case)
    with pytest.raises((RuleBroken, BadInput)):
        record(case, row, answer(**given), **SCAN)
    assert case.finding.state == "verified"


def test_without_a_scan_nothing_is_closed(case: Case) -> None:
    with pytest.raises(RuleBroken) as refused:
        record(case, send(case), answer())
    assert [u.code for u in refused.value.unmet] == ["scan"]


def test_what_the_superior_sends_back_goes_back_to_the_unit(case: Case) -> None:
    row = send(case)
    back = answer(confirmed=False, reason="no_effect", measure_numbers=(case.measure.number,), words="成效不明显")
    assert record(case, row, back).state == "sent_back"
    assert case.finding.state == "in_progress"
    assert Measure.objects.get(pk=case.measure.pk).state == "in_progress"


def test_a_return_without_reason_changes_nothing(case: Case) -> None:
    row = send(case)
    with pytest.raises(RuleBroken):
        record(case, row, answer(confirmed=False))
    assert (UpperReview.objects.get().state, case.finding.state) == ("sent", "verified")


def test_only_what_is_verified_and_above_us_is_sent_up(cast: Cast) -> None:
    case = begin(cast)
    authority(case, "above")
    with pytest.raises(RuleBroken):
        send(case)
    authority(case, "own")
    case.verify()
    case.schedule()
    with pytest.raises(RuleBroken):
        send(case)


def test_what_closing_asks_of_us_is_there_before_it_goes_up(cast: Cast) -> None:
    case = begin(cast)
    authority(case, "above")
    case.verify()
    with pytest.raises(RuleBroken) as refused:
        send(case)
    assert {u.code for u in refused.value.unmet} == {"effect_due"}


def test_it_is_sent_once_with_a_number_and_taken_back(case: Case) -> None:
    with pytest.raises(BadInput):
        send(case, number=" ")
    row = send(case)
    with pytest.raises(RuleBroken):
        send(case)
    with pytest.raises(RuleBroken):
        authority(case, "own")
    actions.take_back_upper(actor=case.cast.actor("clerk"), review_id=row.pk, version=row.version)
    authority(case, "own")


@pytest.mark.parametrize("who", ["head", "verifier", "supervisor", "member"])
def test_the_office_alone_sends_records_and_sets(case: Case, who: str) -> None:
    with pytest.raises(NotAllowed):
        send(case, who)
    with pytest.raises(NotAllowed):
        authority(case, "own", who)
    row = send(case)
    with pytest.raises(NotAllowed):
        record(case, row, answer(), who, **SCAN)


def test_a_stale_page_is_told_and_a_foreign_row_is_not_found(case: Case) -> None:
    with pytest.raises(Conflict):
        send(case, version=case.finding.version + 1)
    row = send(case)
    with pytest.raises(Conflict):
        record(case, row, answer(), version=row.version + 1, **SCAN)
    with pytest.raises(NotFound):
        record(case, row, answer(), "outsider", **SCAN)
    with pytest.raises(BadInput):
        authority(case, "nobody")


@pytest.mark.parametrize(
    "given", [{"number": ""}, {"state": "sent_back"}, {"state": "confirmed", "document": "7", "answered_on": clock.today()}]
)
def test_the_database_refuses_half_a_review(case: Case, given: dict[str, Any]) -> None:
    fields: dict[str, Any] = {"finding": case.finding, "number": "12", "sent_on": clock.today(), **given}
    with pytest.raises(IntegrityError), transaction.atomic():
        write.create(UpperReview(**fields), actor=SYSTEM, verb="send")


def test_it_goes_by_form_and_waits_for_the_office(case: Case, sign_in: Any) -> None:
    page, clerk = reverse("verify:above", args=[case.finding.pk]), sign_in("clerk")
    assert any(w.url == page for w in waiting.for_actor(case.cast.actor("clerk"), case.cast.round.pk))
    typed = {"send-version": case.finding.version, "send-number": "报〔2026〕1号", "turn": "send"}
    assert clerk.post(page, typed).status_code == 302
    row = UpperReview.objects.get()
    assert "待上级认定" in clerk.get(reverse("desk:finding", args=[case.finding.pk])).content.decode()
    half = {"turn": "confirm", "confirm-version": row.version, "confirm-document": "函7号", "confirm-answered_on": clock.today()}
    assert clerk.post(page, half).status_code == 422
    whole = {**half, "confirm-scan": uploaded()}
    assert clerk.post(page, whole).status_code == 302
    assert case.finding.state == "closed"
    assert clerk.post(page, {"turn": "nothing"}).status_code == 422
    assert sign_in("head").get(page).status_code == 200
    assert sign_in("outsider").get(page).status_code == 404


def uploaded() -> Any:
    return SimpleUploadedFile("函.pdf", b"%PDF-1.7\n", content_type="application/pdf")
