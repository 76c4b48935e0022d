"""Pages about the plan as a document: two versions side by side, pledge, meetings, schedule, what was weakened."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiandi.base import files, http
from jiandi.base.errors import BadInput, NotFound, RuleBroken
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.base.ui import htmx
from jiandi.loop.plan import actions, queries
from jiandi.loop.plan.forms import document as forms
from jiandi.loop.plan.views.reviewing import back_to, typed, version_in
from jiandi.record.ledger import load, plans, rounds, schedules, targets
from jiandi.record.ledger.models import Finding, MeetingRecord, Pledge, Round
from jiandi.record.policy import decide

PER_PAGE = 50
LONGEST_ID = 18


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) <= LONGEST_ID else 0


@require_GET
def compare(request: Request, plan_id: int) -> HttpResponse:
    """Two versions side by side; ``with`` names the other one, else the one it was compared with."""
    new = queries.plan(request.actor, plan_id)
    other = _number(request.GET.get("with")) or new.before_id or new.pk
    whole = "whole" in request.GET
    shown = queries.compared(request.actor, other, new.pk, request.GET.get("page"), whole=whole)
    return render(request, "plan/compare.html", {"shown": shown, "plan": new, "whole": whole})


@require_POST
def pledge(request: Request, plan_id: int) -> HttpResponse:
    """Keep the signed page."""
    queries.plan(request.actor, plan_id)
    got = typed(forms.PledgeForm(request.POST, request.FILES))
    paper = got["paper"]
    actions.add_pledge(
        actor=request.actor,
        plan_id=plan_id,
        chunks=paper.chunks(),
        file_name=paper.name,
        signed_on=got["signed_on"],
        version=got["version"],
    )
    return back_to(request, plan_id)


@require_GET
def pledge_file(request: Request, plan_id: int) -> FileResponse:
    return _file(queries.pledge_of(queries.plan(request.actor, plan_id)))


def _file(row: Pledge | MeetingRecord | None) -> FileResponse:
    if row is None or not row.digest:
        raise NotFound("plan.no_file", N_("There is no scan here."))
    response = FileResponse(files.open_file(row.digest), as_attachment=True, filename=row.file_name, content_type=row.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
def meetings(request: Request) -> HttpResponse:
    """Democratic-life and study meetings of the round, and the form to record one."""
    round_ = rounds.required(request)
    shown = queries.meetings(request.actor, round_, request.GET.get("page"))
    if request.method != "POST":
        return _meetings(request, shown, _meeting_form(shown))
    form = _meeting_form(shown, request.POST, request.FILES)
    if not form.is_valid():
        return _meetings(request, shown, form, status=422)
    try:
        _keep(request, round_, form.cleaned_data)
    except (RuleBroken, BadInput) as wrong:
        return _meetings(request, shown, form, error=http.shown(wrong), status=wrong.status)
    return htmx.after_post(request, reverse("plan:meetings"))


def _meeting_form(shown: queries.Meetings, posted: Any = None, sent: Any = None) -> forms.MeetingForm:
    return forms.MeetingForm(posted, sent, units=shown.units, posts=shown.posts)


def _keep(request: Request, round_: Round, got: dict[str, Any]) -> None:
    paper = got.pop("paper")
    given = {"unit_id": got.pop("unit"), "chair_id": got.pop("chair"), **got}
    if paper:
        given |= {"chunks": paper.chunks(), "file_name": paper.name}
    actions.keep_meeting(actor=request.actor, round_id=round_.pk, **given)


def _meetings(request: Request, shown: queries.Meetings, form: forms.MeetingForm, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "plan/meetings.html", {"shown": shown, "form": form, **more}, status=status)


@require_POST
def strike_meeting(request: Request, meeting_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    actions.strike_meeting(actor=request.actor, meeting_id=meeting_id, reason=reason, version=version_in(request))
    return htmx.after_post(request, reverse("plan:meetings"))


@require_GET
def meeting_file(request: Request, meeting_id: int) -> FileResponse:
    return _file(queries.meeting(request.actor, meeting_id))


@require_GET
def schedule(request: Request) -> HttpResponse:
    """A unit's measures with their days on the way, as a table that is a chart."""
    round_ = rounds.required(request)
    units = queries.workshop_units(request.actor, round_)
    wanted, own = request.GET.get("unit"), {d.unit_id for d in request.actor.duties}
    unit = next((u for u in units if str(u.pk) == wanted), None) or next((u for u in units if u.pk in own), units[0] if units else None)
    measures = schedules.measures_of(request.actor, round_, unit.pk) if unit else []
    page = Paginator(measures, PER_PAGE).get_page(request.GET.get("page"))
    found = schedules.of_measures(round_, list(page.object_list))
    may_set = unit is not None and decide.may(request.actor, "milestone.set", targets.of_lead(unit, round_.pk))
    may_ask = unit is not None and decide.may(request.actor, "report.write", targets.of_unit(unit, round_.pk))
    words = [queries.named(one.name) for one in found.wanted]
    rows = queries.schedule_rows(found, found.lines)
    context = {"units": units, "unit": unit, "page": page, "found": found, "words": words, "rows": rows}
    return render(request, "plan/schedule.html", {**context, "may_set": may_set, "may_ask": may_ask, "round": round_})


@require_POST
def milestone(request: Request, measure_id: int) -> HttpResponse:
    """Set one day, or go back to the counted one."""
    measure = load.measure(request.actor, measure_id)
    got = typed(forms.MilestoneForm(request.POST))
    actions.set_milestone(actor=request.actor, measure_id=measure_id, code=got["code"], on=got["on"], version=got["version"])
    first = Finding.objects.visible_to(request.actor).filter(served_by__measure=measure.pk).order_by("served_by__pk").first()
    return htmx.after_post(request, f"{reverse('plan:schedule')}?unit={first.lead_id if first else ''}#measure-{measure_id}")


@require_GET
def weakened(request: Request) -> HttpResponse:
    """What approved changes dropped or weakened, for the leading group."""
    round_ = rounds.required(request)
    page = Paginator(plans.weakened(request.actor, round_), PER_PAGE).get_page(request.GET.get("page"))
    may_ask = decide.may(request.actor, "report.write", targets.of_round(round_))
    return render(request, "plan/weakened.html", {"page": page, "round": round_, "may_ask": may_ask})
