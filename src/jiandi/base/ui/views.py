"""Large text on or off, and the style page that shows each shared piece in each state (development only)."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from jiandi.base.ui import samples

LARGE = "jiandi_large"
YEAR = 365 * 24 * 3600


@require_POST
def large(request: HttpRequest) -> HttpResponse:
    """Keep the choice of large text in a cookie and go back."""
    wanted = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    response = HttpResponseRedirect(wanted if safe else "/", status=303)
    if request.POST.get("large"):
        response.set_cookie(LARGE, "1", max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie(LARGE, samesite="Lax")
    return response


@require_GET
def style(request: HttpRequest) -> HttpResponse:
    """Every shared piece in every state."""
    _only_in_development()
    return render(request, "style/index.html", samples.everything(request.GET.get("page", "1")))


@require_GET
def style_panel(request: HttpRequest) -> HttpResponse:
    """What the sample panel loads; fails on demand."""
    _only_in_development()
    if request.GET.get("fail"):
        return HttpResponse(status=503)
    return render(request, "style/_panel.html")


def _only_in_development() -> None:
    if not getattr(settings, "STYLE_PAGE", False):
        raise Http404
