"""A large file in pieces: begin, bring pieces, finish. Answers are JSON for the script of the page; a form without script sends it whole."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jiandi.base import http
from jiandi.base.errors import BadInput, JiandiError
from jiandi.base.http import Request
from jiandi.base.jobs import uploads
from jiandi.base.jobs.models import Upload
from jiandi.base.text.words import N_
from jiandi.loop.execute import actions, forms, queries
from jiandi.loop.execute.forms import papers as paper_forms
from jiandi.record.ledger import load

PIECE = 256 * 1024
HEADER = "Upload-Offset"


@require_POST
def begin(request: Request, finding_id: int, measure_id: int) -> JsonResponse:
    """Say what is coming: name, size, and what the form says of it."""
    load.measure(request.actor, measure_id)
    queries.expect_served(finding_id, measure_id)
    try:
        typed = forms.cleaned(paper_forms.BeginForm(request.POST))
        upload = actions.begin_upload(actor=request.actor, measure_id=measure_id, finding_id=finding_id, **typed)
    except JiandiError as refused:
        return _refused(refused)
    return _state(upload, status=201)


@require_http_methods(["GET", "PUT"])
def piece(request: Request, token: str) -> JsonResponse:
    """How far it is; or the next piece, from the offset that the header names."""
    try:
        upload = uploads.own(token, request.actor.user_id)
        if request.method == "PUT":
            offset = request.headers.get(HEADER, "")
            if not offset.isdecimal():
                raise BadInput("upload.offset", N_("The piece does not say where it begins. Load the page again."))
            upload = uploads.bring(upload, int(offset), _body(request))
    except JiandiError as refused:
        return _refused(refused)
    return _state(upload)


def _body(request: HttpRequest) -> Iterator[bytes]:
    """Read as it comes; never the whole body at once."""
    while block := request.read(PIECE):
        yield block


@require_POST
def finish(request: Request, token: str) -> JsonResponse:
    """All pieces are here; asked twice, it is done once."""
    try:
        made = actions.finish_upload(actor=request.actor, token=token)
    except JiandiError as refused:
        return _refused(refused)
    return JsonResponse({"evidence": made.pk, "digest": made.digest, "algorithm": made.algorithm})


def _state(upload: Upload, *, status: int = 200) -> JsonResponse:
    body = {
        "url": reverse("execute:piece", args=[upload.token]),
        "finish": reverse("execute:finish_upload", args=[upload.token]),
        "received": upload.received,
        "size": upload.size,
        "made": upload.made_id,
    }
    return JsonResponse(body, status=status)


def _refused(error: JiandiError) -> JsonResponse:
    return JsonResponse(http.as_json(http.shown(error)), status=error.status, json_dumps_params={"ensure_ascii": False})
