"""Rows that change time, duty or help: loading one, the delegations in force, and how often a finding was passed on."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from jiandi.base.errors import NotFound
from jiandi.base.text.words import N_
from jiandi.record.accounts.models import Post
from jiandi.record.ledger import write
from jiandi.record.ledger.models import PASSED, Extension, Finding, Measure, Support, Transfer
from jiandi.record.trail.actor import Actor

_MISSING = N_("It does not exist, or it is not yours to see. Go back to the list.")
_FINDING = ("finding", "finding__lead", "finding__round", "finding__round__regime")


def extension(actor: Actor, extension_id: int, version: int) -> Extension:
    """An extension of a visible finding, to be changed; a lost race is a Conflict."""
    row: Extension | None = _visible(Extension.objects.select_related(*_FINDING), actor).filter(pk=extension_id).first()
    if row is None:
        raise NotFound("extension.missing", _MISSING)
    write.expect_version(row, version)
    return row


def transfer(actor: Actor, transfer_id: int, version: int) -> Transfer:
    rows = Transfer.objects.select_related(*_FINDING, "from_unit", "to_unit")
    row: Transfer | None = _visible(rows, actor).filter(pk=transfer_id).first()
    if row is None:
        raise NotFound("transfer.missing", _MISSING)
    write.expect_version(row, version)
    return row


def support(actor: Actor, support_id: int, version: int) -> Support:
    rows = Support.objects.select_related("measure", "measure__lead", "measure__round", "measure__round__regime", "unit", "from_unit")
    row = rows.filter(pk=support_id, measure__in=Measure.objects.visible_to(actor)).first()
    if row is None:
        raise NotFound("support.missing", _MISSING)
    write.expect_version(row, version)
    return row


def _visible(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    return rows.filter(finding__in=Finding.objects.visible_to(actor).values("pk"))


def passes(finding_id: int, kind: str) -> int:
    """How often a finding has changed hands."""
    return Transfer.objects.filter(finding_id=finding_id, kind=kind, state__in=PASSED).count()


def delegations(finding_id: int) -> list[Transfer]:
    """The delegations in force, from the lead downward."""
    rows = Transfer.objects.filter(Q(state="accepted") | Q(state="ordered"), finding_id=finding_id, kind="delegation")
    return list(rows.select_related("to_unit", "to_post").order_by("pk"))


def post(post_id: int | None) -> Post | None:
    if post_id is None:
        return None
    found = Post.objects.filter(pk=post_id).first()
    if found is None:
        raise NotFound("execute.no_post", N_("There is no such post. Choose one from the list."))
    return found
