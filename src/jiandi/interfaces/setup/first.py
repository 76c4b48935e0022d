"""The first hour: one person sets the installation up alone, or opens a one-time link."""

from __future__ import annotations

from typing import cast

from allauth.account.views import login as allauth_login
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from jiandi.interfaces.setup import units
from jiandi.interfaces.setup.forms import FirstForm, PasswordForm
from jiandi.record.accounts import actions
from jiandi.record.accounts.models import Installation, User
from jiandi.record.policy import roles
from jiandi.record.regimes import actions as regimes
from jiandi.record.trail.actor import SYSTEM

BACKEND = "jiandi.record.accounts.backend.Backend"


@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """An empty installation begins with its set-up; every other with the sign-in page."""
    if request.method == "GET" and not Installation.objects.exists():
        return redirect("setup:first")
    return cast("HttpResponse", allauth_login(request))


@sensitive_post_parameters()
@login_not_required
def first(request: HttpRequest) -> HttpResponse:
    """One page of questions; afterwards the clerk is signed in and opens the first round."""
    if Installation.objects.exists():
        return redirect("desk:home")
    form = FirstForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, _found(form), backend=BACKEND)
        return redirect("setup:begin")
    return render(request, "setup/first.html", {"form": form}, status=422 if form.is_bound else 200)


def _found(form: FirstForm) -> User:
    """Installation, units, the clerk with both office duties, regimes and calendar: all or nothing."""
    given = form.cleaned_data
    with transaction.atomic():
        actions.found_installation(name=given["installation"], mode="single_clerk")
        top = actions.add_unit(actor=SYSTEM, name=given["unit"])
        office = actions.add_unit(actor=SYSTEM, name=given["installation"], parent=top)
        user = actions.add_user(actor=SYSTEM, name=given["name"], full_name=given["full_name"], password=given["password"])
        for role in (roles.CLERK, roles.DIRECTOR):
            post = actions.add_post(actor=SYSTEM, unit=office, title=roles.TITLES[role])
            actions.give_duty(actor=SYSTEM, user=user, post=post, role=role)
        units.add_lines(actor=SYSTEM, lines=given["units"], parent=top, level="city")
        regimes.install_seed_profiles(actor=SYSTEM)
        regimes.install_seed_workdays(actor=SYSTEM)
    return user


@sensitive_post_parameters()
@login_not_required
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Set a first password by a one-time link."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = actions.accept_invitation(secret=secret, password=form.cleaned_data["password"])
        login(request, user, backend=BACKEND)
        return redirect("desk:home")
    return render(request, "setup/invitation.html", {"form": form}, status=422 if form.is_bound else 200)
