"""Moving an open round to another version of its regime: what it would break, what goes on by the old one, and the act itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Count

from jiandi.base.errors import BadInput, RuleBroken, Unmet
from jiandi.base.text.words import N_
from jiandi.record.ledger import load, targets, write
from jiandi.record.ledger.models import Closing, Finding, Round
from jiandi.record.ledger.scope import visible_rounds
from jiandi.record.policy import decide
from jiandi.record.regimes import phases, queries
from jiandi.record.regimes.calendar import WorkCalendar
from jiandi.record.regimes.models import Regime
from jiandi.record.regimes.parts import Profile
from jiandi.record.trail.actor import Actor

_APPROVED = ("planned", "in_progress", "basically_done", "long_term", "submitted", "verified")
_STILL_DUE = ("planned", "in_progress", "basically_done")


@dataclass(frozen=True)
class RoundFacts:
    """What is approved in a round already, in counts. ``by_class`` counts living findings; lacks are of approved ones."""

    by_class: dict[str, int] = field(default_factory=dict)
    lacks_lasting: dict[str, int] = field(default_factory=dict)
    lacks_prevent: dict[str, int] = field(default_factory=dict)
    closed_unseen: int = 0
    due_after_end: int = 0
    ends_on: date | None = None
    new_end: date | None = None
    phase: str = ""
    closings: int = 0


def stands_in_the_way(old: Profile, new: Profile, facts: RoundFacts) -> list[Unmet]:
    """What already approved would break under ``new``. Pure."""
    return [*_classes(old, new, facts), *_dates(old, new, facts)]


def _classes(old: Profile, new: Profile, facts: RoundFacts) -> list[Unmet]:
    before, after = ({one.code: one for one in profile.classes} for profile in (old, new))
    found = []
    for code, n in sorted(facts.by_class.items()):
        if n and code in before and code not in after:
            text = N_("{n} findings are of class “{name}”, which the new version does not have.")
            found.append(Unmet("class_gone", text, {"n": n, "name": before[code].name.zh}))
    for code in sorted(before.keys() & after.keys()):
        name = after[code].name.zh
        n = facts.lacks_lasting.get(code, 0)
        if n and after[code].needs_lasting and not before[code].needs_lasting:
            text = N_("{n} approved findings of class “{name}” have no lasting measure, which the new version asks for.")
            found.append(Unmet("lasting", text, {"n": n, "name": name}))
        n = facts.lacks_prevent.get(code, 0)
        if n and after[code].needs_prevent and not before[code].needs_prevent:
            text = N_("{n} approved findings of class “{name}” have no preventing measure, which the new version asks for.")
            found.append(Unmet("prevent", text, {"n": n, "name": name}))
    return found


def _dates(old: Profile, new: Profile, facts: RoundFacts) -> list[Unmet]:
    found = []
    if facts.due_after_end and facts.new_end:
        text = N_("{n} approved due dates would lie after the phase, which would end on {day}.")
        found.append(Unmet("due_after_end", text, {"n": facts.due_after_end, "day": facts.new_end.isoformat()}))
    if facts.closed_unseen and old.close_on == "done" and new.close_on == "effect":
        text = N_("{n} findings are closed without having been seen to work, which the new version asks for before closing.")
        found.append(Unmet("closed_unseen", text, {"n": facts.closed_unseen}))
    if facts.phase and facts.phase not in {one.code for one in new.phases}:
        found.append(Unmet("phase_gone", N_("The round stands in a phase that the new version does not have.")))
    return found


def goes_on(old: Profile, new: Profile, facts: RoundFacts) -> list[Unmet]:
    """What the move changes or leaves for things under way: to be known, not an obstacle. Pure."""
    found = []
    if facts.new_end != facts.ends_on and facts.new_end:
        before = facts.ends_on.isoformat() if facts.ends_on else "—"
        found.append(
            Unmet("end", N_("The phase would end on {after} and not on {before}."), {"after": facts.new_end.isoformat(), "before": before})
        )
    if facts.closings and old.closing_chain != new.closing_chain:
        found.append(Unmet("closings", N_("{n} closings under way go on by the chain they began with."), {"n": facts.closings}))
    return found


def rounds_under(actor: Actor, code: str, but: int | None = None) -> list[Round]:
    """Running rounds one may see that follow a version of this regime (other than the version ``but``)."""
    rows = Round.objects.filter(visible_rounds(actor), regime__code=code, state="running").select_related("regime", "unit")
    return list((rows.exclude(regime_id=but) if but else rows)[:50])


def facts_of(round_: Round, new: Profile, calendar: WorkCalendar) -> RoundFacts:
    """The counts a decision needs."""
    living = Finding.objects.filter(round=round_).exclude(state__in=["withdrawn", "handed_over"])
    approved = living.filter(state__in=_APPROVED, excuse="")
    new_end = end_under(round_, new, calendar)
    due_after = (
        living.filter(state__in=_STILL_DUE, due__gt=new_end).exclude(due__gt=round_.ends_on or date.max) if new_end else living.none()
    )
    return RoundFacts(
        by_class=_by_class(living),
        lacks_lasting=_by_class(approved.exclude(measures__horizon="lasting")),
        lacks_prevent=_by_class(approved.exclude(measures__kind="prevent")),
        closed_unseen=living.filter(state="closed").exclude(effect_state="passed").count(),
        due_after_end=due_after.count(),
        ends_on=round_.ends_on,
        new_end=new_end,
        phase=round_.phase,
        closings=Closing.objects.filter(finding__round=round_, state="running").count(),
    )


def _by_class(rows: object) -> dict[str, int]:
    counted = rows.order_by().values_list("klass").annotate(n=Count("pk", distinct=True))  # type: ignore[attr-defined]
    return dict(counted)


def end_under(round_: Round, profile: Profile, calendar: WorkCalendar) -> date | None:
    """The end of the phase with a set end under a profile; an end that people set by hand, or that is over, stays."""
    if round_.phase:
        return round_.ends_on
    own = ends(queries.profile_of(round_.regime), round_.feedback_on, calendar)
    return ends(profile, round_.feedback_on, calendar) if round_.ends_on in (None, own) else round_.ends_on


def ends(profile: Profile, feedback_on: date, calendar: WorkCalendar) -> date | None:
    """The last day of the latest phase that has an end."""
    dates = phases.phase_dates(profile.phases, {"feedback": feedback_on}, calendar)
    return max((one.end for one in dates if one.end), default=None)


@dataclass(frozen=True)
class Touched:
    """An open round, and what moving it would mean."""

    round: Round
    breaks: list[Unmet]
    goes_on: list[Unmet]


def touched(actor: Actor, code: str, new: Profile, but: int | None = None) -> list[Touched]:
    """The open rounds a new version could be taken over by. They keep their own until each is moved."""
    calendar = queries.work_calendar()
    found = []
    for round_ in rounds_under(actor, code, but):
        old, facts = queries.profile_of(round_.regime), facts_of(round_, new, calendar)
        found.append(Touched(round_, stands_in_the_way(old, new, facts), goes_on(old, new, facts)))
    return found


def newer(round_: Round) -> Regime | None:
    """The newest version of the round's regime in use, if it is not the round's own."""
    found = Regime.objects.filter(code=round_.regime.code, number__gt=round_.regime.number, retired_at__isnull=True)
    return found.order_by("-number").first() if round_.state == "running" else None


def move_round(*, actor: Actor, round_id: int, regime_id: int, reason: str, version: int) -> Round:
    """The round follows a newer version of its regime from now on; refused where something approved would break."""
    with transaction.atomic():
        round_ = load.round_(actor, round_id)
        decide.require(actor, "round.move_regime", targets.of_round(round_))
        write.expect_version(round_, version)
        if not reason.strip():
            raise BadInput("round.no_reason", N_("Write why the round moves; the reason stays in its trail."))
        wanted = newer(round_)
        if wanted is None or wanted.pk != regime_id:
            raise RuleBroken("round.no_newer", N_("There is no such newer version of this round's regime. Load the page again."))
        new, calendar = queries.profile_of(wanted), queries.work_calendar()
        facts = facts_of(round_, new, calendar)
        if unmet := stands_in_the_way(queries.profile_of(round_.regime), new, facts):
            raise RuleBroken("round.move_regime", N_("The round cannot follow this version."), unmet=tuple(unmet))
        fields = {"regime_id": wanted.pk, "ends_on": facts.new_end}
        write.change(round_, fields, actor=actor, verb="move_regime", reason=reason.strip())
        return round_
