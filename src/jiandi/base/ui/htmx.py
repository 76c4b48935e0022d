"""One view, two answers: the whole page, or the piece of it that htmx asked for."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def wants_fragment(request: HttpRequest) -> bool:
    """htmx asks for a piece; a boosted link or a restored history entry needs the whole page."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and not (
        headers.get("HX-Boosted") == "true" or headers.get("HX-History-Restore-Request") == "true"
    )


def answer(request: HttpRequest, page: str, fragment: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Render the fragment for htmx and the page for everybody else."""
    template = fragment if wants_fragment(request) else page
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def after_post(request: HttpRequest, url: str) -> HttpResponse:
    """Go on to ``url`` after a write: a redirect, which htmx needs as a header."""
    if not wants_fragment(request):
        return HttpResponseRedirect(url, status=303)
    return HttpResponse(status=204, headers={"HX-Redirect": url, "Vary": "HX-Request"})
