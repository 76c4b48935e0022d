"""What is fixed before the letter starts at once; the letter's item is tied to it later, or it is said not to be listed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from jiandi.base import clock
from jiandi.base.errors import BadInput, NotAllowed, NotFound
from jiandi.loop.intake import actions, queries
from jiandi.loop.intake.actions import Notice
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Finding
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_item, make_letter
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def notice(cast: Cast, **given: Any) -> Notice:
    fields = {
        "number": "立行立改〔2026〕1号", "text": "泵站护栏缺失。", "lead_id": cast.bureau.pk, "standard": "护栏全部补齐",
        "due": clock.today() + timedelta(days=10), **given,
    }  # fmt: skip
    return Notice(**fields)


def register(cast: Cast, who: str = "clerk", **given: Any) -> Finding:
    return actions.register_fix_now(actor=cast.actor(who), round_id=cast.round.pk, notice=notice(cast, **given))


def test_it_starts_at_once_with_its_words_date_and_checker(cast: Cast) -> None:
    finding = register(cast)
    assert (finding.state, finding.source, finding.klass, finding.item) == ("in_progress", "fix_now", "fix_now", None)
    assert (finding.verbatim, finding.due, finding.first_due) == ("泵站护栏缺失。", notice(cast).due, notice(cast).due)
    assert {p.part for p in finding.parties.all()} == {"lead", "verifier"}


@pytest.mark.parametrize(
    "given", [{"number": " "}, {"text": ""}, {"standard": " "}, {"due": None}, {"due": clock.today() - timedelta(days=1)}]
)
def test_notice_words_standard_and_day_are_asked_for(cast: Cast, given: dict[str, Any]) -> None:
    before = Finding.objects.count()
    with pytest.raises(BadInput):
        register(cast, **given)
    assert Finding.objects.count() == before


def test_the_office_alone_registers(cast: Cast) -> None:
    for who in ("head", "supervisor", "verifier"):
        with pytest.raises(NotAllowed):
            register(cast, who)
    with pytest.raises(NotFound):
        register(cast, "outsider")
    with pytest.raises(NotFound):
        register(cast, lead_id=10**9)


def test_when_the_letter_comes_it_is_tied_to_its_item_or_not_listed(cast: Cast) -> None:
    listed, unlisted = register(cast), register(cast, text="档案柜未上锁。")
    letter = make_letter(cast.round, state="in_review")
    item = make_item(letter, "泵站护栏缺失")
    assert not queries.fix_now(cast.round, cast.actor("clerk")).has_letter
    actions.cover_item(actor=cast.actor("clerk"), item_id=item.pk, finding_id=listed.pk)
    write.change(letter, {"state": "reviewed"}, actor=SYSTEM, verb="finish_review")
    view = queries.fix_now(cast.round, cast.actor("clerk"))
    assert (view.has_letter, view.unlisted) == (True, 1)
    assert [(f.pk, f.item_id) for f in view.page] == [(listed.pk, item.pk), (unlisted.pk, None)]


def test_the_page_registers_and_lists(cast: Cast, sign_in: Any) -> None:
    page, clerk = reverse("intake:fix_now"), sign_in("clerk")
    assert "没有反馈前立行立改的问题" in clerk.get(page).content.decode()
    given = notice(cast)
    typed = {"number": given.number, "text": given.text, "lead": given.lead_id, "standard": given.standard, "due": ""}
    assert clerk.post(page, typed).status_code == 422
    assert clerk.post(page, {**typed, "due": given.due}).status_code == 302
    assert "泵站护栏缺失" in clerk.get(page).content.decode()
    assert "登记并立即整改" not in sign_in("head").get(page).content.decode()
    assert sign_in("head").post(page, {**typed, "due": given.due}).status_code == 403
