"""What stages share about rules: when their use is proved, what follows when it is not, and the end of a rule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Max, Q

from jiandi.base import clock
from jiandi.record.ledger import lifecycle, verbs, write
from jiandi.record.ledger.models import Finding, Institution, ProofOfUse, Round, RuleQuestion
from jiandi.record.ledger.models.institution import HOLDING, IN_FORCE, ON_PAPER, OPEN_PROOFS
from jiandi.record.policy import independence
from jiandi.record.policy.independence import DOING, DONE
from jiandi.record.regimes import queries as regimes
from jiandi.record.regimes.parts import Clocks
from jiandi.record.regimes.phases import add_months
from jiandi.record.trail.actor import SYSTEM, Actor

NOT_FOLLOWED = "rule_ignored"  # the leaf of the causes that says 有制度不执行
CLOSED = ("closed", "standing")


def clocks_of(rule: Institution) -> Clocks:
    """The clocks of the regime under which a measure or finding last touched it; those that the product comes with for a rule of its own."""
    touched = Q(measures__institutions=rule.pk) | Q(findings__ignored_rules__institution=rule.pk)
    round_ = Round.objects.filter(touched).select_related("regime").order_by("-pk").first()
    return regimes.profile_of(round_.regime).clocks if round_ else Clocks()


def first_proof_day(since: date, clocks: Clocks) -> date:
    return add_months(since, clocks.proof_first_months)


def findings_of(rule: Institution) -> list[Finding]:
    """The findings that it was made, revised or enforced for, and those in which it was not followed."""
    touched = Q(served_by__measure__rule_links__institution=rule.pk) | Q(ignored_rules__institution=rule.pk)
    found = Finding.objects.filter(pk__in=Finding.objects.filter(touched).values("pk"))
    return list(found.select_related("round", "round__regime", "lead").select_for_update(of=("self",)).order_by("pk"))


def begin(rule: Institution, *, actor: Actor) -> None:
    """In force: its proofs of use are planned, and what it replaces ends."""
    clocks = clocks_of(rule)
    since = rule.in_force_from or rule.issued_on or clock.today()
    days = sorted({rule.first_proof_on or first_proof_day(since, clocks), add_months(since, clocks.proof_second_months)})
    plan_proofs(rule, days, actor=actor)
    if rule.replaces and rule.replaces.state in HOLDING:
        supersede(rule.replaces, rule, actor=actor)


def plan_proofs(rule: Institution, days: Iterable[date], *, actor: Actor) -> list[ProofOfUse]:
    first = (rule.proofs.aggregate(n=Max("number"))["n"] or 0) + 1
    rows = [ProofOfUse(institution=rule, number=n, due=day) for n, day in enumerate(days, start=first)]
    return write.create_many(rows, actor=actor, verb="plan")


def supersede(old: Institution, new: Institution, *, actor: Actor) -> None:
    """The old rule ends on the day the new one is in force."""
    fields = {"ended_on": new.in_force_from or clock.today()}
    lifecycle.move(old, "supersede", actor=actor, reason=new.named, fields=fields)
    end(old, actor=actor)


def end(rule: Institution, *, actor: Actor) -> None:
    """Nothing more is asked of a rule that has ended; findings it held back are counted anew."""
    for proof in rule.proofs.filter(state__in=OPEN_PROOFS):
        lifecycle.move(proof, "drop", actor=actor)
    _drop_questions(rule)
    recount(rule)


def find_on_paper(proof: ProofOfUse, *, actor: Actor) -> None:
    """Too few cases, or none, went by it: on paper only; every finding closed by it becomes a question, and a later proof is planned."""
    rule = proof.institution
    if rule.state == IN_FORCE:
        lifecycle.move(rule, "find_on_paper_only", actor=actor, reason=proof.text)
    if not rule.proofs.filter(state__in=OPEN_PROOFS).exists():
        plan_proofs(rule, [first_proof_day(proof.seen_on or clock.today(), clocks_of(rule))], actor=actor)
    asked = set(rule.questions.filter(state="asked").values_list("finding_id", flat=True))
    closed = [f for f in findings_of(rule) if f.state in CLOSED and f.pk not in asked]
    rows = [RuleQuestion(institution=rule, finding=f, proof=proof, asked_on=clock.today()) for f in closed]
    write.create_many(rows, actor=actor, verb="ask")
    recount(rule)


def find_in_use(proof: ProofOfUse, *, actor: Actor) -> None:
    rule = proof.institution
    if rule.state == ON_PAPER:
        lifecycle.move(rule, "find_in_use", actor=actor, reason=proof.text)
        _drop_questions(rule)
        recount(rule)


def _drop_questions(rule: Institution) -> None:
    for question in rule.questions.filter(state="asked"):
        lifecycle.move(question, "drop", actor=SYSTEM)


def recount(rule: Institution) -> None:
    """What is on paper only never counts as done well."""
    for finding in findings_of(rule):
        verbs.keep_claims(finding, actor=SYSTEM, verb="recount")


def unmet_independence(rule: Institution, actor: Actor) -> tuple[object, ...]:
    """Nobody of the author's side proves its use: not who did the work or registered it, nor anybody of its unit."""
    doing = rule.measures.filter(parts__part=DOING).values_list("parts__holder", flat=True)
    holders = {*doing, *([rule.kept_by] if rule.kept_by else [])}
    return tuple(independence.unmet_parts(actor, DONE, [(holder, DOING) for holder in holders], rule.unit.path))
