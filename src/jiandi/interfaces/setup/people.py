"""People and their duties: one administrator adds the person, another gives the duty, a third person confirms."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jiandi.base.http import Request
from jiandi.interfaces.setup.forms import DutyForm, UserForm
from jiandi.record.accounts import actions
from jiandi.record.accounts.models import Duty, User
from jiandi.record.policy import decide

MOST = 200


@require_http_methods(["GET", "POST"])
def people(request: Request) -> HttpResponse:
    """Accounts for the system administrator, duties for the security administrator."""
    if not decide.may(request.actor, "accounts.give_duty"):
        decide.require(request.actor, "accounts.add_user")
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.add_user(actor=request.actor, **form.cleaned_data)
        messages.success(request, _("The person is added. Now give them a one-time link and a duty."))
        return redirect("setup:people")
    return _page(request, user_form=form, status=422 if form.is_bound else 200)


def _page(request: Request, *, user_form: UserForm | None = None, duty_form: DutyForm | None = None, status: int = 200) -> HttpResponse:
    duties = Duty.objects.filter(until__isnull=True).select_related("user", "post", "post__unit").order_by("-pk")[:MOST]
    context = {
        "user_form": user_form or UserForm(),
        "duty_form": duty_form or DutyForm(),
        "users": User.objects.order_by("full_name", "pk")[:MOST],
        "duties": duties,
        "can_add": decide.may(request.actor, "accounts.add_user"),
        "can_give": decide.may(request.actor, "accounts.give_duty"),
        "can_confirm": decide.may(request.actor, "accounts.confirm_duty"),
    }
    return render(request, "setup/people.html", context, status=status)


@require_POST
def duty(request: Request) -> HttpResponse:
    """Give a duty; the post is made when the unit has none of that title."""
    decide.require(request.actor, "accounts.give_duty")
    form = DutyForm(request.POST)
    if not form.is_valid():
        return _page(request, duty_form=form, status=422)
    given = form.cleaned_data
    with transaction.atomic():
        post = form.post() or actions.add_post_for_duty(actor=request.actor, unit=given["unit"], title=given["title"])
        round_id = given["round"].pk if given["round"] else None
        actions.give_duty(actor=request.actor, user=given["user"], post=post, role=given["role"], round_id=round_id)
    messages.success(request, _("The duty waits for a second security administrator's word."))
    return redirect("setup:people")


@require_POST
def confirm(request: Request, duty_id: int) -> HttpResponse:
    found = get_object_or_404(Duty, pk=duty_id)
    actions.confirm_duty(actor=request.actor, duty=found, version=_version(request))
    return redirect("setup:people")


@require_POST
def end(request: Request, duty_id: int) -> HttpResponse:
    found = get_object_or_404(Duty, pk=duty_id)
    reason = request.POST.get("reason", "")
    actions.end_duty(actor=request.actor, duty=found, version=_version(request), reason=reason)
    return redirect("setup:people")


def _version(request: Request) -> int:
    """The version that the form carried; a form without one is older than anything."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() else 0


@require_POST
def link(request: Request, user_id: int) -> HttpResponse:
    """A one-time link, shown once."""
    user = get_object_or_404(User, pk=user_id)
    secret = actions.create_invitation(actor=request.actor, user=user)
    url = request.build_absolute_uri(reverse("setup:invitation", args=[secret]))
    return render(request, "setup/link.html", {"person": user, "url": url})
