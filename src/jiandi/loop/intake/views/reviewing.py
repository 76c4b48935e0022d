"""The review of a letter: each step answers with the rows and the counts; without script it goes back to the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from jiandi.base import http
from jiandi.base.errors import BadInput, JiandiError, NotFound
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.base.ui import htmx
from jiandi.loop.intake import actions, forms, queries
from jiandi.loop.intake.views.handing_in import page_of, said, see_other
from jiandi.record.ledger import load
from jiandi.record.ledger.models import Letter

TEXT_CHANGES = frozenset({"split", "merge", "undo"})
ITEM_STEPS: dict[str, Callable[..., Any]] = {
    "confirm": actions.confirm_item,
    "edit": actions.edit_item,
    "split": actions.split_item,
    "merge": actions.merge_items,
    "drop": actions.ask_drop,
    "approve": actions.approve_drop,
    "hold": actions.hold_item,
    "cover": actions.cover_item,
    "open": actions.reopen_item,
}
LETTER_STEPS = frozenset({"accept", "undo", "finish", "again", "register", "read"})
_NO_STEP = N_("There is no such step. Go back to the list.")


@require_GET
def review(request: Request, letter_id: int) -> HttpResponse:
    """The document and its rows; ``item`` and ``do`` open a form in one row."""
    found = load.letter(request.actor, letter_id)
    return _answer(request, found, opened=_asked_form(request, found))


def _answer(
    request: Request,
    letter: Letter,
    *,
    opened: dict[str, Any] | None = None,
    error: JiandiError | None = None,
    with_text: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "letter": letter,
        "review": queries.review(letter, request.actor, page_of(request)),
        "opened": opened or {},
        "error": http.shown(error) if error else None,
        "fault": said(queries.fault_of(letter.fault)),
        "remarks": [http.translate(one["text"], one["params"]) for one in letter.reading.get("remarks", ())],
        "is_waiting": queries.is_waiting(letter),
        "with_text": with_text,
    }
    response = htmx.answer(request, "intake/review.html", "intake/_work.html", context, status=error.status if error else status)
    if error and htmx.wants_fragment(request):
        response["HX-Retarget"], response["HX-Reswap"] = "#review-work", "outerHTML"
    return response


def _asked_form(request: Request, letter: Letter) -> dict[str, Any]:
    """The form that a link in a row asks for."""
    verb, wanted = request.GET.get("do", ""), request.GET.get("item", "")
    if verb not in forms.ITEM_FORMS or not wanted.isdecimal():
        return {}
    return _form_for(request, letter, int(wanted), verb)


def _form_for(request: Request, letter: Letter, item_id: int, verb: str) -> dict[str, Any]:
    item = actions.item_for(request.actor, item_id)
    if item.letter_id != letter.pk:
        raise NotFound("intake.no_step", _NO_STEP)
    made: Callable[..., django_forms.Form] = forms.ITEM_FORMS[verb]
    given = request.POST if request.method == "POST" else None
    return {"item": item_id, "verb": verb, "form": made(given, item=item)}


@require_GET
def since(request: Request, letter_id: int) -> HttpResponse:
    """What another reviewer has changed meanwhile; nothing if nobody has."""
    found = load.letter(request.actor, letter_id)
    if queries.stamp(found) == request.GET.get("stamp"):
        return HttpResponse(status=204)
    return _answer(request, found, with_text=True)


@require_POST
def item_step(request: Request, letter_id: int, item_id: int, verb: str) -> HttpResponse:
    """One step on one row."""
    letter = load.letter(request.actor, letter_id)
    if verb not in ITEM_STEPS or actions.item_for(request.actor, item_id).letter_id != letter.pk:
        raise NotFound("intake.no_step", _NO_STEP)
    form = _posted(request, letter, item_id, verb)
    if not form.is_valid():
        return _refused(request, letter, item_id, verb)
    try:
        ITEM_STEPS[verb](actor=request.actor, item_id=item_id, **form.cleaned_data)
    except JiandiError as error:
        if not htmx.wants_fragment(request):
            raise
        return _answer(request, load.letter(request.actor, letter_id), error=error, with_text=verb in TEXT_CHANGES)
    return _done(request, letter_id, verb, item_id)


def _posted(request: Request, letter: Letter, item_id: int, verb: str) -> django_forms.Form:
    if verb == "split":
        return forms.CursorForm(request.POST)
    if verb in forms.ITEM_FORMS:
        found: django_forms.Form = _form_for(request, letter, item_id, verb)["form"]
        return found
    return forms.VersionForm(request.POST)


def _refused(request: Request, letter: Letter, item_id: int, verb: str) -> HttpResponse:
    """The form again, with what is wrong."""
    if verb not in forms.ITEM_FORMS:
        raise BadInput("intake.incomplete", N_("Something is missing. Fill in what is marked and send it again."))
    return _answer(request, letter, opened=_form_for(request, letter, item_id, verb), status=422)


def _done(request: Request, letter_id: int, verb: str, item_id: int | None = None) -> HttpResponse:
    if htmx.wants_fragment(request):
        return _answer(request, load.letter(request.actor, letter_id), with_text=verb in TEXT_CHANGES)
    place = f"#row-{item_id}" if item_id else ""
    return see_other(f"{reverse('intake:review', args=[letter_id])}?page={page_of(request)}{place}")


@require_POST
def letter_step(request: Request, letter_id: int, verb: str) -> HttpResponse:
    """A step on the letter as a whole."""
    load.letter(request.actor, letter_id)
    if verb not in LETTER_STEPS:
        raise NotFound("intake.no_step", _NO_STEP)
    try:
        _take_step(request, letter_id, verb)
    except JiandiError as error:
        if not htmx.wants_fragment(request):
            raise
        return _answer(request, load.letter(request.actor, letter_id), error=error)
    return _done(request, letter_id, verb)


def _take_step(request: Request, letter_id: int, verb: str) -> None:
    whole = {"actor": request.actor, "letter_id": letter_id}
    match verb:
        case "accept":
            form = forms.AcceptForm(request.POST)
            n = actions.accept_above(**whole, confidence=form.cleaned_data["confidence"] if form.is_valid() else 100)
            messages.success(request, ngettext("{n} row confirmed.", "{n} rows confirmed.", n).format(n=n))
        case "undo":
            actions.undo(**whole)
        case "register":
            n = len(actions.register_findings(**whole))
            messages.success(request, _("{n} findings registered.").format(n=n))
        case _:
            _turn(request, whole, verb)


def _turn(request: Request, whole: dict[str, Any], verb: str) -> None:
    """The steps that change the letter's state need the version they were decided on."""
    form = forms.VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    steps: dict[str, Callable[..., Letter]] = {"finish": actions.finish_review, "again": actions.review_again, "read": actions.read_again}
    steps[verb](**whole, version=version)
