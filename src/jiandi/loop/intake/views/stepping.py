"""Steps of a review: each answers with the rows and the counts; without script it goes back to the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from jiandi.base.errors import BadInput, Conflict, JiandiError, NotFound
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.base.ui import htmx
from jiandi.loop.intake import actions, forms
from jiandi.loop.intake.views import drafting
from jiandi.loop.intake.views.drafting import NO_STEP
from jiandi.loop.intake.views.handing_in import page_of, see_other
from jiandi.loop.intake.views.reviewing import Opened, answer, clash_of, form_for
from jiandi.record.ledger import load
from jiandi.record.ledger.models import Letter

TEXT_CHANGES = frozenset({"split", "merge", "undo", "take_up", "open", "edit"})
ITEM_STEPS: dict[str, Callable[..., Any]] = {
    "confirm": actions.confirm_item,
    "edit": actions.edit_item,
    "split": actions.split_item,
    "merge": actions.merge_items,
    "under": actions.move_under,
    "in": actions.move_in,
    "out": actions.move_out,
    "unit": actions.choose_unit,
    "all": actions.choose_all,
    "drop": actions.ask_drop,
    "approve": actions.approve_drop,
    "hold": actions.hold_item,
    "cover": actions.cover_item,
    "open": actions.reopen_item,
}
LETTER_STEPS = frozenset({"accept", "undo", "finish", "again", "register", "read", "take_up"})


@require_POST
def item_step(request: Request, letter_id: int, item_id: int, verb: str) -> HttpResponse:
    """One step on one row."""
    letter = load.letter(request.actor, letter_id)
    if verb not in ITEM_STEPS or actions.item_for(request.actor, item_id).letter_id != letter.pk:
        raise NotFound("intake.no_step", NO_STEP)
    form = _posted(request, letter, item_id, verb)
    if not form.is_valid():
        return _refused(request, letter, item_id, verb)
    try:
        ITEM_STEPS[verb](actor=request.actor, item_id=item_id, **form.cleaned_data)
    except JiandiError as error:
        if not htmx.wants_fragment(request) and verb not in forms.ITEM_FORMS:
            raise
        return _not_taken(request, load.letter(request.actor, letter_id), item_id, verb, error)
    drafting.forget(request, item_id)
    return _done(request, letter_id, verb, item_id)


def _posted(request: Request, letter: Letter, item_id: int, verb: str) -> django_forms.Form:
    if verb == "split":
        return forms.CursorForm(request.POST)
    if verb in forms.ITEM_FORMS:
        return form_for(request, letter, item_id, verb, request.POST).form
    return forms.UnitForm(request.POST) if verb == "unit" else forms.VersionForm(request.POST)


def _refused(request: Request, letter: Letter, item_id: int, verb: str) -> HttpResponse:
    """The form again, with what is wrong."""
    if verb not in forms.ITEM_FORMS:
        raise BadInput("intake.incomplete", N_("Something is missing. Fill in what is marked and send it again."))
    return answer(request, letter, opened=form_for(request, letter, item_id, verb, request.POST), status=422)


def _not_taken(request: Request, letter: Letter, item_id: int, verb: str, error: JiandiError) -> HttpResponse:
    """What stands in the way. What was typed stays in its form; of a lost race both values are shown."""
    lost = isinstance(error, Conflict)
    opened = _typed(request, letter, item_id, verb, lost=lost) if verb in forms.ITEM_FORMS and "version" in request.POST else None
    if not lost:
        return answer(request, letter, opened=opened, error=error, with_text=verb in TEXT_CHANGES)
    clash = None if opened else clash_of(actions.item_for(request.actor, item_id))
    return answer(request, letter, opened=opened, clash=clash, with_text=True, status=error.status)


def _typed(request: Request, letter: Letter, item_id: int, verb: str, *, lost: bool) -> Opened:
    """The form as it was sent; saving it again is decided on what stands now."""
    given = request.POST.copy()
    given["version"] = str(actions.item_for(request.actor, item_id).version)
    opened = form_for(request, letter, item_id, verb, given)
    if lost:
        opened.clash = clash_of(opened.item, _both_values(opened.form))
    return opened


def _both_values(form: django_forms.Form) -> list[tuple[str, Any, Any]]:
    """Label, what was typed and what stands now, of the fields that differ."""
    found = []
    for bound in form.visible_fields():
        mine, now = (_shown(bound.field, value) for value in (bound.data, bound.initial))
        if mine != now:
            found.append((str(bound.label), mine, now))
    return found


def _shown(field: django_forms.Field, value: Any) -> str:
    words = "" if value is None else str(value)
    choices = {str(code): str(word) for code, word in getattr(field, "choices", ())}
    return choices.get(words, words).replace("\r\n", "\n")


def _done(request: Request, letter_id: int, verb: str, item_id: int | None = None) -> HttpResponse:
    if htmx.wants_fragment(request):
        return answer(request, load.letter(request.actor, letter_id), with_text=verb in TEXT_CHANGES)
    place = f"#row-{item_id}" if item_id else ""
    return see_other(f"{reverse('intake:review', args=[letter_id])}?page={page_of(request)}{place}")


@require_POST
def letter_step(request: Request, letter_id: int, verb: str) -> HttpResponse:
    """A step on the letter as a whole."""
    load.letter(request.actor, letter_id)
    if verb not in LETTER_STEPS:
        raise NotFound("intake.no_step", NO_STEP)
    try:
        _take_step(request, letter_id, verb)
    except JiandiError as error:
        if not htmx.wants_fragment(request):
            raise
        return answer(request, load.letter(request.actor, letter_id), error=error, with_text=verb in TEXT_CHANGES)
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
        case "take_up":
            _take_up(request, whole)
        case _:
            _turn(request, whole, verb)


def _take_up(request: Request, whole: dict[str, Any]) -> None:
    """Stretches that no row held: rows of the type chosen, or set aside."""
    form = forms.UnreadForm(request.POST)
    if not form.is_valid():
        raise BadInput("intake.no_stretch", N_("Tick what you have read, then say what it is."))
    given = form.cleaned_data
    wanted = forms.ASIDE if given["what"] == forms.ASIDE else given["type"]
    actions.take_up(**whole, spans=given["stretch"], type=wanted, reason=given["reason"])


def _turn(request: Request, whole: dict[str, Any], verb: str) -> None:
    """The steps that change the letter's state need the version they were decided on."""
    form = forms.VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    steps: dict[str, Callable[..., Letter]] = {"finish": actions.finish_review, "again": actions.review_again, "read": actions.read_again}
    steps[verb](**whole, version=version)
