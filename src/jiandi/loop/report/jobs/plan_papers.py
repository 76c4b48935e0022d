"""Papers of one version of a plan: the page of the pledge, opinions with their answers, the three lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from jiandi.base import clock
from jiandi.base.text.chinese_numbers import to_chinese
from jiandi.loop.report import rules
from jiandi.loop.report.jobs.paper import Paper
from jiandi.loop.report.queries import lists
from jiandi.record.ledger import plans, reads
from jiandi.record.ledger.models import PlanRemark, PlanVersion
from jiandi.record.trail.actor import Actor

Tell = Callable[[int, int], None]
PAPER_MM = 156


def write_pledge(
    path: Path, actor: Actor, _round_id: int, _unit_id: int | None, *, plan: PlanVersion, title: str = "", tell: Tell | None = None
) -> dict[str, Any]:
    """The page that the head signs by hand: what is pledged, of which version, by which digest."""
    plan, body = plans.version(actor, plan.pk), plans.body(plan)
    paper, unit = Paper(), rules.clean(plan.unit.name if plan.unit else plan.round.unit.name)
    paper.title(rules.clean(title))
    measures = len({m["id"] for f in body["findings"] for m in f["measures"]})
    paper.text(
        _(
            "This unit has studied the rectification plan for “{round}” (version {n}), which holds {findings} problems and {measures} measures, "
            "and confirms that it is true and complete."
        ).format(round=rules.clean(plan.round.title), n=plan.number, findings=len(body["findings"]), measures=measures)
    )
    pledges = (
        _("The content of the plan is true; no problem that was fed back is left out or made smaller."),
        _("Measures are carried out by their dates and standards; what is reported is what was done."),
        _("After approval the plan is not altered by ourselves; a necessary change is asked for and approved first."),
        _("As the person first responsible I answer for the rectification and accept supervision."),
    )
    for n, words in enumerate(pledges, start=1):
        paper.text(_("({n}) {words}").format(n=to_chinese(n), words=words))
    paper.text(_("Version {n}, handed in on {day}.").format(n=plan.number, day=rules.day_in_words(clock.local_day(plan.submitted_at))))
    paper.text(_("Digest of the plan ({algorithm}):").format(algorithm=plan.algorithm.upper()))
    for at in range(0, len(plan.digest), 32):
        paper.text(plan.digest[at : at + 32])
    paper.text("")
    paper.right(_("Signature of the head:") + "\u3000" * 6)
    paper.right(unit + _("(seal)"))
    paper.right("\u3000年\u3000月\u3000日")
    paper.save(path, title=title)
    if tell:
        tell(1, 1)
    return {}


def write_opinions(
    path: Path, actor: Actor, _round_id: int, _unit_id: int | None, *, plan: PlanVersion, title: str = "", tell: Tell | None = None
) -> dict[str, Any]:
    """Who was asked, what each said, and what the office answered to each point; silence is shown as silence."""
    plan, paper = plans.version(actor, plan.pk), Paper()
    reviews = list(plan.reviews.select_related("unit").prefetch_related("remarks__finding", "remarks__measure"))
    paper.title(rules.clean(title))
    given = [r for r in reviews if r.state == "answered"]
    remarks = [remark for r in reviews for remark in r.remarks.all()]
    reads.as_in_round([one.measure for one in remarks if one.measure], plan.round_id)
    taken = sum(remark.state == "taken" for remark in remarks)
    text = _(
        "Version {n} was sent to {asked} parties; {given} gave their opinion, {silent} gave none. Of {points} points, {taken} were taken."
    )
    paper.text(
        text.format(n=plan.number, asked=len(reviews), given=len(given), silent=len(reviews) - len(given), points=len(remarks), taken=taken)
    )
    paper.heading("一、" + _("Opinions by party"))
    rows = [[_("Party"), _("Unit"), _("Opinion"), _("On")]]
    for r in reviews:
        word = str(r.get_word_display()) if r.word else str(r.get_state_display())
        day = clock.local_day(r.answered_at).isoformat() if r.answered_at else "—"
        rows.append([rules.clean(r.name), rules.clean(r.unit.name), word, day])
    paper.table(rows, (36, 52, 36, 32))
    paper.heading("二、" + _("Points and answers"))
    if remarks:
        paper.table(
            [[_("Party"), _("About"), _("Point"), _("Answer")], *(_remark(r.name, one) for r in reviews for one in r.remarks.all())],
            (24, 34, 56, 42),
        )
    else:
        paper.text(_("No party made a point."))
    paper.text("")
    paper.right(rules.day_in_words(clock.today()))
    paper.save(path, title=title)
    if tell:
        tell(len(reviews), len(reviews))
    return {}


def _remark(party: str, one: PlanRemark) -> list[str]:
    about = _("the whole plan")
    if one.finding:
        about = f"{one.finding.number} · {one.measure.number}" if one.measure else one.finding.number
    answer = str(one.get_state_display())
    return [rules.clean(party), about, rules.clean(one.text), rules.clean(f"{answer}：{one.reply}" if one.reply else answer)]


def write_lists(
    path: Path, actor: Actor, _round_id: int, _unit_id: int | None, *, plan: PlanVersion, title: str = "", tell: Tell | None = None
) -> dict[str, Any]:
    """The three lists, each a table of its own, across the page."""
    plan, paper = plans.version(actor, plan.pk), Paper(is_wide=True)
    paper.title(rules.clean(title))
    paper.text(_("From version {n} of the plan, approved on {day}.").format(n=plan.number, day=_approved(plan)))
    found = lists.three_lists(plan)
    for n, one in enumerate(found, start=1):
        if n > 1:
            paper.new_page()
        paper.heading(f"{to_chinese(n)}、{one.title}")
        paper.table([one.heads, *([rules.clean(text) for text in row] for row in one.rows)], _in_mm(one.widths, paper.width_mm))
        if tell:
            tell(n, len(found))
    paper.save(path, title=title)
    return {}


def _approved(plan: PlanVersion) -> str:
    return rules.day_in_words(clock.local_day(plan.decided_at)) if plan.decided_at else "—"


def _in_mm(shares: list[int], width: int) -> list[int]:
    """Shares as millimetres that fill the type area."""
    return [share * width // sum(shares) for share in shares]
