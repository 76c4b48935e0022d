"""One piece of evidence: its page, its file, its preview, and what one does with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from jiandi.base import derived, files, http
from jiandi.base.errors import JiandiError, NotFound, RuleBroken
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.loop.execute import actions, forms
from jiandi.loop.execute.forms import papers as paper_forms
from jiandi.loop.execute.queries import papers
from jiandi.record.ledger import load, looks
from jiandi.record.ledger.models import Evidence, FileLook

# What a verdict takes beside the version: the action, and the typed field that goes with it.
REVIEWS: dict[str, tuple[Callable[..., Evidence], str]] = {
    "accept": (actions.accept_evidence, "good_until"),
    "return": (actions.return_evidence, "reason"),
    "expire": (actions.expire_evidence, ""),
    "look_again": (actions.look_again, "reason"),
}


@require_GET
def paper(request: Request, evidence_id: int) -> HttpResponse:
    """What it shows, what its file says, its versions, where it serves."""
    return _page(request, evidence_id)


def _page(request: Request, evidence_id: int, error: JiandiError | None = None) -> HttpResponse:
    found = papers.paper(request.actor, evidence_id)
    choices = papers.share_choices(request.actor, found)
    version = {"version": found.row.version}
    context = {
        "paper": found,
        "row": found.row,
        "look": found.look,
        "replace_form": paper_forms.ReplaceForm(initial=version) if found.may_replace and found.row.digest else None,
        "share_form": paper_forms.ShareForm(choices=choices) if choices else None,
        "seen_form": paper_forms.SeenForm() if found.may_see else None,
        "error": http.shown(error) if error else None,
        "reasons": Evidence._meta.get_field("reason").flatchoices,
    }
    return render(request, "execute/paper.html", context, status=error.status if error else 200)


def _do(request: Request, evidence_id: int, deed: Callable[[], Any]) -> HttpResponse:
    """Do it and show the page again; a new version shows its own page."""
    load.evidence(request.actor, evidence_id)
    try:
        made = deed()
    except NotFound:
        raise
    except JiandiError as refused:
        return _page(request, evidence_id, refused)
    return redirect("execute:paper", made.pk if isinstance(made, Evidence) else evidence_id)


@require_POST
def replace(request: Request, evidence_id: int) -> HttpResponse:
    def deed() -> Evidence:
        typed = forms.cleaned(paper_forms.ReplaceForm(request.POST, request.FILES))
        sent = typed.pop("file")
        return actions.replace_evidence(
            actor=request.actor, evidence_id=evidence_id, chunks=sent.chunks(), file_name=sent.name or "", **typed
        )

    return _do(request, evidence_id, deed)


@require_POST
def share(request: Request, evidence_id: int) -> HttpResponse:
    def deed() -> object:
        found = papers.paper(request.actor, evidence_id)
        typed = forms.cleaned(paper_forms.ShareForm(request.POST, choices=papers.share_choices(request.actor, found)))
        return actions.share_evidence(actor=request.actor, evidence_id=evidence_id, **typed)

    return _do(request, evidence_id, deed)


@require_POST
def seen(request: Request, evidence_id: int) -> HttpResponse:
    def deed() -> object:
        typed = forms.cleaned(paper_forms.SeenForm(request.POST))
        return actions.enter_seen(actor=request.actor, evidence_id=evidence_id, **typed)

    return _do(request, evidence_id, deed)


@require_POST
def review(request: Request, evidence_id: int) -> HttpResponse:
    def deed() -> Evidence:
        typed = forms.cleaned(paper_forms.ReviewForm(request.POST))
        action, field = REVIEWS[typed["verb"]]
        more = {field: typed[field]} if field else {}
        return action(actor=request.actor, evidence_id=evidence_id, version=typed["version"], **more)

    return _do(request, evidence_id, deed)


@require_GET
def file(request: Request, evidence_id: int) -> FileResponse:
    """The kept file, for those who see what it is shown for; always handed over, never shown in the page."""
    row = _open_to(request, evidence_id)[0]
    response = FileResponse(
        files.open_file(row.digest),
        as_attachment=True,
        filename=row.file_name,
        content_type=row.media_type or "application/octet-stream",
    )
    return _guarded(response)


@require_GET
def preview(request: Request, evidence_id: int, kind: str) -> FileResponse:
    """A picture that a job drew of it: ``thumb`` or ``page``."""
    row, look = _open_to(request, evidence_id)
    if look is None or not look.has_picture or kind not in ("thumb", "page"):
        raise NotFound("preview.none", N_("There is no preview of this file. Download the file itself."))
    response = FileResponse(derived.opened(row.digest, kind), content_type=derived.KINDS[kind])
    return _guarded(response, keep="private, max-age=3600")


def _open_to(request: Request, evidence_id: int) -> tuple[Evidence, FileLook | None]:
    """A piece of evidence whose file may be handed out now."""
    row = load.evidence(request.actor, evidence_id)
    if not row.digest:
        raise NotFound("evidence.offline", N_("This paper is not kept here. Ask the post that holds it."))
    look = FileLook.objects.filter(digest=row.digest).defer("prints").first()
    if looks.is_held(row, look):
        text = N_("This file is not handed out: a virus was found in it, or it was not scanned yet. Wait, or ask for a clean one.")
        raise RuleBroken("evidence.held", text)
    return row, look


def _guarded(response: FileResponse, keep: str = "private, no-store") -> FileResponse:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = keep
    return response
