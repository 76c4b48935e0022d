"""Plan a look-back, seal the secrets, freeze the list, open the secrets, draw, and record what was seen."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from jiandi.base import clock, digests
from jiandi.base.errors import BadInput, NotFound, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.lookback import queries, rules
from jiandi.record.ledger import lifecycle, load, targets, verbs, write
from jiandi.record.ledger.facts import LookBackFacts
from jiandi.record.ledger.models import Commitment, Draw, Finding, LookBack
from jiandi.record.policy import decide, independence
from jiandi.record.trail.actor import Actor

TITLE_LENGTH, PARTY_LENGTH, SECRET_LENGTH = 120, 60, 128


def plan_lookback(*, actor: Actor, round_id: int, title: str, by_risk: int, at_random: int) -> LookBack:
    """How many of the closed findings are drawn by risk, and how many at random from the rest."""
    with transaction.atomic():
        round_ = load.round_(actor, round_id)
        decide.require(actor, "lookback.plan", targets.of_round(round_))
        if not title.strip():
            raise BadInput("lookback.no_title", N_("Give the look-back a name."))
        if by_risk < 0 or at_random < 0 or by_risk + at_random < 1:
            raise BadInput("lookback.numbers", N_("Draw at least one finding."))
        row = LookBack(
            round=round_,
            title=title.strip()[:TITLE_LENGTH],
            by_risk=by_risk,
            at_random=at_random,
            algorithm=settings.JIANDI_ALGORITHM,
        )
        return write.create(row, actor=actor, verb="plan")


def commit_secret(*, actor: Actor, lookback_id: int, party: str, digest: str) -> Commitment:
    """One party hands in the digest of its secret (``rules.commitment``), before the list is frozen; one person, one party."""
    with transaction.atomic():
        lookback = queries.look_back(actor, lookback_id)
        decide.require(actor, "lookback.commit", targets.of_round(lookback.round))
        party, digest = party.strip(), digest.strip().lower()
        if lookback.state != "planned":
            raise RuleBroken("lookback.too_late", N_("The list is frozen. A secret sealed now could have been chosen to fit it."))
        _well_formed(party, digest)
        there = list(lookback.commitments.values_list("party", "holder"))
        if party in {name for name, _holder in there}:
            raise RuleBroken("lookback.party_twice", N_("“{party}” has sealed its secret already."), party=party)
        if actor.holder in {holder for _name, holder in there} and not actor.is_system:
            raise RuleBroken("lookback.person_twice", N_("You sealed a secret already. The other party needs another person."))
        holder = "" if actor.is_system else actor.holder
        row = Commitment(lookback=lookback, party=party, digest=digest, holder=holder)
        return write.create(row, actor=actor, verb="commit")


def _well_formed(party: str, digest: str) -> None:
    if not party or len(party) > PARTY_LENGTH or "\n" in party:
        raise BadInput("lookback.party", N_("Name the party in one line of at most {n} characters."), n=PARTY_LENGTH)
    if not digests.is_digest(digest):
        raise BadInput("lookback.digest", N_("A digest has 64 hexadecimal digits. Hand in the digest, not the secret."))


def freeze_list(*, actor: Actor, lookback_id: int, version: int) -> LookBack:
    """Freeze all closed and standing findings with their risk points, and their Merkle root."""
    with transaction.atomic():
        lookback = queries.look_back(actor, lookback_id)
        write.expect_version(lookback, version)
        population = queries.population(actor, lookback.round_id)
        facts = LookBackFacts(
            commitments=lookback.commitments.count(), population=len(population), wanted=lookback.by_risk + lookback.at_random
        )
        root = rules.root_of(rules.items_of(population), lookback.algorithm)
        target = targets.of_round(lookback.round)
        lifecycle.move(lookback, "freeze", actor=actor, target=target, facts=facts, fields={"population": population, "root": root})
        return lookback


def open_secret(*, actor: Actor, lookback_id: int, party: str, secret: str) -> Commitment:
    """A party opens its secret, after the list is frozen; it must give the digest that was handed in."""
    with transaction.atomic():
        lookback = queries.look_back(actor, lookback_id)
        decide.require(actor, "lookback.commit", targets.of_round(lookback.round))
        commitment = lookback.commitments.filter(party=party.strip()).first()
        if commitment is None:
            raise NotFound("lookback.no_party", N_("No party of this name has sealed a secret."))
        if lookback.state != "frozen":
            raise RuleBroken("lookback.not_frozen", N_("Secrets are opened after the list is frozen and before the draw."))
        if commitment.secret:
            raise RuleBroken("lookback.opened", N_("“{party}” has opened its secret already."), party=commitment.party)
        secret = secret.strip()
        if len(secret) > SECRET_LENGTH or rules.commitment(commitment.party, secret, lookback.algorithm) != commitment.digest:
            raise RuleBroken(
                "lookback.mismatch", N_("This secret does not give the digest that “{party}” sealed. Check it."), party=commitment.party
            )
        write.change(commitment, {"secret": secret}, actor=actor, verb="open")
        return commitment


def draw(*, actor: Actor, lookback_id: int, version: int) -> LookBack:
    """Draw from the frozen list with the seed made of its root and all secrets; anybody can recompute it."""
    with transaction.atomic():
        lookback = queries.look_back(actor, lookback_id)
        write.expect_version(lookback, version)
        secrets = queries.secrets_of(lookback)
        facts = LookBackFacts(commitments=len(secrets), secrets=sum(bool(secret) for _party, secret in secrets))
        drawn = queries.recomputed(lookback)
        if lookback.state == "frozen" and drawn.root != lookback.root:
            raise RuleBroken("lookback.root", N_("The frozen list no longer gives its root. Verify the trail before anything else."))
        fields = {"seed": drawn.seed, "drawn_at": clock.now()}
        target = targets.of_round(lookback.round)
        lifecycle.move(lookback, "draw", actor=actor, target=target, facts=facts, fields=fields)
        rows = [
            Draw(lookback=lookback, finding_id=pick.finding_id, place=pick.place, is_random=pick.is_random, key=pick.key)
            for pick in drawn.picks
        ]
        write.create_many(rows, actor=actor, verb="draw")
        return lookback


def record_result(*, actor: Actor, draw_id: int, held: bool, method: str, text: str, version: int, failed: Sequence[int] = ()) -> Draw:
    """What was seen of a drawn finding; one that did not hold comes back on the books, the measures named as failed."""
    with transaction.atomic():
        row = queries.draw(actor, draw_id)
        write.expect_version(row, version)
        finding = load.finding(actor, row.finding_id)
        target = targets.of_finding(finding)
        decide.require(actor, "lookback.record", target)
        _independent(actor, finding)
        facts = LookBackFacts(text=text, method=method)
        fields = {"method": method, "text": text.strip(), "seen_on": clock.today()}
        lifecycle.move(row, "hold" if held else "fail", actor=actor, target=target, facts=facts, reason=text, fields=fields)
        if not held and finding.state in queries.STATES:
            verbs.reopen(actor=actor, finding=finding, reason=text.strip(), failed=failed)
        return row


def _independent(actor: Actor, finding: Finding) -> None:
    """Who did or checked the work, or serves the lead unit, does not look back on it."""
    lead_path = finding.lead.path if finding.lead else ""
    if unmet := independence.unmet_parts(actor, "look", verbs.parts_on(finding.pk), lead_path):
        raise RuleBroken("lookback.independence", N_("Somebody who had no part in it looks back on it."), unmet=tuple(unmet))


def finish_lookback(*, actor: Actor, lookback_id: int, version: int) -> LookBack:
    """Every drawn finding was looked at."""
    with transaction.atomic():
        lookback = queries.look_back(actor, lookback_id)
        write.expect_version(lookback, version)
        left = lookback.draws.filter(state="drawn").count()
        if lookback.state == "drawn" and left:
            raise RuleBroken("lookback.unseen", N_("{n} drawn findings have not been looked at yet. Record each."), n=left)
        lifecycle.move(lookback, "finish", actor=actor, target=targets.of_round(lookback.round))
        return lookback
