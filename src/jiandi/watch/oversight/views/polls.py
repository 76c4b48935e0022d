"""Pages of oversight: polls of a round, one poll, its slips, and the page on which somebody without an account answers."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiandi.base import http
from jiandi.base.errors import BadInput, JiandiError, RuleBroken
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.base.ui import htmx
from jiandi.record.ledger import rounds, targets
from jiandi.record.policy import decide
from jiandi.watch.oversight.actions import polls as actions
from jiandi.watch.oversight.forms import polls as forms
from jiandi.watch.oversight.queries import polls as queries
from jiandi.watch.oversight.rules import polls as rules

VERBS = {"open": actions.open_poll, "close": actions.close_poll, "drop": actions.drop_poll}


@require_GET
def home(request: Request) -> HttpResponse:
    return _home(request, forms.PlanForm())


def _home(request: Request, form: forms.PlanForm, *, status: int = 200) -> HttpResponse:
    round_ = rounds.required(request)
    context = {
        "page": queries.polls(request.actor, round_, request.GET.get("page")),
        "form": form,
        "may_run": decide.may(request.actor, "poll.run", targets.of_round(round_)),
    }
    return render(request, "oversight/home.html", context, status=status)


@require_POST
def plan_poll(request: Request) -> HttpResponse:
    form = forms.PlanForm(request.POST)
    if not form.is_valid():
        return _home(request, form, status=422)
    made = actions.plan_poll(actor=request.actor, round_id=rounds.required(request).pk, **form.cleaned_data)
    return htmx.after_post(request, reverse("oversight:poll", args=[made.pk]))


@require_GET
def poll(request: Request, poll_id: int) -> HttpResponse:
    return _poll(request, poll_id)


def _poll(
    request: Request,
    poll_id: int,
    *,
    group: forms.GroupForm | None = None,
    sheet: tuple[int, forms.SheetForm] | None = None,
    error: JiandiError | None = None,
) -> HttpResponse:
    found = queries.poll(request.actor, poll_id)
    context = {
        "poll": found,
        "result": queries.result(found),
        "groups": _groups(found, sheet),
        "sheets": queries.sheets(found),
        "group_form": group or forms.GroupForm(),
        "may_run": decide.may(request.actor, "poll.run", targets.of_round(found.round)),
        "error": http.shown(error) if error else None,
    }
    wrong = bool(group or sheet or error)
    return render(request, "oversight/poll.html", context, status=error.status if error else 422 if wrong else 200)


def _groups(found: Any, sheet: tuple[int, forms.SheetForm] | None) -> list[dict[str, Any]]:
    """Each group with what can be done for it now."""
    links = queries.links_of(found)
    rows = []
    for one in found.groups.all():
        sent = sheet[1] if sheet and sheet[0] == one.pk else forms.SheetForm(initial={"version": one.version}, auto_id=f"id_{one.pk}_%s")
        rows.append({"group": one, "form": sent, "links": links.get(one.pk)})
    return rows


@require_POST
def add_group(request: Request, poll_id: int) -> HttpResponse:
    form = forms.GroupForm(request.POST)
    if not form.is_valid():
        return _poll(request, poll_id, group=form)
    try:
        actions.add_group(actor=request.actor, poll_id=poll_id, **form.cleaned_data)
    except BadInput as error:
        return _poll(request, poll_id, group=form, error=error)
    return htmx.after_post(request, reverse("oversight:poll", args=[poll_id]))


@require_POST
def move_poll(request: Request, poll_id: int, verb: str) -> HttpResponse:
    """Open, close or drop it."""
    if verb not in VERBS:
        raise Http404
    queries.poll(request.actor, poll_id)
    try:
        VERBS[verb](actor=request.actor, poll_id=poll_id, version=_version(request))
    except (BadInput, RuleBroken) as error:
        return _poll(request, poll_id, error=error)
    return htmx.after_post(request, reverse("oversight:poll", args=[poll_id]))


def _version(request: Request) -> int:
    form = forms.VersionForm(request.POST)
    if not form.is_valid():
        raise BadInput("oversight.version", N_("The form is incomplete. Load the page again."))
    return int(form.cleaned_data["version"])


@never_cache
@require_POST
def print_links(request: Request, poll_group_id: int) -> HttpResponse:
    """The slips, shown this once: what is not printed now is printed anew, and these are void."""
    group = queries.group(request.actor, poll_group_id)
    codes = actions.print_links(actor=request.actor, group_id=poll_group_id, version=_version(request))
    address = request.build_absolute_uri(reverse("oversight:enter_code"))
    return render(request, "oversight/slips.html", {"group": group, "poll": group.poll, "codes": codes, "address": address})


@require_POST
def count_sheet(request: Request, poll_group_id: int) -> HttpResponse:
    group = queries.group(request.actor, poll_group_id)
    form = forms.SheetForm(request.POST, auto_id=f"id_{poll_group_id}_%s")
    if not form.is_valid():
        return _poll(request, group.poll_id, sheet=(poll_group_id, form))
    given = form.cleaned_data
    try:
        actions.count_sheet(
            actor=request.actor, group_id=poll_group_id, counts=form.counts(), kept_by=given["kept_by"], version=given["version"]
        )
    except (BadInput, RuleBroken) as error:
        return _poll(request, group.poll_id, sheet=(poll_group_id, form), error=error)
    return htmx.after_post(request, reverse("oversight:poll", args=[group.poll_id]))


@require_POST
def strike_sheet(request: Request, poll_sheet_id: int) -> HttpResponse:
    sheet = queries.sheet(request.actor, poll_sheet_id)
    form = forms.StrikeForm(request.POST)
    if not form.is_valid():
        raise BadInput("oversight.reason", N_("Write why this batch counts no more."))
    actions.strike_sheet(actor=request.actor, sheet_id=poll_sheet_id, **{k: form.cleaned_data[k] for k in ("reason", "version")})
    return htmx.after_post(request, reverse("oversight:poll", args=[sheet.group.poll_id]))


@login_not_required
@require_GET
def enter_code(request: HttpRequest) -> HttpResponse:
    """The address on the slip: type its code."""
    form = forms.CodeForm(request.GET or None)
    if form.is_valid():
        return redirect("oversight:vote", code=rules.shown_code(rules.plain_code(form.cleaned_data["code"])) or "-")
    return render(request, "oversight/enter_code.html", {"form": form}, status=422 if form.is_bound else 200)


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def vote(request: HttpRequest, code: str) -> HttpResponse:
    """One question, one answer, and thanks."""
    try:
        poll = actions.poll_of(code)
        form = forms.VoteForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            actions.vote(code=code, word=form.cleaned_data["word"])
            return render(request, "oversight/thanks.html", {"poll": poll})
    except JiandiError as error:
        return render(request, "oversight/enter_code.html", {"form": forms.CodeForm(), "error": http.shown(error)}, status=error.status)
    return render(request, "oversight/vote.html", {"poll": poll, "form": form}, status=422 if form.is_bound else 200)
