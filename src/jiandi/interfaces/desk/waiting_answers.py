"""What others ask of me and wait for: extensions of the office, transfers, delegations and help of a unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from jiandi.record.ledger.models import OPEN_STATES, OPEN_SUPPORTS, Extension, Finding, Support, Transfer, UpperReview

MOST = 40


class Line(NamedTuple):
    """The fields of ``waiting.Waiting``, in its order."""

    number: str
    title: str
    unit: str
    asked: str
    url: str
    due: date | None
    icon: str
    stage: str
    task: str = ""


def of_office(round_id: int) -> Iterator[Line]:
    """Extensions to be answered."""
    asked = Extension.objects.filter(state="asked", finding__round_id=round_id, finding__state__in=OPEN_STATES)
    for e in asked.select_related("finding", "unit").order_by("answer_by", "pk")[:MOST]:
        url = reverse("execute:dates", args=[e.finding_id])
        yield Line(e.finding.number, e.finding.title, e.unit.name, _("Answer the extension"), url, e.answer_by, "calendar-plus", "execute")
    yield from _to_send_up(round_id)


def _to_send_up(round_id: int) -> Iterator[Line]:
    """Verified, and the authority above closes it: the package is still here."""
    due = Finding.objects.filter(round_id=round_id, state="verified", closing_authority="above")
    there = UpperReview.objects.filter(state="sent").values("finding_id")
    for f in due.exclude(pk__in=there).select_related("lead").order_by("pk")[:MOST]:
        url, unit = reverse("verify:above", args=[f.pk]), f.lead.name if f.lead else ""
        yield Line(f.number, f.title, unit, _("Send it up to the superior"), url, None, "arrow-up-circle", "verify")


def of_units(units: Any, posts: Sequence[int], round_id: int) -> Iterator[Line]:
    """What is asked of units, or of a post I hold."""
    mine = Q(to_unit__in=units, to_post=None) | Q(to_post__in=posts)
    asked = Transfer.objects.filter(mine, state="asked", finding__round_id=round_id, finding__state__in=OPEN_STATES)
    for t in asked.select_related("finding", "from_unit").order_by("answer_by", "pk")[:MOST]:
        url = reverse("execute:duty", args=[t.finding_id])
        word = _("Accept or refuse the transfer") if t.kind == "transfer" else _("Accept or refuse the delegation")
        yield Line(t.finding.number, t.finding.title, t.from_unit.name, word, url, t.answer_by, "arrow-left-right", "execute")
    helps = Support.objects.filter(unit__in=units, state__in=OPEN_SUPPORTS, measure__round_id=round_id)
    found = helps.select_related("from_unit", "measure").prefetch_related("measure__findings")
    for s in found.order_by("answer_by", "pk")[:MOST]:
        f = next(iter(s.measure.findings.all()))
        word, due = (_("Promise or refuse the help"), s.answer_by) if s.state == "asked" else (_("Give the promised help"), s.wanted_by)
        yield Line(f.number, s.text[:80], s.from_unit.name, word, reverse("execute:supports", args=[f.pk]), due, "people", "execute")
