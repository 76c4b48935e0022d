"""The review of a letter: the document and its rows, and what others change meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from jiandi.base import http
from jiandi.base.errors import JiandiError, NotFound
from jiandi.base.http import Request
from jiandi.base.ui import htmx
from jiandi.loop.intake import actions, forms, queries
from jiandi.loop.intake.views import drafting
from jiandi.loop.intake.views.handing_in import page_of, said
from jiandi.loop.intake.views.picturing import pane_of
from jiandi.record.ledger import load
from jiandi.record.ledger.models import Letter, LetterItem

ORDER_KEY = "intake_order"
ORDERS = ("letter", queries.UNSURE)
BAD = 400


@dataclass
class Clash:
    """Somebody else was quicker: who, when, and each field with both values."""

    who: str
    at: datetime | None
    item: LetterItem
    fields: list[tuple[str, Any, Any]] = field(default_factory=list)


@dataclass
class Opened:
    """A form open in one row. ``keeps``: it is being typed in and only what surrounds it is new."""

    item: LetterItem
    verb: str
    form: django_forms.Form
    version: str = ""
    keeps: bool = False
    is_restored: bool = False
    clash: Clash | None = None


@require_GET
def review(request: Request, letter_id: int) -> HttpResponse:
    """The document and its rows; ``item`` and ``do`` open a form in one row, ``order`` turns to what is unsure first."""
    found = load.letter(request.actor, letter_id)
    if request.GET.get("order") in ORDERS:
        request.session[ORDER_KEY] = request.GET["order"]
    if request.GET.get("forget", "").isdecimal():
        drafting.forget(request, int(request.GET["forget"]))
    return answer(request, found, opened=_asked_form(request, found))


def answer(
    request: Request,
    letter: Letter,
    *,
    opened: Opened | None = None,
    error: JiandiError | None = None,
    clash: Clash | None = None,
    with_text: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The whole page, or its right pane for htmx (with the left one, where its marks changed)."""
    order = request.session.get(ORDER_KEY, "")
    shown = queries.review(letter, request.actor, page_of(request), order, opened.item.pk if opened else None)
    pane = pane_of(request, letter)
    context = {
        "letter": letter,
        "review": shown,
        "pane": pane,
        "opened": opened,
        "is_elsewhere": opened is not None and opened.item.pk not in {row.item.pk for row in shown.rows},
        "drafts": drafting.in_letter(request, letter.pk),
        "error": http.shown(error) if error else None,
        "clash": clash,
        "fault": said(queries.fault_of(letter.fault)),
        "remarks": [http.translate(one["text"], one["params"]) for one in letter.reading.get("remarks", ())],
        "is_waiting": queries.is_waiting(letter),
        "progress": queries.reading_of(letter) if queries.is_waiting(letter) else None,
        "with_text": with_text and not pane.is_picture,
        "row_types": forms.ROW_TYPES,
    }
    status = error.status if error else status
    response = htmx.answer(request, "intake/review.html", "intake/_work.html", context, status=status)
    if status >= BAD and htmx.wants_fragment(request):
        response["HX-Retarget"], response["HX-Reswap"] = "#review-work", "outerHTML"
    return response


def _asked_form(request: Request, letter: Letter) -> Opened | None:
    """The form that a link in a row asks for; a whole page opens the one that was being typed in."""
    verb, wanted = request.GET.get("do", ""), request.GET.get("item", "")
    if verb in forms.ITEM_FORMS and wanted.isdecimal():
        return form_for(request, letter, int(wanted), verb)
    left = drafting.in_letter(request, letter.pk)
    if htmx.wants_fragment(request) or not left or letter.state != "in_review":
        return None
    item_id = list(left)[-1]
    return form_for(request, letter, item_id, left[item_id])


def form_for(request: Request, letter: Letter, item_id: int, verb: str, given: Any = None) -> Opened:
    """The form of a row: with what was sent, with what was typed before, or as the row stands."""
    item = actions.item_for(request.actor, item_id)
    if item.letter_id != letter.pk:
        raise NotFound("intake.no_step", drafting.NO_STEP)
    item.letter = letter
    made: Callable[..., django_forms.Form] = forms.ITEM_FORMS[verb]
    typed = drafting.of(request, item_id, verb) if given is None else {}
    form = made(given, item=item)
    form.initial.update(typed)
    version = str(typed.get("version") or item.version)
    opened = Opened(item, verb, form, version, is_restored=bool(typed))
    if version != str(item.version):
        opened.clash = clash_of(item)
    return opened


def clash_of(item: LetterItem, fields: list[tuple[str, Any, Any]] | None = None) -> Clash:
    who, at = queries.who_changed([item.pk]).get(item.pk, ("", None))
    return Clash(who, at, item, fields or [])


@require_GET
def since(request: Request, letter_id: int) -> HttpResponse:
    """What another reviewer has changed meanwhile; nothing if nobody has. A form that is being typed in stays as it is."""
    found = load.letter(request.actor, letter_id)
    if queries.stamp(found) == request.GET.get("stamp") and not queries.is_waiting(found):
        return HttpResponse(status=204)
    opened = _asked_form(request, found)
    if opened:
        opened.keeps = True
        opened.version = request.GET.get("version", "")
        opened.clash = clash_of(opened.item) if opened.version != str(opened.item.version) else None
    return answer(request, found, opened=opened, with_text=True)
