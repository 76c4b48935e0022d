"""Loading a row for reading or writing: what the actor may not see does not exist."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from jiandi.base.errors import NotFound
from jiandi.base.prepared import PreparedModels
from jiandi.base.text.words import N_
from jiandi.record.ledger.models import (
    Answer,
    Claim,
    Closing,
    Evidence,
    EvidenceUse,
    Finding,
    Indicator,
    Institution,
    Letter,
    Measure,
    Programme,
    ProofOfUse,
    Round,
)
from jiandi.record.ledger.scope import sees_everything, visible_answers, visible_rounds, wide_rounds
from jiandi.record.trail import writing
from jiandi.record.trail.actor import Actor, DutyHeld

M = TypeVar("M", bound=Model)
SCOPES_KEPT = 512

_MISSING = N_("It does not exist, or it is not yours to see. Go back to the list.")


def _one(rows: QuerySet[M]) -> M | None:
    """The one row, or none; ``first`` would sort."""
    return next(iter(rows.order_by()[:1]), None)


def finding(actor: Actor, finding_id: int, version: int | None = None) -> Finding:
    """A visible finding, to be read with its round and units; with ``version``, to be changed: a lost race is a Conflict."""
    if version is None:
        read = Finding.objects.visible_to(actor).filter(pk=finding_id)
        found = _one(read.select_related("round", "round__regime", "lead", "found_in"))
    else:
        found = _seen_by(actor.is_system, actor.duties).first(finding_id)
    if found is None:
        raise NotFound("ledger.no_finding", _MISSING)
    if version is not None:
        writing.expect_version(found, version)
    return found


@lru_cache(maxsize=SCOPES_KEPT)
def _seen_by(is_system: bool, duties: tuple[DutyHeld, ...]) -> PreparedModels[Finding]:  # noqa: FBT001 - the cache wants it plain
    """The scope that duties open, compiled; nothing else of an actor has a part in it."""
    actor = Actor(None if is_system else 0, "", duties)
    return PreparedModels(Finding, lambda finding_id: Finding.objects.visible_to(actor).filter(pk=finding_id).order_by(), int)


def measure(actor: Actor, measure_id: int, version: int | None = None) -> Measure:
    found = _one(Measure.objects.visible_to(actor).select_related("round", "lead").filter(pk=measure_id))
    if found is None:
        raise NotFound("ledger.no_measure", _MISSING)
    if version is not None:
        writing.expect_version(found, version)
    return found


def round_(actor: Actor, round_id: int) -> Round:
    found = _one(Round.objects.filter(visible_rounds(actor), pk=round_id).select_related("regime", "unit"))
    if found is None:
        raise NotFound("ledger.no_round", _MISSING)
    return found


def letter(actor: Actor, letter_id: int) -> Letter:
    """Letters are read whole by round-wide duties only; units see the paragraph of their own findings."""
    letters = Letter.objects.select_related("round", "round__regime")
    if not sees_everything(actor):
        letters = letters.filter(round_id__in=wide_rounds(actor))
    found = _one(letters.filter(pk=letter_id))
    if found is None:
        raise NotFound("ledger.no_letter", _MISSING)
    return found


def claim(actor: Actor, claim_id: int, version: int | None = None) -> Claim:
    """A claim on a visible measure, with the measure, its lead and its round."""
    claims = Claim.objects.select_related("measure", "measure__lead", "measure__round", "unit")
    found = _one(claims.filter(pk=claim_id, measure__in=Measure.objects.visible_to(actor)))
    if found is None:
        raise NotFound("ledger.no_claim", _MISSING)
    if version is not None:
        writing.expect_version(found, version)
    return found


def institution(actor: Actor, institution_id: int, version: int | None = None) -> Institution:
    rules = Institution.objects.visible_to(actor).select_related("unit", "replaces")
    found = _one(rules.filter(pk=institution_id))
    if found is None:
        raise NotFound("ledger.no_institution", _MISSING)
    if version is not None:
        writing.expect_version(found, version)
    return found


def proof(actor: Actor, proof_id: int, version: int | None = None) -> ProofOfUse:
    """A proof of use of a visible rule, with the rule and its unit."""
    proofs = ProofOfUse.objects.select_related("institution", "institution__unit")
    found = _one(proofs.filter(pk=proof_id, institution__in=Institution.objects.visible_to(actor)))
    if found is None:
        raise NotFound("ledger.no_proof", _MISSING)
    if version is not None:
        writing.expect_version(found, version)
    return found


def programme(actor: Actor, programme_id: int, version: int | None = None) -> Programme:
    found = _one(Programme.objects.visible_to(actor).select_related("unit").filter(pk=programme_id))
    if found is None:
        raise NotFound("ledger.no_programme", _MISSING)
    if version is not None:
        writing.expect_version(found, version)
    return found


def indicator(actor: Actor, indicator_id: int) -> Indicator:
    """An indicator of a visible programme, with the programme and its unit."""
    indicators = Indicator.objects.select_related("programme", "programme__unit")
    found = _one(indicators.filter(pk=indicator_id, programme__in=Programme.objects.visible_to(actor).order_by().values("pk")))
    if found is None:
        raise NotFound("ledger.no_indicator", _MISSING)
    return found


def closing(actor: Actor, closing_id: int, version: int | None = None) -> Closing:
    """The closing of a visible finding, with the finding, its round and regime."""
    closings = Closing.objects.select_related("finding", "finding__round", "finding__round__regime", "finding__lead")
    found = _one(closings.filter(pk=closing_id, finding__in=Finding.objects.visible_to(actor)))
    if found is None:
        raise NotFound("ledger.no_closing", _MISSING)
    if version is not None:
        writing.expect_version(found, version)
    return found


def shown_to(actor: Actor) -> Q:
    """The uses of evidence that the actor may see."""
    measures, findings = Measure.objects.visible_to(actor), Finding.objects.visible_to(actor)
    answers = Answer.objects.filter(visible_answers(actor))
    return Q(measure__in=measures) | Q(finding__in=findings) | Q(cause__finding__in=findings) | Q(answer__in=answers)


def evidence(actor: Actor, evidence_id: int, version: int | None = None) -> Evidence:
    """Evidence is seen through what it is shown for: a visible measure, finding, cause or answer."""
    shown = EvidenceUse.objects.filter(shown_to(actor), evidence_id=evidence_id)
    found = Evidence.objects.select_related("unit").filter(pk=evidence_id).first() if shown.exists() else None
    if found is None:
        raise NotFound("ledger.no_evidence", _MISSING)
    if version is not None:
        writing.expect_version(found, version)
    return found
